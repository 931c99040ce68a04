//! The rail of an installation without a payment provider: it takes and sends no money.

use super::{OpenPayment, OpenedPayment, PaymentState, Rail, RailError, Send, SendState};
use async_trait::async_trait;

/// Refuses every payment, and leaves payouts unknown until a provider is configured.
#[derive(Debug, Clone, Copy, Default)]
pub struct ManualRail;

fn none_configured() -> RailError {
    RailError("no payment rail is configured".into())
}

#[async_trait]
impl Rail for ManualRail {
    fn name(&self) -> &'static str {
        "manual"
    }

    fn takes_payments(&self) -> bool {
        false
    }

    async fn open_payment(&self, _request: OpenPayment) -> Result<OpenedPayment, RailError> {
        Err(none_configured())
    }

    async fn payment(&self, _reference: &str) -> Result<PaymentState, RailError> {
        Err(none_configured())
    }

    async fn send(&self, _send: &Send) -> Result<SendState, RailError> {
        Err(none_configured())
    }
}
