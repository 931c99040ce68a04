//! Something an account is told about an order, as programs read it.

use sea_orm::entity::prelude::*;

/// Something an account is told about an order, as programs read it. Instants are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub number: i64,
    pub order_id: Option<Uuid>,
    pub status: String,
    pub message: String,
    pub object: String,
    pub delivers: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
