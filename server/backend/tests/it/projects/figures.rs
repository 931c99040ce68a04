//! What the project, the lists, the home and the receipts say about money that was carried over is what the ledger says.

use super::rails::naira;
use super::stage::Stage;
use crate::support::on_each;
use crate::support::shop::{bank_details, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::order_list::{ListOf, ListQuery};
use backend::service::order_view::PayoutStatus;
use backend::service::receipts::{Receipt, ReceiptKind};
use backend::service::viewer::Viewer;
use domain::clock_text::Zone;
use domain::ids::OrderId;
use domain::order::{Command, Status};
use time::Duration;

const TOO_LITTLE: &str = "4000 0000 0000 0093";

impl Stage<'_> {
    /// What the orders of a list were paid and hold, oldest first, in minor units.
    async fn exported(&self, viewer: &Viewer, of: ListOf) -> Vec<(i64, i64)> {
        let mut rows = self.on.backend.export_orders(viewer, of, &ListQuery::default()).await.unwrap();
        rows.sort_by_key(|row| row.number);
        rows.iter().map(|row| (row.paid_in.minor(), row.held.minor())).collect()
    }

    /// Both sides' lists say so, and the seller's home that this is in escrow.
    async fn figures(&self, rows: &[(i64, i64)], held: i64) {
        assert_eq!(self.exported(&self.buyer, ListOf::Bought).await, rows);
        assert_eq!(self.exported(&self.shop.seller, ListOf::Sold).await, rows);
        let home = self.on.backend.seller_home(&self.shop.seller, Zone::UTC).await.unwrap();
        assert_eq!(home.held.iter().map(|money| money.minor()).sum::<i64>(), held);
    }

    /// The amounts of a receipt's lines, which add up to its total.
    async fn receipt(&self, viewer: &Viewer, order: OrderId, kind: ReceiptKind) -> (Vec<i64>, Receipt) {
        let (_, receipt) = self.on.backend.receipt(Some(viewer), &OrderRef::Id(order), kind).await.unwrap();
        let lines: Vec<i64> = receipt.lines.iter().map(|(_, money)| money.minor()).collect();
        assert_eq!(lines.iter().sum::<i64>(), receipt.total.1.minor(), "{receipt:?}");
        (lines, receipt)
    }
}

#[tokio::test]
async fn the_totals_add_up_with_money_in_suspense_and_with_a_payout_that_came_back() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let boss = stage.takes_transfers().await;
        on.backend.set_payout_settings(&boss, true, "").await.unwrap();
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let first = stage.order_of(project, ids[0]).await.unwrap();
        let page = stage.page(first).await.unwrap();
        on.backend.pay_in_sandbox(&page, TOO_LITTLE).await.unwrap();
        stage.idle().await;
        assert_eq!(on.backend.suspense(&boss).await.unwrap().len(), 1);
        assert_eq!(stage.totals(project).await, [15_000_000, 0, 0, 0, 0, 0]);
        stage.pay_order(first).await;
        assert_eq!(stage.totals(project).await, [5_000_000, 10_150_000, 10_150_000, 0, 0, 0]);
        stage.shop.by_seller(first, deliver()).await.unwrap();
        stage.carried(first, 3_000_000).await;
        stage.idle().await;
        let released = [2_000_000, 10_150_000, 3_000_000, 6_847_750, 0, 302_250];
        assert_eq!(stage.totals(project).await, released);
        stage.desk_pays(&boss).await;
        assert_eq!((stage.status(first).await, stage.totals(project).await), (Status::Completed, released));
        let payout = stage.shop.view(first).await.payouts.remove(0);
        let back = format!("2026-11-22,{},NGN,{},,,", naira(payout.amount.minor()), payout.id.0.simple());
        assert_eq!(stage.statement(&boss, &[back]).await.matched, 1);
        assert_eq!(stage.shop.view(first).await.payouts[0].status, PayoutStatus::Unclaimed);
        assert_eq!(stage.totals(project).await, released, "sent back by the bank");
        on.backend.set_bank_details(&stage.shop.seller, &bank_details("8888888888")).await.unwrap();
        on.later(Duration::hours(25));
        stage.idle().await;
        stage.desk_pays(&boss).await;
        assert_eq!(stage.shop.view(first).await.payouts[0].status, PayoutStatus::Paid);
        assert_eq!(stage.totals(project).await, released, "paid again");
        let item = on.backend.suspense(&boss).await.unwrap().remove(0).item.id;
        on.backend.return_suspense(&boss, item, "Too little").await.unwrap();
        stage.idle().await;
        assert_eq!(stage.totals(project).await, released, "the other money went back");
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn carried_money_was_paid_in_once_and_is_held_where_it_is() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        stage.figures(&[(10_150_000, 10_150_000)], 10_000_000).await;
        let next = stage.carried(first, 3_000_000).await;
        stage.figures(&[(10_150_000, 0), (0, 3_000_000)], 3_000_000).await;
        stage.idle().await;
        stage.figures(&[(10_150_000, 0), (0, 3_000_000)], 3_000_000).await;
        stage.pay_order(next).await;
        stage.figures(&[(10_150_000, 0), (2_050_000, 5_050_000)], 5_000_000).await;
        stage.shop.by_seller(next, deliver()).await.unwrap();
        stage.by_buyer(next, Command::Accept).await.unwrap();
        stage.figures(&[(10_150_000, 0), (2_050_000, 0)], 0).await;
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn receipts_say_what_was_carried_and_add_up() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000", "40,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let second = stage.carried(first, 3_000_000).await;
        stage.idle().await;
        stage.pay_order(second).await;
        stage.shop.by_seller(second, deliver()).await.unwrap();
        let third = stage.carried(second, 4_000_000).await;
        stage.idle().await;
        assert_eq!(stage.status(third).await, Status::Pending, "carried over in full");
        stage.shop.by_seller(third, deliver()).await.unwrap();
        stage.by_buyer(third, Command::Accept).await.unwrap();
        stage.idle().await;

        let (lines, _) = stage.receipt(&stage.buyer, first, ReceiptKind::Payment).await;
        assert_eq!(lines, [10_000_000, 150_000]);
        let (lines, paid) = stage.receipt(&stage.buyer, second, ReceiptKind::Payment).await;
        assert_eq!((lines, paid.total.1.minor()), (vec![5_000_000, 50_000, -3_000_000], 2_050_000));
        assert!(paid.lines[2].0.contains("arried over"), "{paid:?}");
        let none = on.backend.receipt(Some(&stage.buyer), &OrderRef::Id(third), ReceiptKind::Payment).await;
        assert!(matches!(none, Err(Error::NotFound)), "it was never paid by itself: {none:?}");
        for reader in [&stage.buyer, &stage.shop.seller] {
            // What the seller gets, what is held on, and the fees of the escrow and the rail.
            let (lines, released) = stage.receipt(reader, first, ReceiptKind::Release).await;
            assert_eq!(lines, [6_847_750, 3_000_000, 150_000, 152_250]);
            assert_eq!(
                (released.lines[1].0.as_str(), released.total.1.minor()),
                ("Held for the next milestone", 10_150_000)
            );
            let (lines, released) = stage.receipt(reader, second, ReceiptKind::Release).await;
            assert_eq!((lines, released.total.1.minor()), (vec![969_250, 4_000_000, 50_000, 30_750], 5_050_000));
            let (lines, _) = stage.receipt(reader, third, ReceiptKind::Release).await;
            assert_eq!(lines, [4_000_000]);
        }
        let (_, all) = on.backend.receipts(Some(&stage.shop.seller), &OrderRef::Id(third)).await.unwrap();
        assert_eq!(all.iter().map(|one| one.kind).collect::<Vec<_>>(), [ReceiptKind::Release, ReceiptKind::Payout]);
        stage.shop.books_are_right().await;
    })
    .await;
}
