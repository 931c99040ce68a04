//! Orders through the services: money line by line, once each, and nothing for whom it does not concern.

use crate::support::shop::{CARD, Shop, act, deliver};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::order_view::{PaymentStatus, PayoutStatus};
use backend::service::statement::StatementPage;
use backend::service::uploads::Upload;
use domain::clock_text::Zone;
use domain::money::Currency;
use domain::order::{Command, RejectReason, Status};
use domain::permission::AccountKind;
use sea_orm::ConnectionTrait;
use time::Duration;

#[tokio::test]
async fn the_main_job_posts_exactly_these_lines() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.delivered().await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        let waiting = shop.view(order).await;
        assert_eq!(waiting.order.status, Status::Accepted);
        assert_eq!(waiting.payouts[0].status, PayoutStatus::WaitingForBank);
        shop.bank("0123456789").await;
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
        let expected = [
            "hold clearing:sandbox debit 1300000",
            "hold fee_hold:… credit 50000",
            "hold hold:… credit 1250000",
            "release expense:gateway credit 19500",
            "release fee_hold:… debit 50000",
            "release hold:… debit 1250000",
            "release payable:… credit 1230500",
            "release revenue:escrow_fee credit 50000",
            "payout clearing:sandbox credit 1230500",
            "payout payable:… debit 1230500",
        ];
        assert_eq!(shop.ledger().await, expected);
        let earnings = on.backend.earnings(&shop.seller, StatementPage::default()).await.unwrap();
        assert_eq!(earnings.statements[0].balance.minor(), 0);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_rejection_refunds_with_the_fee_unless_the_buyer_changed_their_mind() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        for (reason, refunded) in [(RejectReason::Damaged, 1_300_000), (RejectReason::ChangedMind, 1_250_000)] {
            let (order, link) = shop.delivered().await;
            shop.by_buyer(&link, Command::Reject { reason, text: "broken".to_owned() }).await.unwrap();
            let shown = shop.view(order).await;
            let preview = shown.preview(domain::order::CommandKind::ConfirmGoodCondition).unwrap().refund_total();
            assert_eq!(preview, refunded, "shown before the click");
            shop.by_seller(order, Command::ConfirmGoodCondition).await.unwrap();
            on.backend.run_until_idle().await.unwrap();
            assert_eq!(shop.view(order).await.order.status, Status::Completed);
            let lines = shop.ledger().await;
            assert!(lines.contains(&format!("refund_paid refund_due:… debit {refunded}")), "{lines:?}");
        }
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn who_is_no_party_finds_nothing_and_a_party_only_does_its_part() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.delivered().await;
        let stranger = on.user("stranger@example.com", AccountKind::BusinessSeller).await;
        let stranger = on.backend.viewer(stranger).await.unwrap().unwrap();
        for command in [Command::Accept, Command::Cancel, deliver()] {
            let asked = on.backend.act(Some(&stranger), act(OrderRef::Id(order), command, "k")).await;
            assert!(matches!(asked, Err(Error::NotFound)), "{asked:?}");
        }
        assert!(matches!(on.backend.order_view(None, &OrderRef::Id(order)).await, Err(Error::NotFound)));
        let by_seller = shop.by_seller(order, Command::Accept).await.unwrap_err();
        assert_eq!(by_seller.to_string(), "Only the buyer can accept the delivery now.");
        assert!(shop.by_buyer(&link, deliver()).await.is_err());
        assert_eq!(shop.view(order).await.order.status, Status::AwaitingBuyerResponse);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_file_changes_nothing() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.place().await;
        shop.pay(&link, CARD).await;
        let file = |name: &str, body: &[u8]| Upload { name: name.to_owned(), body: body.to_vec() };
        let too_large = vec![0xff; domain::limits::FILE_BYTES_MAX + 1];
        let many = || (0..6).map(|n| file(&format!("{n}.pdf"), b"%PDF-")).collect::<Vec<_>>();
        for files in [vec![file("a.png", b"MZ")], vec![file("a.jpg", &too_large)], vec![file("a.pdf", b"")], many()] {
            let mut command = act(OrderRef::Id(order), deliver(), "same");
            command.files = files;
            let refused = on.backend.act(Some(&shop.seller), command).await;
            assert!(matches!(&refused, Err(Error::Invalid(fields)) if fields[0].field == "files"), "{refused:?}");
        }
        assert_eq!(shop.view(order).await.order.status, Status::Pending);
        let mut good = act(OrderRef::Id(order), deliver(), "same");
        good.files = vec![file("a.pdf", b"%PDF-1.7")];
        on.backend.act(Some(&shop.seller), good).await.unwrap();
        let shown = on.backend.order_view(None, &link).await.unwrap();
        let stored = shown.timeline.iter().flat_map(|entry| &entry.files).next().unwrap().id;
        assert_eq!(on.backend.order_file(None, &link, stored).await.unwrap().1, b"%PDF-1.7");
        assert!(on.backend.order_file(None, &OrderRef::Id(order), stored).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_hundred_acceptances_at_once_release_once() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.delivered().await;
        let other = on.another_process().await;
        let tasks = (0..100).map(|n| {
            let backend = if n % 2 == 0 { on.backend.clone() } else { other.clone() };
            let command = act(link.clone(), Command::Accept, &format!("key {n}"));
            tokio::spawn(async move { backend.act(None, command).await })
        });
        let mut won = 0;
        for task in tasks.collect::<Vec<_>>() {
            match task.await.unwrap() {
                Ok(_) => won += 1,
                Err(Error::Denied(_) | Error::Stale) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(won, 1);
        let released = shop.ledger().await.iter().filter(|line| line.starts_with("release hold:")).count();
        assert_eq!(released, 1);
        assert_eq!(shop.view(order).await.order.status, Status::Accepted);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_key_answers_the_same_and_acts_once() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (_, link) = shop.delivered().await;
        let tasks = (0..20).map(|_| {
            let (backend, command) = (on.backend.clone(), act(link.clone(), Command::Accept, "one key"));
            tokio::spawn(async move { backend.act(None, command).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert_eq!(task.await.unwrap().unwrap().status, Status::Accepted);
        }
        let released = shop.ledger().await.iter().filter(|line| line.starts_with("release hold:")).count();
        assert_eq!(released, 1);
    })
    .await;
}

#[tokio::test]
async fn payments_end_as_documented() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let ends = [
            ("4000 0000 0000 0002", PaymentStatus::Failed, Status::AwaitingPayment),
            ("0000000003", PaymentStatus::Failed, Status::AwaitingPayment),
            ("4000 0000 0000 3220", PaymentStatus::Succeeded, Status::Pending),
            ("4000 0000 0000 3238", PaymentStatus::Failed, Status::AwaitingPayment),
            ("4000 0000 0000 0077", PaymentStatus::Succeeded, Status::Pending),
            ("4000 0000 0000 0093", PaymentStatus::Suspense, Status::AwaitingPayment),
        ];
        for (number, payment, status) in ends {
            let (order, link) = shop.place().await;
            shop.pay(&link, number).await;
            let late = number.ends_with("3220") || number.ends_with("3238");
            if late {
                assert_eq!(shop.view(order).await.payments[0].status, PaymentStatus::Pending, "{number}");
                let quote = on.backend.make_quote(None, &link).await.unwrap();
                let second = on.backend.start_payment(None, &link, quote, "second").await;
                assert!(matches!(second, Err(Error::Refused(_))), "{second:?}");
                on.later(Duration::seconds(10));
                on.backend.run_until_idle().await.unwrap();
            }
            let view = shop.view(order).await;
            assert_eq!((view.payments[0].status, view.order.status), (payment, status), "{number}");
        }
        let holds = shop.ledger().await.iter().filter(|line| line.starts_with("hold hold:")).count();
        assert_eq!(holds, 2, "reported twice is held once");
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn money_for_an_expired_order_is_kept_in_suspense() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.place().await;
        let quote = on.backend.make_quote(None, &link).await.unwrap();
        let url = on.backend.start_payment(None, &link, quote, "k").await.unwrap();
        on.later(Duration::hours(73));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Expired);
        on.backend.pay_in_sandbox(url.rsplit('/').next().unwrap(), CARD).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let lines = shop.ledger().await;
        assert_eq!(lines, ["suspense clearing:sandbox debit 1300000", "suspense suspense:sandbox credit 1300000"]);
        assert_eq!(shop.view(order).await.payments[0].status, PaymentStatus::Suspense);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn every_silence_ends_once_in_two_processes() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let (unpaid, _) = shop.place().await;
        let (pending, link) = shop.place().await;
        shop.pay(&link, CARD).await;
        let (unanswered, _) = shop.delivered().await;
        let (rejected, link) = shop.delivered().await;
        let reject = Command::Reject { reason: RejectReason::Late, text: "late".to_owned() };
        shop.by_buyer(&link, reject).await.unwrap();
        on.later(Duration::days(8));
        let other = on.another_process().await;
        let (one, two) = tokio::join!(on.backend.fire_deadlines(50), other.fire_deadlines(50));
        assert_eq!(one.unwrap() + two.unwrap(), 4, "each deadline fires once");
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(unpaid).await.order.status, Status::Expired);
        for (order, ending) in [(pending, 1_300_000), (unanswered, 0), (rejected, 1_300_000)] {
            let view = shop.view(order).await;
            assert_eq!(view.order.status, Status::Completed);
            let refunded: i64 = view
                .money
                .parts
                .iter()
                .filter(|(place, _)| format!("{place:?}") == "Refunded")
                .map(|(_, money)| money.minor())
                .sum();
            assert_eq!(refunded, ending);
        }
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_payout_is_paid_to_new_details_and_an_unknown_one_only_once() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("1111110002").await;
        let (order, link) = shop.delivered().await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.payouts[0].status, PayoutStatus::Failed);
        shop.bank("1111110009").await;
        assert_eq!(shop.view(order).await.payouts[0].status, PayoutStatus::Queued, "changed details cool off");
        on.later(Duration::hours(25));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.payouts[0].status, PayoutStatus::Unknown);
        on.later(Duration::minutes(6));
        on.backend.run_until_idle().await.unwrap();
        let view = shop.view(order).await;
        assert_eq!((view.payouts[0].status, view.order.status), (PayoutStatus::Paid, Status::Completed));
        let paid = shop.ledger().await.iter().filter(|line| line.starts_with("payout clearing")).count();
        assert_eq!(paid, 1);
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn the_database_and_verify_defend_the_books() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (_, _link) = shop.delivered().await;
        let db = on.backend.db().writer();
        for refused in [
            "UPDATE ledger_postings SET amount_minor = 1",
            "DELETE FROM ledger_transfers",
            "UPDATE audit_events SET payload = '{}'",
            "DELETE FROM audit_events",
            "UPDATE ledger_accounts SET balance_minor = -1 WHERE code LIKE 'hold:%'",
        ] {
            assert!(db.execute_unprepared(refused).await.is_err(), "{refused}");
        }
        shop.books_are_right().await;
        db.execute_unprepared("UPDATE ledger_accounts SET balance_minor = balance_minor + 1 WHERE code LIKE 'hold:%'")
            .await
            .unwrap();
        db.execute_unprepared("UPDATE orders SET status = 'pending'").await.unwrap();
        let findings = on.backend.verify().await.unwrap().findings;
        assert!(findings.iter().any(|finding| finding.row.starts_with("ledger_accounts hold:")), "{findings:?}");
        assert!(findings.iter().any(|finding| finding.row.starts_with("orders 1001")), "{findings:?}");
    })
    .await;
}

#[tokio::test]
async fn a_seller_sees_week_by_week_how_deliveries_end_and_how_quickly_money_leaves() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        for _ in 0..2 {
            let (_, link) = shop.delivered().await;
            shop.by_buyer(&link, Command::Accept).await.unwrap();
            on.backend.run_until_idle().await.unwrap();
        }
        on.later(Duration::weeks(1));
        let (order, link) = shop.delivered().await;
        let reject = Command::Reject { reason: RejectReason::Damaged, text: "Broken".to_owned() };
        shop.by_buyer(&link, reject).await.unwrap();
        shop.by_seller(order, Command::SayNotGoodCondition { text: "Worn".to_owned() }).await.unwrap();
        shop.by_seller(order, Command::RaiseDispute { text: "Look".to_owned() }).await.unwrap();
        let weeks = on.backend.seller_home(&shop.seller, Zone::UTC).await.unwrap().weeks;
        assert_eq!(weeks.len(), 8);
        let [.., before, now] = weeks.as_slice() else { panic!("no weeks") };
        assert_eq!((before.paid, before.acceptance_percent(), before.dispute_percent()), (2, Some(100), Some(0)));
        assert_eq!(before.payout_median(), Some(0), "the sandbox pays at once");
        assert_eq!((now.paid, now.acceptance_percent(), now.dispute_percent()), (1, Some(0), Some(100)));
        assert_eq!((now.payout_median(), weeks[0].acceptance_percent()), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_statement_has_pages_whose_balances_run_on_and_a_month_says_what_was_paid() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        for _ in 0..26 {
            let (_, link) = shop.delivered().await;
            shop.by_buyer(&link, Command::Accept).await.unwrap();
        }
        on.backend.run_until_idle().await.unwrap();
        let read = async |page| {
            let page = StatementPage { currency: Some(Currency::Ngn), page };
            on.backend.earnings(&shop.seller, page).await.unwrap().statements.remove(0)
        };
        let (first, second) = (read(0).await, read(1).await);
        assert_eq!((first.lines.len(), second.lines.len(), first.total, second.total), (50, 2, 52, 52));
        let lines: Vec<_> = first.lines.iter().chain(&second.lines).collect();
        for pair in lines.windows(2) {
            assert_eq!(pair[0].balance.minor() - pair[0].change.minor(), pair[1].balance.minor());
            assert!(pair[0].at >= pair[1].at);
        }
        assert_eq!((lines[0].balance, lines[51].balance), (first.balance, lines[51].change), "from nothing to now");
        assert_eq!(first.balance.minor(), 0);
        let home = on.backend.seller_home(&shop.seller, Zone::UTC).await.unwrap();
        assert_eq!(home.paid_this_month.iter().map(|paid| paid.minor()).collect::<Vec<_>>(), [26 * 1_230_500]);
        assert_eq!(home.flow.iter().map(|(_, made)| made).sum::<i64>(), 26);
        assert_eq!(home.flow.last().map(|(_, made)| *made), Some(26), "today");
        on.later(Duration::days(32));
        let home = on.backend.seller_home(&shop.seller, Zone::UTC).await.unwrap();
        assert_eq!((home.paid_this_month, home.flow.iter().map(|(_, made)| made).sum::<i64>()), (vec![], 0));
    })
    .await;
}
