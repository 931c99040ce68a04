//! The order as the rules see it.

use super::{Actor, Command, Event, Price, Quote, RejectReason, Role, Side, Status, Terms, Timer};
use crate::ids::{AccountId, OrderId, ProjectId, ProviderId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The parties of an order (rules.md section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    /// Who pays. A buyer without an account has an unclaimed one, found by e-mail.
    pub buyer: AccountId,
    /// Whose profile the order is paid under.
    pub seller: AccountId,
    /// A service provider of the Business Seller.
    pub provider: Option<ProviderId>,
    /// The operator of the marketplace the seller belongs to.
    pub operator: Option<AccountId>,
}

/// Who cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The buyer.
    Buyer,
    /// The seller.
    Seller,
    /// A deadline.
    System,
}

/// How the escrow ended; kept when the order is Completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The buyer accepted.
    Accepted,
    /// The inspection time ran out and the terms accept.
    AcceptedBySilence,
    /// The rejection was confirmed or not answered.
    Rejected,
    /// Cancelled.
    Cancelled,
    /// The buyer gave the dispute up.
    BuyerWithdrew,
    /// The seller gave the dispute up.
    SellerWithdrew,
    /// Both agreed on a division.
    Settled,
    /// The dispute manager or the administrator decided.
    Ruled,
    /// Nobody decided in time: the last offer, or a refund.
    Lapsed,
}

/// A rejection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// From the closed list.
    pub reason: RejectReason,
    /// The story.
    pub text: String,
}

/// A standing proposal to divide the hold; each side has at most one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitOffer {
    /// Who proposed.
    pub by: Side,
    /// Minor units of the price for the buyer; the rest is the seller's side.
    pub to_buyer: i64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The place of an order in a project (rules.md section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// The project.
    pub project: ProjectId,
    /// How many earlier milestones are not Completed.
    pub earlier_open: u32,
    /// Most that acceptance may carry into the next milestone, minor units; 0 where it carries nothing.
    pub carry_max: i64,
}

/// One order. The service loads it whole, asks [`super::decide()`], applies the events and writes it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Counts every change; a form carries the version it was made for.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// Delivery attempt, 1 or 2.
    pub attempt: u8,
    /// Who takes part.
    pub parties: Parties,
    /// Set where a proposed order still needs this side's agreement (P2P).
    pub awaits_agreement_of: Option<Side>,
    /// What it costs.
    pub price: Price,
    /// The snapshot of the terms.
    pub terms: Terms,
    /// What was paid; set by the payment.
    pub quote: Option<Quote>,
    /// When it was paid.
    pub paid_at: Option<OffsetDateTime>,
    /// When the present status runs out.
    pub deadline: Option<OffsetDateTime>,
    /// The buyer's rejection.
    pub rejection: Option<Rejection>,
    /// Who offered a second delivery.
    pub second_offer_by: Option<Side>,
    /// The standing split offers.
    pub split_offers: Vec<SplitOffer>,
    /// Whether the dispute has passed to the administrator.
    pub escalated: bool,
    /// How the escrow ended.
    pub ending: Option<Ending>,
    /// Who cancelled.
    pub cancelled_by: Option<CancelledBy>,
    /// The place in a project.
    pub milestone: Option<Milestone>,
    /// Part of the price that an earlier milestone's hold was carried over for, minor units; the buyer pays the rest.
    pub carried: i64,
}

/// What is needed to place an order; text and price are already validated by their types and [`Price::validate`].
#[derive(Debug, Clone)]
pub struct Placing {
    /// Identity.
    pub id: OrderId,
    /// Who takes part; buyer and seller differ.
    pub parties: Parties,
    /// What it costs.
    pub price: Price,
    /// The terms.
    pub terms: Terms,
    /// Set where the other side must agree before payment (P2P).
    pub awaits_agreement_of: Option<Side>,
    /// The place in a project.
    pub milestone: Option<Milestone>,
    /// What an earlier milestone's hold is carried over for, minor units of the price.
    pub carried: i64,
}

impl Order {
    /// Creates an order in Awaiting Payment with its event. `placed_by` is the buyer or the seller.
    #[must_use]
    pub fn place(placing: Placing, placed_by: Role, now: OffsetDateTime) -> (Self, Event) {
        let deadline = Timer::deadline(Status::AwaitingPayment, false, &placing.terms, now);
        let order = Self {
            id: placing.id,
            version: 1,
            status: Status::AwaitingPayment,
            attempt: 1,
            parties: placing.parties,
            awaits_agreement_of: placing.awaits_agreement_of,
            price: placing.price,
            terms: placing.terms,
            quote: None,
            paid_at: None,
            deadline,
            rejection: None,
            second_offer_by: None,
            split_offers: Vec::new(),
            escalated: false,
            ending: None,
            cancelled_by: None,
            milestone: placing.milestone,
            carried: placing.carried,
        };
        let event = Event::new(Command::Place, Actor::new(placed_by), None, &order, now);
        (order, event)
    }

    /// The price less the fees that are taken from it, minor units: what a release divides among the beneficiaries.
    #[must_use]
    pub fn releasable(&self) -> i64 {
        self.price.total() - self.quote.map_or(0, |quote| quote.escrow.seller + quote.gateway.seller + quote.payout)
    }

    /// The standing offer of `side`.
    #[must_use]
    pub fn offer_of(&self, side: Side) -> Option<&SplitOffer> {
        self.split_offers.iter().find(|offer| offer.by == side)
    }

    /// The newest standing offer.
    #[must_use]
    pub fn last_offer(&self) -> Option<&SplitOffer> {
        self.split_offers.iter().max_by_key(|offer| offer.at)
    }

    /// Takes an event of [`super::decide()`] over into the order.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match &event.command {
            Command::Agree => self.awaits_agreement_of = None,
            Command::Pay { quote, .. } => {
                self.quote = Some(**quote);
                self.paid_at = Some(event.at);
            }
            Command::Reject { reason, text } => {
                self.rejection = Some(Rejection { reason: *reason, text: text.clone() })
            }
            Command::OfferSecondDelivery => self.second_offer_by = side_of(event),
            Command::OfferSplit { to_buyer } => self.set_offer(event, Some(*to_buyer)),
            Command::WithdrawSplit => self.set_offer(event, None),
            Command::SetCommission { commission, provider } => {
                self.terms.commission = commission.clone();
                if let Some(assigned) = provider {
                    self.parties.provider = Some(assigned.provider);
                    if let Some(quote) = &mut self.quote {
                        quote.payout = assigned.payout_fee;
                    }
                }
            }
            Command::TimeOut if event.to == Status::Disputed => self.escalated = true,
            _ => {}
        }
        if event.to == Status::PendingSecond {
            self.attempt = 2;
        }
        if Some(event.to) != event.from {
            self.second_offer_by = None;
        }
        if !event.to.holds_money() || event.to == Status::PendingSecond {
            self.split_offers.clear();
        }
        if event.ending.is_some() {
            self.ending = event.ending;
        }
        if event.cancelled_by.is_some() {
            self.cancelled_by = event.cancelled_by;
        }
        if event.to == Status::Cancelled && self.quote.is_none() {
            // Only carried money was held; it counts as what was paid.
            self.quote = Some(Quote::of_carried(self));
            self.paid_at = Some(event.at);
        }
        self.status = event.to;
        self.deadline = event.deadline;
    }

    fn set_offer(&mut self, event: &Event, to_buyer: Option<i64>) {
        let Some(by) = side_of(event) else { return };
        self.split_offers.retain(|offer| offer.by != by);
        self.split_offers.extend(to_buyer.map(|to_buyer| SplitOffer { by, to_buyer, at: event.at }));
    }
}

fn side_of(event: &Event) -> Option<Side> {
    Actor::new(event.actor).side()
}
