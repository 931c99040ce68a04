//! One link of an order's hash-chained history. Append-only.

use sea_orm::entity::prelude::*;

/// One link of an order's hash-chained history. Append-only. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub seq: i32,
    pub at: i64,
    pub actor_role: String,
    pub actor_user_id: Option<Uuid>,
    pub command: String,
    pub from_status: Option<String>,
    pub to_status: String,
    pub payload: String,
    pub prev_hash: String,
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
