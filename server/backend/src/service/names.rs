//! Names of accounts and service providers, each read once for a list.

use crate::error::Result;
use crate::repo::{accounts, providers};
use domain::ids::{AccountId, PartyId, ProviderId};
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;

/// The names that were read already.
#[derive(Default)]
pub(crate) struct Names {
    accounts: BTreeMap<AccountId, String>,
    providers: BTreeMap<ProviderId, String>,
}

impl Names {
    /// The name of an account.
    pub(crate) async fn account(&mut self, connection: &impl ConnectionTrait, id: AccountId) -> Result<String> {
        if let Some(name) = self.accounts.get(&id) {
            return Ok(name.clone());
        }
        let name = accounts::by_id(connection, id).await?.name;
        self.accounts.insert(id, name.clone());
        Ok(name)
    }

    /// The name of a beneficiary.
    pub(crate) async fn party(&mut self, connection: &impl ConnectionTrait, party: PartyId) -> Result<String> {
        match party {
            PartyId::Account(account) => self.account(connection, account).await,
            PartyId::Provider(provider) => self.provider(connection, provider).await,
        }
    }

    /// The name of a service provider.
    pub(crate) async fn provider(&mut self, connection: &impl ConnectionTrait, id: ProviderId) -> Result<String> {
        if let Some(name) = self.providers.get(&id) {
            return Ok(name.clone());
        }
        let name = providers::by_id(connection, id).await?.name;
        self.providers.insert(id, name.clone());
        Ok(name)
    }
}
