//! Forms through the whole router: the main job, and bad input that changes and loses nothing.

use crate::harness::TestApp;
use backend::Mode;
use backend::service::access::OrderRef;
use domain::order::Status;
use domain::permission::AccountKind;

/// The value of a hidden field of a page.
fn hidden(body: &str, name: &str) -> String {
    let field =
        body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no field {name} in {body}"));
    field.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_buyer_without_an_account_pays_and_accepts_by_link() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, shop) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let form = shop.get("/orders/new").await;
    let fields = [
        ("key", hidden(&form.body, "key")),
        ("buyer_email", "new@example.test".into()),
        ("title", "A <b>chair</b>".into()),
        ("currency", "NGN".into()),
        ("amount", "₦12,500".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let placed = shop.post("/do/place-order", &fields).await;
    let again = shop.post("/do/place-order", &fields).await;
    assert_eq!(placed.location(), again.location(), "a double click makes one order");
    let order: domain::ids::OrderId = placed.location().trim_start_matches("/orders/").parse().unwrap();
    let link = app.backend.signed_order_path(order);
    let browser = app.anonymous();
    let page = browser.get(&link).await;
    assert!(page.body.contains("A &lt;b&gt;chair&lt;/b&gt;"), "what was typed is text, never markup");
    let reference = hidden(&page.body, "order");
    let quoted = browser.post("/do/quote", &[("order", &reference)]).await;
    let quote_page = browser.get(quoted.location()).await;
    assert!(quote_page.body.contains("13,000.00"), "price and escrow fee");
    let (quote, key) = (hidden(&quote_page.body, "quote"), hidden(&quote_page.body, "key"));
    let paying = browser.post("/do/pay", &[("order", &reference), ("quote", &quote), ("key", &key)]).await;
    let hosted = paying.location().trim_start_matches("http://holdfast.test").to_owned();
    assert!(browser.get(&hosted).await.body.contains("Sandbox Pay"));
    let sbx = hosted.rsplit('/').next().unwrap().to_owned();
    let wrong = browser.post("/do/sandbox-pay", &[("reference", &sbx), ("number", "1234")]).await;
    let refused = browser.get(wrong.location()).await;
    assert!(
        refused.body.contains("Use one of the test numbers") && refused.body.contains("value=\"1234\""),
        "{}",
        refused.body
    );
    let paid = browser.post("/do/sandbox-pay", &[("reference", &sbx), ("number", "4242 4242 4242 4242")]).await;
    assert!(paid.location().ends_with("/paid"), "{}", paid.location());
    app.backend.run_until_idle().await.unwrap();
    let seller_page = shop.get(&format!("/orders/{order}")).await;
    let act = [
        ("order", order.to_string()),
        ("act", "mark-delivered".into()),
        ("version", hidden(&seller_page.body, "version")),
        ("key", hidden(&seller_page.body, "key")),
        ("note", "Handed over".into()),
    ];
    let act: Vec<(&str, &str)> = act.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let wrong_file = shop.post_multipart("/do/order-act", &act, &[("virus.exe", b"MZ...")]).await;
    let refused = shop.get(wrong_file.location()).await;
    assert!(
        refused.body.contains("virus.exe") && refused.body.contains("Handed over"),
        "the form comes back with what was typed"
    );
    shop.post_multipart("/do/order-act", &act, &[("proof.pdf", b"%PDF-1.7 x")]).await;
    let confirm = browser.get(&format!("{link}/accept")).await;
    assert!(confirm.body.contains("12,305.00"), "who gets what is shown before the click");
    let accept = [
        ("order", reference.as_str()),
        ("act", "accept"),
        ("version", &hidden(&confirm.body, "version")),
        ("key", &hidden(&confirm.body, "key")),
    ];
    browser.post_multipart("/do/order-act", &accept, &[]).await;
    app.backend.verify_identity_in_sandbox(&seller).await.unwrap();
    let bank =
        [("currency", "NGN"), ("bank_name", "Sandbox Bank"), ("account_number", "0123456789"), ("account_name", "S")];
    assert_eq!(shop.post("/do/bank-details", &bank).await.location(), "/settings/payouts");
    app.backend.run_until_idle().await.unwrap();
    let done = app.backend.order_view(Some(&seller), &OrderRef::Id(order)).await.unwrap();
    assert_eq!(done.order.status, Status::Completed);
    assert!(shop.get("/earnings").await.body.contains("12,305.00"));
    assert_eq!(app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_refused_sign_up_keeps_what_was_typed_but_never_the_password() {
    let app = TestApp::start(Mode::Sandbox).await;
    let browser = app.anonymous();
    let fields = [("email", "not an address"), ("name", "Ada"), ("password", "short"), ("kind", "buyer")];
    let answer = browser.post("/do/sign-up", &fields).await;
    let page = browser.get(answer.location()).await;
    assert!(page.body.contains("value=\"not an address\"") && page.body.contains("value=\"Ada\""));
    assert!(page.body.contains("id=\"email-error\"") && page.body.contains("id=\"password-error\""));
    assert!(!page.body.contains("short"), "a password is never shown again");
    assert!(!browser.get("/sign-up").await.body.contains("email-error"), "the message is shown once");
}

#[tokio::test]
async fn a_stale_page_changes_nothing_and_says_so() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, _) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (buyer, browser) = app.person("buyer@example.test", AccountKind::Buyer).await;
    let order = app.delivered(&seller, "buyer@example.test").await;
    let fields = [("order", order.to_string()), ("act", "accept".into()), ("version", "1".into()), ("key", "k".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post_multipart("/do/order-act", &fields, &[]).await;
    assert!(browser.get(answer.location()).await.body.contains("changed since you opened it"));
    let view = app.backend.order_view(Some(&buyer), &OrderRef::Id(order)).await.unwrap();
    assert_eq!(view.order.status, Status::AwaitingBuyerResponse);
}

#[tokio::test]
async fn a_refused_order_names_every_field_and_keeps_them_all() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (_, shop) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let fields = [
        ("buyer_email", "nobody"),
        ("title", ""),
        ("currency", "NGN"),
        ("amount", "$5"),
        ("delivery_days", "900"),
        ("description", "keep me"),
    ];
    let answer = shop.post("/do/place-order", &fields).await;
    let page = shop.get(answer.location()).await;
    for field in ["buyer_email", "title", "amount", "delivery_days"] {
        assert!(page.body.contains(&format!("id=\"{field}-error\"")), "{field}: {}", page.body);
    }
    assert!(page.body.contains("keep me") && page.body.contains("value=\"$5\""));
}
