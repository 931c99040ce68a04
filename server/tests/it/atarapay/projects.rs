//! Milestone projects: made, changed and listed.

use super::{BUYER, NOON, PROJECT, Shop, data, golden, json, refused, says, send, with, without};
use domain::permission::AccountKind;
use time::Duration;

const CREATE: &str = "/api/project/createProject";
const LIST: &str = "/api/project/getExternalProjects";

async fn create(shop: &Shop) -> String {
    json::part(&data(&shop.post(CREATE, &PROJECT).await, "project_created"), "id")
}

fn update(id: &str) -> String {
    format!("/api/project/updateProject/{id}")
}

#[tokio::test]
async fn a_project_is_created_for_a_buyer_by_address() {
    let shop = Shop::open().await;
    let (buyer, browser) = shop.app.person(BUYER, AccountKind::Buyer).await;
    let answer = shop.post(CREATE, &PROJECT).await;
    let id: u64 = json::part(&data(&answer, "project_created"), "id").parse().unwrap();
    let expected = format!(
        r#"{{"project_name":"Escrow payment","description":"This project provides details on escrow payment creation.",
        "started_by":null,"seller_id":{},"customer_id":{},"updated_at":"{NOON}","created_at":"{NOON}","id":{id}}}"#,
        shop.id(),
        buyer.buying().unwrap().number
    );
    golden(&answer, "project_created", &expected);
    assert!(browser.get("/projects").await.body.contains("Escrow payment"), "the buyer sees it");
}

#[tokio::test]
async fn a_buyer_whom_nobody_knows_is_made_once() {
    let shop = Shop::open().await;
    let first = data(&shop.post(CREATE, &PROJECT).await, "project_created");
    let second = data(&shop.post(CREATE, &PROJECT).await, "project_created");
    let customer: u64 = json::part(&first, "customer_id").parse().unwrap();
    assert_eq!(json::part(&second, "customer_id"), customer.to_string());
    assert_ne!(json::part(&first, "id"), json::part(&second, "id"), "asked twice, made twice");
    let (_, browser) = shop.app.person(BUYER, AccountKind::Buyer).await;
    assert!(browser.get("/projects").await.body.contains("Escrow payment"), "it waits for the buyer to register");
}

#[tokio::test]
async fn a_project_is_renamed_by_its_seller() {
    let shop = Shop::open().await;
    let id = create(&shop).await;
    shop.app.clock.advance(Duration::minutes(10));
    let text = "This is a building project that requires milestone payments.";
    let fields = [("project_name", "Eko Atlantic city"), ("description", text)];
    let answer = shop.send("PUT", &update(&id), &fields).await;
    let customer = json::part(&data(&answer, "project_updated"), "customer_id");
    let expected = format!(
        r#"{{"id":{id},"seller_id":{},"customer_id":{customer},"project_name":"Eko Atlantic city","description":"{text}",
        "started_by":null,"status":0,"created_at":"{NOON}","updated_at":"2026-11-20 13:10:00","transaction":[]}}"#,
        shop.id()
    );
    golden(&answer, "project_updated", &expected);
    golden(&shop.post(LIST, &[]).await, "project_data", &format!("[{expected}]"));
}

#[tokio::test]
async fn the_path_names_the_project_whatever_the_body_says() {
    let shop = Shop::open().await;
    let (first, second) = (create(&shop).await, create(&shop).await);
    let fields = [("project_name", "Named by path"), ("description", "x"), ("project_id", second.as_str())];
    let changed = data(&shop.send("PUT", &update(&first), &fields).await, "project_updated");
    assert_eq!(json::part(&changed, "id"), first);
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "project_data"));
    for project in &listed {
        let named = json::part(project, "project_name") == "\"Named by path\"";
        assert_eq!(named, json::part(project, "id") == first, "{project}");
    }
}

#[tokio::test]
async fn a_list_is_an_array_of_ones_own_projects() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let empty = shop.post(LIST, &[]).await;
    assert_eq!(empty.body, r#"{"status":"success","message":"project_data","data":[]}"#);
    let mut made = vec![create(&shop).await, create(&shop).await, create(&shop).await];
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "project_data"));
    let mut ids: Vec<String> = listed.iter().map(|project| json::part(project, "id")).collect();
    ids.sort();
    made.sort();
    assert_eq!(ids, made);
    for project in &listed {
        let documented = [
            "id",
            "seller_id",
            "customer_id",
            "project_name",
            "description",
            "started_by",
            "status",
            "created_at",
            "updated_at",
            "transaction",
        ];
        assert_eq!(json::keys(project), documented);
    }
    golden(&other.send(&shop.app, "POST", LIST, &[]).await, "project_data", "[]");
}

#[tokio::test]
async fn a_project_of_nobody_or_of_another_seller_is_not_changed() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let id = create(&shop).await;
    let fields = [("project_name", "Taken over"), ("description", "x")];
    for (keys, project) in [(&other, id.as_str()), (&shop.keys, "999999")] {
        let answer = keys.send(&shop.app, "PUT", &update(project), &fields).await;
        says(&answer, &format!("Project with id ({project}) does not exist"));
    }
    for nonsense in ["abc", "-1", "1.5", "99999999999999999999999", "%FF", "prj_00000000000000000000000000000000"] {
        let answer = shop.send("PUT", &update(nonsense), &fields).await;
        assert!(answer.status.as_u16() < 500, "{nonsense}");
        super::failure(&answer);
    }
    let kept = json::items(&data(&shop.post(LIST, &[]).await, "project_data"));
    assert_eq!(json::part(&kept[0], "project_name"), "\"Escrow payment\"");
}

#[tokio::test]
async fn what_is_missing_is_named_and_what_is_wrong_is_refused() {
    let shop = Shop::open().await;
    let id = create(&shop).await;
    for (field, _) in PROJECT {
        let message = format!("The {} field is required.", field.replace('_', " "));
        says(&shop.post(CREATE, &without(&PROJECT, field)).await, &message);
        says(&shop.post(CREATE, &with(&PROJECT, field, "")).await, &message);
    }
    let fields = [("project_name", "Eko"), ("description", "A city.")];
    for (field, _) in fields {
        let message = format!("The {} field is required.", field.replace('_', " "));
        says(&shop.send("PUT", &update(&id), &without(&fields, field)).await, &message);
        says(&shop.send("PUT", &update(&id), &with(&fields, field, "")).await, &message);
    }
    let long = "x".repeat(5_000);
    for (field, wrong) in [
        ("project_name", long.as_str()),
        ("project_name", "a\nb\u{0}"),
        ("description", &long),
        ("customer_email", "nobody"),
        ("customer_email", "seller@example.test"),
        ("customer_phone", "call me"),
        ("customer_phone", "12"),
    ] {
        refused(&shop.post(CREATE, &with(&PROJECT, field, wrong)).await);
    }
    refused(&shop.send("PUT", &update(&id), &with(&fields, "project_name", &long)).await);
    refused(&shop.send("PUT", &update(&id), &with(&fields, "description", &long)).await);
    let kept = json::items(&data(&shop.post(LIST, &[]).await, "project_data"));
    assert_eq!(kept.len(), 1, "nothing was made");
    assert_eq!(json::part(&kept[0], "project_name"), "\"Escrow payment\"");
    assert_eq!(json::part(&kept[0], "updated_at"), format!("\"{NOON}\""));
}

#[tokio::test]
async fn an_operators_key_finds_no_projects_and_makes_none() {
    let shop = Shop::open().await;
    let (operator, _) = shop.app.person("operator@example.test", AccountKind::MarketplaceOperator).await;
    let operator = super::Keys::issue(&shop.app, &operator).await;
    let id = create(&shop).await;
    refused(&operator.send(&shop.app, "POST", CREATE, &PROJECT).await);
    let fields = [("project_name", "Taken over"), ("description", "x")];
    let answer = operator.send(&shop.app, "PUT", &update(&id), &fields).await;
    says(&answer, &format!("Project with id ({id}) does not exist"));
}

#[tokio::test]
async fn a_project_ended_by_its_buyer_is_listed_and_not_changed() {
    let shop = Shop::open().await;
    let (buyer, _) = shop.app.person(BUYER, AccountKind::Buyer).await;
    let id = create(&shop).await;
    let project = shop.app.backend.project_names(&buyer).await.unwrap().remove(0).0;
    shop.app.backend.end_project(&buyer, project, false).await.unwrap();
    let fields = [("project_name", "Too late"), ("description", "x")];
    refused(&shop.send("PUT", &update(&id), &fields).await);
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "project_data"));
    assert_eq!(json::part(&listed[0], "project_name"), "\"Escrow payment\"");
    assert_ne!(json::part(&listed[0], "status"), "0");
}

#[tokio::test]
async fn without_a_token_nothing_is_learnt_of_a_project() {
    let shop = Shop::open().await;
    let id = create(&shop).await;
    for project in [id.as_str(), "999999"] {
        let fields = [("project_name", "Eko"), ("description", "A city.")];
        says(&send(&shop.app, "PUT", &update(project), &fields).await, "The authtoken field is required.");
    }
}
