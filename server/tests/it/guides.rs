//! The commands of the guides, run as a newcomer would against a server on this machine.

use axum::Router;
use backend::Backend;
use backend::service::bank::BankDetails;
use backend::service::viewer::Viewer;
use clap::Parser;
use domain::order::Status;
use domain::permission::AccountKind;
use server::http::{Web, build_app};
use server::site::Site;
use server::world::{WorldOptions, migrate};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    world: WorldOptions,
}

/// A sandbox that listens, with its workers, as `holdfast serve` runs it.
struct Running {
    backend: Backend,
    address: String,
    stop: CancellationToken,
    _files: tempfile::TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn serve() -> Running {
    let files = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}?mode=rwc", files.path().join("holdfast.db").display());
    let options = Options::parse_from(["holdfast", "--database-url", &database]);
    let db = options.world.connect().await.unwrap();
    migrate(&db).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let backend = options.world.backend(db, &address).await.unwrap();
    let router: Router = build_app(Web { backend: backend.clone(), site: Arc::new(Site::default()) });
    let stop = CancellationToken::new();
    let (workers, stopped) = (backend.clone(), stop.clone());
    tokio::spawn(async move { workers.run_workers(stopped).await });
    let stopped = stop.clone();
    tokio::spawn(async move {
        axum::serve(listener, router).with_graceful_shutdown(stopped.cancelled_owned()).await.unwrap();
    });
    Running { backend, address, stop, _files: files }
}

/// The text of the first mail to an address, once the workers, which run beside the test, have sent it.
async fn first_letter(backend: &Backend, to: &str) -> String {
    let sent = async {
        loop {
            if let Some(mail) = backend.sandbox_mails(Some(to), 1).await.unwrap().pop() {
                return mail.text;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), sent).await.unwrap()
}

/// A seller who finished the pages that come before the guides.
async fn seller(running: &Running) -> Viewer {
    let form = backend::service::sign_up::SignUp {
        email: "seller@example.test".to_owned(),
        name: "Test Seller".to_owned(),
        password: crate::harness::PASSWORD.to_owned().into(),
        kind: AccountKind::BusinessSeller,
        business_name: Some("Guided Works".to_owned()),
    };
    let backend = &running.backend;
    backend.sign_up(form).await.unwrap();
    let letter = first_letter(backend, "seller@example.test").await;
    let token = letter.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let user = backend.verify_email(&token).await.unwrap();
    let viewer = backend.viewer(user).await.unwrap().unwrap();
    let bank = BankDetails {
        currency: "NGN".to_owned(),
        bank_name: "Sandbox Bank".to_owned(),
        account_number: "0123456789".to_owned(),
        account_name: "Guided Works".to_owned(),
    };
    backend.set_bank_details(&viewer, &bank).await.unwrap();
    backend.verify_identity_in_sandbox(&viewer).await.unwrap();
    viewer
}

/// Runs every command of a guide in one shell and answers what it printed.
async fn follow(running: &Running, viewer: &Viewer, slug: &str) -> String {
    let keys = running.backend.issue_api_key(viewer).await.unwrap();
    let guide = app::guides::GUIDES.iter().find(|guide| guide.slug == slug).unwrap();
    let script: String = guide.steps.iter().map(|step| step.commands).collect();
    let mut shell = Command::new("bash");
    shell.args(["-eu", "-c", &script]).stdin(Stdio::null());
    shell.env("HOLDFAST", &running.address).env("PUBLIC_KEY", &keys.public).env("PRIVATE_KEY", &keys.private);
    let output = tokio::task::spawn_blocking(move || shell.output()).await.unwrap().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{slug}: {printed}\n{complaints}");
    printed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_small_guides_do_what_they_say() {
    let running = serve().await;
    let viewer = seller(&running).await;
    let keys = follow(&running, &viewer, "keys").await;
    assert!(keys.contains(r#""name":"Zenith Bank""#), "{keys}");
    assert!(keys.contains("Invalid authtoken. Does not match any record."), "{keys}");
    let inline = follow(&running, &viewer, "inline").await;
    assert!(inline.contains("TrustPay.setup") && inline.contains(".trustpay-open"), "{inline}");
    let payouts = follow(&running, &viewer, "payouts").await;
    assert!(payouts.contains(r#""message":"Service providers","data":[{"id":"#), "{payouts}");
    assert!(payouts.contains("No such order exists for the seller."), "an order that is not there: {payouts}");
    follow(&running, &viewer, "notifications").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standard_guide_leads_to_a_delivered_order() {
    let running = serve().await;
    let viewer = seller(&running).await;
    let printed = follow(&running, &viewer, "standard").await;
    assert!(printed.contains("https://shop.example/thanks?product=1447&order="), "{printed}");
    assert!(printed.contains(r#""message":"Order Fetched""#), "{printed}");
    assert!(printed.contains(r#""message":"pod_created""#), "{printed}");
    assert!(printed.contains(r#""status":"Delivered""#), "the feed tells it: {printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_milestone_guide_leads_to_two_completed_milestones_with_a_provider() {
    let running = serve().await;
    let viewer = seller(&running).await;
    let printed = follow(&running, &viewer, "milestones").await;
    assert_eq!(printed.matches("status 5").count(), 2, "{printed}");
    let project = running.backend.project_list(&viewer, 0).await.unwrap().rows.remove(0).project.id;
    let view = running.backend.project_view(&viewer, project).await.unwrap();
    assert_eq!(view.milestones.len(), 2);
    for milestone in &view.milestones {
        assert_eq!(milestone.order.as_ref().unwrap().order.status, Status::Completed);
    }
    assert_eq!(running.backend.verify().await.unwrap().findings, []);
}
