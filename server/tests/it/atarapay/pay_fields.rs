//! The fields of the payment form: what is required, what is refused, and the oddities of real shops that are taken.

use super::checkout::{Checkout, form, from_shop, link_of, paid};
use super::{Shop, data, json, no_orders, refused, says, send, without};
use http::StatusCode;

#[tokio::test]
async fn each_required_field_is_named() {
    let shop = Shop::open().await;
    let whole = form(&shop.keys.public, &[]);
    for field in [
        "token",
        "email",
        "phone_number",
        "currency",
        "amount",
        "customer_firstname",
        "customer_lastname",
        "order_product_id",
        "order_product_name",
        "delivery_date",
        "delivery_location",
        "recipient",
        "type",
    ] {
        let message = format!("The {} field is required.", field.replace('_', " "));
        says(&send(&shop.app, "POST", "/", &without(&whole, field)).await, &message);
        says(&send(&shop.app, "POST", "/pay", &form(&shop.keys.public, &[(field, "")])).await, &message);
    }
    says(&send(&shop.app, "POST", "/", &[]).await, "The token field is required.");
    let dollars = without(&form(&shop.keys.public, &[("currency", "USD")]), "amount_fx");
    says(&send(&shop.app, "POST", "/", &dollars).await, "The amount fx field is required.");
    no_orders(&shop.app, &shop.seller).await;
}

#[tokio::test]
async fn each_wrong_field_is_refused_for_a_browser_and_for_a_program() {
    let shop = Shop::open().await;
    let long = "x".repeat(9_000);
    for (field, value) in [
        ("token", "nobody"),
        ("token", shop.keys.private.as_str()),
        ("email", "nobody"),
        ("email", "seller@example.test"),
        ("email", &long),
        ("phone_number", "call me"),
        ("phone_number", &long),
        ("currency", "EUR"),
        ("currency", "NAIRA"),
        ("amount", "0"),
        ("amount", "-1250000"),
        ("amount", "abc"),
        ("amount", "NaN"),
        ("amount", "inf"),
        ("amount", "1e400"),
        ("amount", "false"),
        ("amount", "99999999999999999999999999"),
        ("amount", "12"),
        ("order_product_id", "abc"),
        ("order_product_id", &long),
        ("recipient", "nobody"),
        ("type", "2"),
        ("callback_url", "javascript:alert(1)"),
        ("callback_url", "ftp://shop.example/"),
        ("callback_url", "//shop.example/"),
        ("callback_url", "not an address"),
    ] {
        let fields = form(&shop.keys.public, &[(field, value)]);
        let page = from_shop(&shop.app.anonymous(), "/", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value:.40}: {}", page.location());
        refused(&send(&shop.app, "POST", "/", &fields).await);
    }
    no_orders(&shop.app, &shop.seller).await;
}

#[tokio::test]
async fn the_noise_of_a_floating_point_amount_is_rounded() {
    let shop = Shop::open().await;
    for (product, amount, kobo) in [
        ("1", "1249999.9999999998", "1250000"),
        ("2", "1998.9999999999998", "1999"),
        ("3", "1250000.0000000002", "1250000"),
        ("4", "1250000.00", "1250000"),
        ("5", "1250000", "1250000"),
    ] {
        let fields = form(&shop.keys.public, &[("amount", amount), ("order_product_id", product)]);
        let number = paid(&shop.app, &fields).await;
        let told = data(&shop.act(&number, "order").await, "Order Fetched");
        assert_eq!(json::part(&told, "product_cost"), kobo, "{amount}");
    }
}

#[tokio::test]
async fn what_the_plugin_really_sends_is_taken() {
    let shop = Shop::open().await;
    let long = "1447, processing, NGN, 2.0.13, Array, ".repeat(200);
    for (field, value) in [
        ("order_product_name", long.as_str()),
        ("order_product_name", "Chair, of oak\nand table"),
        ("order_product_desc", ""),
        ("order_product_desc", "<p>Of <b>oak</b> &amp; more</p>, "),
        ("delivery_location", "1 Marina  Lagos Lagos NG 101001"),
        ("delivery_date", "2026-11-27 01:00:00"),
        ("delivery_date", "2026-11-27"),
        ("is_marketplace", "undefined"),
        ("is_marketplace", ""),
        ("is_marketplace", "0"),
        ("sp_id", ""),
        ("sp_id", "null"),
        ("sp_commission", ""),
        ("sp_commission", "null"),
        ("project_id", ""),
        ("alt_recipient", ""),
        ("alt_recipient", "+2348011111111"),
        ("platform", "Woocommerce"),
        (
            "products",
            r#"[{"name":"A chair","description":"","quantity":1,"price":"12500","weight":"","dimensions":"N/A","sku":"","product_id":9,"product_type":"physical","shipping":"yes"}]"#,
        ),
        ("product_type", "virtual"),
        ("amount_fx", ""),
        ("order_product_quantity", "2"),
        ("unheard_of", "x"),
    ] {
        let answer = from_shop(&shop.app.anonymous(), "/", &form(&shop.keys.public, &[(field, value)])).await;
        assert!(link_of(&answer).is_some(), "{field}={value:.40}: {} {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn what_a_shop_writes_is_text_and_never_markup() {
    let shop = Shop::open().await;
    let evil = "<script>alert(1)</script>";
    let changes = [
        ("order_product_name", evil),
        ("order_product_desc", evil),
        ("delivery_location", evil),
        ("customer_firstname", evil),
    ];
    let fields = form(&shop.keys.public, &changes);
    let checkout = Checkout::open(&shop.app, &fields).await;
    let page = checkout.browser.get(&checkout.page()).await;
    assert!(!page.body.contains(evil), "{}", page.body);
    let wrong = form(&shop.keys.public, &[("currency", evil)]);
    assert!(!from_shop(&shop.app.anonymous(), "/", &wrong).await.body.contains(evil));
}

#[tokio::test]
async fn dollars_are_shown_as_the_shop_priced_them() {
    let shop = Shop::open().await;
    let fields = form(&shop.keys.public, &[("currency", "USD"), ("amount", "6947450"), ("amount_fx", "169.45")]);
    let checkout = Checkout::open(&shop.app, &fields).await;
    let page = checkout.browser.get(&checkout.page()).await;
    assert!(page.body.contains("169.45"), "{}", page.body);
    for amount in ["0", "-1", "abc", "NaN"] {
        let fields = form(&shop.keys.public, &[("currency", "USD"), ("amount_fx", amount)]);
        refused(&send(&shop.app, "POST", "/", &fields).await);
    }
}

#[tokio::test]
async fn a_shop_may_send_its_buyer_again_before_anything_is_paid() {
    let shop = Shop::open().await;
    let fields = form(&shop.keys.public, &[]);
    let first = Checkout::open(&shop.app, &fields).await;
    let second = Checkout::open(&shop.app, &fields).await;
    for checkout in [&first, &second] {
        assert_eq!(checkout.browser.get(&checkout.page()).await.status, StatusCode::OK);
    }
    let back = second.pay(&shop.app, "yes", super::checkout::CARD).await;
    let number = super::checkout::number_of(&back);
    let told = data(&shop.act(&number, "order").await, "Order Fetched");
    assert_eq!(json::part(&json::part(&told, "status"), "title"), "\"Pending\"");
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}
