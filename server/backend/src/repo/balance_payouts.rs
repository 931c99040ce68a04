//! Payouts of balances: what a merchant was settled, or a marketplace kept, on its way to the bank.

use super::convert::{from_enum_key, from_ms, from_ms_opt, to_ms};
use crate::entity::balance_payout as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, BankAccountId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// How far money is sent that leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendStatus {
    /// It waits for its turn.
    Queued,
    /// The rail was told, and has not answered.
    Sent,
    /// The rail does not know.
    Unknown,
    /// The rail refused.
    Failed,
    /// It is there.
    Paid,
}

impl SendStatus {
    /// Those of money that is on its way.
    pub(crate) const OPEN: [Self; 3] = [Self::Queued, Self::Sent, Self::Unknown];

    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Paid => "paid",
        }
    }
}

/// How far something is sent, and what was told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How far.
    pub status: SendStatus,
    /// The rail's reference.
    pub reference: Option<String>,
    /// Why the rail refused.
    pub failure: Option<String>,
    /// How often it was sent.
    pub attempts: i32,
    /// When it is sent, or asked about, next.
    pub due: Option<OffsetDateTime>,
}

impl Progress {
    /// To be sent at this instant.
    pub(crate) const fn queued(due: OffsetDateTime) -> Self {
        Self { status: SendStatus::Queued, reference: None, failure: None, attempts: 0, due: Some(due) }
    }

    /// Whether the rail may have heard of it: then it is asked about, and not sent anew.
    pub(crate) const fn is_with_the_rail(&self) -> bool {
        matches!(self.status, SendStatus::Sent | SendStatus::Unknown)
    }
}

/// A payout of a balance. The amount is in paise.
#[derive(Debug, Clone)]
pub struct BalancePayout {
    /// Identity; the rail knows the payout by it.
    pub id: Uuid,
    /// Whose balance.
    pub account: AccountId,
    /// How much.
    pub amount: i64,
    /// The rail.
    pub(crate) rail: String,
    /// Where to.
    pub(crate) bank_account: BankAccountId,
    /// The same in words, where somebody reads it: `Sandbox Bank ending 6789`.
    pub bank: String,
    /// How far it is sent.
    pub progress: Progress,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it changed last.
    pub updated_at: OffsetDateTime,
}

impl BalancePayout {
    /// How far it is sent.
    #[must_use]
    pub const fn status(&self) -> SendStatus {
        self.progress.status
    }
}

fn from_row(row: entity::Model) -> Result<BalancePayout> {
    Ok(BalancePayout {
        id: row.id,
        account: AccountId(row.account_id),
        amount: row.amount_minor,
        rail: row.rail,
        bank_account: BankAccountId(row.bank_account_id),
        bank: String::new(),
        progress: Progress {
            status: from_enum_key(&row.status)?,
            reference: row.rail_reference,
            failure: row.failure,
            attempts: row.attempts,
            due: from_ms_opt(row.next_attempt_at)?,
        },
        created_at: from_ms(row.created_at)?,
        updated_at: from_ms(row.updated_at)?,
    })
}

/// Inserts a payout.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &BalancePayout) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(new.id),
        account_id: Set(new.account.0),
        amount_minor: Set(new.amount),
        rail: Set(new.rail.clone()),
        bank_account_id: Set(new.bank_account.0),
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

/// Writes how far a payout is sent.
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

/// The payout, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: Uuid) -> Result<BalancePayout> {
    entity::Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// One payout of an account.
pub(crate) async fn of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
    id: Uuid,
) -> Result<BalancePayout> {
    let query = entity::Entity::find_by_id(id).filter(entity::Column::AccountId.eq(account.0));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// What of an account's balance is on its way, paise.
pub(crate) async fn on_the_way(connection: &impl ConnectionTrait, account: AccountId) -> Result<i64> {
    let sum: Option<Option<i64>> = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::Status.is_in(SendStatus::OPEN.map(SendStatus::key)))
        .select_only()
        .column_as(Expr::col(entity::Column::AmountMinor).sum().cast_as("BIGINT"), "sum")
        .into_tuple()
        .one(connection)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}

/// The newest payout of an account that the bank refused, unless a later one was paid to another bank account.
pub(crate) async fn newest(connection: &impl ConnectionTrait, account: AccountId) -> Result<Option<BalancePayout>> {
    let query = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id);
    query.one(connection).await?.map(from_row).transpose()
}

/// What is to be sent, or asked about, at this instant, after `skip` others.
pub(crate) async fn due(
    connection: &impl ConnectionTrait,
    now: OffsetDateTime,
    skip: u64,
    limit: u64,
) -> Result<Vec<Uuid>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Status.is_in(SendStatus::OPEN.map(SendStatus::key)))
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
    Ok(rows)
}

/// Which payouts of an account are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// The one with this id.
    pub(crate) id: Option<Uuid>,
    /// Made between these instants, both included.
    pub(crate) made: [Option<OffsetDateTime>; 2],
}

/// A page of an account's payouts, newest first, with how many there are.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    account: AccountId,
    wanted: &Wanted,
    page: u64,
    size: u64,
) -> Result<(Vec<BalancePayout>, u64)> {
    let [from, to] = wanted.made;
    let query = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .apply_if(wanted.id, |query, id| query.filter(entity::Column::Id.eq(id)))
        .apply_if(from, |query, from| query.filter(entity::Column::CreatedAt.gte(to_ms(from))))
        .apply_if(to, |query, to| query.filter(entity::Column::CreatedAt.lte(to_ms(to))));
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
