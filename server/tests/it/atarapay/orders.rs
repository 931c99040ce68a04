//! The four actions on an order, and that each is done once.

use super::checkout::{form, paid};
use super::{BUYER, Fields, PHONE, Shop, command, data, golden, json, order_id, refused, says, send_body, view};
use domain::order::{CancelledBy, Command, Status};

const PATHS: [&str; 2] = ["/api/callback/order", "/api/api/callback/order"];
const DELIVERED: &str = "Invalid request to Process, Order has been already Processed";
const PROCESSED: &str = "Invalid action. This request has already been processed";

#[tokio::test]
async fn both_paths_read_deliver_and_cancel() {
    let shop = Shop::open().await;
    for path in PATHS {
        for (status, message) in [
            ("order", "Order Fetched"),
            ("delivered", "pod_created"),
            ("cancelled", "Order is cancelled"),
            ("buyer_cancel", "Order is cancelled by the buyer"),
        ] {
            let order = shop.app.paid(&shop.seller, BUYER).await;
            let number = shop.app.number(order).await;
            let fields = [("order", number.as_str()), ("status", status), ("phone_number", PHONE)];
            data(&shop.post(path, &fields).await, message);
        }
    }
}

#[tokio::test]
async fn a_delivery_is_told_as_documented() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let expected = format!(r#"{{"phone":"{PHONE}","email":"{BUYER}","order":"{number}"}}"#);
    golden(&shop.act(&number, "delivered").await, "pod_created", &expected);
    assert_eq!(view(&shop.app, order).await.order.status, Status::AwaitingBuyerResponse);
    shop.app.backend.run_until_idle().await.unwrap();
    let mails = shop.app.backend.sandbox_mails(Some(BUYER), 1).await.unwrap();
    assert!(mails[0].text.contains("/orders/lnk_"), "the buyer is asked to accept or reject");
}

#[tokio::test]
async fn a_delivery_of_what_was_paid_here_knows_its_buyer() {
    let shop = Shop::open().await;
    let number = paid(&shop.app, &form(&shop.keys.public, &[])).await;
    let fields = [("order", number.as_str()), ("status", "delivered"), ("phone_number", PHONE)];
    let told = data(&shop.post(PATHS[0], &fields).await, "pod_created");
    assert_eq!(json::keys(&told), ["phone", "email", "order"]);
    assert_eq!(json::part(&told, "phone"), format!("\"{PHONE}\""));
    assert_eq!(json::part(&told, "order"), format!("\"{number}\""), "a string");
    let order = order_id(&shop.app, &shop.seller, &number).await;
    assert_eq!(view(&shop.app, order).await.order.status, Status::AwaitingBuyerResponse);
}

#[tokio::test]
async fn a_seller_cancels_and_the_buyer_gets_everything_back() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let told = data(&shop.act(&number, "cancelled").await, "Order is cancelled");
    let status = json::part(&told, "status");
    assert_eq!((json::part(&status, "id"), json::part(&status, "title")), ("9".to_owned(), "\"Canceled\"".to_owned()));
    assert_eq!(json::part(&told, "id"), number);
    assert_eq!(view(&shop.app, order).await.order.cancelled_by, Some(CancelledBy::Seller));
    shop.app.backend.run_until_idle().await.unwrap();
    let after = view(&shop.app, order).await;
    assert_eq!(after.order.status, Status::Completed);
    assert_eq!(after.payouts[0].amount.minor(), 1_300_000, "the price and the fee");
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_buyer_cancels_by_the_shop_and_the_fee_stays() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let told = data(&shop.act(&number, "buyer_cancel").await, "Order is cancelled by the buyer");
    assert_eq!(json::part(&json::part(&told, "status"), "title"), "\"Canceled\"");
    let after = view(&shop.app, order).await;
    assert_eq!((after.order.status, after.order.cancelled_by), (Status::Cancelled, Some(CancelledBy::Buyer)));
    shop.app.backend.run_until_idle().await.unwrap();
    assert_eq!(view(&shop.app, order).await.payouts[0].amount.minor(), 1_250_000);
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn reading_changes_nothing() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let before = view(&shop.app, order).await.order.version;
    let first = shop.act(&number, "order").await;
    let second = shop.act(&number, "order").await;
    assert_eq!(first.body, second.body);
    assert_eq!(view(&shop.app, order).await.order.version, before);
}

#[tokio::test]
async fn what_is_sent_twice_is_done_once() {
    let shop = Shop::open().await;
    for (status, message) in [("delivered", DELIVERED), ("cancelled", PROCESSED), ("buyer_cancel", PROCESSED)] {
        let order = shop.app.paid(&shop.seller, BUYER).await;
        let number = shop.app.number(order).await;
        assert!(shop.act(&number, status).await.body.starts_with("{\"status\":\"success\""));
        let done = view(&shop.app, order).await.order.version;
        says(&shop.act(&number, status).await, message);
        assert_eq!(view(&shop.app, order).await.order.version, done, "{status}");
        shop.app.backend.run_until_idle().await.unwrap();
        says(&shop.act(&number, status).await, message);
    }
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn what_is_over_is_not_begun_again() {
    let shop = Shop::open().await;
    for (first, then, message) in [
        ("delivered", "cancelled", PROCESSED),
        ("delivered", "buyer_cancel", PROCESSED),
        ("cancelled", "delivered", DELIVERED),
        ("cancelled", "buyer_cancel", PROCESSED),
        ("buyer_cancel", "delivered", DELIVERED),
        ("buyer_cancel", "cancelled", PROCESSED),
    ] {
        let order = shop.app.paid(&shop.seller, BUYER).await;
        let number = shop.app.number(order).await;
        assert!(shop.act(&number, first).await.body.starts_with("{\"status\":\"success\""));
        let done = view(&shop.app, order).await.order;
        says(&shop.act(&number, then).await, message);
        assert_eq!(view(&shop.app, order).await.order, done, "{first}, {then}");
    }
}

#[tokio::test]
async fn a_second_delivery_is_reported_as_the_first_was() {
    let shop = Shop::open().await;
    let order = shop.app.delivered(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let reject = Command::Reject { reason: domain::order::RejectReason::Damaged, text: "Broken".to_owned() };
    command(&shop.app, None, order, reject).await;
    says(&shop.act(&number, "delivered").await, DELIVERED);
    command(&shop.app, Some(&shop.seller), order, Command::OfferSecondDelivery).await;
    command(&shop.app, None, order, Command::AgreeSecondDelivery).await;
    data(&shop.act(&number, "delivered").await, "pod_created");
    let after = view(&shop.app, order).await.order;
    assert_eq!((after.status, after.attempt), (Status::AwaitingBuyerResponse, 2));
}

#[tokio::test]
async fn an_order_that_was_not_paid_is_not_acted_on() {
    let shop = Shop::open().await;
    let form = backend::service::place::NewOrder {
        buyer_email: BUYER.to_owned(),
        title: "A chair".to_owned(),
        currency: "NGN".to_owned(),
        amount: "12,500".to_owned(),
        ..Default::default()
    };
    let key = shop.app.backend.form_key();
    let placed = shop.app.backend.place_order(&shop.seller, form, &key).await.unwrap();
    for status in ["delivered", "cancelled", "buyer_cancel"] {
        refused(&shop.act(&placed.number.to_string(), status).await);
    }
    let after = view(&shop.app, placed.order).await.order;
    assert_eq!(after.status, Status::AwaitingPayment);
}

#[tokio::test]
async fn json_and_multipart_are_read_like_a_form() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let number = shop.app.number(order).await;
    let by_form = shop.act(&number, "order").await;
    data(&by_form, "Order Fetched");
    let token = shop.keys.token();
    let fields: Fields<'_> = &[("authtoken", &token), ("order", &number), ("status", "order")];
    let mut multipart = String::new();
    for (name, value) in fields {
        multipart += &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    multipart += "--edge--\r\n";
    let as_text = format!(r#"{{"authtoken":"{token}","order":"{number}","status":"order"}}"#);
    let as_number = format!(r#"{{"authtoken":"{token}","order":{number},"status":"order","comment":null}}"#);
    for (kind, body) in [
        ("application/json", as_text.as_str()),
        ("application/json; charset=utf-8", &as_number),
        ("multipart/form-data; boundary=edge", &multipart),
        ("application/x-www-form-urlencoded; charset=UTF-8", &super::encode(fields)),
    ] {
        for path in PATHS {
            assert_eq!(send_body(&shop.app, "POST", path, kind, body).await.body, by_form.body, "{kind}");
        }
    }
    let rename = format!(r#"{{"authtoken":"{token}","project_name":"Eko","description":"A city."}}"#);
    let answer = send_body(&shop.app, "PUT", "/api/project/updateProject/999999", "application/json", rename).await;
    says(&answer, "Project with id (999999) does not exist");
    let delete = format!(r#"{{"authtoken":"{token}","sp_id":999999}}"#);
    let answer = send_body(&shop.app, "DELETE", "/api/serviceprovider/delete", "application/json", delete).await;
    assert!(refused(&answer).starts_with("Service Provider with id (999999) does not exist"));
}
