//! The list of orders: narrowed by its address, in pages that never overlap, and taken away as CSV that ties to the ledger.

use crate::harness::TestApp;
use backend::Mode;
use backend::service::order_list::{ListOf, ListQuery, Sort};
use backend::service::place::NewOrder;
use backend::service::statement::StatementPage;
use domain::clock_text::Zone;
use domain::permission::AccountKind;
use std::collections::{BTreeMap, BTreeSet};

fn asked(pairs: &[(&str, &str)]) -> ListQuery {
    let pairs: BTreeMap<String, String> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (query, wrong) = ListQuery::read(&pairs, Zone::UTC);
    assert_eq!(wrong, []);
    query
}

#[tokio::test]
async fn the_export_has_exactly_the_filtered_rows_and_the_ledgers_amounts() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, shop) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (_, stranger) = app.person("stranger@example.test", AccountKind::BusinessSeller).await;
    app.bank(&seller, "0123456789").await;
    app.accepted(&seller, "one@example.test").await;
    app.accepted(&seller, "two@example.test").await;
    app.delivered(&seller, "three@example.test").await;
    let form = NewOrder {
        buyer_email: "four@example.test".to_owned(),
        title: "=HYPERLINK(\"http://evil.example\")".to_owned(),
        currency: "NGN".to_owned(),
        amount: "500,000".to_owned(),
        ..NewOrder::default()
    };
    app.backend.place_order(&seller, form, "key").await.unwrap();

    let all = shop.get("/orders/export.csv").await;
    assert_eq!(all.headers["content-type"], "text/csv; charset=utf-8");
    let rows: Vec<&str> = all.body.lines().collect();
    assert_eq!(rows.len(), 5, "{}", all.body);
    assert!(all.body.contains("'=HYPERLINK"), "a title is no formula: {}", all.body);
    let of = |row: &str, column: &str| {
        let index = rows[0].split(',').position(|name| name == column).unwrap();
        row.split(',').nth(index).unwrap().to_owned()
    };
    let minor = |text: String| text.replace('.', "").parse::<i64>().unwrap();
    let share: i64 = rows[2..].iter().map(|row| minor(of(row, "your_share"))).sum();
    let paid: i64 = rows[2..].iter().map(|row| minor(of(row, "paid_to_you"))).sum();
    let earned = app.backend.earnings(&seller, StatementPage::default()).await.unwrap().statements.remove(0);
    let released: i64 = earned.lines.iter().map(|line| line.change.minor().max(0)).sum();
    assert_eq!((share, share - paid), (released, earned.balance.minor()), "what the ledger says");
    assert_eq!(of(rows[2], "held"), "13000.00");

    let cheap = shop.get("/orders/export.csv?max=12%2C500&sort=oldest&status=completed").await;
    let numbers: Vec<&str> = cheap.body.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(numbers, ["1001", "1002"], "{}", cheap.body);
    let wrong = shop.get("/orders/export.csv?from=yesterday").await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.location()),
        (303, "/orders?from=yesterday"),
        "the list says what is wrong"
    );
    assert_eq!(stranger.get("/orders/export.csv").await.body.lines().count(), 1, "the head alone");
}

#[tokio::test]
async fn a_list_is_narrowed_by_date_and_amount_and_its_pages_never_overlap() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, shop) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    for number in 0..60 {
        let form = NewOrder {
            buyer_email: format!("buyer{number}@example.test"),
            title: format!("Chair {number}"),
            currency: if number % 3 == 0 { "USD" } else { "NGN" }.to_owned(),
            amount: (1_000 + 7 * (number % 10)).to_string(),
            ..NewOrder::default()
        };
        app.backend.place_order(&seller, form, &format!("key {number}")).await.unwrap();
        if number == 29 {
            app.clock.advance(time::Duration::days(2));
        }
    }
    for sort in Sort::ALL {
        let mut seen = BTreeSet::new();
        for page in 0..3 {
            let query = ListQuery { sort, page, ..ListQuery::default() };
            let list = app.backend.order_list(&seller, ListOf::Sold, query).await.unwrap();
            seen.extend(list.rows.iter().map(|row| row.number));
        }
        assert_eq!(seen.len(), 60, "{sort:?}");
    }
    let count =
        async |pairs: &[(&str, &str)]| app.backend.order_list(&seller, ListOf::Sold, asked(pairs)).await.unwrap().total;
    assert_eq!(count(&[("to", "2026-11-20")]).await, 30);
    assert_eq!(count(&[("from", "2026-11-21")]).await, 30);
    assert_eq!(count(&[("from", "2026-11-20"), ("to", "2026-11-22")]).await, 60);
    assert_eq!(count(&[("currency", "USD")]).await, 20);
    assert_eq!(count(&[("min", "1,063"), ("currency", "NGN")]).await, 4, "the six dearest less the two in dollars");
    assert_eq!(count(&[("q", "buyer17@example.test")]).await, 1);
    let page = shop.get("/orders?from=2026-13-45").await;
    assert!(
        page.body.contains("Enter a date such as") && page.body.contains("value=\"2026-13-45\""),
        "filled in again"
    );
}
