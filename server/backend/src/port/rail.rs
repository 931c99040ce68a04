//! The payment rail: what a payment provider does for us. The sandbox rail and real providers implement it.
//!
//! Every call carries an id of ours, so that a repeated call after a crash does the thing once. A rail's notification is
//! only a hint: the service asks [`Rail::payment`] for what really happened.

use async_trait::async_trait;
use domain::Money;
use domain::ids::{PaymentId, PayoutId};

/// A buyer is about to pay.
#[derive(Debug, Clone)]
pub struct OpenPayment {
    /// Our id; opening the same one again answers the same page.
    pub payment: PaymentId,
    /// What is asked for.
    pub amount: Money,
    /// What the buyer reads on the provider's page.
    pub description: String,
    /// Where the browser goes afterwards, absolute.
    pub return_url: String,
}

/// Where the buyer pays.
#[derive(Debug, Clone)]
pub struct OpenedPayment {
    /// The rail's own reference.
    pub reference: String,
    /// The hosted payment page.
    pub url: String,
}

/// How a payment stands at the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentState {
    /// The buyer has not finished.
    Open,
    /// On its way; the rail does not know yet.
    Pending,
    /// Money arrived.
    Succeeded(ConfirmedPayment),
    /// No money arrived, with a sentence for the buyer.
    Failed(String),
}

/// Money that really arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedPayment {
    /// How much; may differ from what was asked.
    pub received: Money,
    /// What the buyer used, for the receipt: "Card ending 4242".
    pub method: String,
}

/// Where money is sent.
#[derive(Debug, Clone)]
pub enum Target {
    /// To a bank account.
    Bank {
        /// The bank's name.
        bank: String,
        /// The account number.
        number: String,
        /// The holder's name.
        name: String,
    },
    /// Back to where the payment with this rail reference came from.
    Payment {
        /// The rail's reference of the payment.
        reference: String,
    },
}

/// A payout or refund to send.
#[derive(Debug, Clone)]
pub struct Send {
    /// Our id; sending the same one again sends nothing twice.
    pub payout: PayoutId,
    /// Which try this is, from 1. A rail takes a new try only after it answered [`SendState::Failed`] to the last.
    pub attempt: i32,
    /// How much.
    pub amount: Money,
    /// Where to.
    pub target: Target,
}

/// How a payout or refund stands at the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendState {
    /// The money is there.
    Paid {
        /// The rail's reference.
        reference: String,
    },
    /// The rail refused, with the reason.
    Failed(String),
    /// The rail does not know; it must be asked again, and nothing may be sent again meanwhile.
    Unknown,
}

/// The rail did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the payment rail did not answer")]
pub struct RailError(#[source] pub Box<dyn std::error::Error + std::marker::Send + Sync>);

/// A payment provider.
#[async_trait]
pub trait Rail: std::marker::Send + Sync {
    /// The stored name, as in `clearing:<name>`.
    fn name(&self) -> &'static str;

    /// Whether buyers can pay by it at all.
    fn takes_payments(&self) -> bool {
        true
    }

    /// Opens a hosted payment page.
    async fn open_payment(&self, request: OpenPayment) -> Result<OpenedPayment, RailError>;

    /// How a payment stands.
    async fn payment(&self, reference: &str) -> Result<PaymentState, RailError>;

    /// Sends money; repeating the same payout and attempt answers the same.
    async fn send(&self, send: &Send) -> Result<SendState, RailError>;
}
