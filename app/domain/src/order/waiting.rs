//! Whom an order waits for, for what, and until when: the line on every order, row and mail.

use super::{OnSilence, Order, Role, Side, Status, Timer};
use time::OffsetDateTime;

/// What an order waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// For whom.
    pub who: Role,
    /// To do what, as in "Waits for the buyer to …".
    pub act: &'static str,
    /// Until when; `None` where only a payout is under way.
    pub until: Option<OffsetDateTime>,
    /// What happens when nobody acts.
    pub otherwise: &'static str,
}

/// What `order` waits for; `None` in a final status.
#[must_use]
pub fn waiting(order: &Order) -> Option<Waiting> {
    let act = match order.status {
        Status::AwaitingPayment if order.awaits_agreement_of.is_some() => "agree to the order",
        Status::AwaitingPayment if locked(order) => "complete the milestone before it",
        Status::AwaitingPayment => "pay",
        Status::Pending => "deliver",
        Status::PendingSecond => "deliver a second time",
        Status::AwaitingBuyerResponse => "accept or reject",
        Status::RejectionUnderReview if order.second_offer_by.is_some() => "answer the offer of a second delivery",
        Status::RejectionUnderReview => "answer the rejection",
        Status::Dispute => "raise the dispute or settle",
        Status::Disputed if order.escalated => "decide the dispute finally",
        Status::Disputed => "rule on the dispute",
        Status::Accepted => "pay the beneficiaries",
        Status::Rejected | Status::Cancelled => "pay the refund",
        Status::DisputeResolved => "pay everybody their part",
        Status::Expired | Status::Completed => return None,
    };
    let agreement = order.awaits_agreement_of.filter(|_| order.status == Status::AwaitingPayment);
    let timer = Timer::of(order);
    let otherwise = match (order.status, order.terms.on_silence) {
        (Status::AwaitingPayment, _) if order.carried > 0 => {
            if locked(order) {
                "The order is cancelled, and what was carried over goes back to the buyer."
            } else {
                "The order is cancelled, and what was carried over is released to the seller."
            }
        }
        (Status::AwaitingBuyerResponse, OnSilence::Accept) => "Without an answer the delivery counts as accepted.",
        (Status::AwaitingBuyerResponse, OnSilence::RefundLessFee) => {
            "Without an answer the order is cancelled and the buyer is refunded, less the cancellation fee and the fees paid on top."
        }
        _ => timer.map_or("", |timer| timer.on_expiry),
    };
    let by_timer = timer.filter(|_| !(order.status == Status::AwaitingPayment && locked(order)));
    // An offer of a second delivery waits for the other side; without an answer the rejection stands all the same.
    let offered = order.second_offer_by.filter(|_| order.status == Status::RejectionUnderReview);
    let side = agreement.or(offered.map(Side::other));
    let who = side.map_or_else(|| by_timer.map_or(Role::Rail, |timer| timer.waits_for), Side::role);
    Some(Waiting { who, act, until: order.deadline, otherwise })
}

/// Whether an earlier milestone of its project is not completed.
fn locked(order: &Order) -> bool {
    order.milestone.is_some_and(|milestone| milestone.earlier_open > 0)
}
