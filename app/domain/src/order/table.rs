//! The transition table of rules.md section 3, as data. Decisions, tests and documentation are all made from it.

use super::CommandKind::{
    Accept, AcceptAndCarry, AcceptSplit, Agree, AgreeSecondDelivery, Cancel, Complete, ConfirmGoodCondition,
    MarkDelivered, OfferSecondDelivery, OfferSplit, Pay, Place, RaiseDispute, Reject, Rule, SayNotGoodCondition,
    SetCommission, TimeOut, Withdraw, WithdrawSplit,
};
use super::Guard as G;
use super::Role::{Administrator, Buyer, DisputeManager, Operator, Rail, Seller, System};
use super::Status::{
    Accepted, AwaitingBuyerResponse, AwaitingPayment, Cancelled, Completed, Dispute, DisputeResolved, Disputed,
    Expired, Pending, PendingSecond, Rejected, RejectionUnderReview,
};
use super::{CommandKind, Guard, MoneyRule, Role, Status};

/// Where a transition leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Into this status.
    Status(Status),
    /// The status stays, something else changes.
    Same,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// The statuses it starts from; empty where the order does not exist yet.
    pub from: &'static [Status],
    /// The command.
    pub command: CommandKind,
    /// Who may.
    pub actors: &'static [Role],
    /// Under which conditions.
    pub guards: &'static [Guard],
    /// Where it leads.
    pub to: To,
    /// The money that moves.
    pub money: MoneyRule,
}

const fn row(
    from: &'static [Status],
    command: CommandKind,
    actors: &'static [Role],
    guards: &'static [Guard],
    to: To,
    money: MoneyRule,
) -> Transition {
    Transition { from, command, actors, guards, to, money }
}

const fn to(status: Status) -> To {
    To::Status(status)
}

const UNPAID: &[Status] = &[AwaitingPayment];
const DELIVERING: &[Status] = &[Pending, PendingSecond];
const ARGUING: &[Status] = &[RejectionUnderReview, Dispute, Disputed];
const IN_DISPUTE: &[Status] = &[Dispute, Disputed];
const SETTLING: &[Status] = &[Accepted, Rejected, Cancelled, DisputeResolved];
const BEFORE_ACCEPTED: &[Status] =
    &[AwaitingPayment, Pending, AwaitingBuyerResponse, RejectionUnderReview, PendingSecond, Dispute, Disputed];
const BOTH: &[Role] = &[Buyer, Seller];

/// Every transition there is. Of several rows for one status, command and actor, the first whose guards hold counts.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    row(&[], Place, BOTH, &[], to(AwaitingPayment), MoneyRule::None),
    row(UNPAID, Agree, BOTH, &[G::AgreementMissing], To::Same, MoneyRule::None),
    row(UNPAID, Pay, &[Rail], &[G::Agreed, G::MilestoneTurn, G::AmountExact], to(Pending), MoneyRule::Hold),
    row(UNPAID, Cancel, BOTH, &[G::NothingCarried], to(Expired), MoneyRule::None),
    row(UNPAID, Cancel, &[Seller], &[G::Carried], to(Cancelled), MoneyRule::RefundCarried),
    row(UNPAID, Cancel, &[Buyer], &[G::Carried], to(Cancelled), MoneyRule::ReleaseCarried),
    row(UNPAID, TimeOut, &[System], &[G::DeadlinePassed, G::NothingCarried], to(Expired), MoneyRule::None),
    row(UNPAID, TimeOut, &[System], &[G::DeadlinePassed, G::Carried, G::MilestoneTurn], to(Cancelled), MoneyRule::ReleaseCarried),
    row(UNPAID, TimeOut, &[System], &[G::DeadlinePassed, G::Carried], to(Cancelled), MoneyRule::RefundCarried),

    row(DELIVERING, MarkDelivered, &[Seller], &[], to(AwaitingBuyerResponse), MoneyRule::None),
    row(DELIVERING, Cancel, &[Seller], &[], to(Cancelled), MoneyRule::RefundFull),
    row(DELIVERING, Cancel, &[Buyer], &[G::BuyerMayCancel], to(Cancelled), MoneyRule::RefundOnCancel),
    row(DELIVERING, TimeOut, &[System], &[G::DeadlinePassed], to(Cancelled), MoneyRule::RefundFull),

    row(&[AwaitingBuyerResponse], Accept, &[Buyer], &[], to(Accepted), MoneyRule::Release),
    row(&[AwaitingBuyerResponse], AcceptAndCarry, &[Buyer], &[G::CarriesOver, G::CarryFits], to(Accepted), MoneyRule::ReleaseAndCarry),
    row(&[AwaitingBuyerResponse], Reject, &[Buyer], &[], to(RejectionUnderReview), MoneyRule::None),
    row(&[AwaitingBuyerResponse], TimeOut, &[System], &[G::DeadlinePassed, G::SilenceAccepts], to(Accepted), MoneyRule::Release),
    row(&[AwaitingBuyerResponse], TimeOut, &[System], &[G::DeadlinePassed, G::SilenceRefunds], to(Cancelled), MoneyRule::RefundLessFee),

    row(&[RejectionUnderReview], ConfirmGoodCondition, &[Seller], &[G::PolicyRefund], to(Rejected), MoneyRule::RefundByReason),
    row(&[RejectionUnderReview], ConfirmGoodCondition, &[Seller], &[G::PolicyReplacement, G::FirstAttempt], to(PendingSecond), MoneyRule::None),
    row(&[RejectionUnderReview], ConfirmGoodCondition, &[Seller], &[G::PolicyReplacement, G::SecondAttempt], to(Dispute), MoneyRule::None),
    row(&[RejectionUnderReview], OfferSecondDelivery, BOTH, &[G::FirstAttempt, G::NoSecondOffer], To::Same, MoneyRule::None),
    row(&[RejectionUnderReview], AgreeSecondDelivery, BOTH, &[G::FirstAttempt, G::OtherOfferedSecond], to(PendingSecond), MoneyRule::None),
    row(&[RejectionUnderReview], SayNotGoodCondition, &[Seller], &[], to(Dispute), MoneyRule::None),
    row(&[RejectionUnderReview], Accept, &[Buyer], &[], to(Accepted), MoneyRule::Release),
    row(&[RejectionUnderReview], TimeOut, &[System], &[G::DeadlinePassed], to(Rejected), MoneyRule::RefundFull),

    row(&[Dispute], RaiseDispute, &[Seller], &[], to(Disputed), MoneyRule::None),
    row(&[Dispute], TimeOut, &[System], &[G::DeadlinePassed], to(Rejected), MoneyRule::RefundFull),
    row(IN_DISPUTE, Withdraw, &[Buyer], &[], to(DisputeResolved), MoneyRule::Release),
    row(IN_DISPUTE, Withdraw, &[Seller], &[], to(DisputeResolved), MoneyRule::RefundFull),
    row(ARGUING, OfferSplit, BOTH, &[G::PartsSumToHold], To::Same, MoneyRule::None),
    row(ARGUING, AcceptSplit, BOTH, &[G::OtherOfferStands], to(DisputeResolved), MoneyRule::Split),
    row(ARGUING, WithdrawSplit, BOTH, &[G::OwnOfferStands], To::Same, MoneyRule::None),
    row(&[Disputed], Rule, &[DisputeManager], &[G::NotAParty, G::NotEscalated, G::PartsSumToHold], to(DisputeResolved), MoneyRule::Split),
    row(&[Disputed], Rule, &[Administrator], &[G::NotAParty, G::Escalated, G::PartsSumToHold], to(DisputeResolved), MoneyRule::Split),
    row(&[Disputed], TimeOut, &[System], &[G::DeadlinePassed, G::NotEscalated], to(Disputed), MoneyRule::None),
    row(&[Disputed], TimeOut, &[System], &[G::DeadlinePassed, G::Escalated, G::AnOfferStands], to(DisputeResolved), MoneyRule::Split),
    row(&[Disputed], TimeOut, &[System], &[G::DeadlinePassed, G::Escalated], to(DisputeResolved), MoneyRule::RefundFull),

    row(BEFORE_ACCEPTED, SetCommission, &[Seller, Operator], &[G::SetsCommission], To::Same, MoneyRule::None),
    row(SETTLING, Complete, &[System], &[G::LegsPaid], to(Completed), MoneyRule::None),
];
