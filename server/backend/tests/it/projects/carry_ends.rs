//! What becomes of money that was carried over, when the rest is never paid, or the milestone is cancelled.

use super::stage::{BUYER, Stage, denied};
use crate::support::on_each;
use crate::support::shop::{bank_details, deliver};
use backend::service::access::OrderRef;
use backend::service::order_view::{PayoutKind, PayoutStatus};
use domain::ids::{OrderId, ProjectId};
use domain::order::{CancelledBy, Command, RejectReason, Status};
use domain::project::{Progress, ProjectDenied};
use time::Duration;

const RELEASED: [&str; 4] = [
    "release hold:… debit 3000000",
    "release payable:… credit 3000000",
    "payout clearing:sandbox credit 3000000",
    "payout payable:… debit 3000000",
];
const REFUNDED: [&str; 4] = [
    "refund hold:… debit 3000000",
    "refund refund_due:… credit 3000000",
    "refund_paid clearing:sandbox credit 3000000",
    "refund_paid refund_due:… debit 3000000",
];

impl Stage<'_> {
    /// ₦30,000 of ₦100,000 were carried into a milestone of ₦50,000, before a third; the first is paid out or not.
    async fn halfway(&self, paid_out: bool) -> (ProjectId, OrderId, OrderId) {
        let (project, ids) = self.rolling(&["100,000", "50,000", "20,000"]).await;
        let first = self.delivered(project, ids[0]).await;
        let next = self.carried(first, 3_000_000).await;
        if paid_out {
            self.idle().await;
        }
        (project, first, next)
    }

    /// Everything left the escrow, the third milestone has its turn, and the project can be closed after it.
    async fn goes_on(&self, project: ProjectId) {
        let view = self.view(project).await;
        assert_eq!(view.milestones[1].progress, Progress::Ended);
        assert_eq!(view.totals.held.minor(), 0);
        self.completed(project, view.milestones[2].milestone.step.id).await;
        self.on.backend.end_project(&self.buyer, project, true).await.unwrap();
        self.shop.books_are_right().await;
    }
}

#[tokio::test]
async fn the_buyer_drops_the_next_and_the_seller_gets_what_was_carried() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        for paid_out in [true, false] {
            let (project, first, next) = stage.halfway(paid_out).await;
            assert_eq!(
                denied(on.backend.end_project(&stage.buyer, project, false).await),
                ProjectDenied::Running(1 + usize::from(paid_out))
            );
            let view = stage.order(next).await;
            let preview = view.preview(domain::order::CommandKind::Cancel).unwrap();
            assert_eq!((preview.refund_total(), preview.shares[0].minor), (0, 3_000_000), "shown before the click");
            stage.by_buyer(next, Command::Cancel).await.unwrap();
            assert_eq!(stage.status(next).await, Status::Cancelled);
            stage.idle().await;
            assert_eq!((stage.status(first).await, stage.status(next).await), (Status::Completed, Status::Completed));
            assert_eq!(stage.shop.ledger_of(next).await, RELEASED, "the first paid out: {paid_out}");
            assert_eq!(stage.order(next).await.order.cancelled_by, Some(CancelledBy::Buyer));
            assert_eq!(stage.totals(project).await, [2_000_000, 10_150_000, 0, 9_847_750, 0, 302_250]);
            stage.goes_on(project).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_seller_drops_the_next_and_the_buyer_gets_it_back_the_way_the_first_was_paid() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        for paid_out in [true, false] {
            let (project, first, next) = stage.halfway(paid_out).await;
            stage.shop.by_seller(next, Command::Cancel).await.unwrap();
            stage.idle().await;
            assert_eq!((stage.status(first).await, stage.status(next).await), (Status::Completed, Status::Completed));
            assert_eq!(stage.shop.ledger_of(next).await, REFUNDED, "the first paid out: {paid_out}");
            let refund = &stage.order(next).await.payouts[0];
            assert_eq!(
                (refund.kind, refund.status, refund.rail.as_str()),
                (PayoutKind::Refund, PayoutStatus::Paid, "sandbox")
            );
            assert_eq!(refund.payment, Some(stage.order(first).await.payments[0].id));
            assert_eq!(stage.totals(project).await, [2_000_000, 10_150_000, 0, 6_847_750, 3_000_000, 302_250]);
            stage.goes_on(project).await;
        }
        let mails = on.mails_to(BUYER).await;
        let told = mails.iter().filter(|mail| mail.to == BUYER && mail.text.contains("₦30,000.00")).count();
        assert!(told >= 2, "the buyer is told what comes back");
    })
    .await;
}

#[tokio::test]
async fn a_rest_that_is_never_paid_releases_what_was_carried() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, _, next) = stage.halfway(true).await;
        on.later(Duration::hours(720) - Duration::minutes(1));
        stage.idle().await;
        assert_eq!(stage.status(next).await, Status::AwaitingPayment);
        on.later(Duration::minutes(1));
        let other = on.another_process().await;
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        assert_eq!(stage.status(next).await, Status::Completed);
        assert_eq!(stage.order(next).await.order.cancelled_by, Some(CancelledBy::System));
        assert_eq!(stage.shop.ledger_of(next).await, RELEASED);
        assert_eq!(stage.totals(project).await, [2_000_000, 10_150_000, 0, 9_847_750, 0, 302_250]);
        stage.goes_on(project).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_carried_into_a_milestone_that_never_has_its_turn_goes_back() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        // The bank refuses the seller's account, so the first is never paid out.
        on.backend.set_bank_details(&stage.shop.seller, &bank_details("1111110002")).await.unwrap();
        on.later(Duration::hours(25));
        let (project, first, next) = stage.halfway(true).await;
        assert_eq!(stage.status(first).await, Status::Accepted);
        on.later(Duration::hours(720));
        stage.idle().await;
        assert_eq!(stage.status(next).await, Status::Completed);
        assert_eq!(stage.shop.ledger_of(next).await, REFUNDED);
        let third = stage.view(project).await.milestones[2].milestone.step.id;
        assert_eq!(denied(stage.order_of(project, third).await), ProjectDenied::Locked(1));
        assert_eq!(stage.totals(project).await, [2_000_000, 10_150_000, 0, 6_847_750, 3_000_000, 302_250]);
        stage.shop.bank("0123456789").await;
        on.later(Duration::hours(25));
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Completed);
        let subject = "A house: “Phase 3” can be paid now";
        assert_eq!(on.mails_to(BUYER).await.iter().filter(|mail| mail.subject == subject).count(), 1);
        stage.goes_on(project).await;
    })
    .await;
}

#[tokio::test]
async fn a_refund_of_more_than_was_paid_goes_to_the_buyers_bank() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, _, next) = stage.halfway(true).await;
        stage.pay_order(next).await;
        stage.shop.by_seller(next, Command::Cancel).await.unwrap();
        stage.idle().await;
        let view = stage.order(next).await;
        let refund = &view.payouts[0];
        assert_eq!(
            (view.order.status, refund.status, refund.payment),
            (Status::Cancelled, PayoutStatus::WaitingForBank, None)
        );
        assert_eq!(refund.amount.minor(), 5_050_000, "20,500 were paid for it");
        assert_eq!(stage.totals(project).await, [2_000_000, 12_200_000, 0, 6_847_750, 5_050_000, 302_250]);
        let third = view.facts.milestone.unwrap().0;
        let third = stage.view(third).await.milestones[2].milestone.step.id;
        assert_eq!(denied(stage.order_of(project, third).await), ProjectDenied::Locked(2));
        let mails = on.mails_to(BUYER).await;
        assert!(
            mails.last().unwrap().text.contains("₦50,500.00"),
            "asked for bank details: {}",
            mails.last().unwrap().text
        );
        stage.shop.books_are_right().await;
        let bank = bank_details("0001112223");
        on.backend.refund_to_bank(Some(&stage.buyer), &OrderRef::Id(next), &bank).await.unwrap();
        stage.idle().await;
        let view = stage.order(next).await;
        assert_eq!((view.order.status, view.payouts[0].status), (Status::Completed, PayoutStatus::Paid));
        assert_eq!(
            stage.shop.ledger_of(next).await[3..],
            [
                "refund fee_hold:… debit 50000",
                "refund hold:… debit 5000000",
                "refund refund_due:… credit 5050000",
                "refund_paid clearing:sandbox credit 5050000",
                "refund_paid refund_due:… debit 5050000",
            ]
        );
        stage.goes_on(project).await;
    })
    .await;
}

#[tokio::test]
async fn a_smaller_refund_of_what_was_carried_and_topped_up_goes_back_the_way_it_was_paid() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, _, next) = stage.halfway(true).await;
        stage.pay_order(next).await;
        stage.shop.by_seller(next, deliver()).await.unwrap();
        let reject = Command::Reject { reason: RejectReason::Late, text: "Too late".to_owned() };
        stage.by_buyer(next, reject).await.unwrap();
        stage.shop.by_seller(next, Command::OfferSplit { to_buyer: 1_000_000 }).await.unwrap();
        stage.by_buyer(next, Command::AcceptSplit { to_buyer: 1_000_000 }).await.unwrap();
        stage.idle().await;
        let view = stage.order(next).await;
        assert_eq!((view.order.status, view.payouts[0].payment), (Status::Completed, Some(view.payments[0].id)));
        // A fifth of 50,000, of the fee of 500 and of the rail's 307.50, as 20,500 were paid.
        assert_eq!(
            stage.shop.ledger_of(next).await[3..9],
            [
                "split expense:gateway credit 24600",
                "split fee_hold:… debit 50000",
                "split hold:… debit 5000000",
                "split payable:… credit 3975400",
                "split refund_due:… credit 1010000",
                "split revenue:escrow_fee credit 40000",
            ]
        );
        stage.goes_on(project).await;
    })
    .await;
}
