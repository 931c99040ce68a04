//! The bank list and the exchange rate.

use super::{Shop, data, json, refused, send};
use crate::harness::TestApp;
use backend::Mode;
use backend::service::viewer::Viewer;
use domain::bank::NIGERIAN_BANKS;
use domain::permission::StaffRole;
use std::collections::BTreeSet;

const RATE: &str = "/api/abokiExchangeRate";

#[tokio::test]
async fn the_banks_of_nigeria_are_listed_with_both_codes() {
    let shop = Shop::open().await;
    let banks = json::items(&data(&shop.post("/api/external/getBanks", &[]).await, "Banks"));
    for bank in NIGERIAN_BANKS {
        let expected = format!(r#"{{"name":"{}","nip_bank_code":"{}","code":"{}"}}"#, bank.name, bank.nip, bank.code);
        assert!(banks.contains(&expected), "{expected}");
    }
    assert!(banks.contains(&r#"{"name":"Access Bank","nip_bank_code":"000014","code":"044"}"#.to_owned()));
    for bank in &banks {
        assert_eq!(json::keys(bank), ["name", "nip_bank_code", "code"]);
        assert!(!bank.contains('\''), "the plugin puts it between single quotes: {bank}");
    }
    assert_eq!(banks.iter().collect::<BTreeSet<_>>().len(), banks.len(), "each once");
}

#[tokio::test]
async fn a_bank_of_the_list_is_one_that_a_provider_can_have() {
    let shop = Shop::open().await;
    let banks = json::items(&data(&shop.post("/api/external/getBanks", &[]).await, "Banks"));
    let opay = banks.iter().find(|bank| bank.contains("\"OPay\"")).unwrap();
    let text = |key: &str| json::part(opay, key).trim_matches('"').to_owned();
    let (name, nip, code) = (text("name"), text("nip_bank_code"), text("code"));
    let fields = super::with(&super::PROVIDER, "bank_name", &name);
    let fields = super::with(&fields, "nip_bank_code", &nip);
    let fields = super::with(&fields, "bank_code", &code);
    let fields = super::with(&fields, "bank_account_number", "8031234567");
    let created = shop.post("/api/serviceprovider/create", &fields).await;
    let created = data(&created, "Service Provider Created successfully");
    assert_eq!(json::part(&created, "bank_name"), "\"OPay\"");
    assert_eq!(json::part(&created, "bank_code"), format!("\"{code}\""));
}

async fn administrator(app: &TestApp) -> Viewer {
    app.staff("administrator@example.test", StaffRole::Administrator).await;
    let user = app.backend.account_of("administrator@example.test").await.unwrap().unwrap();
    app.backend.viewer(user).await.unwrap().unwrap()
}

async fn rate(app: &TestApp, query: &str) -> crate::harness::Answer {
    send(app, "GET", &format!("{RATE}?{query}"), &[]).await
}

#[tokio::test]
async fn the_administrators_rate_is_told_to_everybody() {
    let app = TestApp::start(Mode::Sandbox).await;
    refused(&rate(&app, "base=USD&currency=NGN").await);
    let administrator = administrator(&app).await;
    app.backend.set_exchange_rate(&administrator, "USD", "1520.50").await.unwrap();
    let answer = rate(&app, "base=USD&currency=NGN").await;
    let told = data(&answer, "Exchange rate");
    assert!(["{\"USDNGN\":1520.5}", "{\"USDNGN\":1520.50}"].contains(&told.as_str()), "a number: {told}");
    app.backend.set_exchange_rate(&administrator, "USD", "1600").await.unwrap();
    let told = data(&rate(&app, "base=USD&currency=NGN").await, "Exchange rate");
    assert_eq!(told.replace(".0}", "}"), "{\"USDNGN\":1600}", "the latest counts");
}

#[tokio::test]
async fn another_base_comes_under_the_key_that_the_plugin_reads() {
    let app = TestApp::start(Mode::Sandbox).await;
    let administrator = administrator(&app).await;
    app.backend.set_exchange_rate(&administrator, "USD", "1520.50").await.unwrap();
    app.backend.set_exchange_rate(&administrator, "INR", "17.9").await.unwrap();
    assert_eq!(data(&rate(&app, "base=INR&currency=NGN").await, "Exchange rate"), "{\"USDNGN\":17.9}");
}

#[tokio::test]
async fn a_rate_that_nobody_set_is_never_guessed() {
    let app = TestApp::start(Mode::Sandbox).await;
    let administrator = administrator(&app).await;
    app.backend.set_exchange_rate(&administrator, "USD", "1520.50").await.unwrap();
    for query in [
        "base=EUR&currency=NGN",
        "base=&currency=NGN",
        "base=INR&currency=NGN",
        "base=%FF&currency=NGN",
        "base=USDUSDUSDUSD&currency=NGN",
        "base=USD&base=INR&currency=NGN",
        "base=USD&currency=EUR",
        "base=USD&currency=%FF%FE",
        "currency=NGN",
        "%%%",
    ] {
        refused(&rate(&app, query).await);
    }
}

#[tokio::test]
async fn only_the_administrator_sets_a_rate_and_only_one_that_is_one() {
    let shop = Shop::open().await;
    assert!(shop.app.backend.set_exchange_rate(&shop.seller, "USD", "1").await.is_err());
    let administrator = administrator(&shop.app).await;
    for nonsense in ["", "0", "-1", "abc", "1e999", "NaN"] {
        assert!(shop.app.backend.set_exchange_rate(&administrator, "USD", nonsense).await.is_err(), "{nonsense}");
    }
    refused(&rate(&shop.app, "base=USD&currency=NGN").await);
}
