//! Orders counted: for the figures and charts of a home page.

use super::convert::key;
use super::order_filter::{Filter, total};
use super::payouts::{PayoutKind, PayoutStatus};
use crate::entity::{audit_event, order as entity, payout};
use crate::error::Result;
use domain::ids::{AccountId, PartyId};
use domain::order::Status;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Equal stretches of time from one instant on, counted from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretches {
    /// The first instant, unix milliseconds.
    pub(crate) from: i64,
    /// How long each is, milliseconds.
    pub(crate) length: i64,
}

impl Stretches {
    /// In which stretch an instant lies that is not before the first.
    fn of(self, column: impl ColumnTrait) -> Expr {
        Expr::col(column).sub(self.from).div(self.length)
    }
}

/// The name of a computed column that rows are grouped by.
const STRETCH: &str = "stretch";

/// `COUNT(*)`, which reads no more than the index.
fn rows() -> Expr {
    Func::count(Expr::col(Asterisk)).into()
}

/// PostgreSQL sums BIGINT to NUMERIC.
fn sum(what: Expr) -> Expr {
    Expr::expr(Func::sum(what)).cast_as("BIGINT")
}

/// How many matching orders were made in each stretch.
pub(crate) async fn made_in(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    stretches: Stretches,
) -> Result<Vec<(i64, i64)>> {
    let made = entity::Entity::find()
        .filter(filter.condition())
        .filter(entity::Column::CreatedAt.gte(stretches.from))
        .select_only()
        .column_as(stretches.of(entity::Column::CreatedAt), STRETCH)
        .column_as(rows(), "orders")
        .group_by(Expr::col(Alias::new(STRETCH)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(made)
}

/// How many of the matching orders are in each status.
pub(crate) async fn counts(connection: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<(Status, i64)>> {
    let rows: Vec<(String, i64)> = entity::Entity::find()
        .filter(filter.condition())
        .select_only()
        .column(entity::Column::Status)
        .column_as(rows(), "orders")
        .group_by(entity::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    rows.into_iter().map(|(status, count)| Ok((key(Status::from_key(&status), "orders.status")?, count))).collect()
}

/// What the matching orders that hold money cost together, by currency in minor units.
pub(crate) async fn held(connection: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<(String, i64)>> {
    let holding: Vec<&str> = Status::ALL.into_iter().filter(|status| status.holds_money()).map(Status::key).collect();
    // An unpaid order holds what was carried over into it.
    let unpaid = Expr::col(entity::Column::Status).eq(Status::AwaitingPayment.key());
    let held_of = Expr::case(unpaid, Expr::col(entity::Column::CarriedMinor)).finally(total());
    let held = entity::Entity::find()
        .filter(filter.condition())
        .filter(
            Condition::any()
                .add(entity::Column::Status.is_in(holding))
                .add(entity::Column::CarriedMinor.gt(0).and(entity::Column::Status.eq(Status::AwaitingPayment.key()))),
        )
        .select_only()
        .column(entity::Column::Currency)
        .column_as(sum(held_of.into()), "held")
        .group_by(entity::Column::Currency)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(held)
}

/// How many of the matching orders each seller has, and how many of them wait for nobody any more.
pub(crate) async fn by_seller(
    connection: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<BTreeMap<AccountId, (i64, i64)>> {
    let counted: Vec<(Uuid, String, i64)> = entity::Entity::find()
        .filter(filter.condition())
        .select_only()
        .column(entity::Column::SellerAccountId)
        .column(entity::Column::Status)
        .column_as(rows(), "orders")
        .group_by(entity::Column::SellerAccountId)
        .group_by(entity::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    let mut sellers: BTreeMap<AccountId, (i64, i64)> = BTreeMap::new();
    for (seller, status, count) in counted {
        let (all, done) = sellers.entry(AccountId(seller)).or_default();
        *all += count;
        if Status::from_key(&status).is_some_and(Status::is_final) {
            *done += count;
        }
    }
    Ok(sellers)
}

/// How many matching orders came to each of these statuses in each stretch.
pub(crate) async fn moves(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    to: &[Status],
    stretches: Stretches,
) -> Result<Vec<(i64, Status, i64)>> {
    let moved: Vec<(i64, String, i64)> = audit_event::Entity::find()
        .filter(audit_event::Column::OrderId.in_subquery(changed_since(filter, stretches.from)))
        .filter(audit_event::Column::ToStatus.is_in(to.iter().map(|status| status.key())))
        .filter(audit_event::Column::At.gte(stretches.from))
        .select_only()
        .column_as(stretches.of(audit_event::Column::At), STRETCH)
        .column(audit_event::Column::ToStatus)
        .column_as(rows(), "moves")
        .group_by(Expr::col(Alias::new(STRETCH)))
        .group_by(audit_event::Column::ToStatus)
        .into_tuple()
        .all(connection)
        .await?;
    moved
        .into_iter()
        .map(|(stretch, status, count)| Ok((stretch, key(Status::from_key(&status), "audit_events.to_status")?, count)))
        .collect()
}

/// How many payouts to a party were paid in each stretch after each number of minutes.
pub(crate) async fn payout_minutes(
    connection: &impl ConnectionTrait,
    party: PartyId,
    stretches: Stretches,
) -> Result<Vec<(i64, i64, i64)>> {
    let minutes = Expr::col(payout::Column::UpdatedAt).sub(Expr::col(payout::Column::CreatedAt)).div(60_000_i64);
    let paid = payout::Entity::find()
        .filter(paid_since(party, stretches.from))
        .select_only()
        .column_as(stretches.of(payout::Column::UpdatedAt), STRETCH)
        .column_as(minutes, "minutes")
        .column_as(rows(), "payouts")
        .group_by(Expr::col(Alias::new(STRETCH)))
        .group_by(Expr::col(Alias::new("minutes")))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(paid)
}

/// What was paid to a party's bank since an instant in unix milliseconds, by currency in minor units.
pub(crate) async fn paid(connection: &impl ConnectionTrait, party: PartyId, since: i64) -> Result<Vec<(String, i64)>> {
    let paid = payout::Entity::find()
        .filter(paid_since(party, since))
        .select_only()
        .column(payout::Column::Currency)
        .column_as(sum(Expr::col(payout::Column::AmountMinor)), "paid")
        .group_by(payout::Column::Currency)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(paid)
}

/// A party's payouts that were paid since an instant.
fn paid_since(party: PartyId, since: i64) -> Condition {
    Condition::all()
        .add(payout::Column::Party.eq(party.to_string()))
        .add(payout::Column::Status.eq(PayoutStatus::Paid.key()))
        .add(payout::Column::UpdatedAt.gte(since))
        .add(payout::Column::Kind.eq(PayoutKind::Payout.key()))
}

/// The matching orders to which anything happened since an instant.
fn changed_since(filter: &Filter, since: i64) -> SelectStatement {
    let mut changed = entity::Entity::find()
        .filter(filter.condition())
        .filter(entity::Column::UpdatedAt.gte(since))
        .select_only()
        .column(entity::Column::Id);
    QuerySelect::query(&mut changed).take()
}
