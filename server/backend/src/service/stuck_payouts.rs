//! Payouts and refunds that wait for a person: a refund to another way, a retry, and what nobody claims (rules.md
//! section 5.7).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::ledger::{self, Posting};
use crate::repo::orders;
use crate::repo::payouts::{self, Change, Payout, PayoutKind, PayoutStatus};
use crate::repo::{accounts, bank_accounts, desk_payouts, staff_events};
use crate::service::access::OrderRef;
use crate::service::attempts::Attempts;
use crate::service::bank::{self, BankAccount, BankDetails};
use crate::service::names::Names;
use crate::service::payouts::owed;
use crate::service::viewer::Viewer;
use crate::service::{execute, notify};
use domain::ids::{BankAccountId, PayoutId};
use domain::ledger::{LedgerAccount, Line, Transfer, TransferReason};
use domain::order::Role;
use domain::permission::StaffRole;
use time::Duration;
use uuid::Uuid;

/// After this time without bank details a leg is set aside, so that the order completes.
pub(crate) const UNCLAIMED_AFTER: Duration = Duration::days(90);

/// After this time without an answer of the bank somebody should look.
pub(crate) const UNANSWERED_AFTER: Duration = Duration::days(3);

/// An instruction that waits for a person, for the administrator.
#[derive(Debug, Clone)]
pub struct StuckPayout {
    /// The instruction.
    pub payout: Payout,
    /// The order's number.
    pub number: i64,
    /// Whose money it is.
    pub beneficiary: String,
}

impl Backend {
    /// The buyer says to which bank account a refund goes that the rail could not take back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the buyer, [`Error::Refused`] where no refund waits, [`Error::Invalid`] at a field.
    pub async fn refund_to_bank(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        form: &BankDetails,
    ) -> Result<()> {
        let access = self.open_order(self.db().read(), viewer, reference).await?.0.to_act()?;
        if access.actor.role != Role::Buyer {
            return Err(Error::NotFound);
        }
        // Who comes by a signed link has nothing else to show.
        viewer.map_or(Ok(()), Viewer::confirmed)?;
        let (currency, bank) = bank::check(form, self.is_sandbox())?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let stored = orders::lock(&tx, access.order).await?;
        let legs = payouts::of_order(&tx, access.order).await?;
        let none = || Error::Refused("No refund of this order waits for bank details.");
        let refund = legs.into_iter().find(|leg| leg.kind == PayoutKind::Refund).ok_or_else(none)?;
        // Read again under its lock: the administrator may be trying it once more at this moment.
        let refund = payouts::lock(&tx, refund.id).await?;
        if !waits(refund.status) {
            return Err(none());
        }
        if currency != refund.amount.currency() {
            let message =
                format!("The refund is in {}; give an account that takes it.", refund.amount.currency().code());
            return Err(Error::field("currency", message));
        }
        let buyer = stored.order.parties.buyer;
        let bank = if access.user.is_some() {
            bank::replace(&tx, buyer.into(), currency, bank, now).await?
        } else {
            // A link opens one order, so what its holder says counts for this refund alone.
            if accounts::by_id(&tx, buyer).await?.claimed {
                return Err(Error::Refused("This address has an account. Sign in to say where the refund goes."));
            }
            let bank = BankAccount { id: BankAccountId(Uuid::now_v7()), usable_from: now, ..bank };
            bank_accounts::insert_once(&tx, buyer.into(), currency, &bank, now).await?;
            bank
        };
        let change = Change {
            status: PayoutStatus::Queued,
            attempts: refund.attempts,
            reference: None,
            failure: None,
            bank_account: Some(bank.id),
            due: Some(bank.usable_from.max(now)),
        };
        payouts::change(&tx, refund.id, change, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Sends a refused instruction once more, to where it was to go, with the administrator's reason.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else, [`Error::Refused`] where nothing was refused.
    pub async fn retry_payout(&self, viewer: &Viewer, id: PayoutId) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let payout = payouts::lock(&tx, id).await?;
        let has_target = payout.bank_account.is_some() || payout.payment.is_some();
        if !matches!(payout.status, PayoutStatus::Failed | PayoutStatus::Unclaimed) || !has_target {
            return Err(Error::Refused("Only what the bank refused or what was set aside can be tried again."));
        }
        let change =
            Change { reference: None, ..Change::of(&payout, PayoutStatus::Queued, payout.attempts, Some(now)) };
        payouts::change(&tx, id, change, now).await?;
        staff_events::record(&tx, self.staff_event(viewer, "retry_payout", id.to_string(), payout.amount.to_string()))
            .await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// What waits for a person, oldest first, for the administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn stuck_payouts(&self, viewer: &Viewer, limit: u64) -> Result<Vec<StuckPayout>> {
        self.administrator(viewer)?;
        let connection = self.db().read();
        let (mut rows, mut names) = (Vec::new(), Names::default());
        for payout in payouts::stuck(connection, self.now() - UNANSWERED_AFTER, limit).await? {
            let stored = orders::by_id(connection, payout.order).await?;
            let beneficiary = names.party(connection, payout.party).await?;
            rows.push(StuckPayout { number: stored.facts.number, beneficiary, payout });
        }
        Ok(rows)
    }

    /// Sets legs aside that waited 90 days for bank details, or in a batch that nobody sent, at most `limit`; answers how
    /// many.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub async fn set_aside_unclaimed(&self, limit: u64) -> Result<usize> {
        let forgotten = payouts::forgotten(self.db().read(), self.now() - UNCLAIMED_AFTER, limit).await?;
        let mut set_aside = Attempts::default();
        for id in forgotten {
            set_aside.note(self.set_aside(id).await);
        }
        set_aside.end()
    }

    async fn set_aside(&self, id: PayoutId) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let order = payouts::order_of(&tx, id).await?;
        let mut stored = orders::lock(&tx, order).await?;
        let payout = payouts::lock(&tx, id).await?;
        let on_desk = matches!(payout.status, PayoutStatus::Queued | PayoutStatus::Approved)
            && payouts::next_attempt(&tx, id).await?.is_none();
        let waited = on_desk || matches!(payout.status, PayoutStatus::WaitingForBank | PayoutStatus::Failed);
        if !waited || payout.set_aside_at.is_some() || payout.updated_at > now - UNCLAIMED_AFTER {
            return Ok(());
        }
        let minor = payout.amount.minor();
        let lines =
            vec![Line::debit(owed(&payout)?, minor), Line::credit(LedgerAccount::Unclaimed(payout.party), minor)];
        let transfer = Transfer::new(payout.amount.currency(), TransferReason::Unclaimed, lines)
            .map_err(|source| Error::internal("unclaimed transfer", source))?;
        let key = format!("payout:{id}:unclaimed");
        ledger::post(&tx, &Posting { transfer: &transfer, key: &key, order: Some(order), note: None }, now).await?;
        payouts::set_aside(&tx, id, now).await?;
        desk_payouts::set_batch(&tx, id, None).await?;
        notify::unclaimed(&tx, &stored, &payout, now).await?;
        if stored.order.status.is_settling() && payouts::unpaid(&tx, order).await? == 0 {
            execute::complete(self, &tx, &mut stored, now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Lets the administrator in.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub(crate) fn administrator(&self, viewer: &Viewer) -> Result<()> {
        let is = viewer.verified && viewer.staff == Some(StaffRole::Administrator);
        if is { Ok(()) } else { Err(Error::NotFound) }
    }

    pub(crate) fn staff_event(
        &self,
        viewer: &Viewer,
        action: &str,
        subject: String,
        detail: String,
    ) -> staff_events::StaffEvent {
        staff_events::StaffEvent { at: self.now(), user: Some(viewer.user), action: action.to_owned(), subject, detail }
    }
}

const fn waits(status: PayoutStatus) -> bool {
    matches!(status, PayoutStatus::Failed | PayoutStatus::WaitingForBank | PayoutStatus::Unclaimed)
}
