//! The conditions of the transition table.

use super::{Actor, Command, Order, RefundPolicy, Role, Side, settle};
use crate::money::Money;
use crate::order::OnSilence;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A condition of a row. Conditions on a command's contents hold while only its kind is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// The amount and currency are exactly the quote's, and the quote is this order's price.
    AmountExact,
    /// Every earlier milestone of the project is Completed.
    MilestoneTurn,
    /// Nobody's agreement is missing.
    Agreed,
    /// This side's agreement is missing.
    AgreementMissing,
    /// The refund policy lets the buyer cancel now.
    BuyerMayCancel,
    /// The refund policy is "refund".
    PolicyRefund,
    /// The refund policy is "replacement only".
    PolicyReplacement,
    /// The first delivery attempt.
    FirstAttempt,
    /// The second delivery attempt.
    SecondAttempt,
    /// Nobody offered a second delivery yet.
    NoSecondOffer,
    /// The other side offered a second delivery.
    OtherOfferedSecond,
    /// The parts of the division sum to the price.
    PartsSumToHold,
    /// The other side's offer stands, with exactly these parts.
    OtherOfferStands,
    /// One's own offer stands.
    OwnOfferStands,
    /// A member of staff is not a party of the order.
    NotAParty,
    /// The dispute is with the dispute manager.
    NotEscalated,
    /// The dispute is with the administrator.
    Escalated,
    /// Some offer stands.
    AnOfferStands,
    /// The terms take silence for acceptance.
    SilenceAccepts,
    /// The terms refund on silence.
    SilenceRefunds,
    /// The deadline has passed.
    DeadlinePassed,
    /// This side may set the commission: the operator where there is one, the seller where there is a provider.
    SetsCommission,
    /// Nothing was carried over from an earlier milestone.
    NothingCarried,
    /// A part of the price was carried over from an earlier milestone.
    Carried,
    /// The project carries money over and a milestone follows that is not paid.
    CarriesOver,
    /// Something is released, and the next milestone takes what is carried.
    CarryFits,
    /// Every payout and refund is paid.
    LegsPaid,
}

impl Guard {
    /// Whether the condition holds for `actor` at `now`; `command` is `None` while only the kind is asked about.
    #[must_use]
    pub fn holds(self, order: &Order, actor: Actor, command: Option<&Command>, now: OffsetDateTime) -> bool {
        match self {
            Self::AmountExact => command.is_none_or(|command| amount_exact(order, command)),
            Self::MilestoneTurn => order.milestone.is_none_or(|milestone| milestone.earlier_open == 0),
            Self::Agreed => order.awaits_agreement_of.is_none(),
            Self::AgreementMissing => order.awaits_agreement_of.is_some() && order.awaits_agreement_of == actor.side(),
            Self::BuyerMayCancel => {
                order.terms.refund_policy == RefundPolicy::Refund || settle::in_free_time(order, now)
            }
            Self::PolicyRefund => order.terms.refund_policy == RefundPolicy::Refund,
            Self::PolicyReplacement => order.terms.refund_policy == RefundPolicy::ReplacementOnly,
            Self::FirstAttempt => order.attempt == 1,
            Self::SecondAttempt => order.attempt == 2,
            Self::NoSecondOffer => order.second_offer_by.is_none(),
            Self::OtherOfferedSecond => order.second_offer_by.is_some() && order.second_offer_by == other(actor),
            Self::PartsSumToHold => {
                command.and_then(to_buyer).is_none_or(|part| (0..=order.price.total()).contains(&part))
            }
            Self::OtherOfferStands => other(actor)
                .and_then(|side| order.offer_of(side))
                .is_some_and(|offer| command.and_then(to_buyer).is_none_or(|part| part == offer.to_buyer)),
            Self::OwnOfferStands => actor.side().is_some_and(|side| order.offer_of(side).is_some()),
            Self::NotAParty => !actor.is_party,
            Self::NotEscalated => !order.escalated,
            Self::Escalated => order.escalated,
            Self::AnOfferStands => !order.split_offers.is_empty(),
            Self::SilenceAccepts => order.terms.on_silence == OnSilence::Accept,
            Self::SilenceRefunds => order.terms.on_silence == OnSilence::RefundLessFee,
            Self::DeadlinePassed => order.deadline.is_some_and(|deadline| now >= deadline),
            Self::SetsCommission => sets_commission(order, actor, command),
            Self::NothingCarried => order.carried == 0,
            Self::Carried => order.carried > 0,
            Self::CarriesOver => carry_max(order) > 0,
            Self::CarryFits => command.and_then(carry).is_none_or(|carry| (1..=carry_max(order)).contains(&carry)),
            Self::LegsPaid => command.is_none_or(|command| matches!(command, Command::Complete { unpaid_legs: 0 })),
        }
    }

    /// The condition in words, for the documentation made from the table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AmountExact => "exactly the quoted amount arrived",
            Self::MilestoneTurn => "every earlier milestone is completed",
            Self::Agreed => "both sides agreed",
            Self::AgreementMissing => "their agreement is missing",
            Self::BuyerMayCancel => "the terms refund, or the free time is not over",
            Self::PolicyRefund => "the terms refund",
            Self::PolicyReplacement => "the terms replace",
            Self::FirstAttempt => "first delivery",
            Self::SecondAttempt => "second delivery",
            Self::NoSecondOffer => "no second delivery is offered",
            Self::OtherOfferedSecond => "the other side offered a second delivery",
            Self::PartsSumToHold => "the parts sum to the price",
            Self::OtherOfferStands => "the other side's offer stands",
            Self::OwnOfferStands => "their own offer stands",
            Self::NotAParty => "not a party of the order",
            Self::NotEscalated => "the dispute manager decides",
            Self::Escalated => "the administrator decides",
            Self::AnOfferStands => "an offer stands",
            Self::SilenceAccepts => "the terms take silence for acceptance",
            Self::SilenceRefunds => "the terms refund on silence",
            Self::DeadlinePassed => "the deadline has passed",
            Self::SetsCommission => "there is a provider, or an operator, whose commission it is",
            Self::NothingCarried => "nothing was carried over from an earlier milestone",
            Self::Carried => "money was carried over from an earlier milestone",
            Self::CarriesOver => "the project carries over and a milestone follows that is not paid",
            Self::CarryFits => "something is released and the next milestone takes the rest",
            Self::LegsPaid => "every payout and refund is paid",
        }
    }

    /// The reason shown when the condition does not hold.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::AmountExact => "The payment must be exactly the quoted amount in the order's currency.",
            Self::MilestoneTurn => {
                "An earlier milestone of this project is not completed yet: it must be paid out or refunded first."
            }
            Self::Agreed => "The other side has not agreed to this order yet.",
            Self::AgreementMissing => "This order does not need your agreement.",
            Self::BuyerMayCancel => {
                "The time to cancel is over: under the seller's terms this order is replaced, not refunded."
            }
            Self::PolicyRefund => "The seller's terms replace instead of refund.",
            Self::PolicyReplacement => "The seller's terms refund instead of replace.",
            Self::FirstAttempt => "There is no third delivery attempt.",
            Self::SecondAttempt => "This is the first delivery attempt.",
            Self::NoSecondOffer => "A second delivery is offered already; it waits for an answer.",
            Self::OtherOfferedSecond => "The other side has not offered a second delivery.",
            Self::PartsSumToHold => "The buyer's part must be between nothing and the whole price.",
            Self::OtherOfferStands => "This offer does not stand any more; look at the present one.",
            Self::OwnOfferStands => "You have no standing offer.",
            Self::NotAParty => "You take part in this order yourself, so somebody else must rule on it.",
            Self::NotEscalated => "The dispute has passed to the administrator.",
            Self::Escalated => "The dispute is still with the dispute manager.",
            Self::AnOfferStands => "No offer stands.",
            Self::SilenceAccepts => "The terms refund the buyer when the time runs out.",
            Self::SilenceRefunds => "The terms accept the delivery when the time runs out.",
            Self::DeadlinePassed => "The deadline has not passed.",
            Self::SetsCommission => "There is no service provider or marketplace whose commission you could set.",
            Self::NothingCarried => "Money was carried over into this order.",
            Self::Carried => "No money was carried over into this order.",
            Self::CarriesOver => "There is no later milestone of the project that money could be carried into.",
            Self::CarryFits => {
                "More must be released than the fees, and no more can be carried over than the next milestone costs."
            }
            Self::LegsPaid => "A payout or refund of this order is not paid yet.",
        }
    }
}

fn other(actor: Actor) -> Option<Side> {
    actor.side().map(Side::other)
}

fn to_buyer(command: &Command) -> Option<i64> {
    match command {
        Command::OfferSplit { to_buyer } | Command::AcceptSplit { to_buyer } | Command::Rule { to_buyer, .. } => {
            Some(*to_buyer)
        }
        _ => None,
    }
}

const fn carry(command: &Command) -> Option<i64> {
    match command {
        Command::AcceptAndCarry { carry, .. } => Some(*carry),
        _ => None,
    }
}

/// The next milestone takes no more than it costs, and what is released bears the seller's fees and leaves something.
fn carry_max(order: &Order) -> i64 {
    order.milestone.map_or(0, |milestone| milestone.carry_max.min(order.releasable() - 1).max(0))
}

fn amount_exact(order: &Order, command: &Command) -> bool {
    let Command::Pay { amount, quote } = command else { return false };
    let quoted_price = (quote.currency, quote.product, quote.shipping);
    quoted_price == (order.price.currency, order.price.product, order.price.shipping)
        && quote.carried == order.carried
        && Money::new(quote.total(), quote.currency).is_ok_and(|total| total == *amount)
}

fn sets_commission(order: &Order, actor: Actor, command: Option<&Command>) -> bool {
    let assigns = matches!(command, Some(Command::SetCommission { provider: Some(_), .. }));
    match actor.role {
        Role::Operator => order.parties.operator.is_some() && !assigns,
        Role::Seller => order.parties.operator.is_none() && (order.parties.provider.is_some() || assigns),
        _ => false,
    }
}
