//! Payouts in batches that nobody sent: every order ends.

use super::accepted;
use crate::support::shop::Shop;
use crate::support::{TestBackend, on_each};
use backend::service::desk::{DeskPayout, PayoutBatchStatus};
use backend::service::order_view::PayoutStatus;
use backend::service::platform_forms::LimitsForm;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::Status;
use domain::permission::StaffRole;
use time::Duration;

async fn on_desk(on: &TestBackend, boss: &Viewer) -> Vec<DeskPayout> {
    let desk = on.backend.payout_desk(boss).await.unwrap();
    desk.waiting.into_iter().flat_map(|(_, rows)| rows).collect()
}

async fn leg(shop: &Shop<'_>, order: OrderId) -> (Status, PayoutStatus) {
    let view = shop.view(order).await;
    (view.order.status, view.payouts[0].status)
}

#[tokio::test]
async fn a_payout_in_a_batch_that_nobody_sends_for_90_days_is_set_aside() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let second = on.staff("second@example.com", StaffRole::Administrator).await;
        shop.bank("0123456789").await;
        let limits = LimitsForm {
            currency: "NGN".to_owned(),
            price_min: "100".to_owned(),
            price_max: "1,000,000".to_owned(),
            four_eyes: "10,000".to_owned(),
        };
        on.backend.set_limits(&boss, &limits).await.unwrap();
        on.backend.set_payout_settings(&boss, true, "").await.unwrap();
        // Above the limit nobody approves it; below it is approved at once, and nobody exports it.
        let mut batches = Vec::new();
        for (amount, status) in [("50,000", PayoutBatchStatus::Made), ("5,000", PayoutBatchStatus::Approved)] {
            let (order, _) = accepted(&shop, "bob@example.com", amount).await;
            on.backend.run_until_idle().await.unwrap();
            let payout = on_desk(on, &boss).await.remove(0).payout.id;
            let batch = on.backend.make_batch(&boss, &[payout]).await.unwrap();
            assert_eq!(on.backend.payout_batch(&boss, batch).await.unwrap().batch.status, status);
            batches.push((order, batch));
        }
        on.later(Duration::days(89));
        on.backend.run_until_idle().await.unwrap();
        let (made, approved) = (batches[0].0, batches[1].0);
        assert_eq!(leg(&shop, made).await, (Status::Accepted, PayoutStatus::Queued));
        assert_eq!(leg(&shop, approved).await, (Status::Accepted, PayoutStatus::Approved));
        on.later(Duration::days(2));
        let other = on.another_process().await;
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        for (order, batch) in &batches {
            assert_eq!(leg(&shop, *order).await, (Status::Completed, PayoutStatus::Unclaimed));
            let lines = shop.ledger_of(*order).await;
            let aside = lines.iter().filter(|line| line.starts_with("unclaimed unclaimed:… credit ")).count();
            assert_eq!(aside, 1, "{lines:?}");
            assert!(on.backend.payout_batch(&boss, *batch).await.unwrap().payouts.is_empty());
        }
        shop.books_are_right().await;
        // Still owed: brought back by the administrator, it leaves with another batch.
        let stuck = on.backend.stuck_payouts(&boss, 10).await.unwrap();
        assert_eq!(stuck.len(), 2);
        for row in &stuck {
            on.backend.retry_payout(&boss, row.payout.id).await.unwrap();
        }
        on.backend.run_until_idle().await.unwrap();
        let ids: Vec<_> = on_desk(on, &boss).await.iter().map(|row| row.payout.id).collect();
        assert_eq!(ids.len(), 2);
        let batch = on.backend.make_batch(&boss, &ids).await.unwrap();
        on.backend.approve_batch(&second, batch).await.unwrap();
        assert_eq!(leg(&shop, made).await, (Status::Completed, PayoutStatus::Approved));
        shop.books_are_right().await;
    })
    .await;
}
