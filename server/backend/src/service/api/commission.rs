//! Who does the work of a paid order and what the seller or the operator keeps of it, set by programs until the buyer accepts
//! (atarapay.md sections 3.4 and 3.5, rules.md section 5.5).

use super::keys::ApiCaller;
use super::providers::{WireProvider, of_provider};
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders;
use crate::repo::{accounts, associations, providers};
use crate::service::access::OrderRef;
use crate::service::command::OrderCommand;
use domain::money::BasisPoints;
use domain::order::{Assigned, Command, Commission};
use time::OffsetDateTime;

/// What was set.
#[derive(Debug, Clone)]
pub struct CommissionSet {
    /// The order's number.
    pub order: i64,
    /// The percentage, as it was read.
    pub percent: BasisPoints,
    /// When.
    pub at: OffsetDateTime,
    /// The Business Seller's provider.
    pub provider: Option<WireProvider>,
    /// The operator's seller: its number, whether it is a private person, and since when it exists.
    pub seller: Option<(i64, bool, OffsetDateTime)>,
}

impl Backend {
    /// A Business Seller gives one of its paid orders to a provider and says what percentage it keeps itself.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `sp_id` for a provider that is not the account's, [`Error::NotFound`] for an order that is
    /// not, [`Error::Denied`] once the buyer accepted.
    pub async fn api_set_commission(
        &self,
        caller: &ApiCaller,
        order: i64,
        provider: i64,
        percent: BasisPoints,
        key: &str,
    ) -> Result<CommissionSet> {
        let connection = self.db().read();
        let Some(found) = providers::by_number(connection, caller.account, provider).await? else {
            return Err(Error::field("sp_id", "no such provider"));
        };
        let stored = orders::by_number(connection, order).await?.ok_or(Error::NotFound)?;
        if stored.order.parties.seller != caller.account || stored.order.quote.is_none() {
            return Err(Error::NotFound);
        }
        let same = stored.order.parties.provider == Some(found.id);
        let payout_fee = self.platform().await?.fees(stored.order.price.currency)?.payout;
        let command = Command::SetCommission {
            commission: Commission::percent(percent),
            provider: (!same).then_some(Assigned { provider: found.id, payout_fee }),
        };
        self.act(Some(&caller.viewer), act(&stored, command, key)).await?;
        Ok(CommissionSet { order, percent, at: self.now(), provider: Some(of_provider(&found)), seller: None })
    }

    /// An operator says what percentage it keeps of an order on its marketplace.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an order that is not on it, [`Error::Invalid`] at `seller` with the seller's number where the
    /// order's seller is not associated, [`Error::Denied`] once the buyer accepted.
    pub async fn api_set_marketplace_commission(
        &self,
        caller: &ApiCaller,
        order: i64,
        percent: BasisPoints,
        key: &str,
    ) -> Result<CommissionSet> {
        let connection = self.db().read();
        let stored = orders::by_number(connection, order).await?.ok_or(Error::NotFound)?;
        let seller = accounts::by_id(connection, stored.order.parties.seller).await?;
        // An order of somebody else's marketplace is answered as one of nobody.
        if stored.order.parties.operator != Some(caller.account) || stored.order.quote.is_none() {
            return Err(Error::NotFound);
        }
        if associations::active(connection, caller.account, seller.id).await?.is_none() {
            return Err(Error::field("seller", seller.number.to_string()));
        }
        let command = Command::SetCommission { commission: Commission::percent(percent), provider: None };
        self.act(Some(&caller.viewer), act(&stored, command, key)).await?;
        let private = seller.kind == domain::permission::AccountKind::IndividualSeller;
        let since = accounts::created_at(connection, seller.id).await?;
        Ok(CommissionSet {
            order,
            percent,
            at: self.now(),
            provider: None,
            seller: Some((seller.number, private, since)),
        })
    }
}

fn act(stored: &orders::Stored, command: Command, key: &str) -> OrderCommand {
    OrderCommand {
        order: OrderRef::Id(stored.order.id),
        command,
        version: None,
        refund: None,
        key: key.to_owned(),
        files: Vec::new(),
    }
}
