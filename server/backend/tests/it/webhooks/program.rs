//! An account with keys and a shop that listens.

use super::plugin::{Notification, authtoken, woocommerce};
use super::receiver::Receiver;
use crate::support::TestBackend;
use backend::Backend;
use backend::service::api::{ApiCaller, Delivery, Encoding, EndpointForm, EndpointView, IssuedKey};
use backend::service::viewer::Viewer;

/// An account with keys and a shop that listens.
pub struct Program<'a> {
    pub on: &'a TestBackend,
    pub owner: Viewer,
    pub key: IssuedKey,
    pub receiver: Receiver,
    pub encoding: Encoding,
}

impl<'a> Program<'a> {
    /// The account of `owner` with keys and a callback URL as it is by default.
    pub async fn open(on: &'a TestBackend, owner: &Viewer) -> Self {
        Self::open_with(on, owner, Encoding::MultipartRaw).await
    }

    pub async fn open_with(on: &'a TestBackend, owner: &Viewer, encoding: Encoding) -> Self {
        let key = on.backend.issue_api_key(owner).await.unwrap();
        let receiver = Receiver::start().await;
        let program = Self { on, owner: owner.clone(), key, receiver, encoding };
        program.save(program.form()).await;
        program
    }

    /// What is typed for this shop.
    pub fn form(&self) -> EndpointForm {
        let encoding = if self.encoding == Encoding::Json { "json" } else { "" };
        EndpointForm { url: self.receiver.url(), encoding: encoding.to_owned(), ..EndpointForm::default() }
    }

    pub async fn save(&self, form: EndpointForm) {
        self.on.backend.set_webhook(&self.owner, &form).await.unwrap();
    }

    pub async fn endpoint(&self) -> EndpointView {
        self.on.backend.webhook_endpoint(&self.owner).await.unwrap().unwrap()
    }

    pub async fn caller(&self) -> ApiCaller {
        self.on.backend.api_caller(&authtoken(&self.key)).await.unwrap().unwrap()
    }

    /// Queues notifications that are about no order.
    pub async fn tests(&self, count: usize) {
        for _ in 0..count {
            self.on.backend.send_test_webhook(&self.owner).await.unwrap();
        }
    }

    /// Does what is due and answers what the shop was told by it, read and verified as the plugin and a library of Standard
    /// Webhooks do.
    pub async fn news(&self) -> Vec<Notification> {
        self.on.backend.run_until_idle().await.unwrap();
        let secret = self.endpoint().await.secret;
        let now = self.on.backend.now().unix_timestamp();
        let read = |request| {
            let news = Notification::read(request, self.encoding);
            assert_eq!(news.request.line, "POST /wc-api/at_wc_atara_gateway?shop=7 HTTP/1.1");
            assert_eq!(news.request.header("content-type"), "application/json");
            assert!(news.proves(&self.key), "the plugin does not process {news:?}");
            assert!(news.signed_with(&[&secret], now).contains(&secret.as_str()));
            assert!(news.status == "Test" || woocommerce(&news.status).is_some(), "the plugin ignores {}", news.status);
            news
        };
        self.receiver.take().into_iter().map(read).collect()
    }

    /// The one notification of what is due.
    #[track_caller]
    pub fn only(news: Vec<Notification>) -> Notification {
        let [one] = <[_; 1]>::try_from(news).unwrap_or_else(|news| panic!("not one: {news:#?}"));
        one
    }

    /// Does what is due; it tells the shop exactly this: status, message, id and title of the object's status.
    pub async fn hears(&self, said: (&str, &str, i64, &str)) -> Notification {
        let news = Self::only(self.news().await);
        assert_eq!(news.said(), said);
        news
    }

    /// Does what is due; it tells the shop nothing.
    pub async fn hears_nothing(&self) {
        let news = self.news().await;
        assert!(news.is_empty(), "{news:#?}");
    }

    /// Every event of the feed, read page by page: its number and its status.
    pub async fn feed(&self) -> Vec<(i64, String)> {
        let caller = self.caller().await;
        let mut all: Vec<(i64, String)> = Vec::new();
        loop {
            let after = all.last().map_or(0, |(number, _)| *number);
            let page = self.on.backend.api_events(&caller, after).await.unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page.into_iter().map(|event| (event.number, event.status)));
        }
    }

    /// The statuses of the feed.
    pub async fn fed(&self) -> Vec<String> {
        self.feed().await.into_iter().map(|(_, status)| status).collect()
    }

    /// The log, newest first.
    pub async fn log(&self) -> Vec<Delivery> {
        self.on.backend.webhook_deliveries(&self.owner).await.unwrap()
    }

    /// Subjects of the mails to the owner about the callback URL, oldest first.
    pub async fn warnings(&self) -> Vec<String> {
        let mails = self.on.mails_to(self.owner.email.as_str()).await;
        let subjects = mails.into_iter().map(|mail| mail.subject);
        subjects.filter(|subject| subject.contains("callback URL")).collect()
    }

    /// The same inside the application, newest first.
    pub async fn warned_inside(&self) -> Vec<String> {
        let told = self.on.backend.notifications(&self.owner).await.unwrap();
        told.into_iter().map(|told| told.title).filter(|title| title.contains("callback URL")).collect()
    }
}

/// How many notifications wait to be sent, and how many were given up.
pub async fn queue(on: &TestBackend) -> (i64, i64) {
    let count = async |status: &str| {
        on.number(&format!("SELECT count(*) FROM outbox WHERE topic = 'webhook' AND status = '{status}'")).await
    };
    (count("queued").await, count("dead").await)
}

/// Milliseconds until the next try of the one notification that waits.
pub async fn next_try(on: &TestBackend, backend: &Backend) -> i64 {
    let at = on.number("SELECT next_attempt_at FROM outbox WHERE topic = 'webhook' AND status = 'queued'").await;
    at - i64::try_from(backend.now().unix_timestamp_nanos() / 1_000_000).unwrap()
}
