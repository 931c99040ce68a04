//! What marketplaces collect through payment links: their applications and merchants, payment requests, payments, the
//! settlements that divide them, refund cases, and payouts of balances.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE oauth_clients ( \
     id UUID NOT NULL, account_id UUID NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, client_id TEXT NOT NULL, secret_hash TEXT NOT NULL, \
     referrer TEXT NOT NULL, salt_sealed TEXT NOT NULL, created_by UUID NOT NULL, created_at BIGINT NOT NULL, revoked_at BIGINT, \
     CONSTRAINT pk_oauth_clients PRIMARY KEY (id), CONSTRAINT uq_oauth_clients_client UNIQUE (client_id), \
     CONSTRAINT uq_oauth_clients_referrer UNIQUE (referrer), \
     CONSTRAINT fk_oauth_clients_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_oauth_clients_user FOREIGN KEY (created_by) REFERENCES users (id), \
     CONSTRAINT ck_oauth_clients_mode CHECK (mode IN ('sandbox', 'live')))",
    "CREATE INDEX ix_oauth_clients_account ON oauth_clients (account_id, created_at)",
    "CREATE TABLE merchants ( \
     account_id UUID NOT NULL, marketplace_id UUID NOT NULL, user_id UUID, username TEXT NOT NULL, phone TEXT NOT NULL, first_name TEXT NOT NULL, \
     last_name TEXT NOT NULL, location TEXT NOT NULL, ifsc TEXT, bank_changed_at BIGINT, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_merchants PRIMARY KEY (account_id), CONSTRAINT uq_merchants_username UNIQUE (username), \
     CONSTRAINT fk_merchants_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_merchants_marketplace FOREIGN KEY (marketplace_id) REFERENCES accounts (id), \
     CONSTRAINT fk_merchants_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE INDEX ix_merchants_marketplace ON merchants (marketplace_id, created_at)",
    "CREATE TABLE oauth_tokens ( \
     id UUID NOT NULL, client_id UUID NOT NULL, user_account_id UUID, family UUID NOT NULL, kind TEXT NOT NULL, hash TEXT NOT NULL, \
     scope TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT, used_at BIGINT, revoked_at BIGINT, \
     CONSTRAINT pk_oauth_tokens PRIMARY KEY (id), CONSTRAINT uq_oauth_tokens_hash UNIQUE (hash), \
     CONSTRAINT fk_oauth_tokens_client FOREIGN KEY (client_id) REFERENCES oauth_clients (id), \
     CONSTRAINT fk_oauth_tokens_account FOREIGN KEY (user_account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_oauth_tokens_kind CHECK (kind IN ('access', 'refresh')))",
    "CREATE INDEX ix_oauth_tokens_family ON oauth_tokens (family)",
    "CREATE INDEX ix_oauth_tokens_expires ON oauth_tokens (expires_at)",
    "CREATE TABLE payment_requests ( \
     id UUID NOT NULL, owner_id UUID NOT NULL, marketplace_id UUID NOT NULL, client_id UUID NOT NULL, amount_text TEXT NOT NULL, amount_minor BIGINT NOT NULL, \
     purpose TEXT NOT NULL, buyer_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, redirect_url TEXT NOT NULL, webhook TEXT NOT NULL, \
     send_email BOOLEAN NOT NULL, send_sms BOOLEAN NOT NULL, email_status TEXT, sms_status TEXT, allow_repeated BOOLEAN NOT NULL, \
     mark_fulfilled BOOLEAN NOT NULL, partner_fee_type TEXT, partner_fee TEXT, enabled BOOLEAN NOT NULL, status TEXT NOT NULL, \
     expires_at BIGINT, gateway BOOLEAN NOT NULL, transaction_id TEXT, description TEXT NOT NULL, created_at BIGINT NOT NULL, modified_at BIGINT NOT NULL, \
     CONSTRAINT pk_payment_requests PRIMARY KEY (id), \
     CONSTRAINT uq_payment_requests_transaction UNIQUE (owner_id, transaction_id), \
     CONSTRAINT fk_payment_requests_owner FOREIGN KEY (owner_id) REFERENCES accounts (id), \
     CONSTRAINT fk_payment_requests_marketplace FOREIGN KEY (marketplace_id) REFERENCES accounts (id), \
     CONSTRAINT fk_payment_requests_client FOREIGN KEY (client_id) REFERENCES oauth_clients (id), \
     CONSTRAINT ck_payment_requests_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_payment_requests_status CHECK (status IN ('Pending', 'Sent', 'Failed', 'Completed')))",
    "CREATE INDEX ix_payment_requests_owner ON payment_requests (owner_id, created_at)",
    "CREATE TABLE gateway_orders ( \
     id UUID NOT NULL, owner_id UUID NOT NULL, request_id UUID NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_gateway_orders PRIMARY KEY (id), \
     CONSTRAINT fk_gateway_orders_owner FOREIGN KEY (owner_id) REFERENCES accounts (id), \
     CONSTRAINT fk_gateway_orders_request FOREIGN KEY (request_id) REFERENCES payment_requests (id))",
    "CREATE INDEX ix_gateway_orders_owner ON gateway_orders (owner_id, created_at)",
    "CREATE TABLE collections ( \
     id UUID NOT NULL, code TEXT NOT NULL, request_id UUID NOT NULL, owner_id UUID NOT NULL, marketplace_id UUID NOT NULL, form_key TEXT NOT NULL, \
     rail TEXT NOT NULL, rail_reference TEXT, amount_minor BIGINT NOT NULL, fees_minor BIGINT NOT NULL, taxes_minor BIGINT NOT NULL, \
     buyer_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, status TEXT NOT NULL, method TEXT, failure TEXT, \
     credited_minor BIGINT NOT NULL, debited_minor BIGINT NOT NULL, refunded_minor BIGINT NOT NULL, left_minor BIGINT NOT NULL, \
     fulfilled_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_collections PRIMARY KEY (id), CONSTRAINT uq_collections_code UNIQUE (code), \
     CONSTRAINT uq_collections_key UNIQUE (request_id, form_key), \
     CONSTRAINT fk_collections_request FOREIGN KEY (request_id) REFERENCES payment_requests (id), \
     CONSTRAINT fk_collections_owner FOREIGN KEY (owner_id) REFERENCES accounts (id), \
     CONSTRAINT fk_collections_marketplace FOREIGN KEY (marketplace_id) REFERENCES accounts (id), \
     CONSTRAINT ck_collections_status CHECK (status IN ('started', 'pending', 'succeeded', 'failed', 'returned')), \
     CONSTRAINT ck_collections_credited CHECK (credited_minor <= amount_minor), \
     CONSTRAINT ck_collections_refunded CHECK (refunded_minor <= amount_minor), \
     CONSTRAINT ck_collections_debited CHECK (debited_minor <= refunded_minor))",
    "CREATE UNIQUE INDEX uq_collections_reference ON collections (rail, rail_reference) WHERE rail_reference IS NOT NULL",
    "CREATE INDEX ix_collections_marketplace ON collections (marketplace_id, created_at)",
    "CREATE INDEX ix_collections_owner ON collections (owner_id, created_at)",
    "CREATE INDEX ix_collections_request ON collections (request_id, created_at)",
    "CREATE INDEX ix_collections_status ON collections (status, updated_at)",
    "CREATE INDEX ix_collections_short ON collections (owner_id) WHERE left_minor < 0",
    "CREATE TABLE settlements ( \
     id UUID NOT NULL, payment_id UUID NOT NULL, settlement_id TEXT NOT NULL, kind TEXT NOT NULL, merchant_id UUID NOT NULL, amount_minor BIGINT NOT NULL, \
     status TEXT NOT NULL, created_at BIGINT NOT NULL, done_at BIGINT, \
     CONSTRAINT pk_settlements PRIMARY KEY (id), CONSTRAINT uq_settlements_id UNIQUE (payment_id, settlement_id), \
     CONSTRAINT fk_settlements_payment FOREIGN KEY (payment_id) REFERENCES collections (id), \
     CONSTRAINT fk_settlements_merchant FOREIGN KEY (merchant_id) REFERENCES accounts (id), \
     CONSTRAINT ck_settlements_kind CHECK (kind IN ('CREDIT', 'DEBIT')), CONSTRAINT ck_settlements_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_settlements_status CHECK (status IN ('done', 'queued', 'cancelled')))",
    "CREATE INDEX ix_settlements_merchant ON settlements (merchant_id, created_at)",
    "CREATE INDEX ix_settlements_queued ON settlements (merchant_id, created_at, id) WHERE status = 'queued'",
    "CREATE TABLE refund_cases ( \
     id UUID NOT NULL, code TEXT NOT NULL, payment_id UUID NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL, amount_text TEXT NOT NULL, \
     amount_minor BIGINT NOT NULL, transaction_id TEXT, status TEXT NOT NULL, rail_reference TEXT, failure TEXT, attempts INTEGER NOT NULL, \
     next_attempt_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_refund_cases PRIMARY KEY (id), CONSTRAINT uq_refund_cases_code UNIQUE (code), \
     CONSTRAINT uq_refund_cases_transaction UNIQUE (payment_id, transaction_id), \
     CONSTRAINT fk_refund_cases_payment FOREIGN KEY (payment_id) REFERENCES collections (id), \
     CONSTRAINT ck_refund_cases_kind CHECK (kind IN ('case', 'return')), CONSTRAINT ck_refund_cases_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_refund_cases_status CHECK (status IN ('queued', 'sent', 'unknown', 'failed', 'paid')))",
    "CREATE INDEX ix_refund_cases_payment ON refund_cases (payment_id, created_at)",
    "CREATE INDEX ix_refund_cases_due ON refund_cases (status, next_attempt_at)",
    "CREATE TABLE balance_payouts ( \
     id UUID NOT NULL, account_id UUID NOT NULL, amount_minor BIGINT NOT NULL, rail TEXT NOT NULL, bank_account_id UUID NOT NULL, status TEXT NOT NULL, \
     rail_reference TEXT, failure TEXT, attempts INTEGER NOT NULL, next_attempt_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_balance_payouts PRIMARY KEY (id), \
     CONSTRAINT fk_balance_payouts_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_balance_payouts_bank FOREIGN KEY (bank_account_id) REFERENCES bank_accounts (id), \
     CONSTRAINT ck_balance_payouts_amount CHECK (amount_minor > 0), \
     CONSTRAINT ck_balance_payouts_status CHECK (status IN ('queued', 'sent', 'unknown', 'failed', 'paid')))",
    "CREATE UNIQUE INDEX uq_balance_payouts_open ON balance_payouts (account_id) WHERE status IN ('queued', 'sent', 'unknown')",
    "CREATE INDEX ix_balance_payouts_account ON balance_payouts (account_id, created_at)",
    "CREATE INDEX ix_balance_payouts_due ON balance_payouts (status, next_attempt_at)",
];

const TABLES: &[&str] = &[
    "balance_payouts",
    "refund_cases",
    "settlements",
    "collections",
    "gateway_orders",
    "payment_requests",
    "oauth_tokens",
    "merchants",
    "oauth_clients",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
