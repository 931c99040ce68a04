//! Every (status × command × actor) cell against a table typed out from the rule book, not from the code.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use common::{Situation, order_in};
use domain::order::event::Movement;
use domain::order::{
    Actor, Command, CommandKind, CommissionLine, Denied, RejectReason, Role, RulingReason, Status, check, decide,
};
use domain::{BasisPoints, Money};
use time::Duration;

/// Status, command, actor and the status it leads to, for the plain situation: refund policy, first attempt, offers by both
/// sides standing, silence accepts, before the deadline.
#[rustfmt::skip]
const ALLOWED: &[(Status, &str, Role, Status)] = {
    use Role::*; use Status::*;
    &[
        (AwaitingPayment, "pay", Rail, Pending),
        (AwaitingPayment, "cancel", Buyer, Expired), (AwaitingPayment, "cancel", Seller, Expired),
        (Pending, "mark_delivered", Seller, AwaitingBuyerResponse), (PendingSecond, "mark_delivered", Seller, AwaitingBuyerResponse),
        (Pending, "cancel", Seller, Cancelled), (Pending, "cancel", Buyer, Cancelled),
        (PendingSecond, "cancel", Seller, Cancelled), (PendingSecond, "cancel", Buyer, Cancelled),
        (AwaitingBuyerResponse, "accept", Buyer, Accepted), (AwaitingBuyerResponse, "reject", Buyer, RejectionUnderReview),
        (RejectionUnderReview, "confirm_good_condition", Seller, Rejected),
        (RejectionUnderReview, "offer_second_delivery", Buyer, RejectionUnderReview),
        (RejectionUnderReview, "offer_second_delivery", Seller, RejectionUnderReview),
        (RejectionUnderReview, "say_not_good_condition", Seller, Dispute), (RejectionUnderReview, "accept", Buyer, Accepted),
        (RejectionUnderReview, "offer_split", Buyer, RejectionUnderReview), (RejectionUnderReview, "offer_split", Seller, RejectionUnderReview),
        (RejectionUnderReview, "accept_split", Buyer, DisputeResolved), (RejectionUnderReview, "accept_split", Seller, DisputeResolved),
        (RejectionUnderReview, "withdraw_split", Buyer, RejectionUnderReview), (RejectionUnderReview, "withdraw_split", Seller, RejectionUnderReview),
        (Dispute, "raise_dispute", Seller, Disputed),
        (Dispute, "withdraw", Buyer, DisputeResolved), (Dispute, "withdraw", Seller, DisputeResolved),
        (Dispute, "offer_split", Buyer, Dispute), (Dispute, "offer_split", Seller, Dispute),
        (Dispute, "accept_split", Buyer, DisputeResolved), (Dispute, "accept_split", Seller, DisputeResolved),
        (Dispute, "withdraw_split", Buyer, Dispute), (Dispute, "withdraw_split", Seller, Dispute),
        (Disputed, "withdraw", Buyer, DisputeResolved), (Disputed, "withdraw", Seller, DisputeResolved),
        (Disputed, "offer_split", Buyer, Disputed), (Disputed, "offer_split", Seller, Disputed),
        (Disputed, "accept_split", Buyer, DisputeResolved), (Disputed, "accept_split", Seller, DisputeResolved),
        (Disputed, "withdraw_split", Buyer, Disputed), (Disputed, "withdraw_split", Seller, Disputed),
        (Disputed, "rule", DisputeManager, DisputeResolved),
        (Accepted, "complete", System, Completed), (Rejected, "complete", System, Completed),
        (Cancelled, "complete", System, Completed), (DisputeResolved, "complete", System, Completed),
    ]
};

/// What a deadline leads to once it has passed.
#[rustfmt::skip]
const TIMED_OUT: &[(Status, Status)] = {
    use Status::*;
    &[
        (AwaitingPayment, Expired), (Pending, Cancelled), (PendingSecond, Cancelled), (AwaitingBuyerResponse, Accepted),
        (RejectionUnderReview, Rejected), (Dispute, Rejected), (Disputed, Disputed),
    ]
};

fn command(kind: CommandKind, situation: &Situation) -> Command {
    let text = || "because".to_owned();
    match kind {
        CommandKind::Place => Command::Place,
        CommandKind::Agree => Command::Agree,
        CommandKind::Pay => {
            let quote = situation.quote;
            Command::Pay { amount: Money::new(quote.total(), quote.currency).unwrap(), quote: Box::new(quote) }
        }
        CommandKind::Cancel => Command::Cancel,
        CommandKind::MarkDelivered => Command::MarkDelivered { note: text(), tracking: None },
        CommandKind::Accept => Command::Accept,
        CommandKind::AcceptAndCarry => {
            Command::AcceptAndCarry { carry: 1, into: domain::ids::OrderId(uuid::Uuid::from_u128(4)) }
        }
        CommandKind::Reject => Command::Reject { reason: RejectReason::Damaged, text: text() },
        CommandKind::ConfirmGoodCondition => Command::ConfirmGoodCondition,
        CommandKind::OfferSecondDelivery => Command::OfferSecondDelivery,
        CommandKind::AgreeSecondDelivery => Command::AgreeSecondDelivery,
        CommandKind::SayNotGoodCondition => Command::SayNotGoodCondition { text: text() },
        CommandKind::RaiseDispute => Command::RaiseDispute { text: text() },
        CommandKind::Withdraw => Command::Withdraw,
        CommandKind::OfferSplit => Command::OfferSplit { to_buyer: 1 },
        CommandKind::AcceptSplit => Command::AcceptSplit { to_buyer: common::OFFERED },
        CommandKind::WithdrawSplit => Command::WithdrawSplit,
        CommandKind::Rule => Command::Rule { to_buyer: 1, reason: RulingReason::SharedFault, text: text() },
        CommandKind::SetCommission => Command::SetCommission {
            commission: domain::order::Commission {
                lines: vec![CommissionLine { rate: BasisPoints::new(500).unwrap(), ..Default::default() }],
            },
            provider: None,
        },
        CommandKind::TimeOut => Command::TimeOut,
        CommandKind::Complete => Command::Complete { unpaid_legs: 0 },
    }
}

#[test]
fn every_cell_is_as_the_rule_book_says() {
    let mut cells = 0;
    for status in Status::ALL {
        for kind in CommandKind::ALL {
            for role in Role::ALL {
                cells += 1;
                let situation = order_in(status);
                let expected = ALLOWED
                    .iter()
                    .find(|(from, name, actor, _)| (*from, *name, *actor) == (status, kind.key(), role))
                    .map(|(.., to)| *to);
                let before = situation.order.clone();
                let decided = decide(&situation.order, command(kind, &situation), Actor::new(role), situation.now);
                let asked = check(&situation.order, kind, Actor::new(role), situation.now).is_ok();
                let cell = format!("{status} × {} × {role:?}", kind.key());
                assert_eq!(decided.is_ok(), expected.is_some(), "{cell}: {decided:?}");
                assert_eq!(asked, expected.is_some(), "{cell}: check and decide disagree");
                assert_eq!(before, situation.order, "{cell}: deciding changed the order");
                match decided {
                    Ok(events) => {
                        let mut after = situation.order.clone();
                        events.iter().for_each(|event| after.apply(event));
                        assert_eq!(Some(after.status), expected, "{cell}");
                        assert_eq!(after.version, before.version + 1, "{cell}: the version counts every change");
                        assert_eq!(
                            after.deadline.is_some(),
                            has_deadline(after.status),
                            "{cell}: {:?}",
                            after.deadline
                        );
                    }
                    Err(denied) => assert!(is_a_sentence(&denied), "{cell}: {denied}"),
                }
            }
        }
    }
    assert_eq!(cells, 13 * 21 * 7);
}

fn has_deadline(status: Status) -> bool {
    !(status.is_final() || status.is_settling())
}

fn is_a_sentence(denied: &Denied) -> bool {
    let text = denied.to_string();
    text.ends_with('.') && text.starts_with(char::is_uppercase) && !text.contains("::") && !text.contains('{')
}

#[test]
fn a_deadline_counts_only_once_it_has_passed_and_only_for_the_system() {
    for status in Status::ALL {
        let situation = order_in(status);
        let late = situation.order.deadline.map_or(situation.now, |deadline| deadline);
        let expected = TIMED_OUT.iter().find(|(from, _)| *from == status).map(|(_, to)| *to);
        let early =
            decide(&situation.order, Command::TimeOut, Actor::new(Role::System), late - Duration::milliseconds(1));
        assert!(early.is_err(), "{status} timed out early");
        for role in Role::ALL {
            let decided = decide(&situation.order, Command::TimeOut, Actor::new(role), late);
            let to = decided.ok().and_then(|events| events.last().map(|event| event.to));
            assert_eq!(to, expected.filter(|_| role == Role::System), "{status} by {role:?}");
        }
    }
}

/// Which part of the price goes back to the buyer, and whether the buyer's fees do.
fn back(situation: &Situation, command: Command, role: Role) -> Option<(i64, i64)> {
    let events = decide(&situation.order, command, Actor::new(role), situation.now).unwrap();
    match &events[0].movement {
        Some(Movement::Settle(settlement)) => Some((settlement.to_buyer, settlement.fees_to_buyer)),
        _ => None,
    }
}

#[test]
fn the_fee_follows_the_fault() {
    let (price, fees) = (common::PRICE, common::BUYER_FEES);
    let pending = order_in(Status::Pending);
    assert_eq!(
        back(&pending, Command::Cancel, Role::Seller),
        Some((price, fees)),
        "the seller cancels: everything back"
    );
    assert_eq!(
        back(&pending, Command::Cancel, Role::Buyer),
        Some((price, 0)),
        "the buyer cancels in the free time: the fee stays"
    );
    let mut late = order_in(Status::Pending);
    late.now += Duration::hours(i64::from(late.order.terms.cancellation_free_hours) + 1);
    let fee = late.order.terms.cancellation_fee;
    assert_eq!(
        back(&late, Command::Cancel, Role::Buyer),
        Some((price - fee, 0)),
        "the buyer cancels late: less the fee"
    );
    let review = order_in(Status::RejectionUnderReview);
    assert_eq!(
        back(&review, Command::ConfirmGoodCondition, Role::Seller),
        Some((price, fees)),
        "damaged: everything back"
    );
    let mut minded = order_in(Status::RejectionUnderReview);
    if let Some(rejection) = &mut minded.order.rejection {
        rejection.reason = RejectReason::ChangedMind;
    }
    assert_eq!(
        back(&minded, Command::ConfirmGoodCondition, Role::Seller),
        Some((price - fee, 0)),
        "changed mind: less the fee"
    );
    let dispute = order_in(Status::Dispute);
    assert_eq!(
        back(&dispute, Command::Withdraw, Role::Seller),
        Some((price, fees)),
        "the seller gives up: everything back"
    );
    assert_eq!(back(&dispute, Command::Withdraw, Role::Buyer), Some((0, 0)), "the buyer gives up: released");
}

#[test]
fn replacement_only_replaces_once_and_then_disputes() {
    let mut first = order_in(Status::RejectionUnderReview);
    first.order.terms.refund_policy = domain::order::RefundPolicy::ReplacementOnly;
    let events = decide(&first.order, Command::ConfirmGoodCondition, Actor::new(Role::Seller), first.now).unwrap();
    assert_eq!(events[0].to, Status::PendingSecond);
    first.order.apply(&events[0]);
    assert_eq!(first.order.attempt, 2);
    let mut second = order_in(Status::RejectionUnderReview);
    second.order.terms.refund_policy = domain::order::RefundPolicy::ReplacementOnly;
    second.order.attempt = 2;
    let events = decide(&second.order, Command::ConfirmGoodCondition, Actor::new(Role::Seller), second.now).unwrap();
    assert_eq!(events[0].to, Status::Dispute);
    let third = decide(&second.order, Command::OfferSecondDelivery, Actor::new(Role::Seller), second.now);
    assert!(third.is_err(), "there is no third attempt");
    let mut cancel = order_in(Status::Pending);
    cancel.order.terms.refund_policy = domain::order::RefundPolicy::ReplacementOnly;
    cancel.now += Duration::hours(i64::from(cancel.order.terms.cancellation_free_hours) + 1);
    assert!(decide(&cancel.order, Command::Cancel, Actor::new(Role::Buyer), cancel.now).is_err());
}

#[test]
fn a_dispute_escalates_once_and_ends_by_the_last_offer_or_a_refund() {
    let mut disputed = order_in(Status::Disputed);
    let events =
        decide(&disputed.order, Command::TimeOut, Actor::new(Role::System), disputed.order.deadline.unwrap()).unwrap();
    disputed.order.apply(&events[0]);
    assert!(disputed.order.escalated);
    let manager =
        decide(&disputed.order, command(CommandKind::Rule, &disputed), Actor::new(Role::DisputeManager), disputed.now);
    assert!(manager.is_err(), "after escalation the administrator rules");
    let ruled =
        decide(&disputed.order, command(CommandKind::Rule, &disputed), Actor::new(Role::Administrator), disputed.now);
    assert_eq!(ruled.unwrap()[0].to, Status::DisputeResolved);
    let end = disputed.order.deadline.unwrap();
    let by_offer = decide(&disputed.order, Command::TimeOut, Actor::new(Role::System), end).unwrap();
    assert!(matches!(&by_offer[0].movement, Some(Movement::Settle(settled)) if settled.to_buyer == common::OFFERED));
    disputed.order.split_offers.clear();
    let refunded = decide(&disputed.order, Command::TimeOut, Actor::new(Role::System), end).unwrap();
    assert!(matches!(&refunded[0].movement, Some(Movement::Settle(settled)) if settled.to_buyer == common::PRICE));
}

#[test]
fn a_manager_who_is_a_party_cannot_rule() {
    let disputed = order_in(Status::Disputed);
    let party = Actor { role: Role::DisputeManager, is_party: true };
    assert!(decide(&disputed.order, command(CommandKind::Rule, &disputed), party, disputed.now).is_err());
}

#[test]
fn a_payment_must_be_exact_in_turn_and_agreed() {
    let situation = order_in(Status::AwaitingPayment);
    let quote = situation.quote;
    let rail = Actor::new(Role::Rail);
    let pay = |minor, currency| Command::Pay { amount: Money::new(minor, currency).unwrap(), quote: Box::new(quote) };
    for wrong in [
        pay(quote.total() - 1, quote.currency),
        pay(quote.total() + 1, quote.currency),
        pay(quote.total(), domain::Currency::Usd),
    ] {
        assert!(decide(&situation.order, wrong, rail, situation.now).is_err());
    }
    let mut locked = situation.order.clone();
    locked.milestone = Some(domain::order::aggregate::Milestone {
        project: domain::ids::ProjectId(uuid::Uuid::nil()),
        earlier_open: 1,
        carry_max: 0,
    });
    assert!(decide(&locked, pay(quote.total(), quote.currency), rail, situation.now).is_err());
    let mut proposed = situation.order.clone();
    proposed.awaits_agreement_of = Some(domain::order::Side::Buyer);
    assert!(decide(&proposed, pay(quote.total(), quote.currency), rail, situation.now).is_err());
    assert!(decide(&proposed, Command::Agree, Actor::new(Role::Seller), situation.now).is_err());
    let agreed = decide(&proposed, Command::Agree, Actor::new(Role::Buyer), situation.now).unwrap();
    proposed.apply(&agreed[0]);
    assert!(decide(&proposed, pay(quote.total(), quote.currency), rail, situation.now).is_ok());
}

#[test]
fn an_order_completes_only_when_every_leg_is_paid() {
    let accepted = order_in(Status::Accepted);
    let system = Actor::new(Role::System);
    assert!(decide(&accepted.order, Command::Complete { unpaid_legs: 1 }, system, accepted.now).is_err());
    assert!(decide(&accepted.order, Command::Complete { unpaid_legs: 0 }, system, accepted.now).is_ok());
}

#[test]
fn an_offer_that_changed_cannot_be_taken_unseen() {
    let dispute = order_in(Status::Dispute);
    let other = Command::AcceptSplit { to_buyer: common::OFFERED + 1 };
    assert!(decide(&dispute.order, other, Actor::new(Role::Buyer), dispute.now).is_err());
    let beyond = Command::OfferSplit { to_buyer: common::PRICE + 1 };
    assert!(decide(&dispute.order, beyond, Actor::new(Role::Buyer), dispute.now).is_err());
}

#[test]
fn a_part_is_carried_only_at_acceptance_of_a_delivery_in_a_project() {
    let milestone = domain::order::aggregate::Milestone {
        project: domain::ids::ProjectId(uuid::Uuid::nil()),
        earlier_open: 0,
        carry_max: common::PRICE,
    };
    for status in Status::ALL {
        let common::Situation { mut order, now, .. } = common::order_in(status);
        let command = Command::AcceptAndCarry { carry: 1, into: domain::ids::OrderId(uuid::Uuid::from_u128(4)) };
        let alone = decide(&order, command.clone(), Actor::new(Role::Buyer), now);
        assert!(alone.is_err(), "{status} without a project: {alone:?}");
        order.milestone = Some(milestone);
        for role in Role::ALL {
            let allowed = decide(&order, command.clone(), Actor::new(role), now).is_ok();
            assert_eq!(allowed, (status, role) == (Status::AwaitingBuyerResponse, Role::Buyer), "{status} {role:?}");
        }
    }
}
