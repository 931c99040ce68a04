//! What one unit of a currency was worth in naira from an instant on.

use sea_orm::entity::prelude::*;

/// What one unit of a currency was worth in naira from an instant on. Instants are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exchange_rates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub base: String,
    pub micros: i64,
    pub set_by: Uuid,
    pub set_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
