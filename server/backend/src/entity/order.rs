//! An escrow order.

use sea_orm::entity::prelude::*;

/// An escrow order. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    pub version: i64,
    pub status: String,
    pub attempt: i32,
    pub placed_by: String,
    pub buyer_account_id: Uuid,
    pub seller_account_id: Uuid,
    pub operator_account_id: Option<Uuid>,
    pub provider_id: Option<Uuid>,
    pub listing_id: Option<Uuid>,
    pub buyer_email: String,
    pub buyer_name: Option<String>,
    pub title: String,
    pub description: String,
    pub kind: String,
    pub currency: String,
    pub product_minor: i64,
    pub shipping_minor: i64,
    pub terms: String,
    pub quote: Option<String>,
    pub awaits_agreement_of: Option<String>,
    pub paid_at: Option<i64>,
    pub deadline_at: Option<i64>,
    pub remind_at: Option<i64>,
    pub rejection: Option<String>,
    pub second_offer_by: Option<String>,
    pub split_offers: String,
    pub escalated: bool,
    pub ending: Option<String>,
    pub cancelled_by: Option<String>,
    pub project_id: Option<Uuid>,
    pub milestone_id: Option<Uuid>,
    pub carried_minor: i64,
    pub carried_from_id: Option<Uuid>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
