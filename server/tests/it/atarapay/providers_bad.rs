//! Service providers that are refused, field by field; nothing is written.

use super::{Fields, PROVIDER, Shop, data, json, refused, says, with, without};

const CREATE: &str = "/api/serviceprovider/create";

#[tokio::test]
async fn each_missing_or_empty_field_is_named() {
    let shop = Shop::open().await;
    for (field, _) in PROVIDER.iter().filter(|(field, _)| *field != "type") {
        let message = format!("The {} field is required.", field.replace('_', " "));
        says(&shop.post(CREATE, &without(&PROVIDER, field)).await, &message);
        says(&shop.post(CREATE, &with(&PROVIDER, field, "")).await, &message);
    }
    assert!(shop.app.backend.providers(&shop.seller, "").await.unwrap().is_empty());
}

#[tokio::test]
async fn each_wrong_field_is_refused() {
    let shop = Shop::open().await;
    let long = "x".repeat(5_000);
    let wrong: Fields<'_> = &[
        ("type", "3"),
        ("type", "naira"),
        ("bank_code", "no"),
        ("nip_bank_code", "12345x"),
        ("bank_account_number", "12"),
        ("bank_account_number", "12345678901234567890"),
        ("bank_account_number", "letters!!!"),
        ("bank_account_name", &long),
        ("email", "nobody"),
        ("email", &long),
        ("phone", "call me"),
        ("phone", "12"),
        ("phone", &long),
        ("firstname", &long),
        ("lastname", "a\u{0}b"),
    ];
    for (field, value) in wrong {
        let answer = shop.post(CREATE, &with(&PROVIDER, field, value)).await;
        assert!(!refused(&answer).contains(&long), "{field}");
    }
    assert!(shop.app.backend.providers(&shop.seller, "").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_update_leaves_the_provider_as_it_was() {
    let shop = Shop::open().await;
    let id = shop.provider().await;
    let before = shop.app.backend.providers(&shop.seller, "").await.unwrap();
    let halfway = with(&with(&PROVIDER, "firstname", "Chidi"), "email", "nobody");
    refused(&shop.post(CREATE, &halfway).await);
    assert_eq!(shop.app.backend.providers(&shop.seller, "").await.unwrap(), before);
    super::bankable(&shop.app, &shop.seller).await;
    let listed = json::items(&data(&shop.post("/api/serviceprovider", &[]).await, "Service providers"));
    assert_eq!((json::part(&listed[0], "id"), json::part(&listed[0], "firstname")), (id, "\"Emeka\"".to_owned()));
}

#[tokio::test]
async fn the_account_number_of_a_real_bank_needs_its_check_digit() {
    let shop = Shop::open().await;
    // The worked example of the Central Bank: bank 011, serial 000001457, check digit 9.
    let bank = |number: &'static str| {
        let named = with(&PROVIDER, "bank_name", "First Bank of Nigeria");
        let coded = with(&named, "bank_code", "011");
        let coded = with(&coded, "nip_bank_code", "000016");
        with(&coded, "bank_account_number", number)
    };
    refused(&shop.post(CREATE, &bank("0000014570")).await);
    let created = data(&shop.post(CREATE, &bank("0000014579")).await, "Service Provider Created successfully");
    assert_eq!(json::part(&created, "bank_code"), "\"011\"");
    assert_eq!(json::part(&created, "nip_bank_code"), "\"000016\"");
}
