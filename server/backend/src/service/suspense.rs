//! Money that does not fit: kept, shown to the administrator, and returned or applied by hand with a reason (rules.md
//! section 5.6).

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::OrderNotice;
use crate::port::{Send, SendState, Target};
use crate::repo::ledger::{self, Posting};
use crate::repo::orders::{self, Stored};
use crate::repo::payments::{self, Payment};
use crate::repo::suspense::{self, Change};
use crate::repo::{accounts, bank_statements, staff_events};
use crate::service::attempts::Attempts;
use crate::service::bank_transfer::BANK_RAIL;
use crate::service::execute::execute_over;
use crate::service::payouts::{ANSWER_LEASE, ASK_AGAIN};
use crate::service::viewer::Viewer;
use crate::service::{notify, quote};
use domain::Money;
use domain::ids::{OrderId, PayoutId, SuspenseId};
use domain::ledger::{LedgerAccount, Line, Transfer, TransferReason};
use domain::order::{Actor, Command, Role};
use domain::text;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;
use uuid::Uuid;

pub use crate::repo::suspense::{SuspenseItem, SuspenseStatus};

const ROWS: u64 = 100;
const CANDIDATES: u64 = 10;

/// One amount in suspense, for the administrator.
#[derive(Debug, Clone)]
pub struct SuspenseRow {
    /// The item.
    pub item: SuspenseItem,
    /// Number of the order that was to be paid.
    pub number: i64,
    /// Who paid.
    pub buyer: String,
    /// The buyer's unpaid orders that cost exactly this.
    pub candidates: Vec<(OrderId, i64, String)>,
}

/// Puts money that does not fit its order aside, in the caller's transaction.
pub(crate) async fn suspend(
    tx: &DatabaseTransaction,
    stored: &Stored,
    payment: &Payment,
    received: Money,
    cause: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let lines = vec![
        Line::debit(LedgerAccount::Clearing(payment.rail.clone()), received.minor()),
        Line::credit(LedgerAccount::Suspense(payment.rail.clone()), received.minor()),
    ];
    let key = format!("payment:{}:suspense", payment.id);
    post(tx, TransferReason::Suspense, lines, &key, payment.order, received, Some(cause), now).await?;
    let item = SuspenseItem {
        id: SuspenseId(Uuid::now_v7()),
        payment: payment.id,
        order: payment.order,
        amount: received,
        rail: payment.rail.clone(),
        cause: cause.to_owned(),
        status: SuspenseStatus::Open,
        note: None,
        applied_to: None,
        attempts: 0,
        failure: None,
        created_at: now,
        updated_at: now,
    };
    suspense::insert(tx, &item).await?;
    notify::suspense(tx, stored, &item, OrderNotice::SuspenseHeld, now).await
}

#[expect(clippy::too_many_arguments, reason = "one posting, written in three places of this file")]
async fn post(
    tx: &DatabaseTransaction,
    reason: TransferReason,
    lines: Vec<Line>,
    key: &str,
    order: OrderId,
    amount: Money,
    note: Option<&str>,
    now: OffsetDateTime,
) -> Result<()> {
    let transfer = Transfer::new(amount.currency(), reason, lines)
        .map_err(|source| Error::internal("suspense transfer", source))?;
    ledger::post(tx, &Posting { transfer: &transfer, key, order: Some(order), note }, now).await?;
    Ok(())
}

/// The money leaves suspense: back to the payer, or into the order it is applied to, which holds it anew.
async fn leave(tx: &DatabaseTransaction, item: &SuspenseItem, note: &str, now: OffsetDateTime) -> Result<()> {
    let lines = vec![
        Line::debit(LedgerAccount::Suspense(item.rail.clone()), item.amount.minor()),
        Line::credit(LedgerAccount::Clearing(item.rail.clone()), item.amount.minor()),
    ];
    let key = format!("suspense:{}:resolved", item.id);
    post(tx, TransferReason::SuspenseResolved, lines, &key, item.order, item.amount, Some(note), now).await
}

impl Backend {
    /// Everything that is or was in suspense, what waits for a decision first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator.
    pub async fn suspense(&self, viewer: &Viewer) -> Result<Vec<SuspenseRow>> {
        self.administrator(viewer)?;
        let (connection, platform) = (self.db().read(), self.platform().await?);
        let mut rows = Vec::new();
        for item in suspense::newest(connection, ROWS).await? {
            let Stored { order, facts } = orders::by_id(connection, item.order).await?;
            let mut candidates = Vec::new();
            if item.status == SuspenseStatus::Open {
                let code = item.amount.currency().code();
                for stored in orders::unpaid_of(connection, order.parties.buyer, code, CANDIDATES).await? {
                    if quote::of_order(&platform, &stored.order)?.total() == item.amount.minor() {
                        candidates.push((stored.order.id, stored.facts.number, stored.facts.title));
                    }
                }
            }
            let buyer = accounts::by_id(connection, order.parties.buyer).await?;
            rows.push(SuspenseRow { number: facts.number, buyer: buyer.name, candidates, item });
        }
        Ok(rows)
    }

    /// Whether the administrator sends an item back at the bank and writes it down here: what came by bank transfer, where
    /// no rail pays to bank accounts.
    #[must_use]
    pub fn is_returned_by_hand(&self, item: &SuspenseItem) -> bool {
        item.rail == BANK_RAIL && !self.rail().takes_payments()
    }

    /// Posts that an item went back, tells its buyer, and answers what its row says then.
    async fn returned(
        &self,
        tx: &DatabaseTransaction,
        item: &SuspenseItem,
        note: &str,
        reference: Option<String>,
        now: OffsetDateTime,
    ) -> Result<Change> {
        leave(tx, item, note, now).await?;
        let stored = orders::by_id(tx, item.order).await?;
        let returned = SuspenseItem { status: SuspenseStatus::Returned, ..item.clone() };
        notify::suspense(tx, &stored, &returned, OrderNotice::SuspenseReturned, now).await?;
        Ok(Change {
            status: Some(SuspenseStatus::Returned),
            reference,
            failure: Some(None),
            due: Some(None),
            ..Change::default()
        })
    }

    /// Sends money in suspense back the way it came, or writes down that it was sent back by hand.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator, [`Error::Invalid`] at `note`, [`Error::Refused`] where it was
    /// decided already.
    pub async fn return_suspense(&self, viewer: &Viewer, id: SuspenseId, note: &str) -> Result<()> {
        let (tx, item, note, now) = self.decide_suspense(viewer, id, note).await?;
        let by_hand = self.is_returned_by_hand(&item);
        let decision = Some((note.clone(), viewer.user.0));
        let change = if by_hand {
            Change { decision, ..self.returned(&tx, &item, &note, None, now).await? }
        } else {
            Change { status: Some(SuspenseStatus::Queued), decision, due: Some(Some(now)), ..Change::default() }
        };
        suspense::change(&tx, item.id, change, now).await?;
        staff_events::record(&tx, self.staff_event(viewer, "return_suspense", id.to_string(), note)).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Pays an order of the same buyer, which costs exactly this much, with money in suspense.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator, [`Error::Invalid`] at `order` or `note`, [`Error::Denied`] where
    /// the order cannot be paid now.
    pub async fn apply_suspense(&self, viewer: &Viewer, id: SuspenseId, order: OrderId, note: &str) -> Result<()> {
        let platform = self.platform().await?;
        let (tx, item, note, now) = self.decide_suspense(viewer, id, note).await?;
        if item.status != SuspenseStatus::Open {
            return Err(Error::Refused("This money is on its way back; it cannot be applied any more."));
        }
        let mut stored = orders::lock(&tx, order).await?;
        let payer = orders::by_id(&tx, item.order).await?.order.parties.buyer;
        let due = quote::of_order(&platform, &stored.order)?;
        if payer != stored.order.parties.buyer
            || due.total() != item.amount.minor()
            || due.currency != item.amount.currency()
        {
            return Err(Error::field("order", "Choose an order of the same buyer that costs exactly this amount."));
        }
        self.same_rail(&tx, &stored, &item.rail).await?;
        leave(&tx, &item, &format!("applied to order {}: {note}", stored.facts.number), now).await?;
        let change = Change {
            status: Some(SuspenseStatus::Applied),
            decision: Some((note.clone(), viewer.user.0)),
            applied_to: Some(order),
            ..Change::default()
        };
        suspense::change(&tx, item.id, change, now).await?;
        let command = Command::Pay { amount: item.amount, quote: Box::new(due) };
        let by_hand = (Actor::new(Role::Rail), Some(viewer.user));
        execute_over(self, &tx, &mut stored, command, by_hand, &item.rail).await?;
        let applied = SuspenseItem { status: SuspenseStatus::Applied, ..item };
        notify::suspense(&tx, &stored, &applied, OrderNotice::SuspenseApplied, now).await?;
        staff_events::record(&tx, self.staff_event(viewer, "apply_suspense", id.to_string(), note)).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    async fn decide_suspense(
        &self,
        viewer: &Viewer,
        id: SuspenseId,
        note: &str,
    ) -> Result<(DatabaseTransaction, SuspenseItem, String, OffsetDateTime)> {
        self.administrator(viewer)?;
        let note = text::paragraph(note).map_err(|message| Error::field("note", message))?;
        if note.is_empty() {
            return Err(Error::field("note", "Say why, so that it can be understood later."));
        }
        let tx = self.db().begin().await?;
        let item = suspense::lock(&tx, id).await?;
        if !matches!(item.status, SuspenseStatus::Open | SuspenseStatus::Failed) {
            return Err(Error::Refused("This was decided already."));
        }
        Ok((tx, item, note, self.now()))
    }

    /// Sends the returns that are due, at most `limit`; answers how many.
    ///
    /// # Errors
    /// The first that failed, after all others were tried. A rail that does not answer is asked again.
    pub async fn send_due_returns(&self, limit: u64) -> Result<usize> {
        let due = suspense::due(self.db().read(), self.now(), limit).await?;
        let mut sent = Attempts::default();
        for id in due {
            sent.note(self.send_return(id).await);
        }
        sent.end()
    }

    async fn send_return(&self, id: SuspenseId) -> Result<()> {
        let Some(send) = self.take_return(id).await? else { return Ok(()) };
        let state = self.rail().send(&send).await.unwrap_or_else(|error| {
            tracing::warn!(suspense = %id, error = %error, "the rail did not answer; the return is asked about again");
            SendState::Unknown
        });
        self.record_return(id, send.attempt, state).await
    }

    /// Marks a return as sent before the rail hears of it, so that a crash in between is asked about, not repeated.
    async fn take_return(&self, id: SuspenseId) -> Result<Option<Send>> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let item = suspense::lock(&tx, id).await?;
        let attempt = match item.status {
            SuspenseStatus::Queued => item.attempts + 1,
            SuspenseStatus::Sent | SuspenseStatus::Unknown => item.attempts,
            _ => return Ok(None),
        };
        let payment = payments::by_id(&tx, item.payment).await?;
        let target = if payment.rail == BANK_RAIL {
            bank_statements::payer_of(&tx, payment.id)
                .await?
                .filter(|(_, number)| !number.is_empty())
                .map(|(name, number)| Target::Bank { bank: String::new(), number, name })
        } else {
            payment.reference.map(|reference| Target::Payment { reference })
        };
        let Some(target) = target else {
            let failure = "The bank's statement does not say which account it came from.".to_owned();
            let change = Change {
                status: Some(SuspenseStatus::Failed),
                failure: Some(Some(failure)),
                due: Some(None),
                ..Change::default()
            };
            suspense::change(&tx, id, change, now).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let change = Change {
            status: Some(SuspenseStatus::Sent),
            attempts: Some(attempt),
            due: Some(Some(now + ANSWER_LEASE)),
            ..Change::default()
        };
        suspense::change(&tx, id, change, now).await?;
        tx.commit().await?;
        // The rail knows an instruction by its id, whatever it is for.
        Ok(Some(Send { payout: PayoutId(id.0), attempt, amount: item.amount, target }))
    }

    async fn record_return(&self, id: SuspenseId, attempt: i32, state: SendState) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let item = suspense::lock(&tx, id).await?;
        if item.status != SuspenseStatus::Sent || item.attempts != attempt {
            return Ok(());
        }
        let change = match state {
            SendState::Paid { reference } => {
                self.returned(&tx, &item, item.note.as_deref().unwrap_or_default(), Some(reference), now).await?
            }
            SendState::Failed(reason) => Change {
                status: Some(SuspenseStatus::Failed),
                failure: Some(Some(reason)),
                due: Some(None),
                ..Change::default()
            },
            SendState::Unknown => {
                Change { status: Some(SuspenseStatus::Unknown), due: Some(Some(now + ASK_AGAIN)), ..Change::default() }
            }
        };
        suspense::change(&tx, id, change, now).await?;
        Ok(tx.commit().await?)
    }
}
