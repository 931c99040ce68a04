//! Payouts and refunds: the instructions that a divided hold leaves behind (rules.md section 5.7).

use super::convert::{from_enum_key, from_ms, from_ms_opt, money, to_ms};
use crate::entity::payout as entity;
use crate::error::{Error, Result};
use domain::Money;
use domain::ids::{BankAccountId, BatchId, OrderId, PartyId, PaymentId, PayoutId};
use domain::money::Currency;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Whether a beneficiary is paid or a buyer refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutKind {
    /// To a beneficiary.
    Payout,
    /// Back to the buyer.
    Refund,
}

impl PayoutKind {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Payout => "payout",
            Self::Refund => "refund",
        }
    }
}

/// Where an instruction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutStatus {
    /// The beneficiary gave no bank details, or is not verified yet.
    WaitingForBank,
    /// To be sent.
    Queued,
    /// Approved by a second pair of eyes.
    Approved,
    /// Handed to the rail; its answer is not written yet.
    Sent,
    /// The money is there.
    Paid,
    /// The rail refused; somebody must look.
    Failed,
    /// The rail does not know; it is asked again.
    Unknown,
    /// Set aside for want of bank details.
    Unclaimed,
}

impl PayoutStatus {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::WaitingForBank => "waiting_for_bank",
            Self::Queued => "queued",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Unclaimed => "unclaimed",
        }
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::WaitingForBank => "Waits for bank details",
            Self::Queued => "Queued",
            Self::Approved => "Approved",
            Self::Sent => "Sent",
            Self::Paid => "Paid",
            Self::Failed => "Failed",
            Self::Unknown => "Bank has not answered",
            Self::Unclaimed => "Unclaimed",
        }
    }
}

/// An instruction as stored.
#[derive(Debug, Clone)]
pub struct Payout {
    /// Identity.
    pub id: PayoutId,
    /// The order it settles.
    pub order: OrderId,
    /// Payout or refund.
    pub kind: PayoutKind,
    /// Who is paid.
    pub party: PartyId,
    /// How much.
    pub amount: Money,
    /// By which rail.
    pub rail: String,
    /// Where it stands.
    pub status: PayoutStatus,
    /// To which bank account.
    pub bank_account: Option<BankAccountId>,
    /// Back to which payment.
    pub payment: Option<PaymentId>,
    /// The rail's reference.
    pub reference: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// How often it was sent.
    pub attempts: i32,
    /// When it was set aside as unclaimed: the order is done with it, and it is paid from there when details come.
    pub set_aside_at: Option<OffsetDateTime>,
    /// The batch it leaves with.
    pub batch: Option<BatchId>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// Inserts an instruction.
pub(crate) async fn insert(tx: &impl ConnectionTrait, payout: &Payout, due: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(payout.id.0),
        order_id: Set(payout.order.0),
        kind: Set(payout.kind.key().to_owned()),
        party: Set(payout.party.to_string()),
        amount_minor: Set(payout.amount.minor()),
        currency: Set(payout.amount.currency().code().to_owned()),
        rail: Set(payout.rail.clone()),
        status: Set(payout.status.key().to_owned()),
        bank_account_id: Set(payout.bank_account.map(|id| id.0)),
        payment_id: Set(payout.payment.map(|id| id.0)),
        rail_reference: Set(None),
        failure: Set(None),
        attempts: Set(0),
        next_attempt_at: Set(Some(to_ms(due))),
        set_aside_at: Set(None),
        created_at: Set(to_ms(payout.created_at)),
        updated_at: Set(to_ms(payout.created_at)),
        batch_id: Set(None),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// What changes of an instruction.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The new status.
    pub(crate) status: PayoutStatus,
    /// How often it was sent.
    pub(crate) attempts: i32,
    /// The rail's reference.
    pub(crate) reference: Option<String>,
    /// Why it failed.
    pub(crate) failure: Option<String>,
    /// The bank account it goes to.
    pub(crate) bank_account: Option<BankAccountId>,
    /// When it is looked at again; `None` when it is done or waits for a person.
    pub(crate) due: Option<OffsetDateTime>,
}

impl Change {
    /// A new status for an instruction that is otherwise as it was.
    pub(crate) fn of(payout: &Payout, status: PayoutStatus, attempts: i32, due: Option<OffsetDateTime>) -> Self {
        Self {
            status,
            attempts,
            reference: payout.reference.clone(),
            failure: payout.failure.clone(),
            bank_account: payout.bank_account,
            due,
        }
    }
}

/// Writes a change.
pub(crate) async fn change(tx: &impl ConnectionTrait, id: PayoutId, change: Change, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(change.status.key().to_owned()),
        attempts: Set(change.attempts),
        rail_reference: Set(change.reference),
        failure: Set(change.failure),
        bank_account_id: Set(change.bank_account.map(|id| id.0)),
        next_attempt_at: Set(change.due.map(to_ms)),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

pub(super) fn from_row(row: entity::Model) -> Result<Payout> {
    Ok(Payout {
        id: PayoutId(row.id),
        order: OrderId(row.order_id),
        kind: from_enum_key(&row.kind)?,
        party: row.party.parse().map_err(|source| Error::internal("payouts.party", source))?,
        amount: money(row.amount_minor, &row.currency)?,
        rail: row.rail,
        status: from_enum_key(&row.status)?,
        bank_account: row.bank_account_id.map(BankAccountId),
        payment: row.payment_id.map(PaymentId),
        reference: row.rail_reference,
        failure: row.failure,
        attempts: row.attempts,
        set_aside_at: from_ms_opt(row.set_aside_at)?,
        batch: row.batch_id.map(BatchId),
        created_at: from_ms(row.created_at)?,
        updated_at: from_ms(row.updated_at)?,
    })
}

/// One instruction, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: PayoutId) -> Result<Payout> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The order of an instruction, read without a lock: it never changes.
pub(crate) async fn order_of(tx: &impl ConnectionTrait, id: PayoutId) -> Result<OrderId> {
    let row = entity::Entity::find_by_id(id.0).one(tx).await?.ok_or(Error::NotFound)?;
    Ok(OrderId(row.order_id))
}

/// The instructions of an order.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Payout>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_asc(entity::Column::Kind)
        .order_by_asc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The instructions to a party, newest first.
pub(crate) async fn of_party(connection: &impl ConnectionTrait, party: PartyId, limit: u64) -> Result<Vec<Payout>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Party.eq(party.to_string()))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What waits for a person: details to give, or a refusal to look at.
const STUCK: [PayoutStatus; 3] = [PayoutStatus::WaitingForBank, PayoutStatus::Failed, PayoutStatus::Unclaimed];

/// Instructions that wait for a person, oldest first, and those made before `unanswered` that the bank has not answered.
pub(crate) async fn stuck(
    connection: &impl ConnectionTrait,
    unanswered: OffsetDateTime,
    limit: u64,
) -> Result<Vec<Payout>> {
    let asked = [PayoutStatus::Sent.key(), PayoutStatus::Unknown.key()];
    let silent =
        Condition::all().add(entity::Column::Status.is_in(asked)).add(entity::Column::CreatedAt.lte(to_ms(unanswered)));
    let waiting = entity::Column::Status.is_in(STUCK.map(PayoutStatus::key));
    let rows = entity::Entity::find()
        .filter(Condition::any().add(waiting).add(silent))
        .order_by_asc(entity::Column::UpdatedAt)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Instructions that have waited for a person since `before` or longer and are not set aside yet: for bank details, after
/// a refusal, or on the desk.
pub(crate) async fn forgotten(
    connection: &impl ConnectionTrait,
    before: OffsetDateTime,
    limit: u64,
) -> Result<Vec<PayoutId>> {
    let waiting = [PayoutStatus::WaitingForBank.key(), PayoutStatus::Failed.key()];
    let ids: Vec<Uuid> = entity::Entity::find()
        .filter(Condition::any().add(entity::Column::Status.is_in(waiting)).add(waits_for_desk()))
        .filter(entity::Column::SetAsideAt.is_null())
        .filter(entity::Column::UpdatedAt.lte(to_ms(before)))
        .order_by_asc(entity::Column::UpdatedAt)
        .limit(limit)
        .select_only()
        .column(entity::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PayoutId).collect())
}

/// Queued or approved, and no worker takes it: it waits for a person, in a batch or before one.
fn waits_for_desk() -> Condition {
    let unsent = [PayoutStatus::Queued.key(), PayoutStatus::Approved.key()];
    Condition::all().add(entity::Column::Status.is_in(unsent)).add(entity::Column::NextAttemptAt.is_null())
}

/// When a worker takes an instruction; `None` where it waits for a person. Ask it while it is locked.
pub(crate) async fn next_attempt(tx: &impl ConnectionTrait, id: PayoutId) -> Result<Option<OffsetDateTime>> {
    let row = entity::Entity::find_by_id(id.0).one(tx).await?.ok_or(Error::NotFound)?;
    from_ms_opt(row.next_attempt_at)
}

/// Sends a party's payouts that are queued and in no batch to another bank account, not before `usable_from`.
pub(crate) async fn redirect(
    tx: &impl ConnectionTrait,
    party: PartyId,
    currency: Currency,
    bank: BankAccountId,
    usable_from: OffsetDateTime,
) -> Result<()> {
    let queued = Condition::all()
        .add(entity::Column::Party.eq(party.to_string()))
        .add(entity::Column::Kind.eq(PayoutKind::Payout.key()))
        .add(entity::Column::Currency.eq(currency.code()))
        .add(entity::Column::Status.eq(PayoutStatus::Queued.key()))
        .add(entity::Column::BatchId.is_null())
        .add(entity::Column::BankAccountId.ne(bank.0));
    let too_early = queued.clone().add(entity::Column::NextAttemptAt.lt(to_ms(usable_from)));
    let later = entity::ActiveModel { next_attempt_at: Set(Some(to_ms(usable_from))), ..Default::default() };
    entity::Entity::update_many().set(later).filter(too_early).exec(tx).await?;
    let there = entity::ActiveModel { bank_account_id: Set(Some(bank.0)), ..Default::default() };
    entity::Entity::update_many().set(there).filter(queued).exec(tx).await?;
    Ok(())
}

/// Queued, and no worker takes it: it waits for a batch.
pub(super) fn on_desk() -> Condition {
    Condition::all()
        .add(entity::Column::Status.eq(PayoutStatus::Queued.key()))
        .add(entity::Column::NextAttemptAt.is_null())
        .add(entity::Column::BatchId.is_null())
}

/// Marks an instruction as unclaimed.
pub(crate) async fn set_aside(tx: &impl ConnectionTrait, id: PayoutId, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(PayoutStatus::Unclaimed.key().to_owned()),
        set_aside_at: Set(Some(to_ms(now))),
        next_attempt_at: Set(None),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// The payouts to a party that wait for bank details, or were refused at the old ones.
pub(crate) async fn waiting(connection: &impl ConnectionTrait, party: PartyId) -> Result<Vec<Payout>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Party.eq(party.to_string()))
        .filter(entity::Column::Kind.eq(PayoutKind::Payout.key()))
        .filter(entity::Column::Status.is_in(STUCK.map(PayoutStatus::key)))
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Instructions that are due for the rail: queued ones, and sent or unknown ones whose answer is missing.
pub(crate) async fn due(
    connection: &impl ConnectionTrait,
    now: OffsetDateTime,
    skip: u64,
    limit: u64,
) -> Result<Vec<PayoutId>> {
    let open = [PayoutStatus::Queued, PayoutStatus::Approved, PayoutStatus::Sent, PayoutStatus::Unknown]
        .map(PayoutStatus::key);
    let ids: Vec<Uuid> = entity::Entity::find()
        .filter(entity::Column::Status.is_in(open))
        .filter(entity::Column::NextAttemptAt.lte(to_ms(now)))
        .order_by_asc(entity::Column::NextAttemptAt)
        .order_by_asc(entity::Column::Id)
        .offset(skip)
        .limit(limit)
        .select_only()
        .column(entity::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PayoutId).collect())
}

/// How many instructions of an order are neither paid nor set aside.
pub(crate) async fn unpaid(connection: &impl ConnectionTrait, order: OrderId) -> Result<u32> {
    let count = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .filter(entity::Column::Status.ne(PayoutStatus::Paid.key()))
        .filter(entity::Column::SetAsideAt.is_null())
        .count(connection)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
