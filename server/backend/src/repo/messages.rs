//! Messages of the dispute room. They are never changed or deleted.

use super::convert::{from_ms, key, to_ms};
use crate::entity::order_message as entity;
use crate::error::Result;
use domain::ids::{MessageId, OrderId, UserId};
use domain::order::Role;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identity.
    pub id: MessageId,
    /// The part its author plays.
    pub by: Role,
    /// What was said.
    pub text: String,
    /// When.
    pub at: OffsetDateTime,
}

/// Inserts a message.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    order: OrderId,
    message: &Message,
    user: Option<UserId>,
) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(message.id.0),
        order_id: Set(order.0),
        author_role: Set(message.by.key().to_owned()),
        author_user_id: Set(user.map(|user| user.0)),
        text: Set(message.text.clone()),
        created_at: Set(to_ms(message.at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The messages of an order, oldest first.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Message>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Message {
                id: MessageId(row.id),
                by: key(Role::from_key(&row.author_role), "order_messages.author_role")?,
                text: row.text,
                at: from_ms(row.created_at)?,
            })
        })
        .collect()
}
