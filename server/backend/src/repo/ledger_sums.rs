//! What the ledger says about many orders at once.

use crate::entity::{ledger_account, ledger_posting, ledger_transfer};
use crate::error::Result;
use domain::ids::OrderId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What was posted to one account on one side for one order.
#[derive(Debug, Clone)]
pub(crate) struct OrderSum {
    /// The account's code.
    pub(crate) account: String,
    /// `debit` or `credit`.
    pub(crate) side: String,
    /// Minor units.
    pub(crate) minor: i64,
}

/// What was posted for these orders, by account and side.
pub(crate) async fn sums_of_orders(
    connection: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<BTreeMap<OrderId, Vec<OrderSum>>> {
    let transfer = ledger_posting::Entity::belongs_to(ledger_transfer::Entity)
        .from(ledger_posting::Column::TransferId)
        .to(ledger_transfer::Column::Id);
    let account = ledger_posting::Entity::belongs_to(ledger_account::Entity)
        .from(ledger_posting::Column::AccountId)
        .to(ledger_account::Column::Id);
    let rows: Vec<(Uuid, String, String, i64)> = ledger_posting::Entity::find()
        .select_only()
        .column(ledger_transfer::Column::OrderId)
        .column(ledger_account::Column::Code)
        .column(ledger_posting::Column::Side)
        .column(ledger_posting::Column::AmountMinor)
        .join(JoinType::InnerJoin, transfer.into())
        .join(JoinType::InnerJoin, account.into())
        .filter(ledger_transfer::Column::OrderId.is_in(orders.iter().map(|order| order.0)))
        .into_tuple()
        .all(connection)
        .await?;
    let mut sums: BTreeMap<OrderId, Vec<OrderSum>> = BTreeMap::new();
    for (order, account, side, minor) in rows {
        let of_order = sums.entry(OrderId(order)).or_default();
        match of_order.iter_mut().find(|sum| sum.account == account && sum.side == side) {
            Some(sum) => sum.minor += minor,
            None => of_order.push(OrderSum { account, side, minor }),
        }
    }
    Ok(sums)
}
