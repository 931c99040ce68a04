//! A good or service that a seller offers.

use sea_orm::entity::prelude::*;

/// A good or service that a seller offers. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub provider_id: Option<Uuid>,
    pub kind: String,
    pub title: String,
    pub description: String,
    pub category: String,
    pub currency: String,
    pub product_minor: i64,
    pub shipping_minor: i64,
    pub stock: Option<i64>,
    pub commission: Option<String>,
    pub status: String,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
