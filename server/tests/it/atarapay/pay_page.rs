//! The standard integration: a shop sends its buyer to pay, and gets them back once the payment is confirmed.

use super::checkout::{CALLBACK, CARD, Checkout, form, from_shop, link_of, number_of, paid, path_of};
use super::{BUYER, PHONE, Shop, data, json, order_id, says, send_body, view};
use axum::body::Body;
use domain::order::Status;
use http::{Request, StatusCode, header};
use time::Duration;

#[tokio::test]
async fn a_buyer_pays_and_goes_back_to_the_shop() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let page = checkout.browser.get(&checkout.page()).await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in [
        BUYER,
        PHONE,
        "A chair",
        "seller@example.test Ltd",
        // What the buyer pays in all, its fee, and what the seller gets on acceptance.
        "13,000.00",
        "500.00",
        "12,305.00",
        "7 days",
        "name=\"alt_recipient\"",
        "action=\"/do/checkout-pay\"",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains(&shop.keys.private));
    let back = checkout.pay(&shop.app, "yes", CARD).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let number = number_of(&back);
    assert_eq!(back.location(), format!("{CALLBACK}?product=1447&order={number}"));
    let order = order_id(&shop.app, &shop.seller, &number).await;
    assert_eq!(view(&shop.app, order).await.order.status, Status::Pending);
    let again = checkout.back().await;
    assert_eq!(again.location(), back.location(), "a reload goes back again");
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn the_shops_own_query_is_kept() {
    let shop = Shop::open().await;
    for (product, callback, expected) in [
        (
            "1",
            "https://shop.example/?wc-api=atara&x=a%20b",
            "https://shop.example/?wc-api=atara&x=a%20b&product=1&order=",
        ),
        ("2", "https://shop.example:8443/a/b", "https://shop.example:8443/a/b?product=2&order="),
        ("3", "https://shop.example/?product=&order=0", "https://shop.example/?product=&order=0&product=3&order="),
    ] {
        let fields = form(&shop.keys.public, &[("callback_url", callback), ("order_product_id", product)]);
        let checkout = Checkout::open(&shop.app, &fields).await;
        let back = checkout.pay(&shop.app, "yes", CARD).await;
        let number =
            back.location().strip_prefix(expected).unwrap_or_else(|| panic!("{callback}: {}", back.location()));
        assert!(!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    }
}

#[tokio::test]
async fn both_addresses_take_a_form_or_multipart() {
    let shop = Shop::open().await;
    let fields = form(&shop.keys.public, &[]);
    let mut multipart = String::new();
    for (name, value) in &fields {
        multipart += &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    multipart += "--edge--\r\n";
    for path in ["/", "/pay"] {
        let browser = shop.app.anonymous();
        assert!(link_of(&from_shop(&browser, path, &fields).await).is_some(), "{path}");
        let kind = "multipart/form-data; boundary=edge";
        let answer = send_body(&shop.app, "POST", path, kind, multipart.as_str()).await;
        assert!(link_of(&answer).is_some(), "{path}: {} {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn the_public_key_may_be_a_bearer_and_must_agree_with_the_field() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let fields = form(&shop.keys.public, &[]);
    let bare = super::without(&fields, "token");
    for (bearer, sent, right) in [
        (shop.keys.public.as_str(), &bare, true),
        (shop.keys.public.as_str(), &fields, true),
        (other.public.as_str(), &fields, false),
        ("nobody", &fields, false),
        ("nobody", &bare, false),
        (shop.keys.private.as_str(), &bare, false),
    ] {
        let body = super::encode(sent);
        let request = Request::post("/")
            .header(header::CONTENT_TYPE, super::FORM)
            .header(header::CONTENT_LENGTH, body.len())
            .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
            .header(header::ACCEPT, "application/json")
            .body(Body::from(body))
            .unwrap();
        let answer = shop.app.anonymous().send(request).await;
        assert_eq!(link_of(&answer).is_some(), right, "{bearer}: {} {}", answer.status, answer.body);
        if !right {
            super::refused(&answer);
        }
    }
}

#[tokio::test]
async fn a_browser_gets_a_page_where_a_program_gets_the_envelope() {
    let shop = Shop::open().await;
    let wrong = form(&shop.keys.public, &[("email", "")]);
    let message = "The email field is required.";
    for path in ["/", "/pay"] {
        let page = from_shop(&shop.app.anonymous(), path, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        assert!(page.body.contains(message), "{}", page.body);
        says(&super::send(&shop.app, "POST", path, &wrong).await, message);
    }
    super::no_orders(&shop.app, &shop.seller).await;
}

#[tokio::test]
async fn a_declined_card_stays_here_and_may_be_tried_again() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    for (key, number) in [("first", "4000000000000002"), ("second", "4000000000009995")] {
        let back = checkout.pay(&shop.app, key, number).await;
        assert_eq!(back.status, StatusCode::OK, "{}", back.location());
        assert!(back.body.contains("/do/checkout-pay") || back.body.contains(&checkout.page()), "{}", back.body);
        assert!(!back.body.contains("product=1447"), "no way back to the shop as if it were paid");
    }
    let back = checkout.pay(&shop.app, "third", CARD).await;
    assert!(back.location().starts_with(&format!("{CALLBACK}?product=1447&order=")), "{}", back.body);
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_payment_under_way_or_of_a_wrong_amount_does_not_go_back_to_the_shop() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let stays = |answer: &crate::harness::Answer| {
        assert!(!answer.location().contains("shop.example"), "{}", answer.location());
        assert!(!answer.body.contains("product=1447"));
    };
    stays(&checkout.back().await);
    checkout.submit("pending", "4000000000003220").await;
    shop.app.backend.run_until_idle().await.unwrap();
    let waiting = checkout.back().await;
    stays(&waiting);
    assert_eq!(waiting.status, StatusCode::OK, "a page that waits");
    shop.app.clock.advance(Duration::seconds(10));
    shop.app.backend.run_until_idle().await.unwrap();
    assert!(checkout.back().await.location().starts_with(CALLBACK));

    let short = Checkout::open(&shop.app, &form(&shop.keys.public, &[("order_product_id", "1448")])).await;
    stays(&short.pay(&shop.app, "short", "4000000000000093").await);
}

#[tokio::test]
async fn a_second_click_opens_the_same_charge_and_nothing_is_paid_twice() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let first = checkout.proceed("once").await;
    assert!(first.starts_with("/sandbox/pay/"), "{first}");
    assert_eq!(checkout.proceed("once").await, first);
    checkout.pay(&shop.app, "once", CARD).await;
    let late = checkout.proceed("twice").await;
    assert!(!late.starts_with("/sandbox/pay/"), "{late}");
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn without_a_callback_the_buyer_stays_on_our_page() {
    let shop = Shop::open().await;
    let fields = super::without(&form(&shop.keys.public, &[]), "callback_url");
    let checkout = Checkout::open(&shop.app, &fields).await;
    let back = checkout.pay(&shop.app, "yes", CARD).await;
    let page = if back.status == StatusCode::OK { back } else { checkout.browser.get(path_of(back.location())).await };
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("A chair"), "{}", page.body);
}

#[tokio::test]
async fn a_hosted_page_of_nothing_is_not_found_and_its_form_is_ours_alone() {
    let shop = Shop::open().await;
    for path in ["/checkout/lnk_garbled", "/checkout/lnk_garbled/return", "/checkout/ord_1", "/checkout/"] {
        assert_eq!(shop.app.anonymous().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let yes = [("order", checkout.link.as_str()), ("alt_recipient", ""), ("key", "k")];
    let forged = from_shop(&checkout.browser, "/do/checkout-pay", &yes).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "another site does not say yes for the buyer");
}

/// The shop knows the address of the hosted page: it makes its holder a payer, never the buyer who accepts.
#[tokio::test]
async fn the_address_of_the_hosted_page_does_not_accept_for_the_buyer() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let number = number_of(&checkout.pay(&shop.app, "yes", CARD).await);
    data(&shop.act(&number, "delivered").await, "pod_created");
    let order = order_id(&shop.app, &shop.seller, &number).await;
    let before = view(&shop.app, order).await.order;
    let page = shop.app.anonymous().get(&format!("/orders/{}", checkout.link)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "the shop would read and act as the buyer");
    for act in ["accept", "reject", "cancel"] {
        let version = before.version.to_string();
        let fields = [("order", checkout.link.as_str()), ("act", act), ("key", act), ("version", &version)];
        shop.app.anonymous().post_multipart("/do/order-act", &fields, &[]).await;
    }
    assert_eq!(view(&shop.app, order).await.order, before);
}

#[tokio::test]
async fn the_buyer_is_mailed_the_link_that_accepts() {
    let shop = Shop::open().await;
    let number = paid(&shop.app, &form(&shop.keys.public, &[])).await;
    let mails = shop.app.backend.sandbox_mails(Some(BUYER), 10).await.unwrap();
    assert!(mails.iter().any(|mail| mail.text.contains("/orders/lnk_")));
    let told = data(&shop.act(&number, "order").await, "Order Fetched");
    assert_eq!(json::part(&told, "product_id"), "\"1447\"");
}

#[tokio::test]
async fn a_browser_that_is_back_before_the_news_waits_for_them() {
    let shop = Shop::open().await;
    for (product, number) in [("1", CARD), ("2", "4000000000000002")] {
        let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[("order_product_id", product)])).await;
        checkout.submit("early", number).await;
        // No worker ran yet.
        let early = checkout.back().await;
        assert!(early.body.contains("Waiting for the bank") && early.headers.contains_key("refresh"), "{}", early.body);
    }
}

#[tokio::test]
async fn who_paid_too_little_is_not_asked_to_pay_again() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let back = checkout.pay(&shop.app, "short", "4000000000000093").await;
    assert!(back.body.contains("should not pay again") && !back.body.contains("Try again"), "{}", back.body);
}

#[tokio::test]
async fn a_refused_order_is_shown_in_the_frame_of_whoever_sent_it() {
    let shop = Shop::open().await;
    let wrong = form(&shop.keys.public, &[("amount", "nonsense"), ("framed", "1")]);
    let refused = from_shop(&shop.app.anonymous(), "/pay", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.headers.contains_key("x-frame-options"), "{:?}", refused.headers);
    let policy = refused.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors *"), "{policy}");
    let plain = form(&shop.keys.public, &[("amount", "nonsense")]);
    let refused = from_shop(&shop.app.anonymous(), "/pay", &plain).await;
    assert_eq!(refused.headers["x-frame-options"], "DENY", "nobody else's page is framed");
}

#[tokio::test]
async fn a_page_in_a_frame_leads_to_no_page_that_no_frame_may_show() {
    let shop = Shop::open().await;
    let checkout = Checkout::open(&shop.app, &form(&shop.keys.public, &[])).await;
    let page = shop.app.anonymous().get(&format!("{}?framed=1", checkout.page())).await;
    for link in ["href=\"/help\"", "href=\"/sandbox\"", "href=\"/terms\"", "href=\"/\""] {
        assert!(!page.body.contains(link), "{link} in {}", page.body);
    }
}

#[tokio::test]
async fn without_a_callback_the_page_that_sent_the_order_may_show_it() {
    let shop = Shop::open().await;
    let fields: Vec<_> = form(&shop.keys.public, &[]).into_iter().filter(|(name, _)| *name != "callback_url").collect();
    let sent = from_shop(&shop.app.anonymous(), "/pay", &fields).await;
    let page = shop.app.anonymous().get(sent.location().trim_start_matches("http://holdfast.test")).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors https://shop.example"), "{policy}");
}
