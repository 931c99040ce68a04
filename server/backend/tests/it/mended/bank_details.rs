//! Changed bank details: who is alerted, and where what was queued goes then.

use super::{PROVIDER, SELLER, accepted, delivered_by, person, plumber, sent_to, subjects};
use crate::support::shop::{Shop, bank_details};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::desk::DeskPayout;
use backend::service::order_view::{OrderPayout, PayoutStatus};
use backend::service::providers::ProviderForm;
use backend::service::viewer::Viewer;
use domain::ids::{OrderId, PayoutId};
use domain::order::{Command, Status};
use domain::permission::{AccountKind, StaffRole};
use time::Duration;

const OLD: &str = "0123456789";
const NEW: &str = "7777777777";
const FINANCE: &str = "finance@example.com";
const ALERT: &str = "Your bank details were changed";

async fn alerts(on: &TestBackend, email: &str) -> usize {
    subjects(on, email).await.iter().filter(|subject| *subject == ALERT).count()
}

/// Somebody of the shop's team who may change where it is paid.
async fn finance(on: &TestBackend, shop: &Shop<'_>) -> Viewer {
    let joining = person(on, FINANCE, AccountKind::Buyer).await;
    on.backend.invite_member(&shop.seller, FINANCE, "finance").await.unwrap();
    let invited = on.backend.team_invitations(&joining).await.unwrap().remove(0);
    on.backend.answer_team_invitation(&joining, invited.id, true).await.unwrap();
    on.backend.viewer(joining.user).await.unwrap().unwrap()
}

async fn payout(shop: &Shop<'_>, order: OrderId) -> OrderPayout {
    shop.view(order).await.payouts.remove(0)
}

#[tokio::test]
async fn the_mailbox_of_the_account_is_alerted_and_not_who_changed_them() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let finance = finance(on, &shop).await;
        on.backend.set_bank_details(&finance, &bank_details(OLD)).await.unwrap();
        on.backend.set_bank_details(&finance, &bank_details(OLD)).await.unwrap();
        assert_eq!(alerts(on, SELLER).await, 0, "nothing was changed yet");
        on.backend.set_bank_details(&finance, &bank_details(NEW)).await.unwrap();
        assert_eq!((alerts(on, SELLER).await, alerts(on, FINANCE).await), (1, 0));
        let mails = on.mails_to(SELLER).await;
        let alert = mails.iter().rfind(|mail| mail.subject == ALERT).unwrap();
        assert!(alert.text.contains("the account ending 7777"), "{}", alert.text);
        assert!(alert.text.contains("Okafor Bicycles"), "the account's name, not the member's: {}", alert.text);
        // Every further change is told too.
        on.backend.set_bank_details(&shop.seller, &bank_details(OLD)).await.unwrap();
        assert_eq!((alerts(on, SELLER).await, alerts(on, FINANCE).await), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn a_service_provider_and_its_seller_are_alerted() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let provider = on.backend.add_provider(&shop.seller, &plumber(OLD)).await.unwrap();
        on.backend.edit_provider(&shop.seller, provider, &plumber(OLD)).await.unwrap();
        on.backend.edit_provider(&shop.seller, provider, &plumber("")).await.unwrap();
        assert_eq!((alerts(on, PROVIDER).await, alerts(on, SELLER).await), (0, 0), "nothing was changed yet");
        on.backend.edit_provider(&shop.seller, provider, &plumber(NEW)).await.unwrap();
        assert_eq!((alerts(on, PROVIDER).await, alerts(on, SELLER).await), (1, 1));
        let mails = on.mails_to(PROVIDER).await;
        let alert = mails.iter().find(|mail| mail.subject == ALERT).unwrap();
        assert!(alert.text.contains("Bisi the plumber") && alert.text.contains("ending 7777"), "{}", alert.text);
    })
    .await;
}

#[tokio::test]
async fn who_changes_address_and_bank_at_once_alerts_the_old_address() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let provider = on.backend.add_provider(&shop.seller, &plumber(OLD)).await.unwrap();
        let moved = ProviderForm { email: "thief@example.com".to_owned(), ..plumber(NEW) };
        on.backend.edit_provider(&shop.seller, provider, &moved).await.unwrap();
        assert_eq!((alerts(on, PROVIDER).await, alerts(on, SELLER).await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_queued_for_its_day_goes_to_the_new_account_and_not_before_a_day_has_passed() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank(OLD).await;
        // It is Friday noon; paid every week on Tuesday.
        on.backend.set_payout_schedule(&shop.seller, "NGN", "weekly", "2", "").await.unwrap();
        let (order, _) = accepted(&shop, "bob@example.com", "5,000").await;
        on.backend.run_until_idle().await.unwrap();
        let before = payout(&shop, order).await;
        assert_eq!(before.status, PayoutStatus::Queued);
        on.later(Duration::hours(3 * 24 + 11));
        on.backend.set_bank_details(&shop.seller, &bank_details(NEW)).await.unwrap();
        let redirected = payout(&shop, order).await;
        assert_eq!(redirected.status, PayoutStatus::Queued);
        assert_ne!(redirected.bank_account, before.bank_account);
        for hours in [2, 21] {
            on.later(Duration::hours(hours));
            on.backend.run_until_idle().await.unwrap();
            assert_eq!(payout(&shop, order).await.status, PayoutStatus::Queued, "{}", on.backend.now());
        }
        on.later(Duration::hours(1));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
        assert_eq!((sent_to(on, OLD).await, sent_to(on, NEW).await), (0, 1));
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn details_that_change_early_in_the_week_wait_for_the_day_all_the_same() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank(OLD).await;
        on.backend.set_payout_schedule(&shop.seller, "NGN", "weekly", "2", "").await.unwrap();
        let (order, _) = accepted(&shop, "bob@example.com", "5,000").await;
        on.backend.set_bank_details(&shop.seller, &bank_details(NEW)).await.unwrap();
        on.later(Duration::days(3));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(payout(&shop, order).await.status, PayoutStatus::Queued, "Monday noon");
        on.later(Duration::hours(13));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((sent_to(on, OLD).await, sent_to(on, NEW).await), (0, 1), "Tuesday");
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
    })
    .await;
}

#[tokio::test]
async fn a_batch_takes_no_payout_whose_bank_details_cool_off() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        shop.bank(OLD).await;
        on.backend.set_payout_settings(&boss, true, "").await.unwrap();
        let provider = on.backend.add_provider(&shop.seller, &plumber("2222222222")).await.unwrap();
        let (order, link) = delivered_by(&shop, provider).await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let desk = async || -> Vec<DeskPayout> {
            let desk = on.backend.payout_desk(&boss).await.unwrap();
            desk.waiting.into_iter().flat_map(|(_, rows)| rows).collect()
        };
        let of = |rows: &[DeskPayout], minor: i64| -> DeskPayout {
            rows.iter().find(|row| row.payout.amount.minor() == minor).unwrap().clone()
        };
        let rows = desk().await;
        assert_eq!(rows.len(), 2);
        assert_eq!(of(&rows, 980_400).to, "Sandbox Bank, ending 2222");
        let ids: Vec<PayoutId> = rows.iter().map(|row| row.payout.id).collect();
        on.backend.edit_provider(&shop.seller, provider, &plumber(NEW)).await.unwrap();
        let rows = desk().await;
        assert_eq!(of(&rows, 980_400).to, "Sandbox Bank, ending 7777");
        let refused = on.backend.make_batch(&boss, &ids).await;
        assert!(matches!(refused, Err(Error::Refused(why)) if why.contains("24 hours")), "{refused:?}");
        assert_eq!(desk().await.len(), 2, "nothing was put into a batch");
        on.backend.make_batch(&boss, &[of(&rows, 245_100).payout.id]).await.unwrap();
        on.later(Duration::hours(23));
        let early = on.backend.make_batch(&boss, &[of(&rows, 980_400).payout.id]).await;
        assert!(matches!(early, Err(Error::Refused(_))), "{early:?}");
        on.later(Duration::hours(1));
        let batch = on.backend.make_batch(&boss, &[of(&rows, 980_400).payout.id]).await.unwrap();
        let view = on.backend.payout_batch(&boss, batch).await.unwrap();
        assert_eq!(view.payouts[0].to, "Sandbox Bank, ending 7777");
        assert_eq!(shop.view(order).await.order.status, Status::Accepted);
        shop.books_are_right().await;
    })
    .await;
}
