//! People, accounts, sessions and where they are paid.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE settings (key TEXT NOT NULL, value TEXT NOT NULL, CONSTRAINT pk_settings PRIMARY KEY (key))",
    "CREATE TABLE users ( \
     id UUID NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, password_hash TEXT NOT NULL, email_verified_at BIGINT, \
     wanted_kind TEXT NOT NULL, wanted_business TEXT, staff_role TEXT, failed_sign_ins INTEGER NOT NULL DEFAULT 0, \
     locked_until_at BIGINT, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_users PRIMARY KEY (id), CONSTRAINT uq_users_email UNIQUE (email), \
     CONSTRAINT ck_users_email CHECK (email = LOWER(email) AND email LIKE '%_@_%'), \
     CONSTRAINT ck_users_staff_role CHECK (staff_role IN ('dispute_manager', 'administrator')), \
     CONSTRAINT ck_users_failed CHECK (failed_sign_ins >= 0))",
    "CREATE TABLE accounts ( \
     id UUID NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, claimed BOOLEAN NOT NULL, \
     identity_verified_at BIGINT, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_accounts PRIMARY KEY (id), CONSTRAINT uq_accounts_number UNIQUE (number), \
     CONSTRAINT ck_accounts_kind CHECK (kind IN ('buyer', 'individual_seller', 'business_seller', 'marketplace_operator')), \
     CONSTRAINT ck_accounts_claimed CHECK (claimed OR kind = 'buyer'))",
    "CREATE UNIQUE INDEX uq_accounts_buyer_email ON accounts (email) WHERE kind = 'buyer'",
    "CREATE TABLE members ( \
     account_id UUID NOT NULL, user_id UUID NOT NULL, role TEXT NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_members PRIMARY KEY (account_id, user_id), \
     CONSTRAINT fk_members_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_members_user FOREIGN KEY (user_id) REFERENCES users (id), \
     CONSTRAINT ck_members_role CHECK (role IN ('owner', 'manager', 'finance', 'support', 'read_only')))",
    "CREATE INDEX ix_members_user ON members (user_id)",
    "CREATE TABLE sessions ( \
     id_hash TEXT NOT NULL, user_id UUID, public_id UUID NOT NULL, data TEXT NOT NULL, expires_at BIGINT NOT NULL, \
     created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, user_agent TEXT, \
     CONSTRAINT pk_sessions PRIMARY KEY (id_hash), CONSTRAINT uq_sessions_public UNIQUE (public_id), \
     CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE INDEX ix_sessions_user ON sessions (user_id)",
    "CREATE INDEX ix_sessions_expires ON sessions (expires_at)",
    "CREATE TABLE mail_tokens ( \
     token_hash TEXT NOT NULL, user_id UUID NOT NULL, purpose TEXT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT, \
     created_at BIGINT NOT NULL, \
     CONSTRAINT pk_mail_tokens PRIMARY KEY (token_hash), \
     CONSTRAINT fk_mail_tokens_user FOREIGN KEY (user_id) REFERENCES users (id), \
     CONSTRAINT ck_mail_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password')))",
    "CREATE INDEX ix_mail_tokens_user ON mail_tokens (user_id)",
    "CREATE TABLE bank_accounts ( \
     id UUID NOT NULL, account_id UUID NOT NULL, currency TEXT NOT NULL, bank_name TEXT NOT NULL, account_number TEXT NOT NULL, \
     account_name TEXT NOT NULL, created_at BIGINT NOT NULL, usable_from_at BIGINT NOT NULL, replaced_at BIGINT, \
     CONSTRAINT pk_bank_accounts PRIMARY KEY (id), \
     CONSTRAINT fk_bank_accounts_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_bank_accounts_currency CHECK (LENGTH(currency) = 3))",
    "CREATE UNIQUE INDEX uq_bank_accounts_current ON bank_accounts (account_id, currency) WHERE replaced_at IS NULL",
];

const TABLES: &[&str] = &["bank_accounts", "mail_tokens", "sessions", "members", "accounts", "users", "settings"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
