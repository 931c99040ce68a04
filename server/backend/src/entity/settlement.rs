//! A part of a payment that goes to a merchant, or back from one.

use sea_orm::entity::prelude::*;

/// A part of a payment that goes to a merchant, or back from one. Instants are unix milliseconds, amounts paise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settlements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub payment_id: Uuid,
    pub settlement_id: String,
    pub kind: String,
    pub merchant_id: Uuid,
    pub amount_minor: i64,
    pub status: String,
    pub created_at: i64,
    pub done_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
