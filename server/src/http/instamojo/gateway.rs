//! `/v2/gateway/orders/`: what the SDKs' checkout makes (instamojo.md section 5.3).

use super::Api;
use super::answer::{Answer, Problem, hex, iso};
use super::call::{Needs, call};
use super::list::{envelope, list_page};
use super::requests::given;
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Backend;
use backend::service::instamojo::{CollectionStatus, GatewayForm, GatewayOrder, RequestStatus, Scope, in_rupees};
use serde::Serialize;

#[derive(Serialize)]
struct Created {
    order: OrderBody,
    payment_options: PaymentOptions,
}

#[derive(Serialize)]
struct PaymentOptions {
    payment_url: String,
}

/// An order as the SDKs read it.
#[derive(Serialize)]
struct OrderBody {
    id: String,
    transaction_id: Option<String>,
    status: &'static str,
    currency: &'static str,
    amount: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    description: Option<String>,
    redirect_url: Option<String>,
    webhook_url: Option<String>,
    created_at: String,
    resource_uri: String,
    payments: Vec<OrderPayment>,
}

#[derive(Serialize)]
struct OrderPayment {
    id: String,
    status: &'static str,
}

/// An order over a payment request.
#[derive(Serialize)]
struct OrderOfRequest {
    order_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    amount: String,
}

/// `POST /v2/gateway/orders/`: makes an order.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::GatewayOrdersWrite, |call| async move {
        let fields = &call.fields;
        let form = GatewayForm {
            name: fields.text("name"),
            email: fields.text("email"),
            phone: fields.text("phone"),
            currency: fields.text("currency"),
            amount: fields.text("amount"),
            transaction_id: fields.text("transaction_id"),
            redirect_url: fields.text("redirect_url"),
            description: fields.text("description"),
            webhook_url: fields.text("webhook_url"),
        };
        let order = call.backend.create_gateway_order(&call.caller, form).await?;
        let payment_options = PaymentOptions { payment_url: order.view.longurl.clone() };
        Answer::created(&Created { order: body(&call.backend, order), payment_options })
    })
    .await
}

/// `GET /v2/gateway/orders/`: a part of the list.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::GatewayOrdersRead, |call| async move {
        let page = list_page(&call.query)?;
        let (orders, total) = call.backend.gateway_orders(&call.caller, page).await?;
        let rows = orders.into_iter().map(|order| body(&call.backend, order)).collect();
        envelope(&call, "orders", page, total, rows)
    })
    .await
}

/// `GET /v2/gateway/orders/id:{id}/` and `/v2/gateway/orders/transaction_id:{tid}/`: one order.
pub(super) async fn get_any(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::GatewayOrdersRead, |call| async move {
        let (backend, caller) = (&call.backend, &call.caller);
        let order = match call.target(0)?.split_once(':') {
            Some(("id", id)) => backend.gateway_order(caller, id).await?,
            Some(("transaction_id", id)) => backend.gateway_order_by_transaction(caller, id).await?,
            _ => return Err(Problem::NotFound),
        };
        Answer::ok(&body(backend, order))
    })
    .await
}

/// `POST /v2/gateway/orders/payment-request/`: the order over a payment request.
pub(super) async fn payment_request(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::GatewayOrdersWrite, |call| async move {
        let id = call.fields.get("id").ok_or_else(|| Problem::field("id", "This field is required."))?;
        let GatewayOrder { id, view, .. } = call.backend.order_for_request(&call.caller, id).await?;
        let request = view.request;
        Answer::created(&OrderOfRequest {
            order_id: hex(id),
            name: given(request.buyer_name),
            email: given(request.email),
            phone: given(request.phone),
            amount: in_rupees(request.amount),
        })
    })
    .await
}

fn body(backend: &Backend, order: GatewayOrder) -> OrderBody {
    let id = hex(order.id);
    let request = order.view.request;
    let payments = order.view.payments.into_iter().map(|(id, status)| OrderPayment { id, status: word(status) });
    OrderBody {
        resource_uri: backend.url(&format!("/v2/gateway/orders/id:{id}/")),
        id,
        transaction_id: request.transaction_id,
        status: if request.status == RequestStatus::Completed { "completed" } else { "pending" },
        currency: "INR",
        amount: in_rupees(request.amount),
        name: given(request.buyer_name),
        email: given(request.email),
        phone: given(request.phone),
        description: given(request.description),
        redirect_url: given(request.redirect_url),
        webhook_url: given(request.webhook),
        created_at: iso(order.created_at),
        payments: payments.collect(),
    }
}

const fn word(status: CollectionStatus) -> &'static str {
    match status {
        CollectionStatus::Started | CollectionStatus::Pending => "pending",
        CollectionStatus::Succeeded => "successful",
        CollectionStatus::Failed | CollectionStatus::Returned => "failed",
    }
}
