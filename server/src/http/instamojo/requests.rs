//! `/v2/payment_requests/`: links by which buyers pay (instamojo.md sections 5.1 and 5.2).

use super::Api;
use super::answer::{Answer, Problem, hex, iso, payment_url, request_url, user_url};
use super::call::{Call, Needs, call};
use super::fields::Fields;
use super::list::{envelope, list_page};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Backend;
use backend::service::instamojo::{PaymentRequest, RequestFilter, RequestForm, RequestView, Scope, in_rupees};
use domain::text::FieldError;
use serde::Serialize;

/// A payment request as the contract writes it.
#[derive(Serialize)]
struct RequestBody {
    id: String,
    user: String,
    phone: Option<String>,
    email: Option<String>,
    buyer_name: Option<String>,
    amount: String,
    purpose: String,
    status: &'static str,
    payments: Vec<String>,
    send_sms: bool,
    send_email: bool,
    sms_status: Option<String>,
    email_status: Option<String>,
    shorturl: Option<String>,
    longurl: String,
    redirect_url: Option<String>,
    webhook: Option<String>,
    scheduled_at: Option<String>,
    expires_at: Option<String>,
    allow_repeated_payments: bool,
    mark_fulfilled: bool,
    created_at: String,
    modified_at: String,
    resource_uri: String,
}

#[derive(Serialize)]
struct Done {
    success: bool,
}

/// `POST /v2/payment_requests/`: asks for a payment. The answer repeats the amount as it was sent.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentRequestsWrite, |call| async move {
        let request = call.backend.create_payment_request(&call.caller, form(&call.fields)).await?;
        let amount = request.amount_text.clone();
        let view = one(&call.backend, request).await?;
        Answer::created(&RequestBody { amount, ..body(&call.backend, view) })
    })
    .await
}

/// `GET /v2/payment_requests/`: a part of the list.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentRequestsRead, |call| async move {
        let page = list_page(&call.query)?;
        let (requests, total) = call.backend.payment_requests(&call.caller, filter(&call.query), page).await?;
        let views = call.backend.request_views(requests).await?;
        let rows = views.into_iter().map(|view| body(&call.backend, view)).collect();
        envelope(&call, "payment_requests", page, total, rows)
    })
    .await
}

/// `GET /v2/payment_requests/{id}/`: one request.
pub(super) async fn get(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentRequestsRead, |call| async move {
        let request = call.backend.payment_request(call.caller.owner(), call.target(0)?).await?;
        let view = one(&call.backend, request).await?;
        Answer::ok(&body(&call.backend, view))
    })
    .await
}

/// `POST /v2/payment_requests/{id}/enable/`: switches one on.
pub(super) async fn enable(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentRequestsWrite, |call| switch(call, true)).await
}

/// `POST /v2/payment_requests/{id}/disable/`: switches one off.
pub(super) async fn disable(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PaymentRequestsWrite, |call| switch(call, false)).await
}

async fn switch(call: Call, enabled: bool) -> Result<Answer, Problem> {
    call.backend.enable_payment_request(&call.caller, call.target(0)?, enabled).await?;
    Answer::ok(&Done { success: true })
}

async fn one(backend: &Backend, request: PaymentRequest) -> Result<RequestView, Problem> {
    backend.request_views(vec![request]).await?.pop().ok_or(Problem::NotFound)
}

fn form(fields: &Fields) -> RequestForm {
    let mut unread: Vec<FieldError> = Vec::new();
    let mut flag = |name: &str| fields.flag(name).map_err(|error| unread.push(error)).ok().flatten();
    let (send_email, send_sms) = (flag("send_email"), flag("send_sms"));
    let (allow_repeated_payments, mark_fulfilled) = (flag("allow_repeated_payments"), flag("mark_fulfilled"));
    RequestForm {
        amount: fields.text("amount"),
        purpose: fields.text("purpose"),
        buyer_name: fields.text("buyer_name"),
        email: fields.text("email"),
        phone: fields.text("phone"),
        redirect_url: fields.text("redirect_url"),
        webhook: fields.text("webhook"),
        send_email,
        send_sms,
        allow_repeated_payments,
        mark_fulfilled,
        partner_fee_type: fields.text("partner_fee_type"),
        partner_fee: fields.text("partner_fee"),
        expires_at: fields.text("expires_at"),
        unread,
    }
}

fn filter(query: &Fields) -> RequestFilter {
    RequestFilter {
        id: query.text("id"),
        user: query.text("user"),
        status: query.text("status"),
        phone: query.text("phone"),
        min_created_at: query.text("min_created_at"),
        max_created_at: query.text("max_created_at"),
        min_modified_at: query.text("min_modified_at"),
        max_modified_at: query.text("max_modified_at"),
    }
}

fn body(backend: &Backend, view: RequestView) -> RequestBody {
    let RequestView { request, longurl, payments } = view;
    RequestBody {
        id: hex(request.id.0),
        user: user_url(backend, request.owner),
        phone: given(request.phone),
        email: given(request.email),
        buyer_name: given(request.buyer_name),
        amount: in_rupees(request.amount),
        purpose: request.purpose,
        status: request.status.key(),
        payments: payments.iter().map(|(code, _)| payment_url(backend, code)).collect(),
        send_sms: request.send_sms,
        send_email: request.send_email,
        sms_status: request.sms_status,
        email_status: request.email_status,
        shorturl: None,
        longurl,
        redirect_url: given(request.redirect_url),
        webhook: given(request.webhook),
        scheduled_at: None,
        expires_at: request.expires_at.map(iso),
        allow_repeated_payments: request.allow_repeated,
        mark_fulfilled: request.mark_fulfilled,
        created_at: iso(request.created_at),
        modified_at: iso(request.modified_at),
        resource_uri: request_url(backend, request.id),
    }
}

/// A text that was given; what was not is null on the wire.
pub(super) fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
