//! The mail with the link of a payment request.

use super::letter::Letter;
use crate::Backend;
use domain::Money;
use domain::clock_text::{self, Zone};
use domain::ids::PaymentRequestId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A mail that asks a buyer to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLinkMail {
    /// The request.
    pub request: PaymentRequestId,
    /// The path of its hosted page.
    pub path: String,
    /// Who is paid.
    pub seller: String,
    /// Whom it greets; may be empty.
    pub buyer: String,
    /// What is paid for, in the seller's words.
    pub purpose: String,
    /// How much.
    pub amount: Money,
    /// Until when the link works.
    pub until: Option<OffsetDateTime>,
}

impl PaymentLinkMail {
    /// What the mail is, in words.
    pub(super) fn title(&self) -> String {
        format!("{} asks you to pay {}", self.seller, self.amount)
    }

    pub(super) fn letter(&self, backend: &Backend) -> Letter {
        let buyer = &self.buyer;
        let heading = if buyer.is_empty() { self.title() } else { format!("{}, {buyer}", self.title()) };
        let until = self.until.map(|until| format!("The link works until {}.", clock_text::instant(until, Zone::UTC)));
        Letter::new(self.title(), heading)
            .quote(&self.seller, Some(&self.purpose))
            .button(format!("Pay {}", self.amount), backend.url(&self.path))
            .say(until.unwrap_or_default())
            .footer("If you did not buy anything there, ignore this mail; nothing is charged unless you pay.")
    }
}
