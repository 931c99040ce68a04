//! Amounts of money as integer minor units, with checked arithmetic (rules.md section 5.1).

mod allocate;
mod currency;
mod parse;
mod percent;

pub use allocate::allocate;
pub use currency::Currency;
pub use parse::ParseMoneyError;
pub use percent::BasisPoints;

use serde::{Deserialize, Serialize};
use std::fmt;

/// Largest magnitude of an amount in minor units: below 2^53, so that JSON numbers stay exact everywhere.
pub const MINOR_MAX: i64 = (1 << 53) - 1;

/// An amount of one currency in its minor units (kobo, cents, paise). May be negative only as a difference or balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an arithmetic step on money is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two amounts of different currencies met.
    #[error("{0} and {1} cannot be added: one order has one currency")]
    CurrencyMismatch(Currency, Currency),
    /// The result would pass [`MINOR_MAX`].
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// `minor` minor units of `currency`.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond [`MINOR_MAX`].
    pub fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor.unsigned_abs() > MINOR_MAX.unsigned_abs() {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Nothing, in `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// `minor` minor units, or nothing where that is no amount: to show what was checked when it was written.
    #[must_use]
    pub fn or_zero(minor: i64, currency: Currency) -> Self {
        Self::new(minor, currency).unwrap_or(Self::zero(currency))
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Sum of two amounts of one currency.
    ///
    /// # Errors
    /// Different currencies, or a sum that is too large.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let sum = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Self::new(sum, self.currency)
    }

    /// Difference of two amounts of one currency; may be negative.
    ///
    /// # Errors
    /// Different currencies, or a difference that is too large.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let difference = self.minor.checked_sub(other.minor).ok_or(MoneyError::TooLarge)?;
        Self::new(difference, self.currency)
    }

    /// The number with grouping and its decimals, without a currency: `12,500.00`.
    #[must_use]
    pub fn number(self) -> String {
        parse::format_number(self.minor, self.currency.exponent())
    }

    /// The number as a plain decimal for form fields: `12500.00`.
    #[must_use]
    pub fn plain(self) -> String {
        parse::format_plain(self.minor, self.currency.exponent())
    }

    /// Reads what a person typed for an amount of `currency`: `12,500.00`, `12500`, `₦12,500`, `NGN 12500`.
    ///
    /// # Errors
    /// [`ParseMoneyError`] says what to change.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, ParseMoneyError> {
        parse::parse(text, currency)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

impl fmt::Display for Money {
    /// `₦12,500.00`; a minus sign stands before the symbol.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "−" } else { "" };
        let number = parse::format_number(self.minor.saturating_abs(), self.currency.exponent());
        write!(f, "{sign}{}{number}", self.currency.symbol())
    }
}
