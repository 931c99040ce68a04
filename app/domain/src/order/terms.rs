//! The terms an order is paid under: a snapshot of the seller's delivery terms (rules.md sections 4 and 5).

use super::Commission;
use crate::fee::Bearer;
use serde::{Deserialize, Serialize};

/// What happens when the buyer neither accepts nor rejects in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSilence {
    /// The delivery counts as accepted.
    Accept,
    /// The order is cancelled and the buyer refunded less the cancellation fee.
    RefundLessFee,
}

/// Whether a rejected or late order is refunded or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundPolicy {
    /// Money back.
    Refund,
    /// A second delivery instead of money back.
    ReplacementOnly,
}

/// The agreed conditions. Durations carry their unit in the name; amounts are minor units of the order's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Hours to pay, 1 to 720.
    pub payment_hours: u32,
    /// Days to deliver, 1 to 90.
    pub delivery_days: u32,
    /// Hours the buyer has to accept or reject, 24 to 720.
    pub inspection_hours: u32,
    /// What the buyer's silence means.
    pub on_silence: OnSilence,
    /// Hours the seller has to answer a rejection, 24 to 336.
    pub answer_hours: u32,
    /// Days the seller has to raise a dispute, 1 to 30.
    pub raise_days: u32,
    /// Days the dispute manager has, 1 to 60.
    pub ruling_days: u32,
    /// Days the administrator then has, 1 to 30.
    pub escalation_days: u32,
    /// Refund or replacement.
    pub refund_policy: RefundPolicy,
    /// Hours after payment in which a buyer cancels without a fee (0 to 8,760).
    pub cancellation_free_hours: u32,
    /// Fee of a later cancellation, minor units; never charged beyond the price.
    pub cancellation_fee: i64,
    /// Part of the price that goes to the seller before commission is taken, minor units.
    pub non_split: i64,
    /// Who bears the escrow fee.
    pub escrow_fee_bearer: Bearer,
    /// Who bears the payment rail's fee.
    pub gateway_fee_bearer: Bearer,
    /// Whether the service provider, rather than the order, bears the payout fee.
    pub provider_bears_payout_fee: bool,
    /// What the seller (with a provider) or the operator keeps.
    pub commission: Commission,
    /// Whether the seller is a private person like the buyer, so that the escrow fee is capped higher (P2P, rules.md
    /// section 5.2).
    #[serde(default)]
    pub private: bool,
}

/// A term outside its bounds: the name of the field and what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be between {min} and {max}")]
pub struct TermsError {
    /// Name of the field.
    pub field: &'static str,
    /// Least allowed value.
    pub min: i64,
    /// Greatest allowed value.
    pub max: i64,
}

impl Default for Terms {
    /// The platform's defaults (rules.md section 4).
    fn default() -> Self {
        Self {
            payment_hours: 72,
            delivery_days: 7,
            inspection_hours: 72,
            on_silence: OnSilence::Accept,
            answer_hours: 72,
            raise_days: 5,
            ruling_days: 10,
            escalation_days: 5,
            refund_policy: RefundPolicy::Refund,
            cancellation_free_hours: 0,
            cancellation_fee: 0,
            non_split: 0,
            escrow_fee_bearer: Bearer::Buyer,
            gateway_fee_bearer: Bearer::Seller,
            provider_bears_payout_fee: false,
            commission: Commission::default(),
            private: false,
        }
    }
}

impl Terms {
    /// Checks every bound against a price of `price` minor units.
    ///
    /// # Errors
    /// Each term that is out of bounds.
    pub fn validate(&self, price: i64) -> Result<(), Vec<TermsError>> {
        let bounds: [(&'static str, i64, i64, i64); 10] = [
            ("payment_hours", i64::from(self.payment_hours), 1, 720),
            ("delivery_days", i64::from(self.delivery_days), 1, 90),
            ("inspection_hours", i64::from(self.inspection_hours), 24, 720),
            ("answer_hours", i64::from(self.answer_hours), 24, 336),
            ("raise_days", i64::from(self.raise_days), 1, 30),
            ("ruling_days", i64::from(self.ruling_days), 1, 60),
            ("escalation_days", i64::from(self.escalation_days), 1, 30),
            ("cancellation_free_hours", i64::from(self.cancellation_free_hours), 0, 8_760),
            ("cancellation_fee", self.cancellation_fee, 0, price),
            ("non_split", self.non_split, 0, price),
        ];
        let wrong: Vec<TermsError> = bounds
            .into_iter()
            .filter(|(_, value, min, max)| value < min || value > max)
            .map(|(field, _, min, max)| TermsError { field, min, max })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
