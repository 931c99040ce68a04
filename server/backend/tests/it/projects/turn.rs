//! Milestones are paid one after the other, whoever is quicker, and nothing is charged out of turn.

use super::stage::{Stage, denied, plan};
use crate::support::on_each;
use crate::support::shop::{CARD, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::order_view::PaymentStatus;
use domain::ids::{MilestoneId, OrderId, ProjectId};
use domain::order::{Command, Denied, Guard, Status};
use domain::permission::StaffRole;
use domain::project::{Progress, ProjectDenied};
use futures::future::join_all;

impl Stage<'_> {
    /// The second milestone is locked by the first, for paying and on its page, and trying leaves no trace.
    async fn is_locked(&self, project: ProjectId, second: MilestoneId, when: &str) {
        let before = (self.traces_of_payment().await, self.on.number("SELECT count(*) FROM orders").await);
        assert_eq!(denied(self.order_of(project, second).await), ProjectDenied::Locked(1), "{when}");
        let after = (self.traces_of_payment().await, self.on.number("SELECT count(*) FROM orders").await);
        assert_eq!(after, before, "{when}");
        let path = self.view(project).await.milestones;
        assert_eq!((path[1].turn, path[1].progress), (Err(ProjectDenied::Locked(1)), Progress::Planned), "{when}");
    }

    /// The orders of a project that wait for payment, with the place of their milestone.
    async fn unpaid(&self, project: ProjectId) -> Vec<usize> {
        let path = self.view(project).await.milestones;
        let unpaid = path.iter().enumerate().filter(|(_, one)| one.progress == Progress::Unpaid);
        unpaid.map(|(place, _)| place).collect()
    }
}

/// Why the rules of orders refused.
fn guard<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Guard {
    match outcome {
        Err(Error::Denied(Denied::Guard(guard))) => guard,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_next_is_locked_until_the_one_before_is_paid_out() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000", "30,000"]).await;
        stage.is_locked(project, ids[1], "planned").await;
        let first = stage.order_of(project, ids[0]).await.unwrap();
        stage.is_locked(project, ids[1], "waits for payment").await;
        stage.pay_order(first).await;
        stage.is_locked(project, ids[1], "paid").await;
        stage.shop.by_seller(first, deliver()).await.unwrap();
        stage.is_locked(project, ids[1], "delivered").await;
        stage.by_buyer(first, Command::Accept).await.unwrap();
        assert_eq!(stage.status(first).await, Status::Accepted);
        stage.is_locked(project, ids[1], "accepted, and nobody paid yet").await;
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Completed);
        assert_eq!(denied(stage.order_of(project, ids[2]).await), ProjectDenied::Locked(2));
        stage.completed(project, ids[1]).await;
        stage.completed(project, ids[2]).await;
        // 500 + 500 + 500 for the escrow, and 1.5 % of what was paid for the rail.
        let fees = 150_000 + 15_750 + 30_750 + 45_750;
        assert_eq!(stage.totals(project).await, [0, 6_150_000, 0, 6_150_000 - fees, 0, fees]);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_payout_that_waits_for_bank_details_keeps_the_next_locked() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        // The bank refuses this account.
        on.backend
            .set_bank_details(&stage.shop.seller, &crate::support::shop::bank_details("1111110002"))
            .await
            .unwrap();
        on.later(time::Duration::hours(25));
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let first = stage.accepted(project, ids[0]).await;
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Accepted);
        stage.is_locked(project, ids[1], "refused by the bank").await;
        stage.shop.bank("0123456789").await;
        on.later(time::Duration::hours(25));
        stage.idle().await;
        stage.pay(project, ids[1]).await;
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn two_browsers_in_two_processes_get_one_order_and_none_out_of_turn() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let other = on.another_process().await;
        let asked = (0..24).map(|n| {
            let backend = if n % 2 == 0 { on.backend.clone() } else { other.clone() };
            let (buyer, milestone) = (stage.buyer.clone(), ids[usize::from(n % 3 == 2)]);
            tokio::spawn(async move { (milestone, backend.order_of_milestone(&buyer, project, milestone).await) })
        });
        let answers = join_all(asked.collect::<Vec<_>>()).await;
        let (mut first, mut locked): (Vec<OrderId>, usize) = (Vec::new(), 0);
        for answer in answers {
            let (milestone, answer) = answer.unwrap();
            if milestone == ids[0] {
                first.push(answer.unwrap());
            } else {
                assert_eq!(denied(answer), ProjectDenied::Locked(1));
                locked += 1;
            }
        }
        first.dedup();
        assert_eq!((first.len(), locked), (1, 8));
        assert_eq!(on.number("SELECT count(*) FROM orders").await, 1);
        assert_eq!(stage.traces_of_payment().await, [0; 4]);
        // Paid twice at the same moment, it is held once.
        let pages = [stage.page(first[0]).await.unwrap(), stage.page(first[0]).await.unwrap()];
        let (one, two) =
            tokio::join!(on.backend.pay_in_sandbox(&pages[0], CARD), other.pay_in_sandbox(&pages[1], CARD));
        one.and(two).unwrap();
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        assert_eq!(stage.status(first[0]).await, Status::Pending);
        let lines = stage.shop.ledger().await;
        assert_eq!(lines.iter().filter(|line| line.starts_with("hold hold:")).count(), 1, "{lines:?}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("suspense suspense:")).count(), 1, "{lines:?}");
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn who_moves_and_who_pays_at_once_leave_nothing_unpaid_out_of_turn() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let other = on.another_process().await;
        for _ in 0..6 {
            let (project, ids) = stage.project(&["10,000", "20,000"]).await;
            let (placed, moved, removed) = tokio::join!(
                stage.order_of(project, ids[0]),
                other.move_milestone(&stage.buyer, project, ids[1], 0),
                other.remove_milestone(&stage.buyer, project, ids[1]),
            );
            assert!(moved.is_ok() || matches!(moved, Err(Error::NotFound)), "{moved:?}");
            removed.unwrap();
            let unpaid = stage.unpaid(project).await;
            assert!(unpaid.is_empty() || (unpaid == [0] && placed.is_ok()), "{unpaid:?}, {placed:?}");
        }
        let mut held = 0;
        for round in 0..6 {
            let (project, ids) = stage.project(&["10,000", "20,000"]).await;
            let first = stage.order_of(project, ids[0]).await.unwrap();
            let page = stage.page(first).await.unwrap();
            let (paid, moved) = tokio::join!(
                on.backend.pay_in_sandbox(&page, CARD),
                other.move_milestone(&stage.buyer, project, ids[1], 0)
            );
            stage.idle().await;
            let status = stage.status(first).await;
            match (&paid, &moved, status) {
                // Paid first: nothing is moved before what is paid or being paid.
                (Ok(_), Err(Error::Project(ProjectDenied::BeforePaid) | Error::Refused(_)), Status::Pending) => {
                    held += 1
                }
                // Moved first: not charged, or charged at the last moment and kept apart.
                (Err(Error::Denied(_)) | Ok(_), Ok(()), Status::Expired) => {}
                _ => panic!("round {round}: {paid:?}, {moved:?}, {status:?}"),
            }
            let charged = paid.is_ok() && moved.is_ok();
            let payments = stage.order(first).await.payments;
            assert_eq!(payments[0].status == PaymentStatus::Suspense, charged, "round {round}: {payments:?}");
        }
        let lines = stage.shop.ledger().await;
        assert_eq!(lines.iter().filter(|line| line.starts_with("hold hold:")).count(), held, "{lines:?}");
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn an_open_payment_page_does_not_pay_what_has_lost_its_turn() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let first = stage.order_of(project, ids[0]).await.unwrap();
        let page = stage.page(first).await.unwrap();
        on.backend.move_milestone(&stage.buyer, project, ids[1], 0).await.unwrap();
        assert_eq!(stage.status(first).await, Status::Expired);
        assert_eq!(guard(on.backend.pay_in_sandbox(&page, CARD).await), Guard::MilestoneTurn);
        assert_eq!(on.text("SELECT status FROM sandbox_charges").await, "open", "nothing was charged");
        let second = stage.pay(project, ids[1]).await;
        assert_eq!(guard(on.backend.pay_in_sandbox(&page, CARD).await), Guard::MilestoneTurn);
        stage.idle().await;
        assert_eq!(stage.shop.ledger_of(first).await, Vec::<String>::new());
        assert_eq!(stage.shop.ledger_of(second).await.len(), 3);
        // One that was removed has no turn any more.
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let page = stage.page(stage.order_of(project, ids[0]).await.unwrap()).await.unwrap();
        on.backend.remove_milestone(&stage.buyer, project, ids[0]).await.unwrap();
        assert_eq!(guard(on.backend.pay_in_sandbox(&page, CARD).await), Guard::MilestoneTurn);
        assert_eq!(on.number("SELECT count(*) FROM sandbox_charges WHERE status = 'open'").await, 2);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn money_for_an_order_that_was_changed_meanwhile_is_kept_apart_and_goes_back() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        let (project, ids) = stage.project(&["12,500", "20,000"]).await;
        let old = stage.order_of(project, ids[0]).await.unwrap();
        let page = stage.page(old).await.unwrap();
        on.backend.edit_milestone(&stage.buyer, project, ids[0], &plan("Phase 1", "13,000")).await.unwrap();
        // Still its milestone's turn, so the page charges the price of before.
        on.backend.pay_in_sandbox(&page, CARD).await.unwrap();
        stage.idle().await;
        assert_eq!(stage.status(old).await, Status::Expired);
        assert_eq!(stage.order(old).await.payments[0].status, PaymentStatus::Suspense);
        let kept = ["suspense clearing:sandbox debit 1300000", "suspense suspense:sandbox credit 1300000"];
        assert_eq!(stage.shop.ledger().await, kept);
        stage.shop.books_are_right().await;
        let item = on.backend.suspense(&administrator).await.unwrap().remove(0).item.id;
        on.backend.return_suspense(&administrator, item, "The price was changed").await.unwrap();
        stage.idle().await;
        let new = stage.pay(project, ids[0]).await;
        assert_eq!((stage.status(new).await, stage.order(new).await.price().minor()), (Status::Pending, 1_300_000));
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_there_already_is_not_paid_before_its_turn() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        let before = stage.traces_of_payment().await;
        let (backend, buyer) = (&on.backend, Some(&stage.buyer));
        assert_eq!(denied(stage.order_of(project, ids[1]).await), ProjectDenied::Locked(1));
        assert_eq!(guard(backend.make_quote(buyer, &OrderRef::Id(next)).await), Guard::MilestoneTurn);
        assert_eq!(stage.traces_of_payment().await, before);
        let waiting = stage.order(next).await.waiting.unwrap();
        assert_eq!(waiting.act, "complete the milestone before it");
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Completed);
        assert_eq!(stage.order(next).await.waiting.unwrap().act, "pay");
        assert_eq!(stage.order_of(project, ids[1]).await.unwrap(), next);
        stage.pay_order(next).await;
        assert_eq!(stage.status(next).await, Status::Pending);
        stage.shop.books_are_right().await;
    })
    .await;
}
