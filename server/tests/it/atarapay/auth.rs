//! Whose key it is: missing, wrong and other people's tokens on every call, and that no answer gives a private key away.

use super::checkout::form;
use super::{CALLS, Keys, PHONE, PROVIDER, Shop, base64, refused, says, send};
use crate::harness::TestApp;
use backend::Mode;
use domain::permission::AccountKind;

const WRONG: &str = "Invalid authtoken. Does not match any record.";

#[test]
fn the_tests_make_the_documented_token() {
    let keys = Keys {
        public: "b8kP7A1e67s0jc3h98T8pH71dq66J0s3".to_owned(),
        private: "PKp6z3jTcLeQNc1h3u9e0ffX77NY91adE12".to_owned(),
    };
    let token = "YjhrUDdBMWU2N3MwamMzaDk4VDhwSDcxZHE2NkowczM6UEtwNnozalRjTGVRTmMxaDN1OWUwZmZYNzdOWTkxYWRFMTI=";
    assert_eq!(keys.token(), token);
    assert_eq!(base64(b"a"), "YQ==");
}

#[tokio::test]
async fn keys_are_letters_and_digits_and_nobody_elses() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let second = Keys::issue(&shop.app, &shop.seller).await;
    let all = [&shop.keys, &other, &second].map(|keys| [keys.public.clone(), keys.private.clone()]).concat();
    for key in &all {
        assert!(key.len() >= 20 && key.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{key}");
        assert_eq!(all.iter().filter(|other| *other == key).count(), 1);
    }
    let (buyer, _) = shop.app.person("buyer@example.test", AccountKind::Buyer).await;
    assert!(shop.app.backend.issue_api_key(&buyer).await.is_err(), "who sells nothing has no keys");
}

#[tokio::test]
async fn every_call_wants_a_token_before_it_looks_at_anything_else() {
    let shop = Shop::open().await;
    for (method, path, fields) in CALLS {
        for sent in [fields.to_vec(), Vec::new(), super::with(fields, "authtoken", "")] {
            says(&send(&shop.app, method, path, &sent).await, "The authtoken field is required.");
        }
    }
    assert!(shop.app.backend.providers(&shop.seller, "").await.unwrap().is_empty());
}

#[tokio::test]
async fn every_call_refuses_a_token_of_nobody() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let (public, private) = (shop.keys.public.as_str(), shop.keys.private.as_str());
    let tokens = [
        "%%% not base64 %%%".to_owned(),
        public.to_owned(),
        format!("{public}:{private}"),
        base64(public.as_bytes()),
        base64(b":"),
        base64(format!("{public}:").as_bytes()),
        base64(format!(":{private}").as_bytes()),
        base64(format!("{public}:{}", other.private).as_bytes()),
        base64(format!("{}:{private}", other.public).as_bytes()),
        base64(format!("{private}:{public}").as_bytes()),
        base64(format!("{public}:{private}:3021").as_bytes()),
        base64(format!("{public}:{}", private.chars().rev().collect::<String>()).as_bytes()),
        base64(format!("{public}:{}", &private[..private.len() - 1]).as_bytes()),
        base64(&[public.as_bytes(), b":\xff\xfe"].concat()),
    ];
    for (method, path, fields) in CALLS {
        for token in &tokens {
            let sent = super::with(fields, "authtoken", token);
            says(&send(&shop.app, method, path, &sent).await, WRONG);
        }
    }
    assert!(shop.app.backend.providers(&shop.seller, "").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_without_its_fields_is_told_the_first_that_is_missing() {
    let shop = Shop::open().await;
    for (path, field) in [
        ("/api/serviceprovider/delete", "sp id"),
        ("/api/project/createProject", "project name"),
        ("/api/callback/order", "order"),
        ("/api/api/callback/order", "order"),
    ] {
        says(&shop.post(path, &[]).await, &format!("The {field} field is required."));
    }
}

#[tokio::test]
async fn a_private_seller_uses_the_calls_of_orders_and_projects_too() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, _) = app.person("private@example.test", AccountKind::IndividualSeller).await;
    let keys = Keys::issue(&app, &seller).await;
    let order = app.paid(&seller, super::BUYER).await;
    let number = app.number(order).await;
    super::data(&keys.act(&app, &number, "order").await, "Order Fetched");
    super::data(&keys.act(&app, &number, "delivered").await, "pod_created");
    super::data(&keys.send(&app, "POST", "/api/project/createProject", &super::PROJECT).await, "project_created");
}

#[tokio::test]
async fn a_second_pair_of_keys_works_beside_the_first() {
    let shop = Shop::open().await;
    let second = Keys::issue(&shop.app, &shop.seller).await;
    for keys in [&shop.keys, &second] {
        super::data(&keys.send(&shop.app, "POST", "/api/external/getBanks", &[]).await, "Banks");
    }
}

#[tokio::test]
async fn no_answer_tells_a_private_key() {
    let shop = Shop::open().await;
    let (private, token) = (shop.keys.private.clone(), shop.keys.token());
    super::bankable(&shop.app, &shop.seller).await;
    let mut answers = Vec::new();
    for (method, path, fields) in CALLS {
        answers.push(shop.send(method, path, fields).await);
        // A client that sends its secret where something else belongs must not find it in a log of refusals.
        for (name, _) in fields {
            for secret in [private.as_str(), &token] {
                let answer = shop.send(method, path, &super::with(fields, name, secret)).await;
                if answer.body.starts_with("{\"status\":\"error\"") {
                    answers.push(answer);
                }
            }
        }
    }
    let page = send(&shop.app, "POST", "/", &form(&private, &[])).await;
    refused(&page);
    answers.push(page);
    for answer in &answers {
        let told = format!("{} {:?}", answer.body, answer.headers);
        assert!(!told.contains(&private) && !told.contains(&token), "{told}");
    }
}

#[tokio::test]
async fn a_name_that_is_no_secret_is_echoed_as_it_was_sent() {
    let shop = Shop::open().await;
    let name = "Ọlá & Sons = 50 % + \"more\"";
    let fields = super::with(&PROVIDER, "firstname", name);
    let created = shop.post("/api/serviceprovider/create", &fields).await;
    let provider = super::data(&created, "Service Provider Created successfully");
    let value: serde_json::Value = serde_json::from_str(&provider).unwrap();
    assert_eq!((value["firstname"].as_str(), value["phone"].as_str()), (Some(name), Some(PHONE)));
}
