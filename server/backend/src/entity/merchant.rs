//! What a marketplace's payment API knows of an account: of each merchant, and of the marketplace itself.

use sea_orm::entity::prelude::*;

/// What a marketplace's payment API knows of an account: of each merchant, and of the marketplace itself. Instants are unix milliseconds, amounts paise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merchants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    pub marketplace_id: Uuid,
    pub user_id: Option<Uuid>,
    pub username: String,
    pub phone: String,
    pub first_name: String,
    pub last_name: String,
    pub location: String,
    pub ifsc: Option<String>,
    pub bank_changed_at: Option<i64>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
