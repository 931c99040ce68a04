//! What the administrator sets, and what it changes for everybody.

use crate::support::shop::{CARD, Shop};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::bank::BankDetails;
use backend::service::platform_forms::{FeesForm, LimitsForm};
use backend::service::viewer::Viewer;
use domain::clock_text::Zone;
use domain::money::Currency;
use domain::permission::StaffRole;
use time::Duration;

fn fees(escrow_rate: &str, from: &str) -> FeesForm {
    FeesForm {
        currency: "NGN".into(),
        escrow_rate: escrow_rate.into(),
        escrow_min: "100".into(),
        escrow_max: "10,000".into(),
        private_max: "20,000".into(),
        gateway_rate: "1".into(),
        gateway_fixed: "50".into(),
        gateway_max: "2,500".into(),
        payout: "75".into(),
        from: from.into(),
    }
}

fn refused_at(outcome: Result<(), Error>) -> Vec<String> {
    match outcome {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.field.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn new_fees_count_from_their_day_and_touch_nothing_that_was_quoted() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let (old, link) = shop.place_for("bob@example.com", "100,000").await;
        let before = shop.view(old).await.quote;
        assert_eq!(before.escrow.buyer, 150_000, "1.5 % of 100,000");
        shop.pay(&link, CARD).await;
        on.backend.set_fees(&boss, &fees("3", ""), Zone::UTC).await.unwrap();
        let (new, _) = shop.place_for("bob@example.com", "100,000").await;
        assert_eq!(shop.view(new).await.quote.escrow.buyer, 300_000);
        assert_eq!(shop.view(new).await.quote.gateway.seller, 108_000, "1 % of what is paid, 103,000, and 50");
        assert_eq!(shop.view(old).await.quote, before, "it was paid at the old fees");
        // Fees of a day to come wait for it.
        let tomorrow = (on.backend.now() + Duration::days(1)).date();
        on.backend.set_fees(&boss, &fees("5", &tomorrow.to_string()), Zone::UTC).await.unwrap();
        assert_eq!(shop.view(new).await.quote.escrow.buyer, 300_000);
        on.later(Duration::days(1));
        assert_eq!(shop.view(new).await.quote.escrow.buyer, 500_000);
        let history = on.backend.fee_history(&boss).await.unwrap();
        assert_eq!(history.iter().map(|row| row.fees.escrow.rate.points()).collect::<Vec<_>>(), [500, 300]);
        let log = on.backend.staff_log(&boss, 10).await.unwrap();
        assert!(log.iter().filter(|(event, by)| event.action == "set_fees" && by == "Zainab Musa").count() == 2);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn fees_that_make_no_sense_are_refused_field_by_field() {
    on_each(async |on: &TestBackend| {
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let wrong = FeesForm {
            escrow_rate: "150".into(),
            escrow_max: "50".into(),
            payout: "a few".into(),
            from: "yesterday".into(),
            ..fees("1", "")
        };
        let fields = refused_at(on.backend.set_fees(&boss, &wrong, Zone::UTC).await);
        assert_eq!(fields, ["escrow_rate", "payout", "escrow_max", "from"]);
        assert!(on.backend.fee_history(&boss).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn prices_beyond_the_limits_are_refused_with_the_limits() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let limits = |min: &str, max: &str| LimitsForm {
            currency: "NGN".into(),
            price_min: min.into(),
            price_max: max.into(),
            four_eyes: String::new(),
        };
        on.backend.set_limits(&boss, &limits("5,000", "50,000")).await.unwrap();
        let form = |amount: &str| backend::service::place::NewOrder {
            buyer_email: "bob@example.com".into(),
            title: "A chair".into(),
            currency: "NGN".into(),
            amount: amount.into(),
            ..Default::default()
        };
        for (amount, taken) in [("4,999.99", false), ("5,000", true), ("50,000", true), ("50,000.01", false)] {
            let placed = on.backend.place_order(&shop.seller, form(amount), &on.backend.form_key()).await;
            assert_eq!(placed.is_ok(), taken, "{amount}: {placed:?}");
            if let Err(Error::Invalid(errors)) = placed {
                assert_eq!(errors[0].message, "Prices here are between ₦5,000.00 and ₦50,000.00.");
            }
        }
        assert_eq!(refused_at(on.backend.set_limits(&boss, &limits("10", "5")).await), ["price_max"]);
    })
    .await;
}

#[tokio::test]
async fn only_a_confirmed_administrator_changes_the_platform() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        for other in [&shop.seller, &manager] {
            assert!(matches!(on.backend.set_platform_name(other, "Mine").await, Err(Error::NotFound)));
            assert!(matches!(on.backend.set_fees(other, &fees("1", ""), Zone::UTC).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.fee_history(other).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.set_payout_settings(other, true, "").await, Err(Error::NotFound)));
        }
        let stale = Viewer { confirmed: false, ..boss.clone() };
        assert!(matches!(on.backend.set_platform_name(&stale, "Mine").await, Err(Error::Unconfirmed)));
        on.backend.set_platform_name(&boss, "Eko Escrow").await.unwrap();
        on.backend.resend_verification("nobody@example.com").await.unwrap();
        on.user("new@example.com", domain::permission::AccountKind::Buyer).await;
        assert!(on.mails_to("new@example.com").await[0].text.contains("Welcome to Eko Escrow"));
        let fields = refused_at(on.backend.set_payout_settings(&boss, true, "2026-12-25\nChristmas").await);
        assert_eq!(fields, ["holidays"]);
        on.backend.set_payout_settings(&boss, true, "2026-12-25\n\n2027-01-01").await.unwrap();
        assert_eq!(on.backend.platform().await.unwrap().settings.holidays.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn bank_accounts_are_checked_by_their_digits() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let details = |currency: &str, bank: &str, number: &str| BankDetails {
            currency: currency.into(),
            bank_name: bank.into(),
            account_number: number.into(),
            account_name: "Ada Foods".into(),
        };
        for (currency, bank, number, refused) in [
            ("NGN", "guaranty trust bank", "0123456785", None),
            ("NGN", "Guaranty Trust Bank", "0123456786", Some("account_number")),
            ("NGN", "Guaranty Trust Bank", "012345678", Some("account_number")),
            ("NGN", "Bank of Nowhere", "0123456785", Some("bank_name")),
            ("USD", "Barclays", "GB29 NWBK 6016 1331 9268 19", None),
            ("USD", "Barclays", "GB29 NWBK 6016 1331 9268 18", Some("account_number")),
            ("INR", "State Bank of India", "30012345678", None),
        ] {
            let outcome = on.backend.set_bank_details(&shop.seller, &details(currency, bank, number)).await;
            match refused {
                None => outcome.unwrap(),
                Some(field) => assert_eq!(refused_at(outcome), [field], "{bank} {number}"),
            }
        }
        let banks = on.backend.payout_setup(&shop.seller).await.unwrap().banks;
        let naira = banks.iter().find(|(currency, _)| *currency == Currency::Ngn).unwrap();
        assert_eq!(naira.1.bank, "Guaranty Trust Bank", "the bank's own spelling");
        // The sandbox's bank is no bank of a live installation.
        let live = on.live().await;
        let outcome = live.set_bank_details(&shop.seller, &details("NGN", "Sandbox Bank", "0123456789")).await;
        assert_eq!(refused_at(outcome), ["bank_name"]);
    })
    .await;
}
