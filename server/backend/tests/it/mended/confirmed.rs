//! What a confirmation page showed is what is posted, or nothing is.

use crate::every_row::platform_terms;
use crate::support::on_each;
use crate::support::shop::{CARD, Shop};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use domain::order::{Command, CommandKind, Status};
use time::Duration;

#[tokio::test]
async fn a_refund_that_the_clock_made_smaller_is_not_posted_unseen() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        // Free for 24 hours, 1,000 naira after them.
        on.backend.set_delivery_terms(&shop.seller, &platform_terms()).await.unwrap();
        let (_, in_time) = shop.place().await;
        let (order, link) = shop.place().await;
        for both in [&in_time, &link] {
            shop.pay(both, CARD).await;
        }
        on.later(Duration::hours(24) - Duration::minutes(1));
        let page = on.backend.order_view(None, &link).await.unwrap();
        let shown = page.preview(CommandKind::Cancel).unwrap().refund_total();
        assert_eq!(shown, 1_250_000, "the price");
        let click = |order: &OrderRef, refund: i64| OrderCommand {
            order: order.clone(),
            command: Command::Cancel,
            version: Some(page.order.version),
            refund: Some(refund),
            key: "the key of the form".to_owned(),
            files: Vec::new(),
        };
        on.later(Duration::minutes(1));
        assert_eq!(on.backend.act(None, click(&in_time, shown)).await.unwrap().status, Status::Cancelled);
        on.backend.run_until_idle().await.unwrap();
        let posted = shop.ledger().await;
        on.later(Duration::minutes(1));
        let told = on.mails_to("seller@example.com").await.len();
        let late = on.backend.act(None, click(&link, shown)).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let after = shop.view(order).await;
        assert_eq!((after.order.status, after.order.version), (Status::Pending, page.order.version));
        assert_eq!((shop.ledger().await, after.payouts.len()), (posted, 0));
        assert_eq!(on.mails_to("seller@example.com").await.len(), told, "nor is anybody told of it");
        shop.books_are_right().await;
        // The page as it is now, with the same key: nothing of the first click is left behind.
        let page = on.backend.order_view(None, &link).await.unwrap();
        let shown = page.preview(CommandKind::Cancel).unwrap().refund_total();
        assert_eq!(shown, 1_150_000);
        on.backend.act(None, click(&link, shown)).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let lines = shop.ledger_of(order).await;
        assert!(lines.contains(&"refund_paid refund_due:… debit 1150000".to_owned()), "{lines:?}");
        shop.books_are_right().await;
    })
    .await;
}
