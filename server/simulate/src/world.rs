//! One database with the people who act on it, and a clock that the simulation moves.

use crate::Database;
use anyhow::{Context, Result, anyhow};
use backend::port::webhook::{HttpWebhooks, TargetPolicy};
use backend::port::{Clock, ManualClock};
use backend::sandbox::mailer::SandboxMailer;
use backend::sandbox::rail::SandboxRail;
use backend::service::password::Password;
use backend::service::sign_up::SignUp;
use backend::service::staff::NewStaff;
use backend::service::viewer::Viewer;
use backend::{Backend, Db, Mode, Ports, Settings};
use domain::permission::{AccountKind, StaffRole};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database as Connect};
use std::path::Path;
use std::sync::Arc;
use time::Duration;
use time::macros::datetime;

const PASSWORD: &str = "plum-orbit-candle-seven";
/// Names the PostgreSQL server, as for the tests.
const POSTGRES: &str = "HOLDFAST_TEST_POSTGRES_URL";
/// A file system in memory, where there is one.
const MEMORY: &str = "/dev/shm";

/// A database with its people.
pub(crate) struct World {
    backends: [Backend; 2],
    clock: Arc<ManualClock>,
    /// Sellers: the first is ready to be paid.
    pub(crate) sellers: Vec<Viewer>,
    /// Buyers with an account.
    pub(crate) buyers: Vec<Viewer>,
    /// The dispute manager.
    pub(crate) manager: Viewer,
    /// The administrator.
    pub(crate) administrator: Viewer,
    admin_url: Option<(String, String)>,
    _files: Option<tempfile::TempDir>,
}

impl World {
    /// Makes a fresh database and signs everybody up.
    pub(crate) async fn open(database: Database) -> Result<Self> {
        let (url, admin_url, files) = match database {
            Database::Sqlite => {
                let folder =
                    if Path::new(MEMORY).is_dir() { tempfile::tempdir_in(MEMORY)? } else { tempfile::tempdir()? };
                (format!("sqlite://{}?mode=rwc", folder.path().join("holdfast.db").display()), None, Some(folder))
            }
            Database::Postgres => {
                let server = std::env::var(POSTGRES).with_context(|| format!("{POSTGRES} names no server"))?;
                let name = format!("holdfast_sim_{}", uuid::Uuid::new_v4().simple());
                let admin = Connect::connect(&server).await?;
                admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
                admin.close().await?;
                let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base).to_owned();
                (format!("{base}/{name}"), Some((server, name)), None)
            }
        };
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-05 09:00 UTC)));
        let db = Db::connect(&url).await?;
        Migrator::up(db.writer(), None).await?;
        // Two processes on one database: what one does the other must see.
        let backends = [backend(db, &clock).await?, backend(Db::connect(&url).await?, &clock).await?];
        let first = &backends[0];
        let mut sellers = Vec::new();
        for index in 0..3 {
            sellers.push(sign_up(first, &format!("seller{index}@sim.example"), AccountKind::BusinessSeller).await?);
        }
        let mut buyers = Vec::new();
        for index in 0..2 {
            buyers.push(sign_up(first, &format!("buyer{index}@sim.example"), AccountKind::Buyer).await?);
        }
        let manager = staff(first, "manager@sim.example", StaffRole::DisputeManager).await?;
        let administrator = staff(first, "administrator@sim.example", StaffRole::Administrator).await?;
        first.verify_identity_in_sandbox(&sellers[0]).await?;
        Ok(Self { clock, sellers, buyers, manager, administrator, admin_url, _files: files, backends })
    }

    /// The first process.
    pub(crate) fn backend(&self) -> &Backend {
        &self.backends[0]
    }

    /// One of the two processes.
    pub(crate) fn process(&self, index: u64) -> &Backend {
        &self.backends[usize::from(index % 2 == 1)]
    }

    /// Moves the clock.
    pub(crate) fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Lets the workers do all that is due.
    pub(crate) async fn work(&self) -> Result<()> {
        self.backend().ask_about_open_payments(1_000).await?;
        self.backend().run_until_idle().await?;
        Ok(())
    }

    /// Drops the database.
    pub(crate) async fn close(self) -> Result<()> {
        for backend in &self.backends {
            backend.db().writer().clone().close().await?;
        }
        if let Some((server, name)) = &self.admin_url {
            let admin = Connect::connect(server).await?;
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            admin.close().await?;
        }
        Ok(())
    }
}

async fn backend(db: Db, clock: &Arc<ManualClock>) -> Result<Backend> {
    let clock: Arc<dyn Clock> = clock.clone();
    let url = "https://sim.example".to_owned();
    let rail = SandboxRail::new(db.clone(), clock.clone(), url.clone());
    let mailer = Arc::new(SandboxMailer::new(db.clone(), clock.clone()));
    let ports = Ports {
        clock,
        rail: Arc::new(rail.clone()),
        mailer,
        webhooks: Arc::new(HttpWebhooks::new(TargetPolicy::default())),
        sandbox_rail: Some(rail),
        sandbox_clock: None,
    };
    Ok(Backend::new(db, ports, Settings { mode: Mode::Sandbox, public_url: url, secret_key: None }).await?)
}

async fn sign_up(backend: &Backend, email: &str, kind: AccountKind) -> Result<Viewer> {
    let business_name = (kind == AccountKind::BusinessSeller).then(|| "Simulated Works".to_owned());
    let form = SignUp {
        email: email.to_owned(),
        name: "Sim Person".to_owned(),
        password: Password::new(PASSWORD.to_owned()),
        kind,
        business_name,
    };
    backend.sign_up(form).await?;
    backend.run_until_idle().await?;
    let mail = backend.sandbox_mails(Some(email), 1).await?.pop().ok_or_else(|| anyhow!("no mail to {email}"))?;
    let token = mail.text.split_once("?token=").and_then(|(_, rest)| rest.split_whitespace().next());
    let user = backend.verify_email(token.ok_or_else(|| anyhow!("no link in the mail to {email}"))?).await?;
    backend.viewer(user).await?.ok_or_else(|| anyhow!("{email} vanished"))
}

async fn staff(backend: &Backend, email: &str, role: StaffRole) -> Result<Viewer> {
    let password = Password::new(PASSWORD.to_owned());
    backend.create_staff(NewStaff { email: email.to_owned(), name: "Sim Staff".to_owned(), password, role }).await?;
    let user = backend.account_of(email).await?.ok_or_else(|| anyhow!("{email} vanished"))?;
    backend.viewer(user).await?.ok_or_else(|| anyhow!("{email} vanished"))
}
