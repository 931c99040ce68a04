//! Debits that wait for a merchant's next credits.

use super::world::{ALL, World, fields, refused};
use crate::support::on_each;
use backend::Error;
use backend::service::instamojo::{Settlement, SettlementStatus};
use domain::collection::SplitDenied;
use time::Duration;

impl World<'_> {
    /// A merchant who was credited and paid out, and a refund of all of it.
    async fn paid_out_and_refunded(&self, amount: &str) -> String {
        let code = self.paid("1000").await;
        self.credit(&code, "1", 0, amount).await;
        self.on.later(Duration::days(7));
        self.work().await;
        assert_eq!(self.balance(self.merchant(0)).await, 0);
        self.refund(&code, amount, "first").await.unwrap();
        code
    }

    async fn listed(&self, code: &str) -> Vec<(String, SettlementStatus)> {
        let (all, _) = self.on.backend.settlements(self.marketplace, code, ALL).await.unwrap();
        all.into_iter().map(|one| (one.settlement_id, one.status)).collect()
    }
}

#[track_caller]
fn waits(done: Result<Settlement, Error>) {
    let settlement = done.unwrap();
    assert_eq!((settlement.status, settlement.done_at), (SettlementStatus::Queued, None));
}

#[tokio::test]
async fn they_are_taken_from_the_next_credits_oldest_first_and_none_is_overtaken() {
    on_each(async |on| {
        let world = World::open(on).await;
        world.bank(world.merchant(0), "123456789").await;
        let (one, two) = (world.paid_out_and_refunded("500").await, world.paid_out_and_refunded("300").await);
        assert_eq!(refused(world.debit(&one, "2", 0, "500").await), SplitDenied::Balance.words());
        waits(world.queue(&one, "2", 0, "500").await);
        on.later(Duration::seconds(1));
        waits(world.queue(&two, "2", 0, "100").await);
        on.later(Duration::seconds(1));
        let next = world.paid("2000").await;
        // Less than the oldest: the smaller one behind it waits too.
        world.credit(&next, "1", 0, "499.99").await;
        world.work().await;
        assert_eq!(world.balance(world.merchant(0)).await, 49_999);
        // And so does one that comes now, although there is enough for it.
        waits(world.queue(&two, "3", 0, "50").await);
        assert_eq!(world.balance(world.merchant(0)).await, 49_999);
        world.credit(&next, "2", 0, "0.01").await;
        assert_eq!(world.balance(world.merchant(0)).await, 0);
        assert_eq!(world.listed(&one).await[1], ("2".to_owned(), SettlementStatus::Done));
        assert_eq!(world.listed(&two).await[1], ("2".to_owned(), SettlementStatus::Queued));
        world.credit(&next, "3", 0, "150").await;
        assert!(world.listed(&two).await.iter().all(|(_, status)| *status == SettlementStatus::Done));
        let it = world.collection(&two).await;
        assert_eq!((it.debited, world.balance(world.merchant(0)).await), (15_000, 0));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn one_that_is_covered_moves_at_once() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "500").await;
        world.refund(&code, "500", "first").await.unwrap();
        let settlement = world.queue(&code, "2", 0, "500").await.unwrap();
        assert_eq!((settlement.status, settlement.done_at), (SettlementStatus::Done, Some(on.backend.now())));
        assert_eq!(world.balance(world.merchant(0)).await, 0);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_queued_counts_until_it_is_cancelled() {
    on_each(async |on| {
        let world = World::open(on).await;
        world.bank(world.merchant(0), "123456789").await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "300").await;
        world.credit(&code, "2", 1, "300").await;
        on.later(Duration::days(7));
        world.work().await;
        world.refund(&code, "500", "first").await.unwrap();
        waits(world.queue(&code, "3", 0, "250").await);
        // Of the merchant's credits 50 are left, of the refund 250.
        assert_eq!(refused(world.queue(&code, "4", 0, "50.01").await), SplitDenied::MoreThanCredited.words());
        assert_eq!(refused(world.debit(&code, "4", 1, "250.01").await), SplitDenied::MoreThanRefunded.words());
        assert_eq!(fields(world.queue(&code, "3", 0, "1").await), ["settlement_id"]);
        let cancel = async |name: &str| on.backend.cancel_settlement(world.marketplace, &code, name).await;
        let cancelled = cancel("3").await.unwrap();
        assert_eq!((cancelled.status, cancelled.amount), (SettlementStatus::Cancelled, 25_000));
        assert_eq!(fields(world.queue(&code, "3", 0, "1").await), ["settlement_id"], "its name stays taken");
        world.debit(&code, "4", 1, "300").await.unwrap();
        waits(world.queue(&code, "5", 0, "200").await);
        refused(cancel("3").await);
        refused(cancel("4").await);
        refused(cancel("1").await);
        assert!(matches!(cancel("unknown").await, Err(Error::NotFound)));
        let stranger = on.backend.cancel_settlement(world.merchant(0), &code, "5").await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        // A cancelled one is not collected.
        let next = world.paid("1000").await;
        world.credit(&next, "1", 0, "500").await;
        world.work().await;
        assert_eq!(world.balance(world.merchant(0)).await, 30_000);
        refused(cancel("5").await);
        assert_eq!(world.collection(&code).await.debited, 50_000);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn one_that_covers_a_refund_lets_it_go() {
    on_each(async |on| {
        let world = World::open(on).await;
        world.bank(world.merchant(0), "123456789").await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "1000").await;
        on.later(Duration::days(7));
        world.work().await;
        world.refund(&code, "1000", "first").await.unwrap();
        waits(world.queue(&code, "2", 0, "1000").await);
        world.work().await;
        assert_eq!(world.cases(&code).await[0].status().key(), "queued");
        let next = world.paid("2000").await;
        world.credit(&next, "1", 0, "1000").await;
        world.work().await;
        assert_eq!(world.cases(&code).await[0].status().key(), "paid");
        world.books_are_right().await;
    })
    .await;
}
