//! What the marketplace's own server is told of a payment (instamojo.md section 7).

use super::expect::{ok, text};
use super::listener::Listener;
use super::{CARD, DECLINED, Market, SITE, mac, on_each};
use std::collections::BTreeMap;
use time::Duration;

/// A payment of ₹1000 with a listener; answers its link and the payment's id.
async fn paid(market: &Market, listener: &Listener, number: &str) -> (super::Link, String) {
    let url = listener.url();
    let fields = [("webhook", url.as_str()), ("buyer_name", "John Doe")];
    let link = market.request("1000", &fields).await;
    let (payment, _) = link.pay(&market.app, number).await;
    (link, payment)
}

#[tokio::test]
async fn thirteen_fields_with_a_signature_arrive_as_a_form() {
    on_each(async |market| {
        let listener = Listener::start(&[]).await;
        let (link, payment) = paid(market, &listener, CARD).await;
        let told = listener.take();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].content_type.starts_with("application/x-www-form-urlencoded"), "{}", told[0].content_type);
        assert!(!told[0].authorization);
        let fields = told[0].fields();
        let longurl = format!("{SITE}{}", link.page);
        let signature = mac::of_fields(&market.client.salt, &fields);
        let expected: BTreeMap<&str, &str> = BTreeMap::from([
            ("amount", "1000.00"),
            ("buyer", "rahul@example.test"),
            ("buyer_name", "Rahul Sharma"),
            ("buyer_phone", "+919898989898"),
            ("currency", "INR"),
            ("fees", "23.00"),
            ("longurl", longurl.as_str()),
            ("mac", signature.as_str()),
            ("payment_id", payment.as_str()),
            ("payment_request_id", link.id.as_str()),
            ("purpose", "FIFA 16"),
            ("shorturl", ""),
            ("status", "Credit"),
        ]);
        let received: BTreeMap<&str, &str> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(received, expected);
        assert_eq!(fields.len(), 13, "each once");
        // By the time it is told, the API says the same.
        assert_eq!(text(&ok(&market.get(&format!("/v2/payments/{payment}/")).await), "fees"), "23.00");
        market.app.clock.advance(Duration::days(1));
        market.idle().await;
        assert_eq!(listener.take(), [], "once is enough");
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_in_another_script_is_signed_as_it_was_typed() {
    on_each(async |market| {
        let listener = Listener::start(&[]).await;
        let url = listener.url();
        let link = market.request("49.50", &[("webhook", url.as_str()), ("purpose", "चाय & 100% | “fun”")]).await;
        let buyer = link.open(&market.app).await;
        let answer = buyer.proceed(&[("name", "राहुल शर्मा + Söhne")]).await;
        let charge = super::link::charge_of(&answer).unwrap();
        buyer.browser.post("/do/sandbox-pay", &[("reference", &charge), ("number", CARD)]).await;
        market.idle().await;
        let fields = listener.take().remove(0).fields();
        let value = |name: &str| fields.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert_eq!(value("buyer_name"), "राहुल शर्मा + Söhne");
        assert_eq!(value("mac"), mac::of_fields(&market.client.salt, &fields));
        assert_eq!(value("amount"), "49.50");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_fails_at_first_is_told_the_same_again() {
    on_each(async |market| {
        let listener = Listener::start(&[500, 302, 404]).await;
        paid(market, &listener, CARD).await;
        let first = listener.take();
        assert_eq!(first.len(), 1);
        market.idle().await;
        assert_eq!(listener.take(), [], "not at once");
        for _ in 0..3 {
            market.app.clock.advance(Duration::hours(8));
            market.idle().await;
            assert_eq!(listener.take(), first, "the same body");
        }
        market.app.clock.advance(Duration::days(2));
        market.idle().await;
        assert_eq!(listener.take(), [], "delivered");
    })
    .await;
}

#[tokio::test]
async fn a_failed_payment_is_not_told() {
    on_each(async |market| {
        let listener = Listener::start(&[]).await;
        let (link, _) = paid(market, &listener, DECLINED).await;
        market.idle().await;
        assert_eq!(listener.take(), []);
        let payment = link.paid(&market.app).await;
        let told = listener.take();
        assert_eq!(told.len(), 1);
        assert!(told[0].fields().contains(&("payment_id".to_owned(), payment)));
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_the_bank_reports_twice_is_told_once() {
    on_each(async |market| {
        let listener = Listener::start(&[]).await;
        let (_, payment) = paid(market, &listener, "4000000000000077").await;
        market.idle().await;
        assert_eq!(listener.take().len(), 1);
        let merchant = market.merchant("foo").await;
        super::created(&market.credit(&payment, "1", &merchant, "1000").await);
        let (_, short) = market.commission().await;
        assert_eq!(short, 2_714, "it was counted once: all of it is the merchant's, and the fees are owed");
    })
    .await;
}

#[tokio::test]
async fn a_payment_is_signed_with_the_salt_of_the_program_that_asked_for_it() {
    on_each(async |market| {
        let listener = Listener::start(&[]).await;
        market.app.clock.advance(Duration::seconds(1));
        let (_, stranger, token) = market.stranger().await;
        let url = listener.url();
        let link = super::Link::create(&market.app, &token, "10", &[("webhook", &url)]).await;
        link.paid(&market.app).await;
        let fields = listener.take().remove(0).fields();
        let signature = fields.iter().find(|(name, _)| name == "mac").unwrap().1.clone();
        assert_eq!(signature, mac::of_fields(&stranger.salt, &fields));
        assert_ne!(signature, mac::of_fields(&market.client.salt, &fields));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_gone_holds_nobodys_money_up() {
    on_each(async |market| {
        let listener = Listener::start(&[]).await;
        let url = listener.url();
        drop(listener);
        let link = market.request("100", &[("webhook", url.as_str())]).await;
        let payment = link.paid(&market.app).await;
        let merchant = market.merchant("foo").await;
        super::created(&market.credit(&payment, "1", &merchant, "50").await);
        super::ok(&market.fulfil(&payment).await);
    })
    .await;
}
