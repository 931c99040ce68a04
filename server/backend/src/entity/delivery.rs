//! What a seller said when it delivered.

use sea_orm::entity::prelude::*;

/// What a seller said when it delivered. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub attempt: i32,
    pub note: String,
    pub tracking: Option<String>,
    pub delivered_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
