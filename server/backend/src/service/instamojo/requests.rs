//! Payment requests: links by which buyers pay a marketplace or one of its merchants (instamojo.md sections 5.1 and 5.2).

pub(super) mod form;
mod payments;

use super::ListPage;
use super::money::INR;
use super::tokens::Bearer;
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{Mail, PaymentLinkMail};
use crate::repo::payment_requests::{self, Wanted};
use crate::repo::{accounts, collections::CollectionStatus, merchants};
use crate::service::outbox;
use domain::Money;
use domain::ids::{AccountId, PaymentRequestId};
use domain::text::{Email, FieldError};
use form::{Reader, hex_id};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

pub use crate::repo::payment_requests::{PaymentRequest, RequestStatus};
pub use payments::PaymentView;

/// Longest purpose, in characters.
const PURPOSE_CHARS_MAX: usize = 255;
/// Longest name of a buyer, in characters.
pub(super) const NAME_CHARS_MAX: usize = 100;
/// Longest address of a buyer, in characters.
pub(super) const EMAIL_CHARS_MAX: usize = 254;

/// What a program asks to be paid; a text is empty where it was not given.
#[derive(Debug, Clone, Default)]
pub struct RequestForm {
    /// Rupees.
    pub amount: String,
    /// What is paid for.
    pub purpose: String,
    /// The buyer's name.
    pub buyer_name: String,
    /// The buyer's address.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: String,
    /// Where the buyer goes afterwards.
    pub redirect_url: String,
    /// Where the marketplace is told.
    pub webhook: String,
    /// Whether the link is mailed; not, where it is not said.
    pub send_email: Option<bool>,
    /// Whether the link is sent as a text message; not, where it is not said.
    pub send_sms: Option<bool>,
    /// Whether it can be paid again; it can, where it is not said.
    pub allow_repeated_payments: Option<bool>,
    /// Whether its payments are fulfilled at once; a merchant's own are, and a marketplace's are not, where it is not said.
    pub mark_fulfilled: Option<bool>,
    /// `fixed` or `percent`.
    pub partner_fee_type: String,
    /// What the marketplace takes of it.
    pub partner_fee: String,
    /// Until when it can be paid.
    pub expires_at: String,
    /// Fields that could not be read at all, to be told with the others.
    pub unread: Vec<FieldError>,
}

/// Which requests are listed; a text is empty where it does not matter.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// The request with this id.
    pub id: String,
    /// Those of this user, by id or by address.
    pub user: String,
    /// Those that are so far.
    pub status: String,
    /// Those for this telephone number.
    pub phone: String,
    /// Made at this instant or later.
    pub min_created_at: String,
    /// Made at this instant or before.
    pub max_created_at: String,
    /// Changed last at this instant or later.
    pub min_modified_at: String,
    /// Changed last at this instant or before.
    pub max_modified_at: String,
}

/// A request as its hosted page shows it.
#[derive(Debug, Clone)]
pub struct HostedRequest {
    /// The request.
    pub request: PaymentRequest,
    /// Who is paid, in words.
    pub seller_name: String,
    /// Who is paid, as the address names them.
    pub username: String,
}

/// A request as the wire shows it.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// The request.
    pub request: PaymentRequest,
    /// The absolute address of its hosted page.
    pub longurl: String,
    /// Its payments by their names on the wire, newest first, with where they stand.
    pub payments: Vec<(String, CollectionStatus)>,
}

impl Backend {
    /// Makes a request of the account that the token acts for.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is not accepted.
    pub async fn create_payment_request(&self, caller: &Bearer, form: RequestForm) -> Result<PaymentRequest> {
        let now = self.now();
        let request = read(caller, form, now)?;
        let tx = self.db().begin().await?;
        payment_requests::insert(&tx, &request).await?;
        if request.send_email {
            mail_link(&tx, &request, now).await?;
        }
        if request.send_sms {
            // Nothing here sends text messages. The answer shows the request as it was accepted, and who reads it learns at once
            // that the message failed, so that the buyer can be told otherwise.
            payment_requests::not_texted(&tx, &request).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(request)
    }

    /// A request that an account sees: its own, and where it is a marketplace those of its merchants.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other.
    pub async fn payment_request(&self, owner: AccountId, id: &str) -> Result<PaymentRequest> {
        let id = hex_id(id).ok_or(Error::NotFound)?;
        payment_requests::scoped(self.db().read(), owner, PaymentRequestId(id)).await
    }

    /// A page of the requests that a token opens, newest first, with how many there are.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every part of the filter that cannot be read.
    pub async fn payment_requests(
        &self,
        caller: &Bearer,
        filter: RequestFilter,
        page: ListPage,
    ) -> Result<(Vec<PaymentRequest>, u64)> {
        let wanted = read_filter(&filter)?;
        payment_requests::page(self.db().read(), caller.owner(), &wanted, page.index(), page.limit).await
    }

    /// Requests with what the wire shows beside them, in the same order.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn request_views(&self, requests: Vec<PaymentRequest>) -> Result<Vec<RequestView>> {
        let connection = self.db().read();
        let owners: Vec<AccountId> = requests.iter().map(|request| request.owner).collect();
        let ids: Vec<PaymentRequestId> = requests.iter().map(|request| request.id).collect();
        let usernames = merchants::usernames(connection, &owners).await?;
        let mut payments = payment_requests::payments(connection, &ids).await?;
        let views = requests.into_iter().map(|request| {
            let username = named(&usernames, request.owner)?;
            let longurl = self.url(&hosted_path(username, request.id));
            let payments = payments.remove(&request.id).unwrap_or_default();
            Ok(RequestView { longurl, payments, request })
        });
        views.collect()
    }

    /// Switches a request of the account itself on or off.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else's.
    pub async fn enable_payment_request(&self, caller: &Bearer, id: &str, enabled: bool) -> Result<()> {
        let id = hex_id(id).map(PaymentRequestId).ok_or(Error::NotFound)?;
        let tx = self.db().begin().await?;
        let request = payment_requests::lock(&tx, id).await?;
        if request.owner != caller.owner() {
            return Err(Error::NotFound);
        }
        if request.enabled != enabled {
            payment_requests::set_enabled(&tx, id, enabled, self.now()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The request behind `/@{username}/{id}`, for whoever opens it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the two do not belong together.
    pub async fn hosted_request(&self, username: &str, id: &str) -> Result<HostedRequest> {
        let id = hex_id(id).map(PaymentRequestId).ok_or(Error::NotFound)?;
        let connection = self.db().read();
        let request = payment_requests::by_id(connection, id).await?;
        let usernames = merchants::usernames(connection, &[request.owner]).await?;
        let real = usernames.get(&request.owner).filter(|real| real.eq_ignore_ascii_case(username));
        let username = real.ok_or(Error::NotFound)?.clone();
        let seller_name = accounts::by_id(connection, request.owner).await?.name;
        Ok(HostedRequest { request, seller_name, username })
    }

    /// The absolute address of a request's hosted page.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn longurl(&self, request: &PaymentRequest) -> Result<String> {
        self.longurl_in(self.db().read(), request).await
    }

    /// The same within the caller's transaction.
    pub(crate) async fn longurl_in(&self, tx: &impl ConnectionTrait, request: &PaymentRequest) -> Result<String> {
        let usernames = merchants::usernames(tx, &[request.owner]).await?;
        Ok(self.url(&hosted_path(named(&usernames, request.owner)?, request.id)))
    }

    /// Writes how the mail with a request's link ended. Told twice does nothing twice.
    pub(crate) async fn payment_link_mailed(&self, id: PaymentRequestId, outcome: RequestStatus) -> Result<()> {
        let tx = self.db().begin().await?;
        payment_requests::mailed(&tx, id, outcome, self.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// The path of a request's hosted page.
#[must_use]
pub(crate) fn hosted_path(username: &str, id: PaymentRequestId) -> String {
    format!("/@{username}/{}", id.0.simple())
}

fn named(usernames: &HashMap<AccountId, String>, account: AccountId) -> Result<&str> {
    let username = usernames.get(&account).map(String::as_str);
    username.ok_or_else(|| Error::internal("merchants", "an account with payment requests has no username"))
}

/// A request of the caller's with nothing in it yet.
pub(super) fn blank(caller: &Bearer, now: OffsetDateTime) -> PaymentRequest {
    let owner = caller.owner();
    PaymentRequest {
        id: PaymentRequestId(Uuid::now_v7()),
        owner,
        marketplace: caller.marketplace,
        client: caller.client,
        amount_text: String::new(),
        amount: 0,
        purpose: String::new(),
        buyer_name: String::new(),
        email: String::new(),
        phone: String::new(),
        redirect_url: String::new(),
        webhook: String::new(),
        send_email: false,
        send_sms: false,
        email_status: None,
        sms_status: None,
        allow_repeated: true,
        // A marketplace divides its payments first; what a merchant is paid is the merchant's.
        mark_fulfilled: owner != caller.marketplace,
        partner_fee_type: None,
        partner_fee: None,
        enabled: true,
        status: RequestStatus::Pending,
        expires_at: None,
        gateway: false,
        transaction_id: None,
        description: String::new(),
        created_at: now,
        modified_at: now,
    }
}

fn read(caller: &Bearer, form: RequestForm, now: OffsetDateTime) -> Result<PaymentRequest> {
    let blank = blank(caller, now);
    let mut reader = Reader::new(form.unread);
    let purpose = reader.required("purpose", &form.purpose, PURPOSE_CHARS_MAX);
    let amount = reader.amount(&form.amount);
    let minor = amount.as_ref().map(|(_, minor)| *minor);
    let buyer_name = reader.line("buyer_name", &form.buyer_name, NAME_CHARS_MAX);
    let email = reader.email(&form.email, EMAIL_CHARS_MAX);
    let phone = reader.phone(&form.phone);
    let redirect_url = reader.url("redirect_url", &form.redirect_url);
    let webhook = reader.url("webhook", &form.webhook);
    let (send_email, send_sms) = (form.send_email.unwrap_or(false), form.send_sms.unwrap_or(false));
    if send_email && form.email.trim().is_empty() {
        reader.refuse("email", "This field is required when send_email is true.");
    }
    if send_sms && form.phone.trim().is_empty() {
        reader.refuse("phone", "This field is required when send_sms is true.");
    }
    let partner = reader.partner(&form.partner_fee_type, &form.partner_fee, minor);
    let expires_at = reader.expires_at(&form.expires_at, now);
    let (amount_text, amount) = reader.all_right(amount)?;
    let (partner_fee_type, partner_fee) = partner.unzip();
    Ok(PaymentRequest {
        amount_text,
        amount,
        purpose,
        buyer_name,
        email,
        phone,
        redirect_url,
        webhook,
        send_email,
        send_sms,
        email_status: send_email.then(|| RequestStatus::Pending.key().to_owned()),
        sms_status: send_sms.then(|| RequestStatus::Pending.key().to_owned()),
        allow_repeated: form.allow_repeated_payments.unwrap_or(blank.allow_repeated),
        mark_fulfilled: form.mark_fulfilled.unwrap_or(blank.mark_fulfilled),
        partner_fee_type,
        partner_fee,
        expires_at,
        ..blank
    })
}

fn read_filter(filter: &RequestFilter) -> Result<Wanted> {
    let mut reader = Reader::default();
    let status = RequestStatus::ALL.into_iter().find(|status| status.key().eq_ignore_ascii_case(filter.status.trim()));
    if status.is_none() && !filter.status.trim().is_empty() {
        reader.refuse("status", "Choose Pending, Sent, Failed or Completed.");
    }
    let phone = reader.phone(&filter.phone);
    let wanted = Some(Wanted {
        id: reader.id("id", &filter.id).map(PaymentRequestId),
        owner: reader.id("user", &filter.user).map(AccountId),
        status,
        phone: (!phone.is_empty()).then_some(phone),
        created: [
            reader.instant("min_created_at", &filter.min_created_at),
            reader.instant("max_created_at", &filter.max_created_at),
        ],
        modified: [
            reader.instant("min_modified_at", &filter.min_modified_at),
            reader.instant("max_modified_at", &filter.max_modified_at),
        ],
    });
    reader.all_right(wanted)
}

/// Queues the mail with the link in the caller's transaction.
async fn mail_link(tx: &impl ConnectionTrait, request: &PaymentRequest, now: OffsetDateTime) -> Result<()> {
    let to = Email::parse(&request.email).map_err(|message| Error::field("email", message))?;
    let usernames = merchants::usernames(tx, &[request.owner]).await?;
    let mail = Mail::PaymentLink(PaymentLinkMail {
        request: request.id,
        path: hosted_path(named(&usernames, request.owner)?, request.id),
        seller: accounts::by_id(tx, request.owner).await?.name,
        buyer: request.buyer_name.clone(),
        purpose: request.purpose.clone(),
        amount: Money::new(request.amount, INR).map_err(|source| Error::internal("request", source))?,
        until: request.expires_at,
    });
    outbox::enqueue(tx, now, &to, &mail, &format!("{}:{}", mail.kind(), request.id)).await
}
