//! What programs of marketplaces do through Instamojo's API: tokens, merchants, payment requests, payments with their settlements,
//! fulfilment and refunds, and payouts of balances (instamojo.md). Over the ledger, rail and outbox that orders use; the wire's own
//! words are the HTTP layer's.

mod banks;
mod clients;
mod collect;
mod gateway;
mod money;
mod payouts;
mod refunds;
mod requests;
mod settle;
mod tokens;
mod users;
mod views;
mod webhook;

pub use banks::{MerchantBank, StoredBank};
pub use clients::*;
pub use collect::{CollectionReturn, PayForm};
pub use gateway::*;
pub use money::in_rupees;
pub use payouts::PayoutFilter;
pub use refunds::NewRefund;
pub use requests::*;
pub use settle::NewSettlement;
pub use tokens::*;
pub use users::*;
pub use views::{CollectionLine, CollectionList, CollectionRow, CollectionView, MerchantPage, PaymentApi};
pub(crate) use webhook::PaymentWebhookTransport;
pub use webhook::mac;

pub use crate::repo::balance_payouts::{BalancePayout, Progress, SendStatus};
pub use crate::repo::collections::{Collection, CollectionStatus};
pub use crate::repo::refund_cases::RefundCase;
pub use crate::repo::settlements::{Settlement, SettlementKind, SettlementStatus};
pub use domain::collection::RefundReason;

/// Which page of a list, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPage {
    /// From 1.
    pub page: u64,
    /// Most rows.
    pub limit: u64,
}

impl ListPage {
    /// The page, counted from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.page.saturating_sub(1)
    }

    /// This page of rows that were all read.
    fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let skip = usize::try_from(self.index().saturating_mul(self.limit)).unwrap_or(usize::MAX);
        let take = usize::try_from(self.limit).unwrap_or(usize::MAX);
        all.into_iter().skip(skip).take(take).collect()
    }
}
