//! The decision: a pure function from an order, a command, an actor and an instant to events or a refusal.

use super::event::Movement;
use super::settle::{Carry, MoneyRule, Settlement, settlement};
use super::{
    Actor, CancelledBy, Command, CommandKind, Denied, Ending, Event, Order, Role, Status, TABLE, Timer, To, Transition,
};
use time::OffsetDateTime;

/// Decides what `command` by `actor` does to `order` at `now`. The caller applies the events and writes them, their
/// ledger transfer and the order in one transaction.
///
/// # Errors
/// [`Denied`] where the table of rules.md section 3 has no row for it.
pub fn decide(order: &Order, command: Command, actor: Actor, now: OffsetDateTime) -> Result<Vec<Event>, Denied> {
    let row = find_row(order, command.kind(), Some(&command), actor, now)?;
    let to = match row.to {
        To::Status(status) => status,
        To::Same => order.status,
    };
    let mut event = Event::new(command, actor, Some(order.status), order, now);
    event.to = to;
    event.movement = movement(order, row, &event.command, now);
    event.ending = ending(order, row, &event);
    event.cancelled_by = (to == Status::Cancelled).then(|| cancelled_by(actor.role));
    let escalates = to == Status::Disputed && order.status == Status::Disputed && row.to != To::Same;
    if to != order.status || escalates {
        event.deadline = Timer::deadline(to, escalates, &order.terms, now);
    }
    Ok(vec![event])
}

/// Whether `actor` could give a command of this kind now, whatever its contents: what a page asks to draw its buttons.
///
/// # Errors
/// [`Denied`] with the reason to show.
pub fn check(
    order: &Order,
    kind: CommandKind,
    actor: Actor,
    now: OffsetDateTime,
) -> Result<&'static Transition, Denied> {
    find_row(order, kind, None, actor, now)
}

fn find_row(
    order: &Order,
    kind: CommandKind,
    command: Option<&Command>,
    actor: Actor,
    now: OffsetDateTime,
) -> Result<&'static Transition, Denied> {
    let rows: Vec<&Transition> =
        TABLE.iter().filter(|row| row.command == kind && row.from.contains(&order.status)).collect();
    if rows.is_empty() {
        return Err(Denied::WrongStatus { command: kind, status: order.status });
    }
    let mut refused = None;
    for row in rows.iter().filter(|row| row.actors.contains(&actor.role)) {
        match row.guards.iter().find(|guard| !guard.holds(order, actor, command, now)) {
            None => return Ok(row),
            Some(guard) => refused = Some(*guard),
        }
    }
    Err(refused.map_or_else(|| wrong_actor(kind, &rows), Denied::Guard))
}

fn wrong_actor(command: CommandKind, rows: &[&Transition]) -> Denied {
    let mut may: Vec<Role> = rows.iter().flat_map(|row| row.actors.iter().copied()).collect();
    may.sort_unstable();
    may.dedup();
    Denied::WrongActor { command, may }
}

fn movement(order: &Order, row: &Transition, command: &Command, now: OffsetDateTime) -> Option<Movement> {
    if row.money == MoneyRule::Hold {
        let Command::Pay { quote, .. } = command else { return None };
        return Some(Movement::Hold(**quote));
    }
    if let (Command::AcceptAndCarry { carry, into }, Some(quote)) = (command, &order.quote) {
        let carry = Carry { into: *into, minor: *carry };
        return Some(Movement::Settle(Settlement::release_and_carry(order, quote, carry)));
    }
    let to_buyer = match command {
        Command::AcceptSplit { to_buyer } | Command::Rule { to_buyer, .. } => Some(*to_buyer),
        Command::TimeOut => order.last_offer().map(|offer| offer.to_buyer),
        _ => None,
    };
    settlement(row.money, order, to_buyer, now).map(Movement::Settle)
}

fn ending(order: &Order, row: &Transition, event: &Event) -> Option<Ending> {
    if !event.to.is_settling() || order.status == event.to {
        return None;
    }
    Some(match (event.to, row.command, event.actor) {
        (Status::Accepted, CommandKind::TimeOut, _) => Ending::AcceptedBySilence,
        (Status::Accepted, ..) => Ending::Accepted,
        (Status::Cancelled, ..) => Ending::Cancelled,
        (Status::DisputeResolved, CommandKind::Withdraw, Role::Buyer) => Ending::BuyerWithdrew,
        (Status::DisputeResolved, CommandKind::Withdraw, _) => Ending::SellerWithdrew,
        (Status::DisputeResolved, CommandKind::AcceptSplit, _) => Ending::Settled,
        (Status::DisputeResolved, CommandKind::Rule, _) => Ending::Ruled,
        (Status::DisputeResolved, ..) => Ending::Lapsed,
        _ => Ending::Rejected,
    })
}

const fn cancelled_by(role: Role) -> CancelledBy {
    match role {
        Role::Buyer => CancelledBy::Buyer,
        Role::Seller => CancelledBy::Seller,
        _ => CancelledBy::System,
    }
}
