//! What programs use: API keys, what they ordered, what they are told, and the log of both directions.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE accounts ADD COLUMN phone TEXT",
    "CREATE UNIQUE INDEX uq_accounts_phone ON accounts (phone) WHERE phone IS NOT NULL",
    "ALTER TABLE service_providers ADD COLUMN wire TEXT",
    "ALTER TABLE outbox ADD COLUMN ordering_key TEXT",
    "CREATE INDEX ix_outbox_ordering ON outbox (ordering_key, status) WHERE ordering_key IS NOT NULL",
    "CREATE TABLE api_keys ( \
     id UUID NOT NULL, account_id UUID NOT NULL, mode TEXT NOT NULL, public_key TEXT NOT NULL, private_sealed TEXT NOT NULL, \
     created_by UUID NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT, last_used_at BIGINT, \
     CONSTRAINT pk_api_keys PRIMARY KEY (id), CONSTRAINT uq_api_keys_public UNIQUE (public_key), \
     CONSTRAINT fk_api_keys_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_api_keys_user FOREIGN KEY (created_by) REFERENCES users (id), \
     CONSTRAINT ck_api_keys_mode CHECK (mode IN ('sandbox', 'live')))",
    "CREATE INDEX ix_api_keys_account ON api_keys (account_id, created_at)",
    "CREATE TABLE webhook_endpoints ( \
     account_id UUID NOT NULL, url TEXT NOT NULL, encoding TEXT NOT NULL, cancel_status TEXT NOT NULL, secret_sealed TEXT NOT NULL, \
     old_secret_sealed TEXT, old_secret_until BIGINT, disabled_at BIGINT, disabled_reason TEXT, failing_since BIGINT, \
     failures INTEGER NOT NULL, told_at BIGINT, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_webhook_endpoints PRIMARY KEY (account_id), \
     CONSTRAINT fk_webhook_endpoints_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_webhook_endpoints_encoding CHECK (encoding IN ('multipart_raw', 'json')))",
    "CREATE TABLE api_events ( \
     id UUID NOT NULL, account_id UUID NOT NULL, number BIGINT NOT NULL, order_id UUID, status TEXT NOT NULL, message TEXT NOT NULL, \
     object TEXT NOT NULL, delivers BOOLEAN NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_api_events PRIMARY KEY (id), CONSTRAINT uq_api_events_number UNIQUE (account_id, number), \
     CONSTRAINT fk_api_events_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_api_events_order FOREIGN KEY (order_id) REFERENCES orders (id))",
    "CREATE TABLE webhook_attempts ( \
     id UUID NOT NULL, event_id UUID NOT NULL, account_id UUID NOT NULL, url TEXT NOT NULL, attempt INTEGER NOT NULL, headers TEXT NOT NULL, \
     body TEXT NOT NULL, status INTEGER, answer TEXT NOT NULL, error TEXT, duration_ms BIGINT NOT NULL, at BIGINT NOT NULL, \
     CONSTRAINT pk_webhook_attempts PRIMARY KEY (id), \
     CONSTRAINT fk_webhook_attempts_account FOREIGN KEY (account_id) REFERENCES accounts (id))",
    "CREATE INDEX ix_webhook_attempts_event ON webhook_attempts (event_id, at)",
    "CREATE INDEX ix_webhook_attempts_account ON webhook_attempts (account_id, at)",
    "CREATE INDEX ix_webhook_attempts_at ON webhook_attempts (at)",
    "CREATE TABLE api_orders ( \
     order_id UUID NOT NULL, account_id UUID NOT NULL, product_id TEXT NOT NULL, callback_url TEXT, details TEXT NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_api_orders PRIMARY KEY (order_id), \
     CONSTRAINT fk_api_orders_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT fk_api_orders_account FOREIGN KEY (account_id) REFERENCES accounts (id))",
    "CREATE INDEX ix_api_orders_product ON api_orders (account_id, product_id, created_at)",
    "CREATE TABLE api_requests ( \
     id UUID NOT NULL, account_id UUID NOT NULL, public_key TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, fields TEXT NOT NULL, \
     status INTEGER NOT NULL, answer TEXT NOT NULL, duration_ms BIGINT NOT NULL, at BIGINT NOT NULL, \
     CONSTRAINT pk_api_requests PRIMARY KEY (id), \
     CONSTRAINT fk_api_requests_account FOREIGN KEY (account_id) REFERENCES accounts (id))",
    "CREATE INDEX ix_api_requests_account ON api_requests (account_id, at)",
    "CREATE INDEX ix_api_requests_at ON api_requests (at)",
    "CREATE TABLE exchange_rates ( \
     id UUID NOT NULL, base TEXT NOT NULL, micros BIGINT NOT NULL, set_by UUID NOT NULL, set_at BIGINT NOT NULL, \
     CONSTRAINT pk_exchange_rates PRIMARY KEY (id), \
     CONSTRAINT fk_exchange_rates_user FOREIGN KEY (set_by) REFERENCES users (id), \
     CONSTRAINT ck_exchange_rates_micros CHECK (micros > 0))",
    "CREATE INDEX ix_exchange_rates_base ON exchange_rates (base, set_at)",
];

const TABLES: &[&str] = &[
    "exchange_rates",
    "api_requests",
    "api_orders",
    "webhook_attempts",
    "api_events",
    "webhook_endpoints",
    "api_keys",
];

const DOWN: &[&str] = &[
    "ALTER TABLE service_providers DROP COLUMN wire",
    "DROP INDEX uq_accounts_phone",
    "ALTER TABLE accounts DROP COLUMN phone",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await?;
        run(manager, DOWN).await
    }
}
