//! Seeded choices.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::ops::Range;

/// A stream of choices that its seed alone decides.
pub(crate) struct Chance(StdRng);

impl Chance {
    /// The stream of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A number of the range, which is not empty.
    pub(crate) fn between(&mut self, range: Range<u64>) -> u64 {
        self.0.random_range(range)
    }

    /// True about so often in a hundred.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.between(0..100) < percent
    }

    /// One of them; the list is not empty.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.between(0..u64::try_from(of.len()).unwrap_or(1).max(1));
        &of[usize::try_from(index).unwrap_or(0)]
    }

    /// A key for a call.
    pub(crate) fn key(&mut self) -> String {
        format!("{:016x}{:016x}", self.0.random::<u64>(), self.0.random::<u64>())
    }
}
