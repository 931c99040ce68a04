//! What happened to projects. Append-only; what happened to a milestone's money stands in its order's history.

use super::convert::{from_enum_key, from_ms, key, to_ms};
use crate::entity::project_event as entity;
use crate::error::Result;
use domain::ids::{ProjectId, UserId};
use domain::order::Role;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectEventKind {
    /// It was started.
    Started,
    /// Its name, description or carrying over was changed.
    Changed,
    /// The seller set what holds for its milestones.
    TermsSet,
    /// A milestone was added.
    MilestoneAdded,
    /// A milestone was changed.
    MilestoneChanged,
    /// A milestone was moved.
    MilestoneMoved,
    /// A milestone was removed.
    MilestoneRemoved,
    /// The seller asked for a change.
    ChangeAsked,
    /// The buyer declined a change.
    ChangeDeclined,
    /// The seller took a request back.
    ChangeWithdrawn,
    /// The buyer closed it.
    Completed,
    /// The buyer cancelled it.
    Cancelled,
}

impl ProjectEventKind {
    /// What somebody did, as in "… added a milestone".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Started => "started the project",
            Self::Changed => "changed the project",
            Self::TermsSet => "set terms",
            Self::MilestoneAdded => "added a milestone",
            Self::MilestoneChanged => "changed a milestone",
            Self::MilestoneMoved => "moved a milestone",
            Self::MilestoneRemoved => "removed a milestone",
            Self::ChangeAsked => "asked for a change",
            Self::ChangeDeclined => "declined a change",
            Self::ChangeWithdrawn => "took a request back",
            Self::Completed => "closed the project",
            Self::Cancelled => "cancelled the project",
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct ProjectEvent {
    /// When.
    pub at: OffsetDateTime,
    /// In which part.
    pub role: Role,
    /// What.
    pub kind: ProjectEventKind,
    /// About what, in words.
    pub detail: String,
}

/// Writes an event down.
pub(crate) async fn append(
    tx: &impl ConnectionTrait,
    project: ProjectId,
    event: &ProjectEvent,
    user: Option<UserId>,
) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        project_id: Set(project.0),
        at: Set(to_ms(event.at)),
        role: Set(event.role.key().to_owned()),
        user_id: Set(user.map(|user| user.0)),
        kind: Set(super::convert::enum_key(&event.kind)?),
        detail: Set(event.detail.clone()),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The history of a project, oldest first.
pub(crate) async fn of_project(connection: &impl ConnectionTrait, project: ProjectId) -> Result<Vec<ProjectEvent>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ProjectId.eq(project.0))
        .order_by_asc(entity::Column::At)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ProjectEvent {
                at: from_ms(row.at)?,
                role: key(Role::from_key(&row.role), "project_events.role")?,
                kind: from_enum_key(&row.kind)?,
                detail: row.detail,
            })
        })
        .collect()
}
