//! The events of an order that goes its way: delivered, answered, delivered again (atarapay.md section 7.1).

use super::{ACCEPTED, CANCELED, DELIVERED, REJECTED, Scene, reject};
use crate::support::on_each;
use crate::support::shop::deliver;
use domain::order::{Command, Status};
use serde_json::Value;

const PENDING_II: super::Said = ("Pending II", "Second delivery attempt is agreed", 6, "Pending II");
const CONFIRMED: super::Said = ("Refunded", "Rejection is confirmed, Buyer is refunded", 3, "Rejected");

#[tokio::test]
async fn a_delivery_and_its_acceptance_are_told_with_payment_and_payout() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.paid().await;
        scene.seller(order, deliver()).await;
        let news = scene.program.hears(DELIVERED).await;
        let number = scene.number(order).await;
        assert_eq!(news.data["id"], number);
        assert_eq!(news.data["product_id"], number.to_string(), "no shop gave it a number of its own");
        assert_eq!((&news.data["amount_payed"], &news.data["product_cost"]), (&1_300_000.into(), &1_250_000.into()));
        let payment = &news.data["payment"];
        assert_eq!((&payment["amount"], &payment["status"]), (&1_300_000.into(), &"1".into()));
        assert!(news.data["payout"].is_null() && news.data["refund"].is_null(), "nothing is divided yet");
        scene.buyer(&link, Command::Accept).await;
        let payout = scene.program.hears(ACCEPTED).await.data["payout"].clone();
        assert_eq!((&payout["type"], &payout["amount"], &payout["status"]), (&2.into(), &1_230_500.into(), &0.into()));
    })
    .await;
}

#[tokio::test]
async fn silence_accepts_in_the_same_words() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.delivered().await;
        scene.deadline(order).await;
        let news = scene.program.hears(ACCEPTED).await;
        assert_eq!(news.data["payout"]["amount"], 1_230_500);
    })
    .await;
}

#[tokio::test]
async fn silence_that_refunds_is_a_cancellation() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let mut terms = crate::every_row::platform_terms();
        terms.on_silence = "refund_less_fee".to_owned();
        on.backend.set_delivery_terms(&scene.shop.seller, &terms).await.unwrap();
        let (order, _) = scene.delivered().await;
        scene.deadline(order).await;
        let news = scene.program.hears(CANCELED).await;
        let amounts = [&news.data["refund"]["amount"], &news.data["payout"]["amount"]];
        assert_eq!(amounts, [&Value::from(1_150_000), &Value::from(100_000)], "the fee is the seller's");
    })
    .await;
}

#[tokio::test]
async fn a_rejection_is_told_and_so_is_its_confirmation() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.delivered().await;
        scene.buyer(&link, reject()).await;
        let news = scene.program.hears(REJECTED).await;
        assert_eq!(news.data["additional_services"], Value::Array(Vec::new()));
        assert_eq!(news.data["customers"]["email"], "buyer@example.com");
        assert_eq!(news.data["customers"]["id"], news.data["customer_id"]);
        scene.seller(order, Command::ConfirmGoodCondition).await;
        let refund = scene.program.hears(CONFIRMED).await.data["refund"].clone();
        assert_eq!((&refund["type"], &refund["amount"]), (&7.into(), &1_300_000.into()));
    })
    .await;
}

#[tokio::test]
async fn a_rejection_that_nobody_answers_ends_in_the_same_words() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.rejected().await;
        scene.deadline(order).await;
        assert_eq!(scene.program.hears(CONFIRMED).await.data["refund"]["amount"], 1_300_000);
        // Who accepts after all is told as any acceptance.
        let (_, link) = scene.rejected().await;
        scene.buyer(&link, Command::Accept).await;
        scene.program.hears(ACCEPTED).await;
    })
    .await;
}

#[tokio::test]
async fn a_buyer_cancels_as_rejected_or_as_the_shop_wants_it() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let documented = ("Rejected", "Transaction is canceled", 9, "Canceled");
        let (_, link) = scene.paid().await;
        scene.buyer(&link, Command::Cancel).await;
        let refund = scene.program.hears(documented).await.data["refund"].clone();
        assert_eq!((&refund["type"], &refund["amount"]), (&7.into(), &1_250_000.into()), "the fees stay");

        let mut form = scene.program.form();
        form.cancel_status = "Canceled".to_owned();
        scene.program.save(form.clone()).await;
        let (_, link) = scene.paid().await;
        scene.buyer(&link, Command::Cancel).await;
        scene.program.hears(CANCELED).await;
        // A rejection of what was delivered is none of this.
        scene.rejected().await;

        form.cancel_status = "Anything".to_owned();
        scene.program.save(form).await;
        let (_, link) = scene.paid().await;
        scene.buyer(&link, Command::Cancel).await;
        scene.program.hears(documented).await;
    })
    .await;
}

#[tokio::test]
async fn a_seller_cancels_and_so_does_a_missed_delivery() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, Command::Cancel).await;
        let refund = scene.program.hears(CANCELED).await.data["refund"].clone();
        assert_eq!((&refund["type"], &refund["amount"]), (&7.into(), &1_300_000.into()), "everything goes back");
        let (order, _) = scene.paid().await;
        scene.deadline(order).await;
        assert_eq!(scene.program.hears(CANCELED).await.data["refund"]["amount"], 1_300_000);
    })
    .await;
}

#[tokio::test]
async fn a_second_delivery_is_told_when_both_agree_and_then_as_a_delivery() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.rejected().await;
        scene.seller(order, Command::OfferSecondDelivery).await;
        scene.program.hears_nothing().await;
        scene.buyer(&link, Command::AgreeSecondDelivery).await;
        assert_eq!(scene.program.hears(PENDING_II).await.data["attempts"], 2);
        scene.seller(order, deliver()).await;
        scene.program.hears(DELIVERED).await;
        scene.buyer(&link, reject()).await;
        scene.program.hears(REJECTED).await;
        assert_eq!(scene.shop.view(order).await.order.status, Status::RejectionUnderReview);
    })
    .await;
}

#[tokio::test]
async fn a_replacement_is_a_second_delivery_once_and_then_a_dispute() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let mut terms = crate::every_row::platform_terms();
        terms.refund_policy = "replacement_only".to_owned();
        on.backend.set_delivery_terms(&scene.shop.seller, &terms).await.unwrap();
        let (order, link) = scene.rejected().await;
        scene.seller(order, Command::ConfirmGoodCondition).await;
        scene.program.hears(PENDING_II).await;
        scene.seller(order, deliver()).await;
        scene.program.hears(DELIVERED).await;
        scene.buyer(&link, reject()).await;
        scene.program.hears(REJECTED).await;
        scene.seller(order, Command::ConfirmGoodCondition).await;
        scene.program.hears(("Dispute", "Order is in dispute", 7, "Dispute")).await;
    })
    .await;
}
