//! Counts attempts of addresses that no row can count: those nobody has. It lives in memory, so each process counts for
//! itself, and it is bounded: it forgets who has nothing to wait for first.

use crate::error::{Error, Result};
use crate::secret::sha256_hex;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// Most addresses remembered.
const ENTRIES_MAX: usize = 20_000;
/// An address that was quiet for this long starts afresh when room is needed.
const FORGET_AFTER: Duration = Duration::hours(24);

/// Attempts per address and purpose. Addresses are kept as hashes.
#[derive(Default)]
pub(crate) struct Guard {
    entries: Mutex<HashMap<String, Entry>>,
}

#[derive(Clone, Copy)]
struct Entry {
    attempts: u32,
    last: OffsetDateTime,
    closed_until: OffsetDateTime,
}

impl Guard {
    /// Counts an attempt, after which `pause` of all attempts so far must pass before the next.
    ///
    /// # Errors
    /// [`Error::Throttled`] where the last pause is not over; then nothing is counted.
    pub(crate) fn attempt(
        &self,
        purpose: &str,
        address: &str,
        now: OffsetDateTime,
        pause: impl Fn(u32) -> Duration,
    ) -> Result<()> {
        let key = sha256_hex(format!("{purpose}\0{address}").as_bytes());
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if !entries.contains_key(&key) {
            make_room(&mut entries, now);
        }
        let entry = entries.entry(key).or_insert(Entry { attempts: 0, last: now, closed_until: now });
        if entry.closed_until > now {
            return Err(throttled(entry.closed_until, now));
        }
        entry.attempts = entry.attempts.saturating_add(1);
        entry.last = now;
        entry.closed_until = now + pause(entry.attempts);
        Ok(())
    }
}

/// The refusal until `until`, in whole seconds that are never too few.
pub(crate) fn throttled(until: OffsetDateTime, now: OffsetDateTime) -> Error {
    let wait = until - now;
    let started = i64::from(wait.subsec_nanoseconds() > 0);
    Error::Throttled { retry_after_seconds: (wait.whole_seconds() + started).max(1) }
}

fn make_room(entries: &mut HashMap<String, Entry>, now: OffsetDateTime) {
    if entries.len() < ENTRIES_MAX {
        return;
    }
    entries.retain(|_, entry| entry.closed_until > now || now - entry.last < FORGET_AFTER);
    if entries.len() >= ENTRIES_MAX {
        entries.retain(|_, entry| entry.closed_until > now);
    }
    if entries.len() >= ENTRIES_MAX {
        let oldest = entries.iter().min_by_key(|(_, entry)| entry.last).map(|(key, _)| key.clone());
        if let Some(key) = oldest {
            entries.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

    fn pause(attempts: u32) -> Duration {
        Duration::seconds(if attempts < 2 { 0 } else { 30 })
    }

    fn wait(result: Result<()>) -> Option<i64> {
        match result {
            Ok(()) => None,
            Err(Error::Throttled { retry_after_seconds }) => Some(retry_after_seconds),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn attempts_are_counted_per_purpose_and_address() {
        let guard = Guard::default();
        let attempt = |purpose, address, at| wait(guard.attempt(purpose, address, at, pause));
        assert_eq!(attempt("sign_in", "a@example.com", NOW), None);
        assert_eq!(attempt("sign_in", "a@example.com", NOW), None);
        assert_eq!(attempt("sign_in", "a@example.com", NOW), Some(30));
        assert_eq!(attempt("sign_in", "a@example.com", NOW + Duration::milliseconds(29_500)), Some(1));
        assert_eq!(attempt("sign_in", "b@example.com", NOW), None);
        assert_eq!(attempt("reset", "a@example.com", NOW), None);
        assert_eq!(attempt("sign_in", "a@example.com", NOW + Duration::seconds(30)), None);
        assert_eq!(attempt("sign_in", "a@example.com", NOW + Duration::seconds(31)), Some(29));
    }

    #[test]
    fn memory_is_bounded() {
        let guard = Guard::default();
        for number in 0..ENTRIES_MAX + 100 {
            let at = NOW + Duration::milliseconds(i64::try_from(number).unwrap());
            guard.attempt("sign_in", &number.to_string(), at, |_| Duration::hours(1)).unwrap();
        }
        let entries = guard.entries.lock().unwrap();
        assert_eq!(entries.len(), ENTRIES_MAX);
    }
}
