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

    /// Whether to look behind a page of `found` due rows: what fails stays due and in front, and must hide nothing behind it.
    pub(crate) const fn hides_more(&self, found: usize, limit: u64) -> bool {
        self.done == 0 && found as u64 >= limit
    }

    /// How many were done.
    ///
    /// # Errors
    /// The first that failed.
    pub(crate) fn end(self) -> Result<usize> {
        self.first.map_or(Ok(self.done), Err)
    }
}
