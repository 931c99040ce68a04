//! A steady load on one page.

use super::page::Target;
use crate::http::Client;
use anyhow::{Result, bail};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Requests per second.
pub const RATE: u32 = 50;
/// How long.
pub const SECONDS: u32 = 20;

/// Connections. More than are ever busy within the budget; when the server is slower, requests queue and it shows.
const WORKERS: usize = 8;

/// What the load came to.
#[derive(Debug, Default)]
pub struct Measured {
    /// From the time a request was due to the last byte of its answer, in ascending order.
    pub latencies: Vec<Duration>,
    /// Requests with another answer than 200, or none.
    pub failed: usize,
}

impl Measured {
    /// The latency that this share of the requests, in percent, did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.latencies.len() * percent).div_ceil(100);
        self.latencies.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// Sends requests on a fixed timetable, however slowly the server answers.
pub fn run(port: u16, target: &Target) -> Result<Measured> {
    let next = AtomicU32::new(0);
    let begun = Instant::now();
    let parts = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| work(port, target, &next, begun))).collect();
        workers.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut all = Measured::default();
    for part in parts {
        let Ok(part) = part else { bail!("a worker of the load test panicked") };
        all.latencies.extend(part.latencies);
        all.failed += part.failed;
    }
    all.latencies.sort_unstable();
    Ok(all)
}

fn work(port: u16, target: &Target, next: &AtomicU32, begun: Instant) -> Measured {
    let mut client = Client::new(port);
    let mut measured = Measured::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= RATE * SECONDS {
            return measured;
        }
        let due = begun + Duration::from_secs(1) * number / RATE;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        match target.fetch(&mut client) {
            Ok(response) if response.status == 200 => measured.latencies.push(due.elapsed()),
            _ => measured.failed += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let latencies = (1..=200).map(Duration::from_millis).collect();
        let measured = Measured { latencies, failed: 0 };
        assert_eq!(measured.percentile(50), Duration::from_millis(100));
        assert_eq!(measured.percentile(99), Duration::from_millis(198));
        assert_eq!(Measured::default().percentile(99), Duration::ZERO);
    }
}
