//! Typed ids: UUIDv7 inside, prefixed text outside (`ord_0190…`), so that two kinds cannot be mixed up.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0} id")]
pub struct ParseIdError(&'static str);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub Uuid);

        impl $name {
            /// What stands before the underscore in text.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", Self::PREFIX, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.strip_prefix(Self::PREFIX)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .filter(|rest| rest.len() == 32)
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or(ParseIdError(Self::PREFIX))
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// A person who signs in.
    UserId = "usr";
    /// A party that buys, sells or operates; people are its members.
    AccountId = "acc";
    /// A payout recipient of a Business Seller, without an account of its own.
    ProviderId = "spv";
    /// An escrow order.
    OrderId = "ord";
    /// A milestone project.
    ProjectId = "prj";
    /// A milestone of a project.
    MilestoneId = "mst";
    /// A change of a milestone that a seller asks for.
    ChangeRequestId = "chg";
    /// A priced offer to pay one order.
    QuoteId = "quo";
    /// One attempt of a buyer to pay a quote.
    PaymentId = "pay";
    /// A payout or refund instruction to the rail.
    PayoutId = "pyt";
    /// Payouts that leave together.
    BatchId = "bat";
    /// One movement of a bank statement.
    StatementLineId = "stl";
    /// A bank account of a party.
    BankAccountId = "bnk";
    /// A ledger transfer.
    TransferId = "trf";
    /// An audit event of an order.
    EventId = "evt";
    /// An uploaded file.
    FileId = "fil";
    /// An invitation to an account's team.
    InvitationId = "inv";
    /// A message in the outbox.
    OutboxId = "obx";
    /// A message in an order's dispute room.
    MessageId = "msg";
    /// Something a user is told inside the application.
    NotificationId = "ntf";
    /// Money that did not fit its order.
    SuspenseId = "sus";
    /// A seller's place under a marketplace operator.
    AssociationId = "asn";
    /// A good or service that a seller offers.
    ListingId = "lst";
    /// A picture of a listing.
    PictureId = "pic";
    /// A pair of keys for programs.
    ApiKeyId = "key";
    /// Something that an account's programs are told.
    ApiEventId = "ntc";
    /// A program of a marketplace.
    OauthClientId = "app";
    /// A link by which a buyer pays.
    PaymentRequestId = "req";
}

/// Who may be owed money: an account, or a service provider without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PartyId {
    /// An account.
    Account(AccountId),
    /// A service provider of a Business Seller.
    Provider(ProviderId),
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => id.fmt(f),
            Self::Provider(id) => id.fmt(f),
        }
    }
}

impl FromStr for PartyId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .map(Self::Account)
            .or_else(|_| text.parse().map(Self::Provider))
            .map_err(|_: ParseIdError| ParseIdError("party"))
    }
}
