//! Orders, what they cost, what was paid and delivered, and whom they pay.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE orders ( \
     id UUID NOT NULL, number BIGINT NOT NULL, version BIGINT NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL, \
     placed_by TEXT NOT NULL, buyer_account_id UUID NOT NULL, seller_account_id UUID NOT NULL, operator_account_id UUID, \
     buyer_email TEXT NOT NULL, buyer_name TEXT, title TEXT NOT NULL, description TEXT NOT NULL, kind TEXT NOT NULL, \
     currency TEXT NOT NULL, product_minor BIGINT NOT NULL, shipping_minor BIGINT NOT NULL, terms TEXT NOT NULL, quote TEXT, \
     awaits_agreement_of TEXT, paid_at BIGINT, deadline_at BIGINT, rejection TEXT, second_offer_by TEXT, \
     split_offers TEXT NOT NULL DEFAULT '[]', escalated BOOLEAN NOT NULL, ending TEXT, cancelled_by TEXT, \
     created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_orders PRIMARY KEY (id), CONSTRAINT uq_orders_number UNIQUE (number), \
     CONSTRAINT fk_orders_buyer FOREIGN KEY (buyer_account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_orders_seller FOREIGN KEY (seller_account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_orders_operator FOREIGN KEY (operator_account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_orders_status CHECK (status IN ('awaiting_payment', 'expired', 'pending', 'awaiting_buyer_response', 'accepted', 'rejection_under_review', 'rejected', \
     'pending_second', 'dispute', 'disputed', 'dispute_resolved', 'cancelled', 'completed')), \
     CONSTRAINT ck_orders_version CHECK (version >= 1), CONSTRAINT ck_orders_attempt CHECK (attempt BETWEEN 1 AND 2), \
     CONSTRAINT ck_orders_placed_by CHECK (placed_by IN ('buyer', 'seller')), \
     CONSTRAINT ck_orders_parties CHECK (buyer_account_id <> seller_account_id), \
     CONSTRAINT ck_orders_kind CHECK (kind IN ('good', 'service')), CONSTRAINT ck_orders_currency CHECK (LENGTH(currency) = 3), \
     CONSTRAINT ck_orders_price CHECK (product_minor > 0 AND shipping_minor >= 0), \
     CONSTRAINT ck_orders_paid CHECK ((paid_at IS NULL) = (quote IS NULL)), \
     CONSTRAINT ck_orders_unpaid CHECK ((status IN ('awaiting_payment', 'expired')) = (paid_at IS NULL)))",
    "CREATE INDEX ix_orders_buyer ON orders (buyer_account_id, created_at)",
    "CREATE INDEX ix_orders_seller ON orders (seller_account_id, status, created_at)",
    "CREATE INDEX ix_orders_operator ON orders (operator_account_id, created_at)",
    "CREATE INDEX ix_orders_deadline ON orders (deadline_at) WHERE deadline_at IS NOT NULL",
    "CREATE TABLE quotes ( \
     id UUID NOT NULL, order_id UUID NOT NULL, quote TEXT NOT NULL, total_minor BIGINT NOT NULL, currency TEXT NOT NULL, \
     fees TEXT NOT NULL, expires_at BIGINT NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_quotes PRIMARY KEY (id), CONSTRAINT fk_quotes_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT ck_quotes_total CHECK (total_minor > 0))",
    "CREATE INDEX ix_quotes_order ON quotes (order_id)",
    "CREATE TABLE payments ( \
     id UUID NOT NULL, order_id UUID NOT NULL, quote_id UUID NOT NULL, rail TEXT NOT NULL, rail_reference TEXT, \
     amount_minor BIGINT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, method TEXT, failure TEXT, received_minor BIGINT, \
     created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_payments PRIMARY KEY (id), CONSTRAINT uq_payments_reference UNIQUE (rail, rail_reference), \
     CONSTRAINT fk_payments_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT fk_payments_quote FOREIGN KEY (quote_id) REFERENCES quotes (id), \
     CONSTRAINT ck_payments_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_payments_status CHECK (status IN ('started', 'pending', 'succeeded', 'failed', 'suspense')))",
    "CREATE INDEX ix_payments_order ON payments (order_id)",
    "CREATE UNIQUE INDEX uq_payments_succeeded ON payments (order_id) WHERE status = 'succeeded'",
    "CREATE TABLE payouts ( \
     id UUID NOT NULL, order_id UUID NOT NULL, kind TEXT NOT NULL, party TEXT NOT NULL, amount_minor BIGINT NOT NULL, \
     currency TEXT NOT NULL, rail TEXT NOT NULL, status TEXT NOT NULL, bank_account_id UUID, payment_id UUID, rail_reference TEXT, \
     failure TEXT, attempts INTEGER NOT NULL, next_attempt_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_payouts PRIMARY KEY (id), CONSTRAINT uq_payouts_leg UNIQUE (order_id, kind, party), \
     CONSTRAINT fk_payouts_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT fk_payouts_bank FOREIGN KEY (bank_account_id) REFERENCES bank_accounts (id), \
     CONSTRAINT fk_payouts_payment FOREIGN KEY (payment_id) REFERENCES payments (id), \
     CONSTRAINT ck_payouts_amount CHECK (amount_minor > 0), CONSTRAINT ck_payouts_kind CHECK (kind IN ('payout', 'refund')), \
     CONSTRAINT ck_payouts_status CHECK (status IN ('waiting_for_bank', 'queued', 'approved', 'sent', 'paid', 'failed', 'unknown', \
     'unclaimed')))",
    "CREATE INDEX ix_payouts_due ON payouts (status, next_attempt_at)",
    "CREATE INDEX ix_payouts_party ON payouts (party, created_at)",
    "CREATE TABLE deliveries ( \
     id UUID NOT NULL, order_id UUID NOT NULL, attempt INTEGER NOT NULL, note TEXT NOT NULL, tracking TEXT, delivered_at BIGINT NOT NULL, \
     CONSTRAINT pk_deliveries PRIMARY KEY (id), CONSTRAINT uq_deliveries_attempt UNIQUE (order_id, attempt), \
     CONSTRAINT fk_deliveries_order FOREIGN KEY (order_id) REFERENCES orders (id))",
    "CREATE TABLE files ( \
     id UUID NOT NULL, order_id UUID NOT NULL, purpose TEXT NOT NULL, uploaded_by_role TEXT NOT NULL, name TEXT NOT NULL, \
     content_type TEXT NOT NULL, size_bytes BIGINT NOT NULL, sha256 TEXT NOT NULL, body BYTES NOT NULL, event_seq INTEGER, \
     created_at BIGINT NOT NULL, \
     CONSTRAINT pk_files PRIMARY KEY (id), CONSTRAINT fk_files_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT ck_files_purpose CHECK (purpose IN ('delivery', 'rejection', 'dispute')), \
     CONSTRAINT ck_files_size CHECK (size_bytes > 0))",
    "CREATE INDEX ix_files_order ON files (order_id)",
];

const TABLES: &[&str] = &["files", "deliveries", "payouts", "payments", "quotes", "orders"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
