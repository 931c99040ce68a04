//! Order status automation (atarapay.md section 5): one address, four acts.

use super::Api;
use super::answer::{Problem, Success};
use super::call::{Call, call};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Error;
use backend::service::api::ShopAct;
use domain::order::{Denied, Guard};
use serde::Serialize;

const NO_ORDER: &str = "No such order exists for the seller.";
const PROCESSED: &str = "Invalid action. This request has already been processed";
const DELIVERED_ALREADY: &str = "Invalid request to Process, Order has been already Processed";
const TOO_LATE: &str = "Invalid action. This cancel request by the buyer isn't allowed because it's past time eligible for a refund. The seller shall however provide full product replacement. Please contact seller for same.";

#[derive(Serialize)]
struct Delivered<'a> {
    phone: &'a str,
    email: &'a str,
    order: &'a str,
}

/// Delivered, cancelled, cancelled by the buyer, or read.
pub(super) async fn callback(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let order = call.fields.required("order")?;
        let status = call.fields.required("status")?;
        let act = match status {
            "order" => None,
            "delivered" => Some(ShopAct::Delivered),
            "cancelled" => Some(ShopAct::Cancel),
            "buyer_cancel" => Some(ShopAct::BuyerCancels),
            _ => return Err(Problem::said("Invalid status sent.")),
        };
        let number: i64 = order.parse().map_err(|_| Problem::said(NO_ORDER))?;
        match act {
            None => {
                let object =
                    call.backend.api_order(&call.caller, number).await.map_err(|error| refused(error, PROCESSED))?;
                Success::raw("Order Fetched", object)
            }
            Some(act) => run(&call, number, order, act).await,
        }
    })
    .await
}

async fn run(call: &Call, number: i64, order: &str, act: ShopAct) -> Result<Success, Problem> {
    let phone = match act {
        ShopAct::Delivered => call.fields.required("phone_number")?,
        _ => "",
    };
    let processed = if act == ShopAct::Delivered { DELIVERED_ALREADY } else { PROCESSED };
    let done = call.backend.api_act(&call.caller, number, act, &call.key).await;
    let (object, buyer) = done.map_err(|error| refused(error, processed))?;
    match act {
        ShopAct::Delivered => {
            let email = call.fields.get("email").unwrap_or(&buyer);
            Success::new("pod_created", &Delivered { phone, email, order })
        }
        ShopAct::Cancel => Success::raw("Order is cancelled", object),
        ShopAct::BuyerCancels => Success::raw("Order is cancelled by the buyer", object),
    }
}

/// The contract's sentences for what the rules refuse.
fn refused(error: Error, processed: &str) -> Problem {
    match error {
        Error::NotFound => Problem::said(NO_ORDER),
        Error::Denied(Denied::Guard(Guard::BuyerMayCancel)) => Problem::said(TOO_LATE),
        Error::Denied(_) | Error::Stale => Problem::said(processed),
        other => other.into(),
    }
}
