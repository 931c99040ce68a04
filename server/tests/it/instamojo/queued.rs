//! Debits that wait for a merchant's next credits: a choice of ours beside the contract's refusal (R6).

use super::expect::{created, fields, forbidden, not_found, ok, refused, text};
use super::{Market, Merchant, call};
use crate::harness::Answer;
use crate::json;
use time::Duration;

async fn queue(market: &Market, payment: &str, id: &str, merchant: &Merchant, amount: &str, queue: &str) -> Answer {
    let fields = [
        ("settlement_id", id),
        ("type", "DEBIT"),
        ("submerchant", merchant.id.as_str()),
        ("amount", amount),
        ("queue", queue),
    ];
    market.post(&format!("/v2/payments/{payment}/settlements/"), &fields).await
}

async fn cancel(market: &Market, token: &str, payment: &str, id: &str) -> Answer {
    call(&market.app, "DELETE", &format!("/v2/payments/{payment}/settlements/{id}/"), token, &[]).await
}

/// A payment of ₹1000 that credited a merchant ₹600, who was paid that out, and that was refunded ₹500 then. The
/// marketplace has a fresh token.
async fn spent(market: &mut Market) -> (Merchant, String) {
    let merchant = market.merchant("s1").await;
    market.bank(&merchant, "123456789").await;
    let payment = market.paid("1000").await;
    created(&market.credit(&payment, "1", &merchant, "600").await);
    market.app.clock.advance(Duration::days(6));
    market.idle().await;
    assert_eq!(market.balance(&merchant).await, (0, 0));
    market.token = super::application_token(&market.app, &market.client).await;
    created(&market.refund(&payment, "500", "").await);
    (merchant, payment)
}

/// Runs a test on every database there is with what [`spent`] made.
async fn on_each_spent(test: impl AsyncFn(&Market, &Merchant, &str)) {
    super::on_each_changed(async |market| {
        let (merchant, payment) = spent(market).await;
        test(market, &merchant, &payment).await;
    })
    .await;
}

#[tokio::test]
async fn a_debit_waits_where_it_may_and_is_taken_from_the_next_credits_oldest_first() {
    on_each_spent(async |market, merchant, payment| {
        refused(&market.debit(payment, "2", merchant, "300").await);
        let object = created(&queue(market, payment, "2", merchant, "300", "true").await);
        assert_eq!((text(&object, "status"), text(&object, "amount")), ("queued".to_owned(), "300.00".to_owned()));
        created(&queue(market, payment, "3", merchant, "100", "1").await);
        let next = market.paid("1000").await;
        // The older one is not overtaken by the smaller one behind it.
        created(&market.credit(&next, "1", merchant, "200").await);
        assert_eq!(market.balance(merchant).await.0, 20_000);
        let listed = ["1 CREDIT 600.00 done", "2 DEBIT 300.00 queued", "3 DEBIT 100.00 queued"];
        assert_eq!(market.settlements(payment).await, listed);
        created(&market.credit(&next, "2", merchant, "150").await);
        assert_eq!(market.balance(merchant).await.0, 5_000);
        let listed = ["1 CREDIT 600.00 done", "2 DEBIT 300.00 done", "3 DEBIT 100.00 queued"];
        assert_eq!(market.settlements(payment).await, listed);
        created(&market.credit(&next, "3", merchant, "50").await);
        assert_eq!(market.balance(merchant).await.0, 0);
        assert!(market.settlements(payment).await.contains(&"3 DEBIT 100.00 done".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn what_waits_counts_against_the_rules() {
    on_each_spent(async |market, merchant, payment| {
        created(&queue(market, payment, "2", merchant, "450", "true").await);
        // R5: 500 were refunded.
        refused(&queue(market, payment, "3", merchant, "50.01", "true").await);
        created(&queue(market, payment, "4", merchant, "50", "true").await);
        refused(&queue(market, payment, "5", merchant, "0.01", "true").await);
        // R7: its id is taken.
        assert_eq!(fields(&queue(market, payment, "2", merchant, "1", "true").await), ["settlement_id"]);
        // R4 and R3 hold for what waits as well.
        let other = market.merchant("s2").await;
        refused(&queue(market, payment, "6", &other, "1", "true").await);
        let next = market.paid("1000").await;
        created(&market.credit(&next, "1", merchant, "10").await);
        refused(&queue(market, &next, "2", merchant, "5", "true").await);
        assert_eq!(fields(&queue(market, payment, "7", merchant, "1", "perhaps").await), ["queue"]);
    })
    .await;
}

#[tokio::test]
async fn what_the_balance_covers_does_not_wait() {
    on_each_spent(async |market, merchant, payment| {
        let next = market.paid("1000").await;
        created(&market.credit(&next, "1", merchant, "120").await);
        let object = created(&queue(market, payment, "2", merchant, "100", "true").await);
        assert_eq!(text(&object, "status"), "done");
        assert_eq!(market.balance(merchant).await.0, 2_000);
        for nothing in ["false", "0", "", "undefined"] {
            refused(&queue(market, payment, "3", merchant, "100", nothing).await);
        }
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_taken_before_the_merchant_is_paid() {
    on_each_spent(async |market, merchant, payment| {
        created(&queue(market, payment, "2", merchant, "100", "true").await);
        let next = market.paid("1000").await;
        created(&market.credit(&next, "1", merchant, "250").await);
        market.app.clock.advance(Duration::days(7));
        market.idle().await;
        let token = super::user_token(&market.app, &market.client, &merchant.email).await;
        let list = ok(&call(&market.app, "GET", "/v2/payouts/", &token, &[]).await);
        let mut paid: Vec<String> =
            json::items(&json::part(&list, "payouts")).iter().map(|payout| text(payout, "paid_amount")).collect();
        paid.sort();
        assert_eq!(paid, ["150.00", "600.00"]);
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_cancelled_by_its_marketplace_and_nothing_else_is() {
    on_each_spent(async |market, merchant, payment| {
        created(&queue(market, payment, "2", merchant, "300", "true").await);
        let (_, _, stranger) = market.stranger().await;
        not_found(&cancel(market, &stranger, payment, "2").await);
        let theirs = super::user_token(&market.app, &market.client, &merchant.email).await;
        forbidden(&cancel(market, &theirs, payment, "2").await);
        let other = market.paid("1000").await;
        for (payment, id) in [(payment, "9"), (other.as_str(), "2"), (super::NO_PAYMENT, "2")] {
            not_found(&cancel(market, &market.token, payment, id).await);
        }
        refused(&cancel(market, &market.token, payment, "1").await);
        let object = ok(&cancel(market, &market.token, payment, "2").await);
        assert_eq!((text(&object, "settlement_id"), text(&object, "status")), ("2".to_owned(), "cancelled".to_owned()));
        refused(&cancel(market, &market.token, payment, "2").await);
        created(&market.credit(&other, "1", merchant, "400").await);
        assert_eq!(market.balance(merchant).await.0, 40_000, "nothing was taken");
        // What was cancelled counts no more, and its id stays used.
        assert_eq!(fields(&market.debit(payment, "2", merchant, "1").await), ["settlement_id"]);
        created(&market.debit(payment, "3", merchant, "400").await);
        assert!(market.settlements(payment).await.contains(&"2 DEBIT 300.00 cancelled".to_owned()));
    })
    .await;
}
