//! Random histories: after every step the services, the ledger and the model say the same, and no rule is broken.

use super::model::{Card, Part};
use super::step::History;
use super::world::{ALL, World};
use crate::support::on_each;
use backend::service::instamojo::{CollectionStatus, SettlementKind, SettlementStatus};
use domain::collection::SplitDenied;
use domain::ledger::LedgerAccount;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Histories of one world on SQLite.
const MANY: usize = 5;
/// Steps of a history.
const STEPS: usize = 20;
/// Worlds of one seed.
const WORLDS: u64 = 8;

impl History<'_> {
    async fn is_right(&self) {
        self.world.books_are_right().await;
        for whose in 0..self.model.purses.len() {
            let (account, purse) = (self.account(whose), &self.model.purses[whose]);
            let way = purse.balance - purse.available();
            let found = (self.world.balance(account).await, self.world.on_the_way(account).await);
            assert_eq!((found, self.world.paid_out(account).await), ((purse.balance, way), purse.paid_out), "{whose}");
            assert!(purse.available() >= 0, "{whose} was overdrawn: {purse:?}");
        }
        let clearing = LedgerAccount::Clearing("sandbox".to_owned());
        assert_eq!(self.world.ledger(&clearing).await, self.model.clearing);
        self.nothing_is_lost();
    }

    /// What came in is somebody's, or left.
    fn nothing_is_lost(&self) {
        let held: i64 = self.model.purses.iter().map(|purse| purse.balance).sum();
        let of_payments = self.model.payments.iter().filter(|paid| paid.succeeded()).map(|paid| {
            let owed = paid.refunds.iter().filter(|one| Self::key(one.sending) != "paid").map(|one| one.amount);
            paid.left + paid.fees() + owed.sum::<i64>()
        });
        assert_eq!(held + of_payments.sum::<i64>(), self.model.clearing);
    }

    /// One payment's figures, settlements and refunds.
    async fn payment_is_right(&self, at: usize) {
        let paid = &self.model.payments[at];
        let it = self.world.collection(&paid.code).await;
        let status = match paid.card {
            Card::Declined => CollectionStatus::Failed,
            Card::Short => CollectionStatus::Returned,
            _ => CollectionStatus::Succeeded,
        };
        assert_eq!((it.status, it.fulfilled_at.is_some(), it.fees + it.taxes), (status, paid.fulfilled, paid.fees()));
        let (credited, debited) = (paid.sum(true, &[Part::Done], None), paid.sum(false, &[Part::Done], None));
        assert_eq!([it.credited, it.debited, it.refunded, it.left], [credited, debited, paid.refunded(), paid.left]);
        let standing = debited + paid.sum(false, &[Part::Queued], None);
        assert!(credited <= paid.amount && standing <= paid.refunded() && paid.refunded() <= paid.amount);
        let (settlements, _) =
            self.world.on.backend.settlements(self.world.marketplace, &paid.code, ALL).await.unwrap();
        let found = settlements.iter().map(|one| {
            let part = match one.status {
                SettlementStatus::Done => Part::Done,
                SettlementStatus::Queued => Part::Queued,
                SettlementStatus::Cancelled => Part::Cancelled,
            };
            (one.settlement_id.as_str(), one.kind == SettlementKind::Credit, one.merchant, one.amount, part)
        });
        let expected = paid.settled.iter();
        let expected =
            expected.map(|one| (one.name.as_str(), one.credit, self.account(one.merchant), one.amount, one.part));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        let cases = self.world.on.backend.refund_cases_of(it.id).await.unwrap();
        let found = cases.iter().map(|case| (case.transaction_id.clone(), case.amount, case.status().key()));
        let expected = paid.refunds.iter().map(|one| (one.name.clone(), one.amount, Self::key(one.sending)));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    async fn run(&mut self) {
        self.first = self.model.payments.len();
        for _ in 0..STEPS {
            self.step().await;
            self.is_right().await;
            for at in self.first..self.model.payments.len() {
                self.payment_is_right(at).await;
            }
        }
        // What became of the payments of before: they are covered, and their queued debits collected.
        for at in 0..self.first {
            self.payment_is_right(at).await;
        }
    }
}

async fn worlds_from(seed: u64) {
    let seen = RefCell::new(BTreeSet::new());
    for seed in seed..seed + WORLDS {
        on_each(async |on| {
            let world = World::open(on).await;
            let mut history = History::begin(&world, seed).await;
            let many = if on.database == "SQLite" { MANY } else { 1 };
            for number in 0..many {
                eprintln!("seed {seed}, history {number}");
                history.run().await;
            }
            let money = history.model.seen.iter().map(|what| (*what).to_owned());
            seen.borrow_mut().extend(history.seen.iter().cloned().chain(money));
        })
        .await;
    }
    let seen = seen.into_inner();
    // A history that never comes to a rule proves nothing of it.
    for expected in all_that_is_to_be_seen() {
        assert!(seen.contains(&expected), "{expected} never happened: {seen:?}");
    }
}

fn all_that_is_to_be_seen() -> Vec<String> {
    let of_debits = [
        SplitDenied::NoRefund,
        SplitDenied::NotCredited,
        SplitDenied::MoreThanRefunded,
        SplitDenied::MoreThanCredited,
        SplitDenied::Balance,
    ];
    let of_credits = [SplitDenied::MoreThanPaid, SplitDenied::Fulfilled];
    let refused = |rule: &SplitDenied, what: &str| format!("Refused({:?}) {what}", rule.words());
    let mut all: Vec<_> = of_debits.iter().map(|rule| refused(rule, "false")).collect();
    all.extend(of_credits.iter().map(|rule| refused(rule, "true")));
    all.push(refused(&SplitDenied::RefundsMoreThanPaid, "refund"));
    let rest = ["Did(Done) true", "Did(Done) false", "Did(Queued) false", "Did(Done) refund", "NotFound true"];
    let money = ["a refund waited", "a debit was collected", "paid out", "refused by a bank", "a bank did not know"];
    all.extend(rest.into_iter().chain(money).map(str::to_owned));
    all
}

#[tokio::test]
async fn the_services_do_what_the_contract_says_in_any_order() {
    worlds_from(1_000).await;
}

#[tokio::test]
async fn the_services_do_what_the_contract_says_in_any_other_order() {
    worlds_from(2_000).await;
}
