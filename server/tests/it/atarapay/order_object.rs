//! The order object: every key of the documentation in its order, with its types, in every status.

use super::checkout::{CALLBACK, form, paid};
use super::{BUYER, NOON, Shop, accept, bankable, command, data, json, order_id};
use backend::service::delivery_terms::TermsForm;
use domain::ids::OrderId;
use domain::order::{Command, RejectReason};
use domain::permission::AccountKind;
use time::Duration;

/// The keys of every order object, as documented.
#[rustfmt::skip]
const KEYS: [&str; 57] = [
    "id", "type", "customer_id", "beneficiary_merchant_id", "seller_email", "seller_phone", "buyer_email", "buyer_phone",
    "buyer_alt_phone", "buyer_account_number", "buyer_bank_code", "shipping_fee_bearer", "escrow_fee_bearer",
    "tx_fee_bearer", "is_marketplace", "shipping_cost", "category", "product_id", "product_name", "product_desc",
    "product_cost", "started_by", "amount_payed", "amount_net", "payment_number", "payment_ref", "gateway_name",
    "callback_url", "comment", "delivery_man", "delivery_location", "delivery_city", "delivery_state",
    "delivery_country", "product_delivery_status", "transaction_date", "delivery_date", "status", "state",
    "shipping_method", "quantity", "max_delivery_days", "extra", "is_additional_services", "additional_service_amount",
    "sla", "cancellation_fee", "currency", "conversion_ratio", "deleted_at", "created_at", "updated_at", "attempts",
    "seller_attempts", "cron_status", "sp_order_ref", "payment",
];

async fn object(shop: &Shop, number: &str) -> String {
    data(&shop.act(number, "order").await, "Order Fetched")
}

/// Holds the keys of an object against the documented ones.
fn documented(object: &str) {
    let keys = json::keys(object);
    let places: Vec<usize> = KEYS
        .iter()
        .map(|key| keys.iter().position(|found| found == key).unwrap_or_else(|| panic!("no {key} in {object}")))
        .collect();
    assert!(places.is_sorted(), "{keys:?}");
    let extra: Vec<&String> = keys.iter().filter(|key| !KEYS.contains(&key.as_str())).collect();
    let known = ["payout", "refund", "additional_services", "customers"];
    assert!(extra.iter().all(|key| known.contains(&key.as_str())), "{extra:?} are not documented");
    let unique: std::collections::BTreeSet<&String> = keys.iter().collect();
    assert_eq!(unique.len(), keys.len(), "each key once");
}

#[tokio::test]
async fn what_was_paid_on_the_payment_page_is_told_to_the_letter() {
    let shop = Shop::open().await;
    let (buyer, _) = shop.app.person(BUYER, AccountKind::Buyer).await;
    let terms = TermsForm {
        currency: "NGN".to_owned(),
        payment_hours: "72".to_owned(),
        delivery_days: "7".to_owned(),
        inspection_hours: "72".to_owned(),
        answer_hours: "72".to_owned(),
        on_silence: "accept".to_owned(),
        refund_policy: "refund".to_owned(),
        cancellation_free_hours: "24".to_owned(),
        cancellation_fee: "200".to_owned(),
        ..TermsForm::default()
    };
    shop.app.backend.set_delivery_terms(&shop.seller, &terms).await.unwrap();
    let number = paid(&shop.app, &form(&shop.keys.public, &[])).await;
    let object = object(&shop, &number).await;
    documented(&object);
    // What the documentation shows one example of, and which depends on us: the rail's name, the shop's own address
    // again, and its date of delivery.
    let open = ["gateway_name", "callback_url", "delivery_date", "payment_number", "status", "payment"];
    let rest = ["payout", "refund", "additional_services", "customers"];
    let fixed = json::cut(&object, &[open.as_slice(), &rest].concat());
    let expected = format!(
        r#"{{"id":{number},"type":1,"customer_id":{},"beneficiary_merchant_id":{},
        "seller_email":null,"seller_phone":null,"buyer_email":null,"buyer_phone":null,"buyer_alt_phone":null,
        "buyer_account_number":null,"buyer_bank_code":null,
        "shipping_fee_bearer":null,"escrow_fee_bearer":null,"tx_fee_bearer":null,
        "is_marketplace":0,"shipping_cost":0,"category":null,
        "product_id":"1447","product_name":"A chair","product_desc":"Of oak","product_cost":1250000,"started_by":null,
        "amount_payed":1300000,"amount_net":1230500,"payment_ref":null,"comment":null,
        "delivery_man":0,"delivery_location":"Gombe, NG, 140301","delivery_city":"","delivery_state":"","delivery_country":"",
        "product_delivery_status":0,"transaction_date":"{NOON}","state":0,"shipping_method":null,"quantity":null,
        "max_delivery_days":7,"extra":null,"is_additional_services":null,"additional_service_amount":null,
        "sla":1,"cancellation_fee":20000,"currency":"NGN","conversion_ratio":1,
        "deleted_at":null,"created_at":"{NOON}","updated_at":"{NOON}",
        "attempts":null,"seller_attempts":"","cron_status":null,"sp_order_ref":0}}"#,
        buyer.buying().unwrap().number,
        shop.id(),
    );
    assert_eq!(fixed, json::compact(&expected));
    let status: serde_json::Value = serde_json::from_str(&json::part(&object, "status")).unwrap();
    assert_eq!(json::keys(&json::part(&object, "status")), STATUS);
    assert_eq!((status["id"].as_i64(), status["title"].as_str()), (Some(1), Some("Pending")));
    assert!(status["description"].as_str().is_some_and(|text| !text.is_empty()));
    assert!(["deleted_at", "created_at", "updated_at"].iter().all(|key| status[key].is_null()));
    let value: serde_json::Value = serde_json::from_str(&object).unwrap();
    assert!(value["gateway_name"].is_string());
    assert!(value["callback_url"].is_null() || value["callback_url"] == CALLBACK);
    let date = value["delivery_date"].as_str().unwrap();
    assert!(date == "0000-00-00" || date.starts_with("2026-11-20"), "{date}");
}

const STATUS: [&str; 6] = ["id", "title", "description", "deleted_at", "created_at", "updated_at"];

#[tokio::test]
async fn the_payment_says_that_it_was_made() {
    let shop = Shop::open().await;
    let number = paid(&shop.app, &form(&shop.keys.public, &[])).await;
    let object = object(&shop, &number).await;
    let payment = json::part(&object, "payment");
    let keys = json::keys(&payment);
    assert_eq!(keys[..6], ["id", "payment_ref", "amount", "method", "status", "payment_date"], "{payment}");
    let value: serde_json::Value = serde_json::from_str(&payment).unwrap();
    assert_eq!(value["id"].to_string(), json::part(&object, "payment_number"));
    assert!(value["id"].as_i64().is_some_and(|id| id > 0), "{payment}");
    assert!(value["payment_ref"].as_str().is_some_and(|reference| !reference.is_empty()));
    assert_eq!(value["amount"].as_i64(), Some(1_300_000));
    assert_eq!(value["method"], "card");
    assert_eq!(value["status"], "1", "a string");
    assert_eq!(value["payment_date"], NOON);
    // What the other published client takes for paid.
    assert!(value["gateway_response"].as_str().is_some_and(|text| text.to_lowercase().contains("success")));
}

#[tokio::test]
async fn every_amount_is_an_integer_and_every_instant_is_lagos_time() {
    let shop = Shop::open().await;
    shop.app.clock.advance(Duration::minutes(11 * 60 + 30));
    let number = paid(&shop.app, &form(&shop.keys.public, &[])).await;
    let value: serde_json::Value = serde_json::from_str(&object(&shop, &number).await).unwrap();
    for key in ["product_cost", "amount_payed", "amount_net", "cancellation_fee", "shipping_cost", "sla"] {
        assert!(value[key].is_i64() || value[key].is_u64(), "{key} is {}", value[key]);
    }
    // 23:30 UTC is half past midnight of the next day in Lagos.
    for key in ["transaction_date", "created_at", "updated_at"] {
        assert_eq!(value[key], "2026-11-21 00:30:00", "{key}");
    }
    shop.app.clock.advance(Duration::hours(1));
    data(&shop.act(&number, "delivered").await, "pod_created");
    let after: serde_json::Value = serde_json::from_str(&object(&shop, &number).await).unwrap();
    assert_eq!((&after["created_at"], &after["transaction_date"]), (&value["created_at"], &value["transaction_date"]));
    assert_eq!(after["updated_at"], "2026-11-21 01:30:00");
}

#[tokio::test]
async fn what_was_not_ordered_by_a_shop_has_the_same_object() {
    let shop = Shop::open().await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    let object = object(&shop, &shop.app.number(order).await).await;
    documented(&object);
    let value: serde_json::Value = serde_json::from_str(&object).unwrap();
    assert!(value["product_id"].is_string(), "always a string");
    assert_eq!((value["product_name"].as_str(), value["product_cost"].as_i64()), (Some("A chair"), Some(1_250_000)));
}

async fn status(shop: &Shop, order: OrderId) -> (i64, String, String) {
    let object = object(shop, &shop.app.number(order).await).await;
    documented(&object);
    let status = json::part(&object, "status");
    assert_eq!(json::keys(&status), STATUS);
    let value: serde_json::Value = serde_json::from_str(&status).unwrap();
    let text = |key: &str| value[key].as_str().unwrap().to_owned();
    (value["id"].as_i64().unwrap(), text("title"), text("description"))
}

async fn rejected(shop: &Shop) -> OrderId {
    let order = shop.app.delivered(&shop.seller, BUYER).await;
    let reject = Command::Reject { reason: RejectReason::Damaged, text: "Broken".to_owned() };
    command(&shop.app, None, order, reject).await;
    order
}

#[tokio::test]
async fn each_status_has_its_number_and_title() {
    let shop = Shop::open().await;
    let is = async |order: OrderId, id: i64, title: &str| {
        let (found, named, description) = status(&shop, order).await;
        assert_eq!((found, named.as_str()), (id, title));
        assert!(!description.is_empty());
    };
    let seller = Some(&shop.seller);
    is(shop.app.paid(&shop.seller, BUYER).await, 1, "Pending").await;
    is(shop.app.delivered(&shop.seller, BUYER).await, 2, "Awaiting Buyer Response").await;
    // Without a bank account its payout waits, and the order with it.
    is(shop.app.accepted(&shop.seller, BUYER).await, 4, "Accepted").await;
    let order = rejected(&shop).await;
    is(order, 3, "Rejected").await;
    command(&shop.app, seller, order, Command::ConfirmGoodCondition).await;
    is(order, 3, "Rejected").await;
    let order = rejected(&shop).await;
    command(&shop.app, seller, order, Command::OfferSecondDelivery).await;
    command(&shop.app, None, order, Command::AgreeSecondDelivery).await;
    is(order, 6, "Pending II").await;
    let order = rejected(&shop).await;
    command(&shop.app, seller, order, Command::SayNotGoodCondition { text: "Worn".to_owned() }).await;
    is(order, 7, "Dispute").await;
    let order = shop.app.disputed(&shop.seller, BUYER).await;
    is(order, 8, "Disputed").await;
    command(&shop.app, None, order, Command::Withdraw).await;
    is(order, 10, "Dispute Resolved").await;
    let order = shop.app.paid(&shop.seller, BUYER).await;
    command(&shop.app, seller, order, Command::Cancel).await;
    is(order, 9, "Canceled").await;
    shop.app.backend.run_until_idle().await.unwrap();
    is(order, 5, "Complete").await;
}

#[tokio::test]
async fn the_published_descriptions_are_verbatim() {
    let shop = Shop::open().await;
    bankable(&shop.app, &shop.seller).await;
    let order = rejected(&shop).await;
    assert_eq!(status(&shop, order).await.2, "Orders rejected by buyer and Buyer is refunded");
    let order = shop.app.paid(&shop.seller, BUYER).await;
    command(&shop.app, Some(&shop.seller), order, Command::Cancel).await;
    assert_eq!(status(&shop, order).await.2, "Order or Person to Person Transaction was Canceled");
    let number = paid(&shop.app, &form(&shop.keys.public, &[])).await;
    data(&shop.act(&number, "delivered").await, "pod_created");
    let order = order_id(&shop.app, &shop.seller, &number).await;
    accept(&shop.app, order).await;
    let complete = "Orders where Buyer is refunded after rejection or Seller is credited after Buyer acceptance or Buyer/ Seller is credited after a dispute settlement";
    assert_eq!(status(&shop, order).await.2, complete);
}
