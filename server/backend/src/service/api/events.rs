//! What accounts with programs are told about their orders (atarapay.md section 7), written with the change that causes it.

use super::object::order_object;
use crate::Backend;
use crate::error::Result;
use crate::repo::api_events::{self, ApiEvent};
use crate::repo::orders::Stored;
use crate::repo::outbox::{self, NewMessage};
use crate::repo::{api_keys, webhook_endpoints};
use crate::service::api::webhook_send::{TOPIC, payload};
use domain::ids::{AccountId, ApiEventId};
use domain::order::{Command, Event, Role, Status};
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;
use uuid::Uuid;

/// The words of one event.
struct Told {
    status: &'static str,
    message: &'static str,
    /// The status of the object, where the contract shows another than the order's.
    shown: Option<Status>,
    /// Whether it is sent, and not only kept for the feed: the contract documents no notification of a payment, nor of the
    /// payouts behind an acceptance.
    delivers: bool,
}

const fn told(status: &'static str, message: &'static str) -> Told {
    Told { status, message, shown: None, delivers: true }
}

/// What an event is on the wire; `None` where programs are told nothing.
fn words(event: &Event) -> Option<Told> {
    let changed = event.from != Some(event.to);
    if !changed {
        return None;
    }
    Some(match (event.to, &event.command, event.actor) {
        (Status::Pending, ..) => Told { delivers: false, ..told("Pending", "Payment is received") },
        (Status::AwaitingBuyerResponse, ..) => told("Delivered", "Order is marked completed"),
        (Status::Accepted, ..) => told("Accepted", "Buyer Accepts Order"),
        (Status::RejectionUnderReview, ..) => told("Rejected", "Buyer Rejects Order"),
        (Status::Rejected, ..) => told("Refunded", "Rejection is confirmed, Buyer is refunded"),
        (Status::PendingSecond, ..) => told("Pending II", "Second delivery attempt is agreed"),
        (Status::Dispute, ..) => told("Dispute", "Order is in dispute"),
        (Status::Disputed, ..) => told("Disputed", "Dispute is raised, Dispute manager decides"),
        (Status::DisputeResolved, Command::Withdraw, Role::Buyer) => {
            Told { shown: Some(Status::Completed), ..told("Complete", "Dispute is cancelled, Transaction Completed") }
        }
        (Status::DisputeResolved, Command::Withdraw, _) => told("Refunded", "Dispute is cancelled, Buyer is refunded"),
        (Status::DisputeResolved, ..) => told("Complete", "Dispute is resolved, Transaction Completed"),
        (Status::Cancelled, Command::Cancel, Role::Buyer) => told(BUYER_CANCELLED, "Transaction is canceled"),
        (Status::Cancelled, ..) => told("Canceled", "Transaction is canceled"),
        (Status::Completed, ..) => Told { delivers: false, ..told("Complete", "Transaction Completed") },
        _ => return None,
    })
}

/// The documented word of an order that its buyer cancelled; an account may have `Canceled` instead.
const BUYER_CANCELLED: &str = "Rejected";

/// Writes what the seller's and the operator's programs are told of an event, and queues it where they have a callback URL.
pub(crate) async fn order_event(
    backend: &Backend,
    tx: &impl ConnectionTrait,
    stored: &Stored,
    event: &Event,
    now: OffsetDateTime,
) -> Result<()> {
    let Some(told) = words(event) else { return Ok(()) };
    if stored.order.quote.is_none() {
        return Ok(());
    }
    let parties = &stored.order.parties;
    // Always in this order, so that two orders at once do not wait for each other's numbers in a circle.
    for account in std::iter::once(parties.seller).chain(parties.operator) {
        tell(backend, tx, stored, &told, account, now).await?;
    }
    Ok(())
}

async fn tell(
    backend: &Backend,
    tx: &impl ConnectionTrait,
    stored: &Stored,
    told: &Told,
    account: AccountId,
    now: OffsetDateTime,
) -> Result<()> {
    if api_keys::of_account(tx, account, backend.mode_key()).await?.is_empty() {
        return Ok(());
    }
    let endpoint = webhook_endpoints::of_account(tx, account).await?;
    let buyer_cancelled = told.status == BUYER_CANCELLED && stored.order.status == Status::Cancelled;
    let status = match &endpoint {
        Some(endpoint) if buyer_cancelled => endpoint.cancel_status.clone(),
        _ => told.status.to_owned(),
    };
    let event = ApiEvent {
        id: ApiEventId(Uuid::now_v7()),
        account,
        number: 0,
        order: Some(stored.order.id),
        status,
        message: told.message.to_owned(),
        object: order_object(tx, stored, told.shown, now).await?,
        delivers: told.delivers,
        created_at: now,
    };
    api_events::insert(tx, &event).await?;
    if told.delivers && endpoint.is_some_and(|endpoint| endpoint.disabled.is_none()) {
        enqueue(tx, &event, &event.id.to_string(), now).await?;
    }
    Ok(())
}

/// Queues an event for the account's callback URL; each key once. A shop takes the last word for the order's status, so that the events
/// of one order keep their order.
pub(super) async fn enqueue(tx: &impl ConnectionTrait, event: &ApiEvent, key: &str, now: OffsetDateTime) -> Result<()> {
    let dedupe_key = format!("webhook:{key}");
    let ordering_key = event.order.map(|order| format!("webhook:{}:{order}", event.account));
    let payload = payload(event)?;
    let message = NewMessage { topic: TOPIC, kind: "notification", dedupe_key: &dedupe_key, ordering_key, payload };
    outbox::insert(tx, message, now).await
}
