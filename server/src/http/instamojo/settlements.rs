//! `/v2/payments/{id}/settlements/` and `/v2/payments/{id}/fulfil/`: dividing a payment (instamojo.md sections 8 and 9).

use super::Api;
use super::answer::{Answer, hex, iso6};
use super::call::{Needs, call};
use super::list::{envelope, list_page};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::service::instamojo::{NewSettlement, Scope, Settlement, SettlementKind, SettlementStatus, in_rupees};
use serde::Serialize;

/// A settlement. `status` is ours: a debit may wait.
#[derive(Serialize)]
struct SettlementBody {
    settlement_id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    submerchant: String,
    amount: String,
    payment_id: String,
    status: &'static str,
    created: String,
}

/// A settlement that was just made, or taken back.
#[derive(Serialize)]
struct Settled {
    #[serde(flatten)]
    settlement: SettlementBody,
    message: &'static str,
    success: bool,
}

#[derive(Serialize)]
struct Fulfilled {
    fulfil: bool,
    success: bool,
}

/// `POST /v2/payments/{id}/settlements/`: credits or debits a merchant. With `queue` a debit beyond the balance waits.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Application, Scope::PaymentsFulfil, |call| async move {
        let (code, fields) = (call.target(0)?, &call.fields);
        let new = NewSettlement {
            settlement_id: fields.text("settlement_id"),
            kind: fields.text("type"),
            submerchant: fields.text("submerchant"),
            amount: fields.text("amount"),
            queue: fields.flag("queue")?.unwrap_or(false),
        };
        let settlement = call.backend.settle(call.caller.marketplace, code, new).await?;
        Answer::created(&settled(code, &settlement))
    })
    .await
}

/// `GET /v2/payments/{id}/settlements/`: a part of the list, oldest first.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Application, Scope::PaymentsRead, |call| async move {
        let page = list_page(&call.query)?;
        let code = call.target(0)?;
        let (settlements, total) = call.backend.settlements(call.caller.marketplace, code, page).await?;
        let rows = settlements.iter().map(|settlement| body(code, settlement)).collect();
        envelope(&call, "settlements", page, total, rows)
    })
    .await
}

/// `DELETE /v2/payments/{id}/settlements/{settlement_id}/`: takes a queued debit back. The address is ours.
pub(super) async fn cancel(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Application, Scope::PaymentsFulfil, |call| async move {
        let (code, settlement) = (call.target(0)?, call.target(1)?);
        let settlement = call.backend.cancel_settlement(call.caller.marketplace, code, settlement).await?;
        Answer::ok(&settled(code, &settlement))
    })
    .await
}

/// `POST /v2/payments/{id}/fulfil/`: makes the split final.
pub(super) async fn fulfil(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Application, Scope::PaymentsFulfil, |call| async move {
        call.backend.fulfil(call.caller.marketplace, call.target(0)?).await?;
        Answer::ok(&Fulfilled { fulfil: true, success: true })
    })
    .await
}

fn settled(code: &str, settlement: &Settlement) -> Settled {
    let message = match (settlement.status, settlement.kind) {
        (SettlementStatus::Queued, _) => "The debit waits for the merchant's next credits.",
        (SettlementStatus::Cancelled, _) => "The queued debit was cancelled. Nothing was moved.",
        (SettlementStatus::Done, SettlementKind::Credit) => "The merchant was credited.",
        (SettlementStatus::Done, SettlementKind::Debit) => "The merchant was debited.",
    };
    Settled { settlement: body(code, settlement), message, success: true }
}

fn body(code: &str, settlement: &Settlement) -> SettlementBody {
    SettlementBody {
        settlement_id: settlement.settlement_id.clone(),
        kind: settlement.kind.key(),
        submerchant: hex(settlement.merchant.0),
        amount: in_rupees(settlement.amount),
        payment_id: code.to_owned(),
        status: settlement.status.key(),
        created: iso6(settlement.created_at),
    }
}
