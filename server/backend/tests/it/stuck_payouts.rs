//! Payouts and refunds that wait for a person.

use crate::support::on_each;
use crate::support::shop::{CARD, Shop};
use backend::Error;
use backend::service::bank::BankDetails;
use backend::service::order_view::PayoutStatus;
use domain::order::{Command, Status};
use domain::permission::StaffRole;
use time::Duration;

const REFUND_REFUSED: &str = "4000 0000 0000 5126";

fn bank_of_the_buyer(currency: &str) -> BankDetails {
    BankDetails {
        currency: currency.to_owned(),
        bank_name: "Sandbox Bank".to_owned(),
        account_number: "0123456789".to_owned(),
        account_name: "Ada Okafor".to_owned(),
    }
}

#[tokio::test]
async fn a_refund_that_the_card_refuses_goes_to_the_buyers_bank() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.place().await;
        shop.pay(&link, REFUND_REFUSED).await;
        let early = on.backend.refund_to_bank(None, &link, &bank_of_the_buyer("NGN")).await;
        assert!(matches!(early, Err(Error::Refused(_))), "{early:?}");
        shop.by_seller(order, Command::Cancel).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let seen = on.backend.order_view(None, &link).await.unwrap();
        assert_eq!((seen.order.status, seen.payouts[0].status), (Status::Cancelled, PayoutStatus::Failed));
        let wrong = on.backend.refund_to_bank(None, &link, &bank_of_the_buyer("USD")).await;
        assert!(matches!(&wrong, Err(Error::Invalid(fields)) if fields[0].field == "currency"), "{wrong:?}");
        on.backend.refund_to_bank(None, &link, &bank_of_the_buyer("NGN")).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let seen = on.backend.order_view(None, &link).await.unwrap();
        assert_eq!((seen.order.status, seen.payouts[0].status), (Status::Completed, PayoutStatus::Paid));
        let paid = shop.ledger_of(order).await;
        assert_eq!(
            paid[paid.len() - 2..],
            ["refund_paid clearing:sandbox credit 1300000", "refund_paid refund_due:… debit 1300000"]
        );
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_nobody_claims_for_ninety_days_ends_the_order_and_is_still_theirs() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.delivered().await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.later(Duration::days(89));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Accepted);
        on.later(Duration::days(2));
        let other = on.another_process().await;
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
        let lines = shop.ledger_of(order).await;
        assert_eq!(
            lines[lines.len() - 2..],
            ["unclaimed payable:… debit 1230500", "unclaimed unclaimed:… credit 1230500"]
        );
        shop.books_are_right().await;
        shop.bank("0123456789").await;
        let lines = shop.ledger_of(order).await;
        assert_eq!(
            lines[lines.len() - 2..],
            ["payout clearing:sandbox credit 1230500", "payout unclaimed:… debit 1230500"]
        );
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn the_administrator_has_a_refused_payout_tried_again() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        shop.bank("1111110002").await;
        let (order, link) = shop.place().await;
        shop.pay(&link, CARD).await;
        shop.by_seller(order, crate::support::shop::deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert!(matches!(on.backend.stuck_payouts(&shop.seller, 10).await, Err(Error::NotFound)));
        let stuck = on.backend.stuck_payouts(&administrator, 10).await.unwrap().remove(0);
        assert!(matches!(on.backend.retry_payout(&shop.seller, stuck.payout.id).await, Err(Error::NotFound)));
        on.backend.retry_payout(&administrator, stuck.payout.id).await.unwrap();
        let again = on.backend.retry_payout(&administrator, stuck.payout.id).await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        on.backend.run_until_idle().await.unwrap();
        let payout = &shop.view(order).await.payouts[0];
        assert_eq!((payout.status, payout.attempts), (PayoutStatus::Failed, 2));
        assert_eq!(on.number("SELECT count(*) FROM staff_events WHERE action = 'retry_payout'").await, 1);
        shop.books_are_right().await;
    })
    .await;
}
