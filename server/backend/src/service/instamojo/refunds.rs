//! Refunds of a marketplace's payments (instamojo.md section 10). The marketplace's account pays them; the buyer is sent the money
//! once that account covers it, so that nobody else's money is lent.

use super::ListPage;
use super::collect::case_code;
use super::money::{self, Balances, INR, Movement, refused};
use super::tokens::Bearer;
use crate::Backend;
use crate::error::{Error, Result};
use crate::port::{Send, SendState, Target};
use crate::repo::balance_payouts::{Progress, SendStatus};
use crate::repo::collections::{self, Collection, CollectionStatus, Scope};
use crate::repo::refund_cases::{self, CaseKind, RefundCase};
use crate::service::attempts::{Attempts, DuePages};
use crate::service::payouts::{ANSWER_LEASE, ASK_AGAIN};
use crate::service::typed::keep;
use domain::Money;
use domain::collection::{Moves, RefundReason, may_refund};
use domain::ids::{AccountId, PaymentId, PayoutId};
use domain::ledger::{LedgerAccount, Line, TransferReason};
use domain::text;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Longest name of a refund, in characters.
const ID_CHARS_MAX: usize = 64;
/// When something is tried again that the bank refused.
pub(super) const TRY_AGAIN: Duration = Duration::hours(24);
/// When to look again whether a refund is covered. What covers it wakes it earlier.
const LOOK_AGAIN: Duration = Duration::hours(1);

/// A refund as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct NewRefund {
    /// Three letters.
    pub reason: String,
    /// Why, in words.
    pub body: String,
    /// Rupees; what is not refunded yet where it is not given.
    pub amount: Option<String>,
    /// The caller's name for it, needed from the second refund of a payment on.
    pub transaction_id: Option<String>,
}

struct Asked {
    reason: RefundReason,
    body: String,
    amount: i64,
    amount_text: String,
    transaction_id: Option<String>,
}

impl Backend {
    /// Refunds a payment, whole or in part, from the marketplace's account, also where it was settled already.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a payment that is unknown or another marketplace's; [`Error::Refused`] where it did not succeed or
    /// less is left to refund; [`Error::Invalid`] at `type`, `body`, `refund_amount`, `transaction_id`.
    pub async fn refund_collection(&self, marketplace: AccountId, code: &str, new: NewRefund) -> Result<RefundCase> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let id = collections::scoped(&tx, Scope::Marketplace(marketplace), code).await?.id;
        let mut it = collections::lock(&tx, id).await?;
        let earlier = refund_cases::of_payment(&tx, it.id).await?;
        let asked = read(&it, &earlier, new)?;
        if it.status != CollectionStatus::Succeeded {
            return Err(Error::Refused("This payment did not succeed, so there is nothing to refund."));
        }
        may_refund(&it.standing(0), asked.amount).map_err(refused)?;
        let case = RefundCase {
            id: Uuid::now_v7(),
            code: case_code(),
            payment: it.id,
            kind: CaseKind::Case,
            reason: asked.reason,
            body: asked.body,
            amount_text: asked.amount_text,
            amount: asked.amount,
            transaction_id: asked.transaction_id,
            progress: Progress::queued(now),
            created_at: now,
            updated_at: now,
        };
        refund_cases::insert(&tx, &case).await?;
        it.refunded += case.amount;
        let balances = Balances::lock(&tx, &[it.owner]).await?;
        let moves = Moves { left: -case.amount, refund: case.amount, ..Moves::default() };
        let key = format!("refund_case:{}", case.id);
        let movement = Movement { reason: TransferReason::Refund, key: &key, arrived: 0, moves };
        money::post(&tx, &mut it, &balances, movement, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(case)
    }

    /// The refunds of a payment, oldest first. Whoever asks was let see the payment.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refund_cases_of(&self, payment: PaymentId) -> Result<Vec<RefundCase>> {
        refund_cases::of_payment(self.db().read(), payment).await
    }

    /// One refund that a token opens, with its payment.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other.
    pub async fn refund_case(&self, caller: &Bearer, code: &str) -> Result<(RefundCase, Collection)> {
        let connection = self.db().read();
        let case = refund_cases::by_code(connection, whole(caller), caller.owner(), code).await?;
        let it = collections::by_id(connection, case.payment).await?;
        Ok((case, it))
    }

    /// A page of the refunds that a token opens, newest first, with how many there are.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refund_cases(&self, caller: &Bearer, page: ListPage) -> Result<(Vec<(RefundCase, Collection)>, u64)> {
        let connection = self.db().read();
        let (cases, total) =
            refund_cases::page(connection, whole(caller), caller.owner(), page.index(), page.limit).await?;
        let payments = collections::by_ids(connection, cases.iter().map(|case| case.payment)).await?;
        let rows = cases.into_iter().map(|case| {
            let it = payments.get(&case.payment).cloned().ok_or(Error::NotFound)?;
            Ok((case, it))
        });
        Ok((rows.collect::<Result<_>>()?, total))
    }

    /// Covers what owners owe for payments from their balances; answers for how many payments something moved.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub(crate) async fn cover_short_payments(&self) -> Result<usize> {
        let mut done = Attempts::default();
        for owner in collections::short_owners(self.db().read()).await? {
            for payment in collections::short_of(self.db().read(), owner).await? {
                done.add(self.cover(payment).await.map(usize::from));
            }
        }
        done.end()
    }

    async fn cover(&self, payment: PaymentId) -> Result<bool> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let mut it = collections::lock(&tx, payment).await?;
        let balances = Balances::lock(&tx, &[it.owner]).await?;
        if it.left >= 0 || balances.available(it.owner) <= 0 {
            return Ok(false);
        }
        let before = it.left;
        let key = format!("cover:{}", Uuid::now_v7());
        let movement = Movement { reason: TransferReason::Refund, key: &key, arrived: 0, moves: Moves::default() };
        money::post(&tx, &mut it, &balances, movement, now).await?;
        tx.commit().await?;
        Ok(it.left != before)
    }

    /// Sends the refunds that are due and covered, at most `limit` at a time; answers how many were looked at.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub(crate) async fn send_due_cases(&self, limit: u64) -> Result<usize> {
        let mut pages = DuePages::of(limit);
        while let Some(skip) = pages.turn() {
            let due = refund_cases::due(self.db().read(), self.now(), skip, limit).await?;
            pages.found(due.len());
            for (case, payment) in &due {
                pages.note(self.send_case(*case, *payment).await);
            }
        }
        pages.end()
    }

    async fn send_case(&self, case: Uuid, payment: PaymentId) -> Result<()> {
        let Some(send) = self.take_case(case, payment).await? else { return Ok(()) };
        let state = self.rail().send(&send).await.unwrap_or_else(|error| {
            tracing::warn!(%case, %error, "the rail did not answer; the refund is asked about again");
            SendState::Unknown
        });
        let now = self.now();
        let tx = self.db().begin().await?;
        let it = collections::lock(&tx, payment).await?;
        let case = refund_cases::lock(&tx, case).await?;
        if case.progress.status != SendStatus::Sent || case.progress.attempts != send.attempt {
            return Ok(());
        }
        let progress = answered(&case.progress, state, now);
        refund_cases::progress(&tx, case.id, &progress, now).await?;
        if progress.status == SendStatus::Paid {
            let lines = vec![
                Line::debit(LedgerAccount::PaymentRefund(it.id), case.amount),
                Line::credit(LedgerAccount::Clearing(it.rail.clone()), case.amount),
            ];
            let key = format!("refund_case_paid:{}", case.id);
            money::write(&tx, TransferReason::RefundPaid, lines, &key, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Marks a refund as sent before the rail hears of it, so that a crash in between is asked about, not repeated.
    async fn take_case(&self, case: Uuid, payment: PaymentId) -> Result<Option<Send>> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let it = collections::lock(&tx, payment).await?;
        let case = refund_cases::lock(&tx, case).await?;
        if case.status() == SendStatus::Paid {
            return Ok(None);
        }
        if !case.progress.is_with_the_rail() && !it.covers_refunds() {
            let later = Progress { due: Some(now + LOOK_AGAIN), ..case.progress.clone() };
            refund_cases::progress(&tx, case.id, &later, now).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let progress = sent(&case.progress, now);
        refund_cases::progress(&tx, case.id, &progress, now).await?;
        let reference =
            it.reference.clone().ok_or_else(|| Error::internal("refund", "a payment without the rail's reference"))?;
        tx.commit().await?;
        let amount = Money::new(case.amount, INR).map_err(|source| Error::internal("refund", source))?;
        Ok(Some(Send {
            payout: PayoutId(case.id),
            attempt: progress.attempts,
            amount,
            target: Target::Payment { reference },
        }))
    }
}

/// An instruction that the rail is about to hear of. What it may have heard of already is asked about under the same number.
pub(super) fn sent(progress: &Progress, now: OffsetDateTime) -> Progress {
    let attempts = progress.attempts + i32::from(!progress.is_with_the_rail());
    Progress { status: SendStatus::Sent, attempts, due: Some(now + ANSWER_LEASE), ..progress.clone() }
}

/// What the rail answered.
pub(super) fn answered(progress: &Progress, state: SendState, now: OffsetDateTime) -> Progress {
    let attempts = progress.attempts;
    match state {
        SendState::Paid { reference } => {
            Progress { status: SendStatus::Paid, reference: Some(reference), failure: None, attempts, due: None }
        }
        SendState::Failed(reason) => Progress {
            status: SendStatus::Failed,
            reference: None,
            failure: Some(reason),
            attempts,
            due: Some(now + TRY_AGAIN),
        },
        SendState::Unknown => Progress { status: SendStatus::Unknown, due: Some(now + ASK_AGAIN), ..progress.clone() },
    }
}

/// The marketplace whose refunds an application sees whole.
fn whole(caller: &Bearer) -> Option<AccountId> {
    caller.is_application().then_some(caller.marketplace)
}

fn read(it: &Collection, earlier: &[RefundCase], new: NewRefund) -> Result<Asked> {
    const REQUIRED: &str = "This field is required.";
    let mut wrong = Vec::new();
    let typed = new.reason.trim();
    let reason = if typed.is_empty() {
        Err(REQUIRED.to_owned())
    } else {
        RefundReason::from_key(typed).ok_or_else(|| format!("\"{typed}\" is not a valid choice."))
    };
    let reason = keep(&mut wrong, "type", reason);
    let body = if new.body.trim().is_empty() { Err(REQUIRED.to_owned()) } else { text::paragraph(&new.body) };
    let body = keep(&mut wrong, "body", body);
    let rest = if it.refunded < it.amount { it.amount - it.refunded } else { it.amount };
    let amount_text = new.amount.unwrap_or_else(|| money::in_rupees(rest));
    let amount = keep(&mut wrong, "refund_amount", money::rupees(&amount_text));
    let id = match new.transaction_id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        None if earlier.is_empty() => Ok(None),
        None => Err("This field is required from the second refund of a payment on.".to_owned()),
        Some(id) if earlier.iter().any(|case| case.transaction_id.as_deref() == Some(id)) => {
            Err("A refund of this payment has this transaction id already.".to_owned())
        }
        Some(id) => text::line(id, "the transaction id", ID_CHARS_MAX).map(Some),
    };
    let transaction_id = keep(&mut wrong, "transaction_id", id);
    match (reason, body, amount, transaction_id) {
        (Some(reason), Some(body), Some(amount), Some(transaction_id)) if wrong.is_empty() => {
            Ok(Asked { reason, body, amount, amount_text, transaction_id })
        }
        _ => Err(Error::Invalid(wrong)),
    }
}
