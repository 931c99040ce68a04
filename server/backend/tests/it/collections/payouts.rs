//! Payouts of balances: three working days later, to a bank that takes them, of what is neither queued nor owed.

use super::world::{ALL, World, refused};
use crate::support::on_each;
use crate::support::shop::CARD;
use backend::service::instamojo::{PayoutFilter, SendStatus};
use domain::collection::SplitDenied;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// Money of the Friday on which every clock starts is payable from then on.
const WEDNESDAY: OffsetDateTime = datetime!(2026-11-25 00:00 UTC);

impl World<'_> {
    /// How the payouts of a merchant stand, newest first.
    async fn payouts_of(&self, username: &str) -> Vec<(SendStatus, i64)> {
        let user = self.user(username).await;
        let (payouts, total) = self.on.backend.balance_payouts(&user, &PayoutFilter::default(), ALL).await.unwrap();
        assert_eq!(total, payouts.len() as u64);
        payouts.iter().map(|payout| (payout.status(), payout.amount)).collect()
    }

    /// A merchant with 600 rupees that are payable on Wednesday, and the payment they are of.
    async fn earned(&self, number: &str) -> String {
        self.bank(self.merchant(0), number).await;
        let code = self.paid("1000").await;
        self.credit(&code, "1", 0, "600").await;
        code
    }
}

#[tokio::test]
async fn a_settlement_is_paid_out_on_the_third_working_day_after_it() {
    on_each(async |on| {
        let world = World::open(on).await;
        on.backend.set_payout_settings(&world.admin, false, "2026-11-24").await.unwrap();
        let code = world.earned("123456789").await;
        // The weekend and the holiday on Tuesday do not count.
        world.until(datetime!(2026-11-23 10:00 UTC)).await;
        world.credit(&code, "2", 0, "100").await;
        world.until(datetime!(2026-11-25 23:59 UTC)).await;
        assert_eq!((world.balance(world.merchant(0)).await, world.payouts_of("asha").await), (70_000, vec![]));
        world.until(datetime!(2026-11-26 00:00 UTC)).await;
        assert_eq!(world.payouts_of("asha").await, [(SendStatus::Paid, 60_000)]);
        world.until(datetime!(2026-11-26 23:59 UTC)).await;
        assert_eq!(world.balance(world.merchant(0)).await, 10_000);
        world.until(datetime!(2026-11-27 00:00 UTC)).await;
        assert_eq!(world.payouts_of("asha").await, [(SendStatus::Paid, 10_000), (SendStatus::Paid, 60_000)]);
        let user = world.user("asha").await;
        let (payouts, _) = on.backend.balance_payouts(&user, &PayoutFilter::default(), ALL).await.unwrap();
        let read = on.backend.balance_payout(&user, &payouts[0].id.simple().to_string()).await.unwrap();
        assert_eq!((read.amount, read.progress.attempts), (10_000, 1));
        let other = world.user("bala").await;
        assert!(on.backend.balance_payout(&other, &payouts[0].id.simple().to_string()).await.is_err());
        let sent = "SELECT COUNT(*) FROM sandbox_transfers WHERE kind = 'payout' AND account_number = '123456789'";
        assert_eq!(on.number(sent).await, 2);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn commission_is_paid_out_to_the_marketplace_likewise() {
    on_each(async |on| {
        let world = World::open(on).await;
        world.bank(world.marketplace, "555556789").await;
        let code = world.earned("123456789").await;
        world.until(datetime!(2026-11-24 10:00 UTC)).await;
        world.fulfil(&code).await;
        world.until(datetime!(2026-11-26 23:59 UTC)).await;
        let commission = 100_000 - 60_000 - 2_714;
        assert_eq!(world.balance(world.marketplace).await, commission);
        world.until(datetime!(2026-11-27 00:00 UTC)).await;
        assert_eq!((world.balance(world.marketplace).await, world.paid_out(world.marketplace).await), (0, commission));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_account_frees_the_balance_and_new_details_are_paid_after_their_day() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.earned("123450002").await;
        world.until(WEDNESDAY).await;
        assert_eq!(world.payouts_of("asha").await, [(SendStatus::Failed, 60_000)]);
        let asha = world.merchant(0);
        assert_eq!((world.balance(asha).await, world.on_the_way(asha).await), (60_000, 0));
        world.books_are_right().await;
        // It is not on its way, so a refund can have a part of it.
        world.refund(&code, "100", "first").await.unwrap();
        world.debit(&code, "2", 0, "100").await.unwrap();
        world.until(WEDNESDAY + Duration::hours(23)).await;
        assert_eq!(world.payouts_of("asha").await.len(), 1, "not before its time");
        world.until(WEDNESDAY + Duration::hours(24)).await;
        assert_eq!(world.payouts_of("asha").await, [(SendStatus::Failed, 50_000), (SendStatus::Failed, 60_000)]);
        on.later(Duration::hours(1));
        world.bank(asha, "123456789").await;
        world.work().await;
        assert_eq!(world.payouts_of("asha").await.len(), 2, "changed details wait a day");
        world.until(WEDNESDAY + Duration::hours(49)).await;
        assert_eq!(world.payouts_of("asha").await[0], (SendStatus::Paid, 50_000));
        assert_eq!((world.balance(asha).await, world.payouts_of("asha").await.len()), (0, 3));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_payout_of_which_the_bank_does_not_know_is_asked_about_and_not_sent_twice() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.earned("123450009").await;
        world.refund(&code, "600", "first").await.unwrap();
        world.until(WEDNESDAY).await;
        let asha = world.merchant(0);
        assert_eq!(world.payouts_of("asha").await, [(SendStatus::Unknown, 60_000)]);
        assert_eq!((world.balance(asha).await, world.on_the_way(asha).await), (60_000, 60_000));
        // What is on its way cannot be taken back.
        assert_eq!(refused(world.debit(&code, "2", 0, "0.01").await), SplitDenied::Balance.words());
        world.books_are_right().await;
        // New details do not turn around what is on its way.
        world.bank(asha, "123456789").await;
        world.until(WEDNESDAY + Duration::minutes(5)).await;
        assert_eq!(world.payouts_of("asha").await, [(SendStatus::Paid, 60_000)]);
        assert_eq!((world.balance(asha).await, world.on_the_way(asha).await), (0, 0));
        assert_eq!(on.number("SELECT COUNT(*) FROM sandbox_transfers WHERE kind = 'payout'").await, 1);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_queued_for_a_debit_is_not_paid_out() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.earned("123456789").await;
        world.until(WEDNESDAY).await;
        let asha = world.merchant(0);
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (0, 60_000));
        world.refund(&code, "600", "first").await.unwrap();
        world.queue(&code, "2", 0, "600").await.unwrap();
        let other = world.paid("2000").await;
        world.credit(&other, "1", 0, "599.99").await;
        world.until(WEDNESDAY + Duration::days(14)).await;
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (59_999, 60_000));
        world.credit(&other, "2", 0, "300").await;
        assert_eq!(world.balance(asha).await, 29_999, "the debit came first");
        world.until(WEDNESDAY + Duration::days(28)).await;
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (0, 60_000 + 29_999));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_marketplace_owes_is_not_paid_out_to_it() {
    on_each(async |on| {
        let world = World::open(on).await;
        world.bank(world.marketplace, "555556789").await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "1000").await;
        world.refund(&code, "1000", "first").await.unwrap();
        let owed = 100_000 + 2_714;
        let other = world.paid("500").await;
        world.fulfil(&other).await;
        world.until(WEDNESDAY + Duration::days(14)).await;
        let first = 50_000 - 1_534;
        assert_eq!((world.paid_out(world.marketplace).await, world.collection(&code).await.left), (0, first - owed));
        let other = world.paid("2000").await;
        world.fulfil(&other).await;
        world.until(WEDNESDAY + Duration::days(28)).await;
        let second = 200_000 - 4_300 - 774;
        assert_eq!(world.paid_out(world.marketplace).await, first + second - owed);
        assert_eq!(world.collection(&code).await.left, 0);
        assert_eq!(world.cases(&code).await[0].status(), SendStatus::Paid);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_credit_of_money_that_went_back_is_paid_out_once_the_marketplace_covers_it() {
    on_each(async |on| {
        let world = World::open(on).await;
        let (asha, bala) = (world.merchant(0), world.merchant(1));
        world.bank(asha, "123456789").await;
        world.bank(bala, "987654321").await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 1, "100").await;
        on.later(Duration::seconds(1));
        world.refund(&code, "800", "first").await.unwrap();
        world.work().await;
        assert_eq!(world.cases(&code).await[0].status(), SendStatus::Paid);
        on.later(Duration::seconds(1));
        // The contract allows it (R13), and the buyer's money is gone already.
        world.credit(&code, "2", 0, "900").await;
        world.until(WEDNESDAY + Duration::days(14)).await;
        assert_eq!((world.balance(bala).await, world.paid_out(bala).await), (0, 10_000));
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (80_000, 10_000));
        world.books_are_right().await;
        // It can be taken back, and pays no refund of the merchant's own.
        let own =
            world.pay(world.request_by(&world.user("asha").await, super::world::form("1000")).await.id, CARD).await;
        world.refund(&own.code, "1000", "first").await.unwrap();
        world.work().await;
        assert_eq!(world.cases(&own.code).await[0].status(), SendStatus::Paid, "of its own money, but for the fee");
        assert_eq!((world.balance(asha).await, world.collection(&own.code).await.left), (80_000, -2_714));
        let other = world.paid("3000").await;
        world.fulfil(&other).await;
        world.until(WEDNESDAY + Duration::days(28)).await;
        assert_eq!((world.collection(&code).await.left, world.collection(&own.code).await.left), (0, 0));
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (0, 90_000 - 2_714));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_paid_whose_identity_was_not_checked_or_whose_bank_is_unknown() {
    on_each(async |on| {
        let world = World::open(on).await;
        world.earned("123456789").await;
        let other = world.paid("1000").await;
        world.credit(&other, "1", 1, "500").await;
        let asha = world.merchant(0);
        on.execute("UPDATE accounts SET identity_verified_at = NULL WHERE id = $1", [asha.0.into()]).await;
        world.until(WEDNESDAY + Duration::days(14)).await;
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (60_000, 0));
        assert_eq!((world.balance(world.merchant(1)).await, world.paid_out(world.merchant(1)).await), (50_000, 0));
        world.books_are_right().await;
        let person = on.backend.account_of("asha@example.com").await.unwrap().unwrap();
        let person = on.backend.viewer(person).await.unwrap().unwrap();
        on.backend.verify_identity_in_sandbox(&person).await.unwrap();
        world.bank(world.merchant(1), "987654321").await;
        world.work().await;
        assert_eq!((world.balance(asha).await, world.paid_out(asha).await), (0, 60_000));
        assert_eq!((world.balance(world.merchant(1)).await, world.paid_out(world.merchant(1)).await), (0, 50_000));
        world.books_are_right().await;
    })
    .await;
}
