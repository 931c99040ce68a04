//! The movements of a ledger account, a page at a time, each with the balance after it.

use crate::entity::{ledger_account, ledger_posting, ledger_transfer, order};
use crate::error::Result;
use domain::ids::OrderId;
use domain::ledger::LedgerAccount;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// One movement of an account that grows by credit.
#[derive(Debug, Clone)]
pub(crate) struct Movement {
    /// Why the money moved, as stored.
    pub(crate) reason: String,
    /// When, unix milliseconds.
    pub(crate) at_ms: i64,
    /// The order and its number.
    pub(crate) order: Option<(OrderId, i64)>,
    /// Minor units; below zero what left the account.
    pub(crate) change: i64,
    /// The account's balance after it, minor units.
    pub(crate) balance: i64,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    reason: String,
    at_ms: i64,
    order_id: Option<Uuid>,
    number: Option<i64>,
    change: i64,
    balance: i64,
    movements: i64,
}

const CHANGE: &str =
    "CASE ledger_postings.side WHEN 'credit' THEN ledger_postings.amount_minor ELSE -ledger_postings.amount_minor END";

/// One page of the movements of an account in a currency, newest first, with the number of all. The database adds the
/// balances up over every movement in the same statement, so that page and balance never disagree.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    account: &LedgerAccount,
    currency: &str,
    page: u64,
    size: u64,
) -> Result<(Vec<Movement>, u64)> {
    let transfer = ledger_posting::Entity::belongs_to(ledger_transfer::Entity)
        .from(ledger_posting::Column::TransferId)
        .to(ledger_transfer::Column::Id);
    let of_account = ledger_posting::Entity::belongs_to(ledger_account::Entity)
        .from(ledger_posting::Column::AccountId)
        .to(ledger_account::Column::Id);
    let of_order =
        ledger_transfer::Entity::belongs_to(order::Entity).from(ledger_transfer::Column::OrderId).to(order::Column::Id);
    let balance =
        format!("CAST(SUM({CHANGE}) OVER (ORDER BY ledger_transfers.created_at, ledger_postings.id) AS BIGINT)");
    let rows = ledger_posting::Entity::find()
        .select_only()
        .column(ledger_transfer::Column::Reason)
        .column_as(ledger_transfer::Column::CreatedAt, "at_ms")
        .column(ledger_transfer::Column::OrderId)
        .column(order::Column::Number)
        .column_as(Expr::cust(CHANGE), "change")
        .column_as(Expr::cust(balance), "balance")
        .column_as(Expr::cust("COUNT(*) OVER ()"), "movements")
        .join(JoinType::InnerJoin, transfer.into())
        .join(JoinType::InnerJoin, of_account.into())
        .join(JoinType::LeftJoin, of_order.into())
        .filter(ledger_account::Column::Code.eq(account.code()))
        .filter(ledger_account::Column::Currency.eq(currency))
        // Posting ids rise with time, so they order transfers of the same millisecond.
        .order_by_desc(ledger_transfer::Column::CreatedAt)
        .order_by_desc(ledger_posting::Column::Id)
        .offset(page.saturating_mul(size))
        .limit(size)
        .into_model::<Row>()
        .all(connection)
        .await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.movements).unwrap_or_default());
    let movements = rows.into_iter().map(|row| Movement {
        reason: row.reason,
        at_ms: row.at_ms,
        order: row.order_id.map(OrderId).zip(row.number),
        change: row.change,
        balance: row.balance,
    });
    Ok((movements.collect(), total))
}
