//! A milestone project.

use sea_orm::entity::prelude::*;

/// A milestone project. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    pub status: String,
    pub started_by: String,
    pub buyer_account_id: Uuid,
    pub seller_account_id: Uuid,
    pub operator_account_id: Option<Uuid>,
    pub buyer_email: String,
    pub buyer_name: Option<String>,
    pub phone: Option<String>,
    pub name: String,
    pub description: String,
    pub currency: String,
    pub rolls_forward: bool,
    pub defaults: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
