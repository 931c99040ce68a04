//! Every documented refusal of an action on an order, and that nothing changes by one.

use super::{BUYER, Fields, Keys, PHONE, Shop, data, refused, says, view};
use backend::service::delivery_terms::TermsForm;
use domain::order::Status;
use domain::permission::AccountKind;
use time::Duration;

const PATHS: [&str; 2] = ["/api/callback/order", "/api/api/callback/order"];
const STATUSES: [&str; 4] = ["order", "delivered", "cancelled", "buyer_cancel"];
const NO_ORDER: &str = "No such order exists for the seller.";
const LATE: &str = "Invalid action. This cancel request by the buyer isn't allowed because it's past time eligible for a refund. The seller shall however provide full product replacement. Please contact seller for same.";

#[tokio::test]
async fn what_is_missing_is_named() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let fields: Fields<'_> = &[("order", &number), ("status", "delivered"), ("phone_number", PHONE)];
    for path in PATHS {
        for (field, words) in [("order", "order"), ("status", "status"), ("phone_number", "phone number")] {
            let message = format!("The {words} field is required.");
            says(&shop.post(path, &super::without(fields, field)).await, &message);
            says(&shop.post(path, &super::with(fields, field, "")).await, &message);
        }
    }
    assert_eq!(view(&shop.app, order).await.order.status, Status::Pending);
}

#[tokio::test]
async fn only_a_delivery_wants_the_buyers_phone() {
    let shop = Shop::open().await;
    for (status, message) in [
        ("order", "Order Fetched"),
        ("cancelled", "Order is cancelled"),
        ("buyer_cancel", "Order is cancelled by the buyer"),
    ] {
        let order = shop.app.paid(&shop.seller, BUYER).await;
        let number = shop.app.number(order).await;
        data(&shop.post(PATHS[0], &[("order", &number), ("status", status)]).await, message);
    }
}

#[tokio::test]
async fn a_status_beside_the_four_is_invalid() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let before = view(&shop.app, order).await.order;
    for path in PATHS {
        for status in
            ["rejected", "Delivered", "DELIVERED", "accepted", "canceled", "buyer-cancel", "0", "delivered;cancelled"]
        {
            let fields = [("order", number.as_str()), ("status", status), ("phone_number", PHONE)];
            says(&shop.post(path, &fields).await, "Invalid status sent.");
        }
    }
    assert_eq!(view(&shop.app, order).await.order, before);
}

#[tokio::test]
async fn an_order_of_nobody_or_of_another_seller_does_not_exist() {
    let shop = Shop::open().await;
    let (viewer, _) = shop.stranger().await;
    let theirs = shop.app.paid(&viewer, BUYER).await;
    let number = shop.app.number(theirs).await;
    let before = view(&shop.app, theirs).await.order;
    for path in PATHS {
        for status in STATUSES {
            for order in [number.as_str(), "999999", "0"] {
                let fields = [("order", order), ("status", status), ("phone_number", PHONE), ("email", BUYER)];
                says(&shop.post(path, &fields).await, NO_ORDER);
            }
            for nonsense in ["abc", "-1", "1.5", "99999999999999999999999", "1 OR 1=1", "ord_1"] {
                let fields = [("order", nonsense), ("status", status), ("phone_number", PHONE)];
                refused(&shop.post(path, &fields).await);
            }
        }
    }
    assert_eq!(view(&shop.app, theirs).await.order, before);
}

#[tokio::test]
async fn an_operator_neither_reads_nor_moves_what_is_sold_beside_its_marketplace() {
    let shop = Shop::open().await;
    let (operator, _) = shop.app.person("operator@example.test", AccountKind::MarketplaceOperator).await;
    let operators = Keys::issue(&shop.app, &operator).await;
    shop.app.backend.invite_seller(&operator, "seller@example.test", "10").await.unwrap();
    let invitation = shop.app.backend.marketplaces(&shop.seller).await.unwrap().remove(0).association.id;
    shop.app.backend.answer_invitation(&shop.seller, invitation, true).await.unwrap();
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    for status in STATUSES {
        says(&operators.act(&shop.app, &number, status).await, NO_ORDER);
    }
    assert_eq!(view(&shop.app, order).await.order.status, Status::Pending);
}

/// A shop that replaces, with a day of free cancellation.
async fn replacing() -> Shop {
    let shop = Shop::open().await;
    let form = TermsForm {
        currency: "NGN".to_owned(),
        payment_hours: "72".to_owned(),
        delivery_days: "7".to_owned(),
        inspection_hours: "72".to_owned(),
        answer_hours: "72".to_owned(),
        on_silence: "accept".to_owned(),
        refund_policy: "replacement_only".to_owned(),
        cancellation_free_hours: "24".to_owned(),
        ..TermsForm::default()
    };
    shop.app.backend.set_delivery_terms(&shop.seller, &form).await.unwrap();
    shop
}

#[tokio::test]
async fn a_late_cancellation_of_what_is_only_replaced_is_refused_with_the_documented_sentence() {
    let shop = replacing().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let before = view(&shop.app, order).await.order;
    shop.app.clock.advance(Duration::hours(25));
    for path in PATHS {
        says(&shop.post(path, &[("order", &number), ("status", "buyer_cancel")]).await, LATE);
    }
    assert_eq!(view(&shop.app, order).await.order, before);
    data(&shop.act(&number, "cancelled").await, "Order is cancelled");
}

#[tokio::test]
async fn in_the_free_time_it_is_cancelled_all_the_same() {
    let shop = replacing().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    shop.app.clock.advance(Duration::hours(23));
    data(&shop.act(&number, "buyer_cancel").await, "Order is cancelled by the buyer");
}

#[tokio::test]
async fn an_order_in_dispute_is_neither_delivered_nor_cancelled_by_a_program() {
    let shop = Shop::open().await;
    let order = shop.app.disputed(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let before = view(&shop.app, order).await.order;
    for status in ["delivered", "cancelled", "buyer_cancel"] {
        refused(&shop.act(&number, status).await);
    }
    assert_eq!(view(&shop.app, order).await.order, before);
}
