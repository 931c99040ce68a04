//! Money that fits no order: kept, and returned or applied once, by the administrator with a reason.

use crate::support::on_each;
use crate::support::shop::{CARD, Shop};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::suspense::{SuspenseRow, SuspenseStatus};
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::Status;
use domain::permission::StaffRole;
use time::Duration;

impl Shop<'_> {
    /// An order whose money arrived after it had expired.
    async fn paid_too_late(&self, number: &str) -> (OrderId, OrderRef) {
        let (order, link) = self.place().await;
        let quote = self.on.backend.make_quote(None, &link).await.unwrap();
        let url = self.on.backend.start_payment(None, &link, quote, &self.on.backend.form_key()).await.unwrap();
        self.on.later(Duration::hours(73));
        self.on.backend.run_until_idle().await.unwrap();
        self.on.backend.pay_in_sandbox(url.rsplit('/').next().unwrap(), number).await.unwrap();
        self.on.backend.run_until_idle().await.unwrap();
        (order, link)
    }

    async fn administrator(&self) -> Viewer {
        self.on.staff("administrator@example.com", StaffRole::Administrator).await
    }

    async fn in_suspense(&self, administrator: &Viewer) -> SuspenseRow {
        self.on.backend.suspense(administrator).await.unwrap().remove(0)
    }
}

#[tokio::test]
async fn it_goes_back_once_with_a_reason() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let administrator = shop.administrator().await;
        let (order, _) = shop.paid_too_late(CARD).await;
        let id = shop.in_suspense(&administrator).await.item.id;
        assert!(matches!(on.backend.return_suspense(&shop.seller, id, "why").await, Err(Error::NotFound)));
        let silent = on.backend.return_suspense(&administrator, id, " ").await;
        assert!(matches!(&silent, Err(Error::Invalid(fields)) if fields[0].field == "note"), "{silent:?}");
        on.backend.return_suspense(&administrator, id, "came too late").await.unwrap();
        let again = on.backend.return_suspense(&administrator, id, "came too late").await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        let other = on.another_process().await;
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        let row = shop.in_suspense(&administrator).await;
        assert_eq!((row.item.status, row.item.note.as_deref()), (SuspenseStatus::Returned, Some("came too late")));
        assert_eq!(
            shop.ledger_of(order).await[2..],
            ["suspense_resolved clearing:sandbox credit 1300000", "suspense_resolved suspense:sandbox debit 1300000"]
        );
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn it_pays_another_order_of_the_same_buyer_that_costs_exactly_as_much() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let administrator = shop.administrator().await;
        shop.paid_too_late(CARD).await;
        let (order, _) = shop.place().await;
        let row = shop.in_suspense(&administrator).await;
        assert_eq!(row.candidates.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [order]);
        let (dearer, _) = shop.place_for("buyer@example.com", "13,000").await;
        let (other_buyer, _) = shop.place_for("other@example.com", "12,500").await;
        for wrong in [dearer, other_buyer] {
            let refused = on.backend.apply_suspense(&administrator, row.item.id, wrong, "why").await;
            assert!(matches!(&refused, Err(Error::Invalid(fields)) if fields[0].field == "order"), "{refused:?}");
        }
        on.backend.apply_suspense(&administrator, row.item.id, order, "meant for this one").await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Pending);
        assert_eq!(shop.in_suspense(&administrator).await.item.status, SuspenseStatus::Applied);
        assert_eq!(
            shop.ledger_of(order).await,
            ["hold clearing:sandbox debit 1300000", "hold fee_hold:… credit 50000", "hold hold:… credit 1250000"]
        );
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_go_back_is_shown_and_tried_again() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let administrator = shop.administrator().await;
        shop.paid_too_late("4000 0000 0000 5126").await;
        let id = shop.in_suspense(&administrator).await.item.id;
        for attempt in 1..3 {
            on.backend.return_suspense(&administrator, id, "came too late").await.unwrap();
            on.backend.run_until_idle().await.unwrap();
            let item = shop.in_suspense(&administrator).await.item;
            assert_eq!((item.status, item.attempts), (SuspenseStatus::Failed, attempt));
            assert!(item.failure.is_some());
        }
        assert_eq!(on.number("SELECT balance_minor FROM ledger_accounts WHERE code LIKE 'suspense%'").await, 1_300_000);
        shop.books_are_right().await;
    })
    .await;
}
