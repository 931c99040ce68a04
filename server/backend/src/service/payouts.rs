//! Payouts and refunds: made when a hold is divided, sent by the workers, and the order completed by the last one
//! (rules.md section 5.7).

use crate::Backend;
use crate::error::{Error, Result};
use crate::port::{Send, SendState, Target};
use crate::repo::bank_accounts::BankOwner;
use crate::repo::ledger::{self, Posting};
use crate::repo::orders::{self, Stored};
use crate::repo::payments::{self, Payment, PaymentStatus};
use crate::repo::payouts::{self, Change, Payout, PayoutKind, PayoutStatus};
use crate::repo::{accounts, bank_accounts, desk_payouts, providers, suspense};
use crate::service::attempts::DuePages;
use crate::service::bank_transfer::BANK_RAIL;
use crate::service::{desk, execute, notify, payout_schedule};
use domain::Money;
use domain::ids::{AccountId, BankAccountId, PartyId, PayoutId};
use domain::ledger::{LedgerAccount, Line, Transfer, TransferReason};
use domain::order::settle::Settlement;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a sent instruction may stay without its answer being written before it is asked about again.
pub(crate) const ANSWER_LEASE: Duration = Duration::seconds(60);
/// Between two questions about an instruction the rail does not know about.
pub(crate) const ASK_AGAIN: Duration = Duration::minutes(5);

/// What was told of an instruction.
pub(crate) struct Answered {
    /// Of which try.
    pub(crate) attempt: i32,
    /// What.
    pub(crate) state: SendState,
}

/// Writes one instruction for each beneficiary and one for the refund.
pub(crate) async fn instruct(
    backend: &Backend,
    tx: &DatabaseTransaction,
    stored: &Stored,
    settlement: &Settlement,
    now: OffsetDateTime,
) -> Result<()> {
    let payment = paid_by(tx, stored).await?;
    // Money leaves from where it came in, so that no rail pays out what it never had.
    let rail = payment.as_ref().map_or_else(|| backend.rail().name().to_owned(), |payment| payment.rail.clone());
    let money = |minor| Money::new(minor, settlement.currency).map_err(|source| Error::internal("settlement", source));
    let instruction = |kind, party, amount, status| Payout {
        id: PayoutId(Uuid::now_v7()),
        order: stored.order.id,
        kind,
        party,
        amount,
        rail: rail.clone(),
        status,
        bank_account: None,
        payment: None,
        reference: None,
        failure: None,
        attempts: 0,
        set_aside_at: None,
        batch: None,
        created_at: now,
        updated_at: now,
    };
    for (party, minor) in settlement.payables() {
        let ready = readiness(tx, party, settlement.currency).await?;
        let status = if ready.is_some() { PayoutStatus::Queued } else { PayoutStatus::WaitingForBank };
        let mut payout = instruction(PayoutKind::Payout, party, money(minor)?, status);
        let (bank, usable_from) = ready.map_or((None, now), |(bank, usable_from)| (Some(bank), usable_from.max(now)));
        let due = payout_schedule::next(backend, tx, party, settlement.currency, usable_from).await?;
        payout.bank_account = bank;
        payouts::insert(tx, &payout, due).await?;
        if bank.is_none() {
            notify::bank_details_missing(tx, stored, &payout, now).await?;
        }
    }
    if settlement.refund_total() > 0 {
        let buyer = PartyId::Account(stored.order.parties.buyer);
        let mut refund =
            instruction(PayoutKind::Refund, buyer, money(settlement.refund_total())?, PayoutStatus::Queued);
        match payment {
            // A bank transfer has no way back of its own, and more than was paid cannot go back that way: the buyer says
            // where the refund goes.
            Some(payment) if payment.rail == BANK_RAIL || refund.amount.minor() > payment.amount.minor() => {
                let bank = bank_accounts::current(tx, stored.order.parties.buyer.into(), settlement.currency).await?;
                refund.bank_account = bank.as_ref().map(|bank| bank.id);
                if bank.is_none() {
                    refund.status = PayoutStatus::WaitingForBank;
                }
            }
            payment => refund.payment = payment.map(|payment| payment.id),
        }
        payouts::insert(tx, &refund, now).await?;
        if refund.status == PayoutStatus::WaitingForBank {
            notify::payout_failed(tx, stored, &refund, now).await?;
        }
    }
    Ok(())
}

/// The payment an order was paid with: its own, one in suspense that was applied to it, or, where everything it holds was
/// carried into it, that of the order it came from.
pub(crate) async fn paid_by(tx: &impl ConnectionTrait, stored: &Stored) -> Result<Option<Payment>> {
    let mut order = (stored.order.id, stored.facts.carried_from);
    loop {
        let paid = payments::of_order(tx, order.0).await?;
        if let Some(payment) = paid.into_iter().find(|payment| payment.status == PaymentStatus::Succeeded) {
            return Ok(Some(payment));
        }
        if let Some(id) = suspense::applied_payment(tx, order.0).await? {
            return Ok(Some(payments::by_id(tx, id).await?));
        }
        let Some(origin) = order.1 else { return Ok(None) };
        order = (origin, orders::by_id(tx, origin).await?.facts.carried_from);
    }
}

/// The bank account a party can be paid to and from when, once its identity is verified; `None` where something is missing.
pub(crate) async fn readiness(
    connection: &impl ConnectionTrait,
    party: PartyId,
    currency: domain::Currency,
) -> Result<Option<(BankAccountId, OffsetDateTime)>> {
    let owner = match party {
        PartyId::Account(account) => BankOwner::Account(account),
        PartyId::Provider(provider) => providers::by_id(connection, provider).await?.bank_owner(),
    };
    // A provider has no account: its Business Seller is the one whose identity was checked.
    let (BankOwner::Account(checked) | BankOwner::Provider { seller: checked, .. }) = owner;
    if !accounts::is_identity_verified(connection, checked).await? {
        return Ok(None);
    }
    let bank = bank_accounts::current(connection, owner, currency).await?;
    Ok(bank.map(|bank| (bank.id, bank.usable_from)))
}

/// Queues what waited for a party's bank details, or failed on its old ones.
pub(crate) async fn queue_waiting(tx: &DatabaseTransaction, party: PartyId, now: OffsetDateTime) -> Result<usize> {
    let mut queued = 0;
    for waiting in payouts::waiting(tx, party).await? {
        let Some((bank, usable_from)) = readiness(tx, party, waiting.amount.currency()).await? else { continue };
        // Read again under its lock: somebody else may have sent it meanwhile.
        let payout = payouts::lock(tx, waiting.id).await?;
        if payout.status != waiting.status {
            continue;
        }
        let change = Change {
            status: PayoutStatus::Queued,
            attempts: payout.attempts,
            reference: None,
            failure: None,
            bank_account: Some(bank),
            due: Some(usable_from.max(now)),
        };
        payouts::change(tx, payout.id, change, now).await?;
        queued += 1;
    }
    for currency in domain::Currency::TRADED {
        // What waits for its turn goes to the new account too, and not before that may be used.
        if let Some((bank, usable_from)) = readiness(tx, party, currency).await? {
            payouts::redirect(tx, party, currency, bank, usable_from).await?;
        }
    }
    Ok(queued)
}

/// Queues what waited for an account's identity check: its own payouts and those of its service providers.
pub(crate) async fn queue_verified(tx: &DatabaseTransaction, account: AccountId, now: OffsetDateTime) -> Result<()> {
    queue_waiting(tx, PartyId::Account(account), now).await?;
    for provider in providers::ids_of(tx, account).await? {
        queue_waiting(tx, PartyId::Provider(provider), now).await?;
    }
    Ok(())
}

impl Backend {
    /// Sends the payouts and refunds that are due, at most `limit`; answers how many.
    ///
    /// # Errors
    /// The first that failed, after all others were tried. A rail that does not answer leaves the instruction to be asked about again.
    pub async fn send_due_payouts(&self, limit: u64) -> Result<usize> {
        let mut pages = DuePages::of(limit);
        while let Some(skip) = pages.turn() {
            let due = payouts::due(self.db().read(), self.now(), skip, limit).await?;
            pages.found(due.len());
            for id in &due {
                pages.note(self.send_payout(*id).await);
            }
        }
        pages.end()
    }

    async fn send_payout(&self, id: PayoutId) -> Result<()> {
        let Some(send) = self.take_for_sending(id).await? else { return Ok(()) };
        let state = match self.rail().send(&send).await {
            Ok(state) => state,
            Err(error) => {
                tracing::warn!(payout = %id, error = %error, "the rail did not answer; the payout is asked about again");
                SendState::Unknown
            }
        };
        self.record_answer(id, send.attempt, state).await
    }

    /// Marks the instruction as sent before the rail hears of it, so that a crash in between is asked about, not repeated.
    async fn take_for_sending(&self, id: PayoutId) -> Result<Option<Send>> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let payout = payouts::lock(&tx, id).await?;
        if let Some(due) = self.put_off(&tx, &payout, now).await? {
            payouts::change(&tx, id, Change::of(&payout, payout.status, payout.attempts, due), now).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let attempts = match payout.status {
            PayoutStatus::Queued | PayoutStatus::Approved => payout.attempts + 1,
            PayoutStatus::Sent | PayoutStatus::Unknown => payout.attempts,
            _ => return Ok(None),
        };
        let Some(target) = self.target(&tx, &payout).await? else {
            let change = Change::of(&payout, PayoutStatus::WaitingForBank, attempts - 1, None);
            payouts::change(&tx, id, change, now).await?;
            tx.commit().await?;
            return Ok(None);
        };
        payouts::change(&tx, id, Change::of(&payout, PayoutStatus::Sent, attempts, Some(now + ANSWER_LEASE)), now)
            .await?;
        tx.commit().await?;
        Ok(Some(Send { payout: id, attempt: attempts, amount: payout.amount, target }))
    }

    /// Whether a queued instruction is not sent now: until when it is put off, or that it waits for a person on the desk.
    async fn put_off(
        &self,
        tx: &DatabaseTransaction,
        payout: &Payout,
        now: OffsetDateTime,
    ) -> Result<Option<Option<OffsetDateTime>>> {
        if payout.status != PayoutStatus::Queued {
            return Ok(None);
        }
        if let Some(bank) = payout.bank_account
            && let Some(bank) = bank_accounts::by_id(tx, bank).await?.filter(|bank| bank.usable_from > now)
        {
            return Ok(Some(Some(bank.usable_from)));
        }
        if let Some(later) = payout_schedule::below_least(self, tx, payout, now).await? {
            return Ok(Some(Some(later)));
        }
        Ok(desk::waits_on_desk(&self.platform_on(tx).await?, payout).then_some(None))
    }

    async fn target(&self, tx: &DatabaseTransaction, payout: &Payout) -> Result<Option<Target>> {
        // A refund has a bank account only where the way it was paid did not take it back.
        if let Some(bank) = payout.bank_account {
            let bank = bank_accounts::by_id(tx, bank).await?;
            return Ok(bank.map(|bank| Target::Bank { bank: bank.bank, number: bank.number, name: bank.holder }));
        }
        let Some(payment) = payout.payment else { return Ok(None) };
        let reference = payments::by_id(tx, payment).await?.reference;
        Ok(reference.map(|reference| Target::Payment { reference }))
    }

    async fn record_answer(&self, id: PayoutId, attempt: i32, state: SendState) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        // The order is locked before its instruction, as every command does, so that nobody waits in a circle.
        let order = payouts::order_of(&tx, id).await?;
        let mut stored = orders::lock(&tx, order).await?;
        let payout = payouts::lock(&tx, id).await?;
        if payout.status != PayoutStatus::Sent || payout.attempts != attempt {
            return Ok(());
        }
        self.settle_payout(&tx, &mut stored, &payout, Answered { attempt, state }, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Writes what the rail or the bank's statement told of a sent instruction, in the caller's transaction, which holds
    /// the order and then the instruction.
    pub(crate) async fn settle_payout(
        &self,
        tx: &DatabaseTransaction,
        stored: &mut Stored,
        payout: &Payout,
        answered: Answered,
        now: OffsetDateTime,
    ) -> Result<()> {
        let Answered { attempt, state } = answered;
        match state {
            SendState::Paid { reference } => {
                let mut change = Change::of(payout, PayoutStatus::Paid, attempt, None);
                change.reference = Some(reference);
                change.failure = None;
                payouts::change(tx, payout.id, change, now).await?;
                self.post_paid(tx, payout, attempt, now).await?;
                notify::payout_paid(tx, stored, payout, now).await?;
                if payouts::unpaid(tx, payout.order).await? == 0 && stored.order.status.is_settling() {
                    execute::complete(self, tx, stored, now).await?;
                }
            }
            SendState::Failed(reason) => {
                let mut change = Change::of(payout, PayoutStatus::Failed, attempt, None);
                change.failure = Some(reason);
                payouts::change(tx, payout.id, change, now).await?;
                desk_payouts::set_batch(tx, payout.id, None).await?;
                notify::payout_failed(tx, stored, payout, now).await?;
            }
            SendState::Unknown => {
                let change = Change::of(payout, PayoutStatus::Unknown, attempt, Some(now + ASK_AGAIN));
                payouts::change(tx, payout.id, change, now).await?;
            }
        }
        Ok(())
    }

    /// A paid instruction came back from the bank: its money is owed again, set aside until the party gives other details.
    /// The order stays as it ended.
    pub(crate) async fn return_payout(
        &self,
        tx: &DatabaseTransaction,
        stored: &Stored,
        payout: &Payout,
        reason: &str,
        key: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        let minor = payout.amount.minor();
        let lines = vec![
            Line::debit(LedgerAccount::Clearing(payout.rail.clone()), minor),
            Line::credit(LedgerAccount::Unclaimed(payout.party), minor),
        ];
        let transfer = Transfer::new(payout.amount.currency(), TransferReason::Unclaimed, lines)
            .map_err(|source| Error::internal("returned payout", source))?;
        let posting = Posting { transfer: &transfer, key, order: Some(payout.order), note: Some(reason) };
        ledger::post(tx, &posting, now).await?;
        let mut change = Change::of(payout, PayoutStatus::Unclaimed, payout.attempts, None);
        change.failure = Some(reason.to_owned());
        payouts::change(tx, payout.id, change, now).await?;
        payouts::set_aside(tx, payout.id, now).await?;
        desk_payouts::set_batch(tx, payout.id, None).await?;
        notify::payout_failed(tx, stored, payout, now).await
    }

    async fn post_paid(
        &self,
        tx: &DatabaseTransaction,
        payout: &Payout,
        attempt: i32,
        now: OffsetDateTime,
    ) -> Result<()> {
        let reason = match payout.kind {
            PayoutKind::Payout => TransferReason::Payout,
            PayoutKind::Refund => TransferReason::RefundPaid,
        };
        let owed = if payout.set_aside_at.is_some() { LedgerAccount::Unclaimed(payout.party) } else { owed(payout)? };
        let minor = payout.amount.minor();
        let lines = vec![Line::debit(owed, minor), Line::credit(LedgerAccount::Clearing(payout.rail.clone()), minor)];
        let transfer = Transfer::new(payout.amount.currency(), reason, lines)
            .map_err(|source| Error::internal("payout transfer", source))?;
        // What came back from the bank is paid a second time, by a later attempt.
        let key = format!("payout:{}:{attempt}", payout.id);
        ledger::post(tx, &Posting { transfer: &transfer, key: &key, order: Some(payout.order), note: None }, now)
            .await?;
        Ok(())
    }
}

/// The account that owes what an instruction pays.
pub(crate) fn owed(payout: &Payout) -> Result<LedgerAccount> {
    match (payout.kind, payout.party) {
        (PayoutKind::Payout, party) => Ok(LedgerAccount::Payable(party)),
        (PayoutKind::Refund, PartyId::Account(buyer)) => Ok(LedgerAccount::RefundDue(buyer)),
        (PayoutKind::Refund, PartyId::Provider(_)) => {
            Err(Error::internal("refund", "a refund to somebody who is not a buyer"))
        }
    }
}
