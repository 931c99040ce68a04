//! Random histories of one order, against a naive model written without the table.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use domain::Money;
use domain::order::event::Movement;
use domain::order::{Actor, Command, Order, RejectReason, Role, RulingReason, Status, decide};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// What somebody tries next.
#[derive(Debug, Clone)]
enum Try {
    Wait(i64),
    Do(Role, &'static str),
}

/// The naive model: the status in words, and where the price is.
#[derive(Debug, Clone)]
struct Model {
    status: &'static str,
    second: bool,
    escalated: bool,
    offered_by: Option<Role>,
    held: bool,
    clock: i64,
    due: i64,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

impl Model {
    /// What a try leads to by the rule book, told as plain sentences; `None` where it is refused.
    fn after(&self, attempt: &Try) -> Option<Self> {
        let mut next = self.clone();
        let Try::Do(role, what) = attempt else {
            if let Try::Wait(seconds) = attempt {
                next.clock += seconds;
            }
            return Some(next);
        };
        let arguing = matches!(self.status, "review" | "dispute" | "disputed");
        let mut go = |status: &'static str, days: i64| {
            next.status = status;
            next.due = next.clock + days * DAY;
        };
        match (self.status, *role, *what) {
            ("unpaid", Role::Rail, "pay") => go("pending", 7),
            ("unpaid", Role::Buyer | Role::Seller, "cancel") => go("over", 0),
            ("pending", Role::Seller, "deliver") => go("delivered", 3),
            ("pending", Role::Buyer | Role::Seller, "cancel") => go("settling", 0),
            ("delivered" | "review", Role::Buyer, "accept") => go("settling", 0),
            ("delivered", Role::Buyer, "reject") => go("review", 3),
            ("review", Role::Seller, "confirm") => go("settling", 0),
            ("review", Role::Seller, "not good") => go("dispute", 5),
            ("review", Role::Buyer | Role::Seller, "agree")
                if self.offered_by.is_some_and(|by| by != *role) && !self.second =>
            {
                go("pending", 7);
            }
            ("review", Role::Buyer | Role::Seller, "offer") if self.offered_by.is_none() && !self.second => {}
            ("dispute", Role::Seller, "raise") => go("disputed", 10),
            ("dispute" | "disputed", Role::Buyer | Role::Seller, "withdraw") => go("settling", 0),
            ("disputed", Role::DisputeManager, "rule") if !self.escalated => go("settling", 0),
            ("disputed", Role::Administrator, "rule") if self.escalated => go("settling", 0),
            ("settling", Role::System, "complete") => go("over", 0),
            ("disputed", Role::System, "time out") if self.clock >= self.due && !self.escalated => go("disputed", 5),
            ("delivered" | "pending" | "review" | "dispute" | "disputed", Role::System, "time out")
                if self.clock >= self.due =>
            {
                go("settling", 0);
            }
            ("unpaid", Role::System, "time out") if self.clock >= self.due => go("over", 0),
            _ => return None,
        }
        next.second |= self.status == "review" && *what == "agree";
        next.offered_by = self.offered_by.or((*what == "offer").then_some(*role)).filter(|_| next.status == "review");
        next.escalated |= arguing && self.status == "disputed" && *what == "time out" && next.status == "disputed";
        next.held = !matches!(next.status, "unpaid" | "settling" | "over");
        Some(next)
    }
}

struct Rules;

impl ReferenceStateMachine for Rules {
    type State = (Model, bool);
    type Transition = Try;

    fn init_state() -> BoxedStrategy<Self::State> {
        let fresh = Model {
            status: "unpaid",
            second: false,
            escalated: false,
            offered_by: None,
            held: false,
            clock: 0,
            due: 3 * DAY,
        };
        Just((fresh, true)).boxed()
    }

    fn transitions(_: &Self::State) -> BoxedStrategy<Self::Transition> {
        let acts = [
            "pay", "cancel", "deliver", "accept", "reject", "confirm", "not good", "offer", "agree", "raise",
            "withdraw", "rule", "complete", "time out",
        ];
        let who = proptest::sample::select(Role::ALL.to_vec());
        prop_oneof![
            6 => (who, proptest::sample::select(acts.to_vec())).prop_map(|(role, act)| Try::Do(role, act)),
            // The people who usually act, so that histories get long.
            6 => proptest::sample::select(vec![
                Try::Do(Role::Rail, "pay"), Try::Do(Role::Seller, "deliver"), Try::Do(Role::Buyer, "reject"),
                Try::Do(Role::Seller, "not good"), Try::Do(Role::Seller, "offer"), Try::Do(Role::Buyer, "agree"),
                Try::Do(Role::Seller, "raise"), Try::Do(Role::System, "time out"),
            ]),
            2 => (0..12 * DAY).prop_map(Try::Wait),
        ]
        .boxed()
    }

    fn apply((model, _): Self::State, transition: &Self::Transition) -> Self::State {
        match model.after(transition) {
            Some(next) => (next, true),
            None => (model, false),
        }
    }
}

struct Real {
    order: Order,
    now: OffsetDateTime,
    /// What stands in the hold and in the held fees, kobo, by adding the movements up.
    held: i64,
}

fn command(order: &Order, what: &str) -> Command {
    let text = || "because".to_owned();
    match what {
        "pay" => {
            let quote = common::quote_of(order);
            Command::Pay { amount: Money::new(quote.total(), quote.currency).unwrap(), quote: Box::new(quote) }
        }
        "cancel" => Command::Cancel,
        "deliver" => Command::MarkDelivered { note: text(), tracking: None },
        "accept" => Command::Accept,
        "reject" => Command::Reject { reason: RejectReason::ChangedMind, text: text() },
        "confirm" => Command::ConfirmGoodCondition,
        "not good" => Command::SayNotGoodCondition { text: text() },
        "offer" => Command::OfferSecondDelivery,
        "agree" => Command::AgreeSecondDelivery,
        "raise" => Command::RaiseDispute { text: text() },
        "withdraw" => Command::Withdraw,
        "rule" => Command::Rule { to_buyer: 700_000, reason: RulingReason::SharedFault, text: text() },
        "complete" => Command::Complete { unpaid_legs: 0 },
        _ => Command::TimeOut,
    }
}

impl Real {
    fn act(&mut self, role: Role, what: &str) -> bool {
        let Ok(events) = decide(&self.order, command(&self.order, what), Actor::new(role), self.now) else {
            return false;
        };
        for event in events {
            match &event.movement {
                Some(Movement::Hold(quote)) => self.held += quote.total(),
                Some(Movement::Settle(settlement)) => {
                    let quote = self.order.quote.unwrap();
                    let out: i64 = settlement
                        .lines(&self.order, &quote)
                        .iter()
                        .filter(|line| line.side == domain::ledger::EntrySide::Credit)
                        .map(|line| line.minor)
                        .sum();
                    self.held -= out;
                }
                None => {}
            }
            self.order.apply(&event);
        }
        true
    }

    fn word(&self) -> &'static str {
        match self.order.status {
            Status::AwaitingPayment => "unpaid",
            Status::Pending | Status::PendingSecond => "pending",
            Status::AwaitingBuyerResponse => "delivered",
            Status::RejectionUnderReview => "review",
            Status::Dispute => "dispute",
            Status::Disputed => "disputed",
            Status::Expired | Status::Completed => "over",
            _ => "settling",
        }
    }
}

struct Histories;

impl StateMachineTest for Histories {
    type SystemUnderTest = Real;
    type Reference = Rules;

    fn init_test(_: &<Rules as ReferenceStateMachine>::State) -> Real {
        let now = datetime!(2026-03-02 09:00 UTC);
        Real { order: common::fresh(domain::order::Terms::default(), now), now, held: 0 }
    }

    fn apply(mut real: Real, (model, allowed): &<Rules as ReferenceStateMachine>::State, attempt: Try) -> Real {
        let before = real.order.clone();
        match &attempt {
            Try::Wait(seconds) => real.now += Duration::seconds(*seconds),
            Try::Do(role, what) => {
                let done = real.act(*role, what);
                assert_eq!(done, *allowed, "{role:?} {what} on {before:?}");
                assert!(done || real.order == before, "a refusal changed the order");
            }
        }
        assert_eq!(real.word(), model.status);
        assert_eq!(real.order.attempt == 2, model.second);
        real
    }

    fn check_invariants(real: &Real, (model, _): &<Rules as ReferenceStateMachine>::State) {
        let status = real.order.status;
        assert_eq!(
            real.held,
            if status.holds_money() { common::PRICE + common::BUYER_FEES } else { 0 },
            "{status} and its money"
        );
        assert_eq!(status.holds_money(), model.held);
        assert_eq!(real.order.deadline.is_some(), !status.is_final() && !status.is_settling());
        // Silence by everybody ends every order.
        let mut silent = Real { order: real.order.clone(), now: real.now, held: real.held };
        for _ in 0..8 {
            if silent.order.status.is_final() {
                break;
            }
            silent.now = silent.order.deadline.unwrap_or(silent.now).max(silent.now);
            assert!(
                silent.act(Role::System, "time out") || silent.act(Role::System, "complete"),
                "stuck in {:?}",
                silent.order.status
            );
        }
        assert!(silent.order.status.is_final() && silent.held == 0, "silence ended in {:?}", silent.order.status);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn histories_follow_the_rule_book(sequential 1..40 => Histories);
}
