//! Orders of the gateway, by which the official kits check out (instamojo.md section 5.3).

use super::expect::{created, fields, golden, items, not_found, ok, text};
use super::link::path_of;
use super::{CARD, SITE, call, on_each, with, without};
use crate::json;
use http::StatusCode;

const RIGHT: [(&str, &str); 7] = [
    ("name", "Foo Bar"),
    ("email", "foo@example.com"),
    ("phone", "9999999999"),
    ("currency", "INR"),
    ("amount", "100"),
    ("transaction_id", "TX_1-a"),
    ("redirect_url", "https://shop.example/back"),
];

#[tokio::test]
async fn an_order_is_made_found_and_paid() {
    on_each(async |market| {
        let object = created(&market.post("/v2/gateway/orders/", &RIGHT).await);
        assert_eq!(json::keys(&object)[..2], ["order", "payment_options"]);
        let order = json::part(&object, "order");
        for (key, value) in [
            ("transaction_id", "TX_1-a"),
            ("currency", "INR"),
            ("amount", "100.00"),
            ("name", "Foo Bar"),
            ("email", "foo@example.com"),
            ("phone", "+919999999999"),
            ("redirect_url", "https://shop.example/back"),
        ] {
            assert_eq!(text(&order, key), value, "{key}");
        }
        let id = text(&order, "id");
        let path = format!("/v2/gateway/orders/id:{id}/");
        assert_eq!(text(&order, "resource_uri"), format!("{SITE}{path}"));
        let one = ok(&market.get(&path).await);
        assert_eq!(text(&one, "id"), id);
        let by_name = ok(&market.get("/v2/gateway/orders/transaction_id:TX_1-a/").await);
        assert_eq!(by_name, one);
        let listed = items(&market.get("/v2/gateway/orders/").await, "orders");
        assert_eq!(listed.iter().map(|order| text(order, "id")).collect::<Vec<_>>(), std::slice::from_ref(&id));
        let options = json::part(&object, "payment_options");
        let address = options.split('"').find(|part| part.starts_with(SITE));
        let page = path_of(address.unwrap_or_else(|| panic!("nowhere to pay: {options}"))).to_owned();
        let link = super::Link { id: id.clone(), page };
        let (payment, back) = link.pay(&market.app, CARD).await;
        assert!(back.location().starts_with("https://shop.example/back?"), "{}", back.location());
        let paid = ok(&market.get(&path).await);
        assert!(paid.contains(&payment), "{paid}");
        assert_ne!(text(&paid, "status"), text(&one, "status"));
    })
    .await;
}

#[tokio::test]
async fn an_order_names_every_field_that_is_wrong() {
    on_each(async |market| {
        let (long, address) = ("x".repeat(101), format!("{}@example.com", "x".repeat(70)));
        for name in ["name", "email", "phone", "amount", "transaction_id", "redirect_url"] {
            assert_eq!(fields(&market.post("/v2/gateway/orders/", &without(&RIGHT, name)).await), [name]);
        }
        for (name, value) in [
            ("name", long.as_str()),
            ("email", address.as_str()),
            ("email", "x"),
            ("phone", "x"),
            ("currency", "USD"),
            ("amount", "8.99"),
            ("amount", "200000.01"),
            ("transaction_id", "no spaces"),
            ("transaction_id", &"x".repeat(65)),
            ("redirect_url", "https://shop.example/back?x=1"),
            ("redirect_url", "x"),
        ] {
            assert_eq!(
                fields(&market.post("/v2/gateway/orders/", &with(&RIGHT, name, value)).await),
                [name],
                "{value}"
            );
        }
        created(&market.post("/v2/gateway/orders/", &RIGHT).await);
        assert_eq!(fields(&market.post("/v2/gateway/orders/", &RIGHT).await), ["transaction_id"]);
        let (_, _, stranger) = market.stranger().await;
        created(&call(&market.app, "POST", "/v2/gateway/orders/", &stranger, &RIGHT).await);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_made_of_a_payment_request() {
    on_each(async |market| {
        let sent = [("buyer_name", "Foo"), ("email", "foo@example.com"), ("phone", "9999999999")];
        let link = market.request("100", &sent).await;
        let path = "/v2/gateway/orders/payment-request/";
        let object = created(&market.post(path, &[("id", link.id.as_str())]).await);
        assert_eq!(json::keys(&object), ["order_id", "name", "email", "phone", "amount"]);
        assert_eq!((text(&object, "name"), text(&object, "amount")), ("Foo".to_owned(), "100.00".to_owned()));
        golden(&market.post(path, &[]).await, StatusCode::BAD_REQUEST, r#"{"id":["This field is required."]}"#);
        let order = ok(&market.get(&format!("/v2/gateway/orders/id:{}/", text(&object, "order_id"))).await);
        assert_eq!(text(&order, "amount"), "100.00");
    })
    .await;
}

#[tokio::test]
async fn an_order_of_somebody_else_is_not_found() {
    on_each(async |market| {
        let object = created(&market.post("/v2/gateway/orders/", &RIGHT).await);
        let id = text(&json::part(&object, "order"), "id");
        let link = market.request("100", &[]).await;
        let merchant = market.merchant("s1").await;
        let (_, _, stranger) = market.stranger().await;
        for token in [&merchant.token, &stranger] {
            for path in [format!("/v2/gateway/orders/id:{id}/"), "/v2/gateway/orders/transaction_id:TX_1-a/".to_owned()]
            {
                not_found(&call(&market.app, "GET", &path, token, &[]).await);
            }
            let fields = [("id", link.id.as_str())];
            let answer = call(&market.app, "POST", "/v2/gateway/orders/payment-request/", token, &fields).await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{}", answer.body);
            assert_eq!(items(&call(&market.app, "GET", "/v2/gateway/orders/", token, &[]).await, "orders").len(), 0);
        }
        for path in ["/v2/gateway/orders/id:x/", "/v2/gateway/orders/transaction_id:x%2Fy/", "/v2/gateway/orders/x/"] {
            not_found(&market.get(path).await);
        }
    })
    .await;
}
