//! Every try to tell an account something, with what was sent and what came back.

use super::convert::{from_ms, to_ms};
use crate::entity::webhook_attempt as entity;
use crate::error::Result;
use domain::ids::{AccountId, ApiEventId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use uuid::Uuid;

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// What was told.
    pub event: ApiEventId,
    /// To whom.
    pub account: AccountId,
    /// Where it was sent.
    pub url: String,
    /// Which try, from 1; a replay counts on.
    pub attempt: i32,
    /// The headers that were sent, one a line.
    pub headers: String,
    /// The body that was sent, without its token.
    pub body: String,
    /// HTTP status of the answer; `None` where none came.
    pub status: Option<i32>,
    /// The beginning of the answer.
    pub answer: String,
    /// Why no answer came.
    pub error: Option<String>,
    /// How long it took, milliseconds.
    pub duration_ms: i64,
    /// When.
    pub at: OffsetDateTime,
}

/// Writes a try down.
pub(crate) async fn insert(tx: &impl ConnectionTrait, attempt: &WebhookAttempt) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(attempt.event.0),
        account_id: Set(attempt.account.0),
        url: Set(attempt.url.clone()),
        attempt: Set(attempt.attempt),
        headers: Set(attempt.headers.clone()),
        body: Set(attempt.body.clone()),
        status: Set(attempt.status),
        answer: Set(attempt.answer.clone()),
        error: Set(attempt.error.clone()),
        duration_ms: Set(attempt.duration_ms),
        at: Set(to_ms(attempt.at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Deletes tries of before `before`.
pub(crate) async fn forget(tx: &impl ConnectionTrait, before: OffsetDateTime) -> Result<u64> {
    let deleted = entity::Entity::delete_many().filter(entity::Column::At.lt(to_ms(before))).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// The tries of these events, oldest first.
pub(crate) async fn of_events(
    connection: &impl ConnectionTrait,
    account: AccountId,
    events: &[ApiEventId],
) -> Result<Vec<WebhookAttempt>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::EventId.is_in(events.iter().map(|event| event.0)))
        .order_by_asc(entity::Column::At)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WebhookAttempt {
                event: ApiEventId(row.event_id),
                account: AccountId(row.account_id),
                url: row.url,
                attempt: row.attempt,
                headers: row.headers,
                body: row.body,
                status: row.status,
                answer: row.answer,
                error: row.error,
                duration_ms: row.duration_ms,
                at: from_ms(row.at)?,
            })
        })
        .collect()
}
