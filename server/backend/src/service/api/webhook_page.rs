//! The callback URL of an account: where, how, with which secret; what was sent and answered, and sending it again.

use super::events::enqueue;
use super::keys::programs;
use super::webhook_send::{SECRET_PREFIX, SECRET_PURPOSE};
use crate::Backend;
use crate::error::{Error, Result};
use crate::port::webhook::target;
use crate::repo::api_events::{self, ApiEvent};
use crate::repo::webhook_attempts::{self, WebhookAttempt};
use crate::repo::webhook_endpoints::{self, Encoding, Endpoint};
use crate::secret::random_bytes;
use crate::service::viewer::Viewer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{AccountId, ApiEventId};
use domain::permission::Capability;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long an old secret still signs beside the new one.
const OVERLAP: Duration = Duration::days(7);
/// Notifications shown.
const SHOWN: u64 = 50;
/// Most notifications that are sent again at once.
const REPLAYED_MAX: u64 = 500;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointForm {
    /// The callback URL; empty takes it away.
    pub url: String,
    /// `multipart_raw` or `json`.
    pub encoding: String,
    /// `Rejected` or `Canceled`: the word for an order that its buyer cancelled.
    pub cancel_status: String,
}

/// The callback URL as its page shows it.
#[derive(Debug, Clone)]
pub struct EndpointView {
    /// The callback URL.
    pub url: String,
    /// How bodies are written.
    pub encoding: Encoding,
    /// The word for an order that its buyer cancelled.
    pub cancel_status: String,
    /// What bodies are signed with, as Standard Webhooks writes it.
    pub secret: String,
    /// Until when the old secret signs too.
    pub old_until: Option<OffsetDateTime>,
    /// Since when nothing is sent, and why.
    pub disabled: Option<(OffsetDateTime, String)>,
    /// Since when no try was accepted, and how many that were.
    pub failing: Option<(OffsetDateTime, i32)>,
}

/// A notification with every try to send it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What was told.
    pub event: ApiEvent,
    /// The tries, oldest first.
    pub attempts: Vec<WebhookAttempt>,
}

impl Backend {
    /// The callback URL of the account the viewer works for. Its secret is shown to who may change it alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who neither sells nor runs a marketplace.
    pub async fn webhook_endpoint(&self, viewer: &Viewer) -> Result<Option<EndpointView>> {
        let member = programs(viewer)?;
        let Some(endpoint) = webhook_endpoints::of_account(self.db().read(), member.account).await? else {
            return Ok(None);
        };
        let secret = match member.may(Capability::Programs) {
            Ok(_) => format!("{SECRET_PREFIX}{}", STANDARD.encode(self.webhook_secret(&endpoint.secret_sealed)?)),
            Err(_) => String::new(),
        };
        let now = self.now();
        Ok(Some(EndpointView {
            url: endpoint.url,
            encoding: endpoint.encoding,
            cancel_status: endpoint.cancel_status,
            secret,
            old_until: endpoint.old_secret.map(|(_, until)| until).filter(|until| *until > now),
            disabled: endpoint.disabled,
            failing: endpoint.failing_since.map(|since| (since, endpoint.failures)),
        }))
    }

    /// Sets the callback URL, or takes it away. A new address starts afresh, also where the old one was given up.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who neither sells nor runs a marketplace, [`Error::Invalid`] at `url`, [`Error::Refused`]
    /// where their role does not include it, [`Error::Unconfirmed`].
    pub async fn set_webhook(&self, viewer: &Viewer, form: &EndpointForm) -> Result<()> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let before = webhook_endpoints::lock(&tx, account).await?;
        if form.url.trim().is_empty() {
            webhook_endpoints::delete(&tx, account).await?;
            return Ok(tx.commit().await?);
        }
        target(&form.url).map_err(|message| Error::field("url", message))?;
        let encoding = if form.encoding == Encoding::Json.key() { Encoding::Json } else { Encoding::MultipartRaw };
        let cancel_status = if form.cancel_status == "Canceled" { "Canceled" } else { "Rejected" };
        let url = form.url.trim().to_owned();
        let same = before.clone().filter(|before| before.url == url && before.disabled.is_none());
        let (secret_sealed, old_secret) = match before {
            Some(before) => (before.secret_sealed, before.old_secret),
            None => (self.new_webhook_secret()?, None),
        };
        let endpoint = Endpoint {
            account,
            url,
            encoding,
            cancel_status: cancel_status.to_owned(),
            secret_sealed,
            old_secret,
            disabled: None,
            failing_since: same.as_ref().and_then(|same| same.failing_since),
            failures: same.as_ref().map_or(0, |same| same.failures),
            told_at: same.and_then(|same| same.told_at),
        };
        webhook_endpoints::set(&tx, &endpoint, now).await?;
        Ok(tx.commit().await?)
    }

    /// Makes a new signing secret; the old one signs beside it for seven days.
    ///
    /// # Errors
    /// As [`Self::set_webhook`]; [`Error::NotFound`] without a callback URL.
    pub async fn rotate_webhook_secret(&self, viewer: &Viewer) -> Result<()> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let before = webhook_endpoints::lock(&tx, account).await?.ok_or(Error::NotFound)?;
        let endpoint = Endpoint {
            old_secret: Some((before.secret_sealed.clone(), now + OVERLAP)),
            secret_sealed: self.new_webhook_secret()?,
            ..before
        };
        webhook_endpoints::set(&tx, &endpoint, now).await?;
        Ok(tx.commit().await?)
    }

    fn new_webhook_secret(&self) -> Result<String> {
        self.secret().seal(SECRET_PURPOSE, &random_bytes::<32>())
    }

    /// The newest notifications with what was sent and answered.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who neither sells nor runs a marketplace.
    pub async fn webhook_deliveries(&self, viewer: &Viewer) -> Result<Vec<Delivery>> {
        let account = programs(viewer)?.account;
        let connection = self.db().read();
        let events = api_events::newest(connection, account, SHOWN).await?;
        let ids: Vec<ApiEventId> = events.iter().map(|event| event.id).collect();
        let attempts = webhook_attempts::of_events(connection, account, &ids).await?;
        let with_attempts = events.into_iter().map(|event| {
            let own = attempts.iter().filter(|attempt| attempt.event == event.id).cloned().collect();
            Delivery { event, attempts: own }
        });
        Ok(with_attempts.collect())
    }

    /// Sends the notifications with these numbers once more, both ends included; answers how many.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who neither sells nor runs a marketplace, [`Error::Refused`] without a callback URL that
    /// takes them, or where their role does not include it.
    pub async fn replay_webhooks(&self, viewer: &Viewer, from: i64, to: i64) -> Result<usize> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        let now = self.now();
        let tx = self.db().begin().await?;
        self.takes_notifications(&tx, account).await?;
        let events = api_events::range(&tx, account, (from.min(to), from.max(to)), REPLAYED_MAX).await?;
        for event in &events {
            enqueue(&tx, event, &format!("{}:{}", event.id, Uuid::now_v7().simple()), now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(events.len())
    }

    /// Sends a notification that is about no order, to try the address.
    ///
    /// # Errors
    /// As [`Self::replay_webhooks`].
    pub async fn send_test_webhook(&self, viewer: &Viewer) -> Result<()> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        let now = self.now();
        let tx = self.db().begin().await?;
        self.takes_notifications(&tx, account).await?;
        let event = ApiEvent {
            id: ApiEventId(Uuid::now_v7()),
            account,
            number: 0,
            order: None,
            status: "Test".to_owned(),
            message: "This is a test. It is about no order.".to_owned(),
            object: r#"{"id":0,"product_id":"0","amount_payed":0,"status":{"id":0,"title":"Test"}}"#.to_owned(),
            delivers: true,
            created_at: now,
        };
        api_events::insert(&tx, &event).await?;
        enqueue(&tx, &event, &event.id.to_string(), now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    async fn takes_notifications(&self, tx: &sea_orm::DatabaseTransaction, account: AccountId) -> Result<()> {
        match webhook_endpoints::lock(tx, account).await? {
            Some(endpoint) if endpoint.disabled.is_none() => Ok(()),
            Some(_) => Err(Error::Refused("This address was given up. Save it again first, and then send.")),
            None => Err(Error::Refused("Enter a callback URL first.")),
        }
    }
}
