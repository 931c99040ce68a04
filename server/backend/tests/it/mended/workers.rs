//! One row that cannot be handled, and many that are never finished, hold nobody else up.

use super::subjects;
use crate::support::shop::{CARD, Shop};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::order_view::PayoutStatus;
use domain::ids::OrderId;
use domain::order::{Command, Status};
use time::Duration;

/// Writes into a column of an order's rows behind the backend's back.
async fn write(on: &TestBackend, table: &str, column: &str, id: &str, order: OrderId, value: &str) {
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE {id} = $2");
    on.execute(&sql, [value.into(), order.0.into()]).await;
}

/// The workers do what they can and say that something failed.
async fn run_and_fail(on: &TestBackend) {
    for _ in 0..5 {
        let done = on.backend.run_until_idle().await;
        assert!(matches!(done, Err(Error::Internal { .. })), "{done:?}");
    }
}

/// The subjects of the mails that were sent to an address so far.
async fn sent(on: &TestBackend, email: &str) -> Vec<String> {
    let mails = on.backend.sandbox_mails(Some(email), 1_000).await.unwrap();
    mails.into_iter().map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn an_order_that_cannot_be_read_stops_neither_deadlines_nor_payouts_nor_mail() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let (broken, _) = shop.place_for("broken@example.com", "12,500").await;
        on.later(Duration::hours(1));
        let (unpaid, _) = shop.place_for("unpaid@example.com", "12,500").await;
        let (silent, _) = shop.delivered().await;
        let terms = on.text(&format!("SELECT terms FROM orders WHERE id = {}", on.uuid_literal(broken.0))).await;
        write(on, "orders", "terms", "id", broken, "nonsense").await;
        // Its deadline passed first, so that it is the first that the workers take.
        on.later(Duration::hours(73));
        run_and_fail(on).await;
        assert_eq!(shop.view(unpaid).await.order.status, Status::Expired);
        let paid = shop.view(silent).await;
        assert_eq!((paid.order.status, paid.payouts[0].status), (Status::Completed, PayoutStatus::Paid));
        let to_seller = sent(on, "seller@example.com").await;
        assert!(to_seller.iter().any(|subject| subject.ends_with("was paid to you")), "{to_seller:?}");
        let to_buyer = sent(on, "unpaid@example.com").await;
        assert!(to_buyer.iter().any(|subject| subject.ends_with("closed without payment")), "{to_buyer:?}");
        let status = on.text(&format!("SELECT status FROM orders WHERE id = {}", on.uuid_literal(broken.0))).await;
        assert_eq!(status, Status::AwaitingPayment.key());
        // Once somebody mended the row, it goes on like the others.
        write(on, "orders", "terms", "id", broken, &terms).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(broken).await.order.status, Status::Expired);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_reminder_that_cannot_be_sent_stops_no_other() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (broken, _) = shop.place_for("broken@example.com", "12,500").await;
        on.later(Duration::minutes(1));
        shop.place_for("other@example.com", "12,500").await;
        on.backend.run_until_idle().await.unwrap();
        write(on, "orders", "terms", "id", broken, "nonsense").await;
        on.later(Duration::hours(37));
        run_and_fail(on).await;
        let reminded = |subjects: Vec<String>| subjects.iter().filter(|one| one.ends_with("please pay")).count();
        assert_eq!(reminded(sent(on, "other@example.com").await), 1);
        assert_eq!(reminded(sent(on, "broken@example.com").await), 0);
    })
    .await;
}

#[tokio::test]
async fn a_payout_that_cannot_be_read_holds_no_other_back() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let (broken, broken_link) = shop.delivered().await;
        let (other, other_link) = shop.delivered().await;
        shop.by_buyer(&broken_link, Command::Accept).await.unwrap();
        on.later(Duration::seconds(1));
        shop.by_buyer(&other_link, Command::Accept).await.unwrap();
        let whose = format!("SELECT party FROM payouts WHERE order_id = {}", on.uuid_literal(broken.0));
        let party = on.text(&whose).await;
        write(on, "payouts", "party", "order_id", broken, "nobody").await;
        run_and_fail(on).await;
        let paid = shop.view(other).await;
        assert_eq!((paid.order.status, paid.payouts[0].status), (Status::Completed, PayoutStatus::Paid));
        write(on, "payouts", "party", "order_id", broken, &party).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(broken).await.order.status, Status::Completed);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn sixty_abandoned_checkouts_do_not_hide_a_payment_whose_news_was_lost() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (abandoned, link) = shop.place().await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        for _ in 0..60 {
            on.backend.start_payment(None, &link, quote, &on.backend.form_key()).await.unwrap();
        }
        on.later(Duration::minutes(1));
        let (order, link) = shop.place_for("lost@example.com", "12,500").await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        let url = on.backend.start_payment(None, &link, quote, "key").await.unwrap();
        let reference = url.rsplit('/').next().unwrap();
        // The provider takes the money, and what it tells us gets lost.
        let provider = on.backend.sandbox_rail().unwrap();
        provider.submit(reference, CARD).await.unwrap();
        assert_eq!(provider.due_notifications(10).await.unwrap(), [reference]);
        on.later(Duration::minutes(1));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::AwaitingPayment);
        assert_eq!(on.backend.ask_about_open_payments(50).await.unwrap(), 50);
        assert_eq!(shop.view(order).await.order.status, Status::AwaitingPayment, "it was started last");
        on.backend.ask_about_open_payments(50).await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Pending);
        assert_eq!(shop.view(abandoned).await.order.status, Status::AwaitingPayment);
        let told = subjects(on, "seller@example.com").await;
        assert!(told.iter().any(|subject| subject.ends_with("paid, please deliver")), "{told:?}");
        shop.books_are_right().await;
    })
    .await;
}
