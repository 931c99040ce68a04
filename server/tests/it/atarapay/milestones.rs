//! A payment that carries a project: a milestone, which waits for its turn.

use super::checkout::{Checkout, form, paid, reaches_a_charge};
use super::{BUYER, Keys, PROJECT, Shop, accept, bankable, data, json, order_id, refused, send, view};
use domain::order::{ShareOf, Status};
use domain::permission::AccountKind;

const LIST: &str = "/api/project/getExternalProjects";

async fn project(shop: &Shop, keys: &Keys) -> String {
    let made = keys.send(&shop.app, "POST", "/api/project/createProject", &PROJECT).await;
    json::part(&data(&made, "project_created"), "id")
}

/// The form of a milestone.
fn milestone<'a>(shop: &'a Shop, project: &'a str, product: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    let changes = [("project_id", project), ("order_product_id", product), ("order_product_name", name)];
    form(&shop.keys.public, &changes)
}

/// The orders of the seller's only project.
async fn transactions(shop: &Shop) -> Vec<String> {
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "project_data"));
    json::items(&json::part(&listed[0], "transaction"))
}

#[tokio::test]
async fn a_paid_milestone_is_an_order_of_its_project() {
    let shop = Shop::open().await;
    let (buyer, browser) = shop.app.person(BUYER, AccountKind::Buyer).await;
    let id = project(&shop, &shop.keys).await;
    let checkout = Checkout::open(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    assert_eq!(transactions(&shop).await, Vec::<String>::new(), "linked by the payment");
    let back = checkout.pay(&shop.app, "yes", super::checkout::CARD).await;
    let number = super::checkout::number_of(&back);
    let linked = transactions(&shop).await;
    assert_eq!(linked.len(), 1);
    assert_eq!(json::part(&linked[0], "id"), number);
    let project = shop.app.backend.project_names(&buyer).await.unwrap().remove(0).0;
    let page = browser.get(&format!("/projects/{project}")).await.body;
    assert!(page.contains("Foundations"), "{page}");
    let order = order_id(&shop.app, &shop.seller, &number).await;
    assert_eq!(view(&shop.app, order).await.facts.milestone.map(|(of, _)| of), Some(project));
    let update = format!("/api/project/updateProject/{id}");
    let fields = [("project_name", "Eko"), ("description", "A city.")];
    let updated = data(&shop.send("PUT", &update, &fields).await, "project_updated");
    assert_eq!(json::items(&json::part(&updated, "transaction")), linked);
}

#[tokio::test]
async fn the_next_is_refused_before_any_charge_until_the_one_before_is_over() {
    let shop = Shop::open().await;
    bankable(&shop.app, &shop.seller).await;
    let id = project(&shop, &shop.keys).await;
    let first = paid(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    let order = order_id(&shop.app, &shop.seller, &first).await;
    let second = milestone(&shop, &id, "2", "Walls");
    assert!(!reaches_a_charge(&shop.app, &second).await, "paid and not delivered");
    data(&shop.act(&first, "delivered").await, "pod_created");
    assert!(!reaches_a_charge(&shop.app, &second).await, "delivered and not accepted");
    accept(&shop.app, order).await;
    assert_eq!(view(&shop.app, order).await.order.status, Status::Completed);
    let next = paid(&shop.app, &second).await;
    assert_ne!(next, first);
    let mut numbers: Vec<String> = transactions(&shop).await.iter().map(|order| json::part(order, "id")).collect();
    numbers.sort();
    assert_eq!(numbers, [first, next]);
    assert_eq!(shop.app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_refunded_milestone_lets_the_next_one_go_on() {
    let shop = Shop::open().await;
    let id = project(&shop, &shop.keys).await;
    let first = paid(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    data(&shop.act(&first, "cancelled").await, "Order is cancelled");
    shop.app.backend.run_until_idle().await.unwrap();
    paid(&shop.app, &milestone(&shop, &id, "2", "Walls")).await;
}

#[tokio::test]
async fn two_hosted_pages_opened_at_once_lead_to_one_charge_at_a_time() {
    let shop = Shop::open().await;
    let id = project(&shop, &shop.keys).await;
    let first = Checkout::open(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    let browser = shop.app.anonymous();
    let sent = super::checkout::from_shop(&browser, "/", &milestone(&shop, &id, "2", "Walls")).await;
    first.pay(&shop.app, "yes", super::checkout::CARD).await;
    if let Some(link) = super::checkout::link_of(&sent) {
        let second = Checkout { browser, link };
        let path = second.proceed("yes").await;
        assert!(!path.starts_with("/sandbox/pay/"), "the second waits for the first: {path}");
    }
    assert_eq!(transactions(&shop).await.len(), 1);
}

#[tokio::test]
async fn a_hosted_page_that_was_left_does_not_stop_the_project() {
    let shop = Shop::open().await;
    let id = project(&shop, &shop.keys).await;
    Checkout::open(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    let declined = Checkout::open(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    declined.pay(&shop.app, "no", "4000000000000002").await;
    let number = paid(&shop.app, &milestone(&shop, &id, "1", "Foundations")).await;
    let linked = transactions(&shop).await;
    assert_eq!(linked.len(), 1, "{linked:?}");
    assert_eq!(json::part(&linked[0], "id"), number);
}

#[tokio::test]
async fn a_milestone_is_shared_with_its_service_provider() {
    let shop = Shop::open().await;
    let id = project(&shop, &shop.keys).await;
    let provider = shop.provider().await;
    let changes = [("project_id", id.as_str()), ("sp_id", &provider), ("sp_commission", "40")];
    let number = paid(&shop.app, &form(&shop.keys.public, &changes)).await;
    let order = order_id(&shop.app, &shop.seller, &number).await;
    let shares = super::shares(&shop.app, order).await;
    assert_eq!(shares, [(ShareOf::Seller, 490_200), (ShareOf::Provider, 735_300)]);
}

#[tokio::test]
async fn a_project_of_nobody_of_another_seller_or_of_another_buyer_is_refused() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let theirs = project(&shop, &other).await;
    let own = project(&shop, &shop.keys).await;
    for (id, email) in [
        (theirs.as_str(), BUYER),
        ("999999", BUYER),
        ("abc", BUYER),
        ("-1", BUYER),
        // Only the buyer adds milestones.
        (own.as_str(), "somebody@example.test"),
    ] {
        let fields = form(&shop.keys.public, &[("project_id", id), ("email", email)]);
        refused(&send(&shop.app, "POST", "/", &fields).await);
    }
    super::no_orders(&shop.app, &shop.seller).await;
    assert_eq!(transactions(&shop).await, Vec::<String>::new());
}
