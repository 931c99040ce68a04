//! Refund cases: money of a marketplace's payment that goes back to its buyer.

use super::convert::{from_enum_key, from_ms, key, to_ms};
use crate::entity::{collection, refund_case as entity};
use crate::error::{Error, Result};
use crate::repo::balance_payouts::{Progress, SendStatus};
use domain::collection::RefundReason;
use domain::ids::{AccountId, PaymentId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Why the money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKind {
    /// The marketplace refunds it.
    Case,
    /// It did not fit its payment: too little, or twice.
    Return,
}

impl CaseKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Return => "return",
        }
    }
}

/// A refund. Amounts are paise.
#[derive(Debug, Clone)]
pub struct RefundCase {
    /// Identity; the rail knows the refund by it.
    pub id: Uuid,
    /// Its name on the wire, `C` and nine hexadecimal digits.
    pub code: String,
    /// The payment.
    pub payment: PaymentId,
    /// Why.
    pub(crate) kind: CaseKind,
    /// The reason that the marketplace gave.
    pub reason: RefundReason,
    /// And its words.
    pub body: String,
    /// The amount as it was asked for.
    pub amount_text: String,
    /// How much.
    pub amount: i64,
    /// The caller's name for it, against replays.
    pub transaction_id: Option<String>,
    /// How far it is sent.
    pub progress: Progress,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When it changed last.
    pub updated_at: OffsetDateTime,
}

impl RefundCase {
    /// How far it is sent.
    #[must_use]
    pub const fn status(&self) -> SendStatus {
        self.progress.status
    }
}

fn from_row(row: entity::Model) -> Result<RefundCase> {
    Ok(RefundCase {
        id: row.id,
        code: row.code,
        payment: PaymentId(row.payment_id),
        kind: if row.kind == CaseKind::Return.key() { CaseKind::Return } else { CaseKind::Case },
        reason: key(RefundReason::from_key(&row.reason), "refund_cases.reason")?,
        body: row.body,
        amount_text: row.amount_text,
        amount: row.amount_minor,
        transaction_id: row.transaction_id,
        progress: Progress {
            status: from_enum_key(&row.status)?,
            reference: row.rail_reference,
            failure: row.failure,
            attempts: row.attempts,
            due: super::convert::from_ms_opt(row.next_attempt_at)?,
        },
        created_at: from_ms(row.created_at)?,
        updated_at: from_ms(row.updated_at)?,
    })
}

/// Inserts a case.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &RefundCase) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(new.id),
        code: Set(new.code.clone()),
        payment_id: Set(new.payment.0),
        kind: Set(new.kind.key().to_owned()),
        reason: Set(new.reason.key().to_owned()),
        body: Set(new.body.clone()),
        amount_text: Set(new.amount_text.clone()),
        amount_minor: Set(new.amount),
        transaction_id: Set(new.transaction_id.clone()),
        status: Set(new.progress.status.key().to_owned()),
        rail_reference: Set(None),
        failure: Set(None),
        attempts: Set(0),
        next_attempt_at: Set(new.progress.due.map(to_ms)),
        created_at: Set(to_ms(new.created_at)),
        updated_at: Set(to_ms(new.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes how far a case is sent.
pub(crate) async fn progress(
    tx: &impl ConnectionTrait,
    id: Uuid,
    progress: &Progress,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(progress.status.key().to_owned()),
        rail_reference: Set(progress.reference.clone()),
        failure: Set(progress.failure.clone()),
        attempts: Set(progress.attempts),
        next_attempt_at: Set(progress.due.map(to_ms)),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Lets the refunds of a payment that wait be looked at now.
pub(crate) async fn wake(tx: &impl ConnectionTrait, payment: PaymentId, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel { next_attempt_at: Set(Some(to_ms(now))), ..Default::default() };
    entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::PaymentId.eq(payment.0))
        .filter(entity::Column::Status.eq(SendStatus::Queued.key()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The case, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: Uuid) -> Result<RefundCase> {
    entity::Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The refunds of a payment that its marketplace asked for, oldest first.
pub(crate) async fn of_payment(connection: &impl ConnectionTrait, payment: PaymentId) -> Result<Vec<RefundCase>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::PaymentId.eq(payment.0))
        .filter(entity::Column::Kind.eq(CaseKind::Case.key()))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What is to be sent, or asked about, at this instant, after `skip` others: cases with their payments.
pub(crate) async fn due(
    connection: &impl ConnectionTrait,
    now: OffsetDateTime,
    skip: u64,
    limit: u64,
) -> Result<Vec<(Uuid, PaymentId)>> {
    let rows: Vec<(Uuid, Uuid)> = entity::Entity::find()
        // One that was refused is tried again: the buyer's money stays owed.
        .filter(entity::Column::Status.ne(SendStatus::Paid.key()))
        .filter(entity::Column::NextAttemptAt.lte(to_ms(now)))
        .order_by_asc(entity::Column::NextAttemptAt)
        .order_by_asc(entity::Column::Id)
        .offset(skip)
        .limit(limit)
        .select_only()
        .column(entity::Column::Id)
        .column(entity::Column::PaymentId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(id, payment)| (id, PaymentId(payment))).collect())
}

fn cases() -> sea_orm::Select<entity::Entity> {
    let payment =
        entity::Entity::belongs_to(collection::Entity).from(entity::Column::PaymentId).to(collection::Column::Id);
    entity::Entity::find()
        .join(JoinType::InnerJoin, payment.into())
        .filter(entity::Column::Kind.eq(CaseKind::Case.key()))
}

/// Whose cases somebody sees: a marketplace's, or an owner's own.
fn seen_by(marketplace: Option<AccountId>, owner: AccountId) -> Condition {
    match marketplace {
        Some(id) => Condition::all().add(collection::Column::MarketplaceId.eq(id.0)),
        None => Condition::all().add(collection::Column::OwnerId.eq(owner.0)),
    }
}

/// A case by its name on the wire.
pub(crate) async fn by_code(
    connection: &impl ConnectionTrait,
    marketplace: Option<AccountId>,
    owner: AccountId,
    code: &str,
) -> Result<RefundCase> {
    let query = cases().filter(seen_by(marketplace, owner)).filter(entity::Column::Code.eq(code));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// A page of cases, newest first, with how many there are.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    marketplace: Option<AccountId>,
    owner: AccountId,
    page: u64,
    size: u64,
) -> Result<(Vec<RefundCase>, u64)> {
    let query = cases().filter(seen_by(marketplace, owner));
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

/// The names on the wire of payments' cases, oldest first.
pub(crate) async fn codes(
    connection: &impl ConnectionTrait,
    payments: &[PaymentId],
) -> Result<HashMap<PaymentId, Vec<String>>> {
    let rows: Vec<(Uuid, String)> = entity::Entity::find()
        .filter(entity::Column::PaymentId.is_in(payments.iter().map(|payment| payment.0)))
        .filter(entity::Column::Kind.eq(CaseKind::Case.key()))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .select_only()
        .column(entity::Column::PaymentId)
        .column(entity::Column::Code)
        .into_tuple()
        .all(connection)
        .await?;
    let mut codes: HashMap<_, Vec<_>> = HashMap::new();
    for (payment, code) in rows {
        codes.entry(PaymentId(payment)).or_default().push(code);
    }
    Ok(codes)
}
