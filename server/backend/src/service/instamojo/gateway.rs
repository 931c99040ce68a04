//! Gateway orders: what the SDKs' checkout makes, over payment requests (instamojo.md section 5.3).

use super::ListPage;
use super::requests::form::{Reader, hex_id};
use super::requests::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PaymentRequest, RequestView, blank};
use super::tokens::Bearer;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::gateway_orders::{self, Row};
use crate::repo::payment_requests::{self, TRANSACTION_TAKEN};
use domain::ids::PaymentRequestId;
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Longest name of the caller's for an order, in characters.
const TRANSACTION_CHARS_MAX: usize = 64;
/// Longest description, in characters.
const DESCRIPTION_CHARS_MAX: usize = 255;
/// Longest address of a buyer in an order, in characters.
const ORDER_EMAIL_CHARS_MAX: usize = 75;
/// The only currency.
const CURRENCY: &str = "INR";

/// What an SDK asks to be paid; a text is empty where it was not given.
#[derive(Debug, Clone, Default)]
pub struct GatewayForm {
    /// The buyer's name.
    pub name: String,
    /// The buyer's address.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: String,
    /// `INR`, also where it is not given.
    pub currency: String,
    /// Rupees.
    pub amount: String,
    /// The caller's own name for the order.
    pub transaction_id: String,
    /// Where the buyer goes afterwards; without a query.
    pub redirect_url: String,
    /// A few words.
    pub description: String,
    /// Where the marketplace is told.
    pub webhook_url: String,
}

/// A gateway order.
#[derive(Debug, Clone)]
pub struct GatewayOrder {
    /// Identity.
    pub id: Uuid,
    /// What the buyer pays.
    pub view: RequestView,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

impl Backend {
    /// Makes an order of the account that the token acts for.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is not accepted; `transaction_id` is taken once.
    pub async fn create_gateway_order(&self, caller: &Bearer, form: GatewayForm) -> Result<GatewayOrder> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let mut reader = Reader::default();
        let transaction_id = form.transaction_id.trim();
        if payment_requests::by_transaction(&tx, caller.owner(), transaction_id).await?.is_some() {
            reader.refuse("transaction_id", TRANSACTION_TAKEN);
        }
        let request = read(caller, &form, reader, now)?;
        payment_requests::insert(&tx, &request).await?;
        let row = Row { id: Uuid::now_v7(), owner: request.owner, request: request.id, created_at: now };
        gateway_orders::insert(&tx, &row).await?;
        tx.commit().await?;
        self.as_orders(vec![row], vec![request]).await?.pop().ok_or(Error::NotFound)
    }

    /// The caller's order over a request that it sees, made where there is none yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `id` for what is no id, [`Error::NotFound`] for an unknown request, or one of somebody else.
    pub async fn order_for_request(&self, caller: &Bearer, request_id: &str) -> Result<GatewayOrder> {
        if hex_id(request_id).is_none() {
            return Err(Error::field("id", "Enter a valid id."));
        }
        let request = self.payment_request(caller.owner(), request_id).await?;
        let tx = self.db().begin().await?;
        // Two callers at once get the same order.
        let request = payment_requests::lock(&tx, request.id).await?;
        let row = match gateway_orders::of_request(&tx, caller.owner(), request.id).await? {
            Some(row) => row,
            None => {
                let row =
                    Row { id: Uuid::now_v7(), owner: caller.owner(), request: request.id, created_at: self.now() };
                gateway_orders::insert(&tx, &row).await?;
                row
            }
        };
        tx.commit().await?;
        self.as_orders(vec![row], vec![request]).await?.pop().ok_or(Error::NotFound)
    }

    /// An order of the caller's.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other.
    pub async fn gateway_order(&self, caller: &Bearer, id: &str) -> Result<GatewayOrder> {
        let id = hex_id(id).ok_or(Error::NotFound)?;
        let row = gateway_orders::by_id(self.db().read(), caller.owner(), id).await?;
        self.order_of(row).await
    }

    /// An order of the caller's by its own name for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other.
    pub async fn gateway_order_by_transaction(&self, caller: &Bearer, transaction_id: &str) -> Result<GatewayOrder> {
        let connection = self.db().read();
        let request = payment_requests::by_transaction(connection, caller.owner(), transaction_id).await?;
        let request = request.ok_or(Error::NotFound)?.id;
        let row = gateway_orders::of_request(connection, caller.owner(), request).await?;
        self.order_of(row.ok_or(Error::NotFound)?).await
    }

    /// A page of the caller's orders, newest first, with how many there are.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn gateway_orders(&self, caller: &Bearer, page: ListPage) -> Result<(Vec<GatewayOrder>, u64)> {
        let connection = self.db().read();
        let (rows, total) = gateway_orders::page(connection, caller.owner(), page.index(), page.limit).await?;
        let ids: Vec<PaymentRequestId> = rows.iter().map(|row| row.request).collect();
        let requests = payment_requests::by_ids(connection, &ids).await?;
        Ok((self.as_orders(rows, requests).await?, total))
    }

    async fn order_of(&self, row: Row) -> Result<GatewayOrder> {
        let request = payment_requests::by_id(self.db().read(), row.request).await?;
        self.as_orders(vec![row], vec![request]).await?.pop().ok_or(Error::NotFound)
    }

    async fn as_orders(&self, rows: Vec<Row>, requests: Vec<PaymentRequest>) -> Result<Vec<GatewayOrder>> {
        let views = self.request_views(requests).await?;
        let views: HashMap<PaymentRequestId, RequestView> =
            views.into_iter().map(|view| (view.request.id, view)).collect();
        let orders = rows.into_iter().map(|row| {
            let view = views.get(&row.request).cloned();
            let view = view.ok_or_else(|| Error::internal("gateway_orders", "an order without its request"))?;
            Ok(GatewayOrder { id: row.id, view, created_at: row.created_at })
        });
        orders.collect()
    }
}

fn read(caller: &Bearer, form: &GatewayForm, mut reader: Reader, now: OffsetDateTime) -> Result<PaymentRequest> {
    let buyer_name = reader.required("name", &form.name, NAME_CHARS_MAX);
    let email = match form.email.trim() {
        "" => reader.required("email", "", EMAIL_CHARS_MAX),
        typed => reader.email(typed, ORDER_EMAIL_CHARS_MAX),
    };
    let phone = match form.phone.trim() {
        "" => reader.required("phone", "", EMAIL_CHARS_MAX),
        typed => reader.phone(typed),
    };
    if !matches!(form.currency.trim(), "" | CURRENCY) {
        reader.refuse("currency", "Only INR is supported.");
    }
    let amount = reader.amount(&form.amount);
    let transaction_id = reader.required("transaction_id", &form.transaction_id, TRANSACTION_CHARS_MAX);
    if transaction_id.chars().any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')) {
        reader.refuse("transaction_id", "Use letters, digits, hyphens and underscores only.");
    }
    let redirect_url = match form.redirect_url.trim() {
        "" => reader.required("redirect_url", "", DESCRIPTION_CHARS_MAX),
        typed => reader.url("redirect_url", typed),
    };
    if redirect_url.contains('?') {
        reader.refuse("redirect_url", "Leave out the query.");
    }
    let description = reader.line("description", &form.description, DESCRIPTION_CHARS_MAX);
    let webhook = reader.url("webhook_url", &form.webhook_url);
    let (amount_text, amount) = reader.all_right(amount)?;
    Ok(PaymentRequest {
        amount_text,
        amount,
        purpose: format!("Order {transaction_id}"),
        buyer_name,
        email,
        phone,
        redirect_url,
        webhook,
        // An order is paid once.
        allow_repeated: false,
        gateway: true,
        transaction_id: Some(transaction_id),
        description,
        ..blank(caller, now)
    })
}
