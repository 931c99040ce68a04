//! What surrounds an order besides its money: messages, notifications, reminders, a seller's terms, money in suspense, and
//! what staff did.

use crate::dialect::{append_only, drop_functions, drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE orders ADD COLUMN remind_at BIGINT",
    "CREATE INDEX ix_orders_remind ON orders (remind_at) WHERE remind_at IS NOT NULL",
    "CREATE INDEX ix_orders_status ON orders (status, deadline_at)",
    "CREATE TABLE order_messages ( \
     id UUID NOT NULL, order_id UUID NOT NULL, author_role TEXT NOT NULL, author_user_id UUID, text TEXT NOT NULL, \
     created_at BIGINT NOT NULL, \
     CONSTRAINT pk_order_messages PRIMARY KEY (id), \
     CONSTRAINT fk_order_messages_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT fk_order_messages_user FOREIGN KEY (author_user_id) REFERENCES users (id), \
     CONSTRAINT ck_order_messages_role CHECK (author_role IN ('buyer', 'seller', 'dispute_manager', 'administrator')))",
    "CREATE INDEX ix_order_messages_order ON order_messages (order_id)",
    "ALTER TABLE files ADD COLUMN message_id UUID",
    "ALTER TABLE payouts ADD COLUMN set_aside_at BIGINT",
    "CREATE TABLE notifications ( \
     id UUID NOT NULL, user_id UUID NOT NULL, order_id UUID, topic TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, \
     path TEXT NOT NULL, dedupe_key TEXT NOT NULL, created_at BIGINT NOT NULL, read_at BIGINT, \
     CONSTRAINT pk_notifications PRIMARY KEY (id), CONSTRAINT uq_notifications_dedupe UNIQUE (user_id, dedupe_key), \
     CONSTRAINT fk_notifications_user FOREIGN KEY (user_id) REFERENCES users (id), \
     CONSTRAINT fk_notifications_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT ck_notifications_topic CHECK (topic IN ('orders', 'messages', 'reminders', 'money')))",
    "CREATE INDEX ix_notifications_user ON notifications (user_id, created_at)",
    "CREATE INDEX ix_notifications_unread ON notifications (user_id) WHERE read_at IS NULL",
    "CREATE TABLE notification_preferences ( \
     user_id UUID NOT NULL, topic TEXT NOT NULL, mail BOOLEAN NOT NULL, in_app BOOLEAN NOT NULL, \
     CONSTRAINT pk_notification_preferences PRIMARY KEY (user_id, topic), \
     CONSTRAINT fk_notification_preferences_user FOREIGN KEY (user_id) REFERENCES users (id), \
     CONSTRAINT ck_notification_preferences_topic CHECK (topic IN ('orders', 'messages', 'reminders', 'money')))",
    "CREATE TABLE delivery_terms ( \
     account_id UUID NOT NULL, currency TEXT NOT NULL, terms TEXT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_delivery_terms PRIMARY KEY (account_id, currency), \
     CONSTRAINT fk_delivery_terms_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_delivery_terms_currency CHECK (LENGTH(currency) = 3))",
    "CREATE TABLE suspense_items ( \
     id UUID NOT NULL, payment_id UUID NOT NULL, order_id UUID NOT NULL, amount_minor BIGINT NOT NULL, currency TEXT NOT NULL, \
     rail TEXT NOT NULL, cause TEXT NOT NULL, status TEXT NOT NULL, note TEXT, decided_by UUID, applied_to UUID, \
     attempts INTEGER NOT NULL, next_attempt_at BIGINT, rail_reference TEXT, failure TEXT, \
     created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_suspense_items PRIMARY KEY (id), CONSTRAINT uq_suspense_items_payment UNIQUE (payment_id), \
     CONSTRAINT fk_suspense_items_payment FOREIGN KEY (payment_id) REFERENCES payments (id), \
     CONSTRAINT fk_suspense_items_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT fk_suspense_items_applied FOREIGN KEY (applied_to) REFERENCES orders (id), \
     CONSTRAINT fk_suspense_items_user FOREIGN KEY (decided_by) REFERENCES users (id), \
     CONSTRAINT ck_suspense_items_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_suspense_items_status CHECK (status IN ('open', 'queued', 'sent', 'unknown', 'failed', 'returned', 'applied')), \
     CONSTRAINT ck_suspense_items_decided CHECK (status = 'open' OR (note IS NOT NULL AND decided_by IS NOT NULL)))",
    "CREATE INDEX ix_suspense_items_status ON suspense_items (status, next_attempt_at)",
    "CREATE TABLE staff_events ( \
     id UUID NOT NULL, at BIGINT NOT NULL, user_id UUID, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, \
     CONSTRAINT pk_staff_events PRIMARY KEY (id), \
     CONSTRAINT fk_staff_events_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE INDEX ix_staff_events_at ON staff_events (at)",
];

const TABLES: &[&str] = &[
    "staff_events",
    "suspense_items",
    "delivery_terms",
    "notification_preferences",
    "notifications",
    "order_messages",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        append_only(manager, "order_messages").await?;
        append_only(manager, "staff_events").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await?;
        let functions = ["order_messages", "staff_events"]
            .map(|table| [format!("tr_{table}_no_update"), format!("tr_{table}_no_delete")])
            .concat();
        drop_functions(manager, &functions.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        let columns = [
            "DROP INDEX ix_orders_remind",
            "DROP INDEX ix_orders_status",
            "ALTER TABLE orders DROP COLUMN remind_at",
            "ALTER TABLE files DROP COLUMN message_id",
            "ALTER TABLE payouts DROP COLUMN set_aside_at",
        ];
        run(manager, &columns).await
    }
}
