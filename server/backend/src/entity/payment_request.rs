//! A link by which a buyer pays a marketplace or a merchant.

use sea_orm::entity::prelude::*;

/// A link by which a buyer pays a marketplace or a merchant. Instants are unix milliseconds, amounts paise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub marketplace_id: Uuid,
    pub client_id: Uuid,
    pub amount_text: String,
    pub amount_minor: i64,
    pub purpose: String,
    pub buyer_name: String,
    pub email: String,
    pub phone: String,
    pub redirect_url: String,
    pub webhook: String,
    pub send_email: bool,
    pub send_sms: bool,
    pub email_status: Option<String>,
    pub sms_status: Option<String>,
    pub allow_repeated: bool,
    pub mark_fulfilled: bool,
    pub partner_fee_type: Option<String>,
    pub partner_fee: Option<String>,
    pub enabled: bool,
    pub status: String,
    pub expires_at: Option<i64>,
    pub gateway: bool,
    pub transaction_id: Option<String>,
    pub description: String,
    pub created_at: i64,
    pub modified_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
