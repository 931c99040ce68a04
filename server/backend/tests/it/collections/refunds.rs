//! Refunds, what they wait for, and what the marketplace owes meanwhile.

use super::world::{ALL, World, fields, refused, sum};
use crate::support::on_each;
use backend::Error;
use backend::service::instamojo::{CollectionStatus, NewRefund, SendStatus};
use domain::collection::SplitDenied;
use domain::ids::PaymentRequestId;
use domain::ledger::LedgerAccount;
use time::Duration;

/// What the rail charges for a payment of 1000 rupees, with the tax on it.
const FEES: i64 = 2_300 + 414;

impl World<'_> {
    /// What the rail sent back to buyers, paise, and how often it was told to.
    async fn sent_back(&self) -> (i64, i64) {
        let sums = sum("amount_minor");
        let sent = self.on.number(&format!("SELECT {sums} FROM sandbox_transfers WHERE kind = 'refund'")).await;
        (sent, self.on.number("SELECT COUNT(*) FROM sandbox_transfers WHERE kind = 'refund'").await)
    }

    async fn case(&self, code: &str) -> (SendStatus, i32) {
        let case = self.cases(code).await.remove(0);
        (case.status(), case.progress.attempts)
    }
}

#[tokio::test]
async fn whoever_credits_everything_owes_the_fees_until_later_commission_covers_them() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "600").await;
        world.credit(&code, "2", 1, "400").await;
        assert_eq!(world.collection(&code).await.left, -FEES);
        world.fulfil(&code).await;
        world.work().await;
        assert_eq!(world.collection(&code).await.left, -FEES);
        assert_eq!(world.ledger(&LedgerAccount::Receivable(world.collection(&code).await.id)).await, FEES);
        assert_eq!(world.balance(world.marketplace).await, 0);
        world.books_are_right().await;
        let other = world.paid("500").await;
        assert_eq!(world.collection(&code).await.left, -FEES, "nothing is commission before its payment is fulfilled");
        world.fulfil(&other).await;
        world.work().await;
        assert_eq!(world.collection(&code).await.left, 0);
        assert_eq!(world.balance(world.marketplace).await, 50_000 - 1_300 - 234 - FEES);
        assert_eq!((world.balance(world.merchant(0)).await, world.balance(world.merchant(1)).await), (60_000, 40_000));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_refund_of_what_was_distributed_waits_until_it_is_covered() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "1000").await;
        world.fulfil(&code).await;
        let case = world.refund(&code, "400", "first").await.unwrap();
        assert_eq!(case.status(), SendStatus::Queued);
        for _ in 0..30 {
            world.work().await;
            assert_eq!((world.case(&code).await, world.sent_back().await), ((SendStatus::Queued, 0), (0, 0)));
            on.later(Duration::hours(1));
        }
        assert_eq!(world.collection(&code).await.left, -FEES - 40_000);
        world.books_are_right().await;
        // A part of it is not enough: nobody lends the rest.
        world.debit(&code, "2", 0, "399.99").await.unwrap();
        world.work().await;
        assert_eq!(world.case(&code).await, (SendStatus::Queued, 0));
        world.debit(&code, "3", 0, "0.01").await.unwrap();
        world.work().await;
        assert_eq!((world.case(&code).await, world.sent_back().await), ((SendStatus::Paid, 1), (40_000, 1)));
        let it = world.collection(&code).await;
        assert_eq!([it.credited, it.debited, it.refunded, it.left], [100_000, 40_000, 40_000, -FEES]);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn later_commission_covers_a_refund_too() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        world.credit(&code, "1", 0, "1000").await;
        world.refund(&code, "100", "first").await.unwrap();
        world.work().await;
        assert_eq!(world.case(&code).await, (SendStatus::Queued, 0));
        let other = world.paid("1000").await;
        world.fulfil(&other).await;
        world.work().await;
        assert_eq!((world.case(&code).await, world.sent_back().await), ((SendStatus::Paid, 1), (10_000, 1)));
        assert_eq!(world.collection(&code).await.left, 0);
        assert_eq!(world.balance(world.marketplace).await, 100_000 - FEES - 10_000 - FEES);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_short_payment_goes_back() {
    on_each(async |on| {
        let world = World::open(on).await;
        let request = world.request("1000").await;
        let it = world.pay(request.id, "4000 0000 0000 0093").await;
        assert_eq!((it.status, it.left, it.fulfilled_at), (CollectionStatus::Returned, 0, None));
        assert!(it.failure.unwrap().starts_with("Another amount arrived"));
        assert_eq!(world.sent_back().await, (99_900, 1));
        assert_eq!(world.ledger(&LedgerAccount::PaymentRefund(it.id)).await, 0);
        assert!(matches!(world.settle(&it.code, "1", "CREDIT", 0, "1").await, Err(Error::NotFound)));
        refused(on.backend.fulfil(world.marketplace, &it.code).await);
        refused(world.refund(&it.code, "1", "first").await);
        assert!(world.cases(&it.code).await.is_empty(), "the marketplace refunded nothing");
        assert!(on.backend.refund_cases(&world.app, ALL).await.unwrap().0.is_empty());
        // The link is not paid, so that the buyer can pay it.
        let again = world.pay(request.id, "4242 4242 4242 4242").await;
        assert_eq!(again.status, CollectionStatus::Succeeded);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn money_that_does_not_fit_and_cannot_go_back_stays_owed() {
    on_each(async |on| {
        let world = World::open(on).await;
        let form = super::world::form("1000");
        let form = backend::service::instamojo::RequestForm { allow_repeated_payments: Some(false), ..form };
        let request: PaymentRequestId = world.request_by(&world.app, form).await.id;
        let (first, second) = (world.begin(request).await, world.begin(request).await);
        world.submit(&first, "4242 4242 4242 4242").await;
        world.work().await;
        on.later(Duration::seconds(1));
        world.submit(&second, "4000 0000 0000 5126").await;
        world.work().await;
        let all = on.backend.collections_of_request(request).await.unwrap();
        let returned = all.iter().find(|it| it.status == CollectionStatus::Returned).unwrap();
        for attempt in 1..4 {
            let owed = world.ledger(&LedgerAccount::PaymentRefund(returned.id)).await;
            assert_eq!((owed, world.sent_back().await.1), (100_000, attempt));
            world.books_are_right().await;
            on.later(Duration::hours(24));
            world.work().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_the_rail_refuses_stays_owed_and_is_tried_every_day() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid_with("1000", "4000 0000 0000 5126").await;
        world.refund(&code, "400", "first").await.unwrap();
        world.work().await;
        let it = world.collection(&code).await;
        for attempt in 1..4 {
            assert_eq!(world.case(&code).await, (SendStatus::Failed, attempt));
            assert_eq!(world.ledger(&LedgerAccount::PaymentRefund(it.id)).await, 40_000);
            world.books_are_right().await;
            on.later(Duration::hours(23));
            world.work().await;
            assert_eq!(world.case(&code).await, (SendStatus::Failed, attempt), "not before its time");
            on.later(Duration::hours(1));
            world.work().await;
        }
        let case = world.cases(&code).await.remove(0);
        assert!(case.progress.failure.is_some() && case.progress.reference.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_refund_of_which_the_rail_does_not_know_is_asked_about_and_not_sent_twice() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid_with("1000", "4000 0000 0000 7726").await;
        world.refund(&code, "400", "first").await.unwrap();
        world.work().await;
        assert_eq!(world.case(&code).await, (SendStatus::Unknown, 1));
        world.books_are_right().await;
        on.later(Duration::minutes(4));
        world.work().await;
        assert_eq!(world.case(&code).await, (SendStatus::Unknown, 1));
        on.later(Duration::minutes(1));
        world.work().await;
        assert_eq!((world.case(&code).await, world.sent_back().await), ((SendStatus::Paid, 1), (40_000, 1)));
        assert!(world.cases(&code).await[0].progress.reference.is_some());
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn refunds_are_named_from_the_second_on_and_end_with_the_payment() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        let ask = async |reason: &str, body: &str, amount: Option<&str>, name: Option<&str>| {
            let new = NewRefund {
                reason: reason.to_owned(),
                body: body.to_owned(),
                amount: amount.map(str::to_owned),
                transaction_id: name.map(str::to_owned),
            };
            on.backend.refund_collection(world.marketplace, &code, new).await
        };
        assert_eq!(fields(ask("", " ", Some("0"), None).await), ["type", "body", "refund_amount"]);
        assert_eq!(fields(ask("XXX", "why", Some("1"), None).await), ["type"]);
        let words = SplitDenied::RefundsMoreThanPaid.words();
        assert_eq!(refused(ask("QFL", "why", Some("1000.01"), None).await), words);
        let first = ask("QFL", "why", Some("400"), None).await.unwrap();
        assert_eq!((first.amount, first.amount_text.as_str()), (40_000, "400"));
        assert_eq!(fields(ask("QFL", "why", Some("1"), None).await), ["transaction_id"]);
        ask("TNR", "why", Some("100"), Some("a")).await.unwrap();
        assert_eq!(fields(ask("TNR", "why", Some("100"), Some("a")).await), ["transaction_id"]);
        assert_eq!(refused(ask("PTH", "why", Some("500.01"), Some("b")).await), words);
        let rest = ask("PTH", "why", None, Some("b")).await.unwrap();
        assert_eq!(rest.amount, 50_000);
        assert_eq!(refused(ask("PTH", "why", None, Some("c")).await), words);
        world.work().await;
        // Nothing was distributed: the buyer has everything, and the marketplace bears the charge.
        assert_eq!((world.sent_back().await, world.collection(&code).await.left), ((100_000, 3), -FEES));
        let (read, it) = on.backend.refund_case(&world.app, &first.code).await.unwrap();
        assert_eq!((read.id, it.code.as_str()), (first.id, code.as_str()));
        let user = world.user("asha").await;
        assert!(matches!(on.backend.refund_case(&user, &first.code).await, Err(Error::NotFound)));
        assert_eq!(on.backend.refund_cases(&world.app, ALL).await.unwrap().1, 3);
        world.books_are_right().await;
    })
    .await;
}
