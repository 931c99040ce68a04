//! `/v2/payments/`: what buyers paid (instamojo.md section 6).

use super::Api;
use super::answer::{Answer, Problem, iso, payment_url, request_url, user_url};
use super::call::{Needs, call};
use super::list::{envelope, list_page};
use super::refunds::case_url;
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Backend;
use backend::service::instamojo::{Collection, CollectionStatus, PaymentView, Scope, in_rupees};
use serde::Serialize;
use std::collections::BTreeMap;

/// A payment as the contract writes it.
#[derive(Serialize)]
struct PaymentBody {
    id: String,
    title: String,
    payment_type: &'static str,
    payment_request: String,
    status: Option<bool>,
    link: Option<String>,
    product: Option<String>,
    seller: String,
    currency: &'static str,
    amount: String,
    name: String,
    email: String,
    phone: String,
    payout: Option<String>,
    fees: Option<String>,
    total_taxes: Option<String>,
    cases: Vec<String>,
    affiliate_id: Option<String>,
    affiliate_commission: Option<String>,
    order_info: OrderInfo,
    instrument_type: Option<&'static str>,
    billing_instrument: Option<String>,
    failure: Option<Failure>,
    created_at: String,
    updated_at: String,
    tax_invoice_id: &'static str,
    resource_uri: String,
}

#[derive(Serialize)]
struct OrderInfo {
    shipping_address: Option<String>,
    shipping_city: Option<String>,
    shipping_state: Option<String>,
    shipping_zip: Option<String>,
    shipping_country: Option<String>,
    quantity: u32,
    unit_price: String,
    custom_fields: BTreeMap<String, String>,
    variants: [String; 0],
}

#[derive(Serialize)]
struct Failure {
    reason: &'static str,
    message: String,
}

/// `GET /v2/payments/`: a part of the list.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentsRead, |call| async move {
        let page = list_page(&call.query)?;
        let (collections, total) = call.backend.collections(&call.caller, page).await?;
        let views = call.backend.payment_views(collections).await?;
        let rows = views.into_iter().map(|view| body(&call.backend, view)).collect();
        envelope(&call, "payments", page, total, rows)
    })
    .await
}

/// `GET /v2/payments/{id}/`: one payment.
pub(super) async fn get(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentsRead, |call| async move {
        let collection = call.backend.collection(&call.caller, call.target(0)?).await?;
        let view = call.backend.payment_views(vec![collection]).await?.pop().ok_or(Problem::NotFound)?;
        Answer::ok(&body(&call.backend, view))
    })
    .await
}

fn body(backend: &Backend, view: PaymentView) -> PaymentBody {
    let PaymentView { collection, purpose, cases } = view;
    let succeeded = collection.succeeded();
    let charged = |paise: i64| succeeded.then(|| in_rupees(paise));
    PaymentBody {
        title: purpose,
        payment_type: "api_rap",
        payment_request: request_url(backend, collection.request),
        status: status(collection.status),
        link: None,
        product: None,
        seller: user_url(backend, collection.owner),
        currency: "INR",
        amount: in_rupees(collection.amount),
        // A payout pays a balance, in which no single payment can be told from the others.
        payout: None,
        fees: charged(collection.fees),
        total_taxes: charged(collection.taxes),
        cases: cases.iter().map(|code| case_url(backend, code)).collect(),
        affiliate_id: None,
        affiliate_commission: charged(0),
        order_info: order_info(collection.amount),
        instrument_type: collection.method.as_deref().map(instrument),
        failure: failure(&collection),
        created_at: iso(collection.created_at),
        updated_at: iso(collection.updated_at),
        tax_invoice_id: "",
        resource_uri: payment_url(backend, &collection.code),
        id: collection.code,
        name: collection.buyer_name,
        email: collection.email,
        phone: collection.phone,
        billing_instrument: collection.method,
    }
}

const fn status(status: CollectionStatus) -> Option<bool> {
    match status {
        CollectionStatus::Started | CollectionStatus::Pending => None,
        CollectionStatus::Succeeded => Some(true),
        CollectionStatus::Failed | CollectionStatus::Returned => Some(false),
    }
}

/// The contract's word for what a rail says that the buyer used, such as `Card ending 4242`.
fn instrument(method: &str) -> &'static str {
    if method.starts_with("Card") { "CARD" } else { "NETBANKING" }
}

fn failure(collection: &Collection) -> Option<Failure> {
    let reason = match collection.status {
        CollectionStatus::Failed => "AUTHORIZATION_FAILED",
        CollectionStatus::Returned => "AMOUNT_RETURNED",
        _ => return None,
    };
    let message = collection.failure.clone().unwrap_or_else(|| "Transaction was declined by the bank".to_owned());
    Some(Failure { reason, message })
}

fn order_info(amount: i64) -> OrderInfo {
    OrderInfo {
        shipping_address: None,
        shipping_city: None,
        shipping_state: None,
        shipping_zip: None,
        shipping_country: None,
        quantity: 1,
        unit_price: in_rupees(amount),
        custom_fields: BTreeMap::new(),
        variants: [],
    }
}
