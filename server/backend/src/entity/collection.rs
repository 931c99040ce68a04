//! A payment through a payment request.

use sea_orm::entity::prelude::*;

/// A payment through a payment request. Instants are unix milliseconds, amounts paise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub request_id: Uuid,
    pub owner_id: Uuid,
    pub marketplace_id: Uuid,
    pub form_key: String,
    pub rail: String,
    pub rail_reference: Option<String>,
    pub amount_minor: i64,
    pub fees_minor: i64,
    pub taxes_minor: i64,
    pub buyer_name: String,
    pub email: String,
    pub phone: String,
    pub status: String,
    pub method: Option<String>,
    pub failure: Option<String>,
    pub credited_minor: i64,
    pub debited_minor: i64,
    pub refunded_minor: i64,
    pub left_minor: i64,
    pub fulfilled_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
