//! The milestones of projects, in their order.

use super::convert::{from_json, from_ms, key, to_json, to_ms};
use crate::entity::{milestone as entity, order};
use crate::error::{Error, Result};
use domain::ids::{MilestoneId, OrderId, ProjectId};
use domain::order::Status;
use domain::project::{MilestoneTerms, Step};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// A milestone with how far its order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// What the rules see of it.
    pub step: Step,
    /// Its project.
    pub project: ProjectId,
    /// What is done in it, in one line.
    pub title: String,
    /// What is done, in words.
    pub description: String,
    /// What it costs, minor units of the project's currency.
    pub amount: i64,
    /// Days to deliver.
    pub delivery_days: u32,
    /// What the seller set for it.
    pub terms: MilestoneTerms,
    /// When it was added.
    pub created_at: OffsetDateTime,
}

/// The milestones of these projects, each project's in its order.
pub(crate) async fn of_projects(
    connection: &impl ConnectionTrait,
    projects: &[ProjectId],
) -> Result<HashMap<ProjectId, Vec<Milestone>>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ProjectId.is_in(projects.iter().map(|project| project.0)))
        .order_by_asc(entity::Column::Position)
        .all(connection)
        .await?;
    let orders: Vec<(Uuid, String, i64)> = order::Entity::find()
        .filter(order::Column::Id.is_in(rows.iter().filter_map(|row| row.order_id)))
        .select_only()
        .column(order::Column::Id)
        .column(order::Column::Status)
        .column(order::Column::CarriedMinor)
        .into_tuple()
        .all(connection)
        .await?;
    let orders: HashMap<Uuid, (String, i64)> =
        orders.into_iter().map(|(id, status, carried)| (id, (status, carried))).collect();
    let mut milestones: HashMap<ProjectId, Vec<Milestone>> = HashMap::new();
    for row in rows {
        let (order, carried) = match row.order_id.and_then(|id| orders.get(&id).map(|order| (id, order))) {
            Some((id, (status, carried))) => {
                (Some((OrderId(id), key(Status::from_key(status), "orders.status")?)), *carried)
            }
            None => (None, 0),
        };
        let milestone = Milestone {
            step: Step { id: MilestoneId(row.id), order, carried },
            project: ProjectId(row.project_id),
            title: row.title,
            description: row.description,
            amount: row.amount_minor,
            delivery_days: u32::try_from(row.delivery_days).unwrap_or_default(),
            terms: from_json(&row.terms)?,
            created_at: from_ms(row.created_at)?,
        };
        milestones.entry(milestone.project).or_default().push(milestone);
    }
    Ok(milestones)
}

/// The milestones of one project, in their order.
pub(crate) async fn of_project(connection: &impl ConnectionTrait, project: ProjectId) -> Result<Vec<Milestone>> {
    Ok(of_projects(connection, &[project]).await?.remove(&project).unwrap_or_default())
}

/// Adds a milestone; [`reorder`] gives it its place.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &Milestone) -> Result<()> {
    let mut row = changed_columns(new)?;
    row.id = Set(new.step.id.0);
    row.project_id = Set(new.project.0);
    row.position = Set(i32::MAX);
    row.order_id = Set(None);
    row.created_at = Set(to_ms(new.created_at));
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a changed milestone back.
pub(crate) async fn update(tx: &impl ConnectionTrait, milestone: &Milestone) -> Result<()> {
    let row = changed_columns(milestone)?;
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(milestone.step.id.0)).exec(tx).await?;
    Ok(())
}

fn changed_columns(milestone: &Milestone) -> Result<entity::ActiveModel> {
    Ok(entity::ActiveModel {
        title: Set(milestone.title.clone()),
        description: Set(milestone.description.clone()),
        amount_minor: Set(milestone.amount),
        delivery_days: Set(i32::try_from(milestone.delivery_days)
            .map_err(|source| Error::internal("milestones.delivery_days", source))?),
        terms: Set(to_json(&milestone.terms)?),
        ..Default::default()
    })
}

/// Numbers the milestones of a project in this order.
pub(crate) async fn reorder(tx: &impl ConnectionTrait, order: &[MilestoneId]) -> Result<()> {
    for (position, id) in (1_i32..).zip(order) {
        let row = entity::ActiveModel { position: Set(position), ..Default::default() };
        entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    }
    Ok(())
}

/// Writes under what terms a milestone is placed.
pub(crate) async fn set_terms(tx: &impl ConnectionTrait, id: MilestoneId, terms: &MilestoneTerms) -> Result<()> {
    let row = entity::ActiveModel { terms: Set(to_json(terms)?), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Names the newest order of a milestone.
pub(crate) async fn set_order(tx: &impl ConnectionTrait, id: MilestoneId, order: OrderId) -> Result<()> {
    let row = entity::ActiveModel { order_id: Set(Some(order.0)), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Takes a milestone out that was never paid.
pub(crate) async fn delete(tx: &impl ConnectionTrait, id: MilestoneId) -> Result<()> {
    entity::Entity::delete_by_id(id.0).exec(tx).await?;
    Ok(())
}
