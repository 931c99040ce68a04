//! `/v2/payouts/`: balances on their way to banks (instamojo.md section 6).

use super::Api;
use super::answer::{Answer, Problem, hex, iso, payout_url, user_url};
use super::call::{Needs, call};
use super::list::{envelope, list_page};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Backend;
use backend::service::instamojo::{BalancePayout, PayoutFilter, Scope, SendStatus, in_rupees};
use serde::Serialize;

/// A payout as the Java SDK reads it. It pays a balance, from which fees, taxes and refunds were taken before; so it is sales
/// and nothing else.
#[derive(Serialize)]
struct PayoutBody {
    id: String,
    recipient: String,
    status: bool,
    paid_out_at: Option<String>,
    currency: &'static str,
    paid_amount: String,
    sales_amount: String,
    fee_amount: String,
    total_tax_amount: String,
    held_amount: String,
    reversed_amount: String,
    refunded_amount: String,
    affiliate_commission_amount: String,
    partner_commission_amount: String,
    resource_uri: String,
}

#[derive(Serialize)]
struct One {
    success: bool,
    payout: PayoutBody,
}

/// `GET /v2/payouts/`: a part of the list.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PayoutsRead, |call| async move {
        let page = list_page(&call.query)?;
        let said = |name| call.query.get(name).unwrap_or_default().to_owned();
        let filter = PayoutFilter { id: said("id"), start_time: said("start_time"), end_time: said("end_time") };
        let (payouts, total) = call.backend.balance_payouts(&call.caller, &filter, page).await?;
        let rows = payouts.iter().map(|payout| body(&call.backend, payout)).collect();
        envelope(&call, "payouts", page, total, rows)
    })
    .await
}

/// `GET /v2/payouts/id:{id}/`: one payout.
pub(super) async fn get(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::PayoutsRead, |call| async move {
        let id = call.target(0)?.strip_prefix("id:").ok_or(Problem::NotFound)?;
        let payout = call.backend.balance_payout(&call.caller, id).await?;
        Answer::ok(&One { success: true, payout: body(&call.backend, &payout) })
    })
    .await
}

fn body(backend: &Backend, payout: &BalancePayout) -> PayoutBody {
    let paid = payout.status() == SendStatus::Paid;
    let nothing = || in_rupees(0);
    PayoutBody {
        id: hex(payout.id),
        recipient: user_url(backend, payout.account),
        status: paid,
        paid_out_at: paid.then(|| iso(payout.updated_at)),
        currency: "INR",
        paid_amount: in_rupees(payout.amount),
        sales_amount: in_rupees(payout.amount),
        fee_amount: nothing(),
        total_tax_amount: nothing(),
        held_amount: nothing(),
        reversed_amount: nothing(),
        refunded_amount: nothing(),
        affiliate_commission_amount: nothing(),
        partner_commission_amount: nothing(),
        resource_uri: payout_url(backend, payout.id),
    }
}
