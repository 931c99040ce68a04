//! One attempt to pay a quote.

use sea_orm::entity::prelude::*;

/// One attempt to pay a quote. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub quote_id: Uuid,
    pub rail: String,
    pub rail_reference: Option<String>,
    pub amount_minor: i64,
    pub currency: String,
    pub status: String,
    pub method: Option<String>,
    pub failure: Option<String>,
    pub received_minor: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
