//! Double-entry transfers that cannot be built unbalanced (rules.md section 5.3).

use crate::ids::{AccountId, OrderId, PartyId, PaymentId};
use crate::money::{Currency, MINOR_MAX};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a payment rail, such as `sandbox`.
pub type RailName = String;

/// A ledger account. Each exists once per currency.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LedgerAccount {
    /// Our money at a rail (asset).
    Clearing(RailName),
    /// The price of one order, owed to whom the order decides.
    Hold(OrderId),
    /// The fees the buyer paid on top of one order.
    FeeHold(OrderId),
    /// Owed to a party after a release.
    Payable(PartyId),
    /// Owed back to a buyer.
    RefundDue(AccountId),
    /// Earned escrow fees.
    RevenueEscrowFee,
    /// Earned payout fees.
    RevenuePayoutFee,
    /// What rails charge, less what orders paid towards it (a debit account).
    ExpenseGateway,
    /// Money at a rail that belongs to no order yet.
    Suspense(RailName),
    /// Owed to a party that gave no bank details for 90 days.
    Unclaimed(PartyId),
    /// What is left of a marketplace's payment: neither settled with merchants, nor refunded, nor commission yet
    /// (instamojo.md section 8.4).
    Collected(PaymentId),
    /// What a marketplace owes for one payment, of which more was settled and refunded than is left (an asset).
    Receivable(PaymentId),
    /// Owed back to the buyer of a marketplace's payment.
    PaymentRefund(PaymentId),
    /// What a merchant was settled, or a marketplace kept as commission, and was not paid yet.
    Balance(AccountId),
}

/// The side of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntrySide {
    /// Increases assets and expenses.
    Debit,
    /// Increases liabilities and revenue.
    Credit,
}

impl LedgerAccount {
    /// The stored name, such as `hold:ord_…`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Clearing(rail) => format!("clearing:{rail}"),
            Self::Hold(order) => format!("hold:{order}"),
            Self::FeeHold(order) => format!("fee_hold:{order}"),
            Self::Payable(party) => format!("payable:{party}"),
            Self::RefundDue(buyer) => format!("refund_due:{buyer}"),
            Self::RevenueEscrowFee => "revenue:escrow_fee".to_owned(),
            Self::RevenuePayoutFee => "revenue:payout_fee".to_owned(),
            Self::ExpenseGateway => "expense:gateway".to_owned(),
            Self::Suspense(rail) => format!("suspense:{rail}"),
            Self::Unclaimed(party) => format!("unclaimed:{party}"),
            Self::Collected(payment) => format!("collected:{payment}"),
            Self::Receivable(payment) => format!("receivable:{payment}"),
            Self::PaymentRefund(payment) => format!("payment_refund:{payment}"),
            Self::Balance(account) => format!("balance:{account}"),
        }
    }

    /// The account with this stored name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (kind, rest) = code.split_once(':')?;
        Some(match kind {
            "clearing" => Self::Clearing(rest.to_owned()),
            "hold" => Self::Hold(rest.parse().ok()?),
            "fee_hold" => Self::FeeHold(rest.parse().ok()?),
            "payable" => Self::Payable(rest.parse().ok()?),
            "refund_due" => Self::RefundDue(rest.parse().ok()?),
            "revenue" if rest == "escrow_fee" => Self::RevenueEscrowFee,
            "revenue" if rest == "payout_fee" => Self::RevenuePayoutFee,
            "expense" if rest == "gateway" => Self::ExpenseGateway,
            "suspense" => Self::Suspense(rest.to_owned()),
            "unclaimed" => Self::Unclaimed(rest.parse().ok()?),
            "collected" => Self::Collected(rest.parse().ok()?),
            "receivable" => Self::Receivable(rest.parse().ok()?),
            "payment_refund" => Self::PaymentRefund(rest.parse().ok()?),
            "balance" => Self::Balance(rest.parse().ok()?),
            _ => return None,
        })
    }

    /// The side on which the balance normally stands.
    #[must_use]
    pub const fn normal_side(&self) -> EntrySide {
        match self {
            Self::Clearing(_) | Self::ExpenseGateway | Self::Receivable(_) => EntrySide::Debit,
            _ => EntrySide::Credit,
        }
    }

    /// Whether the balance may stand on the other side. Only the gateway expense may: orders pay towards it before the
    /// rail bills. Clearing may not: a rail never holds less than nothing of ours.
    #[must_use]
    pub const fn may_be_negative(&self) -> bool {
        matches!(self, Self::ExpenseGateway)
    }
}

impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

/// One posting: `minor` minor units on one side of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The account.
    pub account: LedgerAccount,
    /// The side.
    pub side: EntrySide,
    /// The amount, above zero.
    pub minor: i64,
}

impl Line {
    /// A debit.
    #[must_use]
    pub const fn debit(account: LedgerAccount, minor: i64) -> Self {
        Self { account, side: EntrySide::Debit, minor }
    }

    /// A credit.
    #[must_use]
    pub const fn credit(account: LedgerAccount, minor: i64) -> Self {
        Self { account, side: EntrySide::Credit, minor }
    }

    /// The change of the account's balance, counted on its normal side.
    #[must_use]
    pub fn change(&self) -> i64 {
        if self.side == self.account.normal_side() { self.minor } else { -self.minor }
    }
}

/// Why lines are no transfer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Debits and credits differ, in minor units.
    #[error("debits of {debits} and credits of {credits} minor units do not balance")]
    Unbalanced {
        /// Sum of the debits.
        debits: i128,
        /// Sum of the credits.
        credits: i128,
    },
    /// A line of zero or less, or beyond the cap.
    #[error("a posting of {0} minor units is not allowed")]
    BadAmount(i64),
    /// The same account stands on both sides, which says nothing.
    #[error("the account {0} stands on both sides")]
    SameAccount(String),
    /// Fewer than two lines.
    #[error("a transfer needs a debit and a credit")]
    Empty,
}

/// Why money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferReason {
    /// The buyer's payment is held.
    Hold,
    /// The price goes to the beneficiaries.
    Release,
    /// The price goes back to the buyer, perhaps less a fee.
    Refund,
    /// The price is divided.
    Split,
    /// A beneficiary was paid.
    Payout,
    /// A refund was paid.
    RefundPaid,
    /// Money arrived that belongs to no order.
    Suspense,
    /// Money in suspense was returned or applied by hand.
    SuspenseResolved,
    /// A beneficiary's balance is set aside for want of bank details.
    Unclaimed,
    /// A rail billed its charge.
    RailCharge,
}

impl TransferReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Hold,
        Self::Release,
        Self::Refund,
        Self::Split,
        Self::Payout,
        Self::RefundPaid,
        Self::Suspense,
        Self::SuspenseResolved,
        Self::Unclaimed,
        Self::RailCharge,
    ];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Split => "split",
            Self::Payout => "payout",
            Self::RefundPaid => "refund_paid",
            Self::Suspense => "suspense",
            Self::SuspenseResolved => "suspense_resolved",
            Self::Unclaimed => "unclaimed",
            Self::RailCharge => "rail_charge",
        }
    }
}

/// Balanced lines of one currency. There is no other way to make one than [`Transfer::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    currency: Currency,
    reason: TransferReason,
    lines: Vec<Line>,
}

impl Transfer {
    /// A transfer of `lines`.
    ///
    /// # Errors
    /// [`LedgerError`] where the lines do not balance.
    pub fn new(currency: Currency, reason: TransferReason, lines: Vec<Line>) -> Result<Self, LedgerError> {
        let (mut debits, mut credits) = (0_i128, 0_i128);
        for line in &lines {
            if line.minor <= 0 || line.minor > MINOR_MAX {
                return Err(LedgerError::BadAmount(line.minor));
            }
            match line.side {
                EntrySide::Debit => debits += i128::from(line.minor),
                EntrySide::Credit => credits += i128::from(line.minor),
            }
            let both_sides = |other: &Line| other.account == line.account && other.side != line.side;
            if lines.iter().any(both_sides) {
                return Err(LedgerError::SameAccount(line.account.code()));
            }
        }
        if debits != credits {
            return Err(LedgerError::Unbalanced { debits, credits });
        }
        if lines.is_empty() {
            return Err(LedgerError::Empty);
        }
        Ok(Self { currency, reason, lines })
    }

    /// The currency of every line.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Why the money moves.
    #[must_use]
    pub const fn reason(&self) -> TransferReason {
        self.reason
    }

    /// The postings.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}
