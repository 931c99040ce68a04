//! Where a party is paid: bank details and the one-time identity check (rules.md section 5.7).

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::bank_accounts::{self, BankOwner};
use crate::repo::{accounts, providers};
use crate::service::viewer::{Membership, Viewer};
use crate::service::{outbox, payouts, typed};
use domain::bank::{Bank, SANDBOX_BANK, find_bank, iban_checks, looks_like_iban};
use domain::ids::{BankAccountId, PartyId};
use domain::limits::NAME_CHARS_MAX;
use domain::money::Currency;
use domain::permission::Capability;
use domain::text::{self, Email, FieldError};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use crate::repo::bank_accounts::BankAccount;

/// Changed details are not paid to before this time has passed.
const COOL_OFF: Duration = Duration::hours(24);

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankDetails {
    /// ISO code.
    pub currency: String,
    /// The bank's name.
    pub bank_name: String,
    /// The account number.
    pub account_number: String,
    /// The holder's name.
    pub account_name: String,
}

/// How a seller stands with being paid.
#[derive(Debug, Clone)]
pub struct PayoutSetup {
    /// Whether the identity was verified.
    pub verified: bool,
    /// The present accounts by currency.
    pub banks: Vec<(Currency, BankAccount)>,
}

impl Backend {
    /// How the account that the viewer earns with stands with being paid.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who earns nothing.
    pub async fn payout_setup(&self, viewer: &Viewer) -> Result<PayoutSetup> {
        let account = earning(viewer)?.account;
        let banks = bank_accounts::all(self.db().read(), account.into()).await?;
        let verified = accounts::is_identity_verified(self.db().read(), account).await?;
        Ok(PayoutSetup { verified, banks })
    }

    /// Sets or changes bank details. A change alerts the old contact and holds payouts for 24 hours.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field, [`Error::NotFound`] for who earns nothing, [`Error::Refused`] where
    /// their role does not include it, [`Error::Unconfirmed`].
    pub async fn set_bank_details(&self, viewer: &Viewer, form: &BankDetails) -> Result<()> {
        let seller = earning(viewer)?.may(Capability::Bank)?;
        viewer.confirmed()?;
        let (currency, bank) = check(form, self.is_sandbox())?;
        let now = self.now();
        let tx = self.db().begin().await?;
        replace(&tx, seller.account.into(), currency, bank, now).await?;
        payouts::queue_waiting(&tx, PartyId::Account(seller.account), now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// The sandbox's stand-in for an identity check: a click does it. Not found in live mode.
    ///
    /// # Errors
    /// [`Error::NotFound`] in live mode and for who earns nothing.
    pub async fn verify_identity_in_sandbox(&self, viewer: &Viewer) -> Result<()> {
        if !self.is_sandbox() {
            return Err(Error::NotFound);
        }
        let seller = earning(viewer)?.may(Capability::Bank)?;
        let now = self.now();
        let tx = self.db().begin().await?;
        accounts::set_identity_verified(&tx, seller.account, now).await?;
        payouts::queue_verified(&tx, seller.account, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }
}

impl Backend {
    /// The telephone number of the account the viewer works for, by which operators and their shops name it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who earns nothing.
    pub async fn account_phone(&self, viewer: &Viewer) -> Result<Option<String>> {
        Ok(accounts::by_id(self.db().read(), earning(viewer)?.account).await?.phone)
    }

    /// Sets the telephone number of the account the viewer works for; empty takes it away.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who earns nothing, [`Error::Invalid`] at `phone`, also where another account has it,
    /// [`Error::Refused`] where their role does not include it.
    pub async fn set_account_phone(&self, viewer: &Viewer, typed: &str) -> Result<()> {
        let account = earning(viewer)?.may(Capability::Members)?.account;
        let phone = match typed.trim() {
            "" => None,
            typed => Some(text::phone(typed).map_err(|message| Error::field("phone", message))?),
        };
        let tx = self.db().begin().await?;
        if !accounts::set_phone(&tx, account, phone.as_deref()).await? {
            return Err(Error::field("phone", "Another account has this number. Check it for a typing error."));
        }
        Ok(tx.commit().await?)
    }
}

/// Replaces a party's bank details in a currency. Changed ones alert the contact of before and are not used until the
/// cool-off is over.
pub(crate) async fn replace(
    tx: &impl ConnectionTrait,
    owner: BankOwner,
    currency: Currency,
    bank: BankAccount,
    now: OffsetDateTime,
) -> Result<BankAccount> {
    let old = bank_accounts::current(tx, owner, currency).await?;
    let usable_from = match old {
        Some(old) if old.number != bank.number || old.bank != bank.bank => now + COOL_OFF,
        Some(old) => old.usable_from,
        None => now,
    };
    let bank = BankAccount { id: BankAccountId(Uuid::now_v7()), usable_from, ..bank };
    bank_accounts::replace(tx, owner, currency, &bank, now).await?;
    if usable_from > now {
        alert(tx, owner, &bank, now).await?;
    }
    Ok(bank)
}

/// Tells whom the account belongs to, and of a service provider itself and its seller, that money goes elsewhere now.
async fn alert(tx: &impl ConnectionTrait, owner: BankOwner, bank: &BankAccount, now: OffsetDateTime) -> Result<()> {
    let (BankOwner::Account(account) | BankOwner::Provider { seller: account, .. }) = owner;
    let account = accounts::by_id(tx, account).await?;
    let (name, mut told) = match owner {
        BankOwner::Account(_) => (account.name, Vec::new()),
        BankOwner::Provider { provider, .. } => {
            let provider = providers::by_id(tx, provider).await?;
            (provider.name, Vec::from_iter(provider.email))
        }
    };
    told.push(account.email);
    let account_ending: String = bank.number.chars().skip(bank.number.chars().count().saturating_sub(4)).collect();
    for email in told {
        let Ok(email) = Email::parse(&email) else { continue };
        let mail = Mail::BankDetailsChanged { name: name.clone(), account_ending: account_ending.clone() };
        outbox::enqueue(tx, now, &email, &mail, &format!("bank-changed:{}:{email}", bank.id)).await?;
    }
    Ok(())
}

/// The account the viewer sells with.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub(crate) fn selling(viewer: &Viewer) -> Result<&Membership> {
    viewer.selling().filter(|_| viewer.verified).ok_or(Error::NotFound)
}

/// The account the viewer earns with: one that sells, or one that takes a marketplace's commission.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub(crate) fn earning(viewer: &Viewer) -> Result<&Membership> {
    viewer.working().filter(|_| viewer.verified).ok_or(Error::NotFound)
}

/// An account number as it is stored: of a Nigerian bank with its check digit, an IBAN with its own, or any other.
fn account_number(typed: &str, bank: Option<Bank>, naira: bool) -> std::result::Result<String, String> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    let ten = number.len() == 10 && number.chars().all(|c| c.is_ascii_digit());
    match bank {
        _ if naira && !ten => Err("Enter the account number with its 10 digits.".to_owned()),
        Some(bank) if !bank.checks(&number) => Err(format!(
            "This is no account number of {}: its last digit does not fit. Check it for a typing error.",
            bank.name
        )),
        _ if !naira && looks_like_iban(&number) && !iban_checks(&number) => {
            Err("The check digits of this IBAN do not fit. Check it for a typing error.".to_owned())
        }
        _ if (6..=34).contains(&number.len()) && number.chars().all(|c| c.is_ascii_alphanumeric()) => Ok(number),
        _ => Err("Enter the IBAN, or the account number with its 6 to 34 letters and digits.".to_owned()),
    }
}

/// Reads bank details and reports all that is wrong at once; the sandbox's bank exists in the sandbox only.
pub(crate) fn check(form: &BankDetails, sandbox: bool) -> Result<(Currency, BankAccount)> {
    let mut wrong = Vec::new();
    let mut keep = |field: &str, read: std::result::Result<String, String>| {
        read.map_err(|message| wrong.push(FieldError::new(field, message))).unwrap_or_default()
    };
    let currency = typed::traded(&form.currency);
    let naira = currency == Ok(Currency::Ngn);
    let known = find_bank(&form.bank_name).filter(|bank| sandbox || *bank != SANDBOX_BANK);
    let named = match known {
        Some(bank) if naira => Ok(bank.name.to_owned()),
        _ if naira => Err("Choose a bank of the list.".to_owned()),
        _ => text::line(&form.bank_name, "the bank's name", NAME_CHARS_MAX),
    };
    let bank = keep("bank_name", named);
    let holder = keep("account_name", text::line(&form.account_name, "the account holder's name", NAME_CHARS_MAX));
    let number = keep("account_number", account_number(&form.account_number, known.filter(|_| naira), naira));
    let currency =
        typed::keep(&mut wrong, "currency", currency).ok_or_else(|| Error::Invalid(std::mem::take(&mut wrong)))?;
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let usable_from = time::OffsetDateTime::UNIX_EPOCH;
    Ok((currency, BankAccount { id: BankAccountId(Uuid::nil()), bank, number, holder, usable_from }))
}
