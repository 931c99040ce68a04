//! A change of a milestone that a seller asks for.

use sea_orm::entity::prelude::*;

/// A change of a milestone that a seller asks for. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub milestone_id: Option<Uuid>,
    pub kind: String,
    pub title: String,
    pub description: String,
    pub amount_minor: i64,
    pub delivery_days: i32,
    pub reason: String,
    pub status: String,
    pub created_at: i64,
    pub answered_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
