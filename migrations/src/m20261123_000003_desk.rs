//! The payout desk: batches for the bank, schedules of beneficiaries, and statements of the bank.
//!
//! The column added to an older table carries no foreign key: SQLite could not drop such a column again.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE payout_batches ( \
     id UUID NOT NULL, number BIGINT NOT NULL, currency TEXT NOT NULL, by_file BOOLEAN NOT NULL, status TEXT NOT NULL, \
     total_minor BIGINT NOT NULL, made_by_user_id UUID NOT NULL, made_at BIGINT NOT NULL, approved_by_user_id UUID, \
     approved_at BIGINT, exported_at BIGINT, \
     CONSTRAINT pk_payout_batches PRIMARY KEY (id), CONSTRAINT uq_payout_batches_number UNIQUE (number), \
     CONSTRAINT fk_payout_batches_made_by FOREIGN KEY (made_by_user_id) REFERENCES users (id), \
     CONSTRAINT fk_payout_batches_approved_by FOREIGN KEY (approved_by_user_id) REFERENCES users (id), \
     CONSTRAINT ck_payout_batches_total CHECK (total_minor > 0), \
     CONSTRAINT ck_payout_batches_status CHECK (status IN ('made', 'approved', 'sent', 'dissolved')))",
    "ALTER TABLE payouts ADD COLUMN batch_id UUID",
    "CREATE INDEX ix_payouts_batch ON payouts (batch_id) WHERE batch_id IS NOT NULL",
    "CREATE TABLE payout_schedules ( \
     account_id UUID NOT NULL, currency TEXT NOT NULL, rhythm TEXT NOT NULL, day INTEGER NOT NULL, least_minor BIGINT NOT NULL, \
     updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_payout_schedules PRIMARY KEY (account_id, currency), \
     CONSTRAINT fk_payout_schedules_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_payout_schedules_rhythm CHECK (rhythm IN ('at_once', 'daily', 'weekly', 'monthly')), \
     CONSTRAINT ck_payout_schedules_least CHECK (least_minor >= 0))",
    "CREATE TABLE statement_imports ( \
     id UUID NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL, sha256 TEXT NOT NULL, user_id UUID NOT NULL, lines INTEGER NOT NULL, \
     created_at BIGINT NOT NULL, \
     CONSTRAINT pk_statement_imports PRIMARY KEY (id), CONSTRAINT uq_statement_imports_sha256 UNIQUE (sha256), \
     CONSTRAINT fk_statement_imports_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE TABLE statement_lines ( \
     id UUID NOT NULL, import_id UUID NOT NULL, line INTEGER NOT NULL, booked_on TEXT NOT NULL, amount_minor BIGINT NOT NULL, \
     currency TEXT NOT NULL, credit BOOLEAN NOT NULL, reference TEXT NOT NULL, end_to_end TEXT NOT NULL, counterparty TEXT NOT NULL, \
     counterparty_account TEXT NOT NULL, returned TEXT, fingerprint TEXT NOT NULL, status TEXT NOT NULL, matched TEXT NOT NULL, \
     payment_id UUID, note TEXT, decided_by_user_id UUID, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_statement_lines PRIMARY KEY (id), CONSTRAINT uq_statement_lines_fingerprint UNIQUE (fingerprint), \
     CONSTRAINT fk_statement_lines_import FOREIGN KEY (import_id) REFERENCES statement_imports (id), \
     CONSTRAINT ck_statement_lines_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_statement_lines_status CHECK (status IN ('matched', 'open', 'put_aside')))",
    "CREATE INDEX ix_statement_lines_status ON statement_lines (status, created_at)",
    "CREATE INDEX ix_statement_lines_payment ON statement_lines (payment_id) WHERE payment_id IS NOT NULL",
];

const DOWN: &[&str] = &["DROP INDEX ix_payouts_batch", "ALTER TABLE payouts DROP COLUMN batch_id"];

const TABLES: &[&str] = &["statement_lines", "statement_imports", "payout_schedules", "payout_batches"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await?;
        drop_tables(manager, TABLES).await
    }
}
