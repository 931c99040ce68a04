//! Teams of accounts, and the second factor of signing in.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE member_invitations ( \
     id UUID NOT NULL, account_id UUID NOT NULL, email TEXT NOT NULL, role TEXT NOT NULL, \
     invited_by_user_id UUID NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, closed_at BIGINT, \
     CONSTRAINT pk_member_invitations PRIMARY KEY (id), \
     CONSTRAINT fk_member_invitations_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_member_invitations_user FOREIGN KEY (invited_by_user_id) REFERENCES users (id), \
     CONSTRAINT ck_member_invitations_role CHECK (role IN ('owner', 'manager', 'finance', 'support', 'read_only')))",
    "CREATE UNIQUE INDEX uq_member_invitations_open ON member_invitations (account_id, email) WHERE closed_at IS NULL",
    "CREATE INDEX ix_member_invitations_email ON member_invitations (email)",
    "CREATE TABLE member_events ( \
     id UUID NOT NULL, account_id UUID NOT NULL, at BIGINT NOT NULL, user_id UUID NOT NULL, action TEXT NOT NULL, \
     subject TEXT NOT NULL, role TEXT, \
     CONSTRAINT pk_member_events PRIMARY KEY (id), \
     CONSTRAINT fk_member_events_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_member_events_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE INDEX ix_member_events_account ON member_events (account_id, at)",
    "CREATE TABLE second_factors ( \
     user_id UUID NOT NULL, sealed_secret TEXT NOT NULL, last_step BIGINT NOT NULL, confirmed_at BIGINT, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_second_factors PRIMARY KEY (user_id), \
     CONSTRAINT fk_second_factors_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE TABLE recovery_codes ( \
     code_hash TEXT NOT NULL, user_id UUID NOT NULL, used_at BIGINT, \
     CONSTRAINT pk_recovery_codes PRIMARY KEY (code_hash), \
     CONSTRAINT fk_recovery_codes_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE INDEX ix_recovery_codes_user ON recovery_codes (user_id)",
];

const TABLES: &[&str] = &["recovery_codes", "second_factors", "member_events", "member_invitations"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
