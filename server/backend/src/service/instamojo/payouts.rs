//! Payouts of balances: what is three working days old goes to the bank (instamojo.md sections 6 and 8.4).

use super::ListPage;
use super::money::{self, Balances, INR};
use super::refunds::{TRY_AGAIN, answered, sent};
use super::requests::form::Reader;
use super::tokens::Bearer;
use crate::Backend;
use crate::error::{Error, Result};
use crate::port::{Send, SendState, Target};
use crate::repo::balance_payouts::{self, BalancePayout, Progress, SendStatus, Wanted};
use crate::repo::{bank_accounts, collections, ledger, settlements};
use crate::service::attempts::{Attempts, DuePages};
use crate::service::payouts::readiness;
use domain::Money;
use domain::ids::{AccountId, BankAccountId, PartyId, PayoutId};
use domain::ledger::{LedgerAccount, Line, TransferReason};
use domain::schedule::not_payable_from;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

/// After so many working days a settlement is paid out.
pub(super) const WORKING_DAYS: u32 = 3;

/// Which payouts are listed; a text is empty where it does not matter.
#[derive(Debug, Clone, Default)]
pub struct PayoutFilter {
    /// The payout with this id.
    pub id: String,
    /// Made at this instant or later.
    pub start_time: String,
    /// Made at this instant or before.
    pub end_time: String,
}

/// What of a balance can be paid out.
pub(super) struct Payable {
    /// All of it, paise.
    pub(super) balance: i64,
    /// What of it is on its way to the bank.
    pub(super) on_the_way: i64,
    /// What of the rest is old enough, there, and neither queued for a debit nor owed.
    pub(super) now: i64,
}

impl Backend {
    /// Makes payouts of the balances that are due; answers how many.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub(crate) async fn make_balance_payouts(&self) -> Result<usize> {
        let mut made = Attempts::default();
        for account in ledger::holding(self.db().read(), "balance", INR).await? {
            if let LedgerAccount::Balance(account) = account
                && self.payable(self.db().read(), account).await?.now > 0
            {
                made.add(self.make_balance_payout(account).await);
            }
        }
        made.end()
    }

    async fn make_balance_payout(&self, account: AccountId) -> Result<usize> {
        let now = self.now();
        let tx = self.db().begin().await?;
        // The balance is held before it is read, so that no debit takes what is paid out.
        Balances::lock(&tx, &[account]).await?;
        let payable = self.payable(&tx, account).await?;
        let ready = readiness(&tx, PartyId::Account(account), INR).await?;
        let Some((bank, _)) = ready.filter(|(_, usable_from)| *usable_from <= now) else { return Ok(0) };
        if payable.now <= 0 || payable.on_the_way > 0 || refused_lately(&tx, account, bank, now).await? {
            return Ok(0);
        }
        let payout = BalancePayout {
            id: Uuid::now_v7(),
            account,
            amount: payable.now,
            rail: self.rail().name().to_owned(),
            bank_account: bank,
            bank: String::new(),
            progress: Progress::queued(now),
            created_at: now,
            updated_at: now,
        };
        balance_payouts::insert(&tx, &payout).await?;
        tx.commit().await?;
        Ok(1)
    }

    /// What of an account's balance can be paid out now.
    pub(super) async fn payable(&self, connection: &impl ConnectionTrait, account: AccountId) -> Result<Payable> {
        let (balance, on_the_way) = balance_of(connection, account).await?;
        let holidays = &self.platform_on(connection).await?.settings.holidays;
        let since = not_payable_from(self.now(), WORKING_DAYS, holidays);
        let young = ledger::grown_since(connection, &LedgerAccount::Balance(account), INR, since).await?;
        let queued = settlements::queued_sum(connection, account).await?;
        let short = collections::short(connection, account).await?;
        let held = money::unbacked(connection, account).await?;
        Ok(Payable { balance, on_the_way, now: (balance - on_the_way - young - queued - short - held).max(0) })
    }

    /// Sends the payouts of balances that are due, at most `limit` at a time; answers how many were looked at.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub(crate) async fn send_balance_payouts(&self, limit: u64) -> Result<usize> {
        let mut pages = DuePages::of(limit);
        while let Some(skip) = pages.turn() {
            let due = balance_payouts::due(self.db().read(), self.now(), skip, limit).await?;
            pages.found(due.len());
            for id in &due {
                pages.note(self.send_balance_payout(*id).await);
            }
        }
        pages.end()
    }

    async fn send_balance_payout(&self, id: Uuid) -> Result<()> {
        let Some(send) = self.take_balance_payout(id).await? else { return Ok(()) };
        let state = self.rail().send(&send).await.unwrap_or_else(|error| {
            tracing::warn!(payout = %id, %error, "the rail did not answer; the payout is asked about again");
            SendState::Unknown
        });
        let now = self.now();
        let tx = self.db().begin().await?;
        let payout = balance_payouts::lock(&tx, id).await?;
        if payout.progress.status != SendStatus::Sent || payout.progress.attempts != send.attempt {
            return Ok(());
        }
        let progress = answered(&payout.progress, state, now);
        balance_payouts::progress(&tx, id, &progress, now).await?;
        if progress.status == SendStatus::Paid {
            let lines = vec![
                Line::debit(LedgerAccount::Balance(payout.account), payout.amount),
                Line::credit(LedgerAccount::Clearing(payout.rail), payout.amount),
            ];
            money::write(&tx, TransferReason::Payout, lines, &format!("balance_payout:{id}"), now).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn take_balance_payout(&self, id: Uuid) -> Result<Option<Send>> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let payout = balance_payouts::lock(&tx, id).await?;
        // One that was refused is not sent again: the balance holds its money, and a new payout takes it.
        if !SendStatus::OPEN.contains(&payout.status()) {
            return Ok(None);
        }
        let bank = bank_accounts::by_id(&tx, payout.bank_account).await?;
        let bank = bank.ok_or_else(|| Error::internal("balance payout", "its bank account is not there"))?;
        let progress = sent(&payout.progress, now);
        balance_payouts::progress(&tx, id, &progress, now).await?;
        tx.commit().await?;
        let amount = Money::new(payout.amount, INR).map_err(|source| Error::internal("balance payout", source))?;
        let target = Target::Bank { bank: bank.bank, number: bank.number, name: bank.holder };
        Ok(Some(Send { payout: PayoutId(id), attempt: progress.attempts, amount, target }))
    }

    /// A page of the payouts of a token's own balance, newest first, with how many there are.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `id`, `start_time`, `end_time`.
    pub async fn balance_payouts(
        &self,
        caller: &Bearer,
        filter: &PayoutFilter,
        page: ListPage,
    ) -> Result<(Vec<BalancePayout>, u64)> {
        let mut reader = Reader::default();
        let wanted = Wanted {
            id: reader.id("id", &filter.id),
            made: [reader.instant("start_time", &filter.start_time), reader.instant("end_time", &filter.end_time)],
        };
        self.payouts_of_balance(caller.owner(), &reader.all_right(Some(wanted))?, page).await
    }

    /// One payout of a token's own balance, by the 32 hexadecimal digits of its id.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other.
    pub async fn balance_payout(&self, caller: &Bearer, id: &str) -> Result<BalancePayout> {
        let id = Uuid::try_parse(id).map_err(|_| Error::NotFound)?;
        balance_payouts::of_account(self.db().read(), caller.owner(), id).await
    }

    pub(super) async fn payouts_of_balance(
        &self,
        account: AccountId,
        wanted: &Wanted,
        page: ListPage,
    ) -> Result<(Vec<BalancePayout>, u64)> {
        let connection = self.db().read();
        let (mut rows, total) = balance_payouts::page(connection, account, wanted, page.index(), page.limit).await?;
        for row in &mut rows {
            if let Some(bank) = bank_accounts::by_id(connection, row.bank_account).await? {
                row.bank = format!("{} {}", bank.bank, bank.ending());
            }
        }
        Ok((rows, total))
    }
}

/// What an account's balance holds, and what of that is on its way to the bank, paise.
pub(super) async fn balance_of(connection: &impl ConnectionTrait, account: AccountId) -> Result<(i64, i64)> {
    let balances = ledger::balances(connection, &LedgerAccount::Balance(account)).await?;
    let on_the_way = balance_payouts::on_the_way(connection, account).await?;
    Ok((balances.get(INR.code()).copied().unwrap_or(0), on_the_way))
}

/// Whether the bank refused the last payout to this very account a short while ago.
async fn refused_lately(
    tx: &DatabaseTransaction,
    account: AccountId,
    bank: BankAccountId,
    now: OffsetDateTime,
) -> Result<bool> {
    let last = balance_payouts::newest(tx, account).await?;
    Ok(last.is_some_and(|last| {
        last.progress.status == SendStatus::Failed && last.bank_account == bank && now < last.updated_at + TRY_AGAIN
    }))
}
