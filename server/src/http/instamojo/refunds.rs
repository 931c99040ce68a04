//! `/v2/payments/{id}/refund/`, `/v2/refunds/` and `/v2/resolutioncenter/cases/`: money that goes back (instamojo.md section 10).

use super::Api;
use super::answer::{Answer, iso, payment_url};
use super::call::{Needs, call};
use super::list::{envelope, list_page};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Backend;
use backend::service::instamojo::{Collection, NewRefund, RefundCase, Scope, SendStatus, in_rupees};
use serde::Serialize;

/// What is said of every case: the marketplace's account has paid it, whenever the bank brings it.
const REFUNDED: &str = "Refunded";

#[derive(Serialize)]
struct Created {
    refund: CreatedRefund,
    success: bool,
}

#[derive(Serialize)]
struct CreatedRefund {
    id: String,
    payment_id: String,
    status: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    body: String,
    refund_amount: String,
    total_amount: String,
    created_at: String,
}

/// A refund in the list. The contract names four of its keys.
#[derive(Serialize)]
struct RefundBody {
    id: String,
    payment: String,
    amount: String,
    buyer: String,
    status: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    body: String,
    transaction_id: Option<String>,
    created_at: String,
    updated_at: String,
    resource_uri: String,
}

/// A case as the resolution centre writes it.
#[derive(Serialize)]
struct CaseBody {
    id: String,
    created_by: Option<String>,
    payment: String,
    status: &'static str,
    resolution_status: &'static str,
    status_text: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    body: String,
    refund_amount: String,
    references: [Reference; 1],
    refunds: [BankRefund; 1],
    transaction_id: Option<String>,
    created_at: String,
    updated_at: String,
    resource_uri: String,
    creator_name: &'static str,
}

#[derive(Serialize)]
struct Reference {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    created_at: String,
}

/// What the bank was told, and what it answered.
#[derive(Serialize)]
struct BankRefund {
    id: String,
    status: &'static str,
    bank_reference_number: Option<String>,
    created_at: String,
}

/// `POST /v2/payments/{id}/refund/`: refunds a payment, whole or in part. The answer repeats the amount as it was sent.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Application, Scope::PaymentsRefund, |call| async move {
        let (code, fields) = (call.target(0)?, &call.fields);
        let given = |name: &str| fields.get(name).map(str::to_owned);
        let new = NewRefund {
            reason: fields.text("type"),
            body: fields.text("body"),
            amount: given("refund_amount"),
            transaction_id: given("transaction_id"),
        };
        let case = call.backend.refund_collection(call.caller.marketplace, code, new).await?;
        let collection = call.backend.collection(&call.caller, code).await?;
        let refund = CreatedRefund {
            id: case.code,
            payment_id: collection.code,
            status: REFUNDED,
            kind: case.reason.key(),
            body: case.body,
            refund_amount: case.amount_text,
            total_amount: in_rupees(collection.amount),
            created_at: iso(case.created_at),
        };
        Answer::created(&Created { refund, success: true })
    })
    .await
}

/// `GET /v2/refunds/`: a part of the list.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::RefundsRead, |call| async move {
        let page = list_page(&call.query)?;
        let (cases, total) = call.backend.refund_cases(&call.caller, page).await?;
        let rows = cases.into_iter().map(|(case, collection)| refund(&call.backend, case, collection)).collect();
        envelope(&call, "refunds", page, total, rows)
    })
    .await
}

/// `GET /v2/refunds/{id}/`: one refund.
pub(super) async fn get(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::RefundsRead, |call| async move {
        let (case, collection) = call.backend.refund_case(&call.caller, call.target(0)?).await?;
        Answer::ok(&refund(&call.backend, case, collection))
    })
    .await
}

/// `GET /v2/resolutioncenter/cases/{id}/`: the same as a case.
pub(super) async fn case(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::RefundsRead, |call| async move {
        let (case, collection) = call.backend.refund_case(&call.caller, call.target(0)?).await?;
        Answer::ok(&case_body(&call.backend, case, &collection))
    })
    .await
}

/// Where a case is read.
pub(super) fn case_url(backend: &Backend, code: &str) -> String {
    backend.url(&format!("/v2/resolutioncenter/cases/{code}/"))
}

fn refund(backend: &Backend, case: RefundCase, collection: Collection) -> RefundBody {
    RefundBody {
        resource_uri: backend.url(&format!("/v2/refunds/{}/", case.code)),
        id: case.code,
        payment: payment_url(backend, &collection.code),
        amount: in_rupees(case.amount),
        buyer: collection.email,
        status: REFUNDED,
        kind: case.reason.key(),
        body: case.body,
        transaction_id: case.transaction_id,
        created_at: iso(case.created_at),
        updated_at: iso(case.updated_at),
    }
}

fn case_body(backend: &Backend, case: RefundCase, collection: &Collection) -> CaseBody {
    let status = word(case.status());
    let id = case.id.to_string();
    CaseBody {
        resource_uri: case_url(backend, &case.code),
        id: case.code,
        created_by: None,
        payment: payment_url(backend, &collection.code),
        status: "FINI",
        resolution_status: "FINI_CONC",
        status_text: REFUNDED,
        kind: case.reason.key(),
        body: case.body,
        refund_amount: in_rupees(case.amount),
        references: [Reference { id: id.clone(), kind: "Payment held.", created_at: iso(case.created_at) }],
        refunds: [BankRefund {
            id,
            status,
            bank_reference_number: case.progress.reference,
            created_at: iso(case.created_at),
        }],
        transaction_id: case.transaction_id,
        created_at: iso(case.created_at),
        updated_at: iso(case.updated_at),
        creator_name: "",
    }
}

/// How far the bank is with a refund. The contract shows `Completed` alone.
const fn word(status: SendStatus) -> &'static str {
    match status {
        SendStatus::Queued | SendStatus::Sent | SendStatus::Unknown => "Pending",
        SendStatus::Paid => "Completed",
        SendStatus::Failed => "Failed",
    }
}
