//! Payouts that leave together.

use sea_orm::entity::prelude::*;

/// Payouts that leave together. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    pub currency: String,
    pub by_file: bool,
    pub status: String,
    pub total_minor: i64,
    pub made_by_user_id: Uuid,
    pub made_at: i64,
    pub approved_by_user_id: Option<Uuid>,
    pub approved_at: Option<i64>,
    pub exported_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
