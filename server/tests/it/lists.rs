//! What is done to many at once, and views that are kept, as forms post them.

use crate::harness::{Client, TestApp};
use backend::Mode;
use domain::permission::{AccountKind, StaffRole};
use http::StatusCode;

async fn tick_names(client: &Client) -> Vec<String> {
    let page = client.get("/orders/deliver").await.body;
    let parts = page.split("name=\"o_").skip(1);
    parts.map(|part| format!("o_{}", part.split('"').next().unwrap())).collect()
}

#[tokio::test]
async fn several_orders_are_marked_as_delivered_after_a_dry_run_that_changes_nothing() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, client) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (_, other) = app.person("other@example.test", AccountKind::BusinessSeller).await;
    for buyer in ["a@example.test", "b@example.test", "c@example.test"] {
        app.paid(&seller, buyer).await;
    }
    let ticks = tick_names(&client).await;
    assert_eq!(ticks.len(), 3);
    let silent = client.get(&format!("/orders/deliver?{}=on&check=1&note=", ticks[0])).await.body;
    assert!(silent.contains("Say what you delivered"), "{silent}");
    let nothing = client.get("/orders/deliver?check=1&note=Sent").await.body;
    assert!(nothing.contains("Choose at least one order."));
    let dry = client.get(&format!("/orders/deliver?{}=on&{}=on&check=1&note=Sent+by+post", ticks[0], ticks[2])).await;
    assert!(dry.body.contains("Nothing has changed yet.") && dry.body.contains("Mark 2 orders as delivered"));
    assert_eq!(tick_names(&client).await.len(), 3);
    let foreign = other.get(&format!("/orders/deliver?{}=on&check=1&note=Sent", ticks[0])).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let fields = [(ticks[0].as_str(), "on"), (ticks[2].as_str(), "on"), ("note", "Sent by post"), ("key", "once")];
    assert_eq!(other.post("/do/deliver-many", &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.post("/do/deliver-many", &fields).await.location(), "/orders");
    assert!(client.get("/orders").await.body.contains("2 orders are marked as delivered."));
    assert_eq!(tick_names(&client).await, [ticks[1].clone()]);
    // Sent once more, it says why nothing happens.
    client.post("/do/deliver-many", &fields).await;
    assert!(client.get("/orders").await.body.contains("0 of 2 orders are marked as delivered."));
}

#[tokio::test]
async fn a_view_is_kept_under_a_name_replaced_and_forgotten_and_seen_by_its_owner_alone() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, client) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (_, other) = app.person("other@example.test", AccountKind::BusinessSeller).await;
    app.paid(&seller, "a@example.test").await;
    assert!(!client.get("/orders").await.body.contains("Keep this view"), "everything is no view");
    let page = client.get("/orders?q=chair&status=pending").await.body;
    let query = page.split("name=\"query\" value=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(query, "status=pending&q=chair");
    let saved = client.post("/do/view-save", &[("name", ""), ("query", &query)]).await;
    assert!(client.get(saved.location()).await.body.contains("error-summary"));
    client.post("/do/view-save", &[("name", "Chairs to send"), ("query", &query)]).await;
    let page = client.get("/orders").await.body;
    assert!(page.contains("Chairs to send") && page.contains("/orders?status=pending&amp;q=chair"));
    assert!(!other.get("/orders").await.body.contains("Chairs to send"));
    let hostile = client.post("/do/view-save", &[("name", "x"), ("query", "\"><script>")]).await;
    assert!(hostile.status.is_redirection());
    assert!(!client.get("/orders").await.body.contains("<script>\""));
    assert_eq!(other.post("/do/view-forget", &[("name", "Chairs to send")]).await.status, StatusCode::NOT_FOUND);
    client.post("/do/view-forget", &[("name", "Chairs to send")]).await;
    client.get("/orders").await;
    assert!(!client.get("/orders").await.body.contains("Chairs to send"));
}

#[tokio::test]
async fn the_payouts_that_are_ticked_on_the_desk_are_the_batch() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, client) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    app.staff("boss@example.test", StaffRole::Administrator).await;
    let boss = app.sign_in("boss@example.test").await;
    let bank = [
        ("currency", "NGN"),
        ("bank_name", "Sandbox Bank"),
        ("account_number", "0123456789"),
        ("account_name", "Holder"),
    ];
    client.post("/do/bank-details", &bank).await;
    client.post("/do/verify-identity", &[]).await;
    boss.post("/do/platform-bank", &bank).await;
    boss.post("/do/platform-payouts", &[("by_file", "on"), ("holidays", "2026-12-25")]).await;
    for buyer in ["a@example.test", "b@example.test", "c@example.test"] {
        app.accepted(&seller, buyer).await;
    }
    let desk = boss.get("/admin/desk").await.body;
    let ids: Vec<String> =
        desk.split("value=\"pyt_").skip(1).map(|part| format!("pyt_{}", part.split('"').next().unwrap())).collect();
    assert_eq!(ids.len(), 3);
    let page = desk.split("/admin/beneficiaries/").nth(1).unwrap().split('"').next().unwrap();
    let statement = boss.get(&format!("/admin/beneficiaries/{page}")).await.body;
    assert!(statement.contains("seller@example.test Ltd") && statement.contains("Released from escrow"));
    // The one in the middle is left out.
    let made = boss.post("/do/batch-make", &[("payouts[0]", &ids[0]), ("payouts[2]", &ids[2])]).await;
    let batch = made.location().to_owned();
    assert!(batch.starts_with("/admin/batches/bat_"), "{batch}");
    assert!(boss.get("/admin/desk").await.body.contains(&ids[1]));
    let id = batch.rsplit('/').next().unwrap().to_owned();
    assert_eq!(boss.get(&format!("{batch}/pain001.xml")).await.status, StatusCode::NOT_FOUND);
    boss.post("/do/batch-act", &[("batch", &id), ("act", "export")]).await;
    let file = boss.get(&format!("{batch}/pain001.xml")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.body.contains("<NbOfTxs>2</NbOfTxs>"), "{}", file.body);
    assert_eq!(client.get(&format!("{batch}/pain001.xml")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(boss.get(&format!("{batch}/other.xml")).await.status, StatusCode::NOT_FOUND);
    let lines: Vec<String> = file
        .body
        .split("<EndToEndId>")
        .skip(1)
        .map(|part| {
            let reference = part.split('<').next().unwrap();
            let amount = part.split("Ccy=\"NGN\">").nth(1).unwrap().split('<').next().unwrap();
            format!("2026-11-21,-{amount},NGN,{reference}")
        })
        .collect();
    let statement = format!("date,amount,currency,end_to_end\n{}\n", lines.join("\n"));
    let files = [("statement.csv", statement.as_bytes())];
    boss.post_multipart("/do/statement-import", &[], &files).await;
    assert!(boss.get("/admin/statements").await.body.contains("2 movements: 2 matched, 0 open, 0 known already."));
    assert_eq!(app.backend.verify().await.unwrap().findings, []);
}
