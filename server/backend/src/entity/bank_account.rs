//! Where a party is paid, with its history.

use sea_orm::entity::prelude::*;

/// Where a party is paid, with its history. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub provider_id: Option<Uuid>,
    pub currency: String,
    pub bank_name: String,
    pub account_number: String,
    pub account_name: String,
    pub created_at: i64,
    pub usable_from_at: i64,
    pub replaced_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
