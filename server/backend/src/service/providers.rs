//! The service providers of a Business Seller: payout recipients without an account (rules.md sections 1 and 6).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::bank_accounts::{self, BankAccount};
use crate::repo::payouts::{self, Payout};
use crate::repo::{listings, orders, providers};
use crate::service::bank::{self, BankDetails};
use crate::service::payouts::queue_waiting;
use crate::service::viewer::{Membership, Viewer};
use domain::ids::{AccountId, PartyId, ProviderId};
use domain::limits::NAME_CHARS_MAX;
use domain::money::Currency;
use domain::order::Commission;
use domain::permission::{AccountKind, Capability};
use domain::text::{self, Email, FieldError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::repo::providers::{Provider, ProviderWire};

/// What was typed; every field as text, so that a refused form comes back as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderForm {
    /// Its name.
    pub name: String,
    /// Its address; may be empty.
    pub email: String,
    /// Its phone number; may be empty.
    pub phone: String,
    /// What the seller keeps, as [`Commission::parse`] reads it.
    pub commission: String,
    /// Where it is paid; a form without an account number leaves that as it is.
    pub bank: BankDetails,
}

/// A provider with where it is paid and what it was paid.
#[derive(Debug, Clone)]
pub struct ProviderView {
    /// The provider.
    pub provider: Provider,
    /// Its present bank accounts by currency.
    pub banks: Vec<(Currency, BankAccount)>,
    /// Its payouts with their order's number, newest first; `None` until the seller has a bank account itself.
    pub payouts: Option<Vec<(Payout, i64)>>,
}

const PAYOUTS_SHOWN: u64 = 100;

impl Backend {
    /// The viewer's providers by name, with whether each can be paid in some currency.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no Business Seller.
    pub async fn providers(&self, viewer: &Viewer, search: &str) -> Result<Vec<(Provider, bool)>> {
        let seller = business(viewer)?.account;
        let connection = self.db().read();
        let payable = bank_accounts::providers_with_one(connection, seller).await?;
        let found = providers::list(connection, seller, search).await?;
        let with_payable = found.into_iter().map(|provider| {
            let can_be_paid = payable.contains(&provider.id);
            (provider, can_be_paid)
        });
        Ok(with_payable.collect())
    }

    /// One of the viewer's providers.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's.
    pub async fn provider(&self, viewer: &Viewer, id: ProviderId) -> Result<ProviderView> {
        let seller = business(viewer)?.account;
        let connection = self.db().read();
        let provider = providers::of_seller(connection, seller, id).await?;
        let banks = bank_accounts::all(connection, provider.bank_owner()).await?;
        let mut shown = None;
        if bank_accounts::has_any(connection, seller).await? {
            let mut rows = Vec::new();
            for payout in payouts::of_party(connection, PartyId::Provider(id), PAYOUTS_SHOWN).await? {
                let number = orders::by_id(connection, payout.order).await?.facts.number;
                rows.push((payout, number));
            }
            shown = Some(rows);
        }
        Ok(ProviderView { provider, banks, payouts: shown })
    }

    /// Adds a provider.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no Business Seller, [`Error::Invalid`] with every refused field, and for bank
    /// details [`Error::Unconfirmed`]. [`Error::Refused`] where their role does not include it.
    pub async fn add_provider(&self, viewer: &Viewer, form: &ProviderForm) -> Result<ProviderId> {
        let seller = business(viewer)?.may(Capability::Catalogue)?.account;
        let now = self.now();
        let fresh = Provider {
            id: ProviderId(Uuid::now_v7()),
            number: 0,
            seller,
            name: String::new(),
            email: None,
            phone: None,
            commission: Commission::default(),
            wire: None,
            removed_at: None,
            created_at: now,
        };
        let (provider, bank) = check(form, fresh, self.is_sandbox())?;
        if bank.is_some() {
            may_set_bank(viewer)?;
        }
        let tx = self.db().begin().await?;
        providers::insert(&tx, &provider, now).await?;
        if let Some((currency, bank)) = bank {
            bank::replace(&tx, provider.bank_owner(), currency, bank, now).await?;
        }
        tx.commit().await?;
        Ok(provider.id)
    }

    /// Changes a provider. Changed bank details hold its payouts for 24 hours.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's, [`Error::Invalid`] with every refused field, and for bank details
    /// [`Error::Unconfirmed`]. [`Error::Refused`] where their role does not include it.
    pub async fn edit_provider(&self, viewer: &Viewer, id: ProviderId, form: &ProviderForm) -> Result<()> {
        let seller = business(viewer)?.may(Capability::Catalogue)?.account;
        let now = self.now();
        let tx = self.db().begin().await?;
        let (provider, bank) = check(form, standing(&tx, seller, id).await?, self.is_sandbox())?;
        let with_bank = bank.is_some();
        if with_bank {
            may_set_bank(viewer)?;
        }
        // The bank details first: who is alerted is the contact that stood before this change.
        if let Some((currency, bank)) = bank {
            bank::replace(&tx, provider.bank_owner(), currency, bank, now).await?;
        }
        providers::update(&tx, &provider, now).await?;
        if with_bank {
            queue_waiting(&tx, PartyId::Provider(id), now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Removes a provider: nothing new can be bought from it. Its orders go on and it is paid what it is owed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's.
    pub async fn remove_provider(&self, viewer: &Viewer, id: ProviderId) -> Result<()> {
        let seller = business(viewer)?.may(Capability::Catalogue)?.account;
        let now = self.now();
        let tx = self.db().begin().await?;
        let provider = Provider { removed_at: Some(now), ..standing(&tx, seller, id).await? };
        providers::update(&tx, &provider, now).await?;
        listings::withdraw_of_provider(&tx, id, now).await?;
        Ok(tx.commit().await?)
    }
}

/// The provider, while it is not removed.
pub(crate) async fn standing(
    connection: &impl sea_orm::ConnectionTrait,
    seller: AccountId,
    id: ProviderId,
) -> Result<Provider> {
    let provider = providers::of_seller(connection, seller, id).await?;
    if provider.removed_at.is_some() { Err(Error::NotFound) } else { Ok(provider) }
}

/// Lets somebody pass who may change where the account's money goes, and showed lately that it is them.
fn may_set_bank(viewer: &Viewer) -> Result<()> {
    business(viewer)?.may(Capability::Bank)?;
    viewer.confirmed()
}

/// The Business Seller the viewer acts for.
pub(crate) fn business(viewer: &Viewer) -> Result<&Membership> {
    let of_kind = viewer.selling().filter(|membership| membership.kind == AccountKind::BusinessSeller);
    of_kind.filter(|_| viewer.verified).ok_or(Error::NotFound)
}

/// Reads a commission; an empty field is none.
pub(crate) fn commission(typed: &str) -> std::result::Result<Commission, FieldError> {
    Commission::parse(typed).map_err(|message| FieldError::new("commission", message))
}

/// Reads every field over the provider of before and reports all that is wrong at once.
pub(crate) fn check(
    form: &ProviderForm,
    before: Provider,
    sandbox: bool,
) -> Result<(Provider, Option<(Currency, BankAccount)>)> {
    let mut wrong = Vec::new();
    let mut provider = before;
    match text::line(&form.name, "a name", NAME_CHARS_MAX) {
        Ok(name) => provider.name = name,
        Err(message) => wrong.push(FieldError::new("name", message)),
    }
    provider.email = None;
    if !form.email.trim().is_empty() {
        match Email::parse(&form.email) {
            Ok(email) => provider.email = Some(email.to_string()),
            Err(message) => wrong.push(FieldError::new("email", message)),
        }
    }
    let phone = form.phone.trim();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let plain = phone.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c));
    let dialled = plain && (7..=15).contains(&digits);
    if !(phone.is_empty() || dialled) {
        wrong.push(FieldError::new("phone", "Enter a phone number with 7 to 15 digits, such as +234 803 000 0000."));
    }
    provider.phone = (!phone.is_empty()).then(|| phone.to_owned());
    match commission(&form.commission) {
        Ok(commission) => provider.commission = commission,
        Err(error) => wrong.push(error),
    }
    let mut bank = None;
    if !form.bank.account_number.trim().is_empty() || !form.bank.bank_name.trim().is_empty() {
        match bank::check(&form.bank, sandbox) {
            Ok(checked) => bank = Some(checked),
            Err(Error::Invalid(errors)) => wrong.extend(errors),
            Err(error) => return Err(error),
        }
    }
    if wrong.is_empty() { Ok((provider, bank)) } else { Err(Error::Invalid(wrong)) }
}
