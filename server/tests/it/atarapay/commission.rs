//! What a Business Seller keeps of an order with a service provider.

use super::checkout::{form, paid};
use super::{Fields, NOON, PHONE, Shop, accept, data, json, order_id, refused, says, shares, view};
use domain::ids::OrderId;
use domain::order::{Commission, ShareOf, Status};

const UPDATE: &str = "/api/serviceprovider/order/update";
const DONE: &str = "Service provider and commission successfully associated with the order";

/// A shop with a provider and a paid order.
async fn shop() -> (Shop, String, OrderId, String) {
    let shop = Shop::open().await;
    let provider = shop.provider().await;
    let order = shop.app.paid(&shop.seller, super::BUYER).await;
    let number = shop.app.number(order).await;
    (shop, provider, order, number)
}

#[tokio::test]
async fn a_commission_is_set_by_either_method_and_either_spelling() {
    let (shop, provider, order, number) = shop().await;
    for (method, spelling, percent) in [
        ("PUT", "commission", "20"),
        ("POST", "commisson", "30"),
        ("PUT", "commisson", "40"),
        ("POST", "commission", "50"),
    ] {
        let fields = [(spelling, percent), ("sp_id", provider.as_str()), ("order_id", &number)];
        let answer = shop.send(method, UPDATE, &fields).await;
        let rows = json::items(&data(&answer, DONE));
        assert_eq!(rows.len(), 1, "{method} {spelling}");
        let id: u64 = json::part(&rows[0], "id").parse().unwrap();
        let expected = format!(
            r#"{{"id":{id},"order_id":{number},"commisson":{percent},"created_at":"{NOON}","updated_at":"{NOON}",
            "service_provider":<provider>}}"#
        );
        let sent = json::part(&rows[0], "service_provider");
        assert_eq!(rows[0], json::compact(&expected).replace("<provider>", &sent));
        let expected = format!(
            r#"{{"id":{provider},"firstname":"Emeka","lastname":"Adeniyi","phone":"{PHONE}",
            "email":"emeka.adeniyi@example.test","bank_code":"000","nip_bank_code":"999999","bank_name":"Sandbox Bank",
            "bank_account_name":"Emeka Adeniyi","bank_account_number":"1234567890","recipient_code":"",
            "created_at":"{NOON}","updated_at":"{NOON}"}}"#
        );
        let documented = json::cut(&sent, &["type", "account_id", "account_type"]);
        assert_eq!(documented, json::compact(&expected));
        let view = view(&shop.app, order).await;
        assert_eq!(view.order.terms.commission, Commission::parse(percent).unwrap(), "{method} {spelling}");
        assert!(view.order.parties.provider.is_some());
    }
    let shares = shares(&shop.app, order).await;
    assert_eq!(shares.iter().map(|(of, _)| *of).collect::<Vec<_>>(), [ShareOf::Seller, ShareOf::Provider]);
    assert_eq!(shares[0].1, shares[1].1, "half each");
}

#[tokio::test]
async fn a_commission_has_two_decimals_and_goes_from_nothing_to_all() {
    let (shop, provider, order, number) = shop().await;
    for (percent, shown) in [("12.25", "12.25"), ("0", "0"), ("100", "100"), ("33.5", "33.5")] {
        let fields = [("commisson", percent), ("sp_id", provider.as_str()), ("order_id", &number)];
        let rows = json::items(&data(&shop.post(UPDATE, &fields).await, DONE));
        let told: serde_json::Value = serde_json::from_str(&json::part(&rows[0], "commisson")).unwrap();
        assert_eq!(told.to_string().trim_end_matches(".0"), shown);
        assert_eq!(view(&shop.app, order).await.order.terms.commission, Commission::parse(percent).unwrap());
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let (shop, provider, _, number) = shop().await;
    let fields: Fields<'_> = &[("commisson", "50"), ("sp_id", &provider), ("order_id", &number)];
    for method in ["PUT", "POST"] {
        for (field, words) in [("commisson", "commisson"), ("sp_id", "sp id"), ("order_id", "order id")] {
            let message = format!("The {words} field is required.");
            says(&shop.send(method, UPDATE, &super::without(fields, field)).await, &message);
            says(&shop.send(method, UPDATE, &super::with(fields, field, "")).await, &message);
        }
    }
}

#[tokio::test]
async fn a_wrong_commission_or_somebody_elses_ids_change_nothing() {
    let (shop, provider, order, number) = shop().await;
    let (viewer, other) = shop.stranger().await;
    let theirs = other.send(&shop.app, "POST", "/api/serviceprovider/create", &super::PROVIDER).await;
    let their_provider = json::part(&data(&theirs, "Service Provider Created successfully"), "id");
    let their_order = shop.app.paid(&viewer, super::BUYER).await;
    let their_number = shop.app.number(their_order).await;
    let before = view(&shop.app, order).await.order.version;

    for percent in ["-1", "101", "100.01", "abc", "1e9", "NaN", "50 %; 20", "10 + 200", "1,000"] {
        refused(&shop.post(UPDATE, &[("commisson", percent), ("sp_id", &provider), ("order_id", &number)]).await);
    }
    for sp in [their_provider.as_str(), "999999"] {
        let message =
            format!("Service Provider with id ({sp}) does not exist, Please add Service Provider then try again");
        says(&shop.post(UPDATE, &[("commisson", "50"), ("sp_id", sp), ("order_id", &number)]).await, &message);
    }
    // An order of another seller is answered as one of nobody.
    let unknown = shop.post(UPDATE, &[("commisson", "50"), ("sp_id", &provider), ("order_id", "999999")]).await;
    let foreign = shop.post(UPDATE, &[("commisson", "50"), ("sp_id", &provider), ("order_id", &their_number)]).await;
    assert_eq!(refused(&unknown).replace("999999", "N"), refused(&foreign).replace(&their_number, "N"));
    for nonsense in ["abc", "-1", "1.5", "99999999999999999999999"] {
        refused(&shop.post(UPDATE, &[("commisson", "50"), ("sp_id", nonsense), ("order_id", &number)]).await);
        refused(&shop.post(UPDATE, &[("commisson", "50"), ("sp_id", &provider), ("order_id", nonsense)]).await);
    }
    assert_eq!(view(&shop.app, order).await.order.version, before);
    assert_eq!(view(&shop.app, their_order).await.order.parties.provider, None);
}

#[tokio::test]
async fn after_acceptance_the_commission_stands() {
    let (shop, provider, order, number) = shop().await;
    let fields = [("commisson", "50"), ("sp_id", provider.as_str()), ("order_id", &number)];
    data(&shop.post(UPDATE, &fields).await, DONE);
    data(&shop.act(&number, "delivered").await, "pod_created");
    // Until then it may be changed.
    data(&shop.post(UPDATE, &super::with(&fields, "commisson", "60")).await, DONE);
    accept(&shop.app, order).await;
    refused(&shop.post(UPDATE, &super::with(&fields, "commisson", "70")).await);
    let after = view(&shop.app, order).await;
    assert_eq!(after.order.status, Status::Accepted);
    assert_eq!(after.order.terms.commission, Commission::parse("60").unwrap());
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_payment_with_a_provider_is_split_by_the_sellers_percent() {
    let shop = Shop::open().await;
    let provider = shop.provider().await;
    super::bankable(&shop.app, &shop.seller).await;
    let number = paid(&shop.app, &form(&shop.keys.public, &[("sp_id", &provider), ("sp_commission", "40")])).await;
    let order = order_id(&shop.app, &shop.seller, &number).await;
    // 12,500 less the gateway's 1.5 % of 13,000 and ₦50 for the provider's payout: 12,255, of which 40 % are the seller's.
    assert_eq!(shares(&shop.app, order).await, [(ShareOf::Seller, 490_200), (ShareOf::Provider, 735_300)]);
    data(&shop.act(&number, "delivered").await, "pod_created");
    accept(&shop.app, order).await;
    shop.app.backend.run_until_idle().await.unwrap();
    assert_eq!(view(&shop.app, order).await.order.status, Status::Completed);
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_payment_with_a_wrong_provider_or_share_is_refused_before_any_charge() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let theirs = other.send(&shop.app, "POST", "/api/serviceprovider/create", &super::PROVIDER).await;
    let theirs = json::part(&data(&theirs, "Service Provider Created successfully"), "id");
    let own = shop.provider().await;
    for (sp, share) in [
        (theirs.as_str(), "40"),
        ("999999", "40"),
        ("abc", "40"),
        (own.as_str(), "101"),
        (own.as_str(), "-1"),
        (own.as_str(), "half"),
    ] {
        let fields = form(&shop.keys.public, &[("sp_id", sp), ("sp_commission", share)]);
        let message = refused(&super::send(&shop.app, "POST", "/", &fields).await);
        assert!(share != "40" || message.contains("does not exist"), "{message}");
    }
    super::no_orders(&shop.app, &shop.seller).await;
}
