//! Doing many things of which one may fail: the others are done all the same, and the first failure is told afterwards.

use crate::error::{Error, Result};

/// How a series of independent acts went.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    done: usize,
    first: Option<Error>,
}

impl Attempts {
    /// Counts an act that was done, or keeps the first failure.
    pub(crate) fn note(&mut self, outcome: Result<()>) {
        self.add(outcome.map(|()| 1));
    }

    /// Counts `n` acts that were done, or keeps the first failure.
    pub(crate) fn add(&mut self, outcome: Result<usize>) {
        match outcome {
            Ok(done) => self.done += done,
            Err(error) if self.first.is_none() => self.first = Some(error),
            // One is enough to be looked at; the rest comes up again in the next round.
            Err(error) => tracing::error!(%error, "another one failed too"),
        }
    }

    /// How many were done.
    ///
    /// # Errors
    /// The first that failed.
    pub(crate) fn end(self) -> Result<usize> {
        self.first.map_or(Ok(self.done), Err)
    }
}

/// Due rows, page by page: what fails stays due and in front, and must hide nothing behind it. A page of which something was done
/// is the last, as its rows are due no longer.
#[derive(Debug)]
pub(crate) struct DuePages {
    limit: u64,
    skip: u64,
    full: bool,
    attempts: Attempts,
}

impl DuePages {
    /// Pages of so many rows.
    pub(crate) fn of(limit: u64) -> Self {
        Self { limit, skip: 0, full: true, attempts: Attempts::default() }
    }

    /// How many rows stand before the next page; none where no page is to be read any more.
    pub(crate) fn turn(&mut self) -> Option<u64> {
        let more = std::mem::take(&mut self.full) && self.attempts.done == 0;
        let skip = self.skip;
        self.skip += self.limit;
        more.then_some(skip)
    }

    /// Tells how many rows the page has.
    pub(crate) const fn found(&mut self, rows: usize) {
        self.full = rows as u64 >= self.limit;
    }

    /// Counts a row that was done, or keeps the first failure.
    pub(crate) fn note(&mut self, outcome: Result<()>) {
        self.attempts.note(outcome);
    }

    /// How many were done.
    ///
    /// # Errors
    /// The first that failed.
    pub(crate) fn end(self) -> Result<usize> {
        self.attempts.end()
    }
}
