//! A backend on a fresh database, once per kind of database.

mod postgres;
pub mod shop;

use backend::port::webhook::{HttpWebhooks, TargetPolicy};
use backend::port::{Clock, Mailer, ManualClock, SystemClock, WebhookSender};
use backend::sandbox::clock::SandboxClock;
use backend::sandbox::mailer::SandboxMailer;
use backend::sandbox::rail::SandboxRail;
use backend::service::outbox::SandboxMail;
use backend::service::password::Password;
use backend::service::sign_up::SignUp;
use backend::service::staff::NewStaff;
use backend::service::viewer::Viewer;
use backend::{Backend, Db, Mode, Ports, Settings};
use domain::ids::UserId;
use domain::permission::{AccountKind, StaffRole};
use futures::FutureExt;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// Where every test's clock starts.
pub const START: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);
/// Where the tests pretend to be reached.
pub const PUBLIC_URL: &str = "https://holdfast.example";
/// A password that the policy takes.
pub const PASSWORD: &str = "plum-orbit-candle-seven";

/// A sandbox on a fresh, migrated database, at a clock that stands still.
pub struct TestBackend {
    /// Which database it is on, for messages.
    pub database: &'static str,
    /// The backend.
    pub backend: Backend,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    url: String,
    _files: Option<tempfile::TempDir>,
}

/// Runs a test on every database there is; a failure names the database.
pub async fn on_each(test: impl AsyncFn(&TestBackend)) {
    let mut backends = vec![sqlite().await];
    backends.extend(on_postgres().await);
    for on in backends {
        let result = AssertUnwindSafe(test(&on)).catch_unwind().await;
        if let Err(panic) = result {
            eprintln!("this failed on {}", on.database);
            std::panic::resume_unwind(panic);
        }
        on.finish().await;
    }
}

async fn sqlite() -> TestBackend {
    let files = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", files.path().join("holdfast.db").display());
    let db = Db::connect(&url).await.unwrap();
    Migrator::up(db.writer(), None).await.unwrap();
    TestBackend::new("SQLite", db, url, Some(files)).await
}

async fn on_postgres() -> Option<TestBackend> {
    let url = postgres::fresh_database().await?;
    let db = Db::connect(&url).await.unwrap();
    Some(TestBackend::new("PostgreSQL", db, url, None).await)
}

impl TestBackend {
    async fn new(database: &'static str, db: Db, url: String, files: Option<tempfile::TempDir>) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let mailer = Arc::new(SandboxMailer::new(db.clone(), clock.clone()));
        let backend = backend_on(db, clock.clone(), mailer, Mode::Sandbox).await;
        Self { database, backend, clock, url, _files: files }
    }

    /// Another process on the same database, with connections and memory of its own.
    pub async fn another_process(&self) -> Backend {
        let db = Db::connect(&self.url).await.unwrap();
        let mailer = Arc::new(SandboxMailer::new(db.clone(), self.clock.clone()));
        backend_on(db, self.clock.clone(), mailer, Mode::Sandbox).await
    }

    /// The same database with another mailer.
    pub async fn with_mailer(&self, mailer: Arc<dyn Mailer>) -> Backend {
        backend_on(self.backend.db().clone(), self.clock.clone(), mailer, Mode::Sandbox).await
    }

    /// The same database in live mode.
    pub async fn live(&self) -> Backend {
        let mailer = Arc::new(SandboxMailer::new(self.backend.db().clone(), self.clock.clone()));
        backend_on(self.backend.db().clone(), self.clock.clone(), mailer, Mode::Live).await
    }

    /// The same database under the sandbox's clock, as another process would be started.
    pub async fn with_sandbox_clock(&self, mode: Mode) -> Backend {
        let db = Db::connect(&self.url).await.unwrap();
        let moved = Arc::new(SandboxClock::default());
        let clock: Arc<dyn Clock> = moved.clone();
        let rail = SandboxRail::new(db.clone(), clock.clone(), PUBLIC_URL.to_owned());
        let mailer = Arc::new(SandboxMailer::new(db.clone(), clock.clone()));
        let sandbox_rail = (mode == Mode::Sandbox).then(|| rail.clone());
        let ports = Ports {
            clock,
            rail: Arc::new(rail),
            mailer,
            webhooks: webhooks(),
            sandbox_rail,
            sandbox_clock: Some(moved),
        };
        Backend::new(db, ports, Settings { mode, public_url: PUBLIC_URL.to_owned(), secret_key: None }).await.unwrap()
    }

    /// Moves the clock forward.
    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Delivers what is due and lists the mails to an address, oldest first.
    pub async fn mails_to(&self, email: &str) -> Vec<SandboxMail> {
        self.backend.run_until_idle().await.unwrap();
        let mut mails = self.backend.sandbox_mails(Some(email), 1_000).await.unwrap();
        mails.reverse();
        mails
    }

    /// The secret in the newest mail to an address.
    pub async fn mailed_token(&self, email: &str) -> String {
        let mails = self.mails_to(email).await;
        token_in(&mails.last().unwrap().text)
    }

    /// Signs a person up and proves their address.
    pub async fn user(&self, email: &str, kind: AccountKind) -> UserId {
        self.backend.sign_up(sign_up(email, kind)).await.unwrap();
        let token = self.mailed_token(email).await;
        self.backend.verify_email(&token).await.unwrap()
    }

    /// Makes a member of staff.
    pub async fn staff(&self, email: &str, role: StaffRole) -> Viewer {
        let (email, name) = (email.to_owned(), "Zainab Musa".to_owned());
        let new = NewStaff { email: email.clone(), name, password: password(PASSWORD), role };
        self.backend.create_staff(new).await.unwrap();
        let user = self.backend.account_of(&email).await.unwrap().unwrap();
        self.backend.viewer(user).await.unwrap().unwrap()
    }

    /// An id as this database writes it in a statement.
    pub fn uuid_literal(&self, id: uuid::Uuid) -> String {
        if self.database == "PostgreSQL" { format!("'{id}'") } else { format!("x'{}'", id.simple()) }
    }

    /// The one number that a query answers.
    pub async fn number(&self, sql: &str) -> i64 {
        self.number_on(&self.backend, sql).await
    }

    /// The same as another process sees it.
    pub async fn number_on(&self, process: &Backend, sql: &str) -> i64 {
        let row = row(process, sql, []).await;
        // PostgreSQL tells INTEGER from BIGINT.
        row.try_get_by_index(0).unwrap_or_else(|_| i64::from(row.try_get_by_index::<i32>(0).unwrap()))
    }

    /// The one text that a query answers.
    pub async fn text(&self, sql: &str) -> String {
        let row = row(&self.backend, sql, []).await;
        row.try_get_by_index(0).unwrap()
    }

    /// Runs a statement behind the backend's back.
    pub async fn execute<const N: usize>(&self, sql: &str, values: [Value; N]) {
        let statement = Statement::from_sql_and_values(self.backend.db().backend(), sql, values);
        self.backend.db().writer().execute_raw(statement).await.unwrap();
    }

    async fn finish(self) {
        let Self { backend, url, database, .. } = self;
        backend.db().writer().clone().close().await.unwrap();
        drop(backend);
        if database == "PostgreSQL" {
            postgres::drop_database(&url).await;
        }
    }
}

async fn row<const N: usize>(process: &Backend, sql: &str, values: [Value; N]) -> sea_orm::QueryResult {
    let statement = Statement::from_sql_and_values(process.db().backend(), sql, values);
    process.db().read().query_one_raw(statement).await.unwrap().unwrap()
}

/// Sends everywhere: the shops of the tests are on this machine.
fn webhooks() -> Arc<dyn WebhookSender> {
    Arc::new(HttpWebhooks::new(TargetPolicy { anywhere: true, allowed: Vec::new() }))
}

async fn backend_on(db: Db, clock: Arc<ManualClock>, mailer: Arc<dyn Mailer>, mode: Mode) -> Backend {
    let dyn_clock: Arc<dyn Clock> = clock;
    let rail = SandboxRail::new(db.clone(), dyn_clock.clone(), PUBLIC_URL.to_owned());
    let ports = Ports {
        clock: dyn_clock,
        rail: Arc::new(rail.clone()),
        mailer,
        webhooks: webhooks(),
        sandbox_rail: (mode == Mode::Sandbox).then_some(rail),
        sandbox_clock: None,
    };
    let settings = Settings { mode, public_url: PUBLIC_URL.to_owned(), secret_key: None };
    Backend::new(db, ports, settings).await.unwrap()
}

/// A good sign-up form.
pub fn sign_up(email: &str, kind: AccountKind) -> SignUp {
    SignUp {
        email: email.to_owned(),
        name: "Ada Okafor".to_owned(),
        password: password(PASSWORD),
        kind,
        business_name: (kind != AccountKind::Buyer).then(|| "Okafor Bicycles".to_owned()),
    }
}

/// The machine's clock, by which tower-sessions counts.
pub fn machine_now() -> OffsetDateTime {
    SystemClock.now()
}

/// A typed password.
pub fn password(typed: &str) -> Password {
    Password::new(typed.to_owned())
}

/// The secret of the link in a mail.
pub fn token_in(text: &str) -> String {
    let (_, rest) = text.split_once("?token=").unwrap_or_else(|| panic!("no link in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}
