//! Settlements: parts of a marketplace's payment that go to merchants, and back from them.

use super::convert::{from_ms, from_ms_opt, key, to_ms};
use crate::entity::settlement as entity;
use crate::error::{Error, Result, broke};
use domain::ids::{AccountId, PaymentId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// Which way a settlement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettlementKind {
    /// From the marketplace to a merchant.
    Credit,
    /// From a merchant back to the marketplace.
    Debit,
}

impl SettlementKind {
    /// The stored name, which is the wire's.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Credit => "CREDIT",
            Self::Debit => "DEBIT",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Credit, Self::Debit].into_iter().find(|kind| kind.key() == key)
    }
}

/// Whether the money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettlementStatus {
    /// It moved.
    Done,
    /// It is taken from the merchant's next credits.
    Queued,
    /// It was queued, and taken back before it moved.
    Cancelled,
}

impl SettlementStatus {
    /// The stored name, which is the wire's.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Queued => "queued",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        [Self::Done, Self::Queued, Self::Cancelled].into_iter().find(|status| status.key() == key)
    }
}

/// One part of a payment.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Identity.
    pub(crate) id: Uuid,
    /// The payment.
    pub payment: PaymentId,
    /// The caller's name for it, unique within the payment.
    pub settlement_id: String,
    /// Which way.
    pub kind: SettlementKind,
    /// With whom.
    pub merchant: AccountId,
    /// Their name, where somebody reads it.
    pub merchant_name: String,
    /// Paise.
    pub amount: i64,
    /// Whether it moved.
    pub status: SettlementStatus,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When it moved.
    pub done_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Settlement> {
    Ok(Settlement {
        id: row.id,
        payment: PaymentId(row.payment_id),
        settlement_id: row.settlement_id,
        kind: key(SettlementKind::from_key(&row.kind), "settlements.kind")?,
        merchant: AccountId(row.merchant_id),
        merchant_name: String::new(),
        amount: row.amount_minor,
        status: key(SettlementStatus::from_key(&row.status), "settlements.status")?,
        created_at: from_ms(row.created_at)?,
        done_at: from_ms_opt(row.done_at)?,
    })
}

/// Inserts a settlement.
///
/// # Errors
/// [`Error::Invalid`] at `settlement_id` where the payment has one of this name.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &Settlement) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(new.id),
        payment_id: Set(new.payment.0),
        settlement_id: Set(new.settlement_id.clone()),
        kind: Set(new.kind.key().to_owned()),
        merchant_id: Set(new.merchant.0),
        amount_minor: Set(new.amount),
        status: Set(new.status.key().to_owned()),
        created_at: Set(to_ms(new.created_at)),
        done_at: Set(new.done_at.map(to_ms)),
    };
    match entity::Entity::insert(row).exec_without_returning(tx).await {
        Ok(_) => Ok(()),
        Err(error) if broke(&error, "uq_settlements_id", "settlements.payment_id, settlements.settlement_id") => {
            Err(Error::field("settlement_id", TAKEN))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a repeated name is answered (R12).
pub(crate) const TAKEN: &str = "A settlement of this payment has this id already.";

/// Writes how a queued settlement ended.
pub(crate) async fn end(
    tx: &impl ConnectionTrait,
    id: Uuid,
    status: SettlementStatus,
    done_at: Option<OffsetDateTime>,
) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(status.key().to_owned()),
        done_at: Set(done_at.map(to_ms)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Every settlement of a payment, oldest first.
pub(crate) async fn of_payment(connection: &impl ConnectionTrait, payment: PaymentId) -> Result<Vec<Settlement>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::PaymentId.eq(payment.0))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// One settlement of a payment.
pub(crate) async fn by_name(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
    settlement_id: &str,
) -> Result<Settlement> {
    let query = entity::Entity::find()
        .filter(entity::Column::PaymentId.eq(payment.0))
        .filter(entity::Column::SettlementId.eq(settlement_id));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The queued debits of a merchant, oldest first.
pub(crate) async fn queued_of(connection: &impl ConnectionTrait, merchant: AccountId) -> Result<Vec<Settlement>> {
    let rows = queued(merchant)
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What the queued debits of a merchant sum to, paise.
pub(crate) async fn queued_sum(connection: &impl ConnectionTrait, merchant: AccountId) -> Result<i64> {
    let sum: Option<Option<i64>> = queued(merchant)
        .select_only()
        .column_as(Expr::col(entity::Column::AmountMinor).sum().cast_as("BIGINT"), "sum")
        .into_tuple()
        .one(connection)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}

fn queued(merchant: AccountId) -> sea_orm::Select<entity::Entity> {
    entity::Entity::find()
        .filter(entity::Column::MerchantId.eq(merchant.0))
        .filter(entity::Column::Status.eq(SettlementStatus::Queued.key()))
}

/// Merchants with a queued debit.
pub(crate) async fn queued_merchants(connection: &impl ConnectionTrait) -> Result<Vec<AccountId>> {
    let ids: Vec<Uuid> = entity::Entity::find()
        .filter(entity::Column::Status.eq(SettlementStatus::Queued.key()))
        .select_only()
        .column(entity::Column::MerchantId)
        .distinct()
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// A page of a merchant's settlements, newest first, with how many there are.
pub(crate) async fn of_merchant(
    connection: &impl ConnectionTrait,
    merchant: AccountId,
    page: u64,
    size: u64,
) -> Result<(Vec<Settlement>, u64)> {
    let query = entity::Entity::find().filter(Condition::all().add(entity::Column::MerchantId.eq(merchant.0)));
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
