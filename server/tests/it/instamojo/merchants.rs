//! Accounts of merchants: signing up, changing, and where they are paid (instamojo.md section 4).

use super::expect::{created, fields, forbidden, golden, looks_like, not_found, ok, said, text};
use super::{FORM, NOBODY, NOON, PHONE, SITE, bearing, call, on_each, send, sign_up, with, without};
use crate::harness::PASSWORD;
use crate::json;
use http::StatusCode;

#[tokio::test]
async fn a_sign_up_answers_to_the_letter() {
    on_each(async |market| {
        let answer = market.post("/v2/users/", &sign_up(&market.client, "foo@example.test")).await;
        let object = created(&answer);
        let (id, username) = (text(&object, "id"), text(&object, "username"));
        looks_like(&id, &"h".repeat(32));
        assert!(username.starts_with("foo"), "made of the address: {username}");
        let expected = format!(
            r#"{{"id":"{id}","username":"{username}","email":"foo@example.test","phone":"{PHONE}",
                "resource_uri":"{SITE}/v2/users/{id}/","promo_code":null}}"#
        );
        golden(&answer, StatusCode::CREATED, &expected);
        let named = with(&sign_up(&market.client, "bar@example.test"), "username", "bar_and_sons");
        assert_eq!(text(&created(&market.post("/v2/users/", &named).await), "username"), "bar_and_sons");
        // The same name before the @ is taken, so another one is made up.
        let again = created(&market.post("/v2/users", &sign_up(&market.client, "foo@example.com")).await);
        assert_ne!(text(&again, "username"), username);
        assert!(text(&again, "username").starts_with("foo"));
    })
    .await;
}

#[tokio::test]
async fn a_sign_up_names_every_field_that_is_wrong() {
    on_each(async |market| {
        let right = sign_up(&market.client, "foo@example.test");
        let expected = r#"["This field is required."]"#;
        let nothing = market.post("/v2/users/", &[]).await;
        for name in ["email", "password", "phone", "referrer"] {
            assert_eq!(json::part(&nothing.body, name), expected, "{}", nothing.body);
        }
        for (name, _) in right {
            assert_eq!(fields(&market.post("/v2/users/", &without(&right, name)).await), [name]);
            for nothing in ["", "undefined", "null", "   "] {
                assert_eq!(fields(&market.post("/v2/users/", &with(&right, name, nothing)).await), [name]);
            }
        }
        let (_, stranger, _) = market.stranger().await;
        let long = "x".repeat(300);
        for (name, value) in [
            ("email", "no address"),
            ("phone", "12"),
            ("phone", "call me"),
            ("password", "short"),
            ("password", "password123"),
            ("referrer", "nobody"),
            ("referrer", stranger.referrer.as_str()),
            ("username", "no spaces here"),
            ("username", "a/b"),
            ("username", long.as_str()),
        ] {
            assert_eq!(fields(&market.post("/v2/users/", &with(&right, name, value)).await), [name], "{value}");
        }
        assert_eq!(
            fields(&market.post("/v2/users/", &with(&with(&right, "phone", "x"), "email", "x")).await),
            ["email", "phone"]
        );
        let named = with(&right, "username", "foo");
        created(&market.post("/v2/users/", &named).await);
        golden(
            &market.post("/v2/users/", &named).await,
            StatusCode::BAD_REQUEST,
            r#"{"username":["Username is not available."],"email":["Email already exists."]}"#,
        );
        assert_eq!(
            market.post("/v2/users/", &right).await.body,
            r#"{"email":["Email already exists."]}"#,
            "only what offends is named"
        );
        let taken = with(&right, "email", "market@example.test");
        assert_eq!(fields(&market.post("/v2/users/", &taken).await), ["email"], "the operator's own address");
    })
    .await;
}

#[tokio::test]
async fn a_merchant_is_seen_by_themselves_and_their_marketplace_alone() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let other = market.merchant("bar").await;
        let (_, _, stranger) = market.stranger().await;
        let path = format!("/v2/users/{}/", merchant.id);
        let expected = format!(
            r#"{{"id":"{id}","username":"{}","first_name":"","last_name":"","phone":"{PHONE}","email":"foo@example.test",
                "date_joined":"{NOON}","is_email_verified":true,"is_phone_verified":false,"bio":"","location":"",
                "public_phone":null,"public_email":null,"public_website":null,"avatar_image_url":null,
                "profile_image_url":null,"tags":[],"resource_uri":"{SITE}/v2/users/{id}/"}}"#,
            merchant.username,
            id = merchant.id,
        );
        let own = call(&market.app, "GET", &path, &merchant.token, &[]).await;
        let verified = own.body.replace("\"is_email_verified\":false", "\"is_email_verified\":true");
        assert_eq!(json::compact(&verified), json::compact(&expected));
        assert_eq!(market.get(&path).await.body, own.body);
        for token in [&other.token, &stranger] {
            not_found(&call(&market.app, "GET", &path, token, &[]).await);
        }
        for id in [NOBODY, "me", "%20", "90f0", &merchant.username] {
            not_found(&call(&market.app, "GET", &format!("/v2/users/{id}/"), &merchant.token, &[]).await);
            not_found(&market.get(&format!("/v2/users/{id}/")).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_merchant_changes_themselves_and_nobody_else() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let other = market.merchant("bar").await;
        let path = format!("/v2/users/{}/", merchant.id);
        let change = [("first_name", "Foo"), ("last_name", "Bar"), ("location", "India"), ("phone", "+919876543210")];
        let object = ok(&call(&market.app, "PATCH", &path, &merchant.token, &change).await);
        for (name, value) in change {
            assert_eq!(text(&object, name), value);
        }
        assert_eq!(json::keys(&object).len(), 18);
        // What is not sent stays, and each body that PHP callers use is read.
        let multipart = "--edge\r\nContent-Disposition: form-data; name=\"location\"\r\n\r\nGoa\r\n--edge--\r\n";
        let head = bearing("PATCH", path.trim_end_matches('/'), &merchant.token);
        let object = ok(&send(&market.app, head, "multipart/form-data; boundary=edge", multipart).await);
        assert_eq!((text(&object, "location"), text(&object, "first_name")), ("Goa".to_owned(), "Foo".to_owned()));
        let head = bearing("PATCH", &path, &merchant.token);
        let object = ok(&send(&market.app, head, "application/json", r#"{"last_name":"Baz","id":"x"}"#).await);
        assert_eq!((text(&object, "last_name"), text(&object, "id")), ("Baz".to_owned(), merchant.id.clone()));
        let before = ok(&call(&market.app, "GET", &path, &merchant.token, &[]).await);
        for phone in ["12", "call me", "+91 x"] {
            let answer = call(&market.app, "PATCH", &path, &merchant.token, &[("phone", phone)]).await;
            golden(&answer, StatusCode::BAD_REQUEST, r#"{"phone":["Enter a valid phone number"]}"#);
        }
        let long = "x".repeat(5_000);
        let answer = call(&market.app, "PATCH", &path, &merchant.token, &[("first_name", &long)]).await;
        assert_eq!(fields(&answer), ["first_name"]);
        not_found(&call(&market.app, "PATCH", &path, &other.token, &change).await);
        forbidden(&call(&market.app, "PATCH", &path, &market.token, &change).await);
        assert_eq!(ok(&call(&market.app, "GET", &path, &merchant.token, &[]).await), before);
    })
    .await;
}

#[tokio::test]
async fn bank_details_are_put_by_the_merchant_as_often_as_they_like() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let other = market.merchant("bar").await;
        let path = format!("/v2/users/{}/inrbankaccount/", merchant.id);
        let right =
            [("account_holder_name", "Foo Bar"), ("account_number", "123456789"), ("ifsc_code", "SBIN0000111")];
        let expected = format!(
            r#"{{"user":"{SITE}/v2/users/{}/","account_holder_name":"Foo Bar","bank_name":"","account_number":"123456789",
                "ifsc_code":"SBIN0000111","updated_at":"{NOON}"}}"#,
            merchant.id
        );
        for path in [path.as_str(), path.trim_end_matches('/')] {
            golden(&call(&market.app, "PUT", path, &merchant.token, &right).await, StatusCode::OK, &expected);
        }
        let nothing = call(&market.app, "PUT", &path, &merchant.token, &[]).await;
        assert_eq!(fields(&nothing), ["account_holder_name", "account_number", "ifsc_code"]);
        for (name, _) in right {
            let answer = call(&market.app, "PUT", &path, &merchant.token, &without(&right, name)).await;
            golden(&answer, StatusCode::BAD_REQUEST, &format!(r#"{{"{name}":["This field is required."]}}"#));
        }
        for (name, value) in [
            ("ifsc_code", "SBIN1000111"),
            ("ifsc_code", "SBI0000111"),
            ("ifsc_code", "1BIN0000111"),
            ("account_number", "1234"),
            ("account_number", "12345678901234567890123456789012"),
            ("account_number", "12345x789"),
        ] {
            let answer = call(&market.app, "PUT", &path, &merchant.token, &with(&right, name, value)).await;
            assert_eq!(fields(&answer), [name], "{value}");
        }
        not_found(&call(&market.app, "PUT", &path, &other.token, &right).await);
        forbidden(&call(&market.app, "PUT", &path, &market.token, &right).await);
        said(&call(&market.app, "POST", &path, &merchant.token, &right).await, 405);
        let json = r#"{"account_holder_name":"Foo","account_number":987654321,"ifsc_code":"HDFC0000001"}"#;
        let head = bearing("PUT", &path, &merchant.token);
        let object = ok(&send(&market.app, head, "application/json", json).await);
        assert_eq!(text(&object, "account_number"), "987654321");
    })
    .await;
}

#[tokio::test]
async fn a_merchant_signs_in_in_the_web_app_and_sees_their_balance() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let browser = market.app.sign_in(&merchant.email).await;
        let page = browser.get("/balance").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let mails = {
            market.idle().await;
            market.app.backend.sandbox_mails(Some(&merchant.email), 10).await.unwrap()
        };
        assert!(!mails.is_empty(), "they are told that there is an account");
        assert!(mails.iter().all(|mail| !mail.text.contains(PASSWORD)), "but not with their password");
        assert_eq!(market.browser.get("/balance").await.status, StatusCode::OK, "the marketplace has one too");
        assert_eq!(market.app.anonymous().get("/balance").await.location(), "/sign-in?next=/balance");
    })
    .await;
}

#[tokio::test]
async fn a_merchants_token_signs_nobody_up() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let form = sign_up(&market.client, "bar@example.test");
        forbidden(&call(&market.app, "POST", "/v2/users/", &merchant.token, &form).await);
        let answer = send(&market.app, bearing("POST", "/v2/users/", &market.token), FORM, super::encode(&form)).await;
        created(&answer);
    })
    .await;
}
