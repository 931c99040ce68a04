//! Many at once: each rule holds as if they came one after the other (R15).

use super::world::{World, form};
use crate::support::on_each;
use crate::support::shop::CARD;
use backend::service::instamojo::{CollectionStatus, NewRefund, NewSettlement, RequestForm, Settlement};
use backend::{Backend, Error};
use domain::collection::SplitDenied;
use domain::ids::AccountId;
use time::Duration;
use tokio::task::JoinHandle;

/// A settlement that many ask for at once.
struct Ask {
    code: String,
    kind: &'static str,
    merchant: AccountId,
    amount: &'static str,
}

impl World<'_> {
    /// Asks for all of them at once, half of them from another process.
    async fn settle_all(&self, other: &Backend, asks: Vec<Ask>) -> Vec<Result<Settlement, Error>> {
        let marketplace = self.marketplace;
        let all = asks.into_iter().enumerate().map(|(number, ask)| {
            let backend = if number % 2 == 0 { self.on.backend.clone() } else { other.clone() };
            let new = NewSettlement {
                settlement_id: number.to_string(),
                kind: ask.kind.to_owned(),
                submerchant: ask.merchant.0.simple().to_string(),
                amount: ask.amount.to_owned(),
                queue: false,
            };
            tokio::spawn(async move { backend.settle(marketplace, &ask.code, new).await })
        });
        ended(all.collect()).await
    }
}

async fn ended<T>(all: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut answers = Vec::new();
    for one in futures::future::join_all(all).await {
        answers.push(one.unwrap());
    }
    answers
}

/// What was done, paise; everything else was refused by one of these rules.
#[track_caller]
fn done(answers: &[Result<Settlement, Error>], rules: &[SplitDenied]) -> i64 {
    let amounts = answers.iter().map(|answer| match answer {
        Ok(settlement) => settlement.amount,
        Err(Error::Refused(words)) if rules.iter().any(|rule| rule.words() == *words) => 0,
        Err(other) => panic!("{other:?}"),
    });
    amounts.sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_credits_never_pass_the_payment() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = on.another_process().await;
        let code = world.paid("1000").await;
        let asks = (0..100).map(|number| Ask {
            code: code.clone(),
            kind: "CREDIT",
            merchant: world.merchant(number % 3),
            amount: "30",
        });
        let answers = world.settle_all(&other, asks.collect()).await;
        assert_eq!(done(&answers, &[SplitDenied::MoreThanPaid]), 99_000);
        let it = world.collection(&code).await;
        assert_eq!((it.credited, it.left), (99_000, 100_000 - 2_714 - 99_000));
        let mut held = 0;
        for merchant in 0..3 {
            held += world.balance(world.merchant(merchant)).await;
        }
        assert_eq!(held, 99_000);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_name_is_one_settlement() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        let all = (0..20).map(|_| {
            let (backend, marketplace, code) = (on.backend.clone(), world.marketplace, code.clone());
            let new = NewSettlement {
                settlement_id: "same".to_owned(),
                kind: "CREDIT".to_owned(),
                submerchant: world.merchant(0).0.simple().to_string(),
                amount: "10".to_owned(),
                queue: false,
            };
            tokio::spawn(async move { backend.settle(marketplace, &code, new).await })
        });
        let answers = ended(all.collect()).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(Error::Invalid(_)))).count(), 19);
        assert_eq!(world.balance(world.merchant(0)).await, 1_000);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn debits_never_pass_the_refund_nor_what_a_merchant_was_credited() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = on.another_process().await;
        let code = world.paid("1000").await;
        for merchant in 0..3 {
            world.credit(&code, &format!("credit {merchant}"), merchant, "300").await;
        }
        world.refund(&code, "650", "first").await.unwrap();
        let asks = (0..90).map(|number| Ask {
            code: code.clone(),
            kind: "DEBIT",
            merchant: world.merchant(number % 3),
            amount: "40",
        });
        let rules = [SplitDenied::MoreThanRefunded, SplitDenied::MoreThanCredited];
        let answers = world.settle_all(&other, asks.collect()).await;
        assert_eq!(done(&answers, &rules), 64_000);
        for merchant in 0..3 {
            let balance = world.balance(world.merchant(merchant)).await;
            assert!((30_000 - 28_000..=30_000).contains(&balance), "{balance}");
        }
        assert_eq!(world.collection(&code).await.debited, 64_000);
        world.work().await;
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn debits_of_several_payments_never_overdraw_a_balance() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = on.another_process().await;
        world.bank(world.merchant(0), "123456789").await;
        let mut codes = Vec::new();
        for _ in 0..4 {
            let code = world.paid("1000").await;
            world.credit(&code, "credit", 0, "500").await;
            world.refund(&code, "500", "first").await.unwrap();
            codes.push(code);
        }
        on.later(Duration::days(7));
        world.work().await;
        assert_eq!(world.balance(world.merchant(0)).await, 0);
        let next = world.paid("1000").await;
        world.credit(&next, "credit", 0, "105").await;
        let asks = (0..60).map(|number| Ask {
            code: codes[number % 4].clone(),
            kind: "DEBIT",
            merchant: world.merchant(0),
            amount: "10",
        });
        let answers = world.settle_all(&other, asks.collect()).await;
        assert_eq!(done(&answers, &[SplitDenied::Balance]), 10_000);
        assert_eq!(world.balance(world.merchant(0)).await, 500);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_payout_and_debits_never_overdraw_a_balance() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = on.another_process().await;
        let asha = world.merchant(0);
        world.bank(asha, "123456789").await;
        let (mut held, mut paid_out) = (0, 0);
        for round in 0..8 {
            let code = world.paid("1000").await;
            world.credit(&code, "credit", 0, "300").await;
            world.refund(&code, "300", "first").await.unwrap();
            held += 30_000;
            // The workers come to it together with the debits.
            on.later(Duration::days(7));
            let workers = [on.backend.clone(), other.clone()]
                .map(|backend| tokio::spawn(async move { backend.run_until_idle().await.unwrap() }));
            let ask = || Ask { code: code.clone(), kind: "DEBIT", merchant: asha, amount: "50" };
            let answers = world.settle_all(&other, (0..12).map(|_| ask()).collect()).await;
            ended(workers.into()).await;
            let rules = [SplitDenied::Balance, SplitDenied::MoreThanRefunded, SplitDenied::MoreThanCredited];
            held -= done(&answers, &rules);
            world.work().await;
            let now_paid = world.paid_out(asha).await;
            held -= now_paid - paid_out;
            paid_out = now_paid;
            assert_eq!((world.balance(asha).await, world.on_the_way(asha).await), (held, 0), "round {round}");
            assert_eq!(held, 0, "it is old enough to be paid out");
            world.books_are_right().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credits_and_fulfilment_leave_nothing_between_them() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = on.another_process().await;
        let mut commission = 0;
        for _ in 0..5 {
            let code = world.paid("1000").await;
            let fulfil = {
                let (backend, marketplace, code) = (other.clone(), world.marketplace, code.clone());
                tokio::spawn(async move { backend.fulfil(marketplace, &code).await.unwrap() })
            };
            let ask = |number: usize| Ask {
                code: code.clone(),
                kind: "CREDIT",
                merchant: world.merchant(number % 3),
                amount: "20",
            };
            let answers = world.settle_all(&other, (0..30).map(ask).collect()).await;
            fulfil.await.unwrap();
            let credited = done(&answers, &[SplitDenied::Fulfilled]);
            commission += 100_000 - 2_714 - credited;
            let it = world.collection(&code).await;
            assert_eq!((it.credited, it.left, world.balance(world.marketplace).await), (credited, 0, commission));
        }
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_payments_at_once_of_a_link_that_is_paid_once_one_goes_back() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = on.another_process().await;
        for _ in 0..5 {
            let once = RequestForm { allow_repeated_payments: Some(false), ..form("1000") };
            let request = world.request_by(&world.app, once).await;
            let mut references = Vec::new();
            for _ in 0..2 {
                let reference = world.begin(request.id).await;
                world.submit(&reference, CARD).await;
                references.push(reference);
            }
            assert_eq!(on.backend.sandbox_rail().unwrap().due_notifications(10).await.unwrap().len(), 2);
            let told = tokio::join!(on.backend.payment_news(&references[0]), other.payment_news(&references[1]));
            told.0.and(told.1).unwrap();
            world.work().await;
            let all = on.backend.collections_of_request(request.id).await.unwrap();
            let mut statuses: Vec<_> = all.iter().map(|it| it.status.key()).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, ["returned", "succeeded"]);
            let back = all.iter().find(|it| it.status == CollectionStatus::Returned).unwrap();
            assert!(back.failure.as_ref().unwrap().starts_with("This link was paid already"));
            let paid_back = format!(
                "SELECT COUNT(*) FROM refund_cases WHERE kind = 'return' AND status = 'paid' AND amount_minor = 100000 \
                 AND payment_id = {}",
                on.uuid_literal(back.id.0)
            );
            assert_eq!(on.number(&paid_back).await, 1);
            on.later(Duration::seconds(1));
        }
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_payments_that_are_told_of_are_booked_at_once() {
    on_each(async |on| {
        let world = World::open(on).await;
        let mut references = Vec::new();
        for _ in 0..60 {
            let told = RequestForm { webhook: "http://127.0.0.1:9/".to_owned(), ..form("1000") };
            let reference = world.begin(world.request_by(&world.app, told).await.id).await;
            world.submit(&reference, CARD).await;
            references.push(reference);
        }
        let due = on.backend.sandbox_rail().unwrap().due_notifications(100).await.unwrap();
        assert_eq!(due.len(), references.len());
        let all = references.into_iter().map(|reference| {
            let backend = on.backend.clone();
            tokio::spawn(async move { backend.payment_news(&reference).await })
        });
        for booked in ended(all.collect()).await {
            booked.unwrap();
        }
        assert_eq!(on.number("SELECT COUNT(*) FROM collections WHERE status = 'succeeded'").await, 60);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refunds_never_pass_the_payment() {
    on_each(async |on| {
        let world = World::open(on).await;
        let code = world.paid("1000").await;
        let all = (0..30).map(|number: u32| {
            let (backend, marketplace, code) = (on.backend.clone(), world.marketplace, code.clone());
            let new = NewRefund {
                reason: "QFL".to_owned(),
                body: "why".to_owned(),
                amount: Some("70".to_owned()),
                transaction_id: Some(number.to_string()),
            };
            tokio::spawn(async move { backend.refund_collection(marketplace, &code, new).await })
        });
        let answers = ended(all.collect()).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 14);
        let other = on.another_process().await;
        let both = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        both.0.and(both.1).unwrap();
        let sent = "SELECT COUNT(*) FROM sandbox_transfers WHERE kind = 'refund' AND amount_minor = 7000";
        assert_eq!(on.number(sent).await, 14);
        world.books_are_right().await;
    })
    .await;
}
