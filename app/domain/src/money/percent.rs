//! Rates in basis points.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A share of a whole in basis points: 150 is 1.5 %. From 0 to 10 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const WHOLE: Self = Self(10_000);

    /// `points` hundredths of a percent; `None` above 100 %.
    #[must_use]
    pub const fn new(points: u16) -> Option<Self> {
        if points <= 10_000 { Some(Self(points)) } else { None }
    }

    /// Reads a percentage as people type it: `12`, `12.5`, `12,5 %`; at most two decimals.
    ///
    /// # Errors
    /// A sentence that says what to enter.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const HINT: &str = "Enter a percentage from 0 to 100, with at most two decimals.";
        let text = text.trim().trim_end_matches('%').trim_end().replace(',', ".");
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
            return Err(HINT);
        }
        let points = format!("{whole}{decimals:0<2}").parse().map_err(|_| HINT)?;
        Self::new(points).ok_or(HINT)
    }

    /// The percentage as [`Self::parse`] reads it: `12.5`.
    #[must_use]
    pub fn typed(self) -> String {
        self.to_string().trim_end_matches(" %").to_owned()
    }

    /// The number of basis points.
    #[must_use]
    pub const fn points(self) -> u16 {
        self.0
    }

    /// This share of `minor` minor units, rounded half away from zero.
    #[must_use]
    pub fn of(self, minor: i64) -> i64 {
        let product = i128::from(minor) * i128::from(self.0);
        let half = if product < 0 { -5_000 } else { 5_000 };
        let rounded = (product + half) / 10_000;
        // A share of at most the whole fits wherever the whole did.
        i64::try_from(rounded).unwrap_or(minor)
    }
}

impl TryFrom<u16> for BasisPoints {
    type Error = &'static str;

    fn try_from(points: u16) -> Result<Self, Self::Error> {
        Self::new(points).ok_or("a share is at most 10000 basis points")
    }
}

impl From<BasisPoints> for u16 {
    fn from(share: BasisPoints) -> Self {
        share.0
    }
}

impl fmt::Display for BasisPoints {
    /// `1.5 %`, `12.25 %`, `3 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{whole} %"),
            (_, 0) => write!(f, "{whole}.{} %", rest / 10),
            _ => write!(f, "{whole}.{rest:02} %"),
        }
    }
}
