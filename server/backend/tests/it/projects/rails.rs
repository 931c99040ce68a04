//! Money that was carried over stays at the rail it was paid by, and the rest is paid there.

use super::stage::Stage;
use crate::support::on_each;
use crate::support::shop::{bank_details, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::bank_statements::Imported;
use backend::service::order_view::{PaymentStatus, PayoutStatus};
use backend::service::uploads::Upload;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::{Command, Status};
use domain::permission::StaffRole;

impl Stage<'_> {
    /// An administrator, and the platform's own account for transfers.
    pub(super) async fn takes_transfers(&self) -> Viewer {
        let boss = self.on.staff("boss@example.com", StaffRole::Administrator).await;
        self.on.backend.set_own_bank(&boss, &bank_details("9999999999"), "057").await.unwrap();
        boss
    }

    /// Announces a transfer; answers what must arrive and its reference.
    async fn announce(&self, order: OrderId) -> Result<(i64, String), Error> {
        let (backend, buyer, id) = (&self.on.backend, Some(&self.buyer), OrderRef::Id(order));
        let quote = backend.make_quote(buyer, &id).await?;
        backend.start_transfer(buyer, &id, quote, &backend.form_key()).await?;
        let told = backend.transfer_instructions(buyer, &id).await?;
        Ok((told.amount.minor(), told.reference))
    }

    /// The bank's statement says that so much arrived.
    async fn arrives(&self, boss: &Viewer, minor: i64, reference: &str) -> Imported {
        self.statement(boss, &[format!("2026-11-21,{},NGN,{reference},Ngozi,0001112223,", naira(minor))]).await
    }

    pub(super) async fn statement(&self, boss: &Viewer, lines: &[String]) -> Imported {
        let body = format!("date,amount,currency,reference,name,account,returned\n{}\n", lines.join("\n"));
        let file = vec![Upload { name: "statement.csv".to_owned(), body: body.into_bytes() }];
        self.on.backend.import_statement(boss, file).await.unwrap()
    }

    /// What waits on the desk leaves by file, and the bank's statement says that it was paid.
    pub(super) async fn desk_pays(&self, boss: &Viewer) {
        let (backend, desk) = (&self.on.backend, self.on.backend.payout_desk(boss).await.unwrap());
        let rows: Vec<_> = desk.waiting.into_iter().flat_map(|(_, rows)| rows).map(|row| row.payout).collect();
        let ids: Vec<_> = rows.iter().map(|payout| payout.id).collect();
        let batch = backend.make_batch(boss, &ids).await.unwrap();
        backend.export_batch(boss, batch).await.unwrap();
        // What came back is booked again, on another day.
        let day = backend.now().date();
        let booked = rows
            .iter()
            .map(|payout| format!("{day},-{},NGN,{},,,", naira(payout.amount.minor()), payout.id.0.simple()));
        let lines: Vec<String> = booked.collect();
        assert_eq!(self.statement(boss, &lines).await.matched, lines.len());
        self.idle().await;
    }
}

pub(super) fn naira(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

#[tokio::test]
async fn what_was_paid_by_card_is_not_topped_up_by_transfer() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        stage.takes_transfers().await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        stage.idle().await;
        let refused = stage.announce(next).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        let told = on.backend.transfer_instructions(Some(&stage.buyer), &OrderRef::Id(next)).await;
        assert!(matches!(told, Err(Error::NotFound)), "{told:?}");
        assert!(stage.order(next).await.payments.is_empty());
        stage.pay_order(next).await;
        assert_eq!(stage.status(next).await, Status::Pending);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_by_transfer_is_topped_up_by_transfer_and_refunded_to_a_bank() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let boss = stage.takes_transfers().await;
        let (project, ids) = stage.rolling(&["100,000", "50,000", "30,000"]).await;
        let first = stage.order_of(project, ids[0]).await.unwrap();
        let (total, reference) = stage.announce(first).await.unwrap();
        assert_eq!((total, stage.arrives(&boss, total, &reference).await.matched), (10_150_000, 1));
        stage.shop.by_seller(first, deliver()).await.unwrap();
        let second = stage.carried(first, 3_000_000).await;
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Accepted, "what is at the bank waits on the desk");
        stage.desk_pays(&boss).await;
        assert_eq!(stage.status(first).await, Status::Completed);
        let by_card = stage.page(second).await;
        assert!(matches!(by_card, Err(Error::Refused(_))), "{by_card:?}");
        let (rest, reference) = stage.announce(second).await.unwrap();
        assert_eq!((rest, stage.arrives(&boss, rest, &reference).await.matched), (2_050_000, 1));
        assert_eq!(
            stage.shop.ledger_of(second).await,
            ["hold clearing:bank debit 2050000", "hold fee_hold:… credit 50000", "hold hold:… credit 2000000"]
        );
        stage.shop.by_seller(second, deliver()).await.unwrap();
        // The third is carried over in full, and never paid by itself.
        let third = stage.carried(second, 3_000_000).await;
        stage.idle().await;
        stage.desk_pays(&boss).await;
        assert_eq!((stage.status(second).await, stage.status(third).await), (Status::Completed, Status::Pending));
        stage.shop.by_seller(third, Command::Cancel).await.unwrap();
        stage.idle().await;
        let refund = stage.order(third).await.payouts.remove(0);
        assert_eq!((refund.rail.as_str(), refund.status), ("bank", PayoutStatus::WaitingForBank));
        let details = bank_details("0001112223");
        on.backend.refund_to_bank(Some(&stage.buyer), &OrderRef::Id(third), &details).await.unwrap();
        stage.idle().await;
        stage.desk_pays(&boss).await;
        assert_eq!(stage.status(third).await, Status::Completed);
        let lines = stage.shop.ledger().await;
        assert!(!lines.iter().any(|line| line.contains("clearing:sandbox")), "{lines:?}");
        assert_eq!(stage.totals(project).await[..3], [0, 12_200_000, 0]);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_transfer_that_arrives_for_what_has_lost_its_turn_is_kept_apart() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let boss = stage.takes_transfers().await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let first = stage.order_of(project, ids[0]).await.unwrap();
        let (total, reference) = stage.announce(first).await.unwrap();
        on.backend.move_milestone(&stage.buyer, project, ids[1], 0).await.unwrap();
        stage.arrives(&boss, total, &reference).await;
        stage.idle().await;
        assert_eq!(stage.status(first).await, Status::Expired);
        assert_eq!(stage.order(first).await.payments[0].status, PaymentStatus::Suspense);
        let kept = ["suspense clearing:bank debit 1050000", "suspense suspense:bank credit 1050000"];
        assert_eq!(stage.shop.ledger().await, kept);
        assert_eq!(on.backend.suspense(&boss).await.unwrap().len(), 1);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn the_desk_does_not_top_up_from_another_rail_either() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let boss = stage.takes_transfers().await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        stage.idle().await;
        // A transfer of what the rest costs, for an order that nobody pays any more, and one that nothing explains.
        let (other, others) = stage.project(&["20,000", "10,000"]).await;
        let announced = stage.order_of(other, others[0]).await.unwrap();
        let (rest, reference) = stage.announce(announced).await.unwrap();
        on.backend.move_milestone(&stage.buyer, other, others[1], 0).await.unwrap();
        stage.arrives(&boss, rest, &reference).await;
        stage.arrives(&boss, rest, "no idea").await;
        assert_eq!((rest, stage.order(next).await.quote.total()), (2_050_000, 2_050_000));
        let item = on.backend.suspense(&boss).await.unwrap().remove(0).item;
        let open = on.backend.bank_statements(&boss).await.unwrap().open.remove(0).id;
        let (ledger, traces) = (stage.shop.ledger().await, stage.traces_of_payment().await);
        let number = stage.order(next).await.facts.number.to_string();
        for refused in [
            on.backend.apply_suspense(&boss, item.id, next, "meant for this one").await,
            on.backend.assign_line(&boss, open, &number, "meant for this one").await,
        ] {
            assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        }
        assert_eq!((stage.shop.ledger().await, stage.traces_of_payment().await), (ledger, traces));
        assert_eq!(on.backend.suspense(&boss).await.unwrap()[0].item.status, item.status);
        assert_eq!(on.backend.bank_statements(&boss).await.unwrap().open[0].id, open);
        assert_eq!(stage.status(next).await, Status::AwaitingPayment);
        // An order that nothing was carried into takes the same money.
        let (fresh, plain) = stage.project(&["20,000"]).await;
        let plain = stage.order_of(fresh, plain[0]).await.unwrap();
        on.backend.apply_suspense(&boss, item.id, plain, "for this one then").await.unwrap();
        assert_eq!(stage.status(plain).await, Status::Pending);
        stage.pay_order(next).await;
        assert_eq!(stage.status(next).await, Status::Pending);
        stage.shop.books_are_right().await;
    })
    .await;
}
