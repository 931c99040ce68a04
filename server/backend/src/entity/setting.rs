//! A setting of the installation, such as its secret or a number sequence.

use sea_orm::entity::prelude::*;

/// A setting of the installation, such as its secret or a number sequence. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
