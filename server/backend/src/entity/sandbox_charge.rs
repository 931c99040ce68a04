//! A payment in the books of the simulated provider.

use sea_orm::entity::prelude::*;

/// A payment in the books of the simulated provider. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sandbox_charges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub reference: String,
    pub payment_id: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub description: String,
    pub return_url: String,
    pub status: String,
    pub outcome: Option<String>,
    pub confirm_at: Option<i64>,
    pub notify_count: i32,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
