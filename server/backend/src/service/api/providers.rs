//! Service providers for programs: payout recipients of a Business Seller, or the registered sellers of an operator
//! (atarapay.md section 3).

use super::keys::ApiCaller;
use super::object::wire_time;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::associations::{self, Association, AssociationStatus};
use crate::repo::providers::{self as rows, Provider, ProviderWire};
use crate::repo::{accounts, bank_accounts, listings};
use crate::service::bank::{self, BankDetails};
use crate::service::notify;
use crate::service::payouts::queue_waiting;
use crate::service::providers::{ProviderForm, check};
use domain::bank::find_bank;
use domain::ids::{AssociationId, PartyId, ProviderId};
use domain::order::Commission;
use domain::permission::AccountKind;
use sea_orm::DatabaseTransaction;
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

/// What a program says about a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderInput {
    /// 1 for a naira bank account, 2 for a Wise account in dollars.
    pub kind: i64,
    /// Given name.
    pub firstname: String,
    /// Family name.
    pub lastname: String,
    /// Address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// The Central Bank's code.
    pub bank_code: Option<String>,
    /// The NIP code.
    pub nip_bank_code: Option<String>,
    /// The bank's name.
    pub bank_name: Option<String>,
    /// The holder.
    pub bank_account_name: Option<String>,
    /// The account number.
    pub bank_account_number: Option<String>,
    /// Of a Wise account, its id.
    pub account_id: Option<String>,
}

/// A provider as the wire shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WireProvider {
    id: i64,
    r#type: i64,
    firstname: String,
    lastname: String,
    phone: Option<String>,
    email: Option<String>,
    bank_code: Option<String>,
    nip_bank_code: Option<String>,
    bank_name: Option<String>,
    bank_account_name: Option<String>,
    bank_account_number: Option<String>,
    recipient_code: Option<String>,
    account_id: Option<String>,
    account_type: Option<&'static str>,
    created_at: String,
    updated_at: String,
}

impl WireProvider {
    /// The same with the empty recipient code that some answers of the contract have.
    #[must_use]
    pub fn with_empty_recipient(self) -> Self {
        Self { recipient_code: Some(String::new()), ..self }
    }
}

impl Backend {
    /// Adds a provider, or changes the one with the same telephone number; answers it and whether it was new. An operator's
    /// provider is a registered seller, who is associated by that (rules.md section 6).
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field, [`Error::Refused`] for an account that pays no providers.
    pub async fn api_save_provider(&self, caller: &ApiCaller, input: &ProviderInput) -> Result<(WireProvider, bool)> {
        match caller.kind {
            AccountKind::BusinessSeller => self.save_own(caller, input).await,
            AccountKind::MarketplaceOperator => self.associate(caller, input).await,
            _ => Err(Error::Refused("Only a Business Seller or a Marketplace Operator has service providers.")),
        }
    }

    /// The providers of an account.
    ///
    /// # Errors
    /// [`Error::Refused`] until the seller has a bank account of its own.
    pub async fn api_providers(&self, caller: &ApiCaller) -> Result<Vec<WireProvider>> {
        let connection = self.db().read();
        if caller.kind == AccountKind::MarketplaceOperator {
            let mut found = Vec::new();
            for association in associations::of_operator(connection, caller.account).await? {
                if association.status == AssociationStatus::Active {
                    let seller = accounts::by_id(connection, association.seller).await?;
                    found.push(of_seller(&seller, &association));
                }
            }
            return Ok(found);
        }
        if !bank_accounts::has_any(connection, caller.account).await? {
            return Err(Error::Refused("Please add your bank account details first"));
        }
        let found = rows::list(connection, caller.account, "").await?;
        Ok(found.iter().map(of_provider).collect())
    }

    /// Removes a provider and answers it as it was; `None` where the account has none with this number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn api_remove_provider(&self, caller: &ApiCaller, number: i64) -> Result<Option<WireProvider>> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let removed = if caller.kind == AccountKind::MarketplaceOperator {
            let Ok(seller) = accounts::by_number(&tx, number).await else { return Ok(None) };
            let Some(association) = associations::active(&tx, caller.account, seller.id).await? else {
                return Ok(None);
            };
            associations::set_status(&tx, association.id, AssociationStatus::Removed, now).await?;
            of_seller(&seller, &association)
        } else {
            let Some(provider) = rows::by_number(&tx, caller.account, number).await? else { return Ok(None) };
            rows::update(&tx, &Provider { removed_at: Some(now), ..provider.clone() }, now).await?;
            listings::withdraw_of_provider(&tx, provider.id, now).await?;
            of_provider(&provider)
        };
        tx.commit().await?;
        Ok(Some(removed.with_empty_recipient()))
    }

    async fn save_own(&self, caller: &ApiCaller, input: &ProviderInput) -> Result<(WireProvider, bool)> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let standing = rows::by_phone(&tx, caller.account, &input.phone).await?;
        let fresh = standing.is_none();
        let before = standing.unwrap_or_else(|| blank(caller, now));
        let kept = before.commission.typed();
        let (mut provider, bank) = check(&form(input, kept), before, self.is_sandbox())?;
        provider.wire = Some(wire(input, now));
        if fresh {
            provider.number = rows::insert(&tx, &provider, now).await?;
        }
        // Before the rest is changed: who is alerted is the contact that stood before.
        let with_bank = bank.is_some();
        if let Some((currency, bank)) = bank {
            bank::replace(&tx, provider.bank_owner(), currency, bank, now).await?;
        }
        if !fresh {
            rows::update(&tx, &provider, now).await?;
        }
        if with_bank {
            queue_waiting(&tx, PartyId::Provider(provider.id), now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok((of_provider(&provider), fresh))
    }

    async fn associate(&self, caller: &ApiCaller, input: &ProviderInput) -> Result<(WireProvider, bool)> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let Some(seller) = accounts::seller_by_phone(&tx, &input.phone).await? else {
            let message = "No registered seller has this phone number. Ask them to sign up and to enter it first.";
            return Err(Error::field("phone", message));
        };
        let (association, fresh) = self.associated(&tx, caller, &seller, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok((of_seller(&seller, &association), fresh))
    }

    async fn associated(
        &self,
        tx: &DatabaseTransaction,
        caller: &ApiCaller,
        seller: &accounts::Account,
        now: OffsetDateTime,
    ) -> Result<(Association, bool)> {
        let standing = associations::of_operator(tx, caller.account).await?;
        if let Some(known) = standing.into_iter().find(|one| one.seller == seller.id) {
            let fresh = known.status == AssociationStatus::Invited;
            if fresh {
                associations::set_status(tx, known.id, AssociationStatus::Active, now).await?;
            }
            return Ok((known, fresh));
        }
        let association = Association {
            id: AssociationId(Uuid::now_v7()),
            operator: caller.account,
            seller: seller.id,
            status: AssociationStatus::Invited,
            commission: Commission::default(),
            created_at: now,
            ended_at: None,
        };
        associations::insert(tx, &association).await?;
        associations::set_status(tx, association.id, AssociationStatus::Active, now).await?;
        // The seller is told and may leave at any time.
        notify::invited(tx, &association, &caller.viewer.name, seller, now).await?;
        Ok((association, true))
    }
}

fn blank(caller: &ApiCaller, now: OffsetDateTime) -> Provider {
    Provider {
        id: ProviderId(Uuid::now_v7()),
        number: 0,
        seller: caller.account,
        name: String::new(),
        email: None,
        phone: None,
        commission: Commission::default(),
        wire: None,
        removed_at: None,
        created_at: now,
    }
}

/// What the services of people read: the bank by its code, else by its NIP code, else by its name.
fn form(input: &ProviderInput, commission: String) -> ProviderForm {
    let given = |field: &Option<String>| field.clone().unwrap_or_default();
    let name = format!("{} {}", input.firstname, input.lastname);
    let bank = if input.kind == 2 {
        BankDetails {
            currency: "USD".to_owned(),
            bank_name: "Wise".to_owned(),
            account_number: given(&input.account_id),
            account_name: name.clone(),
        }
    } else {
        let coded = [&input.bank_code, &input.nip_bank_code, &input.bank_name];
        let known = coded.into_iter().flatten().find_map(|code| find_bank(code));
        let bank_name = known.map_or_else(|| given(&input.bank_name), |bank| bank.name.to_owned());
        BankDetails {
            currency: "NGN".to_owned(),
            bank_name,
            account_number: given(&input.bank_account_number),
            account_name: given(&input.bank_account_name),
        }
    };
    ProviderForm {
        name: name.trim().to_owned(),
        email: input.email.clone(),
        phone: input.phone.clone(),
        commission,
        bank,
    }
}

fn wire(input: &ProviderInput, now: OffsetDateTime) -> ProviderWire {
    ProviderWire {
        kind: input.kind,
        firstname: input.firstname.clone(),
        lastname: input.lastname.clone(),
        bank_code: input.bank_code.clone(),
        nip_bank_code: input.nip_bank_code.clone(),
        bank_name: input.bank_name.clone(),
        bank_account_name: input.bank_account_name.clone(),
        bank_account_number: input.bank_account_number.clone(),
        account_id: input.account_id.clone(),
        updated_at: now.unix_timestamp(),
    }
}

pub(super) fn of_provider(provider: &Provider) -> WireProvider {
    let (first, last) = provider.name.split_once(' ').unwrap_or((&provider.name, ""));
    let said = provider.wire.clone().unwrap_or_else(|| ProviderWire {
        kind: 1,
        firstname: first.to_owned(),
        lastname: last.to_owned(),
        updated_at: provider.created_at.unix_timestamp(),
        ..ProviderWire::default()
    });
    let updated = OffsetDateTime::from_unix_timestamp(said.updated_at).unwrap_or(provider.created_at);
    WireProvider {
        id: provider.number,
        r#type: said.kind,
        firstname: said.firstname,
        lastname: said.lastname,
        phone: provider.phone.clone(),
        email: provider.email.clone(),
        bank_code: said.bank_code,
        nip_bank_code: said.nip_bank_code,
        bank_name: said.bank_name,
        bank_account_name: said.bank_account_name,
        bank_account_number: said.bank_account_number,
        recipient_code: None,
        account_type: said.account_id.is_some().then_some("wise"),
        account_id: said.account_id,
        created_at: wire_time(provider.created_at),
        updated_at: wire_time(updated),
    }
}

/// A registered seller as an operator's provider; where it is paid is nobody's business but its own.
fn of_seller(seller: &accounts::Account, association: &Association) -> WireProvider {
    let (first, last) = seller.name.split_once(' ').unwrap_or((&seller.name, ""));
    WireProvider {
        id: seller.number,
        r#type: 1,
        firstname: first.to_owned(),
        lastname: last.to_owned(),
        phone: seller.phone.clone(),
        email: Some(seller.email.clone()),
        bank_code: None,
        nip_bank_code: None,
        bank_name: None,
        bank_account_name: None,
        bank_account_number: None,
        recipient_code: None,
        account_id: None,
        account_type: None,
        created_at: wire_time(association.created_at),
        updated_at: wire_time(association.created_at),
    }
}
