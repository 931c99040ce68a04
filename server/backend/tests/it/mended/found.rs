//! What one broken row, one changed bank account or one curious operator must not lead to.

use super::{OPERATOR, accepted, bought, listed, operated, subjects};
use crate::support::on_each;
use crate::support::shop::{CARD, Shop, bank_details, deliver};
use backend::service::desk::{DeskPayout, FileFormat};
use backend::service::projects::{MilestoneForm, NewProject};
use backend::service::viewer::Viewer;
use domain::ids::BatchId;
use domain::order::{Command, Status};
use domain::permission::{AccountKind, StaffRole};
use time::Duration;

/// What waits on the payout desk.
async fn waiting(shop: &Shop<'_>, boss: &Viewer) -> Vec<DeskPayout> {
    let desk = shop.on.backend.payout_desk(boss).await.unwrap();
    desk.waiting.into_iter().flat_map(|(_, rows)| rows).collect()
}

/// A payout of the shop in a batch that leaves by file, and the administrator who made it.
async fn batched(shop: &Shop<'_>) -> (Viewer, BatchId) {
    let backend = &shop.on.backend;
    let boss = shop.on.staff("boss@example.com", StaffRole::Administrator).await;
    shop.bank("0123456789").await;
    backend.set_own_bank(&boss, &bank_details("9999999999"), "057").await.unwrap();
    backend.set_payout_settings(&boss, true, "").await.unwrap();
    accepted(shop, "bob@example.com", "5,000").await;
    backend.run_until_idle().await.unwrap();
    let ids: Vec<_> = waiting(shop, &boss).await.into_iter().map(|row| row.payout.id).collect();
    let batch = backend.make_batch(&boss, &ids).await.unwrap();
    (boss, batch)
}

#[tokio::test]
async fn an_operator_is_not_offered_nothing() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (_, slug) = operated(&shop).await;
        let listing = listed(&shop, None).await;
        let (order, link) = bought(&shop, slug, listing).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, super::reject()).await.unwrap();
        shop.by_buyer(&link, Command::OfferSplit { to_buyer: 500_000 }).await.unwrap();
        let told = subjects(on, OPERATOR).await;
        assert!(!told.iter().any(|subject| subject.contains("you are offered")), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn an_emptied_batch_is_not_handed_to_the_bank() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (boss, batch) = batched(&shop).await;
        on.later(Duration::days(91));
        on.backend.run_until_idle().await.unwrap();
        let done = on.backend.export_batch(&boss, batch).await;
        let file = on.backend.batch_file(&boss, batch, FileFormat::Pain001).await;
        assert!(done.is_err(), "{done:?}, {file:?}");
    })
    .await;
}

#[tokio::test]
async fn an_operator_hears_nothing_of_a_milestone_that_was_never_paid() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (operator, _) = operated(&shop).await;
        let buyer = super::person(on, "planner@example.com", AccountKind::Buyer).await;
        let text = str::to_owned;
        let new = NewProject {
            part: text("seller"),
            name: text("A house"),
            email: text("planner@example.com"),
            currency: text("NGN"),
            marketplace: operator.memberships[0].number.to_string(),
            ..NewProject::default()
        };
        let backend = &on.backend;
        let project = backend.start_project(&shop.seller, &new, "p").await.unwrap();
        let plan = MilestoneForm {
            title: text("A wall"),
            amount: text("12,500"),
            delivery_days: text("7"),
            ..MilestoneForm::default()
        };
        let first = backend.add_milestone(&buyer, project, &plan, "m").await.unwrap();
        let order = backend.order_of_milestone(&buyer, project, first).await.unwrap();
        on.later(Duration::days(4));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Expired);
        let seller = subjects(on, "seller@example.com").await;
        assert!(!seller.iter().any(|subject| subject.contains("closed without payment")), "{seller:?}");
        let told = subjects(on, OPERATOR).await;
        assert!(!told.iter().any(|subject| subject.starts_with("Order ")), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn an_operator_is_told_that_its_commission_is_set_aside() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let (_, slug) = operated(&shop).await;
        let listing = listed(&shop, None).await;
        let (order, link) = bought(&shop, slug, listing).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        on.later(Duration::days(91));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
        let told = subjects(on, OPERATOR).await;
        assert!(told.iter().any(|subject| subject.ends_with("is kept for you")), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn a_dissolved_batch_pays_to_the_present_account() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (boss, batch) = batched(&shop).await;
        on.backend.set_bank_details(&shop.seller, &bank_details("7777777777")).await.unwrap();
        on.backend.dissolve_batch(&boss, batch).await.unwrap();
        on.later(Duration::hours(25));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(waiting(&shop, &boss).await[0].to, "Sandbox Bank, ending 7777");
    })
    .await;
}

#[tokio::test]
async fn many_orders_that_cannot_be_read_hide_no_other() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        for _ in 0..50 {
            shop.place_for("broken@example.com", "12,500").await;
        }
        on.execute("UPDATE orders SET terms = $1", ["nonsense".into()]).await;
        on.later(Duration::minutes(1));
        let (order, _) = shop.place_for("other@example.com", "12,500").await;
        on.later(Duration::hours(73));
        for _ in 0..5 {
            let _ = on.backend.run_until_idle().await;
        }
        assert_eq!(shop.view(order).await.order.status, Status::Expired);
    })
    .await;
}

#[tokio::test]
async fn payments_that_the_provider_forgot_hide_no_lost_news() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (_, link) = shop.place().await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        for _ in 0..60 {
            on.backend.start_payment(None, &link, quote, &on.backend.form_key()).await.unwrap();
        }
        on.execute("DELETE FROM sandbox_charges", []).await;
        on.later(Duration::minutes(1));
        let (order, link) = shop.place_for("lost@example.com", "12,500").await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        let url = on.backend.start_payment(None, &link, quote, "key").await.unwrap();
        let provider = on.backend.sandbox_rail().unwrap();
        provider.submit(url.rsplit('/').next().unwrap(), CARD).await.unwrap();
        provider.due_notifications(10).await.unwrap();
        for _ in 0..3 {
            on.later(Duration::minutes(1));
            let _ = on.backend.ask_about_open_payments(50).await;
        }
        assert_eq!(shop.view(order).await.order.status, Status::Pending);
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_was_not_handed_over_yet_pays_to_the_present_account() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (boss, batch) = batched(&shop).await;
        // The alert says that payouts go to the new account from now on, and are held for 24 hours.
        on.backend.set_bank_details(&shop.seller, &bank_details("7777777777")).await.unwrap();
        on.later(Duration::hours(25));
        on.backend.run_until_idle().await.unwrap();
        on.backend.export_batch(&boss, batch).await.unwrap();
        let file = on.backend.batch_file(&boss, batch, FileFormat::Csv).await.unwrap();
        assert!(file.contains("7777777777") && !file.contains("0123456789"), "{file}");
    })
    .await;
}

#[tokio::test]
async fn a_charge_that_cannot_be_read_stops_nothing_else() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (_, link) = shop.place().await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        on.backend.start_payment(None, &link, quote, "key").await.unwrap();
        on.execute("UPDATE sandbox_charges SET outcome = $1, confirm_at = 0", ["nonsense".into()]).await;
        on.later(Duration::hours(73));
        let _ = on.backend.run_until_idle().await;
        assert_eq!(on.number("SELECT COUNT(*) FROM orders WHERE status = 'expired'").await, 1);
    })
    .await;
}
