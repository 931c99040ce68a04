//! The heart of every command: decide, then write state, ledger, instructions, audit and outbox in the caller's
//! transaction (DESIGN: how a command runs).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::ledger::{self, Posting};
use crate::repo::orders::{self, Stored};
use crate::repo::{audit, listings, payouts};
use crate::service::{api, notify, payouts as instructions, projects};
use domain::ids::UserId;
use domain::ledger::{LedgerAccount, Line, Transfer, TransferReason};
use domain::order::event::Movement;
use domain::order::settle::Settlement;
use domain::order::{Actor, Command, Event, Order, Quote, Role, Status, Timer, decide};
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;

/// What a command did: the event and its place in the order's history.
#[derive(Debug, Clone)]
pub(crate) struct Executed {
    /// What happened.
    pub(crate) event: Event,
    /// Its position in the audit chain.
    pub(crate) seq: i32,
}

/// Decides `command` on the locked order in `stored` and writes everything it causes.
///
/// # Errors
/// [`Error::Denied`] where the rules refuse; then nothing was written.
pub(crate) async fn execute(
    backend: &Backend,
    tx: &DatabaseTransaction,
    stored: &mut Stored,
    command: Command,
    actor: Actor,
    user: Option<UserId>,
) -> Result<Executed> {
    execute_over(backend, tx, stored, command, (actor, user), backend.rail().name()).await
}

/// The same for money that came by the rail with this name.
pub(crate) async fn execute_over(
    backend: &Backend,
    tx: &DatabaseTransaction,
    stored: &mut Stored,
    command: Command,
    (actor, user): (Actor, Option<UserId>),
    rail: &str,
) -> Result<Executed> {
    let now = backend.now();
    let mut done = None;
    for event in decide(&stored.order, command, actor, now)? {
        done = Some(write(backend, tx, stored, event, user, rail, now).await?);
    }
    let done = done.ok_or_else(|| Error::internal("decide", "a decision without an event"))?;
    if done.event.to.is_settling() && payouts::unpaid(tx, stored.order.id).await? == 0 {
        complete(backend, tx, stored, now).await?;
    }
    Ok(done)
}

/// Completes a settling order whose last leg was paid (rules.md section 2).
pub(crate) async fn complete(
    backend: &Backend,
    tx: &DatabaseTransaction,
    stored: &mut Stored,
    now: OffsetDateTime,
) -> Result<()> {
    for event in decide(&stored.order, Command::Complete { unpaid_legs: 0 }, Actor::new(Role::System), now)? {
        write(backend, tx, stored, event, None, backend.rail().name(), now).await?;
    }
    if let Some((project, _)) = stored.facts.milestone {
        // Ending a milestone may pay the next, which is executed like this one.
        Box::pin(projects::milestone_ended(backend, tx, project, now)).await?;
    }
    Ok(())
}

async fn write(
    backend: &Backend,
    tx: &DatabaseTransaction,
    stored: &mut Stored,
    event: Event,
    user: Option<UserId>,
    rail: &str,
    now: OffsetDateTime,
) -> Result<Executed> {
    let before = stored.order.version;
    let was = stored.order.clone();
    stored.order.apply(&event);
    orders::update(tx, &stored.order, before, now).await?;
    if was.deadline != stored.order.deadline {
        orders::set_remind_at(tx, stored.order.id, Timer::next_reminder(&stored.order, now)).await?;
    }
    match &event.movement {
        Some(Movement::Hold(quote)) => {
            if let Some(transfer) = hold(rail, &stored.order, quote)? {
                post(tx, &stored.order, &transfer, now).await?;
            }
        }
        Some(Movement::Settle(settlement)) => {
            let quote =
                stored.order.quote.ok_or_else(|| Error::internal("settlement", "an unpaid order was settled"))?;
            post(tx, &stored.order, &settle(&stored.order, &quote, settlement)?, now).await?;
            instructions::instruct(backend, tx, stored, settlement, now).await?;
        }
        None => {}
    }
    if let (Status::Expired, Some(listing)) = (event.to, stored.facts.listing) {
        listings::put_back(tx, listing).await?;
    }
    let seq = audit::append(tx, stored.order.id, &event, user).await?;
    notify::order_event(tx, stored, &event, now).await?;
    api::order_event(backend, tx, stored, &event, now).await?;
    Ok(Executed { event, seq })
}

async fn post(tx: &DatabaseTransaction, order: &Order, transfer: &Transfer, now: OffsetDateTime) -> Result<()> {
    let key = format!("order:{}:version:{}", order.id, order.version);
    ledger::post(tx, &Posting { transfer, key: &key, order: Some(order.id), note: None }, now).await?;
    Ok(())
}

/// What was paid is held; nothing where the whole price was carried over and is held already.
fn hold(rail: &str, order: &Order, quote: &Quote) -> Result<Option<Transfer>> {
    let mut lines = vec![
        Line::debit(LedgerAccount::Clearing(rail.to_owned()), quote.total()),
        Line::credit(LedgerAccount::Hold(order.id), quote.price() - quote.carried),
        Line::credit(LedgerAccount::FeeHold(order.id), quote.buyer_fees()),
    ];
    lines.retain(|line| line.minor > 0);
    if lines.is_empty() { Ok(None) } else { transfer(quote, TransferReason::Hold, lines).map(Some) }
}

fn settle(order: &Order, quote: &Quote, settlement: &Settlement) -> Result<Transfer> {
    let reason = match (settlement.to_buyer, settlement.shares.is_empty()) {
        (0, _) => TransferReason::Release,
        (part, _) if part == quote.price() => TransferReason::Refund,
        (_, true) => TransferReason::Refund,
        _ if order.status == Status::DisputeResolved => TransferReason::Split,
        _ => TransferReason::Refund,
    };
    transfer(quote, reason, settlement.lines(order, quote))
}

fn transfer(quote: &Quote, reason: TransferReason, lines: Vec<Line>) -> Result<Transfer> {
    Transfer::new(quote.currency, reason, lines).map_err(|source| Error::internal("ledger transfer", source))
}
