//! A refund of a payment.

use sea_orm::entity::prelude::*;

/// A refund of a payment. Instants are unix milliseconds, amounts paise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund_cases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub payment_id: Uuid,
    pub kind: String,
    pub reason: String,
    pub body: String,
    pub amount_text: String,
    pub amount_minor: i64,
    pub transaction_id: Option<String>,
    pub status: String,
    pub rail_reference: Option<String>,
    pub failure: Option<String>,
    pub attempts: i32,
    pub next_attempt_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
