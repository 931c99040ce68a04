//! A picture of a listing, re-encoded.

use sea_orm::entity::prelude::*;

/// A picture of a listing, re-encoded as JPEG in two sizes. Instants are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing_pictures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub listing_id: Uuid,
    pub width: i32,
    pub height: i32,
    pub body: Vec<u8>,
    pub small: Vec<u8>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
