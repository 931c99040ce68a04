//! What a statement says, whatever it was written in.

use domain::money::Money;
use std::fmt;
use time::Date;

/// One booked movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The line of the file it begins on, from 1.
    pub line: usize,
    /// When the bank booked it.
    pub booked_on: Date,
    /// How much, above zero.
    pub amount: Money,
    /// Whether money came in.
    pub credit: bool,
    /// The reference that the initiator of the payment gave; empty where there is none.
    pub end_to_end: String,
    /// What the payer or we wrote.
    pub reference: String,
    /// Who paid or was paid.
    pub counterparty: String,
    /// Their account.
    pub counterparty_account: String,
    /// The bank's own reference; empty where it gives none.
    pub bank_reference: String,
    /// Why a payment of ours came back, where this is one.
    pub returned: Option<String>,
}

/// A file that is not what it should be; nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The line that is wrong, from 1.
    pub line: usize,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl Malformed {
    /// A mistake on a line.
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Malformed {}
