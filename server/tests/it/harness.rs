//! A running application without a network, and people who use it.

#[path = "../../backend/tests/it/support/postgres.rs"]
mod postgres;

use axum::Router;
use axum::body::Body;
use backend::port::webhook::{HttpWebhooks, TargetPolicy};
use backend::port::{Clock, ManualClock};
use backend::sandbox::mailer::SandboxMailer;
use backend::sandbox::rail::SandboxRail;
use backend::service::access::OrderRef;
use backend::service::api::{CheckoutRequest, ShopDetails};
use backend::service::bank::BankDetails;
use backend::service::command::OrderCommand;
use backend::service::listings::ListingForm;
use backend::service::place::NewOrder;
use backend::service::projects::{MilestoneForm, NewProject};
use backend::service::providers::ProviderForm;
use backend::service::sign_up::SignUp;
use backend::service::staff::NewStaff;
use backend::service::uploads::Upload;
use backend::service::viewer::Viewer;
use backend::{Backend, Db, Mode, Ports, Settings};
use domain::ids::{AssociationId, ListingId, MilestoneId, OrderId, PayoutId, ProjectId, ProviderId};
use domain::money::Currency;
use domain::order::{Command, RejectReason};
use domain::permission::{AccountKind, StaffRole};
use domain::text::Email;
use http::{Request, Response, StatusCode, header};
use migrations::{Migrator, MigratorTrait};
use server::http::{Web, build_app};
use server::site::Site;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use time::macros::datetime;
use tower::ServiceExt;

/// A password that the policy takes.
pub const PASSWORD: &str = "plum-orbit-candle-seven";

/// The application on a database of its own.
pub struct TestApp {
    /// Which database it is on, for messages.
    pub database: &'static str,
    pub backend: Backend,
    pub clock: Arc<ManualClock>,
    router: Router,
    _stored: Stored,
}

/// Where the rows of a test are; both are gone with it.
enum Stored {
    Files { _folder: tempfile::TempDir },
    Postgres { url: String },
}

impl Drop for Stored {
    fn drop(&mut self) {
        let Self::Postgres { url } = self else { return };
        let url = std::mem::take(url);
        // Nothing can be awaited here, so another thread does it.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(postgres::drop_database(&url));
        });
        let _ = dropping.join();
    }
}

/// One browser with its cookies.
pub struct Client {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// An answer read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where a redirect goes.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }
}

impl TestApp {
    /// A sandbox, or an installation in live mode, on an embedded database.
    pub async fn start(mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("holdfast.db").display());
        let db = Db::connect(&url).await.unwrap();
        Migrator::up(db.writer(), None).await.unwrap();
        Self::on(mode, "SQLite", db, Stored::Files { _folder: folder }).await
    }

    /// The same once on each database there is: SQLite, and PostgreSQL where `HOLDFAST_TEST_POSTGRES_URL` names a server.
    pub async fn everywhere(mode: Mode) -> Vec<Self> {
        let mut apps = vec![Self::start(mode).await];
        if let Some(url) = postgres::fresh_database().await {
            let db = Db::connect(&url).await.unwrap();
            apps.push(Self::on(mode, "PostgreSQL", db, Stored::Postgres { url }).await);
        }
        apps
    }

    async fn on(mode: Mode, database: &'static str, db: Db, stored: Stored) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-20 12:00 UTC)));
        let shared: Arc<dyn Clock> = clock.clone();
        let public_url = "http://holdfast.test".to_owned();
        let rail = SandboxRail::new(db.clone(), shared.clone(), public_url.clone());
        let mailer = Arc::new(SandboxMailer::new(db.clone(), shared.clone()));
        let sandbox_rail = (mode == Mode::Sandbox).then(|| rail.clone());
        let webhooks = Arc::new(HttpWebhooks::new(TargetPolicy { anywhere: true, allowed: Vec::new() }));
        let ports = Ports { clock: shared, rail: Arc::new(rail), mailer, webhooks, sandbox_rail, sandbox_clock: None };
        let backend = Backend::new(db, ports, Settings { mode, public_url, secret_key: None }).await.unwrap();
        let router = build_app(Web { backend: backend.clone(), site: Arc::new(Site::default()) });
        Self { database, backend, clock, router, _stored: stored }
    }

    /// A browser that nobody signed in with.
    pub fn anonymous(&self) -> Client {
        Client { router: self.router.clone(), cookies: Mutex::default() }
    }

    /// Somebody with a proved address, and their signed-in browser.
    pub async fn person(&self, email: &str, kind: AccountKind) -> (Viewer, Client) {
        let business = (kind != AccountKind::Buyer).then(|| format!("{email} Ltd"));
        let form = SignUp {
            email: email.to_owned(),
            name: "Test Person".to_owned(),
            password: PASSWORD.to_owned().into(),
            kind,
            business_name: business,
        };
        self.backend.sign_up(form).await.unwrap();
        self.backend.run_until_idle().await.unwrap();
        let mail = self.backend.sandbox_mails(Some(email), 1).await.unwrap().remove(0);
        let token = mail.text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let user = self.backend.verify_email(&token).await.unwrap();
        let client = self.sign_in(email).await;
        (self.backend.viewer(user).await.unwrap().unwrap(), client)
    }

    /// An order of `seller` for `buyer`, paid.
    pub async fn paid(&self, seller: &Viewer, buyer: &str) -> OrderId {
        let form = NewOrder {
            buyer_email: buyer.to_owned(),
            title: "A chair".to_owned(),
            currency: "NGN".to_owned(),
            amount: "12,500".to_owned(),
            ..NewOrder::default()
        };
        let order = self.backend.place_order(seller, form, &self.backend.form_key()).await.unwrap().order;
        let link = self.link(order);
        let quote = self.backend.make_quote(None, &link).await.unwrap();
        let url = self.backend.start_payment(None, &link, quote, "pay").await.unwrap();
        let rail = self.backend.sandbox_rail().unwrap();
        rail.submit(url.rsplit('/').next().unwrap(), "4242424242424242").await.unwrap();
        self.backend.run_until_idle().await.unwrap();
        order
    }

    /// An order of `seller` for `buyer`, paid and delivered.
    pub async fn delivered(&self, seller: &Viewer, buyer: &str) -> OrderId {
        let order = self.paid(seller, buyer).await;
        let files = vec![Upload { name: "proof.pdf".to_owned(), body: b"%PDF-1.7 proof".to_vec() }];
        let deliver = Command::MarkDelivered { note: "Handed over".to_owned(), tracking: None };
        self.act(Some(seller), OrderRef::Id(order), deliver, files).await;
        order
    }

    /// The signed-in browser of somebody who exists.
    pub async fn sign_in(&self, email: &str) -> Client {
        let client = self.anonymous();
        let signed_in = client.post("/do/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.location(), "/home");
        client
    }

    /// An order of `seller` for `buyer`, accepted, and paid out where the seller has a bank account.
    pub async fn accepted(&self, seller: &Viewer, buyer: &str) -> OrderId {
        let order = self.delivered(seller, buyer).await;
        self.act(None, self.link(order), Command::Accept, Vec::new()).await;
        self.backend.run_until_idle().await.unwrap();
        order
    }

    /// The seller cancels an order, and what follows is done.
    pub async fn cancel(&self, seller: &Viewer, order: OrderId) {
        self.act(Some(seller), OrderRef::Id(order), Command::Cancel, Vec::new()).await;
        self.backend.run_until_idle().await.unwrap();
    }

    /// The number of an order, as people say it.
    pub async fn number(&self, order: OrderId) -> String {
        let view = self.backend.order_view(None, &self.link(order)).await.unwrap();
        view.facts.number.to_string()
    }

    /// An order of `seller` for `buyer`, which the dispute manager is to decide.
    pub async fn disputed(&self, seller: &Viewer, buyer: &str) -> OrderId {
        let order = self.delivered(seller, buyer).await;
        let reject = Command::Reject { reason: RejectReason::Damaged, text: "Broken".to_owned() };
        self.act(None, self.link(order), reject, Vec::new()).await;
        let by_seller = [
            Command::SayNotGoodCondition { text: "Worn".to_owned() },
            Command::RaiseDispute { text: "Look at the pictures".to_owned() },
        ];
        for command in by_seller {
            self.act(Some(seller), OrderRef::Id(order), command, Vec::new()).await;
        }
        order
    }

    /// Gives a seller a bank account in the sandbox, so that what it is owed is paid out.
    pub async fn bank(&self, seller: &Viewer, number: &str) {
        let details = BankDetails {
            currency: "NGN".to_owned(),
            bank_name: "Sandbox Bank".to_owned(),
            account_number: number.to_owned(),
            account_name: "Seller".to_owned(),
        };
        self.backend.set_bank_details(seller, &details).await.unwrap();
        self.backend.verify_identity_in_sandbox(seller).await.unwrap();
    }

    /// A payout of `seller` that the bank refused.
    pub async fn refused_payout(&self, seller: &Viewer, buyer: &str) -> PayoutId {
        self.bank(seller, "1111110002").await;
        let order = self.accepted(seller, buyer).await;
        self.backend.order_view(Some(seller), &OrderRef::Id(order)).await.unwrap().payouts[0].id
    }

    /// A storefront `shop` of `seller` with a listing and a provider, and an invitation to an operator's marketplace.
    pub async fn trade(&self, seller: &Viewer, operator: &str) -> (ListingId, ProviderId, AssociationId) {
        self.backend.set_storefront(seller, "shop", "Shop", "").await.unwrap();
        let form = ProviderForm { name: "Bisi".to_owned(), ..ProviderForm::default() };
        let provider = self.backend.add_provider(seller, &form).await.unwrap();
        let form = ListingForm {
            title: "A chair".to_owned(),
            currency: "NGN".to_owned(),
            amount: "12,500".to_owned(),
            state: "publish".to_owned(),
            ..ListingForm::default()
        };
        let listing = self.backend.save_listing(seller, None, &form).await.unwrap();
        let (operator, _) = self.person(operator, AccountKind::MarketplaceOperator).await;
        self.backend.invite_seller(&operator, seller.email.as_str(), "10").await.unwrap();
        let invitation = self.backend.marketplaces(seller).await.unwrap().remove(0).association.id;
        (listing, provider, invitation)
    }

    /// The token of the hosted page of an order that the shop of `seller` sent.
    pub async fn checkout(&self, seller: &Viewer, buyer: &str) -> String {
        let key = self.backend.issue_api_key(seller).await.unwrap();
        let caller = self.backend.shop_of_key(&key.public).await.unwrap().unwrap();
        let request = CheckoutRequest {
            email: Email::parse(buyer).unwrap(),
            currency: Currency::Ngn,
            minor: 1_250_000,
            product_id: "1447".to_owned(),
            kind: "good",
            callback_url: Some("https://shop.example/thanks".to_owned()),
            provider: None,
            project: None,
            seller_phone: None,
            details: ShopDetails { product_name: "A stool".to_owned(), ..ShopDetails::default() },
        };
        let order = self.backend.start_checkout(&caller, &request).await.unwrap();
        self.backend.checkout_path(order).trim_start_matches("/checkout/").to_owned()
    }

    /// A project of `seller` and `buyer` with one planned milestone of ₦50,000.
    pub async fn project(&self, seller: &Viewer, buyer: &Viewer) -> (ProjectId, MilestoneId) {
        let form = NewProject {
            part: "seller".to_owned(),
            name: "A kitchen".to_owned(),
            email: buyer.email.to_string(),
            currency: "NGN".to_owned(),
            ..NewProject::default()
        };
        let project = self.backend.start_project(seller, &form, &self.backend.form_key()).await.unwrap();
        let form = MilestoneForm {
            title: "Cupboards".to_owned(),
            amount: "50,000".to_owned(),
            delivery_days: "7".to_owned(),
            ..MilestoneForm::default()
        };
        let milestone = self.backend.add_milestone(buyer, project, &form, &self.backend.form_key()).await.unwrap();
        (project, milestone)
    }

    async fn act(&self, viewer: Option<&Viewer>, order: OrderRef, command: Command, files: Vec<Upload>) {
        let act = OrderCommand { order, command, refund: None, version: None, key: self.backend.form_key(), files };
        self.backend.act(viewer, act).await.unwrap();
    }

    /// Makes a member of staff.
    pub async fn staff(&self, email: &str, role: StaffRole) {
        let (email, name) = (email.to_owned(), "Staff Person".to_owned());
        self.backend.create_staff(NewStaff { email, name, password: PASSWORD.to_owned().into(), role }).await.unwrap();
    }

    /// The signed link of an order.
    pub fn link(&self, order: OrderId) -> OrderRef {
        let path = self.backend.signed_order_path(order);
        OrderRef::parse(path.trim_start_matches("/orders/")).unwrap()
    }
}

impl Client {
    /// Opens an address as a browser does.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
                .collect()
        };
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_LENGTH, body.join("&").len())
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Sends a form with files as a browser does.
    pub async fn post_multipart(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, bytes) in files {
            body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Sends any request with this browser's cookies and reads the answer.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let accept = "text/html,application/xhtml+xml".parse().unwrap();
        request.headers_mut().entry(header::ACCEPT).or_insert(accept);
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}
