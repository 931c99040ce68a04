//! Payments that marketplaces collect through payment requests.

use super::convert::{from_enum_key, from_ms, from_ms_opt, to_ms};
use crate::entity::{collection as entity, settlement};
use crate::error::{Error, Result};
use domain::collection::Standing;
use domain::ids::{AccountId, PaymentId, PaymentRequestId};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use time::OffsetDateTime;

/// Where a collected payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectionStatus {
    /// The buyer is at the provider's page.
    Started,
    /// The provider does not know yet.
    Pending,
    /// The money is here.
    Succeeded,
    /// No money arrived.
    Failed,
    /// Money arrived that does not fit, and goes back.
    Returned,
}

impl CollectionStatus {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Returned => "returned",
        }
    }

    /// Whether the provider may still tell us something new.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Pending)
    }
}

/// A payment through a payment request. Amounts are paise.
#[derive(Debug, Clone)]
pub struct Collection {
    /// Identity.
    pub id: PaymentId,
    /// Its name on the wire, `MOJO` and 16 letters and digits.
    pub code: String,
    /// The request it pays.
    pub request: PaymentRequestId,
    /// Whose payment it is: the marketplace, or one of its merchants.
    pub owner: AccountId,
    /// The marketplace whose application made the request.
    pub marketplace: AccountId,
    /// The rail.
    pub rail: String,
    /// The rail's reference, once it opened the payment.
    pub reference: Option<String>,
    /// What was asked for, and paid where it succeeded.
    pub amount: i64,
    /// What the rail charges.
    pub fees: i64,
    /// The tax on that.
    pub taxes: i64,
    /// The buyer's name.
    pub buyer_name: String,
    /// The buyer's address.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: String,
    /// Where it stands.
    pub status: CollectionStatus,
    /// What the buyer used.
    pub method: Option<String>,
    /// Why it failed, for the buyer.
    pub failure: Option<String>,
    /// What merchants were credited.
    pub credited: i64,
    /// What was taken back from merchants.
    pub debited: i64,
    /// What was refunded, or is being refunded.
    pub refunded: i64,
    /// What is left to settle, refund or keep; below zero what the marketplace owes for it.
    pub left: i64,
    /// When the split became final.
    pub fulfilled_at: Option<OffsetDateTime>,
    /// When the buyer began to pay.
    pub created_at: OffsetDateTime,
    /// When it changed last.
    pub updated_at: OffsetDateTime,
}

impl Collection {
    /// Whether the money is here.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status == CollectionStatus::Succeeded
    }

    /// Whether the marketplace's account covers what was refunded: of what it owes for the payment no more than the rail's charge
    /// is open, which a gross credit leaves to it (instamojo.md section 8.3, R14).
    #[must_use]
    pub const fn covers_refunds(&self) -> bool {
        self.left + self.fees + self.taxes >= 0
    }

    /// What the rules of the split look at; `queued` is what debits are queued for.
    #[must_use]
    pub(crate) const fn standing(&self, queued: i64) -> Standing {
        Standing {
            amount: self.amount,
            credited: self.credited,
            debited: self.debited + queued,
            refunded: self.refunded,
            fulfilled: self.fulfilled_at.is_some(),
        }
    }
}

fn from_row(row: entity::Model) -> Result<Collection> {
    Ok(Collection {
        id: PaymentId(row.id),
        code: row.code,
        request: PaymentRequestId(row.request_id),
        owner: AccountId(row.owner_id),
        marketplace: AccountId(row.marketplace_id),
        rail: row.rail,
        reference: row.rail_reference,
        amount: row.amount_minor,
        fees: row.fees_minor,
        taxes: row.taxes_minor,
        buyer_name: row.buyer_name,
        email: row.email,
        phone: row.phone,
        status: from_enum_key(&row.status)?,
        method: row.method,
        failure: row.failure,
        credited: row.credited_minor,
        debited: row.debited_minor,
        refunded: row.refunded_minor,
        left: row.left_minor,
        fulfilled_at: from_ms_opt(row.fulfilled_at)?,
        created_at: from_ms(row.created_at)?,
        updated_at: from_ms(row.updated_at)?,
    })
}

/// Inserts a started payment; `false` where the same form began one already.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &Collection, form_key: &str) -> Result<bool> {
    let row = entity::ActiveModel {
        id: Set(new.id.0),
        code: Set(new.code.clone()),
        request_id: Set(new.request.0),
        owner_id: Set(new.owner.0),
        marketplace_id: Set(new.marketplace.0),
        form_key: Set(form_key.to_owned()),
        rail: Set(new.rail.clone()),
        rail_reference: Set(new.reference.clone()),
        amount_minor: Set(new.amount),
        fees_minor: Set(new.fees),
        taxes_minor: Set(new.taxes),
        buyer_name: Set(new.buyer_name.clone()),
        email: Set(new.email.clone()),
        phone: Set(new.phone.clone()),
        status: Set(new.status.key().to_owned()),
        method: Set(None),
        failure: Set(None),
        credited_minor: Set(0),
        debited_minor: Set(0),
        refunded_minor: Set(0),
        left_minor: Set(0),
        fulfilled_at: Set(None),
        created_at: Set(to_ms(new.created_at)),
        updated_at: Set(to_ms(new.created_at)),
    };
    let conflict = OnConflict::columns([entity::Column::RequestId, entity::Column::FormKey]).do_nothing().to_owned();
    Ok(entity::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await? == 1)
}

/// Writes everything of a payment that changes.
pub(crate) async fn update(tx: &impl ConnectionTrait, it: &Collection, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        rail_reference: Set(it.reference.clone()),
        status: Set(it.status.key().to_owned()),
        method: Set(it.method.clone()),
        failure: Set(it.failure.clone()),
        credited_minor: Set(it.credited),
        debited_minor: Set(it.debited),
        refunded_minor: Set(it.refunded),
        left_minor: Set(it.left),
        fulfilled_at: Set(it.fulfilled_at.map(to_ms)),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(it.id.0)).exec(tx).await?;
    Ok(())
}

/// The payment that a form began.
pub(crate) async fn by_key(
    connection: &impl ConnectionTrait,
    request: PaymentRequestId,
    form_key: &str,
) -> Result<Option<Collection>> {
    let query = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.0))
        .filter(entity::Column::FormKey.eq(form_key));
    query.one(connection).await?.map(from_row).transpose()
}

/// One payment.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: PaymentId) -> Result<Collection> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The payments with these ids.
pub(crate) async fn by_ids(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = PaymentId>,
) -> Result<HashMap<PaymentId, Collection>> {
    let query = entity::Entity::find().filter(entity::Column::Id.is_in(ids.into_iter().map(|id| id.0)));
    let found = query.all(connection).await?.into_iter().map(from_row);
    found.map(|it| it.map(|it| (it.id, it))).collect()
}

/// The payment with a name of the wire, of whomever.
pub(crate) async fn by_code(connection: &impl ConnectionTrait, code: &str) -> Result<Collection> {
    let query = entity::Entity::find().filter(entity::Column::Code.eq(code));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Whose payments somebody sees.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    /// Those of a marketplace and of its merchants.
    Marketplace(AccountId),
    /// An account's own.
    Owner(AccountId),
}

impl Scope {
    fn condition(self) -> Condition {
        match self {
            Self::Marketplace(id) => Condition::all().add(entity::Column::MarketplaceId.eq(id.0)),
            Self::Owner(id) => Condition::all().add(entity::Column::OwnerId.eq(id.0)),
        }
    }
}

/// A payment within a scope.
pub(crate) async fn scoped(connection: &impl ConnectionTrait, scope: Scope, code: &str) -> Result<Collection> {
    let query = entity::Entity::find().filter(scope.condition()).filter(entity::Column::Code.eq(code));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The payment, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: PaymentId) -> Result<Collection> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The payment with a rail's reference; `None` where the reference is not one of these payments.
pub(crate) async fn by_reference(
    connection: &impl ConnectionTrait,
    rail: &str,
    reference: &str,
) -> Result<Option<Collection>> {
    let query = entity::Entity::find()
        .filter(entity::Column::Rail.eq(rail))
        .filter(entity::Column::RailReference.eq(reference));
    query.one(connection).await?.map(from_row).transpose()
}

/// A page of payments, newest first, with how many there are.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    scope: Scope,
    page: u64,
    size: u64,
) -> Result<(Vec<Collection>, u64)> {
    let query = entity::Entity::find().filter(scope.condition());
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

/// The payments of a request, newest first.
pub(crate) async fn of_request(
    connection: &impl ConnectionTrait,
    request: PaymentRequestId,
) -> Result<Vec<Collection>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.0))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// References of payments that the rail may know more of, those asked about longest ago first.
pub(crate) async fn open_references(connection: &impl ConnectionTrait, rail: &str, limit: u64) -> Result<Vec<String>> {
    let open = [CollectionStatus::Started.key(), CollectionStatus::Pending.key()];
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

/// Payments for which their owner owes, oldest first.
pub(crate) async fn short_of(connection: &impl ConnectionTrait, owner: AccountId) -> Result<Vec<PaymentId>> {
    let ids: Vec<uuid::Uuid> = entity::Entity::find()
        .filter(entity::Column::OwnerId.eq(owner.0))
        .filter(entity::Column::LeftMinor.lt(0))
        .order_by_asc(entity::Column::CreatedAt)
        .select_only()
        .column(entity::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PaymentId).collect())
}

/// Everybody who owes for a payment of theirs.
pub(crate) async fn short_owners(connection: &impl ConnectionTrait) -> Result<Vec<AccountId>> {
    let ids: Vec<uuid::Uuid> = entity::Entity::find()
        .filter(entity::Column::LeftMinor.lt(0))
        .select_only()
        .column(entity::Column::OwnerId)
        .distinct()
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// What an account owes for its payments, paise, not below zero.
pub(crate) async fn short(connection: &impl ConnectionTrait, owner: AccountId) -> Result<i64> {
    let sum: Option<Option<i64>> = entity::Entity::find()
        .filter(entity::Column::OwnerId.eq(owner.0))
        .filter(entity::Column::LeftMinor.lt(0))
        .select_only()
        .column_as(Expr::col(entity::Column::LeftMinor).sum().cast_as("BIGINT"), "sum")
        .into_tuple()
        .one(connection)
        .await?;
    Ok(-sum.flatten().unwrap_or(0))
}

/// Payments that do not cover what was credited of them, of a merchant who was settled with.
pub(crate) async fn short_with(connection: &impl ConnectionTrait, merchant: AccountId) -> Result<Vec<Collection>> {
    let settled = settlement::Entity::find()
        .filter(settlement::Column::MerchantId.eq(merchant.0))
        .select_only()
        .column(settlement::Column::PaymentId)
        .into_query();
    let rows = entity::Entity::find()
        .filter(entity::Column::LeftMinor.lt(0))
        .filter(entity::Column::Id.in_subquery(settled))
        .all(connection)
        .await?;
    let mut short = rows.into_iter().map(from_row).collect::<Result<Vec<_>>>()?;
    short.retain(|it| !it.covers_refunds());
    Ok(short)
}
