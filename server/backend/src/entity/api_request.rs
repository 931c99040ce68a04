//! One request of a program, without its secrets.

use sea_orm::entity::prelude::*;

/// One request of a program, without its secrets. Instants are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub public_key: String,
    pub method: String,
    pub path: String,
    pub fields: String,
    pub status: i32,
    pub answer: String,
    pub duration_ms: i64,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
