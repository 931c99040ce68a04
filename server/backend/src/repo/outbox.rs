//! The outbox: messages written with the change that causes them, delivered afterwards.

use super::convert::{from_json, to_json, to_ms};
use crate::entity::outbox as entity;
use crate::error::{Error, Result};
use crate::mail::Mail;
use domain::ids::OutboxId;
use domain::text::Email;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

const QUEUED: &str = "queued";
const DELIVERED: &str = "delivered";
const DEAD: &str = "dead";

/// A mail with its recipient, as the payload keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Addressed {
    /// The recipient.
    pub(crate) to: Email,
    /// What to write.
    pub(crate) mail: Mail,
}

/// A message that this worker may deliver until its lease ends.
pub(crate) struct Claimed {
    /// Identity.
    pub(crate) id: OutboxId,
    /// Which try this is, from 1.
    pub(crate) attempt: u32,
    payload: String,
}

impl Claimed {
    /// The mail; an error where the payload cannot be read.
    pub(crate) fn addressed(&self) -> Result<Addressed> {
        from_json(&self.payload)
    }
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
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    message: &Addressed,
    dedupe_key: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        topic: Set("mail".to_owned()),
        kind: Set(message.mail.kind().to_owned()),
        dedupe_key: Set(dedupe_key.to_owned()),
        payload: Set(to_json(message)?),
        status: Set(QUEUED.to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(to_ms(now)),
        leased_until_at: Set(None),
        leased_by: Set(None),
        last_error: Set(None),
        created_at: Set(to_ms(now)),
        delivered_at: Set(None),
    };
    entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::DedupeKey).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Leases up to `limit` due messages to `worker` until `until`, and counts the try, so that a crash counts too. Rows that
/// another worker is claiming are skipped, not waited for.
pub(crate) async fn claim(
    tx: &impl ConnectionTrait,
    worker: &str,
    limit: u64,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<Claimed>> {
    let free = Condition::any()
        .add(entity::Column::LeasedUntilAt.is_null())
        .add(entity::Column::LeasedUntilAt.lte(to_ms(now)));
    let rows = entity::Entity::find()
        .filter(entity::Column::Status.eq(QUEUED))
        .filter(entity::Column::NextAttemptAt.lte(to_ms(now)))
        .filter(free)
        .order_by_asc(entity::Column::NextAttemptAt)
        .limit(limit)
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
            Ok(Claimed { id: OutboxId(row.id), attempt: attempt + 1, payload: row.payload })
        })
        .collect()
}

/// Writes how a try ended and gives the lease back; `false` where the lease had passed to another worker, whose word counts.
pub(crate) async fn settle(
    tx: &impl ConnectionTrait,
    claimed: &Claimed,
    worker: &str,
    outcome: &Outcome<'_>,
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
    if !matches!(outcome, Outcome::Retry(..))
        && let Ok(Addressed { to, mail }) = claimed.addressed()
    {
        row.payload = Set(to_json(&Addressed { to, mail: mail.scrubbed() })?);
    }
    let written = entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::Id.eq(claimed.id.0))
        .filter(entity::Column::Status.eq(QUEUED))
        .filter(entity::Column::LeasedBy.eq(worker))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}
