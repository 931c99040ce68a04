//! Service providers: made, changed, listed and deleted.

use super::{Fields, NOON, PHONE, PROVIDER, Shop, bankable, data, golden, json, refused, says, with};
use time::Duration;

const CREATE: &str = "/api/serviceprovider/create";
const LIST: &str = "/api/serviceprovider";
const DELETE: &str = "/api/serviceprovider/delete";
const CREATED: &str = "Service Provider Created successfully";
const UPDATED: &str = "Service Provider Updated successfully";

/// Keys whose place the stored documentation does not show; programs read them by name.
const UNPLACED: [&str; 3] = ["type", "account_id", "account_type"];

fn provider(id: &str, number: &str, recipient: &str, updated: &str) -> String {
    format!(
        r#"{{"id":{id},"firstname":"Emeka","lastname":"Adeniyi","phone":"{PHONE}","email":"emeka.adeniyi@example.test",
        "bank_code":"000","nip_bank_code":"999999","bank_name":"Sandbox Bank","bank_account_name":"Emeka Adeniyi",
        "bank_account_number":"{number}","recipient_code":{recipient},"created_at":"{NOON}","updated_at":"{updated}"}}"#
    )
}

#[tokio::test]
async fn a_provider_is_created_and_a_second_call_with_its_phone_updates_it() {
    let shop = Shop::open().await;
    let created = shop.post(CREATE, &PROVIDER).await;
    let id = json::part(&data(&created, CREATED), "id");
    let expected = format!(
        r#"{{"id":{id},"type":1,"firstname":"Emeka","lastname":"Adeniyi","phone":"{PHONE}","email":"emeka.adeniyi@example.test",
        "bank_code":"000","nip_bank_code":"999999","bank_name":"Sandbox Bank","bank_account_name":"Emeka Adeniyi",
        "bank_account_number":"1234567890","recipient_code":null,"account_id":null,"created_at":"{NOON}","updated_at":"{NOON}"}}"#
    );
    let sample = json::cut(&data(&created, CREATED), &["account_type"]);
    assert_eq!(sample, json::compact(&expected));
    shop.app.clock.advance(Duration::minutes(10));
    let changed = with(&with(&PROVIDER, "bank_account_number", "2222222222"), "firstname", "Chidi");
    let updated = shop.post(CREATE, &changed).await;
    let expected = provider(&id, "2222222222", "null", "2026-11-20 13:10:00").replace("Emeka\",", "Chidi\",");
    assert_eq!(json::cut(&data(&updated, UPDATED), &UNPLACED), json::compact(&expected));
}

#[tokio::test]
async fn the_same_phone_is_another_provider_of_another_seller() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let own = shop.provider().await;
    let theirs = other.send(&shop.app, "POST", CREATE, &PROVIDER).await;
    assert_ne!(json::part(&data(&theirs, CREATED), "id"), own);
}

#[tokio::test]
async fn the_plugins_older_form_without_a_type_is_a_naira_provider() {
    let shop = Shop::open().await;
    let created = shop.post(CREATE, &super::without(&PROVIDER, "type")).await;
    assert_eq!(json::part(&data(&created, CREATED), "type"), "1");
}

#[tokio::test]
async fn a_dollar_provider_has_an_account_id_instead_of_a_bank() {
    let shop = Shop::open().await;
    // As the plugin sends it: the bank's fields are absent or empty.
    let fields: Fields<'_> = &[
        ("bank_account_name", ""),
        ("bank_account_number", ""),
        ("email", "emeka.adeniyi@example.test"),
        ("phone", PHONE),
        ("firstname", "Emeka"),
        ("lastname", "Adeniyi"),
        ("type", "2"),
        ("account_id", "28384756"),
        ("account_type", "wise"),
    ];
    let created = data(&shop.post(CREATE, fields).await, CREATED);
    assert_eq!(json::part(&created, "type"), "2");
    assert_eq!(json::part(&created, "account_id").trim_matches('"'), "28384756");
    says(&shop.post(CREATE, &super::without(fields, "account_id")).await, "The account id field is required.");
    bankable(&shop.app, &shop.seller).await;
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "Service providers"));
    assert_eq!(json::part(&listed[0], "account_id").trim_matches('"'), "28384756");
    assert_eq!(json::part(&listed[0], "type").trim_matches('"'), "2", "the plugin compares loosely");
}

#[tokio::test]
async fn the_list_is_an_array_also_when_it_is_empty() {
    let shop = Shop::open().await;
    bankable(&shop.app, &shop.seller).await;
    let empty = shop.post(LIST, &[]).await;
    assert_eq!(empty.body, r#"{"status":"success","message":"Service providers","data":[]}"#);
    let id = shop.provider().await;
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "Service providers"));
    assert_eq!(listed.len(), 1);
    let documented = json::cut(&listed[0], &UNPLACED).replace("\"recipient_code\":\"\"", "\"recipient_code\":null");
    assert_eq!(documented, json::compact(&provider(&id, "1234567890", "null", NOON)));
    assert_eq!(json::part(&listed[0], "type").trim_matches('"'), "1");
    assert_eq!(json::part(&listed[0], "account_id"), "null");
    let second = shop.post(CREATE, &with(&PROVIDER, "phone", "+2348033333333")).await;
    let second = json::part(&data(&second, CREATED), "id");
    let listed = json::items(&data(&shop.post(LIST, &[]).await, "Service providers"));
    let mut ids: Vec<String> = listed.iter().map(|row| json::part(row, "id")).collect();
    ids.sort();
    assert_eq!(ids, [id, second]);
}

#[tokio::test]
async fn the_list_is_shown_once_the_seller_has_a_bank_account_itself() {
    let shop = Shop::open().await;
    shop.provider().await;
    refused(&shop.post(LIST, &[]).await);
    bankable(&shop.app, &shop.seller).await;
    assert_eq!(json::items(&data(&shop.post(LIST, &[]).await, "Service providers")).len(), 1);
}

#[tokio::test]
async fn a_list_shows_ones_own_providers_alone() {
    let shop = Shop::open().await;
    let (viewer, other) = shop.stranger().await;
    bankable(&shop.app, &viewer).await;
    shop.provider().await;
    golden(&other.send(&shop.app, "POST", LIST, &[]).await, "Service providers", "[]");
}

#[tokio::test]
async fn a_provider_is_deleted_by_either_method() {
    let shop = Shop::open().await;
    bankable(&shop.app, &shop.seller).await;
    for method in ["DELETE", "POST"] {
        let id = shop.provider().await;
        let deleted = shop.send(method, DELETE, &[("sp_id", &id)]).await;
        let deleted = json::items(&data(&deleted, "Service Provider Deleted successfully"));
        assert_eq!(deleted.len(), 1);
        let documented = json::cut(&deleted[0], &["type", "account_id", "account_type", "updated_at"]);
        let expected = json::cut(&provider(&id, "1234567890", "\"\"", NOON), &["updated_at"]);
        assert_eq!(documented, expected, "{method}");
        assert_eq!(json::keys(&deleted[0]).last().map(String::as_str), Some("updated_at"));
        golden(&shop.post(LIST, &[]).await, "Service providers", "[]");
        let gone =
            format!("Service Provider with id ({id}) does not exist, Please add Service Provider then try again");
        says(&shop.send(method, DELETE, &[("sp_id", &id)]).await, &gone);
    }
    // Its phone is free for a new one.
    data(&shop.post(CREATE, &PROVIDER).await, CREATED);
}

#[tokio::test]
async fn a_provider_of_nobody_or_of_another_seller_is_not_deleted() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let id = shop.provider().await;
    for method in ["DELETE", "POST"] {
        for (keys, sp) in [(&other, id.as_str()), (&shop.keys, "999999"), (&shop.keys, "0")] {
            let message =
                format!("Service Provider with id ({sp}) does not exist, Please add Service Provider then try again");
            says(&keys.send(&shop.app, method, DELETE, &[("sp_id", sp)]).await, &message);
        }
        for nonsense in ["abc", "-1", "1.5", "99999999999999999999999", "1;2", "' OR 1=1"] {
            refused(&shop.send(method, DELETE, &[("sp_id", nonsense)]).await);
        }
        for empty in [vec![], vec![("sp_id", "")]] {
            says(&shop.send(method, DELETE, &empty).await, "The sp id field is required.");
        }
    }
    assert_eq!(shop.app.backend.providers(&shop.seller, "").await.unwrap().len(), 1);
}
