//! What a shop said about an order it sent a buyer to pay.

use sea_orm::entity::prelude::*;

/// What a shop said about an order it sent a buyer to pay. Instants are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    pub account_id: Uuid,
    pub product_id: String,
    pub callback_url: Option<String>,
    pub details: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
