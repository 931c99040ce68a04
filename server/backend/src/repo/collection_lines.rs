//! The ledger's postings of one collected payment.

use crate::entity::{ledger_account, ledger_posting, ledger_transfer};
use crate::error::{Error, Result};
use domain::ids::PaymentId;
use domain::ledger::{EntrySide, LedgerAccount};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A posting with its account and why it was made.
#[derive(Debug, FromQueryResult)]
pub(crate) struct CollectionPosting {
    /// Which transfer it is a line of.
    pub(crate) transfer: Uuid,
    /// Why the money moved, as stored.
    pub(crate) reason: String,
    /// When, unix milliseconds.
    pub(crate) at_ms: i64,
    /// The account's code.
    pub(crate) code: String,
    side: String,
    minor: i64,
}

impl CollectionPosting {
    /// The account, and by how much its balance changed, minor units.
    ///
    /// # Errors
    /// An internal error where the code is none of the chart.
    pub(crate) fn change(&self) -> Result<(LedgerAccount, i64)> {
        let account = LedgerAccount::from_code(&self.code)
            .ok_or_else(|| Error::internal("ledger account", "a code that is not in the chart"))?;
        let debit = account.normal_side() == EntrySide::Debit;
        let grows = (self.side == "debit") == debit;
        Ok((account, if grows { self.minor } else { -self.minor }))
    }
}

/// Every posting of the transfers that touched the payment, oldest first.
pub(crate) async fn of_payment(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<CollectionPosting>> {
    let own =
        [LedgerAccount::Collected(payment), LedgerAccount::Receivable(payment), LedgerAccount::PaymentRefund(payment)];
    let accounts: Vec<Uuid> = ledger_account::Entity::find()
        .filter(ledger_account::Column::Code.is_in(own.map(|account| account.code())))
        .select_only()
        .column(ledger_account::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    let transfers: Vec<Uuid> = ledger_posting::Entity::find()
        .filter(ledger_posting::Column::AccountId.is_in(accounts))
        .select_only()
        .column(ledger_posting::Column::TransferId)
        .into_tuple()
        .all(connection)
        .await?;
    let transfers: BTreeSet<Uuid> = transfers.into_iter().collect();
    let transfer = ledger_posting::Entity::belongs_to(ledger_transfer::Entity)
        .from(ledger_posting::Column::TransferId)
        .to(ledger_transfer::Column::Id);
    let account = ledger_posting::Entity::belongs_to(ledger_account::Entity)
        .from(ledger_posting::Column::AccountId)
        .to(ledger_account::Column::Id);
    let rows = ledger_posting::Entity::find()
        .select_only()
        .column_as(ledger_transfer::Column::Id, "transfer")
        .column(ledger_transfer::Column::Reason)
        .column_as(ledger_transfer::Column::CreatedAt, "at_ms")
        .column(ledger_account::Column::Code)
        .column(ledger_posting::Column::Side)
        .column_as(ledger_posting::Column::AmountMinor, "minor")
        .join(JoinType::InnerJoin, transfer.into())
        .join(JoinType::InnerJoin, account.into())
        .filter(ledger_posting::Column::TransferId.is_in(transfers))
        .order_by_asc(ledger_transfer::Column::CreatedAt)
        // Posting ids rise with time, so they order transfers of the same millisecond.
        .order_by_asc(ledger_posting::Column::Id)
        .into_model::<CollectionPosting>()
        .all(connection)
        .await?;
    Ok(rows)
}
