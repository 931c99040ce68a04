//! Every row that the books are proved from.

use crate::entity::{
    audit_event, collection, ledger_account, ledger_posting, ledger_transfer, order, payout, refund_case, settlement,
    suspense_item,
};
use crate::error::Result;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use std::collections::HashMap;
use uuid::Uuid;

/// An order as stored.
pub(crate) type OrderRow = order::Model;
/// A payout or refund as stored.
pub(crate) type PayoutRow = payout::Model;
/// An audit event as stored.
pub(crate) type EventRow = audit_event::Model;

/// The ledger, the orders and their histories, as they stand in the database and not as the domain would read them.
pub(crate) struct Books {
    /// Transfers by id.
    pub(crate) transfers: HashMap<Uuid, ledger_transfer::Model>,
    /// Accounts by id.
    pub(crate) accounts: HashMap<Uuid, ledger_account::Model>,
    /// All postings.
    pub(crate) postings: Vec<ledger_posting::Model>,
    /// Orders by number.
    pub(crate) orders: Vec<OrderRow>,
    /// All payouts and refunds.
    pub(crate) payouts: Vec<PayoutRow>,
    /// All money that ever was in suspense.
    pub(crate) suspense: Vec<suspense_item::Model>,
    /// All payments that marketplaces collected.
    pub(crate) collections: Vec<collection::Model>,
    /// How they were divided.
    pub(crate) settlements: Vec<settlement::Model>,
    /// What of them was refunded.
    pub(crate) cases: Vec<refund_case::Model>,
    /// Audit events by order and position.
    pub(crate) events: Vec<EventRow>,
}

/// Reads all of it.
pub(crate) async fn read(connection: &impl ConnectionTrait) -> Result<Books> {
    Ok(Books {
        transfers: ledger_transfer::Entity::find()
            .all(connection)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect(),
        accounts: ledger_account::Entity::find().all(connection).await?.into_iter().map(|row| (row.id, row)).collect(),
        postings: ledger_posting::Entity::find().all(connection).await?,
        orders: order::Entity::find().order_by_asc(order::Column::Number).all(connection).await?,
        payouts: payout::Entity::find().all(connection).await?,
        suspense: suspense_item::Entity::find().all(connection).await?,
        collections: collection::Entity::find().order_by_asc(collection::Column::CreatedAt).all(connection).await?,
        settlements: settlement::Entity::find().all(connection).await?,
        cases: refund_case::Entity::find().all(connection).await?,
        events: audit_event::Entity::find()
            .order_by_asc(audit_event::Column::OrderId)
            .order_by_asc(audit_event::Column::Seq)
            .all(connection)
            .await?,
    })
}
