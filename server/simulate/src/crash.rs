//! Crashes: a call that is dropped at one of its waits, which are where it talks to the database. What it had not committed
//! is rolled back, exactly as when the process dies there.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

/// Drives `call` for at most `waits` waits; `None` where it was dropped before its end.
pub(crate) async fn cut_off<T>(call: impl Future<Output = T>, waits: u64) -> Option<T> {
    let mut call = pin!(call);
    let mut left = waits;
    std::future::poll_fn(move |context| match call.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}
