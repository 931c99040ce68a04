//! The outbox: messages written with the change that causes them, delivered afterwards.

use super::convert::{from_ms, to_ms};
use crate::entity::outbox as entity;
use crate::error::{Error, Result};
use domain::ids::OutboxId;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockBehavior, LockType, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use time::OffsetDateTime;
use uuid::Uuid;

const QUEUED: &str = "queued";
const DELIVERED: &str = "delivered";
const DEAD: &str = "dead";

/// A message to be delivered.
pub(crate) struct NewMessage<'a> {
    /// Which transport takes it.
    pub(crate) topic: &'static str,
    /// What it is, for people who look at the list.
    pub(crate) kind: &'a str,
    /// Queued once for each key.
    pub(crate) dedupe_key: &'a str,
    /// Messages with the same one are delivered one after the other, in the order in which they were queued.
    pub(crate) ordering_key: Option<String>,
    /// What the transport needs, as JSON.
    pub(crate) payload: String,
}

/// Which messages a worker takes.
pub(crate) struct Due<'a> {
    /// Of which topic.
    pub(crate) topic: &'a str,
    /// Not these.
    pub(crate) except: &'a [OutboxId],
    /// How many at most.
    pub(crate) limit: u64,
}

/// A message that this worker may deliver until its lease ends.
pub(crate) struct Claimed {
    /// Identity.
    pub(crate) id: OutboxId,
    /// Whose lease it is.
    pub(crate) worker: String,
    /// Which transport takes it.
    pub(crate) topic: String,
    /// Which try this is, from 1.
    pub(crate) attempt: u32,
    /// What the transport needs, as JSON.
    pub(crate) payload: String,
}

/// A message that was given up.
#[derive(Debug, Clone)]
pub(crate) struct Dead {
    /// Identity.
    pub(crate) id: OutboxId,
    /// Which transport took it.
    pub(crate) topic: String,
    /// What it is.
    pub(crate) kind: String,
    /// What is kept of it, as JSON.
    pub(crate) payload: String,
    /// How often it was tried.
    pub(crate) attempts: i32,
    /// Why the last try failed.
    pub(crate) error: String,
    /// When it was queued.
    pub(crate) created_at: OffsetDateTime,
}

/// How a try ended.
pub(crate) enum Outcome<'a> {
    /// The transport took it.
    Delivered,
    /// To be tried again at this instant.
    Retry(OffsetDateTime, &'a str),
    /// Given up.
    Dead(&'a str),
}

/// Inserts a message; one with the same dedupe key is already there or on its way, and nothing happens.
pub(crate) async fn insert(tx: &impl ConnectionTrait, message: NewMessage<'_>, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        topic: Set(message.topic.to_owned()),
        kind: Set(message.kind.to_owned()),
        dedupe_key: Set(message.dedupe_key.to_owned()),
        payload: Set(message.payload),
        status: Set(QUEUED.to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(to_ms(now)),
        leased_until_at: Set(None),
        leased_by: Set(None),
        last_error: Set(None),
        created_at: Set(to_ms(now)),
        delivered_at: Set(None),
        ordering_key: Set(message.ordering_key),
    };
    entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::DedupeKey).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Leases due messages to `worker` until `until`, and counts the try, so that a crash counts too. Rows that
/// another worker is claiming are skipped, not waited for; so are those that come after one that is still queued.
pub(crate) async fn claim(
    tx: &impl ConnectionTrait,
    due: &Due<'_>,
    worker: &str,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<Claimed>> {
    let free = Condition::any()
        .add(entity::Column::LeasedUntilAt.is_null())
        .add(entity::Column::LeasedUntilAt.lte(to_ms(now)));
    let rows = entity::Entity::find()
        .filter(entity::Column::Status.eq(QUEUED))
        .filter(entity::Column::Topic.eq(due.topic))
        .filter(entity::Column::NextAttemptAt.lte(to_ms(now)))
        .filter(free)
        .filter(Expr::exists(queued_before()).not())
        .filter(entity::Column::Id.is_not_in(due.except.iter().map(|id| id.0)))
        .order_by_asc(entity::Column::NextAttemptAt)
        .limit(due.limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(tx)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let lease = entity::ActiveModel {
        leased_until_at: Set(Some(to_ms(until))),
        leased_by: Set(Some(worker.to_owned())),
        ..Default::default()
    };
    entity::Entity::update_many()
        .set(lease)
        .col_expr(entity::Column::Attempts, Expr::col(entity::Column::Attempts).add(1))
        .filter(entity::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    rows.into_iter()
        .map(|row| {
            let attempt = u32::try_from(row.attempts).map_err(|source| Error::internal("outbox.attempts", source))?;
            let (id, worker) = (OutboxId(row.id), worker.to_owned());
            Ok(Claimed { id, worker, topic: row.topic, attempt: attempt + 1, payload: row.payload })
        })
        .collect()
}

/// The messages that come before the one at hand and are still queued.
fn queued_before() -> SelectStatement {
    let earlier = Alias::new("earlier");
    let of = |column| Expr::col((earlier.clone(), column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(entity::Entity, earlier.clone())
        .and_where(of(entity::Column::OrderingKey).equals((entity::Entity, entity::Column::OrderingKey)))
        .and_where(of(entity::Column::Status).eq(QUEUED))
        .and_where(of(entity::Column::Id).lt(Expr::col((entity::Entity, entity::Column::Id))))
        .to_owned()
}

/// Writes how a try ended and what is kept of the message, and gives the lease back; `false` where the lease had passed to another worker, whose word counts.
pub(crate) async fn settle(
    tx: &impl ConnectionTrait,
    claimed: &Claimed,
    outcome: &Outcome<'_>,
    kept: Option<String>,
    now: OffsetDateTime,
) -> Result<bool> {
    let mut row = entity::ActiveModel { leased_until_at: Set(None), leased_by: Set(None), ..Default::default() };
    match outcome {
        Outcome::Delivered => {
            row.status = Set(DELIVERED.to_owned());
            row.delivered_at = Set(Some(to_ms(now)));
            row.last_error = Set(None);
        }
        Outcome::Retry(at, error) => {
            row.next_attempt_at = Set(to_ms(*at));
            row.last_error = Set(Some((*error).to_owned()));
        }
        Outcome::Dead(error) => {
            row.status = Set(DEAD.to_owned());
            row.last_error = Set(Some((*error).to_owned()));
        }
    }
    if let Some(payload) = kept {
        row.payload = Set(payload);
    }
    let written = entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::Id.eq(claimed.id.0))
        .filter(entity::Column::Status.eq(QUEUED))
        .filter(entity::Column::LeasedBy.eq(claimed.worker.as_str()))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}

/// The messages that were given up, newest first.
pub(crate) async fn dead(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Dead>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Status.eq(DEAD))
        .order_by_desc(entity::Column::CreatedAt)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Dead {
                id: OutboxId(row.id),
                topic: row.topic,
                kind: row.kind,
                payload: row.payload,
                attempts: row.attempts,
                error: row.last_error.unwrap_or_default(),
                created_at: from_ms(row.created_at)?,
            })
        })
        .collect()
}

/// How many messages were given up.
pub(crate) async fn count_dead(connection: &impl ConnectionTrait) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::Status.eq(DEAD)).count(connection).await?)
}

/// Queues a message anew that was given up; `false` where it was not.
pub(crate) async fn revive(tx: &impl ConnectionTrait, id: OutboxId, now: OffsetDateTime) -> Result<bool> {
    let row = entity::ActiveModel {
        status: Set(QUEUED.to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(to_ms(now)),
        leased_until_at: Set(None),
        leased_by: Set(None),
        ..Default::default()
    };
    let written = entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::Status.eq(DEAD))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}
