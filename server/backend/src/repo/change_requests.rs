//! Changes of milestones that sellers ask for; they take effect only by the buyer.

use super::convert::{enum_key, from_enum_key, from_ms, to_ms};
use crate::entity::change_request as entity;
use crate::error::{Error, Result};
use domain::ids::{ChangeRequestId, MilestoneId, ProjectId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A milestone more, at the end.
    Add,
    /// A milestone as described.
    Edit,
    /// A milestone less.
    Remove,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// The buyer has not answered.
    Open,
    /// The buyer made the change.
    Applied,
    /// The buyer declined.
    Declined,
    /// The seller took it back.
    Withdrawn,
}

/// What a seller asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRequest {
    /// Identity.
    pub id: ChangeRequestId,
    /// In which project.
    pub project: ProjectId,
    /// Of which milestone; `None` for a new one.
    pub milestone: Option<MilestoneId>,
    /// What is to be done.
    pub kind: ChangeKind,
    /// The title it would have.
    pub title: String,
    /// The description it would have.
    pub description: String,
    /// What it would cost, minor units.
    pub amount: i64,
    /// Days to deliver it would have.
    pub delivery_days: u32,
    /// Why, in the seller's words.
    pub reason: String,
    /// Where it stands.
    pub status: ChangeStatus,
    /// When it was asked.
    pub created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<ChangeRequest> {
    Ok(ChangeRequest {
        id: ChangeRequestId(row.id),
        project: ProjectId(row.project_id),
        milestone: row.milestone_id.map(MilestoneId),
        kind: from_enum_key(&row.kind)?,
        title: row.title,
        description: row.description,
        amount: row.amount_minor,
        delivery_days: u32::try_from(row.delivery_days).unwrap_or_default(),
        reason: row.reason,
        status: from_enum_key(&row.status)?,
        created_at: from_ms(row.created_at)?,
    })
}

/// Inserts a request.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &ChangeRequest) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(new.id.0),
        project_id: Set(new.project.0),
        milestone_id: Set(new.milestone.map(|milestone| milestone.0)),
        kind: Set(enum_key(&new.kind)?),
        title: Set(new.title.clone()),
        description: Set(new.description.clone()),
        amount_minor: Set(new.amount),
        delivery_days: Set(i32::try_from(new.delivery_days).unwrap_or_default()),
        reason: Set(new.reason.clone()),
        status: Set(enum_key(&new.status)?),
        created_at: Set(to_ms(new.created_at)),
        answered_at: Set(None),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The open requests of a project, oldest first.
pub(crate) async fn open(connection: &impl ConnectionTrait, project: ProjectId) -> Result<Vec<ChangeRequest>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ProjectId.eq(project.0))
        .filter(entity::Column::Status.eq(enum_key(&ChangeStatus::Open)?))
        .order_by_asc(entity::Column::CreatedAt)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// One request of a project; the project is locked by the caller.
pub(crate) async fn of_project(
    tx: &impl ConnectionTrait,
    project: ProjectId,
    id: ChangeRequestId,
) -> Result<ChangeRequest> {
    let query = entity::Entity::find_by_id(id.0).filter(entity::Column::ProjectId.eq(project.0));
    query.one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Writes how a request was answered.
pub(crate) async fn answer(
    tx: &impl ConnectionTrait,
    id: ChangeRequestId,
    status: ChangeStatus,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(enum_key(&status)?),
        answered_at: Set(Some(to_ms(now))),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}
