//! Links by which buyers pay a marketplace or a merchant.

use super::collections::CollectionStatus;
use super::convert::{from_enum_key, from_ms, from_ms_opt, key, to_ms};
use crate::entity::{collection, payment_request as entity};
use crate::error::{Error, Result, broke};
use domain::ids::{AccountId, OauthClientId, PaymentRequestId};
use domain::money::{BasisPoints, Currency, Money};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// How far a payment request is, in the contract's words (instamojo.md section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStatus {
    /// Nobody was told of it yet, or it is not ours to tell.
    Pending,
    /// The link was delivered.
    Sent,
    /// The link could not be delivered; it works all the same.
    Failed,
    /// It was paid.
    Completed,
}

impl RequestStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Failed, Self::Completed];

    /// The stored name, which is the wire's.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Sent => "Sent",
            Self::Failed => "Failed",
            Self::Completed => "Completed",
        }
    }

    /// The status with this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// The marketplace takes so many rupees.
pub(crate) const PARTNER_FIXED: &str = "fixed";
/// The marketplace takes so many percent.
pub(crate) const PARTNER_PERCENT: &str = "percent";

/// A link by which a buyer pays. Amounts are paise; texts that were not given are empty.
#[derive(Debug, Clone)]
pub struct PaymentRequest {
    /// Identity.
    pub id: PaymentRequestId,
    /// Who is paid: the marketplace, or one of its merchants.
    pub owner: AccountId,
    /// The marketplace whose application made it.
    pub marketplace: AccountId,
    /// That application.
    pub client: OauthClientId,
    /// The amount as it was sent.
    pub amount_text: String,
    /// The same in paise.
    pub amount: i64,
    /// What is paid for.
    pub purpose: String,
    /// The buyer's name, for the form.
    pub buyer_name: String,
    /// The buyer's address, for the form and for the mail with the link.
    pub email: String,
    /// The buyer's telephone number, `+` and digits.
    pub phone: String,
    /// Where the buyer goes afterwards.
    pub redirect_url: String,
    /// Where the marketplace is told.
    pub webhook: String,
    /// Whether the link is mailed.
    pub send_email: bool,
    /// Whether the link was to be sent as a text message.
    pub send_sms: bool,
    /// How far the mail is: `Pending`, `Sent` or `Failed`; `None` where there is none.
    pub email_status: Option<String>,
    /// The same of the text message.
    pub sms_status: Option<String>,
    /// Whether it can be paid again.
    pub allow_repeated: bool,
    /// Whether its payments are fulfilled at once.
    pub mark_fulfilled: bool,
    /// `fixed` or `percent`.
    pub partner_fee_type: Option<String>,
    /// What the marketplace takes of a merchant's payment: rupees or percent.
    pub partner_fee: Option<String>,
    /// Whether it can be paid.
    pub enabled: bool,
    /// How far it is.
    pub status: RequestStatus,
    /// Until when it can be paid.
    pub expires_at: Option<OffsetDateTime>,
    /// Whether it stands behind a gateway order.
    pub gateway: bool,
    /// That order's name of the caller's.
    pub transaction_id: Option<String>,
    /// What that order says of itself.
    pub description: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it changed last.
    pub modified_at: OffsetDateTime,
}

impl PaymentRequest {
    /// Whether it takes a payment now.
    ///
    /// # Errors
    /// The sentence for the hosted page.
    pub fn accepts(&self, now: OffsetDateTime) -> std::result::Result<(), &'static str> {
        if self.status == RequestStatus::Completed && !self.allow_repeated {
            return Err("This link was paid already. There is nothing more to pay.");
        }
        if !self.enabled {
            return Err("The seller switched this link off. Ask them for a new one.");
        }
        if self.expires_at.is_some_and(|until| now >= until) {
            return Err("This link is over its time. Ask the seller for a new one.");
        }
        Ok(())
    }

    /// What the marketplace takes of a payment of `amount` paise to its merchant, in paise.
    #[must_use]
    pub fn partner_share(&self, amount: i64) -> i64 {
        let fee = self.partner_fee.as_deref().unwrap_or_default();
        let share = match self.partner_fee_type.as_deref() {
            Some(PARTNER_FIXED) => Money::parse(fee, Currency::Inr).map(Money::minor).ok(),
            Some(PARTNER_PERCENT) => BasisPoints::parse(fee).map(|share| share.of(amount)).ok(),
            _ => None,
        };
        share.unwrap_or(0).min(amount)
    }
}

fn from_row(row: entity::Model) -> Result<PaymentRequest> {
    Ok(PaymentRequest {
        id: PaymentRequestId(row.id),
        owner: AccountId(row.owner_id),
        marketplace: AccountId(row.marketplace_id),
        client: OauthClientId(row.client_id),
        amount_text: row.amount_text,
        amount: row.amount_minor,
        purpose: row.purpose,
        buyer_name: row.buyer_name,
        email: row.email,
        phone: row.phone,
        redirect_url: row.redirect_url,
        webhook: row.webhook,
        send_email: row.send_email,
        send_sms: row.send_sms,
        email_status: row.email_status,
        sms_status: row.sms_status,
        allow_repeated: row.allow_repeated,
        mark_fulfilled: row.mark_fulfilled,
        partner_fee_type: row.partner_fee_type,
        partner_fee: row.partner_fee,
        enabled: row.enabled,
        status: key(RequestStatus::from_key(&row.status), "payment_requests.status")?,
        expires_at: from_ms_opt(row.expires_at)?,
        gateway: row.gateway,
        transaction_id: row.transaction_id,
        description: row.description,
        created_at: from_ms(row.created_at)?,
        modified_at: from_ms(row.modified_at)?,
    })
}

/// What is said where an order with the same name of the caller's exists.
pub(crate) const TRANSACTION_TAKEN: &str = "An order with this transaction_id exists already.";

/// Inserts a request.
///
/// # Errors
/// [`Error::Invalid`] at `transaction_id` where the owner has an order with that one.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &PaymentRequest) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(new.id.0),
        owner_id: Set(new.owner.0),
        marketplace_id: Set(new.marketplace.0),
        client_id: Set(new.client.0),
        amount_text: Set(new.amount_text.clone()),
        amount_minor: Set(new.amount),
        purpose: Set(new.purpose.clone()),
        buyer_name: Set(new.buyer_name.clone()),
        email: Set(new.email.clone()),
        phone: Set(new.phone.clone()),
        redirect_url: Set(new.redirect_url.clone()),
        webhook: Set(new.webhook.clone()),
        send_email: Set(new.send_email),
        send_sms: Set(new.send_sms),
        email_status: Set(new.email_status.clone()),
        sms_status: Set(new.sms_status.clone()),
        allow_repeated: Set(new.allow_repeated),
        mark_fulfilled: Set(new.mark_fulfilled),
        partner_fee_type: Set(new.partner_fee_type.clone()),
        partner_fee: Set(new.partner_fee.clone()),
        enabled: Set(new.enabled),
        status: Set(new.status.key().to_owned()),
        expires_at: Set(new.expires_at.map(to_ms)),
        gateway: Set(new.gateway),
        transaction_id: Set(new.transaction_id.clone()),
        description: Set(new.description.clone()),
        created_at: Set(to_ms(new.created_at)),
        modified_at: Set(to_ms(new.modified_at)),
    };
    match entity::Entity::insert(row).exec_without_returning(tx).await {
        Ok(_) => Ok(()),
        Err(error) if broke(&error, "uq_payment_requests_transaction", "payment_requests.transaction_id") => {
            Err(Error::field("transaction_id", TRANSACTION_TAKEN))
        }
        Err(error) => Err(error.into()),
    }
}

/// One request, of whomever.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: PaymentRequestId) -> Result<PaymentRequest> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The request, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: PaymentRequestId) -> Result<PaymentRequest> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Requests by their ids, in no order.
pub(crate) async fn by_ids(connection: &impl ConnectionTrait, ids: &[PaymentRequestId]) -> Result<Vec<PaymentRequest>> {
    let query = entity::Entity::find().filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)));
    query.all(connection).await?.into_iter().map(from_row).collect()
}

/// What an account sees: its own requests, and where it is a marketplace those of its merchants.
fn seen_by(account: AccountId) -> Condition {
    Condition::any().add(entity::Column::OwnerId.eq(account.0)).add(entity::Column::MarketplaceId.eq(account.0))
}

/// A request that an account sees.
pub(crate) async fn scoped(
    connection: &impl ConnectionTrait,
    account: AccountId,
    id: PaymentRequestId,
) -> Result<PaymentRequest> {
    let query = entity::Entity::find_by_id(id.0).filter(seen_by(account));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The request of an account behind a gateway order, by the caller's name for it.
pub(crate) async fn by_transaction(
    connection: &impl ConnectionTrait,
    owner: AccountId,
    transaction_id: &str,
) -> Result<Option<PaymentRequest>> {
    let query = entity::Entity::find()
        .filter(entity::Column::OwnerId.eq(owner.0))
        .filter(entity::Column::TransactionId.eq(transaction_id));
    query.one(connection).await?.map(from_row).transpose()
}

/// Which of an account's requests are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The one with this id.
    pub(crate) id: Option<PaymentRequestId>,
    /// Those of this owner.
    pub(crate) owner: Option<AccountId>,
    /// Those that are so far.
    pub(crate) status: Option<RequestStatus>,
    /// Those for this telephone number.
    pub(crate) phone: Option<String>,
    /// Those made from here, and until here.
    pub(crate) created: [Option<OffsetDateTime>; 2],
    /// Those that changed last from here, and until here.
    pub(crate) modified: [Option<OffsetDateTime>; 2],
}

impl Wanted {
    fn condition(&self) -> Condition {
        let from = |column: entity::Column, at: Option<OffsetDateTime>| at.map(|at| column.gte(to_ms(at)));
        let until = |column: entity::Column, at: Option<OffsetDateTime>| at.map(|at| column.lte(to_ms(at)));
        let ([created_from, created_until], [modified_from, modified_until]) = (self.created, self.modified);
        Condition::all()
            .add_option(self.id.map(|id| entity::Column::Id.eq(id.0)))
            .add_option(self.owner.map(|owner| entity::Column::OwnerId.eq(owner.0)))
            .add_option(self.status.map(|status| entity::Column::Status.eq(status.key())))
            .add_option(self.phone.as_ref().map(|phone| entity::Column::Phone.eq(phone.as_str())))
            .add_option(from(entity::Column::CreatedAt, created_from))
            .add_option(until(entity::Column::CreatedAt, created_until))
            .add_option(from(entity::Column::ModifiedAt, modified_from))
            .add_option(until(entity::Column::ModifiedAt, modified_until))
    }
}

/// A page of the requests that an account sees, newest first, with how many there are. Those behind gateway orders are listed
/// as orders instead.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    account: AccountId,
    wanted: &Wanted,
    page: u64,
    size: u64,
) -> Result<(Vec<PaymentRequest>, u64)> {
    let query = entity::Entity::find()
        .filter(seen_by(account))
        .filter(entity::Column::Gateway.eq(false))
        .filter(wanted.condition());
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

/// Switches a request on or off.
pub(crate) async fn set_enabled(
    tx: &impl ConnectionTrait,
    id: PaymentRequestId,
    enabled: bool,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel { enabled: Set(enabled), modified_at: Set(to_ms(now)), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Writes that a request was paid.
pub(crate) async fn complete(tx: &impl ConnectionTrait, id: PaymentRequestId, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(RequestStatus::Completed.key().to_owned()),
        modified_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Writes how the mail with the link ended; a request that was paid meanwhile stays completed.
pub(crate) async fn mailed(
    tx: &impl ConnectionTrait,
    id: PaymentRequestId,
    outcome: RequestStatus,
    now: OffsetDateTime,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::EmailStatus, Expr::value(outcome.key()))
        .col_expr(entity::Column::ModifiedAt, Expr::value(to_ms(now)))
        .filter(entity::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    entity::Entity::update_many()
        .col_expr(entity::Column::Status, Expr::value(outcome.key()))
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::Status.ne(RequestStatus::Completed.key()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The payments of requests by their names on the wire, newest first, with where they stand.
pub(crate) async fn payments(
    connection: &impl ConnectionTrait,
    requests: &[PaymentRequestId],
) -> Result<HashMap<PaymentRequestId, Vec<(String, CollectionStatus)>>> {
    let rows: Vec<(Uuid, String, String)> = collection::Entity::find()
        .filter(collection::Column::RequestId.is_in(requests.iter().map(|request| request.0)))
        .order_by_desc(collection::Column::CreatedAt)
        .order_by_desc(collection::Column::Id)
        .select_only()
        .column(collection::Column::RequestId)
        .column(collection::Column::Code)
        .column(collection::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    let mut payments: HashMap<_, Vec<_>> = HashMap::new();
    for (request, code, status) in rows {
        payments.entry(PaymentRequestId(request)).or_default().push((code, from_enum_key(&status)?));
    }
    Ok(payments)
}

/// Writes that the text message with the link was not sent, and that nothing else tells of the link.
pub(crate) async fn not_texted(tx: &impl ConnectionTrait, request: &PaymentRequest) -> Result<()> {
    let failed = RequestStatus::Failed.key().to_owned();
    let status = if request.send_email { request.status.key().to_owned() } else { failed.clone() };
    let row = entity::ActiveModel { sms_status: Set(Some(failed)), status: Set(status), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(request.id.0)).exec(tx).await?;
    Ok(())
}
