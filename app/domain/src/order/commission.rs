//! What a Business Seller or a Marketplace Operator keeps of the amount that is shared.

use crate::money::BasisPoints;
use serde::{Deserialize, Serialize};

/// One line: a percentage and a fixed part between bounds, in minor units of the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CommissionLine {
    /// Share of the amount.
    pub rate: BasisPoints,
    /// Fixed part, minor units.
    pub fixed: i64,
    /// Least amount of this line, minor units.
    pub min: Option<i64>,
    /// Greatest amount of this line, minor units.
    pub max: Option<i64>,
}

/// All lines together; never more than the amount they are taken from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Commission {
    /// Added up in order.
    pub lines: Vec<CommissionLine>,
}

impl Commission {
    /// A plain percentage (rules.md section 5.5).
    #[must_use]
    pub fn percent(rate: BasisPoints) -> Self {
        Self { lines: vec![CommissionLine { rate, ..CommissionLine::default() }] }
    }

    /// The commission on `minor` minor units, from 0 to all of them.
    #[must_use]
    pub fn on(&self, minor: i64) -> i64 {
        let sum = self.lines.iter().fold(0_i64, |sum, line| {
            let amount = line.rate.of(minor).saturating_add(line.fixed);
            let amount = line.min.map_or(amount, |min| amount.max(min));
            let amount = line.max.map_or(amount, |max| amount.min(max));
            sum.saturating_add(amount.max(0))
        });
        sum.clamp(0, minor.max(0))
    }
}
