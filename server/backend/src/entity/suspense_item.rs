//! Money that did not fit its order.

use sea_orm::entity::prelude::*;

/// Money that did not fit its order. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suspense_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub payment_id: Uuid,
    pub order_id: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub rail: String,
    pub cause: String,
    pub status: String,
    pub note: Option<String>,
    pub decided_by: Option<Uuid>,
    pub applied_to: Option<Uuid>,
    pub attempts: i32,
    pub next_attempt_at: Option<i64>,
    pub rail_reference: Option<String>,
    pub failure: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
