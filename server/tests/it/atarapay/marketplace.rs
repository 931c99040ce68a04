//! A marketplace operator and its registered seller: association by phone, and what the operator keeps.

use super::checkout::{form, paid};
use super::{Keys, NOON, PROVIDER, bankable, data, golden, json, order_id, refused, says, shares, view, with};
use crate::harness::TestApp;
use backend::Mode;
use backend::service::associations::AssociationStatus;
use backend::service::viewer::Viewer;
use domain::ids::AssociationId;
use domain::order::{Commission, ShareOf};
use domain::permission::AccountKind;

const UPDATE: &str = "/api/serviceprovider/marketplaceOrder/update";
const DONE: &str = "Service provider and commission successfully associated with the order";
pub(super) const SELLER_PHONE: &str = "+2348012345678";

/// An operator that takes 10 %, and a private seller on its marketplace.
pub(super) struct Market {
    pub(super) app: TestApp,
    pub(super) operator: (Viewer, Keys),
    pub(super) seller: (Viewer, Keys),
    pub(super) association: AssociationId,
}

impl Market {
    pub(super) async fn open() -> Self {
        let app = TestApp::start(Mode::Sandbox).await;
        let (operator, _) = app.person("operator@example.test", AccountKind::MarketplaceOperator).await;
        let (seller, _) = app.person("seller@example.test", AccountKind::IndividualSeller).await;
        app.backend.set_account_phone(&seller, SELLER_PHONE).await.unwrap();
        app.backend.invite_seller(&operator, "seller@example.test", "10").await.unwrap();
        let association = app.backend.marketplaces(&seller).await.unwrap().remove(0).association.id;
        app.backend.answer_invitation(&seller, association, true).await.unwrap();
        let (operators, sellers) = (Keys::issue(&app, &operator).await, Keys::issue(&app, &seller).await);
        Self { app, operator: (operator, operators), seller: (seller, sellers), association }
    }

    /// A paid order of the seller on the marketplace.
    pub(super) async fn order(&self) -> String {
        let fields = [("is_marketplace", "1"), ("seller_phone", SELLER_PHONE)];
        paid(&self.app, &form(&self.operator.1.public, &fields)).await
    }

    pub(super) fn seller_id(&self) -> i64 {
        self.seller.0.selling().unwrap().number
    }

    fn operator_id(&self) -> i64 {
        self.operator.0.operating().unwrap().number
    }
}

#[tokio::test]
async fn the_operator_sets_its_commission_by_either_method_and_spelling() {
    let market = Market::open().await;
    let number = market.order().await;
    for (method, spelling, percent) in [
        ("PUT", "commission", "20"),
        ("POST", "commission", "25"),
        ("PUT", "commisson", "40"),
        ("POST", "commisson", "30"),
    ] {
        let fields = [(spelling, percent), ("order_id", number.as_str())];
        let answer = market.operator.1.send(&market.app, method, UPDATE, &fields).await;
        let told = data(&answer, DONE);
        let id: u64 = json::part(&told, "id").parse().unwrap();
        let expected = format!(
            r#"{{"id":{id},"order_id":{number},"sp_type":"Marketplace Service Provider","commission":{percent},"test":null,
            "comments":null,"created_at":"{NOON}","updated_at":"{NOON}",
            "service_provider":{{"id":{},"is_marketplace":null,"marketplace_child":{},"individual":1,"business_name":null,
            "business_address":null,"business_address_2":null,"business_city":null,"business_state":null,
            "business_country":null,"business_email":null,"year_of_inc":null,"cac_certificate":null,
            "memorandum_of_article":null,"company_profile":null,"siteURL":null,"test":"","comments":"","deleted_at":null,
            "created_at":"{NOON}","updated_at":"{NOON}"}}}}"#,
            market.seller_id(),
            market.operator_id()
        );
        golden(&answer, DONE, &expected);
        let order = order_id(&market.app, &market.seller.0, &number).await;
        let kept = view(&market.app, order).await.order.terms.commission;
        assert_eq!(kept, Commission::parse(percent).unwrap(), "{method} {spelling}");
    }
    let order = order_id(&market.app, &market.seller.0, &number).await;
    // 12,500 less the gateway's 195, of which 30 % are the operator's.
    assert_eq!(shares(&market.app, order).await, [(ShareOf::Seller, 861_350), (ShareOf::Operator, 369_150)]);
}

#[tokio::test]
async fn the_operator_is_told_what_is_missing_or_wrong() {
    let market = Market::open().await;
    let number = market.order().await;
    let order = order_id(&market.app, &market.seller.0, &number).await;
    let before = view(&market.app, order).await.order;
    let fields = [("commisson", "30"), ("order_id", number.as_str())];
    for (field, words) in [("commisson", "commisson"), ("order_id", "order id")] {
        for sent in [super::without(&fields, field), with(&fields, field, "")] {
            let answer = market.operator.1.send(&market.app, "POST", UPDATE, &sent).await;
            says(&answer, &format!("The {words} field is required."));
        }
    }
    for percent in ["-1", "101", "abc", "NaN", "10 + 200"] {
        let sent = with(&fields, "commisson", percent);
        refused(&market.operator.1.send(&market.app, "POST", UPDATE, &sent).await);
    }
    for nonsense in ["abc", "-1", "999999", "99999999999999999999999"] {
        let sent = with(&fields, "order_id", nonsense);
        refused(&market.operator.1.send(&market.app, "POST", UPDATE, &sent).await);
    }
    assert_eq!(view(&market.app, order).await.order, before);
}

#[tokio::test]
async fn a_seller_who_left_is_not_associated_any_more() {
    let market = Market::open().await;
    let number = market.order().await;
    market.app.backend.remove_seller(&market.operator.0, market.association).await.unwrap();
    let fields = [("commisson", "90"), ("order_id", number.as_str())];
    let answer = market.operator.1.send(&market.app, "POST", UPDATE, &fields).await;
    let message = format!(
        "Seller with id ({}) is not associated to the marketplace operator, Please associate seller then try again",
        market.seller_id()
    );
    says(&answer, &message);
    let order = order_id(&market.app, &market.seller.0, &number).await;
    assert_eq!(view(&market.app, order).await.order.terms.commission, Commission::parse("10").unwrap());
}

#[tokio::test]
async fn nobody_but_the_operator_sets_its_commission() {
    let market = Market::open().await;
    let number = market.order().await;
    let order = order_id(&market.app, &market.seller.0, &number).await;
    let before = view(&market.app, order).await.order;
    let (rival, _) = market.app.person("rival@example.test", AccountKind::MarketplaceOperator).await;
    let rival = Keys::issue(&market.app, &rival).await;
    let fields = [("commisson", "90"), ("order_id", number.as_str())];
    refused(&market.seller.1.send(&market.app, "POST", UPDATE, &fields).await);
    // An order of somebody else's marketplace is answered as one of nobody.
    let foreign = refused(&rival.send(&market.app, "POST", UPDATE, &fields).await);
    let unknown = with(&fields, "order_id", "999999");
    let unknown = refused(&rival.send(&market.app, "POST", UPDATE, &unknown).await);
    assert_eq!(foreign.replace(&number, "N"), unknown.replace("999999", "N"));
    // The other call is a Business Seller's.
    let fields = [("commisson", "90"), ("order_id", number.as_str()), ("sp_id", "1")];
    refused(&market.operator.1.send(&market.app, "PUT", "/api/serviceprovider/order/update", &fields).await);
    assert_eq!(view(&market.app, order).await.order, before);
}

#[tokio::test]
async fn an_operator_associates_a_registered_seller_by_phone() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (operator, _) = app.person("operator@example.test", AccountKind::MarketplaceOperator).await;
    let (seller, _) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    app.backend.set_account_phone(&seller, SELLER_PHONE).await.unwrap();
    let keys = Keys::issue(&app, &operator).await;
    let create = "/api/serviceprovider/create";
    refused(&keys.send(&app, "POST", create, &with(&PROVIDER, "phone", "+2348099999999")).await);
    assert!(app.backend.associated_sellers(&operator).await.unwrap().is_empty(), "nobody has this phone");
    let answer = keys.send(&app, "POST", create, &with(&PROVIDER, "phone", SELLER_PHONE)).await;
    let told = data(&answer, "Service Provider Created successfully");
    assert_eq!(json::part(&told, "phone"), format!("\"{SELLER_PHONE}\""));
    let rows = app.backend.associated_sellers(&operator).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].association.status, rows[0].association.seller),
        (AssociationStatus::Active, seller.selling().unwrap().account)
    );
    data(
        &keys.send(&app, "POST", create, &with(&PROVIDER, "phone", SELLER_PHONE)).await,
        "Service Provider Updated successfully",
    );
    assert_eq!(app.backend.associated_sellers(&operator).await.unwrap().len(), 1, "once");
    bankable(&app, &operator).await;
    let listed = json::items(&data(&keys.send(&app, "POST", "/api/serviceprovider", &[]).await, "Service providers"));
    assert_eq!(listed.len(), 1);
    assert_eq!(json::part(&listed[0], "phone"), format!("\"{SELLER_PHONE}\""));
}

#[tokio::test]
async fn a_sellers_bank_account_is_never_told_or_changed_by_its_operator() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (operator, _) = app.person("operator@example.test", AccountKind::MarketplaceOperator).await;
    let (seller, _) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    app.backend.set_account_phone(&seller, SELLER_PHONE).await.unwrap();
    bankable(&app, &seller).await;
    let keys = Keys::issue(&app, &operator).await;
    let fields = with(&PROVIDER, "phone", SELLER_PHONE);
    let answer = keys.send(&app, "POST", "/api/serviceprovider/create", &fields).await;
    data(&answer, "Service Provider Created successfully");
    assert!(!answer.body.contains("0123456789"), "the seller's own account number");
    let banks = app.backend.payout_setup(&seller).await.unwrap().banks;
    assert_eq!(banks.len(), 1);
    assert_eq!(banks[0].1.number, "0123456789");
}
