use backend::port::sandbox_mailer::SandboxMailer;
use backend::port::sandbox_rail::SandboxRail;
use backend::port::{Clock, ManualClock};
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::command::OrderCommand;
use backend::service::place::NewOrder;
use backend::service::sign_up::SignUp;
use backend::{Backend, Db, Mode, Ports, Settings};
use domain::order::Command;
use domain::permission::AccountKind;
use migrations::MigratorTrait;
use std::sync::Arc;
use time::macros::datetime;

async fn run(url: &str) {
    let db = Db::connect(url).await.unwrap();
    migrations::Migrator::up(db.writer(), None).await.unwrap();
    let clock = Arc::new(ManualClock::new(datetime!(2026-03-02 09:00 UTC)));
    let c: Arc<dyn Clock> = clock.clone();
    let rail = SandboxRail::new(db.clone(), c.clone(), "http://x".into());
    let mailer = Arc::new(SandboxMailer::new(db.clone(), c.clone()));
    let ports = Ports { clock: c, rail: Arc::new(rail.clone()), mailer, sandbox_rail: Some(rail.clone()) };
    let b = Backend::new(db, ports, Settings { mode: Mode::Sandbox, public_url: "http://x".into() }).await.unwrap();
    b.sign_up(SignUp { email: "Seller@example.com".into(), name: "Sam".into(), password: "correct-horse-battery-7".to_string().into(), kind: AccountKind::BusinessSeller, business_name: Some("Sam Ltd".into()) }).await.unwrap();
    b.run_until_idle().await.unwrap();
    let mails = b.sandbox_mails(None, 10).await.unwrap();
    println!("{}", mails[0].text);
    let token = mails[0].text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let user = b.verify_email(&token).await.unwrap();
    let viewer = b.viewer(user).await.unwrap().unwrap();
    let form = NewOrder { buyer_email: "buyer@example.com".into(), title: "Ankara".into(), currency: "NGN".into(), amount: "12,500".into(), shipping: "".into(), ..Default::default() };
    let placed = b.place_order(&viewer, form, "k1").await.unwrap();
    b.run_until_idle().await.unwrap();
    let mail = &b.sandbox_mails(None, 10).await.unwrap()[0];
    println!("{}\n{}", mail.subject, mail.text);
    let link = OrderRef::parse(mail.text.split("/orders/").nth(1).unwrap().split_whitespace().next().unwrap()).unwrap();
    let quote = b.make_quote(None, &link).await.unwrap();
    let url = b.start_payment(None, &link, quote, "k2").await.unwrap();
    rail.submit(url.rsplit('/').next().unwrap(), "4242424242424242").await.unwrap();
    b.run_until_idle().await.unwrap();
    let seller_ref = OrderRef::Id(placed.order);
    let act = |order: OrderRef, command: Command, key: &str| OrderCommand { order, command, version: None, key: key.into(), files: vec![] };
    b.act(Some(&viewer), act(seller_ref.clone(), Command::MarkDelivered { note: "sent".into(), tracking: None }, "k3")).await.unwrap();
    b.act(None, act(link.clone(), Command::Accept, "k4")).await.unwrap();
    b.run_until_idle().await.unwrap();
    println!("{:?}", b.order_view(None, &link).await.unwrap().order.status);
    b.set_bank_details(&viewer, &BankDetails { currency: "NGN".into(), bank_name: "GT".into(), account_number: "0123456789".into(), account_name: "Sam".into() }).await.unwrap();
    b.verify_identity_in_sandbox(&viewer).await.unwrap();
    b.run_until_idle().await.unwrap();
    let view = b.order_view(Some(&viewer), &seller_ref).await.unwrap();
    println!("{:?} {:#?}", view.order.status, view.money);
    println!("{:?}", b.verify().await.unwrap());
    println!("{:?}", b.earnings(&viewer).await.unwrap());
    assert_eq!(view.order.status, domain::order::Status::Completed);
}

#[tokio::test]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    run(&format!("sqlite://{}/t.db?mode=rwc", dir.path().display())).await;
}

#[tokio::test]
async fn postgres() {
    let Ok(url) = std::env::var("PGURL") else { return };
    run(&url).await;
}
