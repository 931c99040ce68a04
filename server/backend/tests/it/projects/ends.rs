//! A milestone that is refunded has ended too, one that is rejected goes on, and a project ends when none is open.

use super::stage::{OF_BUYER, SELLER, Stage, denied};
use crate::support::on_each;
use crate::support::shop::deliver;
use domain::ids::{ChangeRequestId, ProjectId};
use domain::order::{Command, RejectReason, RulingReason, Status};
use domain::permission::StaffRole;
use domain::project::{Progress, ProjectDenied, ProjectStatus};
use time::Duration;
use uuid::Uuid;

impl Stage<'_> {
    /// Why it may not be closed, and why not cancelled; asked, and as its page says.
    async fn may_not_end(&self, project: ProjectId) -> [ProjectDenied; 2] {
        let view = self.view(project).await;
        let end = async |completed| denied(self.on.backend.end_project(&self.buyer, project, completed).await);
        let refused = [end(true).await, end(false).await];
        assert_eq!([view.may_complete.unwrap_err(), view.may_cancel.unwrap_err()], refused);
        refused
    }
}

#[tokio::test]
async fn a_refunded_milestone_has_ended_and_the_buyer_adds_another() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let first = stage.pay(project, ids[0]).await;
        stage.shop.by_seller(first, Command::Cancel).await.unwrap();
        assert_eq!(stage.status(first).await, Status::Cancelled);
        assert_eq!(denied(stage.order_of(project, ids[1]).await), ProjectDenied::Locked(1), "not refunded yet");
        assert_eq!(stage.may_not_end(project).await, [ProjectDenied::Running(1); 2]);
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Completed);
        assert_eq!(stage.totals(project).await, [2_000_000, 1_050_000, 0, 0, 1_050_000, 0]);
        assert_eq!(stage.view(project).await.milestones[0].progress, Progress::Ended);
        let replacement = stage.add(project, "Phase 1 again", "9,000").await;
        stage.completed(project, ids[1]).await;
        stage.completed(project, replacement).await;
        // The rail's 1.5 % and 500 for the escrow, of each of the two.
        let fees = (30_750 + 50_000) + (14_250 + 50_000);
        let paid_in = 1_050_000 + 2_050_000 + 950_000;
        let released = paid_in - 1_050_000 - fees;
        assert_eq!(stage.totals(project).await, [0, paid_in, 0, released, 1_050_000, fees]);
        on.backend.end_project(&stage.buyer, project, true).await.unwrap();
        assert_eq!(stage.view(project).await.project.status, ProjectStatus::Completed);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn however_a_milestone_ends_the_next_may_be_paid() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        let (project, ids) = stage.project(&["10,000"; 6]).await;
        let reject = || Command::Reject { reason: RejectReason::Damaged, text: "It leaks".to_owned() };
        // Never delivered.
        stage.pay(project, ids[0]).await;
        on.later(Duration::days(15));
        stage.idle().await;
        // The buyer changes their mind in time.
        let order = stage.pay(project, ids[1]).await;
        stage.by_buyer(order, Command::Cancel).await.unwrap();
        stage.idle().await;
        // Nobody answers the delivery.
        stage.delivered(project, ids[2]).await;
        on.later(Duration::days(4));
        stage.idle().await;
        // Rejected, and the seller takes it back.
        let order = stage.delivered(project, ids[3]).await;
        stage.by_buyer(order, reject()).await.unwrap();
        stage.shop.by_seller(order, Command::ConfirmGoodCondition).await.unwrap();
        stage.idle().await;
        // Divided by the dispute manager.
        let order = stage.delivered(project, ids[4]).await;
        stage.by_buyer(order, reject()).await.unwrap();
        stage.shop.by_seller(order, Command::SayNotGoodCondition { text: "No".to_owned() }).await.unwrap();
        stage.shop.by_seller(order, Command::RaiseDispute { text: "Look".to_owned() }).await.unwrap();
        assert_eq!(denied(stage.order_of(project, ids[5]).await), ProjectDenied::Locked(5), "disputed");
        let text = "Both erred".to_owned();
        let rule = Command::Rule { to_buyer: 400_000, reason: RulingReason::SharedFault, text };
        let act = crate::support::shop::act(backend::service::access::OrderRef::Id(order), rule, "rule");
        on.backend.act(Some(&manager), act).await.unwrap();
        assert_eq!(denied(stage.order_of(project, ids[5]).await), ProjectDenied::Locked(5), "nobody paid yet");
        stage.idle().await;
        stage.completed(project, ids[5]).await;
        let path = stage.view(project).await.milestones;
        assert!(path.iter().all(|one| one.progress == Progress::Ended));
        // Each paid 10,500: all back, less the fee, released, all back, two fifths back, released.
        let refunded = 1_050_000 + 1_000_000 + 1_050_000 + 420_000;
        let fees = 50_000 + 65_750 + (30_000 + 9_450) + 65_750;
        let [planned, paid_in, held, _, back, kept] = stage.totals(project).await;
        assert_eq!([planned, paid_in, held, back, kept], [0, 6_300_000, 0, refunded, fees]);
        on.backend.end_project(&stage.buyer, project, true).await.unwrap();
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_rejected_milestone_is_delivered_a_second_time_and_accepted() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000", "30,000"]).await;
        stage.completed(project, ids[0]).await;
        let order = stage.delivered(project, ids[1]).await;
        let locked = async |when: &str| {
            assert_eq!(denied(stage.order_of(project, ids[2]).await), ProjectDenied::Locked(2), "{when}");
            assert_eq!(stage.view(project).await.milestones[1].progress, Progress::Running, "{when}");
        };
        let reject = Command::Reject { reason: RejectReason::Incomplete, text: "A wall is missing".to_owned() };
        stage.by_buyer(order, reject).await.unwrap();
        locked("rejected").await;
        stage.shop.by_seller(order, Command::OfferSecondDelivery).await.unwrap();
        locked("a second delivery offered").await;
        stage.by_buyer(order, Command::AgreeSecondDelivery).await.unwrap();
        assert_eq!(stage.status(order).await, Status::PendingSecond);
        locked("a second delivery agreed").await;
        stage.shop.by_seller(order, deliver()).await.unwrap();
        locked("delivered again").await;
        stage.by_buyer(order, Command::Accept).await.unwrap();
        locked("accepted").await;
        stage.idle().await;
        let lines = stage.shop.ledger_of(order).await;
        assert_eq!(
            lines,
            [
                "hold clearing:sandbox debit 2050000",
                "hold fee_hold:… credit 50000",
                "hold hold:… credit 2000000",
                "release expense:gateway credit 30750",
                "release fee_hold:… debit 50000",
                "release hold:… debit 2000000",
                "release payable:… credit 1969250",
                "release revenue:escrow_fee credit 50000",
                "payout clearing:sandbox credit 1969250",
                "payout payable:… debit 1969250",
            ]
        );
        stage.completed(project, ids[2]).await;
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_project_is_closed_when_everything_ended_and_cancelled_when_nothing_runs() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, _) = stage.project(&[]).await;
        let close = async |project, completed| on.backend.end_project(&stage.buyer, project, completed).await;
        assert_eq!(denied(close(project, true).await), ProjectDenied::Empty);
        let first = stage.add(project, "Foundations", "10,000").await;
        assert_eq!(denied(close(project, true).await), ProjectDenied::NeverPaid(1));
        let order = stage.order_of(project, first).await.unwrap();
        assert_eq!(stage.may_not_end(project).await, [ProjectDenied::Running(1); 2]);
        stage.pay_order(order).await;
        assert_eq!(stage.may_not_end(project).await, [ProjectDenied::Running(1); 2]);
        stage.shop.by_seller(order, deliver()).await.unwrap();
        stage.by_buyer(order, Command::Accept).await.unwrap();
        assert_eq!(stage.may_not_end(project).await, [ProjectDenied::Running(1); 2], "nobody paid yet");
        stage.idle().await;
        let second = stage.add(project, "Walls", "20,000").await;
        assert_eq!(denied(close(project, true).await), ProjectDenied::NeverPaid(2));
        on.backend.remove_milestone(&stage.buyer, project, second).await.unwrap();
        close(project, true).await.unwrap();

        let (cancelled, ids) = stage.project(&["10,000", "20,000", "30,000"]).await;
        stage.completed(cancelled, ids[0]).await;
        stage.pay(cancelled, ids[1]).await;
        assert_eq!(stage.may_not_end(cancelled).await, [ProjectDenied::Running(2); 2]);
        on.later(Duration::days(15));
        stage.idle().await;
        close(cancelled, false).await.unwrap();
        let expected = [(project, ProjectStatus::Completed), (cancelled, ProjectStatus::Cancelled)];
        for (project, status) in expected {
            let view = stage.view(project).await;
            assert_eq!((view.project.status, view.acts), (status, false));
            assert!(view.project.ended_at.is_some());
            let before = format!("{:?}", view.milestones);
            let at = (project, view.milestones.last().unwrap().milestone.step.id, ChangeRequestId(Uuid::now_v7()));
            let answers = stage.everything(&stage.buyer, at).await.into_iter().take(OF_BUYER);
            let of_seller = stage.everything(&stage.shop.seller, at).await.into_iter().skip(OF_BUYER);
            for (command, answer) in answers.chain(of_seller) {
                assert_eq!(denied(answer), ProjectDenied::Closed, "{command}");
            }
            assert_eq!(format!("{:?}", stage.view(project).await.milestones), before);
        }
        let mails = on.mails_to(SELLER).await;
        for subject in ["A house: the project is completed", "A house: the project is cancelled"] {
            assert_eq!(mails.iter().filter(|mail| mail.subject == subject).count(), 1, "{subject}");
        }
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn two_projects_of_the_same_people_do_not_disturb_each_other() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (one, of_one) = stage.rolling(&["100,000", "50,000"]).await;
        let (two, of_two) = stage.rolling(&["10,000", "20,000"]).await;
        let order = stage.delivered(one, of_one[0]).await;
        stage.carried(order, 3_000_000).await;
        assert_eq!(stage.totals(two).await, [3_000_000, 0, 0, 0, 0, 0]);
        let shown = format!("{:?}", stage.view(one).await.milestones);
        for (project, milestone) in [(two, of_one[1]), (one, of_two[0])] {
            let buyer = &stage.buyer;
            let moved = on.backend.move_milestone(buyer, project, milestone, 0).await;
            let placed = on.backend.order_of_milestone(buyer, project, milestone).await;
            for outcome in [moved, placed.map(drop)] {
                assert!(matches!(outcome, Err(backend::Error::NotFound)), "{outcome:?}");
            }
        }
        stage.pay(two, of_two[0]).await;
        let second = stage.order_of(two, of_two[1]).await;
        assert_eq!(denied(second), ProjectDenied::Locked(1), "by its own first, not by the other project's");
        stage.idle().await;
        assert_eq!(stage.totals(two).await, [2_000_000, 1_050_000, 1_050_000, 0, 0, 0]);
        assert_ne!(format!("{:?}", stage.view(one).await.milestones), shown, "paid out meanwhile");
        let listed = on.backend.project_list(&stage.buyer, 0).await.unwrap();
        let paid_in: Vec<_> = listed.rows.iter().map(|row| (row.project.id, row.totals.paid_in.minor())).collect();
        assert_eq!(paid_in, [(two, 1_050_000), (one, 10_150_000)]);
        stage.shop.books_are_right().await;
    })
    .await;
}
