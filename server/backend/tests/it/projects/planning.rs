//! The buyer plans: adds, changes, moves and removes what is not paid.

use super::stage::{Stage, denied, plan, wrong_fields};
use crate::support::on_each;
use crate::support::shop::CARD;
use backend::Error;
use backend::service::projects::MilestoneForm;
use domain::order::{Denied, Status};
use domain::project::{MILESTONES_MAX, Progress, ProjectDenied};
use futures::future::join_all;
use time::Duration;

#[tokio::test]
async fn a_wrong_form_names_every_field_and_changes_nothing() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, milestones) = stage.project(&["10,000"]).await;
        let forms = [
            (plan("", "much"), vec!["title", "amount"]),
            (plan("Roof", "0.50"), vec!["amount"]),
            (plan("Roof", "100,000,000,000"), vec!["amount"]),
            (MilestoneForm { description: "x".repeat(4_001), ..plan("Roof", "1,000") }, vec!["description"]),
            (
                MilestoneForm { delivery_days: "91".to_owned(), ..plan("two\nlines", "-5") },
                vec!["title", "amount", "delivery_days"],
            ),
            (MilestoneForm { delivery_days: "0".to_owned(), ..plan("Roof", "1,000") }, vec!["delivery_days"]),
        ];
        let before = format!("{:?}", stage.view(project).await.milestones);
        for (form, expected) in forms {
            let key = on.backend.form_key();
            let added = on.backend.add_milestone(&stage.buyer, project, &form, &key).await;
            assert_eq!(wrong_fields(added), expected, "{form:?}");
            let edited = on.backend.edit_milestone(&stage.buyer, project, milestones[0], &form).await;
            assert_eq!(wrong_fields(edited), expected, "{form:?}");
        }
        let named = on.backend.change_project_facts(&stage.buyer, project, "", &"x".repeat(4_001)).await;
        assert_eq!(wrong_fields(named), ["name", "description"]);
        let view = stage.view(project).await;
        assert_eq!(format!("{:?}", view.milestones), before);
        assert_eq!((view.project.name.as_str(), view.history.len()), ("A house", 2));
        on.backend.change_project_facts(&stage.buyer, project, " A villa ", "Five rooms").await.unwrap();
        let project = stage.view(project).await.project;
        assert_eq!((project.name.as_str(), project.description.as_str()), ("A villa", "Five rooms"));
    })
    .await;
}

#[tokio::test]
async fn the_same_form_adds_once_and_a_project_has_fifty_milestones_at_most() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, _) = stage.project(&[]).await;
        let other = on.another_process().await;
        let form = plan("Roof", "1,000");
        let sent = (0..8).map(|n| {
            let (backend, buyer, form) = (if n % 2 == 0 { &on.backend } else { &other }, &stage.buyer, &form);
            async move { backend.add_milestone(buyer, project, form, "one key").await.unwrap() }
        });
        let mut added = join_all(sent).await;
        added.dedup();
        assert_eq!(added.len(), 1);
        let changed = on.backend.add_milestone(&stage.buyer, project, &plan("Roof", "2,000"), "one key").await;
        assert!(matches!(changed, Err(Error::KeyReused)), "{changed:?}");
        for n in 2..=MILESTONES_MAX {
            stage.add(project, &format!("Phase {n}"), "1,000").await;
        }
        let more = on.backend.add_milestone(&stage.buyer, project, &form, &on.backend.form_key()).await;
        assert_eq!(denied(more), ProjectDenied::TooMany);
        assert_eq!(stage.titles(project).await.len(), MILESTONES_MAX);
        assert_eq!(
            on.mails_to("seller@example.com").await.iter().filter(|mail| mail.subject.contains("“Roof”")).count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_not_paid_is_changed_moved_and_removed_by_the_buyer() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000", "30,000"]).await;
        let (backend, buyer) = (&on.backend, &stage.buyer);
        backend.move_milestone(buyer, project, ids[2], 0).await.unwrap();
        assert_eq!(stage.titles(project).await, ["Phase 3", "Phase 1", "Phase 2"]);
        backend.move_milestone(buyer, project, ids[2], 2).await.unwrap();
        backend.move_milestone(buyer, project, ids[1], 1).await.unwrap();
        assert_eq!(stage.titles(project).await, ["Phase 1", "Phase 2", "Phase 3"]);
        let far = backend.move_milestone(buyer, project, ids[0], 3).await;
        assert_eq!(denied(far), ProjectDenied::BeforePaid);
        let form = MilestoneForm { delivery_days: "3".to_owned(), ..plan("Windows", "25,000") };
        backend.edit_milestone(buyer, project, ids[1], &form).await.unwrap();
        backend.remove_milestone(buyer, project, ids[0]).await.unwrap();
        let twice = backend.remove_milestone(buyer, project, ids[0]).await;
        assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");
        for outcome in [
            backend.edit_milestone(buyer, project, ids[0], &form).await,
            backend.move_milestone(buyer, project, ids[0], 0).await,
            backend.order_of_milestone(buyer, project, ids[0]).await.map(drop),
        ] {
            assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
        }
        let view = stage.view(project).await;
        let shown: Vec<_> =
            view.milestones.iter().map(|path| (path.amount.minor(), path.milestone.delivery_days)).collect();
        assert_eq!(shown, [(2_500_000, 3), (3_000_000, 14)]);
        assert_eq!(view.totals.planned.minor(), 5_500_000);
        let kinds: Vec<_> = view.history.iter().rev().map(|line| format!("{:?}", line.what)).collect();
        for expected in
            ["MilestoneMoved", "MilestoneChanged, \"“Windows”: ₦25,000.00 instead of ₦20,000.00\"", "MilestoneRemoved"]
        {
            assert!(kinds.iter().any(|kind| kind.contains(expected)), "{expected}: {kinds:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_paid_stays_and_nothing_comes_before_it() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000", "30,000"]).await;
        let (backend, buyer) = (&on.backend, &stage.buyer);
        let mut order = stage.pay(project, ids[0]).await;
        for paid in 1..3 {
            let fixed = ids[paid - 1];
            for completed in [false, true] {
                if completed {
                    stage.shop.by_seller(order, crate::support::shop::deliver()).await.unwrap();
                    stage.by_buyer(order, domain::order::Command::Accept).await.unwrap();
                    stage.idle().await;
                }
                let form = plan("Cheaper", "1,000");
                assert_eq!(denied(backend.edit_milestone(buyer, project, fixed, &form).await), ProjectDenied::Paid);
                assert_eq!(denied(backend.remove_milestone(buyer, project, fixed).await), ProjectDenied::Paid);
                assert_eq!(denied(backend.order_of_milestone(buyer, project, fixed).await), ProjectDenied::Paid);
                for to in 0..3 {
                    assert_eq!(denied(backend.move_milestone(buyer, project, fixed, to).await), ProjectDenied::Paid);
                }
                for to in 0..paid {
                    let moved = backend.move_milestone(buyer, project, ids[2], to).await;
                    assert_eq!(denied(moved), ProjectDenied::BeforePaid);
                }
                assert_eq!(stage.view(project).await.first_open, paid);
            }
            if paid == 1 {
                order = stage.pay(project, ids[1]).await;
            }
        }
        assert_eq!(stage.titles(project).await, ["Phase 1", "Phase 2", "Phase 3"]);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_milestone_is_paid_by_a_new_order_at_its_new_price() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let old = stage.order_of(project, ids[0]).await.unwrap();
        let page = stage.page(old).await.unwrap();
        assert_eq!(stage.order_of(project, ids[0]).await.unwrap(), old, "looked at again");
        let progress = async || stage.view(project).await.milestones[0].progress;
        assert_eq!(progress().await, Progress::Unpaid);
        on.backend.edit_milestone(&stage.buyer, project, ids[0], &plan("Phase 1", "12,500")).await.unwrap();
        assert_eq!((stage.status(old).await, progress().await), (Status::Expired, Progress::Planned));
        let quote = on.backend.make_quote(Some(&stage.buyer), &backend::service::access::OrderRef::Id(old)).await;
        assert!(matches!(quote, Err(Error::Denied(Denied::WrongStatus { .. }))), "{quote:?}");
        let new = stage.order_of(project, ids[0]).await.unwrap();
        assert_ne!(new, old);
        let shown = stage.order(new).await;
        assert_eq!(
            (shown.price().minor(), shown.quote.total(), shown.order.terms.delivery_days),
            (1_250_000, 1_300_000, 14)
        );
        stage.pay_order(new).await;
        let held =
            ["hold clearing:sandbox debit 1300000", "hold fee_hold:… credit 50000", "hold hold:… credit 1250000"];
        assert_eq!(stage.shop.ledger().await, held);
        // Who left the old page open cannot pay there what is paid already.
        let late = on.backend.pay_in_sandbox(&page, CARD).await;
        assert!(matches!(late, Err(Error::Denied(_))), "{late:?}");
        assert_eq!(stage.shop.ledger().await, held);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn an_order_that_nobody_pays_in_time_leaves_the_milestone_planned() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let first = stage.order_of(project, ids[0]).await.unwrap();
        on.later(Duration::hours(73));
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Expired);
        let view = stage.view(project).await;
        assert_eq!((view.milestones[0].progress, view.milestones[0].order.is_some()), (Progress::Planned, false));
        assert_eq!(view.totals.planned.minor(), 3_000_000);
        let second = stage.order_of(project, ids[0]).await.unwrap();
        assert_ne!(second, first);
        stage.by_buyer(second, domain::order::Command::Cancel).await.unwrap();
        assert_eq!(stage.status(second).await, Status::Expired, "the buyer drops it");
        on.backend.remove_milestone(&stage.buyer, project, ids[0]).await.unwrap();
        assert_eq!(stage.status(first).await, Status::Expired, "its orders can still be looked at");
        stage.pay(project, ids[1]).await;
        assert_eq!(stage.totals(project).await[..2], [0, 2_050_000]);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_being_paid_is_not_changed_meanwhile() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let (backend, buyer) = (&on.backend, &stage.buyer);
        let order = stage.order_of(project, ids[0]).await.unwrap();
        // Some seconds later the money arrives.
        backend.pay_in_sandbox(&stage.page(order).await.unwrap(), "4000 0000 0000 3220").await.unwrap();
        for outcome in [
            backend.edit_milestone(buyer, project, ids[0], &plan("Phase 1", "9,000")).await,
            backend.move_milestone(buyer, project, ids[1], 0).await,
            backend.remove_milestone(buyer, project, ids[0]).await,
        ] {
            assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
        }
        on.later(Duration::seconds(10));
        stage.idle().await;
        assert_eq!(stage.status(order).await, Status::Pending);
        assert_eq!(stage.titles(project).await, ["Phase 1", "Phase 2"]);
        stage.shop.books_are_right().await;
    })
    .await;
}
