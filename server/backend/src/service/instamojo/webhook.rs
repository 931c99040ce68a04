//! What a marketplace's program is told of a payment: thirteen fields with a MAC over twelve of them (instamojo.md section 7).

use super::money;
use super::requests::PaymentRequest;
use crate::Backend;
use crate::error::{Error, Result};
use crate::port::WebhookRequest;
use crate::repo::collections::Collection;
use crate::repo::convert::{from_json, to_json};
use crate::repo::outbox::{self, Claimed, NewMessage};
use crate::secret::hex;
use crate::service::outbox::{Failure, Transport};
use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use time::OffsetDateTime;
use url::form_urlencoded;

/// The stored name of the topic.
const TOPIC: &str = "payment_webhook";
/// Tries over three days: half a minute, doubling to six hours.
const ATTEMPTS_MAX: u32 = 22;

/// A form with its address; every try sends the same.
#[derive(Serialize, Deserialize)]
struct Addressed {
    url: String,
    payment: String,
    body: String,
}

/// The MAC of fields: HMAC-SHA1 with the private salt over the values in the order of their names, joined by `|`, in lower-case
/// hexadecimal digits (instamojo.md section 7).
///
/// # Errors
/// The salt is no key, which no text is.
pub fn mac(salt: &str, fields: &[(&str, String)]) -> Result<String> {
    let mut sorted: Vec<&(&str, String)> = fields.iter().filter(|(name, _)| *name != "mac").collect();
    sorted.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    let message: Vec<&str> = sorted.into_iter().map(|(_, value)| value.as_str()).collect();
    let mut mac =
        Hmac::<Sha1>::new_from_slice(salt.as_bytes()).map_err(|source| Error::internal("private salt", source))?;
    mac.update(message.join("|").as_bytes());
    Ok(hex(&mac.finalize().into_bytes()))
}

/// Queues what the request's webhook is told of a successful payment, in the transaction that books it.
pub(super) async fn enqueue(
    backend: &Backend,
    tx: &DatabaseTransaction,
    it: &Collection,
    request: &PaymentRequest,
    now: OffsetDateTime,
) -> Result<()> {
    if request.webhook.is_empty() {
        return Ok(());
    }
    let longurl = backend.longurl_in(tx, request).await?;
    let mut fields = vec![
        ("amount", money::in_rupees(it.amount)),
        ("buyer", it.email.clone()),
        ("buyer_name", it.buyer_name.clone()),
        ("buyer_phone", it.phone.clone()),
        ("currency", "INR".to_owned()),
        ("fees", money::in_rupees(it.fees)),
        ("longurl", longurl),
        ("payment_id", it.code.clone()),
        ("payment_request_id", request.id.0.simple().to_string()),
        ("purpose", request.purpose.clone()),
        ("shorturl", String::new()),
        ("status", "Credit".to_owned()),
    ];
    let mac = mac(&backend.private_salt(tx, request.client).await?, &fields)?;
    fields.push(("mac", mac));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let payload = to_json(&Addressed { url: request.webhook.clone(), payment: it.code.clone(), body })?;
    let dedupe = format!("{TOPIC}:{}", it.id);
    outbox::insert(
        tx,
        NewMessage { topic: TOPIC, kind: "payment", dedupe_key: &dedupe, ordering_key: None, payload },
        now,
    )
    .await
}

/// Hands payments' news to the addresses of their requests. A 2xx answer is a delivery; everything else is tried again.
pub(crate) struct PaymentWebhookTransport;

#[async_trait]
impl Transport for PaymentWebhookTransport {
    fn topic(&self) -> &'static str {
        TOPIC
    }

    fn attempts_max(&self) -> u32 {
        ATTEMPTS_MAX
    }

    async fn send(&self, backend: &Backend, message: &Claimed) -> std::result::Result<(), Failure> {
        let addressed: Addressed = from_json(&message.payload).map_err(Failure::Unreadable)?;
        let request = WebhookRequest {
            url: addressed.url,
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: addressed.body.into_bytes(),
        };
        let answer = backend.webhook_sender().send(&request).await;
        match answer.map_err(|error| Failure::Refused(Box::new(error)))?.status {
            200..=299 => Ok(()),
            status => Err(Failure::Refused(format!("answered {status}").into())),
        }
    }

    fn kept(&self, _payload: &str) -> Option<String> {
        None
    }

    fn describe(&self, payload: &str) -> (String, bool) {
        match from_json::<Addressed>(payload) {
            Ok(addressed) => (format!("Notification of payment {}", addressed.payment), true),
            Err(_) => ("A payment's notification that cannot be read".to_owned(), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_of_the_contracts_vector() {
        let fields = [
            ("status", "Credit"),
            ("shorturl", ""),
            ("purpose", "FIFA 16"),
            ("payment_request_id", "05f317448ad84649aa1a9c7328edb015"),
            ("payment_id", "MOJO5a06005J21512197"),
            ("mac", "not part of it"),
            ("longurl", "https://host/@foo/05f317448ad84649aa1a9c7328edb015"),
            ("fees", "125.00"),
            ("currency", "INR"),
            ("buyer_phone", "9999999999"),
            ("buyer_name", "John Doe"),
            ("buyer", "foo@example.com"),
            ("amount", "2500.00"),
        ];
        let fields = fields.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(mac("test-salt-0123", &fields).unwrap(), "18a4f8969a898a0bdb2ccea340b873b1365aaf89");
    }
}
