//! `verify` reads the columns of a history beside what was hashed.

use crate::support::shop::{CARD, Shop, deliver};
use crate::support::{TestBackend, on_each};
use domain::ids::OrderId;

/// Takes the guard of the history away, as somebody with the database's password can.
async fn unguard(on: &TestBackend) {
    let sql = if on.database == "PostgreSQL" {
        "ALTER TABLE audit_events DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER tr_audit_events_no_update"
    };
    on.execute(sql, []).await;
}

/// Writes a column of the second event of an order: its payment.
async fn write(on: &TestBackend, order: OrderId, column: &str, value: &str) {
    let sql = format!("UPDATE audit_events SET {column} = $1 WHERE order_id = $2 AND seq = 2");
    on.execute(&sql, [value.into(), order.0.into()]).await;
}

#[tokio::test]
async fn an_event_that_lists_read_otherwise_than_it_was_hashed_is_found() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.place().await;
        shop.pay(&link, CARD).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.books_are_right().await;
        unguard(on).await;
        for (column, right, wrong) in [
            ("actor_role", "rail", "administrator"),
            ("command", "pay", "cancel"),
            ("from_status", "awaiting_payment", "pending"),
            ("to_status", "pending", "completed"),
        ] {
            let event = format!("WHERE order_id = {} AND seq = 2", on.uuid_literal(order.0));
            assert_eq!(on.text(&format!("SELECT {column} FROM audit_events {event}")).await, right);
            write(on, order, column, wrong).await;
            let findings = on.backend.verify().await.unwrap().findings;
            assert_eq!(findings.len(), 1, "{column}: {findings:?}");
            assert!(findings[0].row.starts_with("audit_events "), "{column}: {findings:?}");
            assert!(findings[0].wrong.contains("another actor, command or status"), "{column}: {findings:?}");
            write(on, order, column, right).await;
            shop.books_are_right().await;
        }
    })
    .await;
}
