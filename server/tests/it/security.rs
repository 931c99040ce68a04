//! The second factor and being asked again, as a browser meets them.

use crate::harness::{Client, PASSWORD, TestApp};
use backend::Mode;
use domain::permission::AccountKind;
use http::StatusCode;
use time::Duration;
use totp_rs::{Builder, Secret};

const ADA: &str = "ada@example.test";

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text}"));
    rest.split_once(after).unwrap().0
}

fn shown(app: &TestApp, key: &str) -> String {
    let secret = Secret::try_from_base32(key.replace(' ', "")).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(app.backend.now().unix_timestamp()).unwrap()).to_string()
}

async fn enrol(app: &TestApp, client: &Client) -> (String, Vec<String>) {
    client.post("/do/second-factor-begin", &[]).await;
    let page = client.get("/settings/security").await.body;
    let key = between(between(&page, "Key: ", "</p>"), "<code>", "</code>").to_owned();
    assert!(page.contains("<svg") && !page.contains("<?xml"));
    let refused = client.post("/do/second-factor-confirm", &[("code", "12")]).await;
    assert_eq!(refused.location(), "/settings/security");
    assert!(client.get("/settings/security").await.body.contains("This code is not right"));
    client.post("/do/second-factor-confirm", &[("code", &shown(app, &key))]).await;
    let page = client.get("/settings/security").await.body;
    let list = between(&page, "class=\"codes\">", "</ul>");
    let codes: Vec<String> =
        list.split("<code>").skip(1).map(|rest| rest.split("</code>").next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (key, codes)
}

#[tokio::test]
async fn a_second_factor_is_set_up_shown_once_and_asked_for_at_the_next_sign_in() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (_, client) = app.person(ADA, AccountKind::Buyer).await;
    let (key, codes) = enrol(&app, &client).await;
    let again = client.get("/settings/security").await.body;
    assert!(!again.contains(&codes[0]) && !again.contains(&key), "the codes and the key are shown once");
    assert!(again.contains("Recovery codes left: 10."));

    let phone = app.anonymous();
    let credentials = [("email", ADA), ("password", PASSWORD), ("next", "/orders?status=pending")];
    let asked = phone.post("/do/sign-in", &credentials).await;
    assert!(asked.location().starts_with("/sign-in/code?next="), "{}", asked.location());
    assert_eq!(phone.get("/home").await.location(), "/sign-in?next=/home", "the password alone opens nothing");
    let wrong = phone.post("/do/sign-in-code", &[("code", "000000"), ("next", "/orders")]).await;
    assert!(phone.get(wrong.location()).await.body.contains("This code is not right"));
    app.clock.advance(Duration::seconds(30));
    let code = shown(&app, &key);
    let fields = [("code", code.as_str()), ("next", "/orders?status=pending")];
    let signed_in = phone.post("/do/sign-in-code", &fields).await;
    assert_eq!(signed_in.location(), "/orders?status=pending");
    assert_eq!(phone.get("/home").await.status, StatusCode::OK);

    // The page of the code is nothing to somebody whose password was not right lately.
    let late = app.anonymous();
    late.post("/do/sign-in", &credentials).await;
    app.clock.advance(Duration::minutes(11));
    assert_eq!(late.get("/sign-in/code").await.location(), "/sign-in");
    let refused = late.post("/do/sign-in-code", &[("code", &codes[0])]).await;
    assert_eq!(refused.location(), "/sign-in");
    assert_eq!(late.get("/home").await.location(), "/sign-in?next=/home");
}

#[tokio::test]
async fn who_did_not_show_lately_that_it_is_them_is_asked_and_loses_nothing_that_was_typed() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (_, client) = app.person(ADA, AccountKind::BusinessSeller).await;
    app.clock.advance(Duration::minutes(16));
    let bank = [
        ("currency", "NGN"),
        ("bank_name", "sandbox bank"),
        ("account_number", "0123456789"),
        ("account_name", "Ada Foods"),
    ];
    let asked = client.post("/do/bank-details", &bank).await;
    assert!(asked.location().starts_with("/confirm?next="), "{}", asked.location());
    let page = client.get(asked.location()).await.body;
    assert!(page.contains("Confirm that it is you") && page.contains("name=\"password\""));
    let wrong = client.post("/do/confirm", &[("password", "not-my-password"), ("next", "/settings/payouts")]).await;
    assert!(client.get(wrong.location()).await.body.contains("This is not your password."));
    let right = client.post("/do/confirm", &[("password", PASSWORD), ("next", "/settings/payouts")]).await;
    assert_eq!(right.location(), "/settings/payouts");
    let page = client.get("/settings/payouts").await.body;
    assert!(page.contains("sandbox bank") && page.contains("0123456789"), "the form is filled in");
    assert!(!page.contains("ending 6789"), "nothing was saved yet");
    assert_eq!(client.post("/do/bank-details", &bank).await.location(), "/settings/payouts");
    assert!(client.get("/settings/payouts").await.body.contains("ending 6789"));
    // With a second factor its code is asked for instead.
    let (key, _) = enrol(&app, &client).await;
    app.clock.advance(Duration::minutes(16));
    let asked = client.post("/do/second-factor-stop", &[]).await;
    let page = client.get(asked.location()).await.body;
    assert!(page.contains("name=\"code\"") && !page.contains("name=\"password\""));
    let code = shown(&app, &key);
    client.post("/do/confirm", &[("code", &code), ("next", "/settings/security")]).await;
    client.post("/do/second-factor-stop", &[]).await;
    assert!(client.get("/settings/security").await.body.contains("It is off"));
}

#[tokio::test]
async fn who_works_for_two_accounts_chooses_one_and_sees_that_one() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (ada, _) = app.person(ADA, AccountKind::BusinessSeller).await;
    let (eve, client) = app.person("eve@example.test", AccountKind::BusinessSeller).await;
    app.delivered(&ada, "bob@example.test").await;
    app.backend.invite_member(&ada, "eve@example.test", "support").await.unwrap();
    assert!(client.get("/home").await.body.contains("invites you to the team of ada@example.test Ltd"));
    let page = client.get("/invitations").await.body;
    let invitation = between(&page, "name=\"invitation\" value=\"", "\"");
    let joined = client.post("/do/answer-team-invitation", &[("invitation", invitation), ("answer", "join")]).await;
    assert_eq!(joined.location(), "/home");
    assert!(client.get("/orders").await.body.contains("A chair"), "she works for Ada's account now");
    assert!(client.get("/settings/team").await.body.contains(ADA));
    let own = eve.selling().unwrap().account.to_string();
    client.post("/do/work-for", &[("account", &own)]).await;
    assert!(!client.get("/orders").await.body.contains("A chair"));
    let foreign = "acc_00000000000000000000000000000000";
    assert_eq!(client.post("/do/work-for", &[("account", foreign)]).await.status, StatusCode::NOT_FOUND);
}
