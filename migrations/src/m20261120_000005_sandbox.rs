//! The books of the simulated payment provider, and the mails it is safe to show.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE sandbox_mails ( \
     id UUID NOT NULL, outbox_id UUID, to_email TEXT NOT NULL, subject TEXT NOT NULL, text_body TEXT NOT NULL, html_body TEXT NOT NULL, \
     sent_at BIGINT NOT NULL, \
     CONSTRAINT pk_sandbox_mails PRIMARY KEY (id), CONSTRAINT uq_sandbox_mails_outbox UNIQUE (outbox_id))",
    "CREATE INDEX ix_sandbox_mails_to ON sandbox_mails (to_email)",
    "CREATE INDEX ix_sandbox_mails_sent ON sandbox_mails (sent_at)",
    "CREATE TABLE sandbox_charges ( \
     id UUID NOT NULL, reference TEXT NOT NULL, payment_id UUID NOT NULL, amount_minor BIGINT NOT NULL, currency TEXT NOT NULL, \
     description TEXT NOT NULL, return_url TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT, confirm_at BIGINT, \
     notify_count INTEGER NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_sandbox_charges PRIMARY KEY (id), CONSTRAINT uq_sandbox_charges_reference UNIQUE (reference), \
     CONSTRAINT ck_sandbox_charges_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_sandbox_charges_status CHECK (status IN ('open', 'pending', 'succeeded', 'failed')))",
    "CREATE INDEX ix_sandbox_charges_confirm ON sandbox_charges (confirm_at) WHERE confirm_at IS NOT NULL",
    "CREATE TABLE sandbox_transfers ( \
     id UUID NOT NULL, reference TEXT NOT NULL, kind TEXT NOT NULL, account_number TEXT, amount_minor BIGINT NOT NULL, \
     currency TEXT NOT NULL, outcome TEXT NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_sandbox_transfers PRIMARY KEY (id), CONSTRAINT uq_sandbox_transfers_reference UNIQUE (reference), \
     CONSTRAINT ck_sandbox_transfers_kind CHECK (kind IN ('payout', 'refund')), \
     CONSTRAINT ck_sandbox_transfers_amount CHECK (amount_minor > 0))",
];

const TABLES: &[&str] = &["sandbox_transfers", "sandbox_charges", "sandbox_mails"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
