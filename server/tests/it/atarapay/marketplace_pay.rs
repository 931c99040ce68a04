//! Paying under an associated seller, and who reads and moves such an order.

use super::checkout::{form, from_shop, link_of, paid};
use super::marketplace::{Market, SELLER_PHONE};
use super::{Keys, accept, bankable, data, json, order_id, refused, says, send, shares, view};
use domain::order::{ShareOf, Status};
use domain::permission::AccountKind;

const NO_ORDER: &str = "No such order exists for the seller.";

#[tokio::test]
async fn the_buyer_pays_under_the_associated_seller() {
    let market = Market::open().await;
    let number = market.order().await;
    let sellers = market.seller.1.act(&market.app, &number, "order").await;
    let told = data(&sellers, "Order Fetched");
    assert_eq!(json::part(&told, "is_marketplace"), "1");
    assert_eq!(json::part(&told, "beneficiary_merchant_id"), market.seller_id().to_string());
    let operators = market.operator.1.act(&market.app, &number, "order").await;
    assert_eq!(operators.body, sellers.body, "the operator reads the same");
    let order = order_id(&market.app, &market.seller.0, &number).await;
    // 12,500 less the gateway's 195, of which the operator keeps the 10 % that it was associated for.
    assert_eq!(shares(&market.app, order).await, [(ShareOf::Seller, 1_107_450), (ShareOf::Operator, 123_050)]);
}

#[tokio::test]
async fn the_seller_handles_the_order_and_the_operator_never() {
    let market = Market::open().await;
    let number = market.order().await;
    let order = order_id(&market.app, &market.seller.0, &number).await;
    let before = view(&market.app, order).await.order;
    for status in ["delivered", "cancelled", "buyer_cancel"] {
        says(&market.operator.1.act(&market.app, &number, status).await, NO_ORDER);
    }
    assert_eq!(view(&market.app, order).await.order, before);
    for viewer in [&market.operator.0, &market.seller.0] {
        bankable(&market.app, viewer).await;
    }
    data(&market.seller.1.act(&market.app, &number, "delivered").await, "pod_created");
    accept(&market.app, order).await;
    assert_eq!(view(&market.app, order).await.order.status, Status::Completed);
    for keys in [&market.operator.1, &market.seller.1] {
        let told = data(&keys.act(&market.app, &number, "order").await, "Order Fetched");
        assert_eq!(json::part(&json::part(&told, "status"), "title"), "\"Complete\"");
    }
    assert_eq!(market.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn another_operator_does_not_read_it() {
    let market = Market::open().await;
    let number = market.order().await;
    let (rival, _) = market.app.person("rival@example.test", AccountKind::MarketplaceOperator).await;
    let rival = Keys::issue(&market.app, &rival).await;
    for status in ["order", "delivered", "cancelled", "buyer_cancel"] {
        says(&rival.act(&market.app, &number, status).await, NO_ORDER);
    }
}

#[tokio::test]
async fn nobody_is_paid_under_a_seller_who_is_not_associated() {
    let market = Market::open().await;
    let (stranger, _) = market.app.person("stranger@example.test", AccountKind::BusinessSeller).await;
    market.app.backend.set_account_phone(&stranger, "+2348077777777").await.unwrap();
    let strangers = Keys::issue(&market.app, &stranger).await;
    let public = market.operator.1.public.as_str();
    let unassociated = [("is_marketplace", "1"), ("seller_phone", "+2348077777777")];
    let unknown = [("is_marketplace", "1"), ("seller_phone", "+2348088888888")];
    let foreign = refused(&send(&market.app, "POST", "/", &form(public, &unassociated)).await);
    let nobody = refused(&send(&market.app, "POST", "/", &form(public, &unknown)).await);
    assert_eq!(foreign.replace("+2348077777777", "N"), nobody.replace("+2348088888888", "N"));
    for wrong in [
        vec![("is_marketplace", "1")],
        vec![("is_marketplace", "1"), ("seller_phone", "")],
        vec![("is_marketplace", "1"), ("seller_phone", "call me")],
        // The operator itself sells nothing.
        vec![],
        vec![("is_marketplace", "0")],
    ] {
        refused(&send(&market.app, "POST", "/", &form(public, &wrong)).await);
    }
    // A seller is no operator, whoever is associated with whom.
    let wrong = [("is_marketplace", "1"), ("seller_phone", SELLER_PHONE)];
    refused(&send(&market.app, "POST", "/", &form(&strangers.public, &wrong)).await);
    for viewer in [&market.seller.0, &stranger] {
        super::no_orders(&market.app, viewer).await;
    }
}

#[tokio::test]
async fn after_the_association_ended_nothing_new_is_paid_under_the_seller() {
    let market = Market::open().await;
    let number = market.order().await;
    market.app.backend.remove_seller(&market.operator.0, market.association).await.unwrap();
    let fields = [("is_marketplace", "1"), ("seller_phone", SELLER_PHONE)];
    let answer = from_shop(&market.app.anonymous(), "/", &form(&market.operator.1.public, &fields)).await;
    assert_eq!((answer.status.as_u16(), link_of(&answer)), (422, None));
    // What was paid goes on as it is.
    data(&market.operator.1.act(&market.app, &number, "order").await, "Order Fetched");
    data(&market.seller.1.act(&market.app, &number, "delivered").await, "pod_created");
}

#[tokio::test]
async fn the_sellers_own_key_sells_beside_the_marketplace() {
    let market = Market::open().await;
    let number = paid(&market.app, &form(&market.seller.1.public, &[])).await;
    let told = data(&market.seller.1.act(&market.app, &number, "order").await, "Order Fetched");
    assert_eq!(json::part(&told, "is_marketplace"), "0");
    says(&market.operator.1.act(&market.app, &number, "order").await, NO_ORDER);
}
