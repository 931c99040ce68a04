//! The double-entry ledger. A transfer is sealed by its header: the postings come first, and a header whose
//! postings do not balance is refused, as is a posting to a sealed transfer.

use crate::dialect::{append_only, drop_functions, drop_tables, refuse, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE ledger_accounts ( \
     id UUID NOT NULL, code TEXT NOT NULL, currency TEXT NOT NULL, balance_minor BIGINT NOT NULL DEFAULT 0, \
     CONSTRAINT pk_ledger_accounts PRIMARY KEY (id), CONSTRAINT uq_ledger_accounts_code UNIQUE (code, currency), \
     CONSTRAINT ck_ledger_accounts_balance CHECK (balance_minor >= 0 OR code = 'expense:gateway'))",
    "CREATE TABLE ledger_transfers ( \
     id UUID NOT NULL, idempotency_key TEXT NOT NULL, order_id UUID, reason TEXT NOT NULL, currency TEXT NOT NULL, note TEXT, \
     created_at BIGINT NOT NULL, \
     CONSTRAINT pk_ledger_transfers PRIMARY KEY (id), CONSTRAINT uq_ledger_transfers_key UNIQUE (idempotency_key), \
     CONSTRAINT fk_ledger_transfers_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT ck_ledger_transfers_reason CHECK (reason IN ('hold', 'release', 'refund', 'split', 'payout', 'refund_paid', 'suspense', \
     'suspense_resolved', 'unclaimed', 'rail_charge')))",
    "CREATE INDEX ix_ledger_transfers_order ON ledger_transfers (order_id)",
    "CREATE TABLE ledger_postings ( \
     id UUID NOT NULL, transfer_id UUID NOT NULL, account_id UUID NOT NULL, side TEXT NOT NULL, amount_minor BIGINT NOT NULL, \
     line INTEGER NOT NULL, \
     CONSTRAINT pk_ledger_postings PRIMARY KEY (id), CONSTRAINT uq_ledger_postings_line UNIQUE (transfer_id, line), \
     CONSTRAINT fk_ledger_postings_transfer FOREIGN KEY (transfer_id) REFERENCES ledger_transfers (id) DEFERRABLE INITIALLY DEFERRED, \
     CONSTRAINT fk_ledger_postings_account FOREIGN KEY (account_id) REFERENCES ledger_accounts (id), \
     CONSTRAINT ck_ledger_postings_side CHECK (side IN ('debit', 'credit')), \
     CONSTRAINT ck_ledger_postings_amount CHECK (amount_minor > 0))",
    "CREATE INDEX ix_ledger_postings_account ON ledger_postings (account_id)",
];

const TABLES: &[&str] = &["ledger_postings", "ledger_transfers", "ledger_accounts"];

const FUNCTIONS: &[&str] = &[
    "tr_transfer_balances",
    "tr_posting_unsealed",
    "tr_ledger_transfers_no_update",
    "tr_ledger_transfers_no_delete",
    "tr_ledger_postings_no_update",
    "tr_ledger_postings_no_delete",
];

/// The header comes last; what it seals must be two lines or more, balanced, on accounts of its currency.
const UNBALANCED: &str = "(SELECT COUNT(*) < 2 OR SUM(CASE p.side WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END) <> 0 \
     OR SUM(CASE WHEN a.currency = NEW.currency THEN 0 ELSE 1 END) > 0 \
     FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.transfer_id = NEW.id)";

const SEALED: &str = "EXISTS (SELECT 1 FROM ledger_transfers t WHERE t.id = NEW.transfer_id)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        refuse(manager, "tr_transfer_balances", "ledger_transfers", "INSERT", UNBALANCED, "ledger_transfer_unbalanced")
            .await?;
        refuse(manager, "tr_posting_unsealed", "ledger_postings", "INSERT", SEALED, "ledger_transfer_sealed").await?;
        append_only(manager, "ledger_transfers").await?;
        append_only(manager, "ledger_postings").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await?;
        drop_functions(manager, FUNCTIONS).await
    }
}
