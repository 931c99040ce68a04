//! One try to tell an account.

use sea_orm::entity::prelude::*;

/// One try to tell an account. Instants are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub account_id: Uuid,
    pub url: String,
    pub attempt: i32,
    pub headers: String,
    pub body: String,
    pub status: Option<i32>,
    pub answer: String,
    pub error: Option<String>,
    pub duration_ms: i64,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
