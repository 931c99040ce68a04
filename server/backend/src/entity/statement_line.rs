//! One movement of a bank statement.

use sea_orm::entity::prelude::*;

/// One movement of a bank statement. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statement_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub import_id: Uuid,
    pub line: i32,
    pub booked_on: String,
    pub amount_minor: i64,
    pub currency: String,
    pub credit: bool,
    pub reference: String,
    pub end_to_end: String,
    pub counterparty: String,
    pub counterparty_account: String,
    pub returned: Option<String>,
    pub fingerprint: String,
    pub status: String,
    pub matched: String,
    pub payment_id: Option<Uuid>,
    pub note: Option<String>,
    pub decided_by_user_id: Option<Uuid>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
