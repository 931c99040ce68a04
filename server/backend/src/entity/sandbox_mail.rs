//! A mail that the sandbox shows instead of sending.

use sea_orm::entity::prelude::*;

/// A mail that the sandbox shows instead of sending. Instants are unix milliseconds, amounts minor units.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sandbox_mails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub outbox_id: Option<Uuid>,
    pub to_email: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
    pub sent_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
