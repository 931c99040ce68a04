//! Puts a backend together: the database, the clock, the rail and the mailer of the chosen mode.

use anyhow::{Context, Result, bail};
use backend::port::manual_rail::ManualRail;
use backend::port::smtp_mailer::{FileMailer, SmtpMailer};
use backend::port::webhook::{HttpWebhooks, TargetPolicy};
use backend::port::{Clock, Mailer, SystemClock};
use backend::sandbox::clock::SandboxClock;
use backend::sandbox::mailer::SandboxMailer;
use backend::sandbox::rail::SandboxRail;
use backend::{Backend, Db, Mode, Ports, Settings};
use clap::{Args, ValueEnum};
use migrations::{Migrator, MigratorTrait};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Whether real money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeOption {
    /// A simulated payment provider, readable mail, no real money.
    Sandbox,
    /// Real mail. Takes no payments until a payment rail is configured; none is built in yet.
    Live,
}

/// Where the data is and which mode it runs in.
#[derive(Debug, Clone, Args)]
pub struct WorldOptions {
    /// SQLite (`sqlite://…?mode=rwc`) or PostgreSQL (`postgres://…`).
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/holdfast.db?mode=rwc",
        global = true,
        hide_env_values = true
    )]
    pub database_url: String,
    /// `sandbox` or `live`.
    #[arg(long, env = "HOLDFAST_MODE", default_value = "sandbox", global = true)]
    pub mode: ModeOption,
    /// Where people reach this installation, without a slash at the end. Cookies are Secure when it is https.
    #[arg(long, env = "HOLDFAST_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// SMTP server for live mode: `smtps://user:password@host` or `smtp://user:password@host:587` (STARTTLS).
    #[arg(long, env = "HOLDFAST_SMTP_URL", global = true, hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<SecretString>,
    /// Sender of the mails.
    #[arg(
        long,
        env = "HOLDFAST_MAIL_FROM",
        default_value = "Holdfast <no-reply@localhost>",
        global = true,
        value_name = "ADDRESS"
    )]
    pub mail_from: String,
    /// What stored secrets are encrypted with, 32 random bytes or more as text. Set it before the first secret is stored, and
    /// keep it apart from the database: without it they cannot be read.
    #[arg(long, env = "HOLDFAST_SECRET_KEY", global = true, hide_env_values = true, value_name = "KEY")]
    pub secret_key: Option<SecretString>,
    /// In live mode, ranges that notifications may be sent to although they are not public, such as `10.1.0.0/16`, with commas
    /// between. A sandbox sends everywhere, so that a shop on the same machine can be built.
    #[arg(long, env = "HOLDFAST_WEBHOOK_ALLOW", global = true, value_name = "RANGES", value_delimiter = ',')]
    pub webhook_allow: Vec<ipnet::IpNet>,
    /// In live mode, write mails to this folder instead of sending them.
    #[arg(long, env = "HOLDFAST_MAIL_DIR", global = true, value_name = "FOLDER")]
    pub mail_dir: Option<PathBuf>,
}

impl WorldOptions {
    /// Connects to the database, making the folder of an SQLite file where it is missing.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn connect(&self) -> Result<Db> {
        if let Some(path) = self.database_url.strip_prefix("sqlite://") {
            let file = Path::new(path.split('?').next().unwrap_or_default());
            if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
            }
        }
        Db::connect(&self.database_url).await.context("the database cannot be reached")
    }

    /// A backend on `db`, with the machine's clock.
    ///
    /// # Errors
    /// Live mode without mail, or a database that was not migrated.
    pub async fn backend(&self, db: Db, public_url: &str) -> Result<Backend> {
        match self.mode {
            ModeOption::Live => self.backend_with(db, public_url, Arc::new(SystemClock), None).await,
            ModeOption::Sandbox => {
                let clock = Arc::new(SandboxClock::default());
                clock.refresh(&db).await.context("the sandbox clock cannot be read; was the database migrated?")?;
                self.backend_with(db, public_url, clock.clone(), Some(clock)).await
            }
        }
    }

    /// A backend on `db`, with another clock.
    ///
    /// # Errors
    /// As [`Self::backend`].
    pub async fn backend_at(&self, db: Db, public_url: &str, clock: Arc<dyn Clock>) -> Result<Backend> {
        self.backend_with(db, public_url, clock, None).await
    }

    async fn backend_with(
        &self,
        db: Db,
        public_url: &str,
        clock: Arc<dyn Clock>,
        sandbox_clock: Option<Arc<SandboxClock>>,
    ) -> Result<Backend> {
        let public_url = public_url.trim_end_matches('/').to_owned();
        let policy = TargetPolicy { anywhere: self.mode == ModeOption::Sandbox, allowed: self.webhook_allow.clone() };
        let webhooks = Arc::new(HttpWebhooks::new(policy));
        let ports = match self.mode {
            ModeOption::Sandbox => {
                let rail = SandboxRail::new(db.clone(), clock.clone(), public_url.clone());
                let mailer = Arc::new(SandboxMailer::new(db.clone(), clock.clone()));
                Ports { clock, rail: Arc::new(rail.clone()), mailer, webhooks, sandbox_rail: Some(rail), sandbox_clock }
            }
            ModeOption::Live => Ports {
                clock,
                rail: Arc::new(ManualRail),
                mailer: self.mailer()?,
                webhooks,
                sandbox_rail: None,
                sandbox_clock: None,
            },
        };
        if self.mode == ModeOption::Live && self.secret_key.is_none() {
            tracing::warn!(
                "HOLDFAST_SECRET_KEY is not set: stored secrets are sealed with a key from the database itself"
            );
        }
        let mode = if self.mode == ModeOption::Live { Mode::Live } else { Mode::Sandbox };
        let settings = Settings { mode, public_url, secret_key: self.secret_key.clone() };
        Backend::new(db, ports, settings).await.context("the backend cannot start; was the database migrated?")
    }

    fn mailer(&self) -> Result<Arc<dyn Mailer>> {
        if let Some(folder) = &self.mail_dir {
            return Ok(Arc::new(FileMailer::new(folder, &self.mail_from)?));
        }
        let Some(url) = &self.smtp_url else {
            bail!("live mode sends mail: set HOLDFAST_SMTP_URL, or HOLDFAST_MAIL_DIR to write mails to a folder");
        };
        Ok(Arc::new(SmtpMailer::new(url.expose_secret(), &self.mail_from)?))
    }
}

/// Brings the database forward.
///
/// # Errors
/// A migration failed; the message names it.
pub async fn migrate(db: &Db) -> Result<()> {
    Migrator::up(db.writer(), None).await.context("the database cannot be migrated")
}

/// Whether every migration was run.
///
/// # Errors
/// The database does not answer.
pub async fn is_migrated(db: &Db) -> Result<bool> {
    Ok(Migrator::get_pending_migrations(db.writer()).await?.is_empty())
}
