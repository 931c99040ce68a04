//! Indexes in the order in which lists, home pages and statements read, so that a page costs the same with many orders as with few.

use crate::dialect::run;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "DROP INDEX ix_orders_buyer",
    "DROP INDEX ix_orders_seller",
    "DROP INDEX ix_orders_operator",
    "CREATE INDEX ix_orders_buyer ON orders (buyer_account_id, created_at, number)",
    "CREATE INDEX ix_orders_seller ON orders (seller_account_id, created_at, number)",
    "CREATE INDEX ix_orders_operator ON orders (operator_account_id, created_at, number)",
    "CREATE INDEX ix_orders_seller_status ON orders (seller_account_id, status, created_at, number)",
    "CREATE INDEX ix_orders_operator_status ON orders (operator_account_id, status, created_at, number)",
    "CREATE INDEX ix_orders_seller_deadline ON orders (seller_account_id, deadline_at) WHERE deadline_at IS NOT NULL",
    "CREATE INDEX ix_orders_seller_total ON orders (seller_account_id, (product_minor + shipping_minor), number)",
    "CREATE INDEX ix_audit_events_moves ON audit_events (order_id, to_status, at)",
    "CREATE INDEX ix_payouts_paid ON payouts (party, status, updated_at)",
];

const DOWN: &[&str] = &[
    "DROP INDEX ix_payouts_paid",
    "DROP INDEX ix_audit_events_moves",
    "DROP INDEX ix_orders_seller_total",
    "DROP INDEX ix_orders_seller_deadline",
    "DROP INDEX ix_orders_operator_status",
    "DROP INDEX ix_orders_seller_status",
    "DROP INDEX ix_orders_operator",
    "DROP INDEX ix_orders_seller",
    "DROP INDEX ix_orders_buyer",
    "CREATE INDEX ix_orders_buyer ON orders (buyer_account_id, created_at)",
    "CREATE INDEX ix_orders_seller ON orders (seller_account_id, status, created_at)",
    "CREATE INDEX ix_orders_operator ON orders (operator_account_id, created_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
