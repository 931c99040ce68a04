//! A call that is dropped half-way, as when a browser goes away, leaves its connection as it found it.

use crate::support::on_each;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// More than the pool has connections.
const PROBES: i64 = 40;

/// Runs a call until it has waited so many times, and then drops it.
async fn cut_off<T>(call: impl Future<Output = T>, waits: usize) {
    let mut call = pin!(call);
    let mut waited = 0;
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Pending if waited < waits => {
            waited += 1;
            Poll::Pending
        }
        _ => Poll::Ready(()),
    })
    .await;
}

#[tokio::test]
async fn a_caller_who_leaves_while_a_transaction_begins_leaves_no_transaction_behind() {
    on_each(async |on| {
        let other = on.another_process().await;
        for waits in 0..20 {
            cut_off(on.backend.db().begin(), waits).await;
            // A round trip, in which the server takes the BEGIN that nobody waits for.
            on.number_on(&other, "SELECT count(*) FROM settings").await;
            // At once, so that every connection of the pool is written on.
            let sql = "INSERT INTO settings (key, value) VALUES ($1, 'x')";
            let probes = (0..PROBES).map(|number| on.execute(sql, [format!("{waits} {number}").into()]));
            futures::future::join_all(probes).await;
            let sql = format!("SELECT count(*) FROM settings WHERE key LIKE '{waits} %'");
            assert_eq!(
                on.number_on(&other, &sql).await,
                PROBES,
                "what is written after {waits} waits is there for all"
            );
        }
    })
    .await;
}
