//! Who acts on an order (rules.md section 1).

use serde::{Deserialize, Serialize};
use std::fmt;

/// The part somebody plays in one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Pays, and accepts or rejects.
    Buyer,
    /// The account whose profile the order was paid under.
    Seller,
    /// Sees the orders of its associated sellers; never acts on one, but sets its commission.
    Operator,
    /// Platform staff that rules on a Disputed order.
    DisputeManager,
    /// Platform staff.
    Administrator,
    /// The payment rail reporting money.
    Rail,
    /// Timers and the settlement of payouts.
    System,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Buyer,
        Self::Seller,
        Self::Operator,
        Self::DisputeManager,
        Self::Administrator,
        Self::Rail,
        Self::System,
    ];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Operator => "operator",
            Self::DisputeManager => "dispute_manager",
            Self::Administrator => "administrator",
            Self::Rail => "rail",
            Self::System => "system",
        }
    }

    /// The role with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// With its article, as in "waits for the buyer".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Buyer => "the buyer",
            Self::Seller => "the seller",
            Self::Operator => "the marketplace operator",
            Self::DisputeManager => "the dispute manager",
            Self::Administrator => "the administrator",
            Self::Rail => "the payment provider",
            Self::System => "Holdfast",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Somebody who asks for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The part played.
    pub role: Role,
    /// Whether a member of staff is also a party of this order, who may then not rule on it.
    pub is_party: bool,
}

impl Actor {
    /// Somebody acting in `role` only.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, is_party: matches!(role, Role::Buyer | Role::Seller | Role::Operator) }
    }

    /// The side of the trade, where the actor is on one.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self.role {
            Role::Buyer => Some(Side::Buyer),
            Role::Seller => Some(Side::Seller),
            _ => None,
        }
    }
}

/// One of the two sides of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The side that pays.
    Buyer,
    /// The side that delivers.
    Seller,
}

impl Side {
    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Buyer => Self::Seller,
            Self::Seller => Self::Buyer,
        }
    }

    /// The role of this side.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Buyer => Role::Buyer,
            Self::Seller => Role::Seller,
        }
    }
}
