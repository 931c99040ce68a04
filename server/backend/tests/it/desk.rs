//! The payout desk: batches, four eyes, bank files, statements, schedules, and buyers who pay by bank transfer.

use crate::support::shop::{CARD, Shop, bank_details};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::bank_statements::Imported;
use backend::service::desk::{FileFormat, PayoutBatchStatus};
use backend::service::order_view::PayoutStatus;
use backend::service::platform_forms::LimitsForm;
use backend::service::suspense::SuspenseStatus;
use backend::service::uploads::Upload;
use backend::service::viewer::Viewer;
use domain::ids::{OrderId, PayoutId};
use domain::order::{Command, Status};
use domain::permission::StaffRole;
use time::Duration;

async fn administrators(on: &TestBackend) -> (Viewer, Viewer) {
    (
        on.staff("boss@example.com", StaffRole::Administrator).await,
        on.staff("second@example.com", StaffRole::Administrator).await,
    )
}

/// Payouts above 10,000 naira need four eyes; by file or by the rail.
async fn set_up(on: &TestBackend, boss: &Viewer, by_file: bool) {
    let limits = LimitsForm {
        currency: "NGN".into(),
        price_min: "100".into(),
        price_max: "1,000,000".into(),
        four_eyes: "10,000".into(),
    };
    on.backend.set_limits(boss, &limits).await.unwrap();
    on.backend.set_payout_settings(boss, by_file, "").await.unwrap();
    on.backend.set_own_bank(boss, &bank_details("9999999999"), "057").await.unwrap();
}

/// An accepted order of so much.
async fn accepted(shop: &Shop<'_>, amount: &str) -> OrderId {
    let (order, link) = shop.place_for("bob@example.com", amount).await;
    shop.pay(&link, CARD).await;
    shop.by_seller(order, crate::support::shop::deliver()).await.unwrap();
    shop.by_buyer(&link, Command::Accept).await.unwrap();
    shop.on.backend.run_until_idle().await.unwrap();
    order
}

async fn on_desk(on: &TestBackend, boss: &Viewer) -> Vec<(PayoutId, i64)> {
    let desk = on.backend.payout_desk(boss).await.unwrap();
    let rows = desk.waiting.into_iter().flat_map(|(_, rows)| rows);
    rows.map(|row| (row.payout.id, row.payout.amount.minor())).collect()
}

fn csv(lines: &[String]) -> Vec<Upload> {
    let body = format!("date,amount,currency,reference,name,account,returned\n{}\n", lines.join("\n"));
    vec![Upload { name: "statement.csv".into(), body: body.into_bytes() }]
}

fn naira(minor: i64) -> String {
    format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100)
}

async fn status(shop: &Shop<'_>, order: OrderId) -> (Status, Vec<PayoutStatus>) {
    let view = shop.view(order).await;
    (view.order.status, view.payouts.iter().map(|payout| payout.status).collect())
}

#[tokio::test]
async fn a_payout_above_the_limit_waits_for_two_administrators_and_one_below_does_not() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (boss, second) = administrators(on).await;
        shop.bank("0123456789").await;
        set_up(on, &boss, false).await;
        let small = accepted(&shop, "5,000").await;
        let large = accepted(&shop, "50,000").await;
        assert_eq!(status(&shop, small).await.0, Status::Completed);
        assert_eq!(status(&shop, large).await, (Status::Accepted, vec![PayoutStatus::Queued]));
        let waiting: Vec<PayoutId> = on_desk(on, &boss).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(waiting.len(), 1);
        let batch = on.backend.make_batch(&boss, &waiting).await.unwrap();
        assert_eq!(on_desk(on, &boss).await, []);
        let own = on.backend.approve_batch(&boss, batch).await;
        assert!(matches!(own, Err(Error::Refused(_))), "who made it cannot approve it: {own:?}");
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(status(&shop, large).await.1, [PayoutStatus::Queued], "nothing leaves before");
        on.backend.approve_batch(&second, batch).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(status(&shop, large).await, (Status::Completed, vec![PayoutStatus::Paid]));
        let twice = on.backend.approve_batch(&second, batch).await;
        assert!(matches!(twice, Err(Error::Refused(_))));
        let late = on.backend.dissolve_batch(&second, batch).await;
        assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
        let log = on.backend.staff_log(&boss, 20).await.unwrap();
        let said: Vec<&str> = log.iter().map(|(event, _)| event.action.as_str()).take(2).collect();
        assert_eq!(said, ["approve_batch", "make_batch"]);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_batch_leaves_by_file_and_the_statement_marks_it_paid_or_returned() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (boss, second) = administrators(on).await;
        shop.bank("0123456789").await;
        set_up(on, &boss, true).await;
        let orders = [accepted(&shop, "5,000").await, accepted(&shop, "6,000").await, accepted(&shop, "7,000").await];
        let waiting = on_desk(on, &boss).await;
        let ids: Vec<PayoutId> = waiting.iter().map(|(id, _)| *id).collect();
        let batch = on.backend.make_batch(&boss, &ids).await.unwrap();
        let view = on.backend.payout_batch(&boss, batch).await.unwrap();
        assert_eq!(view.batch.status, PayoutBatchStatus::Made, "18,000 is above the limit");
        assert!(matches!(on.backend.export_batch(&boss, batch).await, Err(Error::Refused(_))));
        on.backend.approve_batch(&second, batch).await.unwrap();
        let early = on.backend.batch_file(&boss, batch, FileFormat::Pain001).await;
        assert!(matches!(early, Err(Error::NotFound)));
        on.backend.export_batch(&boss, batch).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let file = on.backend.batch_file(&boss, batch, FileFormat::Pain001).await.unwrap();
        assert_eq!(file, on.backend.batch_file(&second, batch, FileFormat::Pain001).await.unwrap());
        let total: i64 = waiting.iter().map(|(_, minor)| minor).sum();
        assert!(file.contains(&format!("<CtrlSum>{}</CtrlSum>", naira(total))), "{file}");
        let list = on.backend.batch_file(&boss, batch, FileFormat::Csv).await.unwrap();
        assert_eq!(list.lines().count(), 4);
        for order in orders {
            assert_eq!(status(&shop, order).await, (Status::Accepted, vec![PayoutStatus::Sent]));
        }
        // The bank booked two, sent the third back at once, and took a charge that nothing explains.
        let reference = |index: usize| ids[index].0.simple().to_string();
        let lines = [
            format!("2026-11-21,{},NGN,{},Seller,1,", naira(-waiting[0].1), reference(0)),
            format!("2026-11-21,{},NGN,/REF/{}/X,Seller,1,", naira(-waiting[1].1), reference(1)),
            format!("2026-11-21,{},NGN,{},Seller,1,AC04", naira(waiting[2].1), reference(2)),
            "2026-11-21,-52.50,NGN,Charges,,,".to_owned(),
        ];
        let imported = on.backend.import_statement(&boss, csv(&lines)).await.unwrap();
        assert_eq!(imported, Imported { movements: 4, known: 0, matched: 3, open: 1 });
        assert_eq!(status(&shop, orders[0]).await, (Status::Completed, vec![PayoutStatus::Paid]));
        assert_eq!(status(&shop, orders[1]).await, (Status::Completed, vec![PayoutStatus::Paid]));
        assert_eq!(status(&shop, orders[2]).await, (Status::Accepted, vec![PayoutStatus::Failed]));
        let failure = shop.view(orders[2]).await.payouts[0].failure.clone();
        assert_eq!(failure.as_deref(), Some("The bank sent it back: the account is closed."));
        // A longer statement of the same days: only what is new counts.
        let more =
            [lines.as_slice(), &[format!("2026-11-22,{},NGN,{},,,", naira(waiting[0].1), reference(0))]].concat();
        let imported = on.backend.import_statement(&boss, csv(&more)).await.unwrap();
        assert_eq!(imported, Imported { movements: 5, known: 4, matched: 1, open: 0 });
        assert_eq!(status(&shop, orders[0]).await, (Status::Completed, vec![PayoutStatus::Unclaimed]));
        let again = on.backend.import_statement(&boss, csv(&more)).await;
        assert!(matches!(again, Err(Error::Invalid(errors)) if errors[0].message.contains("imported before")));
        shop.books_are_right().await;
        // New details: what came back is paid by the next batch.
        on.backend.set_bank_details(&shop.seller, &bank_details("8888888888")).await.unwrap();
        on.later(Duration::hours(25));
        on.backend.run_until_idle().await.unwrap();
        let ids: Vec<PayoutId> = on_desk(on, &boss).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 2);
        let batch = on.backend.make_batch(&boss, &ids).await.unwrap();
        if on.backend.payout_batch(&boss, batch).await.unwrap().batch.status == PayoutBatchStatus::Made {
            on.backend.approve_batch(&second, batch).await.unwrap();
        }
        on.backend.export_batch(&boss, batch).await.unwrap();
        let view = on.backend.payout_batch(&boss, batch).await.unwrap();
        let booked: Vec<String> = view
            .payouts
            .iter()
            .map(|row| {
                let minor = naira(-row.payout.amount.minor());
                format!("2026-11-23,{minor},NGN,{},,,", row.payout.id.0.simple())
            })
            .collect();
        on.backend.import_statement(&boss, csv(&booked)).await.unwrap();
        for order in [orders[0], orders[2]] {
            assert_eq!(status(&shop, order).await, (Status::Completed, vec![PayoutStatus::Paid]));
        }
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_does_not_fit_marks_nothing() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (boss, _) = administrators(on).await;
        shop.bank("0123456789").await;
        set_up(on, &boss, true).await;
        let order = accepted(&shop, "5,000").await;
        let (payout, minor) = on_desk(on, &boss).await[0];
        let id = payout.0.simple();
        // Before anything left, with another amount, of nobody's payout, and one line that is wrong.
        let lines = [
            format!("2026-11-21,{},NGN,{id},,,", naira(-minor)),
            format!("2026-11-21,{},NGN,{id},,,", naira(-minor - 1)),
            "2026-11-21,-1.00,NGN,00000000000000000000000000000000,,,".to_owned(),
        ];
        let imported = on.backend.import_statement(&boss, csv(&lines)).await.unwrap();
        assert_eq!((imported.matched, imported.open), (0, 3));
        assert_eq!(status(&shop, order).await, (Status::Accepted, vec![PayoutStatus::Queued]));
        let wrong = [lines[0].clone(), "2026-11-21,lots,NGN,,,,".to_owned()];
        let refused = on.backend.import_statement(&boss, csv(&wrong)).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{refused:?}") };
        assert!(errors[0].message.starts_with("Line 3: "), "{}", errors[0].message);
        assert_eq!(on.number("SELECT COUNT(*) FROM statement_imports").await, 1);
        // The administrator decides what is left, once each and with a reason.
        let open = on.backend.bank_statements(&boss).await.unwrap().open;
        assert_eq!(open.len(), 3);
        let id = open[0].id;
        let silent = on.backend.put_line_aside(&boss, id, " ").await;
        assert!(matches!(silent, Err(Error::Invalid(errors)) if errors[0].field == "note"));
        on.backend.put_line_aside(&boss, id, "The bank's mistake").await.unwrap();
        let twice = on.backend.put_line_aside(&boss, id, "Again").await;
        assert!(matches!(twice, Err(Error::Refused(_))));
        assert_eq!(on.backend.bank_statements(&boss).await.unwrap().open.len(), 2);
    })
    .await;
}

/// An order of Bob's with a bank transfer announced: the link, the total and the reference.
async fn announced(on: &TestBackend, shop: &Shop<'_>) -> (OrderId, OrderRef, i64, String) {
    let (order, link) = shop.place_for("bob@example.com", "20,000").await;
    let quote = on.backend.make_quote(None, &link).await.unwrap();
    on.backend.start_transfer(None, &link, quote, "first").await.unwrap();
    let told = on.backend.transfer_instructions(None, &link).await.unwrap();
    (order, link, told.amount.minor(), told.reference)
}

#[tokio::test]
async fn a_buyer_pays_by_bank_transfer_and_is_refunded_to_a_bank_account() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (boss, _) = administrators(on).await;
        let (order, link) = shop.place_for("ann@example.com", "20,000").await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        let none = on.backend.start_transfer(None, &link, quote, "key").await;
        assert!(matches!(none, Err(Error::Refused(_))), "the platform has no account yet: {none:?}");
        assert_eq!(shop.view(order).await.order.status, Status::AwaitingPayment);
        set_up(on, &boss, false).await;
        let (order, link, total, reference) = announced(on, &shop).await;
        // Who looks again, or starts again, is told the same.
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        on.backend.start_transfer(None, &link, quote, "second").await.unwrap();
        let told = on.backend.transfer_instructions(None, &link).await.unwrap();
        assert_eq!((told.reference.as_str(), told.to.code.as_str()), (reference.as_str(), "057"));
        let seller = on.backend.transfer_instructions(Some(&shop.seller), &OrderRef::Id(order)).await;
        assert!(matches!(seller, Err(Error::NotFound)));
        let line = format!("2026-11-21,{},NGN,Rent {},Bob Buyer,0001112223,", naira(total), reference.to_lowercase());
        let imported = on.backend.import_statement(&boss, csv(&[line])).await.unwrap();
        assert_eq!(imported.matched, 1);
        assert_eq!(shop.view(order).await.order.status, Status::Pending);
        let first = shop.ledger_of(order).await;
        assert!(first[0].starts_with("hold clearing:bank debit "), "{first:?}");
        // The same money twice: the second is kept apart.
        let again = format!("2026-11-22,{},NGN,{reference},Bob Buyer,0001112223,", naira(total));
        on.backend.import_statement(&boss, csv(&[again])).await.unwrap();
        let suspense = on.backend.suspense(&boss).await.unwrap();
        assert_eq!(suspense.len(), 1);
        on.backend.return_suspense(&boss, suspense[0].item.id, "Sent twice").await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.backend.suspense(&boss).await.unwrap()[0].item.status, SuspenseStatus::Returned);
        // A refund has no way back of its own.
        shop.by_seller(order, Command::Cancel).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let view = on.backend.order_view(None, &link).await.unwrap();
        assert_eq!(view.payouts[0].status, PayoutStatus::WaitingForBank);
        let bank = BankDetails { account_name: "Bob Buyer".into(), ..bank_details("0001112223") };
        on.backend.refund_to_bank(None, &link, &bank).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let ids: Vec<PayoutId> = on_desk(on, &boss).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 1, "20,300 is above the limit of four eyes");
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn money_without_a_reference_is_assigned_by_hand_and_too_little_goes_to_suspense() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (boss, _) = administrators(on).await;
        set_up(on, &boss, false).await;
        let (order, _, total, _) = announced(on, &shop).await;
        let (other, _, _, reference) = announced(on, &shop).await;
        let lines = [
            format!("2026-11-21,{},NGN,no idea,Bob,0001112223,", naira(total)),
            format!("2026-11-21,{},NGN,{reference},Bob,0001112223,", naira(total - 1)),
        ];
        let imported = on.backend.import_statement(&boss, csv(&lines)).await.unwrap();
        assert_eq!((imported.matched, imported.open), (1, 1));
        assert_eq!(shop.view(other).await.order.status, Status::AwaitingPayment, "one kobo is missing");
        assert_eq!(on.backend.suspense(&boss).await.unwrap().len(), 1);
        let open = on.backend.bank_statements(&boss).await.unwrap().open.remove(0);
        let nobody = on.backend.assign_line(&boss, open.id, "99999", "Bob said so").await;
        assert!(matches!(nobody, Err(Error::Invalid(errors)) if errors[0].field == "order"));
        let number = shop.view(order).await.facts.number.to_string();
        on.backend.assign_line(&boss, open.id, &number, "Bob said so").await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Pending);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn payouts_follow_the_rhythm_and_the_least_that_the_seller_chose() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        // It is Friday noon; paid every week on Tuesday.
        on.backend.set_payout_schedule(&shop.seller, "NGN", "weekly", "2", "").await.unwrap();
        let order = accepted(&shop, "5,000").await;
        let step = async |days: i64| {
            on.later(Duration::days(days));
            on.backend.run_until_idle().await.unwrap();
        };
        step(3).await;
        assert_eq!(status(&shop, order).await.0, Status::Accepted, "Monday noon");
        step(1).await;
        assert_eq!(status(&shop, order).await.0, Status::Completed, "Tuesday noon");
        step(1).await;
        // From 10,000 on: the first waits for the second, and both leave together.
        on.backend.set_payout_schedule(&shop.seller, "NGN", "at_once", "", "10,000").await.unwrap();
        let first = accepted(&shop, "6,000").await;
        step(2).await;
        assert_eq!(status(&shop, first).await.0, Status::Accepted);
        let second = accepted(&shop, "6,000").await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(status(&shop, first).await.0, Status::Completed);
        assert_eq!(status(&shop, second).await.0, Status::Completed);
        // Nothing waits longer than 30 days.
        step(1).await;
        let lonely = accepted(&shop, "1,500").await;
        step(29).await;
        assert_eq!(status(&shop, lonely).await.0, Status::Accepted);
        step(2).await;
        assert_eq!(status(&shop, lonely).await.0, Status::Completed);
        for (rhythm, day, least, field) in
            [("weekly", "8", "", "day"), ("yearly", "1", "", "day"), ("daily", "", "much", "least")]
        {
            let refused = on.backend.set_payout_schedule(&shop.seller, "NGN", rhythm, day, least).await;
            assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].field == field));
        }
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_nobody_puts_into_a_batch_for_90_days_is_set_aside_and_the_order_ends() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (boss, _) = administrators(on).await;
        shop.bank("0123456789").await;
        set_up(on, &boss, true).await;
        let order = accepted(&shop, "5,000").await;
        on.later(Duration::days(89));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(status(&shop, order).await, (Status::Accepted, vec![PayoutStatus::Queued]));
        on.later(Duration::days(2));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(status(&shop, order).await, (Status::Completed, vec![PayoutStatus::Unclaimed]));
        assert_eq!(on_desk(on, &boss).await, []);
        shop.books_are_right().await;
        // Still owed: the administrator brings it back to the desk.
        let stuck = on.backend.stuck_payouts(&boss, 10).await.unwrap();
        on.backend.retry_payout(&boss, stuck[0].payout.id).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on_desk(on, &boss).await.len(), 1);
        shop.books_are_right().await;
    })
    .await;
}
