//! Acceptance that carries a part of the hold into the next milestone (₦100,000, of which ₦1,500 escrow fee on top and
//! ₦1,522.50 for the rail out of it).

use super::stage::{Stage, carry, denied, plan};
use crate::support::on_each;
use crate::support::shop::{act, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use backend::service::order_view::{OrderView, Place};
use backend::service::projects::MilestoneTermsForm;
use backend::service::statement::StatementPage;
use domain::ids::OrderId;
use domain::order::{Command, Denied, Guard, Status};
use domain::project::{Progress, ProjectDenied};
use uuid::Uuid;

impl Stage<'_> {
    /// A carry of `minor` is refused for this reason, and everything is as before.
    pub(super) async fn refuses(&self, order: OrderId, minor: i64, why: Guard) {
        let of = |view: &OrderView| (view.order.status, view.order.version, view.money.parts.clone());
        let count = async || self.on.number("SELECT count(*) FROM orders").await;
        let before = (of(&self.order(order).await), count().await, self.traces_of_payment().await);
        match self.by_buyer(order, carry(minor)).await {
            Err(Error::Denied(Denied::Guard(guard))) => assert_eq!(guard, why, "{minor}"),
            other => panic!("{minor}: {other:?}"),
        }
        let after = (of(&self.order(order).await), count().await, self.traces_of_payment().await);
        assert_eq!(after, before, "{minor}");
    }
}

/// Where an order's money is, in minor units.
fn places(view: &OrderView) -> Vec<(String, i64)> {
    view.money.parts.iter().map(|(place, money)| (format!("{place:?}"), money.minor())).collect()
}

#[tokio::test]
async fn a_part_is_released_and_the_rest_is_held_for_the_next() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000", "20,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        assert_eq!(stage.totals(project).await, [7_000_000, 10_150_000, 10_150_000, 0, 0, 0]);
        assert_eq!(stage.order(first).await.order.milestone.unwrap().carry_max, 5_000_000);
        let next = stage.carried(first, 3_000_000).await;
        assert_eq!(stage.status(first).await, Status::Accepted);
        assert_eq!(
            stage.shop.ledger_of(first).await[3..],
            [
                "release expense:gateway credit 152250",
                "release fee_hold:… debit 150000",
                "release hold:… debit 10000000",
                "release hold:… credit 3000000",
                "release payable:… credit 6847750",
                "release revenue:escrow_fee credit 150000",
            ]
        );
        assert_eq!(stage.shop.ledger_of(next).await, Vec::<String>::new(), "posted with the order it came from");
        let view = stage.order(next).await;
        assert_eq!((view.order.status, view.order.carried), (Status::AwaitingPayment, 3_000_000));
        assert_eq!((view.facts.carried_from, view.price().minor()), (Some(first), 5_000_000));
        assert_eq!((view.order.terms.payment_hours, view.order.terms.delivery_days), (720, 14));
        assert_eq!(places(&view), [("Held".to_owned(), 3_000_000)]);
        assert!(
            stage
                .order(first)
                .await
                .money
                .parts
                .iter()
                .any(|(place, money)| { *place == Place::CarriedOn && money.minor() == 3_000_000 })
        );
        assert_eq!(stage.totals(project).await, [4_000_000, 10_150_000, 3_000_000, 6_847_750, 0, 302_250]);
        stage.shop.books_are_right().await;
        // What money was carried into is not changed, and nothing comes before it.
        let (backend, buyer) = (&on.backend, &stage.buyer);
        assert_eq!(
            denied(backend.edit_milestone(buyer, project, ids[1], &plan("A", "60,000")).await),
            ProjectDenied::Paid
        );
        assert_eq!(denied(backend.remove_milestone(buyer, project, ids[1]).await), ProjectDenied::Paid);
        assert_eq!(denied(backend.move_milestone(buyer, project, ids[1], 2).await), ProjectDenied::Paid);
        assert_eq!(denied(backend.move_milestone(buyer, project, ids[2], 1).await), ProjectDenied::BeforePaid);

        stage.idle().await;
        let shown = stage.order(next).await.quote;
        // 20,000 and the least fee; the seller bears 1.5 % of the 20,500 that are paid.
        assert_eq!((shown.total(), shown.escrow.buyer, shown.gateway.seller), (2_050_000, 50_000, 30_750));
        let subject = "A house: “Phase 2” can be paid now";
        let mail = on.mails_to(super::stage::BUYER).await.into_iter().find(|mail| mail.subject == subject).unwrap();
        assert!(mail.text.contains("₦20,000.00"), "what is still to pay: {}", mail.text);
        stage.pay_order(next).await;
        assert_eq!(
            stage.shop.ledger_of(next).await,
            ["hold clearing:sandbox debit 2050000", "hold fee_hold:… credit 50000", "hold hold:… credit 2000000"]
        );
        assert_eq!(places(&stage.order(next).await), [("Held".to_owned(), 5_000_000), ("FeesHeld".to_owned(), 50_000)]);
        assert_eq!(stage.totals(project).await, [2_000_000, 12_200_000, 5_050_000, 6_847_750, 0, 302_250]);
        stage.shop.by_seller(next, deliver()).await.unwrap();
        stage.by_buyer(next, Command::Accept).await.unwrap();
        stage.idle().await;
        assert_eq!(
            stage.shop.ledger_of(next).await[3..],
            [
                "release expense:gateway credit 30750",
                "release fee_hold:… debit 50000",
                "release hold:… debit 5000000",
                "release payable:… credit 4969250",
                "release revenue:escrow_fee credit 50000",
                "payout clearing:sandbox credit 4969250",
                "payout payable:… debit 4969250",
            ]
        );
        assert_eq!(stage.status(next).await, Status::Completed);
        let released = 6_847_750 + 4_969_250;
        assert_eq!(stage.totals(project).await, [2_000_000, 12_200_000, 0, released, 0, 383_000]);
        let statement =
            on.backend.earnings(&stage.shop.seller, StatementPage::default()).await.unwrap().statements.remove(0);
        let changes: Vec<_> = statement.lines.iter().rev().map(|line| line.change.minor()).collect();
        assert_eq!(changes, [6_847_750, -6_847_750, 4_969_250, -4_969_250]);
        let balances: Vec<_> = statement.lines.iter().rev().map(|line| line.balance.minor()).collect();
        assert_eq!(balances, [6_847_750, 0, 4_969_250, 0]);
        assert_eq!(statement.balance.minor(), 0);
        stage.completed(project, ids[2]).await;
        on.backend.end_project(buyer, project, true).await.unwrap();
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_milestone_that_is_carried_over_in_full_is_paid_when_the_one_before_is_completed() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "30,000", "20,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        assert_eq!((stage.status(next).await, stage.order(next).await.quote.total()), (Status::AwaitingPayment, 0));
        assert_eq!(denied(stage.order_of(project, ids[1]).await), ProjectDenied::Locked(1));
        let charged = on.number("SELECT count(*) FROM sandbox_charges").await;
        let other = on.another_process().await;
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        stage.idle().await;
        assert_eq!((stage.status(first).await, stage.status(next).await), (Status::Completed, Status::Pending));
        assert!(stage.order(next).await.payments.is_empty());
        assert_eq!(on.number("SELECT count(*) FROM sandbox_charges").await, charged);
        assert_eq!(stage.shop.ledger_of(next).await, Vec::<String>::new(), "it was held already");
        assert_eq!(denied(stage.order_of(project, ids[1]).await), ProjectDenied::Paid);
        assert_eq!(denied(stage.order_of(project, ids[2]).await), ProjectDenied::Locked(2));
        assert_eq!(stage.totals(project).await, [2_000_000, 10_150_000, 3_000_000, 6_847_750, 0, 302_250]);
        let mails = on.mails_to("seller@example.com").await;
        assert!(
            mails.iter().any(|mail| mail.text.contains("Phase 2") && mail.subject.contains("paid")),
            "told to begin"
        );
        stage.shop.books_are_right().await;
        stage.shop.by_seller(next, deliver()).await.unwrap();
        stage.by_buyer(next, Command::Accept).await.unwrap();
        stage.idle().await;
        assert_eq!(
            stage.shop.ledger_of(next).await,
            [
                "release hold:… debit 3000000",
                "release payable:… credit 3000000",
                "payout clearing:sandbox credit 3000000",
                "payout payable:… debit 3000000",
            ]
        );
        assert_eq!(stage.totals(project).await, [2_000_000, 10_150_000, 0, 9_847_750, 0, 302_250]);
        stage.completed(project, ids[2]).await;
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_carried_is_carried_on() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "60,000", "40,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let second = stage.carried(first, 6_000_000).await;
        stage.idle().await;
        assert_eq!(stage.status(second).await, Status::Pending, "carried over in full");
        stage.shop.by_seller(second, deliver()).await.unwrap();
        let third = stage.carried(second, 4_000_000).await;
        // All fees were taken with the first.
        assert_eq!(
            stage.shop.ledger_of(second).await,
            ["release hold:… debit 6000000", "release hold:… credit 4000000", "release payable:… credit 2000000",]
        );
        stage.idle().await;
        assert_eq!((stage.status(second).await, stage.status(third).await), (Status::Completed, Status::Pending));
        assert_eq!(stage.totals(project).await[1..3], [10_150_000, 4_000_000]);
        // The third was never paid by itself; its refund goes back to where the first was paid from.
        stage.shop.by_seller(third, Command::Cancel).await.unwrap();
        stage.idle().await;
        let refund = &stage.order(third).await.payouts[0];
        assert_eq!(refund.payment, Some(stage.order(first).await.payments[0].id));
        assert_eq!(stage.status(third).await, Status::Completed);
        let [planned, paid_in, held, _, refunded, _] = stage.totals(project).await;
        assert_eq!([planned, paid_in, held, refunded], [0, 10_150_000, 0, 4_000_000]);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn no_more_is_carried_than_the_rules_let_and_a_refusal_changes_nothing() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (plain, ids) = stage.project(&["100,000", "50,000"]).await;
        let order = stage.delivered(plain, ids[0]).await;
        stage.refuses(order, 1_000_000, Guard::CarriesOver).await;
        let roll = MilestoneTermsForm { rolls_forward: "on".to_owned(), ..MilestoneTermsForm::default() };
        on.backend.set_milestone_terms(&stage.shop.seller, plain, None, &roll).await.unwrap();
        for minor in [5_000_001, 10_000_000, 0, -1, i64::MIN, i64::MAX] {
            stage.refuses(order, minor, Guard::CarryFits).await;
        }
        let by_seller = stage.shop.by_seller(order, carry(1_000_000)).await;
        assert!(matches!(by_seller, Err(Error::Denied(_))), "{by_seller:?}");
        assert_eq!(stage.status(order).await, Status::AwaitingBuyerResponse);
        assert_eq!(on.number("SELECT count(*) FROM orders").await, 1);
        on.backend.remove_milestone(&stage.buyer, plain, ids[1]).await.unwrap();
        stage.refuses(order, 1_000_000, Guard::CarriesOver).await;

        // The next costs more than this one, which cannot be carried over whole: the rail's 1,522.50 are taken from it.
        let dearer = stage.add(plain, "Dearer", "200,000").await;
        for minor in [10_000_000, 9_847_750] {
            stage.refuses(order, minor, Guard::CarryFits).await;
        }
        let all_but_one = stage.carried(order, 9_847_749).await;
        assert_eq!(
            stage.shop.ledger_of(order).await.iter().filter(|line| line.ends_with("payable:… credit 1")).count(),
            1
        );
        stage.idle().await;
        assert_eq!(stage.view(plain).await.milestones[0].progress, Progress::Ended);
        assert_eq!(stage.order_of(plain, dearer).await.unwrap(), all_but_one);
        stage.shop.books_are_right().await;

        // An order that is no milestone carries nothing.
        let (alone, link) = stage.shop.delivered().await;
        let refused = stage.shop.by_buyer(&link, carry(100)).await;
        assert!(matches!(refused, Err(Error::Denied(Denied::Guard(Guard::CarriesOver)))), "{refused:?}");
        assert_eq!(stage.shop.view(alone).await.order.status, Status::AwaitingBuyerResponse);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn only_what_waits_for_an_answer_is_carried_and_once() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let wrong_status = async |order, when: &str| {
            let before = on.number("SELECT count(*) FROM orders").await;
            let refused = stage.by_buyer(order, carry(3_000_000)).await;
            assert!(matches!(refused, Err(Error::Denied(_))), "{when}: {refused:?}");
            assert_eq!(on.number("SELECT count(*) FROM orders").await, before, "{when}");
        };
        let order = stage.order_of(project, ids[0]).await.unwrap();
        wrong_status(order, "not paid").await;
        stage.pay_order(order).await;
        wrong_status(order, "not delivered").await;
        stage.shop.by_seller(order, deliver()).await.unwrap();
        let other = on.another_process().await;
        let tasks = (0..20).map(|n| {
            let backend = if n % 2 == 0 { on.backend.clone() } else { other.clone() };
            let (buyer, command) = (stage.buyer.clone(), if n % 3 == 0 { Command::Accept } else { carry(3_000_000) });
            let command = act(OrderRef::Id(order), command, &format!("key {n}"));
            tokio::spawn(async move { backend.act(Some(&buyer), command).await })
        });
        let mut done = 0;
        for task in tasks.collect::<Vec<_>>() {
            match task.await.unwrap() {
                Ok(_) => done += 1,
                Err(Error::Denied(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(done, 1);
        let lines = stage.shop.ledger_of(order).await;
        assert_eq!(lines.iter().filter(|line| line.starts_with("release hold:… debit")).count(), 1);
        let carried = lines.iter().filter(|line| line.starts_with("release hold:… credit")).count();
        assert_eq!(on.number("SELECT count(*) FROM orders").await, 1 + i64::try_from(carried).unwrap());
        wrong_status(order, "accepted").await;
        stage.idle().await;
        wrong_status(order, "completed").await;
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_form_carries_once_and_not_over_a_change() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let order = stage.delivered(project, ids[0]).await;
        let version = stage.order(order).await.order.version;
        let form =
            |version| OrderCommand { version: Some(version), ..act(OrderRef::Id(order), carry(3_000_000), "one") };
        let stale = on.backend.act(Some(&stage.buyer), form(version - 1)).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let other = on.another_process().await;
        let (one, two) = tokio::join!(
            on.backend.act(Some(&stage.buyer), form(version)),
            other.act(Some(&stage.buyer), form(version))
        );
        assert_eq!(one.unwrap(), two.unwrap());
        // The request cannot say into which order: the service places it.
        let (another, others) = stage.rolling(&["100,000", "50,000"]).await;
        let second = stage.delivered(another, others[0]).await;
        let into = OrderId(Uuid::now_v7());
        stage.by_buyer(second, Command::AcceptAndCarry { carry: 1_000_000, into }).await.unwrap();
        let asked = on.backend.order_view(Some(&stage.buyer), &OrderRef::Id(into)).await;
        assert!(matches!(asked, Err(Error::NotFound)));
        for (project, minor) in [(project, 3_000_000), (another, 1_000_000)] {
            let path = stage.view(project).await.milestones;
            assert_eq!(path[1].milestone.step.carried, minor);
        }
        assert_eq!(on.number("SELECT count(*) FROM orders").await, 4);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn who_carries_over_and_who_changes_the_next_at_once_do_not_disagree() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let other = on.another_process().await;
        for round in 0..6 {
            let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
            let order = stage.delivered(project, ids[0]).await;
            let change = async {
                match round % 2 {
                    0 => other.remove_milestone(&stage.buyer, project, ids[1]).await,
                    _ => other.edit_milestone(&stage.buyer, project, ids[1], &plan("Less", "20,000")).await,
                }
            };
            let (carried, changed) = tokio::join!(stage.by_buyer(order, carry(3_000_000)), change);
            match (&carried, &changed) {
                (Ok(()), Err(Error::Project(ProjectDenied::Paid))) => {}
                (Err(Error::Denied(Denied::Guard(Guard::CarriesOver | Guard::CarryFits))), Ok(())) => {}
                _ => panic!("round {round}: {carried:?}, {changed:?}"),
            }
            let held = stage.view(project).await.totals.held.minor();
            assert_eq!(held, if carried.is_ok() { 3_000_000 } else { 10_150_000 }, "round {round}");
        }
        stage.shop.books_are_right().await;
    })
    .await;
}
