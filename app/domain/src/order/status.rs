//! The statuses of an order (rules.md section 2).

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an order stands. Ten are AtaraPay's; Awaiting Payment, Expired and Rejection Under Review are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Created, not paid.
    AwaitingPayment,
    /// Never paid in time; no money moved.
    Expired,
    /// Paid; delivery not begun or under way.
    Pending,
    /// Delivered; the buyer accepts or rejects.
    AwaitingBuyerResponse,
    /// Accepted; payouts under way.
    Accepted,
    /// The buyer rejected; the seller answers.
    RejectionUnderReview,
    /// Rejected and the item confirmed in good condition; refund under way.
    Rejected,
    /// Both agreed on a second delivery attempt.
    PendingSecond,
    /// The seller says the returned item is not in good condition.
    Dispute,
    /// The seller raised it; the dispute manager steps in.
    Disputed,
    /// Withdrawn, settled or ruled; money under way.
    DisputeResolved,
    /// Cancelled; refund under way.
    Cancelled,
    /// Every payout and refund of the order is paid.
    Completed,
}

impl Status {
    /// Every status, in the order of rules.md.
    pub const ALL: [Self; 13] = [
        Self::AwaitingPayment,
        Self::Expired,
        Self::Pending,
        Self::AwaitingBuyerResponse,
        Self::Accepted,
        Self::RejectionUnderReview,
        Self::Rejected,
        Self::PendingSecond,
        Self::Dispute,
        Self::Disputed,
        Self::DisputeResolved,
        Self::Cancelled,
        Self::Completed,
    ];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::Expired => "expired",
            Self::Pending => "pending",
            Self::AwaitingBuyerResponse => "awaiting_buyer_response",
            Self::Accepted => "accepted",
            Self::RejectionUnderReview => "rejection_under_review",
            Self::Rejected => "rejected",
            Self::PendingSecond => "pending_second",
            Self::Dispute => "dispute",
            Self::Disputed => "disputed",
            Self::DisputeResolved => "dispute_resolved",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
        }
    }

    /// The status with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }

    /// The word on screens, in mails and in the demo's JSON.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "Awaiting Payment",
            Self::Expired => "Expired",
            Self::Pending => "Pending",
            Self::AwaitingBuyerResponse => "Awaiting Buyer Response",
            Self::Accepted => "Accepted",
            Self::RejectionUnderReview => "Rejection Under Review",
            Self::Rejected => "Rejected",
            Self::PendingSecond => "Pending II",
            Self::Dispute => "Dispute",
            Self::Disputed => "Disputed",
            Self::DisputeResolved => "Dispute Resolved",
            Self::Cancelled => "Cancelled",
            Self::Completed => "Completed",
        }
    }

    /// The numeric id and title on AtaraPay's wire; `None` for the two that never appear there.
    #[must_use]
    pub const fn wire(self) -> Option<(u8, &'static str)> {
        match self {
            Self::AwaitingPayment | Self::Expired => None,
            Self::Pending => Some((1, "Pending")),
            Self::AwaitingBuyerResponse => Some((2, "Awaiting Buyer Response")),
            Self::Rejected | Self::RejectionUnderReview => Some((3, "Rejected")),
            Self::Accepted => Some((4, "Accepted")),
            Self::Completed => Some((5, "Complete")),
            Self::PendingSecond => Some((6, "Pending II")),
            Self::Dispute => Some((7, "Dispute")),
            Self::Disputed => Some((8, "Disputed")),
            Self::Cancelled => Some((9, "Canceled")),
            Self::DisputeResolved => Some((10, "Dispute Resolved")),
        }
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Expired | Self::Completed)
    }

    /// Whether the buyer's money is in the order's hold account in this status.
    #[must_use]
    pub const fn holds_money(self) -> bool {
        matches!(
            self,
            Self::Pending
                | Self::AwaitingBuyerResponse
                | Self::RejectionUnderReview
                | Self::PendingSecond
                | Self::Dispute
                | Self::Disputed
        )
    }

    /// Whether the hold was divided and its payouts and refunds are not all paid yet.
    #[must_use]
    pub const fn is_settling(self) -> bool {
        matches!(self, Self::Accepted | Self::Rejected | Self::Cancelled | Self::DisputeResolved)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}
