//! What can be asked of an order.

use super::{Commission, Quote};
use crate::ids::{OrderId, ProviderId};
use crate::money::Money;
use serde::{Deserialize, Serialize};

/// The kinds of command, as the transition table names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// Create the order.
    Place,
    /// Agree to an order that the other side proposed.
    Agree,
    /// Money arrived.
    Pay,
    /// Stop the order.
    Cancel,
    /// The seller says it delivered.
    MarkDelivered,
    /// The buyer accepts.
    Accept,
    /// The buyer accepts a part, and the rest of the hold goes into the next milestone.
    AcceptAndCarry,
    /// The buyer rejects.
    Reject,
    /// The seller has the item back in good condition.
    ConfirmGoodCondition,
    /// Propose a second delivery attempt.
    OfferSecondDelivery,
    /// Agree to the proposed second attempt.
    AgreeSecondDelivery,
    /// The seller says the item is not in good condition.
    SayNotGoodCondition,
    /// The seller hands the dispute to the dispute manager.
    RaiseDispute,
    /// A side gives the dispute up.
    Withdraw,
    /// Propose how to divide the hold.
    OfferSplit,
    /// Take the other side's proposal.
    AcceptSplit,
    /// Take one's own proposal back.
    WithdrawSplit,
    /// The dispute manager decides.
    Rule,
    /// Change the commission.
    SetCommission,
    /// A deadline passed.
    TimeOut,
    /// The last payout or refund was paid.
    Complete,
}

impl CommandKind {
    /// Every kind.
    pub const ALL: [Self; 21] = [
        Self::Place,
        Self::Agree,
        Self::Pay,
        Self::Cancel,
        Self::MarkDelivered,
        Self::Accept,
        Self::AcceptAndCarry,
        Self::Reject,
        Self::ConfirmGoodCondition,
        Self::OfferSecondDelivery,
        Self::AgreeSecondDelivery,
        Self::SayNotGoodCondition,
        Self::RaiseDispute,
        Self::Withdraw,
        Self::OfferSplit,
        Self::AcceptSplit,
        Self::WithdrawSplit,
        Self::Rule,
        Self::SetCommission,
        Self::TimeOut,
        Self::Complete,
    ];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Agree => "agree",
            Self::Pay => "pay",
            Self::Cancel => "cancel",
            Self::MarkDelivered => "mark_delivered",
            Self::Accept => "accept",
            Self::AcceptAndCarry => "accept_and_carry",
            Self::Reject => "reject",
            Self::ConfirmGoodCondition => "confirm_good_condition",
            Self::OfferSecondDelivery => "offer_second_delivery",
            Self::AgreeSecondDelivery => "agree_second_delivery",
            Self::SayNotGoodCondition => "say_not_good_condition",
            Self::RaiseDispute => "raise_dispute",
            Self::Withdraw => "withdraw",
            Self::OfferSplit => "offer_split",
            Self::AcceptSplit => "accept_split",
            Self::WithdrawSplit => "withdraw_split",
            Self::Rule => "rule",
            Self::SetCommission => "set_commission",
            Self::TimeOut => "time_out",
            Self::Complete => "complete",
        }
    }

    /// The kind with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The act in words, as in "Only the buyer may …".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Place => "place an order",
            Self::Agree => "agree to the order",
            Self::Pay => "pay",
            Self::Cancel => "cancel the order",
            Self::MarkDelivered => "mark the order delivered",
            Self::Accept => "accept the delivery",
            Self::AcceptAndCarry => "accept a part and carry the rest into the next milestone",
            Self::Reject => "reject the delivery",
            Self::ConfirmGoodCondition => "confirm the item came back in good condition",
            Self::OfferSecondDelivery => "offer a second delivery",
            Self::AgreeSecondDelivery => "agree to a second delivery",
            Self::SayNotGoodCondition => "say the item is not in good condition",
            Self::RaiseDispute => "raise the dispute",
            Self::Withdraw => "withdraw from the dispute",
            Self::OfferSplit => "offer to divide the money",
            Self::AcceptSplit => "accept the offered division",
            Self::WithdrawSplit => "take the offer back",
            Self::Rule => "rule on the dispute",
            Self::SetCommission => "change the commission",
            Self::TimeOut => "let the deadline pass",
            Self::Complete => "complete the order",
        }
    }
}

/// Why a buyer rejects (closed list; the text tells the story).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// Not what was agreed.
    NotAsDescribed,
    /// Arrived damaged.
    Damaged,
    /// Another item.
    WrongItem,
    /// Parts are missing.
    Incomplete,
    /// Came too late to be of use.
    Late,
    /// The buyer's own reason; the fee then stays with the buyer.
    ChangedMind,
}

impl RejectReason {
    /// Every reason, in the order of the form.
    pub const ALL: [Self; 6] =
        [Self::NotAsDescribed, Self::Damaged, Self::WrongItem, Self::Incomplete, Self::Late, Self::ChangedMind];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotAsDescribed => "not_as_described",
            Self::Damaged => "damaged",
            Self::WrongItem => "wrong_item",
            Self::Incomplete => "incomplete",
            Self::Late => "late",
            Self::ChangedMind => "changed_mind",
        }
    }

    /// The reason with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }

    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAsDescribed => "Not as described",
            Self::Damaged => "Damaged",
            Self::WrongItem => "Wrong item",
            Self::Incomplete => "Incomplete",
            Self::Late => "Late",
            Self::ChangedMind => "I changed my mind",
        }
    }

    /// Whether the reason is the buyer's own, so that a refund is less the cancellation fee (rules.md section 3).
    #[must_use]
    pub const fn is_buyers(self) -> bool {
        matches!(self, Self::ChangedMind)
    }
}

/// The code a ruling must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RulingReason {
    /// The delivery was as agreed.
    DeliveredAsAgreed,
    /// The delivery was not as agreed.
    NotAsAgreed,
    /// Nothing was delivered.
    NotDelivered,
    /// The item came back damaged or used.
    ReturnedDamaged,
    /// Both share the fault.
    SharedFault,
    /// A side did not answer or prove its case.
    NoEvidence,
}

impl RulingReason {
    /// Every code, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::DeliveredAsAgreed,
        Self::NotAsAgreed,
        Self::NotDelivered,
        Self::ReturnedDamaged,
        Self::SharedFault,
        Self::NoEvidence,
    ];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::DeliveredAsAgreed => "delivered_as_agreed",
            Self::NotAsAgreed => "not_as_agreed",
            Self::NotDelivered => "not_delivered",
            Self::ReturnedDamaged => "returned_damaged",
            Self::SharedFault => "shared_fault",
            Self::NoEvidence => "no_evidence",
        }
    }

    /// The code with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }

    /// The code in words, as both sides read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::DeliveredAsAgreed => "Delivered as agreed",
            Self::NotAsAgreed => "Not as agreed",
            Self::NotDelivered => "Not delivered",
            Self::ReturnedDamaged => "Came back damaged or used",
            Self::SharedFault => "Both share the fault",
            Self::NoEvidence => "A side did not answer or prove its case",
        }
    }
}

/// A service provider that the seller gives a paid order to (rules.md section 5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who.
    pub provider: ProviderId,
    /// What its payout costs, minor units.
    pub payout_fee: i64,
}

/// A command with what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
pub enum Command {
    /// Create the order; only [`super::Order::place`] makes it.
    Place,
    /// Agree to an order that the other side proposed.
    Agree,
    /// `amount` arrived for `quote`.
    Pay {
        /// What arrived.
        amount: Money,
        /// What was asked for; the order keeps it.
        quote: Box<Quote>,
    },
    /// Stop the order.
    Cancel,
    /// The seller delivered.
    MarkDelivered {
        /// What was done, for the buyer to read.
        note: String,
        /// Carrier and number, where there are any.
        tracking: Option<String>,
    },
    /// The buyer accepts.
    Accept,
    /// The buyer accepts a part; `carry` of the hold goes into the next milestone's order, which is placed with it.
    AcceptAndCarry {
        /// Minor units of the price that are carried.
        carry: i64,
        /// The next milestone's order.
        into: OrderId,
    },
    /// The buyer rejects.
    Reject {
        /// From the closed list.
        reason: RejectReason,
        /// The story.
        text: String,
    },
    /// The seller has the item back in good condition.
    ConfirmGoodCondition,
    /// Propose a second delivery attempt.
    OfferSecondDelivery,
    /// Agree to the proposed second attempt.
    AgreeSecondDelivery,
    /// The seller says the item is not in good condition.
    SayNotGoodCondition {
        /// What is wrong with it.
        text: String,
    },
    /// The seller hands the dispute to the dispute manager.
    RaiseDispute {
        /// Why.
        text: String,
    },
    /// A side gives the dispute up.
    Withdraw,
    /// Propose that the buyer gets `to_buyer` minor units of the price and the seller's side the rest.
    OfferSplit {
        /// Minor units of the price that go back to the buyer.
        to_buyer: i64,
    },
    /// Take the other side's proposal of exactly `to_buyer`, so that a changed offer cannot be taken unseen.
    AcceptSplit {
        /// Minor units of the price that go back to the buyer.
        to_buyer: i64,
    },
    /// Take one's own proposal back.
    WithdrawSplit,
    /// The dispute manager decides.
    Rule {
        /// Minor units of the price that go back to the buyer.
        to_buyer: i64,
        /// The mandatory code.
        reason: RulingReason,
        /// The explanation both sides read.
        text: String,
    },
    /// Change the commission.
    SetCommission {
        /// The new commission.
        commission: Commission,
        /// The service provider that the order gets, where it changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<Assigned>,
    },
    /// The deadline of the status passed.
    TimeOut,
    /// The last payout or refund was paid.
    Complete {
        /// Payouts and refunds of the order not yet paid or set aside as unclaimed; must be 0.
        unpaid_legs: u32,
    },
}

impl Command {
    /// Accepts a part and carries `carry` minor units over; the service that runs it names the order they go into.
    #[must_use]
    pub const fn carry_over(carry: i64) -> Self {
        Self::AcceptAndCarry { carry, into: OrderId(uuid::Uuid::nil()) }
    }

    /// The kind of this command.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Place => CommandKind::Place,
            Self::Agree => CommandKind::Agree,
            Self::Pay { .. } => CommandKind::Pay,
            Self::Cancel => CommandKind::Cancel,
            Self::MarkDelivered { .. } => CommandKind::MarkDelivered,
            Self::Accept => CommandKind::Accept,
            Self::AcceptAndCarry { .. } => CommandKind::AcceptAndCarry,
            Self::Reject { .. } => CommandKind::Reject,
            Self::ConfirmGoodCondition => CommandKind::ConfirmGoodCondition,
            Self::OfferSecondDelivery => CommandKind::OfferSecondDelivery,
            Self::AgreeSecondDelivery => CommandKind::AgreeSecondDelivery,
            Self::SayNotGoodCondition { .. } => CommandKind::SayNotGoodCondition,
            Self::RaiseDispute { .. } => CommandKind::RaiseDispute,
            Self::Withdraw => CommandKind::Withdraw,
            Self::OfferSplit { .. } => CommandKind::OfferSplit,
            Self::AcceptSplit { .. } => CommandKind::AcceptSplit,
            Self::WithdrawSplit => CommandKind::WithdrawSplit,
            Self::Rule { .. } => CommandKind::Rule,
            Self::SetCommission { .. } => CommandKind::SetCommission,
            Self::TimeOut => CommandKind::TimeOut,
            Self::Complete { .. } => CommandKind::Complete,
        }
    }
}
