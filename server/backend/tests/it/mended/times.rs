//! The platform's default times: for whom they count, and from when on.

use super::reject;
use crate::every_row::platform_terms;
use crate::support::on_each;
use crate::support::shop::{CARD, Shop, deliver};
use backend::Error;
use backend::service::delivery_terms::TermsForm;
use backend::service::platform_forms::TimesForm;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::money::Currency;
use domain::order::{Command, Terms};
use domain::permission::StaffRole;
use time::Duration;

/// Hours to pay, days to deliver, hours to look, hours to answer, days to raise, to rule, and of the administrator.
fn times(typed: [&str; 7]) -> TimesForm {
    let [payment_hours, delivery_days, inspection_hours, answer_hours, raise_days, ruling_days, escalation_days] =
        typed.map(str::to_owned);
    TimesForm { payment_hours, delivery_days, inspection_hours, answer_hours, raise_days, ruling_days, escalation_days }
}

const SHORT: [&str; 7] = ["10", "3", "30", "40", "2", "4", "6"];

fn of(terms: &Terms) -> [u32; 7] {
    [
        terms.payment_hours,
        terms.delivery_days,
        terms.inspection_hours,
        terms.answer_hours,
        terms.raise_days,
        terms.ruling_days,
        terms.escalation_days,
    ]
}

async fn terms(shop: &Shop<'_>, order: OrderId) -> [u32; 7] {
    of(&shop.view(order).await.order.terms)
}

/// How long the order waits from now on.
async fn waits(shop: &Shop<'_>, order: OrderId) -> Duration {
    shop.view(order).await.order.deadline.unwrap() - shop.on.backend.now()
}

#[tokio::test]
async fn new_orders_run_by_the_new_times_and_old_ones_keep_theirs() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let (old, old_link) = shop.place().await;
        on.backend.set_times(&boss, &times(SHORT)).await.unwrap();
        let (new, link) = shop.place().await;
        assert_eq!(terms(&shop, new).await, [10, 3, 30, 40, 2, 4, 6]);
        assert_eq!(terms(&shop, old).await, [72, 7, 72, 72, 5, 10, 5]);
        assert_eq!((waits(&shop, old).await, waits(&shop, new).await), (Duration::hours(72), Duration::hours(10)));
        let other = on.another_process().await;
        let seen = other.delivery_terms(&shop.seller, Currency::Usd).await.unwrap();
        assert_eq!(of(&seen), [10, 3, 30, 40, 2, 4, 6], "every process and every currency");
        // Each status of the new order lasts as long as it says.
        shop.pay(&link, CARD).await;
        assert_eq!(waits(&shop, new).await, Duration::days(3));
        shop.by_seller(new, deliver()).await.unwrap();
        assert_eq!(waits(&shop, new).await, Duration::hours(30));
        shop.by_buyer(&link, reject()).await.unwrap();
        assert_eq!(waits(&shop, new).await, Duration::hours(40));
        shop.by_seller(new, Command::SayNotGoodCondition { text: "Worn".to_owned() }).await.unwrap();
        assert_eq!(waits(&shop, new).await, Duration::days(2));
        shop.by_seller(new, Command::RaiseDispute { text: "See above".to_owned() }).await.unwrap();
        assert_eq!(waits(&shop, new).await, Duration::days(4));
        shop.pay(&old_link, CARD).await;
        assert_eq!(waits(&shop, old).await, Duration::days(7), "paid after the change, under its own terms");
        on.later(Duration::days(4));
        on.backend.run_until_idle().await.unwrap();
        assert!(shop.view(new).await.order.escalated);
        assert_eq!(waits(&shop, new).await, Duration::days(6));
    })
    .await;
}

#[tokio::test]
async fn who_has_terms_keeps_them_but_disputes_take_as_long_for_everybody() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let own = TermsForm { inspection_hours: "48".to_owned(), ..platform_terms() };
        on.backend.set_delivery_terms(&shop.seller, &own).await.unwrap();
        on.backend.set_times(&boss, &times(SHORT)).await.unwrap();
        let (order, _) = shop.place().await;
        assert_eq!(terms(&shop, order).await, [72, 7, 48, 72, 2, 4, 6]);
        // Terms that are saved anew freeze nothing of what the platform decides.
        on.backend.set_delivery_terms(&shop.seller, &own).await.unwrap();
        on.backend.set_times(&boss, &times(["10", "3", "30", "40", "9", "8", "7"])).await.unwrap();
        let (order, _) = shop.place().await;
        assert_eq!(terms(&shop, order).await, [72, 7, 48, 72, 9, 8, 7]);
    })
    .await;
}

#[tokio::test]
async fn times_beyond_their_bounds_are_refused_at_their_fields() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        let fields = [
            "payment_hours",
            "delivery_days",
            "inspection_hours",
            "answer_hours",
            "raise_days",
            "ruling_days",
            "escalation_days",
        ];
        let bounds = [(1, 720), (1, 90), (24, 720), (24, 336), (1, 30), (1, 60), (1, 30)];
        let good = ["72", "7", "72", "72", "5", "10", "5"];
        for (index, (field, (min, max))) in fields.iter().zip(bounds).enumerate() {
            let with = |number: i32| {
                let typed = number.to_string();
                let mut all = good;
                all[index] = &typed;
                times(all)
            };
            for number in [min - 1, max + 1] {
                let refused = on.backend.set_times(&boss, &with(number)).await;
                let Err(Error::Invalid(errors)) = refused else { panic!("{field} {number}: {refused:?}") };
                let said: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
                assert_eq!(said, [*field], "{number}");
                assert_eq!(errors[0].message, format!("Enter a number from {min} to {max}."));
            }
            for number in [min, max] {
                on.backend.set_times(&boss, &with(number)).await.unwrap();
            }
        }
        on.backend.set_times(&boss, &times(SHORT)).await.unwrap();
        let refused = on.backend.set_times(&boss, &times(["0", "91", "23", "337", "31", "soon", ""])).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{refused:?}") };
        let mut said: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        said.sort_unstable();
        let mut all = fields;
        all.sort_unstable();
        assert_eq!(said, all, "all at once, each once");
        let (order, _) = shop.place().await;
        assert_eq!(terms(&shop, order).await, [10, 3, 30, 40, 2, 4, 6], "what was refused changed nothing");
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        for nobody in [&shop.seller, &manager] {
            assert!(matches!(on.backend.set_times(nobody, &times(good)).await, Err(Error::NotFound)));
        }
        let unsure = Viewer { confirmed: false, ..boss.clone() };
        assert!(matches!(on.backend.set_times(&unsure, &times(good)).await, Err(Error::Unconfirmed)));
        let log = on.backend.staff_log(&boss, 1).await.unwrap();
        assert_eq!((log[0].0.action.as_str(), log[0].0.subject.as_str()), ("change_settings", "times"));
    })
    .await;
}
