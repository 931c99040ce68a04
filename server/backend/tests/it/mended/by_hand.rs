//! A refund that a signed link sends somewhere, and bank transfers that the administrator sends back without a rail.

use super::{BUYER, person, sent_to};
use crate::support::shop::{Shop, bank_details};
use crate::support::{PUBLIC_URL, TestBackend, on_each};
use backend::port::manual_rail::ManualRail;
use backend::port::webhook::{HttpWebhooks, TargetPolicy};
use backend::sandbox::mailer::SandboxMailer;
use backend::service::access::OrderRef;
use backend::service::order_view::PayoutStatus;
use backend::service::suspense::SuspenseStatus;
use backend::service::uploads::Upload;
use backend::service::viewer::Viewer;
use backend::{Backend, Error, Mode, Ports, Settings};
use domain::ids::OrderId;
use domain::order::{Command, Status};
use domain::permission::{AccountKind, StaffRole};
use std::sync::Arc;

const REFUND_REFUSED: &str = "4000 0000 0000 5126";
const FIRST: &str = "0001112223";
const SECOND: &str = "0004445556";

async fn boss(on: &TestBackend) -> Viewer {
    let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
    on.backend.set_own_bank(&boss, &bank_details("9999999999"), "057").await.unwrap();
    boss
}

/// Imports a statement with one transfer of so many minor units.
async fn transferred(backend: &Backend, boss: &Viewer, minor: i64, reference: &str) {
    let (whole, part) = (minor / 100, minor % 100);
    let body = format!(
        "date,amount,currency,reference,name,account,returned\n\
         2026-11-21,{whole}.{part:02},NGN,{reference},Bob Buyer,{SECOND},\n"
    );
    let upload = Upload { name: "statement.csv".to_owned(), body: body.into_bytes() };
    backend.import_statement(boss, vec![upload]).await.unwrap();
}

/// Announces a bank transfer for an order: how much, and with which reference.
async fn announced(backend: &Backend, link: &OrderRef) -> (i64, String) {
    let quote = backend.make_quote(None, link).await.unwrap();
    backend.start_transfer(None, link, quote, &backend.form_key()).await.unwrap();
    let told = backend.transfer_instructions(None, link).await.unwrap();
    (told.amount.minor(), told.reference)
}

/// The first refund of the buyer, which its card does not take back.
async fn refused_by_the_card(shop: &Shop<'_>) -> (OrderId, OrderRef) {
    let (order, link) = shop.place().await;
    shop.pay(&link, REFUND_REFUSED).await;
    shop.by_seller(order, Command::Cancel).await.unwrap();
    shop.on.backend.run_until_idle().await.unwrap();
    (order, link)
}

async fn refund(on: &TestBackend, link: &OrderRef) -> (Status, PayoutStatus) {
    let seen = on.backend.order_view(None, link).await.unwrap();
    (seen.order.status, seen.payouts[0].status)
}

#[tokio::test]
async fn a_signed_link_says_where_its_own_refund_goes_and_no_other() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = boss(on).await;
        let (_, first) = refused_by_the_card(&shop).await;
        on.backend.refund_to_bank(None, &first, &bank_details(FIRST)).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(refund(on, &first).await, (Status::Completed, PayoutStatus::Paid));
        assert_eq!(sent_to(on, FIRST).await, 1);
        // A bank transfer has no way back of its own.
        let (order, second) = shop.place().await;
        let (minor, reference) = announced(&on.backend, &second).await;
        transferred(&on.backend, &boss, minor, &reference).await;
        shop.by_seller(order, Command::Cancel).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(refund(on, &second).await, (Status::Cancelled, PayoutStatus::WaitingForBank));
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_signs_in_to_say_where_a_refund_goes() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = refused_by_the_card(&shop).await;
        let buyer = person(on, BUYER, AccountKind::Buyer).await;
        let refused = on.backend.refund_to_bank(None, &link, &bank_details(FIRST)).await;
        assert!(matches!(refused, Err(Error::Refused(why)) if why.contains("Sign in")), "{refused:?}");
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(refund(on, &link).await, (Status::Cancelled, PayoutStatus::Failed));
        let unsure = Viewer { confirmed: false, ..buyer.clone() };
        let refused = on.backend.refund_to_bank(Some(&unsure), &OrderRef::Id(order), &bank_details(SECOND)).await;
        assert!(matches!(refused, Err(Error::Unconfirmed)), "{refused:?}");
        on.backend.refund_to_bank(Some(&buyer), &OrderRef::Id(order), &bank_details(SECOND)).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(refund(on, &link).await, (Status::Completed, PayoutStatus::Paid));
        assert_eq!((sent_to(on, FIRST).await, sent_to(on, SECOND).await), (0, 1));
        shop.books_are_right().await;
    })
    .await;
}

/// The same database in live mode, without a payment provider.
async fn without_rail(on: &TestBackend) -> Backend {
    let db = on.backend.db().clone();
    let ports = Ports {
        clock: on.clock.clone(),
        rail: Arc::new(ManualRail),
        mailer: Arc::new(SandboxMailer::new(db.clone(), on.clock.clone())),
        webhooks: Arc::new(HttpWebhooks::new(TargetPolicy::default())),
        sandbox_rail: None,
        sandbox_clock: None,
    };
    let settings = Settings { mode: Mode::Live, public_url: PUBLIC_URL.to_owned(), secret_key: None };
    Backend::new(db, ports, settings).await.unwrap()
}

#[tokio::test]
async fn a_transfer_in_suspense_is_sent_back_by_hand_where_no_rail_can() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = boss(on).await;
        let live = without_rail(on).await;
        let (order, link) = shop.place().await;
        let (minor, reference) = announced(&live, &link).await;
        transferred(&live, &boss, minor - 1, &reference).await;
        let balance = async |code: &str| {
            on.number(&format!("SELECT balance_minor FROM ledger_accounts WHERE code = '{code}'")).await
        };
        assert_eq!(balance("suspense:bank").await, minor - 1, "one kobo is missing");
        let item = live.suspense(&boss).await.unwrap().remove(0).item;
        assert_eq!(item.status, SuspenseStatus::Open);
        assert!(live.is_returned_by_hand(&item), "the page says who sends it");
        assert!(!on.backend.is_returned_by_hand(&item), "a rail sends it by itself");
        let silent = live.return_suspense(&boss, item.id, " ").await;
        assert!(matches!(&silent, Err(Error::Invalid(fields)) if fields[0].field == "note"), "{silent:?}");
        live.return_suspense(&boss, item.id, "Sent back at the bank").await.unwrap();
        let again = live.return_suspense(&boss, item.id, "Once more").await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        live.run_until_idle().await.unwrap();
        let item = live.suspense(&boss).await.unwrap().remove(0).item;
        assert_eq!((item.status, item.note.as_deref()), (SuspenseStatus::Returned, Some("Sent back at the bank")));
        assert_eq!((balance("suspense:bank").await, balance("clearing:bank").await), (0, 0));
        let lines = shop.ledger_of(order).await;
        assert_eq!(
            lines[2..],
            [
                format!("suspense_resolved clearing:bank credit {}", minor - 1),
                format!("suspense_resolved suspense:bank debit {}", minor - 1),
            ]
        );
        let mails = on.backend.sandbox_mails(Some(BUYER), 100).await.unwrap();
        let told = mails.iter().filter(|mail| mail.subject.ends_with("was sent back to you")).count();
        assert_eq!(told, 1, "{:?}", mails.iter().map(|mail| &mail.subject).collect::<Vec<_>>());
        assert_eq!(live.verify().await.unwrap().findings, []);
    })
    .await;
}
