//! What a unit of a currency is worth in naira, as the administrator says. Rows are never changed: the newest counts.

use super::convert::{from_ms, to_ms};
use crate::entity::exchange_rate as entity;
use crate::error::Result;
use domain::ids::UserId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use uuid::Uuid;

/// A rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    /// ISO code of the currency.
    pub base: String,
    /// Naira for one unit of it, in millionths.
    pub micros: i64,
    /// Since when.
    pub set_at: OffsetDateTime,
}

/// Writes a rate that counts from now on.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    base: &str,
    micros: i64,
    by: UserId,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        base: Set(base.to_owned()),
        micros: Set(micros),
        set_by: Set(by.0),
        set_at: Set(to_ms(now)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The rate of a currency that counts now.
pub(crate) async fn current(connection: &impl ConnectionTrait, base: &str) -> Result<Option<ExchangeRate>> {
    let query = entity::Entity::find()
        .filter(entity::Column::Base.eq(base))
        .order_by_desc(entity::Column::SetAt)
        .order_by_desc(entity::Column::Id);
    let row = query.one(connection).await?;
    row.map(|row| Ok(ExchangeRate { base: row.base, micros: row.micros, set_at: from_ms(row.set_at)? })).transpose()
}
