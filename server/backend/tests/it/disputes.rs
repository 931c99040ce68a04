//! The dispute room and desk, the terms an order keeps, and the clock of a sandbox.

use crate::support::on_each;
use crate::support::shop::{CARD, Shop};
use backend::port::{Clock, SystemClock};
use backend::service::access::OrderRef;
use backend::service::delivery_terms::TermsForm;
use backend::{Error, Mode};
use domain::money::Currency;
use domain::order::{Command, RejectReason, Role, Status};
use domain::permission::{AccountKind, StaffRole};
use time::Duration;

fn reject() -> Command {
    Command::Reject { reason: RejectReason::Damaged, text: "The leg is broken".to_owned() }
}

#[tokio::test]
async fn who_takes_part_speaks_once_while_the_room_is_open() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.delivered().await;
        assert!(matches!(on.backend.dispute_room(None, &link).await, Err(Error::NotFound)), "nothing to argue about");
        shop.by_buyer(&link, reject()).await.unwrap();
        let id = OrderRef::Id(order);
        let say = |text: &'static str, key: &'static str| on.backend.post_message(None, &link, text, Vec::new(), key);
        say("Look at the picture", "one").await.unwrap();
        say("Look at the picture", "one").await.unwrap();
        assert!(matches!(say("Something else", "one").await, Err(Error::KeyReused)));
        assert!(matches!(say("  ", "two").await, Err(Error::Invalid(_))));
        let stranger = on.user("stranger@example.com", AccountKind::Buyer).await;
        let stranger = on.backend.viewer(stranger).await.unwrap().unwrap();
        let refused = on.backend.post_message(Some(&stranger), &id, "Hello", Vec::new(), "three").await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        assert!(matches!(on.backend.dispute_room(Some(&stranger), &id).await, Err(Error::NotFound)));
        let room = on.backend.dispute_room(Some(&shop.seller), &id).await.unwrap();
        let said: Vec<_> = room.messages.iter().map(|(message, _)| (message.by, message.text.as_str())).collect();
        assert_eq!(said, [(Role::Buyer, "Look at the picture")]);
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        assert!(matches!(say("One more thing", "four").await, Err(Error::Refused(_))));
        assert!(!on.backend.dispute_room(None, &link).await.unwrap().may_write);
    })
    .await;
}

#[tokio::test]
async fn the_desk_shows_the_nearest_deadline_first_and_to_staff_only() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        let mut expected = Vec::new();
        for _ in 0..2 {
            let (order, link) = shop.delivered().await;
            shop.by_buyer(&link, reject()).await.unwrap();
            shop.by_seller(order, Command::SayNotGoodCondition { text: "Worn".to_owned() }).await.unwrap();
            shop.by_seller(order, Command::RaiseDispute { text: "See above".to_owned() }).await.unwrap();
            expected.push(order);
            on.later(Duration::hours(1));
        }
        let desk = on.backend.dispute_desk(&manager).await.unwrap();
        assert_eq!(desk.rows.iter().map(|row| row.order).collect::<Vec<_>>(), expected);
        assert!(desk.rows.iter().all(|row| row.mine));
        assert!(matches!(on.backend.dispute_desk(&shop.seller).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn an_order_keeps_the_terms_it_was_placed_under() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.place().await;
        let before = shop.view(order).await.order.terms;
        let mut form = TermsForm { currency: "NGN".to_owned(), ..crate::every_row::platform_terms() };
        form.cancellation_fee = "99,999,999,999,999".to_owned();
        form.inspection_hours = "1".to_owned();
        let refused = on.backend.set_delivery_terms(&shop.seller, &form).await;
        let Err(Error::Invalid(fields)) = refused else { panic!("{refused:?}") };
        let fields: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert!(fields.contains(&"cancellation_fee") && fields.contains(&"inspection_hours"), "{fields:?}");
        form.cancellation_fee = "2,500".to_owned();
        form.inspection_hours = "48".to_owned();
        on.backend.set_delivery_terms(&shop.seller, &form).await.unwrap();
        shop.pay(&link, CARD).await;
        assert_eq!(shop.view(order).await.order.terms, before);
        let (next, _) = shop.place().await;
        let terms = shop.view(next).await.order.terms;
        assert_eq!((terms.cancellation_fee, terms.inspection_hours), (250_000, 48));
        let usd = on.backend.delivery_terms(&shop.seller, Currency::Usd).await.unwrap();
        assert_eq!(usd.cancellation_fee, 0, "terms are kept for each currency");
    })
    .await;
}

#[tokio::test]
async fn the_sandbox_clock_moves_every_process_and_the_deadlines_follow() {
    on_each(async |on| {
        // The order's times are those of the clock that is moved, which begins at the machine's.
        on.later(SystemClock.now() - on.backend.now());
        let (one, other) = (on.with_sandbox_clock(Mode::Sandbox).await, on.with_sandbox_clock(Mode::Sandbox).await);
        let shop = Shop::open(on).await;
        let (order, _) = shop.place().await;
        let deadline = shop.view(order).await.order.deadline.unwrap();
        one.move_clock(deadline - one.now() + Duration::hours(1)).await.unwrap();
        assert!(other.now() < deadline, "not told yet");
        other.run_until_idle().await.unwrap();
        other.sandbox_clock().unwrap().refresh(other.db()).await.unwrap();
        assert!(other.now() > deadline);
        other.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Expired);
        let moved = one.sandbox_clock().unwrap().moved();
        one.move_clock(Duration::hours(-5)).await.unwrap();
        assert_eq!(one.sandbox_clock().unwrap().moved(), moved, "never back");
        let live = on.with_sandbox_clock(Mode::Live).await;
        assert!(matches!(live.move_clock(Duration::hours(1)).await, Err(Error::NotFound)));
    })
    .await;
}
