//! R15: whatever comes at once, each rule holds as if it had come one after the other.

use super::expect::{created, ok};
use super::{CARD, on_each};
use futures::future::join_all;

/// How many of the answers are creations; every other is a 400 or a 404, and none is a fault.
fn made(answers: &[crate::harness::Answer]) -> usize {
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!(
        count(201) + count(400) + count(404),
        answers.len(),
        "a fault: {:?}",
        answers.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    count(201)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credits_at_once_do_not_overshoot_the_payment() {
    on_each(async |market| {
        let (first, second) = (market.merchant("s1").await, market.merchant("s2").await);
        let payment = market.paid("1000").await;
        let ids: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let asked = ids
            .iter()
            .enumerate()
            .map(|(at, id)| market.credit(&payment, id, if at % 2 == 0 { &first } else { &second }, "200"));
        assert_eq!(made(&join_all(asked).await), 5);
        assert_eq!(market.balance(&first).await.0 + market.balance(&second).await.0, 100_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn debits_at_once_do_not_break_the_refund_or_the_balance() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let (one, two) = (market.paid("1000").await, market.paid("1000").await);
        for payment in [&one, &two] {
            created(&market.credit(payment, "0", &merchant, "500").await);
            created(&market.refund(payment, "300", "").await);
        }
        let ids: Vec<String> = (1..=8).map(|number| number.to_string()).collect();
        let asked = ids.iter().flat_map(|id| [(&one, id), (&two, id)]);
        let answers = join_all(asked.map(|(payment, id)| market.debit(payment, id, &merchant, "100"))).await;
        assert_eq!(made(&answers), 6, "three of each payment");
        assert_eq!(market.balance(&merchant).await.0, 40_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_at_once_moves_once() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        let answers = join_all((0..8).map(|_| market.credit(&payment, "1", &merchant, "100"))).await;
        assert_eq!(made(&answers), 1);
        assert_eq!(market.balance(&merchant).await.0, 10_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credits_beside_a_fulfilment_are_all_before_it_or_refused() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        let ids: Vec<String> = (0..6).map(|number| number.to_string()).collect();
        let credits = join_all(ids.iter().map(|id| market.credit(&payment, id, &merchant, "100")));
        let (credits, ends) = tokio::join!(credits, join_all((0..3).map(|_| market.fulfil(&payment))));
        for end in &ends {
            ok(end);
        }
        let credited = 10_000 * i64::try_from(made(&credits)).unwrap();
        assert_eq!(market.balance(&merchant).await.0, credited);
        assert_eq!(market.commission().await, (97_286 - credited, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_at_once_do_not_exceed_the_payment_and_a_name_is_used_once() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let names: Vec<String> = (0..6).map(|number| format!("T{number}")).collect();
        let answers = join_all(names.iter().map(|name| market.refund(&payment, "300", name))).await;
        assert_eq!(made(&answers), 3);
        let other = market.paid("1000").await;
        let answers = join_all((0..5).map(|_| market.refund(&other, "100", "same"))).await;
        assert_eq!(made(&answers), 1);
        let third = market.paid("1000").await;
        let answers = join_all((0..5).map(|_| market.refund(&third, "100", ""))).await;
        assert_eq!(made(&answers), 1, "only the first needs no name");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_book_a_payment_once() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let link = market.request("1000", &[]).await;
        let payment = link.open(&market.app).await.submit(CARD).await;
        let backend = &market.app.backend;
        let browser = market.app.anonymous();
        let path = format!("/pay/{payment}");
        let (one, two, _) = tokio::join!(backend.run_until_idle(), backend.run_until_idle(), browser.get(&path));
        one.unwrap();
        two.unwrap();
        created(&market.credit(&payment, "1", &merchant, "1000").await);
        assert_eq!(market.commission().await, (0, 2_714), "booked once");
    })
    .await;
}
