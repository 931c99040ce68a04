//! Who is told what (rules.md section 8): every transition tells the other parties, in the transaction that causes it.

use crate::error::Result;
use crate::mail::{Mail, OrderMail, OrderNotice};
use crate::repo::accounts;
use crate::repo::orders::Stored;
use crate::repo::payouts::{Payout, PayoutKind};
use crate::service::outbox;
use domain::Money;
use domain::ids::PartyId;
use domain::order::event::Movement;
use domain::order::share::ShareOf;
use domain::order::{Command, Event, Role, Status};
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

/// Mails what an event means to the parties that did not cause it, and to the buyer a receipt of their payment.
pub(crate) async fn order_event(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    event: &Event,
    now: OffsetDateTime,
) -> Result<()> {
    let Some(notice) = notice_of(event) else { return Ok(()) };
    let tag = format!("order:{}:{}", stored.order.id, stored.order.version);
    for role in [Role::Buyer, Role::Seller] {
        if role != event.actor {
            let part = part_of(event, role, stored);
            send(tx, stored, Told { notice, role, part, text: text_of(event), tag: &tag }, now).await?;
        }
    }
    Ok(())
}

/// Tells a beneficiary that money waits for its bank details.
pub(crate) async fn bank_details_missing(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    let tag = format!("payout:{}:bank", payout.id);
    payout_mail(tx, stored, payout, OrderNotice::BankDetailsMissing, &tag, now).await
}

/// Tells a party that its money was paid.
pub(crate) async fn payout_paid(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    let notice = if payout.kind == PayoutKind::Refund { OrderNotice::RefundPaid } else { OrderNotice::PaidOut };
    payout_mail(tx, stored, payout, notice, &format!("payout:{}:paid", payout.id), now).await
}

/// Tells a party that its bank refused its money.
pub(crate) async fn payout_failed(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    let tag = format!("payout:{}:failed:{}", payout.id, payout.attempts);
    payout_mail(tx, stored, payout, OrderNotice::PayoutFailed, &tag, now).await
}

async fn payout_mail(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    notice: OrderNotice,
    tag: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let parties = &stored.order.parties;
    let role = match payout.party {
        PartyId::Account(account) if account == parties.buyer => Role::Buyer,
        PartyId::Account(account) if account == parties.seller => Role::Seller,
        // Providers have no account, and operators read their dashboard.
        _ => return Ok(()),
    };
    send(tx, stored, Told { notice, role, part: Some(payout.amount), text: None, tag }, now).await
}

struct Told<'a> {
    notice: OrderNotice,
    role: Role,
    part: Option<Money>,
    text: Option<String>,
    tag: &'a str,
}

async fn send(tx: &impl ConnectionTrait, stored: &Stored, told: Told<'_>, now: OffsetDateTime) -> Result<()> {
    let (order, facts) = (&stored.order, &stored.facts);
    let seller = accounts::by_id(tx, order.parties.seller).await?;
    let buyer = accounts::by_id(tx, order.parties.buyer).await?;
    let (to, counterpart) = match told.role {
        Role::Buyer => (Email::parse(&facts.buyer_email), seller.name.clone()),
        _ => (
            Email::parse(&seller.email.to_string()),
            facts.buyer_name.clone().unwrap_or_else(|| facts.buyer_email.clone()),
        ),
    };
    let to = to.map_err(|source| crate::Error::internal("stored address", source))?;
    let price = Money::new(order.price.total(), order.price.currency)
        .map_err(|source| crate::Error::internal("order price", source))?;
    let mail = Mail::Order(OrderMail {
        notice: told.notice,
        to_role: told.role,
        order: order.id,
        number: facts.number,
        title: facts.title.clone(),
        counterpart,
        amount: price,
        part: told.part,
        text: told.text,
        deadline: order.deadline,
        // A buyer who never made an account has nothing to sign in with.
        signed_link: told.role == Role::Buyer && !buyer.claimed,
    });
    outbox::enqueue(tx, now, &to, &mail, &format!("{}:{}", told.tag, told.role.key())).await
}

fn notice_of(event: &Event) -> Option<OrderNotice> {
    let changed = event.from != Some(event.to);
    Some(match (event.to, &event.command) {
        (_, Command::Place) => OrderNotice::Placed,
        (Status::Pending, Command::Pay { .. }) => OrderNotice::Paid,
        (Status::AwaitingBuyerResponse, Command::MarkDelivered { .. }) => OrderNotice::Delivered,
        (Status::Accepted, _) => OrderNotice::Accepted,
        (Status::RejectionUnderReview, Command::Reject { .. }) => OrderNotice::Rejected,
        (Status::PendingSecond, _) if changed => OrderNotice::SecondDelivery,
        (Status::Dispute, _) if changed => OrderNotice::Dispute,
        (Status::Disputed, _) if changed => OrderNotice::Disputed,
        (Status::DisputeResolved, _) => OrderNotice::Resolved,
        (Status::Rejected, _) => OrderNotice::Refunding,
        (Status::Cancelled, _) => OrderNotice::Cancelled,
        (Status::Expired, _) => OrderNotice::Expired,
        _ => return None,
    })
}

/// What the reader gets by this event.
fn part_of(event: &Event, role: Role, stored: &Stored) -> Option<Money> {
    let Some(Movement::Settle(settlement)) = &event.movement else { return None };
    let minor = match role {
        Role::Buyer => settlement.refund_total(),
        _ => settlement.shares.iter().filter(|share| share.of == ShareOf::Seller).map(|share| share.minor).sum(),
    };
    Money::new(minor, stored.order.price.currency).ok().filter(|money| money.minor() > 0)
}

fn text_of(event: &Event) -> Option<String> {
    match &event.command {
        Command::MarkDelivered { note, .. } => Some(note.clone()),
        Command::Reject { reason, text } => Some(format!("{}: {text}", reason.words())),
        Command::SayNotGoodCondition { text } | Command::RaiseDispute { text } | Command::Rule { text, .. } => {
            Some(text.clone())
        }
        _ => None,
    }
}
