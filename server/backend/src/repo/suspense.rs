//! Money that did not fit its order, until the administrator returns or applies it (rules.md section 5.6).

use super::convert::{from_enum_key, from_ms, money, to_ms};
use crate::entity::suspense_item as entity;
use crate::error::{Error, Result};
use domain::Money;
use domain::ids::{OrderId, PaymentId, SuspenseId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Where the money stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspenseStatus {
    /// Waits for the administrator.
    Open,
    /// To be sent back.
    Queued,
    /// Handed to the rail; its answer is not written yet.
    Sent,
    /// The rail does not know; it is asked again.
    Unknown,
    /// The rail refused to take it back; the administrator tries again.
    Failed,
    /// Back at whoever paid it.
    Returned,
    /// Used to pay an order.
    Applied,
}

impl SuspenseStatus {
    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Returned => "returned",
            Self::Applied => "applied",
        }
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "Waits for a decision",
            Self::Queued => "To be sent back",
            Self::Sent => "Being sent back",
            Self::Unknown => "The bank has not answered",
            Self::Failed => "Could not be sent back",
            Self::Returned => "Sent back",
            Self::Applied => "Applied",
        }
    }
}

/// One amount in suspense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspenseItem {
    /// Identity.
    pub id: SuspenseId,
    /// The payment it arrived with.
    pub payment: PaymentId,
    /// The order that was to be paid.
    pub order: OrderId,
    /// How much arrived.
    pub amount: Money,
    /// By which rail.
    pub rail: String,
    /// Why it did not fit.
    pub cause: String,
    /// Where it stands.
    pub status: SuspenseStatus,
    /// The administrator's reason.
    pub note: Option<String>,
    /// The order it was applied to.
    pub applied_to: Option<OrderId>,
    /// How often its return was sent.
    pub attempts: i32,
    /// Why the rail refused.
    pub failure: Option<String>,
    /// When it arrived.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// Inserts an open item.
pub(crate) async fn insert(tx: &impl ConnectionTrait, item: &SuspenseItem) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(item.id.0),
        payment_id: Set(item.payment.0),
        order_id: Set(item.order.0),
        amount_minor: Set(item.amount.minor()),
        currency: Set(item.amount.currency().code().to_owned()),
        rail: Set(item.rail.clone()),
        cause: Set(item.cause.clone()),
        status: Set(item.status.key().to_owned()),
        note: Set(None),
        decided_by: Set(None),
        applied_to: Set(None),
        attempts: Set(0),
        next_attempt_at: Set(None),
        rail_reference: Set(None),
        failure: Set(None),
        created_at: Set(to_ms(item.created_at)),
        updated_at: Set(to_ms(item.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// What changes of an item; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    /// The new status.
    pub(crate) status: Option<SuspenseStatus>,
    /// The reason, and whose it is.
    pub(crate) decision: Option<(String, Uuid)>,
    /// The order it was applied to.
    pub(crate) applied_to: Option<OrderId>,
    /// How often it was sent.
    pub(crate) attempts: Option<i32>,
    /// When it is looked at again.
    pub(crate) due: Option<Option<OffsetDateTime>>,
    /// Why the rail refused.
    pub(crate) failure: Option<Option<String>>,
    /// The rail's reference.
    pub(crate) reference: Option<String>,
}

/// Writes a change.
pub(crate) async fn change(
    tx: &impl ConnectionTrait,
    id: SuspenseId,
    change: Change,
    now: OffsetDateTime,
) -> Result<()> {
    let mut row = entity::ActiveModel { updated_at: Set(to_ms(now)), ..Default::default() };
    if let Some(status) = change.status {
        row.status = Set(status.key().to_owned());
    }
    if let Some((note, user)) = change.decision {
        row.note = Set(Some(note));
        row.decided_by = Set(Some(user));
    }
    if let Some(order) = change.applied_to {
        row.applied_to = Set(Some(order.0));
    }
    if let Some(attempts) = change.attempts {
        row.attempts = Set(attempts);
    }
    if let Some(due) = change.due {
        row.next_attempt_at = Set(due.map(to_ms));
    }
    if let Some(failure) = change.failure {
        row.failure = Set(failure);
    }
    if let Some(reference) = change.reference {
        row.rail_reference = Set(Some(reference));
    }
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

fn from_row(row: entity::Model) -> Result<SuspenseItem> {
    Ok(SuspenseItem {
        id: SuspenseId(row.id),
        payment: PaymentId(row.payment_id),
        order: OrderId(row.order_id),
        amount: money(row.amount_minor, &row.currency)?,
        rail: row.rail,
        cause: row.cause,
        status: from_enum_key(&row.status)?,
        note: row.note,
        applied_to: row.applied_to.map(OrderId),
        attempts: row.attempts,
        failure: row.failure,
        created_at: from_ms(row.created_at)?,
        updated_at: from_ms(row.updated_at)?,
    })
}

/// One item, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: SuspenseId) -> Result<SuspenseItem> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The newest items, those that wait for somebody first.
pub(crate) async fn newest(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<SuspenseItem>> {
    let stuck = [SuspenseStatus::Open.key(), SuspenseStatus::Failed.key()];
    let page = |waits: bool| {
        let status = entity::Column::Status;
        let which = if waits { status.is_in(stuck) } else { status.is_not_in(stuck) };
        entity::Entity::find().filter(which).order_by_desc(entity::Column::CreatedAt).limit(limit)
    };
    let rows = page(true).all(connection).await?.into_iter().chain(page(false).all(connection).await?);
    rows.map(from_row).collect()
}

/// How many wait for the administrator.
pub(crate) async fn waiting(connection: &impl ConnectionTrait) -> Result<u64> {
    let stuck = [SuspenseStatus::Open.key(), SuspenseStatus::Failed.key()];
    Ok(entity::Entity::find().filter(entity::Column::Status.is_in(stuck)).count(connection).await?)
}

/// The payment of an item that was applied to an order: where a refund of that order goes back to.
pub(crate) async fn applied_payment(connection: &impl ConnectionTrait, order: OrderId) -> Result<Option<PaymentId>> {
    let row = entity::Entity::find().filter(entity::Column::AppliedTo.eq(order.0)).one(connection).await?;
    Ok(row.map(|row| PaymentId(row.payment_id)))
}

/// Returns that are due for the rail.
pub(crate) async fn due(connection: &impl ConnectionTrait, now: OffsetDateTime, limit: u64) -> Result<Vec<SuspenseId>> {
    let open = [SuspenseStatus::Queued, SuspenseStatus::Sent, SuspenseStatus::Unknown].map(SuspenseStatus::key);
    let ids: Vec<Uuid> = entity::Entity::find()
        .filter(entity::Column::Status.is_in(open))
        .filter(entity::Column::NextAttemptAt.lte(to_ms(now)))
        .order_by_asc(entity::Column::NextAttemptAt)
        .limit(limit)
        .select_only()
        .column(entity::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(SuspenseId).collect())
}
