//! Payouts as the desk and the schedules of beneficiaries see them.

use super::convert::{currency, from_enum_key, to_ms};
use super::payouts::{self, Payout, PayoutKind, PayoutStatus, from_row};
use crate::entity::payout as entity;
use crate::error::{Error, Result};
use domain::Currency;
use domain::ids::{BatchId, PartyId, PayoutId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Queued instructions that wait on the payout desk: no worker takes them. Oldest first.
pub(crate) async fn on_desk(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Payout>> {
    let rows = entity::Entity::find()
        .filter(payouts::on_desk())
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The instructions of a batch.
pub(crate) async fn of_batch(connection: &impl ConnectionTrait, batch: BatchId) -> Result<Vec<Payout>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::BatchId.eq(batch.0))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Puts an instruction into a batch, or takes it out.
pub(crate) async fn set_batch(tx: &impl ConnectionTrait, id: PayoutId, batch: Option<BatchId>) -> Result<()> {
    let row = entity::ActiveModel { batch_id: Set(batch.map(|batch| batch.0)), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

fn queued_of(party: PartyId, currency: &str) -> Condition {
    Condition::all()
        .add(entity::Column::Party.eq(party.to_string()))
        .add(entity::Column::Kind.eq(PayoutKind::Payout.key()))
        .add(entity::Column::Currency.eq(currency))
        .add(entity::Column::Status.eq(PayoutStatus::Queued.key()))
        .add(entity::Column::BatchId.is_null())
}

/// What is queued for a party in a currency and in no batch, and what left `since` then, in minor units.
pub(crate) async fn queued_or_left(
    connection: &impl ConnectionTrait,
    party: PartyId,
    currency: &str,
    since: OffsetDateTime,
) -> Result<i64> {
    let left = Condition::all()
        .add(entity::Column::Party.eq(party.to_string()))
        .add(entity::Column::Kind.eq(PayoutKind::Payout.key()))
        .add(entity::Column::Currency.eq(currency))
        .add(entity::Column::Status.is_in([PayoutStatus::Sent.key(), PayoutStatus::Paid.key()]))
        .add(entity::Column::UpdatedAt.gte(to_ms(since)));
    let rows: Vec<i64> = entity::Entity::find()
        .filter(Condition::any().add(queued_of(party, currency)).add(left))
        .select_only()
        .column(entity::Column::AmountMinor)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().sum())
}

/// Lets the workers take all that is queued for a party in a currency and waits for its day.
pub(crate) async fn bring_forward(
    tx: &impl ConnectionTrait,
    party: PartyId,
    currency: &str,
    now: OffsetDateTime,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::NextAttemptAt, Expr::value(to_ms(now)))
        .filter(queued_of(party, currency))
        .filter(entity::Column::NextAttemptAt.gt(to_ms(now)))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is owed to each party and not paid yet, with how many instructions: by party, currency and status.
pub(crate) async fn open_sums(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(PartyId, Currency, PayoutStatus, i64, i64)>> {
    let rows: Vec<(String, String, String, i64)> = entity::Entity::find()
        .filter(entity::Column::Kind.eq(PayoutKind::Payout.key()))
        .filter(entity::Column::Status.ne(PayoutStatus::Paid.key()))
        .select_only()
        .column(entity::Column::Party)
        .column(entity::Column::Currency)
        .column(entity::Column::Status)
        .column(entity::Column::AmountMinor)
        .into_tuple()
        .all(connection)
        .await?;
    let mut sums: BTreeMap<(String, String, String), (i64, i64)> = BTreeMap::new();
    for (party, currency, status, minor) in rows {
        let sum = sums.entry((party, currency, status)).or_default();
        sum.0 += minor;
        sum.1 += 1;
    }
    sums.into_iter()
        .map(|((party, code, status), (minor, count))| {
            let party = party.parse().map_err(|source| Error::internal("payouts.party", source))?;
            Ok((party, currency(&code)?, from_enum_key(&status)?, minor, count))
        })
        .collect()
}
