//! Payment requests: what is asked for, and what is refused (instamojo.md section 5.1).

use super::expect::{created, fields, golden, looks_like, not_found, ok, text};
use super::{FORM, Fields, Market, NOON, SITE, bearing, call, encode, on_each, send, with, without};
use crate::harness::Answer;
use crate::json;
use http::StatusCode;
use time::Duration;

/// A request with everything that the documentation sends.
const FULL: [(&str, &str); 11] = [
    ("amount", "2500"),
    ("purpose", "FIFA 16"),
    ("buyer_name", "John Doe"),
    ("email", "foo@example.com"),
    ("phone", "9999999999"),
    ("redirect_url", "http://www.example.com/redirect/"),
    ("webhook", "http://www.example.com/webhook/"),
    ("send_email", "true"),
    ("send_sms", "true"),
    ("allow_repeated_payments", "false"),
    ("mark_fulfilled", "true"),
];
const LEAST: [(&str, &str); 2] = [("amount", "10.00"), ("purpose", "Tea")];
/// Keys that live answers have and the documentation does not show.
const EXTRA: [&str; 5] = ["customer_id", "remarks", "partner", "partner_fee_type", "partner_fee"];

async fn ask(market: &Market, fields: Fields<'_>) -> Answer {
    market.post("/v2/payment_requests/", fields).await
}

#[tokio::test]
async fn a_full_request_is_echoed_to_the_letter() {
    on_each(async |market| {
        let answer = ask(market, &FULL).await;
        let object = created(&answer);
        let id = text(&object, "id");
        looks_like(&id, &"h".repeat(32));
        let longurl = text(&object, "longurl");
        assert!(longurl.starts_with(&format!("{SITE}/@")) && longurl.ends_with(&format!("/{id}")), "{longurl}");
        let expected = format!(
            r#"{{"id":"{id}","user":"{SITE}/v2/users/{}/","phone":"+919999999999","email":"foo@example.com",
                "buyer_name":"John Doe","amount":"2500","purpose":"FIFA 16","status":"Pending","payments":[],
                "send_sms":true,"send_email":true,"sms_status":"Pending","email_status":"Pending","shorturl":null,
                "longurl":"{longurl}","redirect_url":"http://www.example.com/redirect/",
                "webhook":"http://www.example.com/webhook/","scheduled_at":null,"expires_at":null,
                "allow_repeated_payments":false,"mark_fulfilled":true,"created_at":"{NOON}","modified_at":"{NOON}",
                "resource_uri":"{SITE}/v2/payment_requests/{id}/"}}"#,
            market.id()
        );
        assert_eq!(json::cut(&object, &EXTRA), json::compact(&expected));
    })
    .await;
}

#[tokio::test]
async fn what_is_left_out_gets_its_default() {
    on_each(async |market| {
        let object = created(&ask(market, &LEAST).await);
        for (key, value) in [
            ("amount", "\"10.00\""),
            ("send_sms", "false"),
            ("send_email", "false"),
            ("sms_status", "null"),
            ("email_status", "null"),
            ("allow_repeated_payments", "true"),
            ("mark_fulfilled", "false"),
            ("expires_at", "null"),
            ("status", "\"Pending\""),
        ] {
            assert_eq!(json::part(&object, key), value, "{key}");
        }
        for key in ["webhook", "redirect_url", "buyer_name", "email", "phone"] {
            assert!(["null", "\"\""].contains(&json::part(&object, key).as_str()), "{key} in {object}");
        }
        // The Node SDK writes what its caller left undefined.
        for nothing in ["undefined", "null", ""] {
            let mut sent = LEAST.to_vec();
            for name in [
                "buyer_name",
                "email",
                "phone",
                "redirect_url",
                "webhook",
                "send_email",
                "send_sms",
                "expires_at",
                "allow_repeated_payments",
                "mark_fulfilled",
                "partner_fee_type",
                "partner_fee",
            ] {
                sent.push((name, nothing));
            }
            let again = created(&ask(market, &sent).await);
            let own = ["id", "longurl", "resource_uri"];
            assert_eq!(json::cut(&again, &own), json::cut(&object, &own), "{nothing:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_get_pads_the_amount_and_knows_the_payments() {
    on_each(async |market| {
        let object = created(&ask(market, &with(&LEAST, "amount", "2500")).await);
        assert_eq!(text(&object, "amount"), "2500", "as it was sent");
        let path = format!("/v2/payment_requests/{}/", text(&object, "id"));
        let read = ok(&market.get(&path).await);
        assert_eq!(text(&read, "amount"), "2500.00");
        assert_eq!(json::keys(&read), json::keys(&object));
        assert_eq!(json::cut(&read, &["amount"]), json::cut(&object, &["amount"]));
        let link = market.request("50", &[]).await;
        let payment = link.paid(&market.app).await;
        let read = ok(&market.get(&link.path()).await);
        assert_eq!(json::part(&read, "payments"), format!("[\"{SITE}/v2/payments/{payment}/\"]"));
        assert_eq!(text(&read, "status"), "Completed");
    })
    .await;
}

#[tokio::test]
async fn amounts_have_a_least_a_most_and_two_places() {
    on_each(async |market| {
        for amount in ["9", "9.00", "9.5", "200000", "200000.00", " 10 ", "0010"] {
            created(&ask(market, &with(&LEAST, "amount", amount)).await);
        }
        for amount in [
            "8.99",
            "200000.01",
            "0",
            "-10",
            "10.001",
            "1e3",
            "abc",
            "10,00",
            "1,000",
            "99999999999999999999",
            "NaN",
            "0x10",
            "१००",
        ] {
            let answer = ask(market, &with(&LEAST, "amount", amount)).await;
            assert_eq!(fields(&answer), ["amount"], "{amount}");
        }
        golden(
            &ask(market, &[]).await,
            StatusCode::BAD_REQUEST,
            r#"{"purpose":["This field is required."],"amount":["This field is required."]}"#,
        );
    })
    .await;
}

#[tokio::test]
async fn a_request_names_every_field_that_is_wrong() {
    on_each(async |market| {
        let long = "x".repeat(5_000);
        let address = format!("https://shop.example/{long}");
        for (name, value) in [
            ("purpose", long.as_str()),
            ("buyer_name", long.as_str()),
            ("email", "no address"),
            ("phone", "call me"),
            ("redirect_url", "javascript:alert(1)"),
            ("redirect_url", "shop.example/back"),
            ("redirect_url", address.as_str()),
            ("webhook", "ftp://shop.example/hook"),
            ("webhook", "no address"),
            ("send_email", "perhaps"),
            ("allow_repeated_payments", "2"),
            ("mark_fulfilled", "yes please"),
            ("expires_at", "tomorrow"),
            ("expires_at", "2026-11-20T11:59:59.000Z"),
        ] {
            assert_eq!(fields(&ask(market, &with(&LEAST, name, value)).await), [name], "{value}");
        }
        let wrong = with(&with(&LEAST, "email", "no address"), "amount", "1");
        assert_eq!(fields(&ask(market, &wrong).await), ["amount", "email"]);
        for (flag, needs) in [("send_email", "email"), ("send_sms", "phone")] {
            let named = fields(&ask(market, &with(&LEAST, flag, "true")).await);
            assert!(named == [flag] || named == [needs], "{named:?}");
        }
        let list = ok(&market.get("/v2/payment_requests/").await);
        assert_eq!(json::part(&list, "count"), "0");
    })
    .await;
}

#[tokio::test]
async fn all_six_booleans_are_understood() {
    on_each(async |market| {
        for (yes, no) in [("true", "false"), ("1", "0"), ("True", "False"), ("TRUE", "FALSE")] {
            for (value, expected) in [(yes, "true"), (no, "false")] {
                let sent = with(
                    &with(&with(&LEAST, "mark_fulfilled", value), "allow_repeated_payments", value),
                    "email",
                    "foo@example.com",
                );
                let object = created(&ask(market, &with(&sent, "send_email", value)).await);
                for key in ["mark_fulfilled", "allow_repeated_payments", "send_email"] {
                    assert_eq!(json::part(&object, key), expected, "{key} {value}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn all_three_kinds_of_body_ask_for_the_same() {
    on_each(async |market| {
        let json = r#"{"amount":2500,"purpose":"FIFA 16","send_email":false,"send_sms":false,"webhook":null,
            "allow_repeated_payments":false,"unknown":{"deep":[1]}}"#;
        let multipart: String = [("amount", "2500"), ("purpose", "FIFA 16"), ("allow_repeated_payments", "0")]
            .iter()
            .map(|(name, value)| format!("--e\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
            .collect();
        let form = encode(&[("amount", "2500"), ("purpose", "FIFA 16"), ("allow_repeated_payments", "False")]);
        let mut bodies = Vec::new();
        for (kind, body) in [
            ("application/json", json.to_owned()),
            ("multipart/form-data; boundary=e", format!("{multipart}--e--\r\n")),
            (FORM, form),
        ] {
            let head = bearing("POST", "/v2/payment_requests/", &market.token);
            let object = created(&send(&market.app, head, kind, body).await);
            bodies.push(json::cut(&object, &["id", "longurl", "resource_uri"]));
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    })
    .await;
}

#[tokio::test]
async fn an_expiry_is_an_instant_of_the_near_future() {
    on_each(async |market| {
        for sent in ["2026-11-20T12:05:00.000Z", "2026-11-20T12:05:00Z", "2026-11-20T12:05:00.000000Z"] {
            let object = created(&ask(market, &with(&LEAST, "expires_at", sent)).await);
            assert_eq!(text(&object, "expires_at"), "2026-11-20T12:05:00.000Z");
        }
        market.app.clock.advance(Duration::minutes(6));
        let answer = ask(market, &with(&LEAST, "expires_at", "2026-11-20T12:05:00.000Z")).await;
        assert_eq!(fields(&answer), ["expires_at"]);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_to_be_mailed_is_mailed() {
    on_each(async |market| {
        let fields = with(&with(&LEAST, "email", "foo@example.com"), "send_email", "true");
        let object = created(&ask(market, &fields).await);
        assert_eq!(text(&object, "email_status"), "Pending");
        market.idle().await;
        let mails = market.app.backend.sandbox_mails(Some("foo@example.com"), 10).await.unwrap();
        assert!(mails.iter().any(|mail| mail.text.contains(&text(&object, "longurl"))), "{mails:?}");
        let read = ok(&market.get(&format!("/v2/payment_requests/{}/", text(&object, "id"))).await);
        assert_eq!((text(&read, "email_status"), text(&read, "status")), ("Sent".to_owned(), "Sent".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_request_belongs_to_whose_token_asked() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let other = market.merchant("bar").await;
        let (_, _, stranger) = market.stranger().await;
        let object = created(&call(&market.app, "POST", "/v2/payment_requests/", &merchant.token, &LEAST).await);
        assert_eq!(text(&object, "user"), format!("{SITE}/v2/users/{}/", merchant.id));
        assert!(text(&object, "longurl").starts_with(&format!("{SITE}/@{}/", merchant.username)));
        let path = format!("/v2/payment_requests/{}/", text(&object, "id"));
        for token in [&merchant.token, &market.token] {
            ok(&call(&market.app, "GET", &path, token, &[]).await);
        }
        for token in [&other.token, &stranger] {
            not_found(&call(&market.app, "GET", &path, token, &[]).await);
        }
        let own = created(&ask(market, &without(&with(&LEAST, "x", "y"), "x")).await);
        let path = format!("/v2/payment_requests/{}/", text(&own, "id"));
        for token in [&merchant.token, &stranger] {
            not_found(&call(&market.app, "GET", &path, token, &[]).await);
        }
    })
    .await;
}
