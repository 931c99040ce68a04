//! How often programs may call, each by its own name.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// Calls of one program that are answered at once, after which it has [`PER_SECOND`].
const BURST: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Calls of one program a second, in the long run.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// After so many calls programs that were quiet are forgotten.
const FORGET_EVERY: u32 = 10_000;

/// How often each program called.
pub(super) struct Limits {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    calls: AtomicU32,
}

impl Limits {
    /// Nobody called yet.
    pub(super) fn new() -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(BURST);
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default(), calls: AtomicU32::new(0) }
    }

    /// Counts a call of a program.
    ///
    /// # Errors
    /// Seconds to wait where it called too often.
    pub(super) fn count(&self, key: &str) -> Result<(), u64> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let again = self.limiter.check_key(&key.to_owned());
        again.map_err(|until| until.wait_time_from(self.clock.now()).as_secs().max(1))
    }
}
