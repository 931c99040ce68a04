//! What staff did, for whoever asks later. Rows are never changed or deleted.

use super::convert::{from_ms, to_ms};
use crate::entity::staff_event as entity;
use crate::error::Result;
use domain::ids::UserId;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder, QuerySelect};
use time::OffsetDateTime;
use uuid::Uuid;

/// One act of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffEvent {
    /// When.
    pub at: OffsetDateTime,
    /// Who; `None` from the command line and the sandbox.
    pub user: Option<UserId>,
    /// What, as a stored name.
    pub action: String,
    /// On what.
    pub subject: String,
    /// With which words.
    pub detail: String,
}

/// Records an act.
pub(crate) async fn record(tx: &impl ConnectionTrait, event: StaffEvent) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        at: Set(to_ms(event.at)),
        user_id: Set(event.user.map(|user| user.0)),
        action: Set(event.action),
        subject: Set(event.subject),
        detail: Set(event.detail),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The newest acts.
pub(crate) async fn newest(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<StaffEvent>> {
    let rows = entity::Entity::find()
        .order_by_desc(entity::Column::At)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StaffEvent {
                at: from_ms(row.at)?,
                user: row.user_id.map(UserId),
                action: row.action,
                subject: row.subject,
                detail: row.detail,
            })
        })
        .collect()
}
