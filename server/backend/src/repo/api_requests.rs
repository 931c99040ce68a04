//! The log of what programs asked, without their secrets.

use super::convert::{from_ms, to_ms};
use crate::entity::api_request as entity;
use crate::error::Result;
use domain::ids::AccountId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;
use uuid::Uuid;

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiRequest {
    /// Whose key asked.
    pub account: AccountId,
    /// The public half of the key.
    pub public_key: String,
    /// HTTP method.
    pub method: String,
    /// The path, without a query.
    pub path: String,
    /// The fields, secrets struck out.
    pub fields: String,
    /// HTTP status of the answer.
    pub status: i32,
    /// The beginning of the answer.
    pub answer: String,
    /// How long it took, milliseconds.
    pub duration_ms: i64,
    /// When.
    pub at: OffsetDateTime,
}

/// Writes a request down.
pub(crate) async fn insert(tx: &impl ConnectionTrait, request: &ApiRequest) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        account_id: Set(request.account.0),
        public_key: Set(request.public_key.clone()),
        method: Set(request.method.clone()),
        path: Set(request.path.clone()),
        fields: Set(request.fields.clone()),
        status: Set(request.status),
        answer: Set(request.answer.clone()),
        duration_ms: Set(request.duration_ms),
        at: Set(to_ms(request.at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The newest requests of an account.
pub(crate) async fn newest(
    connection: &impl ConnectionTrait,
    account: AccountId,
    limit: u64,
) -> Result<Vec<ApiRequest>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .order_by_desc(entity::Column::At)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ApiRequest {
                account: AccountId(row.account_id),
                public_key: row.public_key,
                method: row.method,
                path: row.path,
                fields: row.fields,
                status: row.status,
                answer: row.answer,
                duration_ms: row.duration_ms,
                at: from_ms(row.at)?,
            })
        })
        .collect()
}

/// Deletes what is older than `before`.
pub(crate) async fn forget(tx: &impl ConnectionTrait, before: OffsetDateTime) -> Result<u64> {
    let deleted = entity::Entity::delete_many().filter(entity::Column::At.lt(to_ms(before))).exec(tx).await?;
    Ok(deleted.rows_affected)
}
