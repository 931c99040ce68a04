//! Checkouts of the SDKs over payment requests.

use super::convert::{from_ms, to_ms};
use crate::entity::gateway_order as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, PaymentRequestId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A checkout as it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Identity.
    pub(crate) id: Uuid,
    /// Whose it is.
    pub(crate) owner: AccountId,
    /// What it is over.
    pub(crate) request: PaymentRequestId,
    /// When it was made.
    pub(crate) created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<Row> {
    Ok(Row {
        id: row.id,
        owner: AccountId(row.owner_id),
        request: PaymentRequestId(row.request_id),
        created_at: from_ms(row.created_at)?,
    })
}

/// Inserts a checkout.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &Row) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(new.id),
        owner_id: Set(new.owner.0),
        request_id: Set(new.request.0),
        created_at: Set(to_ms(new.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A checkout of an account.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, owner: AccountId, id: Uuid) -> Result<Row> {
    let query = entity::Entity::find_by_id(id).filter(entity::Column::OwnerId.eq(owner.0));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// An account's checkout over a request; the first, should there be several.
pub(crate) async fn of_request(
    connection: &impl ConnectionTrait,
    owner: AccountId,
    request: PaymentRequestId,
) -> Result<Option<Row>> {
    let query = entity::Entity::find()
        .filter(entity::Column::OwnerId.eq(owner.0))
        .filter(entity::Column::RequestId.eq(request.0))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id);
    query.one(connection).await?.map(from_row).transpose()
}

/// A page of an account's checkouts, newest first, with how many there are.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    owner: AccountId,
    page: u64,
    size: u64,
) -> Result<(Vec<Row>, u64)> {
    let query = entity::Entity::find().filter(entity::Column::OwnerId.eq(owner.0));
    let total = query.clone().count(connection).await?;
    let rows = query
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .offset(page.saturating_mul(size))
        .limit(size)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_>>()?, total))
}
