//! What of a batch may leave: each payout to the bank account that stands now, and nothing that was set aside meanwhile.

use crate::error::{Error, Result};
use crate::repo::batches::Batch;
use crate::repo::desk_payouts;
use crate::repo::payouts::{self, Change, Payout, PayoutKind, PayoutStatus};
use crate::service::payouts::readiness;
use domain::ids::{BankAccountId, BatchId};
use domain::money::Money;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;

/// The payouts of a batch that were not sent or set aside, each locked until the transaction ends.
pub(super) async fn locked(tx: &DatabaseTransaction, batch: BatchId) -> Result<Vec<Payout>> {
    let mut found = Vec::new();
    for payout in desk_payouts::of_batch(tx, batch).await? {
        let payout = payouts::lock(tx, payout.id).await?;
        if matches!(payout.status, PayoutStatus::Queued | PayoutStatus::Approved) {
            found.push(payout);
        }
    }
    Ok(found)
}

/// Another bank account that a payout goes to since it was queued, and from when.
pub(super) async fn present_bank(
    tx: &DatabaseTransaction,
    payout: &Payout,
) -> Result<Option<(BankAccountId, OffsetDateTime)>> {
    // A refund goes where its buyer said for this refund.
    if payout.kind != PayoutKind::Payout {
        return Ok(None);
    }
    let present = readiness(tx, payout.party, payout.amount.currency()).await?;
    Ok(present.filter(|(bank, _)| payout.bank_account != Some(*bank)))
}

/// Takes a payout out of its batch; it waits on the desk again, or for its new bank account until that may be used.
pub(super) async fn take_out(
    tx: &DatabaseTransaction,
    payout: &Payout,
    present: Option<(BankAccountId, OffsetDateTime)>,
    now: OffsetDateTime,
) -> Result<()> {
    desk_payouts::set_batch(tx, payout.id, None).await?;
    let due = present.map(|(_, usable_from)| usable_from.max(now));
    let bank_account = present.map_or(payout.bank_account, |(bank, _)| Some(bank));
    let change = Change { bank_account, ..Change::of(payout, PayoutStatus::Queued, payout.attempts, due) };
    payouts::change(tx, payout.id, change, now).await
}

/// What of a batch can leave, to the bank accounts that stand now. What has to wait for a changed one leaves the batch, whose total
/// is what remains.
///
/// # Errors
/// [`Error::Refused`] where nothing remains.
pub(super) async fn leaving(tx: &DatabaseTransaction, batch: &mut Batch, now: OffsetDateTime) -> Result<Vec<Payout>> {
    let (mut leaving, mut total) = (Vec::new(), 0);
    for mut payout in locked(tx, batch.id).await? {
        match present_bank(tx, &payout).await? {
            Some((bank, usable_from)) if usable_from <= now => payout.bank_account = Some(bank),
            Some(present) => {
                take_out(tx, &payout, Some(present), now).await?;
                continue;
            }
            None => {}
        }
        total += payout.amount.minor();
        leaving.push(payout);
    }
    if leaving.is_empty() {
        return Err(Error::Refused("Nothing is left in this batch. Take it apart; what waits comes back to the desk."));
    }
    batch.total = Money::new(total, batch.currency).map_err(|source| Error::internal("batch total", source))?;
    Ok(leaving)
}
