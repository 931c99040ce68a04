//! A program of a marketplace, known by its client id.

use sea_orm::entity::prelude::*;

/// A program of a marketplace, known by its client id. Instants are unix milliseconds, amounts paise.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub mode: String,
    pub name: String,
    pub client_id: String,
    pub secret_hash: String,
    pub referrer: String,
    pub salt_sealed: String,
    pub created_by: Uuid,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
