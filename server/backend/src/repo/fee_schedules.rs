//! The platform's fees by currency, with their history. Rows are never changed or deleted.

use super::convert::{currency, from_json, from_ms, to_json, to_ms};
use crate::entity::fee_schedule as entity;
use crate::error::Result;
use domain::fee::FeeSchedule;
use domain::ids::UserId;
use domain::money::Currency;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};
use time::OffsetDateTime;
use uuid::Uuid;

/// Fees from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedFees {
    /// Which currency.
    pub currency: Currency,
    /// The fees.
    pub fees: FeeSchedule,
    /// From when.
    pub from: OffsetDateTime,
    /// Who set them.
    pub by: UserId,
    /// When they were set.
    pub created_at: OffsetDateTime,
}

/// Adds fees to the history.
pub(crate) async fn insert(tx: &impl ConnectionTrait, dated: &DatedFees) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        currency: Set(dated.currency.code().to_owned()),
        schedule: Set(to_json(&dated.fees)?),
        effective_from_at: Set(to_ms(dated.from)),
        user_id: Set(dated.by.0),
        created_at: Set(to_ms(dated.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The whole history, what is set last first: of two from the same instant the later one counts.
pub(crate) async fn history(connection: &impl ConnectionTrait) -> Result<Vec<DatedFees>> {
    let rows = entity::Entity::find()
        .order_by_desc(entity::Column::EffectiveFromAt)
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DatedFees {
                currency: currency(&row.currency)?,
                fees: from_json(&row.schedule)?,
                from: from_ms(row.effective_from_at)?,
                by: UserId(row.user_id),
                created_at: from_ms(row.created_at)?,
            })
        })
        .collect()
}
