//! What marketplaces and merchants see of collected money in the browser, and what they do there, under the same rules as their
//! programs.

use super::ListPage;
use super::money::INR;
use super::payouts::{WORKING_DAYS, balance_of};
use super::refunds::NewRefund;
use super::settle::{NewSettlement, named};
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::balance_payouts::{BalancePayout, Wanted};
use crate::repo::collection_lines::{self, CollectionPosting};
use crate::repo::collections::{self, Collection, Scope};
use crate::repo::refund_cases::{self, RefundCase};
use crate::repo::settlements::{self, Settlement};
use crate::repo::{account_lines, convert, merchants, payment_requests};
use crate::service::names::Names;
use crate::service::statement::StatementLine;
use crate::service::viewer::{Membership, Viewer};
use domain::ids::AccountId;
use domain::ledger::LedgerAccount;
use domain::permission::Capability;
use std::collections::BTreeSet;
use time::OffsetDateTime;
use uuid::Uuid;

/// Rows of a page.
const ROWS: u64 = 50;
/// Settlements and payouts beside a merchant's history.
const NEWEST: u64 = 20;

/// What a person has of the payment API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentApi {
    /// Nothing.
    None,
    /// A marketplace that collects payments.
    Marketplace,
    /// A merchant of one.
    Merchant,
}

/// A payment in a list.
#[derive(Debug, Clone)]
pub struct CollectionRow {
    /// The payment.
    pub collection: Collection,
    /// What it is for.
    pub purpose: String,
}

/// A page of a marketplace's payments. Amounts are paise.
#[derive(Debug, Clone)]
pub struct CollectionList {
    /// The payments, newest first.
    pub rows: Vec<CollectionRow>,
    /// How many there are.
    pub total: u64,
    /// Which page this is, from 0.
    pub page: u64,
    /// How many stand on a page.
    pub size: u64,
    /// The marketplace's own balance: commission that was not paid out yet.
    pub balance: i64,
    /// What it owes for payments of which more was settled and refunded than came in.
    pub short: i64,
}

/// A movement of a payment's money.
#[derive(Debug, Clone)]
pub struct CollectionLine {
    /// When.
    pub at: OffsetDateTime,
    /// Why.
    pub what: &'static str,
    /// Which account, in words.
    pub account: String,
    /// By how much its balance changed, paise.
    pub change: i64,
}

/// One payment with everything that became of it. Amounts are paise.
#[derive(Debug, Clone)]
pub struct CollectionView {
    /// The payment.
    pub collection: Collection,
    /// What it is for.
    pub purpose: String,
    /// The page it was paid at.
    pub longurl: String,
    /// The settlements, oldest first.
    pub settlements: Vec<Settlement>,
    /// The refunds, oldest first.
    pub cases: Vec<RefundCase>,
    /// The marketplace's merchants with their names.
    pub merchants: Vec<(AccountId, String)>,
    /// What of the balance of each can be taken back.
    pub balances: Vec<(AccountId, i64)>,
    /// The ledger's postings, oldest first.
    pub lines: Vec<CollectionLine>,
    /// Whether a merchant of the marketplace owns the payment; then it is not settled.
    pub owned_by_merchant: bool,
}

/// A balance with its history. Amounts are paise.
#[derive(Debug, Clone)]
pub struct MerchantPage {
    /// The name in payment links.
    pub username: String,
    /// Under which marketplace.
    pub marketplace_name: String,
    /// The balance.
    pub balance: i64,
    /// What of it is on its way to the bank.
    pub on_the_way: i64,
    /// What of the rest can be paid out now.
    pub payable: i64,
    /// After so many working days the rest follows.
    pub working_days: u32,
    /// The movements, newest first.
    pub lines: Vec<StatementLine>,
    /// How many there are.
    pub total: u64,
    /// Which page this is, from 0.
    pub page: u64,
    /// How many stand on a page.
    pub size: u64,
    /// The newest settlements, each with its payment's name on the wire.
    pub settlements: Vec<(Settlement, String)>,
    /// The newest payouts.
    pub payouts: Vec<BalancePayout>,
}

impl Backend {
    /// What the viewer's working account has of the payment API.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn has_payment_api(&self, viewer: &Viewer) -> Result<PaymentApi> {
        let Some(working) = viewer.working() else { return Ok(PaymentApi::None) };
        let found = merchants::by_account(self.db().read(), working.account).await?;
        Ok(match found {
            None => PaymentApi::None,
            Some(found) if found.marketplace == found.account => PaymentApi::Marketplace,
            Some(_) => PaymentApi::Merchant,
        })
    }

    /// A page of the payments of the viewer's marketplace and of its merchants.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who runs no marketplace that collects payments.
    pub async fn marketplace_collections(&self, viewer: &Viewer, page: u64) -> Result<CollectionList> {
        let marketplace = self.collecting(viewer).await?.account;
        let connection = self.db().read();
        let (found, total) = collections::page(connection, Scope::Marketplace(marketplace), page, ROWS).await?;
        let views = self.payment_views(found).await?;
        let rows = views.into_iter().map(|view| CollectionRow { collection: view.collection, purpose: view.purpose });
        let rows = rows.collect();
        let (balance, _) = balance_of(connection, marketplace).await?;
        let short = collections::short(connection, marketplace).await?;
        Ok(CollectionList { rows, total, page, size: ROWS, balance, short })
    }

    /// One of those payments.
    ///
    /// # Errors
    /// As [`Self::marketplace_collections`], and for every other payment.
    pub async fn marketplace_collection(&self, viewer: &Viewer, code: &str) -> Result<CollectionView> {
        let marketplace = self.collecting(viewer).await?.account;
        let connection = self.db().read();
        let collection = collections::scoped(connection, Scope::Marketplace(marketplace), code).await?;
        let request = payment_requests::by_id(connection, collection.request).await?;
        let settlements = named(connection, settlements::of_payment(connection, collection.id).await?).await?;
        let mut names = Names::default();
        let (mut named, mut balances) = (Vec::new(), Vec::new());
        for merchant in merchants::of_marketplace(connection, marketplace).await? {
            named.push((merchant.account, names.account(connection, merchant.account).await?));
            let (balance, on_the_way) = balance_of(connection, merchant.account).await?;
            balances.push((merchant.account, balance - on_the_way));
        }
        let mut lines = Vec::new();
        let postings = collection_lines::of_payment(connection, collection.id).await?;
        let clawed_back = taken_from_merchants(&postings, collection.owner)?;
        for line in postings {
            let (account, change) = line.change()?;
            let words_for = match account {
                LedgerAccount::Balance(id) if id == marketplace => "Your balance".to_owned(),
                LedgerAccount::Balance(id) => format!("Balance of {}", names.account(connection, id).await?),
                other => words_of(&other).to_owned(),
            };
            let at = convert::from_ms(line.at_ms)?;
            let what = words(&line.reason, clawed_back.contains(&line.transfer));
            lines.push(CollectionLine { at, what, account: words_for, change });
        }
        Ok(CollectionView {
            owned_by_merchant: collection.owner != marketplace,
            longurl: self.longurl(&request).await?,
            purpose: request.purpose,
            cases: refund_cases::of_payment(connection, collection.id).await?,
            merchants: named,
            collection,
            settlements,
            balances,
            lines,
        })
    }

    /// [`Self::settle`] by a person of the marketplace.
    ///
    /// # Errors
    /// As there; [`Error::Refused`] where their role does not include it.
    pub async fn settle_by_hand(&self, viewer: &Viewer, code: &str, new: NewSettlement) -> Result<Settlement> {
        self.settle(self.dividing(viewer).await?, code, new).await
    }

    /// [`Self::cancel_settlement`] by a person of the marketplace.
    ///
    /// # Errors
    /// As there; [`Error::Refused`] where their role does not include it.
    pub async fn cancel_settlement_by_hand(
        &self,
        viewer: &Viewer,
        code: &str,
        settlement_id: &str,
    ) -> Result<Settlement> {
        self.cancel_settlement(self.dividing(viewer).await?, code, settlement_id).await
    }

    /// [`Self::fulfil`] by a person of the marketplace.
    ///
    /// # Errors
    /// As there; [`Error::Refused`] where their role does not include it.
    pub async fn fulfil_by_hand(&self, viewer: &Viewer, code: &str) -> Result<()> {
        self.fulfil(self.dividing(viewer).await?, code).await
    }

    /// [`Self::refund_collection`] by a person of the marketplace.
    ///
    /// # Errors
    /// As there; [`Error::Refused`] where their role does not include it.
    pub async fn refund_by_hand(&self, viewer: &Viewer, code: &str, new: NewRefund) -> Result<RefundCase> {
        self.refund_collection(self.dividing(viewer).await?, code, new).await
    }

    /// The balance of the viewer's working account, as a merchant or a marketplace.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other account.
    pub async fn merchant_page(&self, viewer: &Viewer, page: u64) -> Result<MerchantPage> {
        let account = viewer.working().filter(|_| viewer.verified).ok_or(Error::NotFound)?.account;
        let connection = self.db().read();
        let merchant = merchants::by_account(connection, account).await?.ok_or(Error::NotFound)?;
        let payable = self.payable(connection, account).await?;
        let code = LedgerAccount::Balance(account);
        let (moves, total) = account_lines::page(connection, &code, INR.code(), page, ROWS).await?;
        // A debit takes from the merchant, and gives to the marketplace.
        let is_marketplace = merchant.marketplace == account;
        let lines = moves.into_iter().map(|line| {
            Ok(StatementLine {
                at: convert::from_ms(line.at_ms)?,
                reason: words(&line.reason, is_marketplace == (line.change > 0)),
                order: None,
                change: convert::money(line.change, INR.code())?,
                balance: convert::money(line.balance, INR.code())?,
            })
        });
        let lines = lines.collect::<Result<_>>()?;
        let (found, _) = settlements::of_merchant(connection, account, 0, NEWEST).await?;
        let payments = collections::by_ids(connection, found.iter().map(|one| one.payment)).await?;
        let settlements = found.into_iter().map(|settlement| {
            let code = payments.get(&settlement.payment).ok_or(Error::NotFound)?.code.clone();
            Ok((settlement, code))
        });
        let settlements = settlements.collect::<Result<_>>()?;
        let (payouts, _) =
            self.payouts_of_balance(account, &Wanted::default(), ListPage { page: 1, limit: NEWEST }).await?;
        Ok(MerchantPage {
            username: merchant.username,
            marketplace_name: Names::default().account(connection, merchant.marketplace).await?,
            balance: payable.balance,
            on_the_way: payable.on_the_way,
            payable: payable.now,
            working_days: WORKING_DAYS,
            lines,
            total,
            page,
            size: ROWS,
            settlements,
            payouts,
        })
    }

    /// The account that the viewer works for, where it is a marketplace that collects payments.
    async fn collecting<'a>(&self, viewer: &'a Viewer) -> Result<&'a Membership> {
        let operating = viewer.operating().filter(|_| viewer.verified).ok_or(Error::NotFound)?;
        match self.has_payment_api(viewer).await? {
            PaymentApi::Marketplace => Ok(operating),
            PaymentApi::None | PaymentApi::Merchant => Err(Error::NotFound),
        }
    }

    /// The same, for who may move its money.
    async fn dividing(&self, viewer: &Viewer) -> Result<AccountId> {
        Ok(self.collecting(viewer).await?.may(Capability::Orders)?.account)
    }
}

const fn words_of(account: &LedgerAccount) -> &'static str {
    match account {
        LedgerAccount::Collected(_) => "Left of the payment",
        LedgerAccount::Receivable(_) => "Owed by you",
        LedgerAccount::PaymentRefund(_) => "Owed to the buyer",
        LedgerAccount::Clearing(_) => "Payment provider",
        LedgerAccount::ExpenseGateway => "Provider's charge",
        _ => "Another account",
    }
}

/// The transfers that took money from the balance of a merchant who does not own the payment.
fn taken_from_merchants(postings: &[CollectionPosting], owner: AccountId) -> Result<BTreeSet<Uuid>> {
    let mut transfers = BTreeSet::new();
    for line in postings {
        if matches!(line.change()?, (LedgerAccount::Balance(id), change) if id != owner && change < 0) {
            transfers.insert(line.transfer);
        }
    }
    Ok(transfers)
}

fn words(reason: &str, clawed_back: bool) -> &'static str {
    match reason {
        "hold" => "Payment",
        "split" if clawed_back => "Clawed back after a refund",
        "split" => "Settlement",
        "release" => "Fulfilment",
        "refund" => "Refund",
        "refund_paid" => "Refund sent",
        "payout" => "Paid to your bank",
        "suspense" => "Money that goes back",
        _ => "Movement",
    }
}
