//! The payout desk: what waits for the bank is put into batches, approved by a second pair of eyes above a limit, and
//! handed to the rail or exported for the bank (rules.md sections 1 and 5.7).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::batches::{self, Batch, BatchStatus};
use crate::repo::payouts::{self, Change, Payout, PayoutStatus};
use crate::repo::{bank_accounts, desk_payouts, orders, staff_events, users};
use crate::service::bank_transfer::BANK_RAIL;
use crate::service::desk_batch;
use crate::service::names::Names;
use crate::service::platform::{OwnBank, Platform};
use crate::service::viewer::Viewer;
use domain::ids::{BatchId, PartyId, PayoutId, UserId};
use domain::money::{Currency, Money};
use sea_orm::DatabaseTransaction;
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;
use uuid::Uuid;

pub use crate::repo::batches::{Batch as PayoutBatch, BatchStatus as PayoutBatchStatus};
pub use crate::service::batch_file::FileFormat;

/// Most payouts shown and put into one batch.
const ROWS: u64 = 500;
const BATCHES: u64 = 50;

/// A payout on the desk.
#[derive(Debug, Clone)]
pub struct DeskPayout {
    /// The instruction.
    pub payout: Payout,
    /// The order's number.
    pub number: i64,
    /// Whose money it is.
    pub beneficiary: String,
    /// Where it goes: the bank and the end of the number.
    pub to: String,
}

/// What a beneficiary is owed in a currency.
#[derive(Debug, Clone)]
pub struct BeneficiaryBalance {
    /// Whose money it is.
    pub party: PartyId,
    /// Its name.
    pub name: String,
    /// Everything that is owed.
    pub owed: Money,
    /// Of it, what waits for bank details, was refused or is unclaimed.
    pub stuck: Money,
    /// In how many payouts.
    pub payouts: i64,
}

/// The desk.
#[derive(Debug, Clone)]
pub struct PayoutDesk {
    /// What waits to be put into a batch, by currency, oldest first.
    pub waiting: Vec<(Currency, Vec<DeskPayout>)>,
    /// The newest batches.
    pub batches: Vec<Batch>,
    /// What is owed to whom, the greatest first.
    pub balances: Vec<BeneficiaryBalance>,
    /// Whether payouts leave by a file.
    pub by_file: bool,
}

/// One batch with what is in it.
#[derive(Debug, Clone)]
pub struct BatchView {
    /// The batch.
    pub batch: Batch,
    /// Its payouts.
    pub payouts: Vec<DeskPayout>,
    /// Who put it together.
    pub made_by: String,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// Why the viewer cannot approve it, where it waits for approval.
    pub not_by_viewer: Option<&'static str>,
    /// Above how much a second administrator is needed.
    pub limit: Option<Money>,
}

const OWN_BATCH: &str = "You put this batch together. Another administrator has to approve it.";

impl Backend {
    /// Everything on the desk, for the administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn payout_desk(&self, viewer: &Viewer) -> Result<PayoutDesk> {
        self.administrator(viewer)?;
        let connection = self.db().read();
        let mut waiting: BTreeMap<Currency, Vec<DeskPayout>> = BTreeMap::new();
        for row in self.desk_rows(desk_payouts::on_desk(connection, ROWS).await?).await? {
            waiting.entry(row.payout.amount.currency()).or_default().push(row);
        }
        Ok(PayoutDesk {
            waiting: waiting.into_iter().collect(),
            batches: batches::newest(connection, BATCHES).await?,
            balances: self.beneficiary_balances().await?,
            by_file: self.platform().await?.settings.payouts_by_file,
        })
    }

    async fn beneficiary_balances(&self) -> Result<Vec<BeneficiaryBalance>> {
        let connection = self.db().read();
        let mut names = Names::default();
        let mut sums: BTreeMap<(PartyId, Currency), (i64, i64, i64)> = BTreeMap::new();
        for (party, currency, status, minor, count) in desk_payouts::open_sums(connection).await? {
            let sum = sums.entry((party, currency)).or_default();
            let is_stuck =
                matches!(status, PayoutStatus::WaitingForBank | PayoutStatus::Failed | PayoutStatus::Unclaimed);
            *sum = (sum.0 + minor, sum.1 + if is_stuck { minor } else { 0 }, sum.2 + count);
        }
        let mut balances = Vec::with_capacity(sums.len());
        for ((party, currency), (owed, stuck, payouts)) in sums {
            balances.push(BeneficiaryBalance {
                party,
                name: names.party(connection, party).await?,
                owed: Money::or_zero(owed, currency),
                stuck: Money::or_zero(stuck, currency),
                payouts,
            });
        }
        balances.sort_by_key(|row| std::cmp::Reverse(row.owed.minor()));
        Ok(balances)
    }

    pub(crate) async fn desk_rows(&self, found: Vec<Payout>) -> Result<Vec<DeskPayout>> {
        let connection = self.db().read();
        let mut names = Names::default();
        let mut rows = Vec::with_capacity(found.len());
        for payout in found {
            let number = orders::by_id(connection, payout.order).await?.facts.number;
            let beneficiary = names.party(connection, payout.party).await?;
            let bank = match payout.bank_account {
                Some(id) => bank_accounts::by_id(connection, id).await?,
                None => None,
            };
            let to = bank.map(|bank| format!("{}, {}", bank.bank, bank.ending())).unwrap_or_default();
            rows.push(DeskPayout { payout, number, beneficiary, to });
        }
        Ok(rows)
    }

    /// One batch, for the administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn payout_batch(&self, viewer: &Viewer, id: BatchId) -> Result<BatchView> {
        self.administrator(viewer)?;
        let connection = self.db().read();
        let batch = batches::by_id(connection, id).await?;
        let payouts = self.desk_rows(desk_payouts::of_batch(connection, id).await?).await?;
        let approved_by = match batch.approved_by {
            Some(user) => Some(self.person(user).await?),
            None => None,
        };
        let waits = batch.status == BatchStatus::Made;
        let limit = self.platform().await?.four_eyes(batch.currency);
        Ok(BatchView {
            made_by: self.person(batch.made_by).await?,
            approved_by,
            not_by_viewer: (waits && batch.made_by == viewer.user).then_some(OWN_BATCH),
            limit: limit.map(|minor| Money::or_zero(minor, batch.currency)),
            payouts,
            batch,
        })
    }

    async fn person(&self, user: UserId) -> Result<String> {
        Ok(users::by_id(self.db().read(), user).await?.map(|user| user.name).unwrap_or_default())
    }

    /// Puts waiting payouts of one currency into a batch. Up to the limit it is approved at once; above it another
    /// administrator has to.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Refused`] where nothing is
    /// chosen, something is gone, or currencies are mixed.
    pub async fn make_batch(&self, viewer: &Viewer, chosen: &[PayoutId]) -> Result<BatchId> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let platform = self.platform().await?;
        let now = self.now();
        let tx = self.db().begin().await?;
        // In one order, so that two administrators at once do not wait for each other in a circle.
        let chosen: BTreeSet<PayoutId> = chosen.iter().copied().collect();
        let mut found = Vec::with_capacity(chosen.len());
        for id in chosen {
            let payout = payouts::lock(&tx, id).await?;
            if payout.status != PayoutStatus::Queued || payout.batch.is_some() || payout.bank_account.is_none() {
                return Err(Error::Refused("Some of these payouts do not wait any more. Look again."));
            }
            let bank = match payout.bank_account {
                Some(bank) => bank_accounts::by_id(&tx, bank).await?,
                None => None,
            };
            if bank.is_some_and(|bank| bank.usable_from > now) {
                return Err(Error::Refused(
                    "The bank details of one of these payouts were changed within the last 24 hours. Leave it out for now.",
                ));
            }
            found.push(payout);
        }
        let Some(currency) = found.first().map(|payout| payout.amount.currency()) else {
            return Err(Error::Refused("Choose at least one payout."));
        };
        if found.iter().any(|payout| payout.amount.currency() != currency) {
            return Err(Error::Refused("A batch has one currency. Choose payouts of one."));
        }
        let total = found.iter().try_fold(0_i64, |sum, payout| sum.checked_add(payout.amount.minor()));
        let total = total.ok_or(Error::Refused("This batch is too large. Choose fewer payouts."))?;
        let mut batch = Batch {
            id: BatchId(Uuid::now_v7()),
            number: batches::next_number(&tx).await?,
            currency,
            by_file: platform.settings.payouts_by_file || found.iter().any(|payout| payout.rail == BANK_RAIL),
            status: BatchStatus::Made,
            total: Money::new(total, currency).map_err(|source| Error::internal("batch total", source))?,
            made_by: viewer.user,
            made_at: now,
            approved_by: None,
            approved_at: None,
            exported_at: None,
        };
        batches::insert(&tx, &batch).await?;
        for payout in &found {
            desk_payouts::set_batch(&tx, payout.id, Some(batch.id)).await?;
        }
        self.note_batch(&tx, viewer, "make_batch", &batch).await?;
        if platform.four_eyes(currency).is_none_or(|limit| total <= limit) {
            self.approve(&tx, viewer, &mut batch, now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(batch.id)
    }

    /// Approves a batch that another administrator put together.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Refused`] for who put it
    /// together, and where it does not wait for approval.
    pub async fn approve_batch(&self, viewer: &Viewer, id: BatchId) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let tx = self.db().begin().await?;
        let mut batch = batches::lock(&tx, id).await?;
        if batch.status != BatchStatus::Made {
            return Err(Error::Refused("This batch does not wait for approval."));
        }
        if batch.made_by == viewer.user {
            return Err(Error::Refused(OWN_BATCH));
        }
        self.approve(&tx, viewer, &mut batch, self.now()).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    async fn approve(
        &self,
        tx: &DatabaseTransaction,
        viewer: &Viewer,
        batch: &mut Batch,
        now: OffsetDateTime,
    ) -> Result<()> {
        batch.status = BatchStatus::Approved;
        batch.approved_by = Some(viewer.user);
        batch.approved_at = Some(now);
        for payout in desk_batch::leaving(tx, batch, now).await? {
            // The rail sends what it may at once; a file waits to be exported.
            let due = (!batch.by_file).then_some(now);
            payouts::change(tx, payout.id, Change::of(&payout, PayoutStatus::Approved, payout.attempts, due), now)
                .await?;
        }
        batches::update(tx, batch).await?;
        self.note_batch(tx, viewer, "approve_batch", batch).await
    }

    /// Takes a batch apart before anything of it left; its payouts wait on the desk again.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Refused`] where it left.
    pub async fn dissolve_batch(&self, viewer: &Viewer, id: BatchId) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let mut batch = batches::lock(&tx, id).await?;
        let still_here = batch.status == BatchStatus::Made || (batch.status == BatchStatus::Approved && batch.by_file);
        if !still_here {
            return Err(Error::Refused("This batch has left already. What the bank refuses comes back by itself."));
        }
        for payout in desk_batch::locked(&tx, id).await? {
            let present = desk_batch::present_bank(&tx, &payout).await?;
            desk_batch::take_out(&tx, &payout, present, now).await?;
        }
        batch.status = BatchStatus::Dissolved;
        batches::update(&tx, &batch).await?;
        self.note_batch(&tx, viewer, "dissolve_batch", &batch).await?;
        Ok(tx.commit().await?)
    }

    /// Marks an approved batch as handed to the bank, so that its file can be downloaded. From then on its payouts are
    /// sent and wait for the bank's statement.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Refused`] where it is not
    /// approved, or the platform's own account is not set.
    pub async fn export_batch(&self, viewer: &Viewer, id: BatchId) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let platform = self.platform().await?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let mut batch = batches::lock(&tx, id).await?;
        if batch.status != BatchStatus::Approved || !batch.by_file {
            return Err(Error::Refused("Only an approved batch that leaves by file can be exported."));
        }
        own_bank(&platform, batch.currency)?;
        for payout in desk_batch::leaving(&tx, &mut batch, now).await? {
            payouts::change(&tx, payout.id, Change::of(&payout, PayoutStatus::Sent, payout.attempts + 1, None), now)
                .await?;
        }
        batch.status = BatchStatus::Sent;
        batch.exported_at = Some(now);
        batches::update(&tx, &batch).await?;
        self.note_batch(&tx, viewer, "export_batch", &batch).await?;
        Ok(tx.commit().await?)
    }

    async fn note_batch(&self, tx: &DatabaseTransaction, viewer: &Viewer, action: &str, batch: &Batch) -> Result<()> {
        let event = self.staff_event(viewer, action, format!("batch {}", batch.number), batch.total.to_string());
        staff_events::record(tx, event).await
    }
}

/// Whether a queued payout to a bank account waits on the desk: all of them where they leave by file, else those above the limit.
pub(crate) fn waits_on_desk(platform: &Platform, payout: &Payout) -> bool {
    let to_bank = payout.bank_account.is_some();
    // What came by bank transfer is at the bank, where no payment provider can send it from.
    let by_file = platform.settings.payouts_by_file || payout.rail == BANK_RAIL;
    let above = platform.four_eyes(payout.amount.currency()).is_some_and(|limit| payout.amount.minor() > limit);
    to_bank && (by_file || above)
}

pub(crate) fn own_bank(platform: &Platform, currency: Currency) -> Result<&OwnBank> {
    let own = platform.settings.banks.get(&currency);
    own.ok_or(Error::Refused("Set the platform's own bank account in this currency first, on the page Platform."))
}
