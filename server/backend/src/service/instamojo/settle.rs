//! Settlements and fulfilment: dividing a payment between merchants, and making the split final (instamojo.md sections 8 and 9).
//! Each is one serialised step per payment and per balance (R15): the payment's row is locked, then the balances.

use super::ListPage;
use super::money::{self, Balances, Movement, refused};
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::collections::{self, Collection, CollectionStatus, Scope};
use crate::repo::merchants;
use crate::repo::settlements::{self, Settlement, SettlementKind, SettlementStatus};
use crate::service::attempts::Attempts;
use crate::service::names::Names;
use crate::service::typed::keep;
use domain::collection::{MerchantPart, Moves, may_credit, may_debit};
use domain::ids::AccountId;
use domain::ledger::TransferReason;
use domain::text;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

/// Longest name of a settlement, in characters.
const ID_CHARS_MAX: usize = 64;
/// What a payment that did not succeed is answered.
const NOT_PAID: &str = "This payment did not succeed. Only a successful payment can be fulfilled.";

/// A settlement as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct NewSettlement {
    /// The caller's name for it.
    pub settlement_id: String,
    /// `CREDIT` or `DEBIT`.
    pub kind: String,
    /// The merchant's id, 32 hexadecimal digits.
    pub submerchant: String,
    /// Rupees.
    pub amount: String,
    /// Whether a debit that the balance does not cover waits for the merchant's next credits.
    pub queue: bool,
}

/// The same, read.
struct Asked {
    settlement_id: String,
    kind: SettlementKind,
    merchant: AccountId,
    amount: i64,
    queue: bool,
}

impl Backend {
    /// Credits a merchant with a part of a payment, or debits one after a refund (R1 to R15).
    ///
    /// # Errors
    /// [`Error::NotFound`] for a payment that is unknown, another marketplace's or did not succeed; [`Error::Invalid`] at
    /// `settlement_id`, `type`, `submerchant`, `amount`; [`Error::Refused`] with the rule that refuses it.
    pub async fn settle(&self, marketplace: AccountId, code: &str, new: NewSettlement) -> Result<Settlement> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let mut it = own(&tx, marketplace, code).await?;
        let asked = read(&tx, marketplace, new).await?;
        let earlier = settlements::of_payment(&tx, it.id).await?;
        if earlier.iter().any(|known| known.settlement_id == asked.settlement_id) {
            return Err(Error::field("settlement_id", settlements::TAKEN));
        }
        let balances = Balances::lock(&tx, &[asked.merchant, it.owner]).await?;
        // A debit that may wait does not overtake those that wait.
        let ahead = if asked.queue { settlements::queued_sum(&tx, asked.merchant).await? } else { 0 };
        let status = allowed(&it, &earlier, &asked, &balances, ahead)?;
        let settlement = Settlement {
            id: Uuid::now_v7(),
            payment: it.id,
            settlement_id: asked.settlement_id,
            kind: asked.kind,
            merchant: asked.merchant,
            merchant_name: Names::default().account(&tx, asked.merchant).await?,
            amount: asked.amount,
            status,
            created_at: now,
            done_at: (status == SettlementStatus::Done).then_some(now),
        };
        settlements::insert(&tx, &settlement).await?;
        if status == SettlementStatus::Done {
            book(&tx, &mut it, &balances, &settlement, now).await?;
        }
        tx.commit().await?;
        if settlement.kind == SettlementKind::Credit
            && let Err(error) = self.collect_queued_of(settlement.merchant).await
        {
            // The credit is booked and answered as such; the workers collect again.
            tracing::warn!(%error, merchant = %settlement.merchant, "queued debits were not collected after a credit");
        }
        self.wake_workers();
        Ok(settlement)
    }

    /// A page of a payment's settlements, oldest first, with how many there are.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a payment that is not the marketplace's.
    pub async fn settlements(
        &self,
        marketplace: AccountId,
        code: &str,
        page: ListPage,
    ) -> Result<(Vec<Settlement>, u64)> {
        let connection = self.db().read();
        let it = collections::scoped(connection, Scope::Owner(marketplace), code).await?;
        let all = named(connection, settlements::of_payment(connection, it.id).await?).await?;
        let total = all.len() as u64;
        Ok((page.of(all), total))
    }

    /// Takes a queued debit back before it moved.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not there, [`Error::Refused`] where it moved or was cancelled already.
    pub async fn cancel_settlement(
        &self,
        marketplace: AccountId,
        code: &str,
        settlement_id: &str,
    ) -> Result<Settlement> {
        let tx = self.db().begin().await?;
        let it = own(&tx, marketplace, code).await?;
        let mut settlement = settlements::by_name(&tx, it.id, settlement_id).await?;
        if settlement.status != SettlementStatus::Queued {
            return Err(Error::Refused(
                "Only a queued debit can be cancelled. This settlement is not queued any more.",
            ));
        }
        settlements::end(&tx, settlement.id, SettlementStatus::Cancelled, None).await?;
        settlement.status = SettlementStatus::Cancelled;
        settlement.merchant_name = Names::default().account(&tx, settlement.merchant).await?;
        tx.commit().await?;
        Ok(settlement)
    }

    /// Makes the split of a payment final: what is left is commission. Once more changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a payment that is unknown or another marketplace's, [`Error::Refused`] where it did not succeed.
    pub async fn fulfil(&self, marketplace: AccountId, code: &str) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let id = collections::scoped(&tx, Scope::Marketplace(marketplace), code).await?.id;
        let mut it = collections::lock(&tx, id).await?;
        if it.status != CollectionStatus::Succeeded {
            return Err(Error::Refused(NOT_PAID));
        }
        if it.fulfilled_at.is_some() {
            return Ok(());
        }
        it.fulfilled_at = Some(now);
        let balances = Balances::lock(&tx, &[it.owner]).await?;
        let key = format!("fulfil:{}", it.id);
        let movement = Movement { reason: TransferReason::Release, key: &key, arrived: 0, moves: Moves::default() };
        money::post(&tx, &mut it, &balances, movement, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Takes what is queued from merchants whose balance covers it now; answers how many debits moved.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub(crate) async fn collect_queued(&self) -> Result<usize> {
        let mut done = Attempts::default();
        for merchant in settlements::queued_merchants(self.db().read()).await? {
            done.add(self.collect_queued_of(merchant).await);
        }
        done.end()
    }

    /// The same of one merchant, oldest first: none is overtaken by a smaller one behind it.
    async fn collect_queued_of(&self, merchant: AccountId) -> Result<usize> {
        let mut moved = 0;
        for queued in settlements::queued_of(self.db().read(), merchant).await? {
            let now = self.now();
            let tx = self.db().begin().await?;
            let mut it = collections::lock(&tx, queued.payment).await?;
            let balances = Balances::lock(&tx, &[merchant, it.owner]).await?;
            // Read again under the locks: it may have moved or been cancelled meanwhile.
            let queued = settlements::by_name(&tx, it.id, &queued.settlement_id).await?;
            if queued.status != SettlementStatus::Queued {
                continue;
            }
            if balances.available(merchant) < queued.amount {
                break;
            }
            settlements::end(&tx, queued.id, SettlementStatus::Done, Some(now)).await?;
            book(&tx, &mut it, &balances, &queued, now).await?;
            tx.commit().await?;
            moved += 1;
        }
        Ok(moved)
    }
}

/// The marketplace's own successful payment, locked.
async fn own(tx: &DatabaseTransaction, marketplace: AccountId, code: &str) -> Result<Collection> {
    let id = collections::scoped(tx, Scope::Owner(marketplace), code).await?.id;
    let it = collections::lock(tx, id).await?;
    if it.succeeded() { Ok(it) } else { Err(Error::NotFound) }
}

/// Reads every field and reports all that is wrong at once.
async fn read(tx: &DatabaseTransaction, marketplace: AccountId, new: NewSettlement) -> Result<Asked> {
    let mut wrong = Vec::new();
    let required =
        |typed: &str| if typed.trim().is_empty() { Err("This field is required.".to_owned()) } else { Ok(()) };
    let id =
        required(&new.settlement_id).and_then(|()| text::line(&new.settlement_id, "the settlement id", ID_CHARS_MAX));
    let settlement_id = keep(&mut wrong, "settlement_id", id);
    let kind = required(&new.kind).and_then(|()| {
        let known = SettlementKind::from_key(new.kind.trim());
        known.ok_or_else(|| format!("\"{}\" is not a valid choice. Use CREDIT or DEBIT.", new.kind.trim()))
    });
    let kind = keep(&mut wrong, "type", kind);
    let merchant = match required(&new.submerchant) {
        Ok(()) => merchant(tx, marketplace, &new.submerchant).await?,
        Err(missing) => Err(missing),
    };
    let merchant = keep(&mut wrong, "submerchant", merchant);
    let amount = required(&new.amount).and_then(|()| money::rupees(&new.amount));
    let amount = keep(&mut wrong, "amount", amount);
    match (settlement_id, kind, merchant, amount) {
        (Some(settlement_id), Some(kind), Some(merchant), Some(amount)) if wrong.is_empty() => {
            Ok(Asked { settlement_id, kind, merchant, amount, queue: new.queue })
        }
        _ => Err(Error::Invalid(wrong)),
    }
}

/// A merchant that signed up under the marketplace (R10).
async fn merchant(
    tx: &DatabaseTransaction,
    marketplace: AccountId,
    typed: &str,
) -> Result<std::result::Result<AccountId, String>> {
    let unknown = || Ok(Err("This is no merchant of yours.".to_owned()));
    let Ok(id) = Uuid::try_parse(typed.trim()) else { return unknown() };
    match merchants::by_account(tx, AccountId(id)).await? {
        Some(found) if found.marketplace == marketplace && found.account != marketplace => Ok(Ok(found.account)),
        _ => unknown(),
    }
}

/// Whether the rules allow it, and whether it moves now or waits behind the `ahead` paise that wait already.
fn allowed(
    it: &Collection,
    earlier: &[Settlement],
    asked: &Asked,
    balances: &Balances,
    ahead: i64,
) -> Result<SettlementStatus> {
    let of = |kind, status| move |known: &&Settlement| known.kind == kind && known.status == status;
    let sum = |rows: Vec<&Settlement>| rows.into_iter().map(|known| known.amount).sum::<i64>();
    let queued: Vec<_> = earlier.iter().filter(of(SettlementKind::Debit, SettlementStatus::Queued)).collect();
    let standing = it.standing(sum(queued.clone()));
    if asked.kind == SettlementKind::Credit {
        may_credit(&standing, asked.amount).map_err(refused)?;
        return Ok(SettlementStatus::Done);
    }
    let theirs =
        |rows: Vec<_>| sum(rows.into_iter().filter(|known: &&Settlement| known.merchant == asked.merchant).collect());
    let done = |kind| earlier.iter().filter(of(kind, SettlementStatus::Done)).collect::<Vec<_>>();
    let part = MerchantPart {
        credited: theirs(done(SettlementKind::Credit)),
        debited: theirs(done(SettlementKind::Debit)) + theirs(queued),
        available: balances.available(asked.merchant),
    };
    may_debit(&standing, &part, asked.amount, asked.queue).map_err(refused)?;
    Ok(if asked.amount > part.available - ahead { SettlementStatus::Queued } else { SettlementStatus::Done })
}

/// Books a settlement that moves now.
async fn book(
    tx: &DatabaseTransaction,
    it: &mut Collection,
    balances: &Balances,
    settlement: &Settlement,
    now: OffsetDateTime,
) -> Result<()> {
    let to_merchant = match settlement.kind {
        SettlementKind::Credit => {
            it.credited += settlement.amount;
            settlement.amount
        }
        SettlementKind::Debit => {
            it.debited += settlement.amount;
            -settlement.amount
        }
    };
    let moves = Moves { left: -to_merchant, merchant: Some((settlement.merchant, to_merchant)), ..Moves::default() };
    let key = format!("settlement:{}", settlement.id);
    money::post(tx, it, balances, Movement { reason: TransferReason::Split, key: &key, arrived: 0, moves }, now).await
}

/// Settlements with the names of their merchants.
pub(super) async fn named(connection: &impl ConnectionTrait, mut all: Vec<Settlement>) -> Result<Vec<Settlement>> {
    let mut names = Names::default();
    for settlement in &mut all {
        settlement.merchant_name = names.account(connection, settlement.merchant).await?;
    }
    Ok(all)
}
