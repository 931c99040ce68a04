//! Batches of payouts.

use super::convert::{currency, from_ms, from_ms_opt, key, to_ms};
use super::numbers;
use crate::entity::payout_batch as entity;
use crate::error::{Error, Result};
use domain::ids::{BatchId, UserId};
use domain::money::{Currency, Money};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchStatus {
    /// Put together; a second administrator has to approve it.
    Made,
    /// Approved: the rail sends it, or it waits to be exported.
    Approved,
    /// Handed to the bank.
    Sent,
    /// Taken apart again before anything left.
    Dissolved,
}

impl BatchStatus {
    const ALL: [Self; 4] = [Self::Made, Self::Approved, Self::Sent, Self::Dissolved];

    const fn key(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Dissolved => "dissolved",
        }
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Made => "Waits for approval",
            Self::Approved => "Approved",
            Self::Sent => "Sent to the bank",
            Self::Dissolved => "Dissolved",
        }
    }
}

/// A batch as stored.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Identity.
    pub id: BatchId,
    /// The small number people say.
    pub number: i64,
    /// Its currency.
    pub currency: Currency,
    /// Whether it leaves by a file for the bank; else the rail sends it.
    pub by_file: bool,
    /// Where it stands.
    pub status: BatchStatus,
    /// What its payouts come to.
    pub total: Money,
    /// Who put it together.
    pub made_by: UserId,
    /// When.
    pub made_at: OffsetDateTime,
    /// Who approved it.
    pub approved_by: Option<UserId>,
    /// When.
    pub approved_at: Option<OffsetDateTime>,
    /// When it was first exported.
    pub exported_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Batch> {
    let currency = currency(&row.currency)?;
    let status = BatchStatus::ALL.into_iter().find(|status| status.key() == row.status);
    Ok(Batch {
        id: BatchId(row.id),
        number: row.number,
        currency,
        by_file: row.by_file,
        status: key(status, "payout_batches.status")?,
        total: Money::new(row.total_minor, currency).map_err(|source| Error::internal("batch total", source))?,
        made_by: UserId(row.made_by_user_id),
        made_at: from_ms(row.made_at)?,
        approved_by: row.approved_by_user_id.map(UserId),
        approved_at: from_ms_opt(row.approved_at)?,
        exported_at: from_ms_opt(row.exported_at)?,
    })
}

fn to_row(batch: &Batch) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(batch.id.0),
        number: Set(batch.number),
        currency: Set(batch.currency.code().to_owned()),
        by_file: Set(batch.by_file),
        status: Set(batch.status.key().to_owned()),
        total_minor: Set(batch.total.minor()),
        made_by_user_id: Set(batch.made_by.0),
        made_at: Set(to_ms(batch.made_at)),
        approved_by_user_id: Set(batch.approved_by.map(|user| user.0)),
        approved_at: Set(batch.approved_at.map(to_ms)),
        exported_at: Set(batch.exported_at.map(to_ms)),
    }
}

/// The number of the next batch.
pub(crate) async fn next_number(tx: &impl ConnectionTrait) -> Result<i64> {
    numbers::next(tx, "payout_batches").await
}

/// Inserts a batch.
pub(crate) async fn insert(tx: &impl ConnectionTrait, batch: &Batch) -> Result<()> {
    entity::Entity::insert(to_row(batch)).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a changed batch.
pub(crate) async fn update(tx: &impl ConnectionTrait, batch: &Batch) -> Result<()> {
    entity::Entity::update_many().set(to_row(batch)).filter(entity::Column::Id.eq(batch.id.0)).exec(tx).await?;
    Ok(())
}

/// One batch, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: BatchId) -> Result<Batch> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// One batch.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: BatchId) -> Result<Batch> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The newest batches.
pub(crate) async fn newest(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Batch>> {
    let rows = entity::Entity::find().order_by_desc(entity::Column::Number).limit(limit).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}
