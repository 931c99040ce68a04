//! An instruction to pay a beneficiary or refund a buyer.

use sea_orm::entity::prelude::*;

/// An instruction to pay a beneficiary or refund a buyer. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub kind: String,
    pub party: String,
    pub amount_minor: i64,
    pub currency: String,
    pub rail: String,
    pub status: String,
    pub bank_account_id: Option<Uuid>,
    pub payment_id: Option<Uuid>,
    pub rail_reference: Option<String>,
    pub failure: Option<String>,
    pub attempts: i32,
    pub next_attempt_at: Option<i64>,
    pub set_aside_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub batch_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
