//! The currencies an order may be in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency. An order has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Nigerian naira, 2 decimals.
    Ngn,
    /// United States dollar, 2 decimals.
    Usd,
    /// Indian rupee, 2 decimals.
    Inr,
    /// Euro, 2 decimals.
    Eur,
    /// Pound sterling, 2 decimals.
    Gbp,
    /// Ghanaian cedi, 2 decimals.
    Ghs,
    /// Kenyan shilling, 2 decimals.
    Kes,
    /// South African rand, 2 decimals.
    Zar,
    /// Japanese yen, no decimals.
    Jpy,
    /// Kuwaiti dinar, 3 decimals.
    Kwd,
}

impl Currency {
    /// Every currency the arithmetic knows.
    pub const ALL: [Self; 10] =
        [Self::Ngn, Self::Usd, Self::Inr, Self::Eur, Self::Gbp, Self::Ghs, Self::Kes, Self::Zar, Self::Jpy, Self::Kwd];

    /// The currencies an order can be placed in: those with a fee schedule.
    pub const TRADED: [Self; 3] = [Self::Ngn, Self::Usd, Self::Inr];

    /// The ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ngn => "NGN",
            Self::Usd => "USD",
            Self::Inr => "INR",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Ghs => "GHS",
            Self::Kes => "KES",
            Self::Zar => "ZAR",
            Self::Jpy => "JPY",
            Self::Kwd => "KWD",
        }
    }

    /// What stands before a number: `₦`, `$`, or the code and a space.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Ngn => "₦",
            Self::Usd => "$",
            Self::Inr => "₹",
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Ghs => "GH₵",
            Self::Kes => "KSh",
            Self::Zar => "R",
            Self::Jpy => "¥",
            Self::Kwd => "KD ",
        }
    }

    /// The name in English.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ngn => "Nigerian naira",
            Self::Usd => "US dollar",
            Self::Inr => "Indian rupee",
            Self::Eur => "Euro",
            Self::Gbp => "Pound sterling",
            Self::Ghs => "Ghanaian cedi",
            Self::Kes => "Kenyan shilling",
            Self::Zar => "South African rand",
            Self::Jpy => "Japanese yen",
            Self::Kwd => "Kuwaiti dinar",
        }
    }

    /// Number of decimals of the major unit (ISO 4217).
    #[must_use]
    pub const fn exponent(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Kwd => 3,
            _ => 2,
        }
    }

    /// The currency with this ISO code, in any letter case.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code().eq_ignore_ascii_case(code))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
