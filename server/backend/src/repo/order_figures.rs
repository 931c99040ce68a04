//! Orders counted: for the figures and charts of a home page.

use super::convert::key;
use super::order_filter::Filter;
use super::payouts::{PayoutKind, PayoutStatus};
use crate::entity::{audit_event, order as entity, payout};
use crate::error::Result;
use domain::ids::{AccountId, PartyId};
use domain::order::Status;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// When each matching order was made, as unix milliseconds.
pub(crate) async fn made_at(connection: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<i64>> {
    let made = entity::Entity::find()
        .filter(filter.condition())
        .select_only()
        .column(entity::Column::CreatedAt)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(made)
}

/// How many of the matching orders each seller has, and how many of them wait for nobody any more.
pub(crate) async fn by_seller(
    connection: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<BTreeMap<AccountId, (i64, i64)>> {
    let rows: Vec<(Uuid, String, i64)> = entity::Entity::find()
        .filter(filter.condition())
        .select_only()
        .column(entity::Column::SellerAccountId)
        .column(entity::Column::Status)
        .column_as(entity::Column::Id.count(), "orders")
        .group_by(entity::Column::SellerAccountId)
        .group_by(entity::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    let mut sellers: BTreeMap<AccountId, (i64, i64)> = BTreeMap::new();
    for (seller, status, count) in rows {
        let (all, done) = sellers.entry(AccountId(seller)).or_default();
        *all += count;
        if Status::from_key(&status).is_some_and(Status::is_final) {
            *done += count;
        }
    }
    Ok(sellers)
}

/// When a matching order went where, after `since`: the order, the instant in unix milliseconds and the status it got.
pub(crate) async fn moves(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    to: &[Status],
    since: i64,
) -> Result<Vec<(Uuid, i64, Status)>> {
    let rows: Vec<(Uuid, i64, String)> = audit_event::Entity::find()
        .filter(audit_event::Column::At.gte(since))
        .filter(audit_event::Column::ToStatus.is_in(to.iter().map(|status| status.key())))
        .filter(audit_event::Column::OrderId.in_subquery(matching(filter)))
        .order_by_asc(audit_event::Column::At)
        .select_only()
        .column(audit_event::Column::OrderId)
        .column(audit_event::Column::At)
        .column(audit_event::Column::ToStatus)
        .into_tuple()
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|(order, at, status)| Ok((order, at, key(Status::from_key(&status), "audit_events.to_status")?)))
        .collect()
}

/// When payouts of matching orders to a party were made and paid, after `since`, in unix milliseconds.
pub(crate) async fn payout_times(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    party: PartyId,
    since: i64,
) -> Result<Vec<(i64, i64)>> {
    let times = payout::Entity::find()
        .filter(payout::Column::Party.eq(party.to_string()))
        .filter(payout::Column::Kind.eq(PayoutKind::Payout.key()))
        .filter(payout::Column::Status.eq(PayoutStatus::Paid.key()))
        .filter(payout::Column::UpdatedAt.gte(since))
        .filter(payout::Column::OrderId.in_subquery(matching(filter)))
        .select_only()
        .column(payout::Column::CreatedAt)
        .column(payout::Column::UpdatedAt)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(times)
}

fn matching(filter: &Filter) -> SelectStatement {
    QuerySelect::query(&mut entity::Entity::find().filter(filter.condition()).select_only().column(entity::Column::Id))
        .take()
}
