//! One side of a transfer. Append-only.

use sea_orm::entity::prelude::*;

/// One side of a transfer. Append-only. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_postings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub transfer_id: Uuid,
    pub account_id: Uuid,
    pub side: String,
    pub amount_minor: i64,
    pub line: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
