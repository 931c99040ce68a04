//! What happened to each order, what was answered to each key, and what is still to be told.

use crate::dialect::{append_only, drop_functions, drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE audit_events ( \
     id UUID NOT NULL, order_id UUID NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, actor_role TEXT NOT NULL, actor_user_id UUID, \
     command TEXT NOT NULL, from_status TEXT, to_status TEXT NOT NULL, payload TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, \
     CONSTRAINT pk_audit_events PRIMARY KEY (id), CONSTRAINT uq_audit_events_seq UNIQUE (order_id, seq), \
     CONSTRAINT fk_audit_events_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT fk_audit_events_user FOREIGN KEY (actor_user_id) REFERENCES users (id), \
     CONSTRAINT ck_audit_events_seq CHECK (seq >= 1))",
    "CREATE TABLE outbox ( \
     id UUID NOT NULL, topic TEXT NOT NULL, kind TEXT NOT NULL, dedupe_key TEXT NOT NULL, payload TEXT NOT NULL, status TEXT NOT NULL, \
     attempts INTEGER NOT NULL, next_attempt_at BIGINT NOT NULL, leased_until_at BIGINT, leased_by TEXT, last_error TEXT, \
     created_at BIGINT NOT NULL, delivered_at BIGINT, \
     CONSTRAINT pk_outbox PRIMARY KEY (id), CONSTRAINT uq_outbox_dedupe UNIQUE (dedupe_key), \
     CONSTRAINT ck_outbox_status CHECK (status IN ('queued', 'delivered', 'dead')))",
    "CREATE INDEX ix_outbox_due ON outbox (status, next_attempt_at)",
    "CREATE TABLE idempotency_keys ( \
     scope TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, outcome TEXT NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_idempotency_keys PRIMARY KEY (scope, key))",
];

const TABLES: &[&str] = &["idempotency_keys", "outbox", "audit_events"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        append_only(manager, "audit_events").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await?;
        drop_functions(manager, &["tr_audit_events_no_update", "tr_audit_events_no_delete"]).await
    }
}
