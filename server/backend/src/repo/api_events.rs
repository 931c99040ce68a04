//! What accounts are told about their orders, in order and as programs read it.

use super::convert::{from_ms, to_ms};
use super::numbers;
use crate::entity::api_event as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, ApiEventId, OrderId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;

/// One thing an account is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiEvent {
    /// Identity, the same in every try.
    pub id: ApiEventId,
    /// Who is told.
    pub account: AccountId,
    /// Its place among everything the account is told, without gaps.
    pub number: i64,
    /// About which order; a test is about none.
    pub order: Option<OrderId>,
    /// The status word of the notification.
    pub status: String,
    /// The sentence of the notification.
    pub message: String,
    /// The order object as it stood, as JSON.
    pub object: String,
    /// Whether it is sent to the callback URL, and not only kept for the feed.
    pub delivers: bool,
    /// When it happened.
    pub created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<ApiEvent> {
    Ok(ApiEvent {
        id: ApiEventId(row.id),
        account: AccountId(row.account_id),
        number: row.number,
        order: row.order_id.map(OrderId),
        status: row.status,
        message: row.message,
        object: row.object,
        delivers: row.delivers,
        created_at: from_ms(row.created_at)?,
    })
}

/// Writes an event and gives it the next number of its account, which commits in order.
pub(crate) async fn insert(tx: &impl ConnectionTrait, event: &ApiEvent) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(event.id.0),
        account_id: Set(event.account.0),
        number: Set(numbers::next(tx, &format!("events:{}", event.account)).await?),
        order_id: Set(event.order.map(|order| order.0)),
        status: Set(event.status.clone()),
        message: Set(event.message.clone()),
        object: Set(event.object.clone()),
        delivers: Set(event.delivers),
        created_at: Set(to_ms(event.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// One event, whoever asks: for the worker that delivers it.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: ApiEventId) -> Result<ApiEvent> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The events of an account behind a number, oldest first.
pub(crate) async fn after(
    connection: &impl ConnectionTrait,
    account: AccountId,
    number: i64,
    limit: u64,
) -> Result<Vec<ApiEvent>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::Number.gt(number))
        .order_by_asc(entity::Column::Number)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The newest events of an account that are sent to its callback URL.
pub(crate) async fn newest(connection: &impl ConnectionTrait, account: AccountId, limit: u64) -> Result<Vec<ApiEvent>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::Delivers.eq(true))
        .order_by_desc(entity::Column::Number)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The deliverable events of an account from one number to another, both included, oldest first.
pub(crate) async fn range(
    connection: &impl ConnectionTrait,
    account: AccountId,
    (from, to): (i64, i64),
    limit: u64,
) -> Result<Vec<ApiEvent>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::Delivers.eq(true))
        .filter(entity::Column::Number.between(from, to))
        .order_by_asc(entity::Column::Number)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}
