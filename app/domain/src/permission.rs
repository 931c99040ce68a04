//! Who may see an order, and in which part they act on it (rules.md sections 1 and 6).

use crate::ids::AccountId;
use crate::order::{Actor, CommandKind, Denied, Order, Parties, Role, check};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What kind of party an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Buys.
    Buyer,
    /// Sells as a private person.
    IndividualSeller,
    /// Sells as a business, with service providers.
    BusinessSeller,
    /// Runs a marketplace of registered sellers.
    MarketplaceOperator,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Buyer, Self::IndividualSeller, Self::BusinessSeller, Self::MarketplaceOperator];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::IndividualSeller => "individual_seller",
            Self::BusinessSeller => "business_seller",
            Self::MarketplaceOperator => "marketplace_operator",
        }
    }

    /// The kind with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether accounts of this kind sell.
    #[must_use]
    pub const fn sells(self) -> bool {
        matches!(self, Self::IndividualSeller | Self::BusinessSeller)
    }
}

/// What a person may do for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Everything, and deciding who else is a member.
    Owner,
    /// Everything but members and bank details.
    Manager,
    /// Payouts, bank details and statements.
    Finance,
    /// Orders and messages.
    Support,
    /// Looks, and changes nothing.
    ReadOnly,
}

impl MemberRole {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Manager, Self::Finance, Self::Support, Self::ReadOnly];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Finance => "finance",
            Self::Support => "support",
            Self::ReadOnly => "read_only",
        }
    }

    /// The role with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// The role in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Finance => "Finance",
            Self::Support => "Support",
            Self::ReadOnly => "Read-only",
        }
    }

    /// What the role is for, in one sentence.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Owner => "Everything, and who else is in the team.",
            Self::Manager => "Everything but the team and the bank details.",
            Self::Finance => "Bank details and payouts; looks at the rest.",
            Self::Support => "Orders and messages; looks at the rest.",
            Self::ReadOnly => "Looks at everything and changes nothing.",
        }
    }

    /// Whether a member with this role may do this for the account. Everybody in the team may look.
    #[must_use]
    pub const fn may(self, capability: Capability) -> bool {
        match self {
            Self::Owner => true,
            Self::Manager => matches!(capability, Capability::Orders | Capability::Catalogue),
            Self::Finance => matches!(capability, Capability::Bank),
            Self::Support => matches!(capability, Capability::Orders),
            Self::ReadOnly => false,
        }
    }
}

/// What a member of an account may be let do, beyond looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Placing orders, and acting and writing on them.
    Orders,
    /// Listings, storefront, delivery terms, service providers, associations and commissions.
    Catalogue,
    /// Where the account and its service providers are paid, and when.
    Bank,
    /// Who else is a member, and in which role.
    Members,
    /// Keys that let programs act for the account, and where programs are told.
    Programs,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 5] = [Self::Orders, Self::Catalogue, Self::Bank, Self::Members, Self::Programs];
}

/// What a member of platform staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Rules on disputes.
    DisputeManager,
    /// Accounts, payout desk, settings.
    Administrator,
}

impl StaffRole {
    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::DisputeManager => "dispute_manager",
            Self::Administrator => "administrator",
        }
    }

    /// The role with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::DisputeManager, Self::Administrator].into_iter().find(|role| role.key() == key)
    }
}

/// The actor that somebody with these accounts is in an order; `None` where they may not even know that it exists.
/// Buyer comes before seller comes before operator; staff see an order only in their own part.
#[must_use]
pub fn actor(parties: &Parties, accounts: &[AccountId], staff: Option<StaffRole>) -> Option<Actor> {
    match party(parties, accounts) {
        Some((role, _)) => Some(Actor::new(role)),
        None => staff.map(|staff| Actor { role: staff_role(staff), is_party: false }),
    }
}

/// The part that somebody with these accounts plays in an order, and for which of the accounts.
#[must_use]
pub fn party(parties: &Parties, accounts: &[AccountId]) -> Option<(Role, AccountId)> {
    let parts =
        [(Role::Buyer, Some(parties.buyer)), (Role::Seller, Some(parties.seller)), (Role::Operator, parties.operator)];
    let mut mine = parts.into_iter().filter_map(|(role, account)| Some((role, account?)));
    mine.find(|(_, account)| accounts.contains(account))
}

const fn staff_role(staff: StaffRole) -> Role {
    match staff {
        StaffRole::DisputeManager => Role::DisputeManager,
        StaffRole::Administrator => Role::Administrator,
    }
}

/// The commands of people, each with whether `actor` may give it now and else why not. Pages draw their buttons from it.
#[must_use]
pub fn actions(order: &Order, actor: Actor, now: OffsetDateTime) -> Vec<(CommandKind, Result<(), Denied>)> {
    CommandKind::ALL
        .into_iter()
        .filter(|kind| {
            !matches!(kind, CommandKind::Place | CommandKind::Pay | CommandKind::TimeOut | CommandKind::Complete)
        })
        .map(|kind| (kind, check(order, kind, actor, now).map(|_| ())))
        .collect()
}
