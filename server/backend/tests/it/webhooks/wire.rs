//! The bytes on the wire (atarapay.md section 7.3): both encodings, and the frame that the plugin's parser needs.

use super::program::Program;
use super::{ACCEPTED, DELIVERED, Scene};
use crate::support::on_each;
use crate::support::shop::{Shop, deliver};
use backend::Error;
use backend::service::api::{Encoding, EndpointForm};
use domain::order::Command;

#[tokio::test]
async fn multipart_text_goes_out_as_the_plugin_needs_it() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        assert_eq!(scene.program.endpoint().await.encoding, Encoding::MultipartRaw, "the default");
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        let news = scene.program.hears(DELIVERED).await;
        let body = news.request.text();
        let lines: Vec<&str> = body.split("\r\n").collect();
        assert!(!lines.iter().any(|line| line.contains(['\r', '\n'])), "lines end in one way: {body}");
        let boundary = lines[0];
        assert!(boundary.starts_with("--") && (3..=72).contains(&boundary.len()), "{boundary}");
        // Four parts of header, empty line and value.
        let starts = lines.iter().filter(|line| **line == boundary).count();
        assert_eq!((starts, lines.len()), (4, 4 * 4 + 2), "{body}");
        assert_eq!(lines[16..], [format!("{boundary}--").as_str(), ""]);
        for (index, name) in ["status", "message", "data", "token"].into_iter().enumerate() {
            assert_eq!(lines[index * 4 + 1], format!("Content-Disposition: form-data; name=\"{name}\""));
            assert_eq!(lines[index * 4 + 2], "");
        }
        // PHP reads the body itself only where the header names no form, and a form field `product` were a payment.
        assert_eq!(news.request.header("content-type"), "application/json");
        assert!(!body.contains("name=\"product\""));
    })
    .await;
}

#[tokio::test]
async fn a_json_body_has_the_documented_members_in_their_order() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let program = Program::open_with(on, &shop.seller, Encoding::Json).await;
        assert_eq!(program.endpoint().await.encoding, Encoding::Json);
        let (_, link) = shop.delivered().await;
        let body = program.hears(DELIVERED).await.request.text();
        assert!(
            body.starts_with(r#"{"status":"Delivered","message":"Order is marked completed","data":{"id":"#),
            "{body}"
        );
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        program.hears(ACCEPTED).await;
    })
    .await;
}

#[tokio::test]
async fn amounts_and_numbers_are_whole_and_times_have_no_zone() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        let data = scene.program.hears(DELIVERED).await.data;
        for key in ["id", "amount_payed", "amount_net", "product_cost", "cancellation_fee", "payment_number"] {
            assert!(data[key].is_i64(), "{key} is {}", data[key]);
        }
        assert!(data["product_id"].is_string());
        // Half past twelve in Lagos is eleven thirty in UTC; the clock of the tests stands at noon.
        for key in ["created_at", "updated_at", "transaction_date"] {
            assert_eq!(data[key], "2026-11-20 13:00:00", "{key}");
        }
        assert_eq!(data["delivery_date"], "0000-00-00");
        assert!(data["status"]["deleted_at"].is_null());
    })
    .await;
}

#[tokio::test]
async fn the_encoding_changes_with_the_next_notification_and_the_secret_stays() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let mut program = scene.program;
        let secret = program.endpoint().await.secret;
        program.tests(1).await;
        program.encoding = Encoding::Json;
        program.save(program.form()).await;
        assert_eq!(program.news().await.len(), 1, "also what waited already");
        program.encoding = Encoding::MultipartRaw;
        let form = EndpointForm { encoding: "something else".to_owned(), ..program.form() };
        program.save(form).await;
        program.tests(1).await;
        assert_eq!(program.news().await.len(), 1);
        assert_eq!(program.endpoint().await.secret, secret, "the shop keeps what it was given");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_at_its_field_and_changes_nothing() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        let long = format!("https://shop.example/{}", "x".repeat(2_000));
        for url in ["shop.example", "ftp://shop.example/", "javascript:alert(1)", "https://me:pw@shop.example/", &long]
        {
            let form = EndpointForm { url: url.to_owned(), encoding: "json".to_owned(), ..EndpointForm::default() };
            let refused = on.backend.set_webhook(&program.owner, &form).await;
            assert!(matches!(&refused, Err(Error::Invalid(fields)) if fields[0].field == "url"), "{url}: {refused:?}");
        }
        let mut unconfirmed = program.owner.clone();
        unconfirmed.confirmed = false;
        let refused = on.backend.set_webhook(&unconfirmed, &EndpointForm::default()).await;
        assert!(matches!(refused, Err(Error::Unconfirmed)), "{refused:?}");
        let refused = on.backend.rotate_webhook_secret(&unconfirmed).await;
        assert!(matches!(refused, Err(Error::Unconfirmed)), "{refused:?}");
        program.tests(1).await;
        assert_eq!(program.news().await.len(), 1, "to the address as before");
    })
    .await;
}
