//! Everything behind the pages: entities, repositories, services, ports and jobs.
//!
//! `service` is the only part that opens transactions; `repo` turns rows into domain types and back; `jobs` run services
//! on a schedule. Pages and HTTP handlers call `service` and nothing else.

pub mod bank_file;
pub mod db;
mod entity;
pub mod error;
pub mod jobs;
pub mod mail;
pub mod port;
mod repo;
pub mod sandbox;
mod secret;
pub mod service;
pub mod session_store;

pub use db::Db;
pub use error::{Error, Result};

use port::{Clock, Mailer, Rail, WebhookSender};
use sandbox::clock::SandboxClock;
use sandbox::rail::SandboxRail;
use secrecy::SecretString;
use secret::Secret;
use std::sync::Arc;
use tokio::sync::Notify;

/// Whether real money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Simulated rail, readable mail; no real money.
    Sandbox,
    /// Real money.
    Live,
}

/// What an installation decides about the backend.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Sandbox or live.
    pub mode: Mode,
    /// Where people reach this installation, without a trailing slash; mails link there.
    pub public_url: String,
    /// What secrets are sealed with before they are stored, beside what the database holds.
    pub secret_key: Option<SecretString>,
}

/// The application behind the pages; cheap to clone.
#[derive(Clone)]
pub struct Backend {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    rail: Arc<dyn Rail>,
    mailer: Arc<dyn Mailer>,
    webhooks: Arc<dyn WebhookSender>,
    sandbox_rail: Option<SandboxRail>,
    sandbox_clock: Option<Arc<SandboxClock>>,
    secret: Secret,
    settings: Settings,
    passwords: service::password::Passwords,
    work: Notify,
    platform: service::platform::Cache,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backend").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// The outside services a backend works with.
pub struct Ports {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Moves real or simulated money.
    pub rail: Arc<dyn Rail>,
    /// Sends mail.
    pub mailer: Arc<dyn Mailer>,
    /// Tells programs over HTTP.
    pub webhooks: Arc<dyn WebhookSender>,
    /// The simulated provider behind `rail`, in the sandbox only: its hosted page and late answers.
    pub sandbox_rail: Option<SandboxRail>,
    /// The same clock as `clock` where it can be moved by hand, in the sandbox only.
    pub sandbox_clock: Option<Arc<SandboxClock>>,
}

impl Backend {
    /// A backend on a migrated database. Makes the installation's signing secret where there is none yet.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub async fn new(db: Db, ports: Ports, settings: Settings) -> Result<Self> {
        let secret = Secret::load_or_create(&db, settings.secret_key.clone()).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                db,
                clock: ports.clock,
                rail: ports.rail,
                mailer: ports.mailer,
                webhooks: ports.webhooks,
                sandbox_rail: ports.sandbox_rail,
                sandbox_clock: ports.sandbox_clock,
                secret,
                settings,
                passwords: service::password::Passwords::new(),
                work: Notify::new(),
                platform: service::platform::Cache::default(),
            }),
        })
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The present instant, to the millisecond, by the [`Clock`] port.
    #[must_use]
    pub fn now(&self) -> time::OffsetDateTime {
        self.inner.clock.now()
    }

    /// What the installation decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Sandbox or live.
    pub(crate) fn mode(&self) -> Mode {
        self.inner.settings.mode
    }

    /// Whether this is a sandbox.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.inner.settings.mode == Mode::Sandbox
    }

    /// The simulated provider; `None` in live mode.
    #[must_use]
    pub fn sandbox_rail(&self) -> Option<&SandboxRail> {
        self.inner.sandbox_rail.as_ref()
    }

    /// The clock that can be moved; `None` in live mode, and where time is told otherwise.
    #[must_use]
    pub fn sandbox_clock(&self) -> Option<&SandboxClock> {
        self.inner.sandbox_clock.as_deref()
    }

    pub(crate) fn rail(&self) -> &dyn Rail {
        &*self.inner.rail
    }

    pub(crate) fn mailer(&self) -> &dyn Mailer {
        &*self.inner.mailer
    }

    pub(crate) fn webhook_sender(&self) -> &dyn WebhookSender {
        &*self.inner.webhooks
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.inner.secret
    }

    pub(crate) fn platform_cache(&self) -> &service::platform::Cache {
        &self.inner.platform
    }

    pub(crate) fn passwords(&self) -> &service::password::Passwords {
        &self.inner.passwords
    }

    /// Tells the workers of this process that there is something to do, so that they need not wait for their next look.
    pub(crate) fn wake_workers(&self) {
        self.inner.work.notify_waiters();
    }

    /// Resolves when [`Self::wake_workers`] is called.
    pub(crate) async fn work_arrived(&self) {
        self.inner.work.notified().await;
    }

    /// A fresh idempotency key for a form.
    #[must_use]
    pub fn form_key(&self) -> String {
        secret::random_token()
    }

    /// An absolute link to `path`, which starts with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.inner.settings.public_url)
    }
}
