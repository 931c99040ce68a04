//! What happened to an order: the result of a decision, and the payload of its audit event.

use super::settle::Settlement;
use super::{Actor, CancelledBy, Command, Ending, Order, Quote, Role, Status};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The money an event moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// The buyer's payment is held.
    Hold(Quote),
    /// The hold is divided.
    Settle(Settlement),
}

/// One accepted command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What was asked.
    pub command: Command,
    /// In which part.
    pub actor: Role,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Before; `None` when the order was placed.
    pub from: Option<Status>,
    /// After.
    pub to: Status,
    /// The deadline of the new situation.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deadline: Option<OffsetDateTime>,
    /// The money moved.
    pub movement: Option<Movement>,
    /// How the escrow ended, where this ended it.
    pub ending: Option<Ending>,
    /// Who cancelled, where this cancelled.
    pub cancelled_by: Option<CancelledBy>,
}

impl Event {
    /// An event that leaves status, deadline and money of `order` as they are.
    pub(super) fn new(command: Command, actor: Actor, from: Option<Status>, order: &Order, at: OffsetDateTime) -> Self {
        Self {
            command,
            actor: actor.role,
            at,
            from,
            to: order.status,
            deadline: order.deadline,
            movement: None,
            ending: None,
            cancelled_by: None,
        }
    }
}
