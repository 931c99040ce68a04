//! Dividing a marketplace's payment: settlements with merchants, fulfilment and refunds (instamojo.md section 8). Amounts are
//! minor units.

use crate::ids::{AccountId, PaymentId};
use crate::ledger::{LedgerAccount, Line};
use std::fmt;

/// How a payment stands that a marketplace collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the buyer paid, before fees.
    pub amount: i64,
    /// What merchants were credited.
    pub credited: i64,
    /// What was taken back from merchants, and what is queued to be.
    pub debited: i64,
    /// What was refunded, or is being refunded.
    pub refunded: i64,
    /// Whether the split is final.
    pub fulfilled: bool,
}

/// How one merchant stands with one payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerchantPart {
    /// What they were credited of this payment.
    pub credited: i64,
    /// What was taken back of it, and what is queued to be.
    pub debited: i64,
    /// Their whole balance that is not on its way to their bank.
    pub available: i64,
}

/// Why a payment is not divided so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitDenied {
    /// R1.
    MoreThanPaid,
    /// R2.
    Fulfilled,
    /// R3.
    NoRefund,
    /// R4.
    NotCredited,
    /// R5.
    MoreThanRefunded,
    /// R11.
    MoreThanCredited,
    /// R6.
    Balance,
    /// Refunds beyond the payment.
    RefundsMoreThanPaid,
}

impl SplitDenied {
    /// The rule in words, for whoever asked.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::MoreThanPaid => "The credits of a payment cannot be more than the buyer paid.",
            Self::Fulfilled => "This payment is fulfilled. Its split is final, and nobody can be credited any more.",
            Self::NoRefund => "A debit needs a refund of this payment first.",
            Self::NotCredited => "This merchant was not credited for this payment, so nothing can be debited.",
            Self::MoreThanRefunded => "The debits of a payment cannot be more than was refunded.",
            Self::MoreThanCredited => "A merchant cannot be debited more of a payment than was credited to them.",
            Self::Balance => "The merchant's balance is too small for this debit.",
            Self::RefundsMoreThanPaid => "The refunds of a payment cannot be more than the buyer paid.",
        }
    }
}

impl fmt::Display for SplitDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl std::error::Error for SplitDenied {}

/// Whether a merchant may be credited (R1, R2).
///
/// # Errors
/// The first rule that refuses it.
pub const fn may_credit(standing: &Standing, minor: i64) -> Result<(), SplitDenied> {
    if standing.fulfilled {
        return Err(SplitDenied::Fulfilled);
    }
    if minor > standing.amount - standing.credited {
        return Err(SplitDenied::MoreThanPaid);
    }
    Ok(())
}

/// Whether a merchant may be debited (R3 to R6 and R11). Where the debit is queued, the balance need not be there yet.
///
/// # Errors
/// The first rule that refuses it.
pub const fn may_debit(
    standing: &Standing,
    merchant: &MerchantPart,
    minor: i64,
    queued: bool,
) -> Result<(), SplitDenied> {
    if standing.refunded == 0 {
        return Err(SplitDenied::NoRefund);
    }
    if merchant.credited == 0 {
        return Err(SplitDenied::NotCredited);
    }
    if minor > standing.refunded - standing.debited {
        return Err(SplitDenied::MoreThanRefunded);
    }
    if minor > merchant.credited - merchant.debited {
        return Err(SplitDenied::MoreThanCredited);
    }
    if !queued && minor > merchant.available {
        return Err(SplitDenied::Balance);
    }
    Ok(())
}

/// Whether so much may be refunded.
///
/// # Errors
/// [`SplitDenied::RefundsMoreThanPaid`].
pub const fn may_refund(standing: &Standing, minor: i64) -> Result<(), SplitDenied> {
    if minor > standing.amount - standing.refunded { Err(SplitDenied::RefundsMoreThanPaid) } else { Ok(()) }
}

/// What moves between a payment and its marketplace's balance, to the balance where above zero: what is left of a fulfilled
/// payment is commission, and what is missing is taken from the commission of other payments, as far as that goes
/// (instamojo.md sections 8.3 R14 and 8.4).
#[must_use]
pub const fn sweep(left: i64, available: i64, fulfilled: bool) -> i64 {
    if left > 0 {
        return if fulfilled { left } else { 0 };
    }
    let (missing, there) = (-left, if available > 0 { available } else { 0 });
    if missing < there { -missing } else { -there }
}

/// A change of what is left of a payment with everything that moves against it. Each is a change of that account's balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moves {
    /// What is left of the payment; may fall below zero, which is then owed by the marketplace.
    pub left: i64,
    /// A merchant's balance.
    pub merchant: Option<(AccountId, i64)>,
    /// The marketplace's balance.
    pub commission: i64,
    /// What is owed to the buyer.
    pub refund: i64,
    /// What orders and payments paid towards the rail's charges.
    pub fees: i64,
}

/// The payment and the marketplace that [`Moves::lines`] names.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    /// The payment.
    pub payment: PaymentId,
    /// Whose commission it is.
    pub marketplace: AccountId,
    /// What was left before.
    pub left: i64,
}

impl Moves {
    /// The postings, without those of zero. They balance together with a debit of `clearing` where money arrived.
    #[must_use]
    pub fn lines(&self, of: Of) -> Vec<Line> {
        let Of { payment, marketplace, left } = of;
        let after = left + self.left;
        let mut lines = Vec::new();
        let mut credit = |account: LedgerAccount, change: i64| {
            if change > 0 {
                lines.push(Line::credit(account, change));
            } else if change < 0 {
                lines.push(Line::debit(account, -change));
            }
        };
        credit(LedgerAccount::Collected(payment), after.max(0) - left.max(0));
        // An asset: what the marketplace owes more is a debit.
        credit(LedgerAccount::Receivable(payment), (-left).max(0) - (-after).max(0));
        if let Some((merchant, change)) = self.merchant {
            credit(LedgerAccount::Balance(merchant), change);
        }
        credit(LedgerAccount::Balance(marketplace), self.commission);
        credit(LedgerAccount::PaymentRefund(payment), self.refund);
        credit(LedgerAccount::ExpenseGateway, self.fees);
        lines
    }
}

/// The reason of a refund, as the contract names it (instamojo.md section 10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundReason {
    /// Duplicate or delayed payment.
    Rfd,
    /// No longer available.
    Tnr,
    /// The customer is not satisfied.
    Qfl,
    /// Lost or damaged.
    Qnr,
    /// A problem with a download.
    Ewn,
    /// The event was cancelled or changed.
    Tan,
    /// Anything else.
    Pth,
}

impl RefundReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [Self::Rfd, Self::Tnr, Self::Qfl, Self::Qnr, Self::Ewn, Self::Tan, Self::Pth];

    /// The three letters.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rfd => "RFD",
            Self::Tnr => "TNR",
            Self::Qfl => "QFL",
            Self::Qnr => "QNR",
            Self::Ewn => "EWN",
            Self::Tan => "TAN",
            Self::Pth => "PTH",
        }
    }

    /// The reason with these letters.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }

    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rfd => "Duplicate or delayed payment",
            Self::Tnr => "Product or service no longer available",
            Self::Qfl => "Customer not satisfied",
            Self::Qnr => "Product lost or damaged",
            Self::Ewn => "Digital download problem",
            Self::Tan => "Event cancelled or changed",
            Self::Pth => "Another problem",
        }
    }
}

impl fmt::Display for RefundReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// What a card or bank payment costs in INR, and the tax on it: 2 % and ₹3, and 18 % of that (instamojo.md sections 6 and 14:
/// the contract shows 3.20 and 0.58 on 10.00 and names no formula). Halves round up.
#[must_use]
pub const fn gateway_fee(amount: i64) -> (i64, i64) {
    let fees = (amount * 2 + 50) / 100 + 300;
    (fees, (fees * 18 + 50) / 100)
}

/// Reads a telephone number as the contract answers it: ten digits, or eleven that begin with a zero, are Indian and get +91;
/// every other number names its country.
///
/// # Errors
/// What is wrong with it, in the contract's words (instamojo.md section 4.2).
pub fn indian_phone(typed: &str) -> Result<String, String> {
    let bare: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let digits = bare.strip_prefix('0').unwrap_or(&bare);
    let national = digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match digits {
        _ if national => format!("+91{digits}"),
        _ if digits.len() == 12 && digits.starts_with("91") => format!("+{digits}"),
        _ => typed.to_owned(),
    };
    crate::text::phone(&whole).map_err(|_| "Enter a valid phone number".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Transfer, TransferReason};
    use crate::money::Currency;
    use proptest::prelude::*;
    use uuid::Uuid;

    #[test]
    fn the_fee_is_that_of_the_contracts_sample() {
        assert_eq!(gateway_fee(1_000), (320, 58));
    }

    #[test]
    fn what_is_left_is_commission_once_the_split_is_final_and_what_is_missing_comes_from_it() {
        assert_eq!(sweep(500, 0, false), 0);
        assert_eq!(sweep(500, 0, true), 500);
        assert_eq!(sweep(-500, 200, false), -200);
        assert_eq!(sweep(-500, 900, true), -500);
        assert_eq!(sweep(-500, -10, true), 0);
    }

    #[test]
    fn numbers_get_the_countrys_code() {
        for typed in ["9999999999", "09999999999", "919999999999", "+91 99999-99999"] {
            assert_eq!(indian_phone(typed).as_deref(), Ok("+919999999999"), "{typed}");
        }
        assert_eq!(indian_phone("+2348031234567").as_deref(), Ok("+2348031234567"));
        for typed in ["", "12", "abc", "call 9999999999"] {
            assert!(indian_phone(typed).is_err(), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn moves_balance_whatever_stood_before(left in -1_000_i64..1_000, share in 1_i64..1_000, available in 0_i64..1_000, fulfilled: bool) {
            let account = AccountId(Uuid::from_u128(1));
            let taken = sweep(left - share, available, fulfilled);
            let moves = Moves { left: -share - taken, merchant: Some((account, share)), commission: taken, ..Moves::default() };
            let of = Of { payment: PaymentId(Uuid::from_u128(2)), marketplace: AccountId(Uuid::from_u128(3)), left };
            let transfer = Transfer::new(Currency::Inr, TransferReason::Split, moves.lines(of));
            prop_assert!(transfer.is_ok(), "{transfer:?}");
        }
    }
}
