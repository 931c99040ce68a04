//! Payments: attempts of buyers to pay a quote.

use super::convert::{from_enum_key, from_ms, money, to_ms};
use crate::entity::payment as entity;
use crate::error::{Error, Result};
use domain::Money;
use domain::ids::{OrderId, PaymentId, QuoteId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The buyer is at the provider's page.
    Started,
    /// The provider does not know yet.
    Pending,
    /// Money is held for the order.
    Succeeded,
    /// No money arrived.
    Failed,
    /// Money arrived that does not fit the order; it waits for the administrator.
    Suspense,
}

impl PaymentStatus {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Suspense => "suspense",
        }
    }

    /// Whether the provider may still tell us something new.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Pending)
    }
}

/// A payment as stored.
#[derive(Debug, Clone)]
pub struct Payment {
    /// Identity.
    pub id: PaymentId,
    /// The order it pays.
    pub order: OrderId,
    /// The quote it pays.
    pub quote: QuoteId,
    /// The rail.
    pub rail: String,
    /// The rail's reference, once it opened the payment.
    pub reference: Option<String>,
    /// What was asked for.
    pub amount: Money,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What the buyer used.
    pub method: Option<String>,
    /// Why it failed, for the buyer.
    pub failure: Option<String>,
    /// When it was started.
    pub created_at: OffsetDateTime,
}

/// Inserts a started payment.
pub(crate) async fn insert(tx: &impl ConnectionTrait, payment: &Payment) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(payment.id.0),
        order_id: Set(payment.order.0),
        quote_id: Set(payment.quote.0),
        rail: Set(payment.rail.clone()),
        rail_reference: Set(payment.reference.clone()),
        amount_minor: Set(payment.amount.minor()),
        currency: Set(payment.amount.currency().code().to_owned()),
        status: Set(payment.status.key().to_owned()),
        method: Set(None),
        failure: Set(None),
        received_minor: Set(None),
        created_at: Set(to_ms(payment.created_at)),
        updated_at: Set(to_ms(payment.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Remembers the rail's reference of an opened payment.
pub(crate) async fn set_reference(tx: &impl ConnectionTrait, id: PaymentId, reference: &str) -> Result<()> {
    let row = entity::ActiveModel { rail_reference: Set(Some(reference.to_owned())), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// What the rail told of a payment.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// The new status.
    pub(crate) status: PaymentStatus,
    /// What the buyer used.
    pub(crate) method: Option<String>,
    /// Why it failed or waits for the administrator.
    pub(crate) failure: Option<String>,
    /// What really arrived, minor units.
    pub(crate) received: Option<i64>,
}

/// Writes what the rail told.
pub(crate) async fn set_outcome(
    tx: &impl ConnectionTrait,
    id: PaymentId,
    outcome: Outcome,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(outcome.status.key().to_owned()),
        method: Set(outcome.method),
        failure: Set(outcome.failure),
        received_minor: Set(outcome.received),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Writes that the rail was asked about a payment and knew nothing new.
pub(crate) async fn touch(tx: &impl ConnectionTrait, id: PaymentId, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel { updated_at: Set(to_ms(now)), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

fn from_row(row: entity::Model) -> Result<Payment> {
    Ok(Payment {
        id: PaymentId(row.id),
        order: OrderId(row.order_id),
        quote: QuoteId(row.quote_id),
        rail: row.rail,
        reference: row.rail_reference,
        amount: money(row.amount_minor, &row.currency)?,
        status: from_enum_key(&row.status)?,
        method: row.method,
        failure: row.failure,
        created_at: from_ms(row.created_at)?,
    })
}

/// The payment with the rail's reference, locked until the transaction ends.
pub(crate) async fn lock_by_reference(tx: &impl ConnectionTrait, rail: &str, reference: &str) -> Result<Payment> {
    entity::Entity::find()
        .filter(entity::Column::Rail.eq(rail))
        .filter(entity::Column::RailReference.eq(reference))
        .lock_exclusive()
        .one(tx)
        .await?
        .map(from_row)
        .ok_or(Error::NotFound)?
}

/// The payment with a rail's reference.
pub(crate) async fn by_reference(connection: &impl ConnectionTrait, rail: &str, reference: &str) -> Result<Payment> {
    let query = entity::Entity::find()
        .filter(entity::Column::Rail.eq(rail))
        .filter(entity::Column::RailReference.eq(reference));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// One payment.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: PaymentId) -> Result<Payment> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The payments of an order, newest first.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Payment>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// References of payments that the rail may know more of, oldest first.
pub(crate) async fn open_references(connection: &impl ConnectionTrait, rail: &str, limit: u64) -> Result<Vec<String>> {
    let open = [PaymentStatus::Started.key(), PaymentStatus::Pending.key()];
    let references: Vec<Option<String>> = entity::Entity::find()
        .filter(entity::Column::Rail.eq(rail))
        .filter(entity::Column::Status.is_in(open))
        .filter(entity::Column::RailReference.is_not_null())
        .order_by_asc(entity::Column::UpdatedAt)
        .limit(limit)
        .select_only()
        .column(entity::Column::RailReference)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(references.into_iter().flatten().collect())
}
