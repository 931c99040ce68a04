//! The transport of notifications to callback URLs: the contract's body in the account's encoding with its security token
//! (atarapay.md section 7), and beside it the headers of Standard Webhooks with a secret of their own.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::port::{WebhookError, WebhookRequest};
use crate::repo::accounts;
use crate::repo::api_events::{self, ApiEvent};
use crate::repo::convert::{from_json, to_json};
use crate::repo::notifications::Topic;
use crate::repo::outbox::Claimed;
use crate::repo::webhook_attempts::{self, WebhookAttempt};
use crate::repo::webhook_endpoints::{self, Encoding, Endpoint};
use crate::service::news::{News, Readers, send};
use crate::service::outbox::{Failure, Transport};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{AccountId, ApiEventId};
use domain::text::Email;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::Sha256;
use time::OffsetDateTime;

/// The stored name of the topic.
pub(super) const TOPIC: &str = "webhook";
/// What a sealed signing secret belongs to.
pub(super) const SECRET_PURPOSE: &str = "webhook-secret";
/// What every signing secret begins with, as Standard Webhooks writes it.
pub(super) const SECRET_PREFIX: &str = "whsec_";
/// Tries over three days: half a minute, doubling to six hours.
const ATTEMPTS_MAX: u32 = 22;
/// After so many refused tries in a row the account is told.
const TOLD_AFTER: i32 = 5;
/// As much of an answer as is kept, in bytes.
const ANSWER_BYTES_KEPT: usize = 2_048;
/// What stands in the log where a secret was.
const NOT_SHOWN: &str = "(not shown)";
/// The answer by which an address says that it is gone for good.
const GONE: u16 = 410;

/// Which event goes to whom.
#[derive(Serialize, Deserialize)]
struct Queued {
    event: ApiEventId,
    account: AccountId,
}

/// The outbox payload of an event.
pub(super) fn payload(event: &ApiEvent) -> Result<String> {
    to_json(&Queued { event: event.id, account: event.account })
}

/// Hands notifications to callback URLs.
pub(crate) struct WebhookTransport;

#[async_trait]
impl Transport for WebhookTransport {
    fn topic(&self) -> &'static str {
        TOPIC
    }

    fn attempts_max(&self) -> u32 {
        ATTEMPTS_MAX
    }

    async fn send(&self, backend: &Backend, message: &Claimed) -> std::result::Result<(), Failure> {
        let queued: Queued = from_json(&message.payload).map_err(Failure::Unreadable)?;
        let refused = |error: Error| Failure::Refused(Box::new(error));
        let connection = backend.db().read();
        let event = api_events::by_id(connection, queued.event).await.map_err(refused)?;
        let endpoint = webhook_endpoints::of_account(connection, queued.account).await.map_err(refused)?;
        let Some(endpoint) = endpoint.filter(|endpoint| endpoint.disabled.is_none()) else {
            return Err(Failure::Stopped("nothing is sent to this account any more"));
        };
        backend.deliver_event(&event, &endpoint).await
    }

    fn kept(&self, _payload: &str) -> Option<String> {
        None
    }

    fn describe(&self, payload: &str) -> (String, bool) {
        match from_json::<Queued>(payload) {
            Ok(queued) => (format!("Notification {} to {}", queued.event, queued.account), true),
            Err(_) => ("A notification that cannot be read".to_owned(), false),
        }
    }
}

/// What the token is made of, and everything else that the object says.
#[derive(Deserialize)]
struct TokenParts {
    id: i64,
    amount_payed: i64,
}

/// What a notification proves itself with, and what must not be read from a log.
#[derive(Default)]
struct Secrets {
    token: String,
    beside: Vec<String>,
}

/// The beginning of an answer without our secrets: shops print what they were sent while they are being built.
fn kept_answer(answer: &str, secrets: &Secrets) -> String {
    // A NUL byte is no text for PostgreSQL.
    let mut text = answer.replace('\0', "\u{fffd}");
    for secret in std::iter::once(&secrets.token).chain(&secrets.beside).filter(|secret| !secret.is_empty()) {
        let escaped = secret.replace('/', "\\/");
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for written in [secret, &escaped, &encoded] {
            text = text.replace(written.as_str(), NOT_SHOWN);
        }
    }
    text.truncate(text.floor_char_boundary(ANSWER_BYTES_KEPT));
    text
}

/// A JSON body, in the documented order.
#[derive(Serialize)]
struct JsonBody<'a> {
    status: &'a str,
    message: &'a str,
    data: &'a RawValue,
    token: &'a str,
}

impl Backend {
    async fn deliver_event(&self, event: &ApiEvent, endpoint: &Endpoint) -> std::result::Result<(), Failure> {
        let internal = |error: Error| Failure::Refused(Box::new(error));
        let secrets = self.notification_secrets(event).await.map_err(internal)?;
        let request = self.notification(event, endpoint, &secrets.token).map_err(internal)?;
        let begun = std::time::Instant::now();
        let answer = self.webhook_sender().send(&request).await;
        let duration = begun.elapsed();
        let shown = body(event, endpoint.encoding, NOT_SHOWN).map_err(internal)?;
        let at = self.now();
        let attempt = WebhookAttempt {
            event: event.id,
            account: event.account,
            url: endpoint.url.clone(),
            attempt: 0,
            headers: request.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect(),
            body: String::from_utf8_lossy(&shown).into_owned(),
            status: answer.as_ref().ok().map(|answer| i32::from(answer.status)),
            answer: answer.as_ref().map(|answer| kept_answer(&answer.body, &secrets)).unwrap_or_default(),
            error: answer.as_ref().err().map(cause),
            duration_ms: i64::try_from(duration.as_millis()).unwrap_or(i64::MAX),
            at,
        };
        let outcome = match answer {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) if answer.status == GONE => Err(Failure::Stopped("the address says that it is gone (410)")),
            Ok(answer) => Err(Failure::Refused(format!("answered {}", answer.status).into())),
            Err(error) => Err(Failure::Refused(Box::new(error))),
        };
        match (self.record_attempt(attempt, &outcome).await, outcome) {
            (Ok(true), outcome) => outcome,
            (Ok(false), Err(Failure::Stopped(_))) => {
                Err(Failure::Refused("another address was entered meanwhile".into()))
            }
            (Ok(false), outcome) => outcome,
            // The shop has it: a log that cannot be written is no reason to send it again.
            (Err(error), Ok(())) => {
                tracing::error!(%error, event = %event.id, "a delivered notification could not be logged");
                Ok(())
            }
            (Err(error), Err(_)) => Err(internal(error)),
        }
    }

    /// The request of an event: body, and the headers that sign it.
    fn notification(&self, event: &ApiEvent, endpoint: &Endpoint, token: &str) -> Result<WebhookRequest> {
        let body = body(event, endpoint.encoding, token)?;
        let timestamp = self.now().unix_timestamp();
        let id = event.id.to_string();
        let mut secrets = vec![endpoint.secret_sealed.clone()];
        // While the secret changes over, both sign.
        secrets.extend(endpoint.old_secret.iter().filter(|(_, until)| *until > self.now()).map(|(old, _)| old.clone()));
        let mut signatures = Vec::with_capacity(secrets.len());
        for sealed in secrets {
            signatures.push(signature(&self.webhook_secret(&sealed)?, &id, timestamp, &body)?);
        }
        Ok(WebhookRequest {
            url: endpoint.url.clone(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("webhook-id", id),
                ("webhook-timestamp", timestamp.to_string()),
                ("webhook-signature", signatures.join(" ")),
            ],
            body,
        })
    }

    /// `base64(public:private:order:amount)` with the pair that the shop knows (atarapay.md section 7.2).
    async fn notification_secrets(&self, event: &ApiEvent) -> Result<Secrets> {
        let Some(key) = self.shop_key(self.db().read(), event.account).await? else { return Ok(Secrets::default()) };
        let parts: TokenParts = from_json(&event.object)?;
        let private = self.private_key(&key)?;
        let token = STANDARD.encode(format!("{}:{private}:{}:{}", key.public_key, parts.id, parts.amount_payed));
        let authtoken = STANDARD.encode(format!("{}:{private}", key.public_key));
        Ok(Secrets { token, beside: vec![authtoken, private] })
    }

    /// The bytes of a signing secret.
    pub(super) fn webhook_secret(&self, sealed: &str) -> Result<Vec<u8>> {
        self.secret().unseal(SECRET_PURPOSE, sealed)
    }

    /// Writes a try down, and what it says about the address; `false` where the account has another address by now.
    async fn record_attempt(
        &self,
        mut attempt: WebhookAttempt,
        outcome: &std::result::Result<(), Failure>,
    ) -> Result<bool> {
        let now = attempt.at;
        let tx = self.db().begin().await?;
        let locked = webhook_endpoints::lock(&tx, attempt.account).await?;
        let earlier = webhook_attempts::of_events(&tx, attempt.account, &[attempt.event]).await?;
        attempt.attempt = i32::try_from(earlier.len()).unwrap_or(i32::MAX).saturating_add(1);
        webhook_attempts::insert(&tx, &attempt).await?;
        // Somebody may have entered another address meanwhile; then this says nothing about it.
        let mut same = locked.filter(|endpoint| endpoint.url == attempt.url);
        if let Some(endpoint) = &mut same {
            self.judge(&tx, endpoint, &attempt, outcome, now).await?;
            webhook_endpoints::set(&tx, endpoint, now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(same.is_some())
    }

    async fn judge(
        &self,
        tx: &DatabaseTransaction,
        endpoint: &mut Endpoint,
        attempt: &WebhookAttempt,
        outcome: &std::result::Result<(), Failure>,
        now: OffsetDateTime,
    ) -> Result<()> {
        let stopped = match outcome {
            Ok(()) => {
                (endpoint.failures, endpoint.failing_since, endpoint.told_at) = (0, None, None);
                return Ok(());
            }
            Err(Failure::Stopped(reason)) => Some(*reason),
            Err(_) => None,
        };
        endpoint.failures = endpoint.failures.saturating_add(1);
        endpoint.failing_since.get_or_insert(now);
        if let Some(reason) = stopped {
            endpoint.disabled = Some((now, reason.to_owned()));
        }
        if stopped.is_some() || (endpoint.failures >= TOLD_AFTER && endpoint.told_at.is_none()) {
            endpoint.told_at = Some(now);
            let why = attempt.error.clone().unwrap_or_else(|| format!("it answered {}", attempt.status.unwrap_or(0)));
            tell_owner(tx, endpoint, why, stopped.is_some(), now).await?;
        }
        Ok(())
    }
}

async fn tell_owner(
    tx: &DatabaseTransaction,
    endpoint: &Endpoint,
    why: String,
    stopped: bool,
    now: OffsetDateTime,
) -> Result<()> {
    let account = accounts::by_id(tx, endpoint.account).await?;
    let email = Email::parse(&account.email).map_err(|source| Error::internal("stored address", source))?;
    let mail = Mail::WebhookFailing { name: account.name, url: endpoint.url.clone(), why, stopped };
    let key = format!("webhook-failing:{}:{}", endpoint.account, now.unix_timestamp());
    let title = mail.title();
    let news = News {
        mail: &mail,
        mail_key: &key,
        order: None,
        topic: Topic::Orders,
        title: &title,
        text: "Look at what was sent and answered, mend it, and send what was missed again.",
        path: "/developers/webhooks",
        key: &key,
    };
    let readers = Readers { email, users: accounts::members(tx, endpoint.account).await? };
    send(tx, &readers, &news, now).await
}

/// The body in the account's encoding.
pub(super) fn body(event: &ApiEvent, encoding: Encoding, token: &str) -> Result<Vec<u8>> {
    match encoding {
        Encoding::Json => {
            let data: &RawValue = serde_json::from_str(&event.object)?;
            let body = JsonBody { status: &event.status, message: &event.message, data, token };
            Ok(serde_json::to_vec(&body)?)
        }
        Encoding::MultipartRaw => {
            // No value may hold the boundary: ids are hexadecimal and only this event's own stands in it.
            let boundary = format!("holdfast-{}", event.id.0.simple());
            let parts = [
                ("status", event.status.as_str()),
                ("message", &event.message),
                ("data", &event.object),
                ("token", token),
            ];
            let mut body = String::new();
            for (name, value) in parts {
                body.push_str(&format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                ));
            }
            body.push_str(&format!("--{boundary}--\r\n"));
            Ok(body.into_bytes())
        }
    }
}

/// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks).
fn signature(secret: &[u8], id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|source| Error::internal("signature", source))?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

fn cause(error: &WebhookError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        text = next.to_string();
        source = next.source();
    }
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use uuid::Uuid;

    fn event() -> ApiEvent {
        ApiEvent {
            id: ApiEventId(Uuid::from_u128(7)),
            account: AccountId(Uuid::from_u128(8)),
            number: 1001,
            order: None,
            status: "Delivered".to_owned(),
            message: "Order is marked completed".to_owned(),
            object: "{\"id\":3021,\"amount_payed\":6051900}".to_owned(),
            delivers: true,
            created_at: datetime!(2026-11-20 12:00 UTC),
        }
    }

    #[test]
    fn multipart_is_framed_as_the_plugin_reads_it() {
        let body = String::from_utf8(body(&event(), Encoding::MultipartRaw, "tok").unwrap()).unwrap();
        let lines: Vec<&str> = body.split("\r\n").collect();
        assert_eq!(lines[0], "--holdfast-00000000000000000000000000000007");
        assert_eq!(lines[1], "Content-Disposition: form-data; name=\"status\"");
        assert_eq!(lines[3], "Delivered");
        assert_eq!(lines[11], "{\"id\":3021,\"amount_payed\":6051900}");
        assert_eq!(lines[16], "--holdfast-00000000000000000000000000000007--");
    }

    #[test]
    fn json_has_the_documented_order() {
        let body = String::from_utf8(body(&event(), Encoding::Json, "tok").unwrap()).unwrap();
        assert_eq!(
            body,
            "{\"status\":\"Delivered\",\"message\":\"Order is marked completed\",\
             \"data\":{\"id\":3021,\"amount_payed\":6051900},\"token\":\"tok\"}"
        );
    }

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The worked example of the Standard Webhooks specification's reference libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
