//! What shops do to their orders: delivered, cancelled, cancelled by the buyer in the shop, and reading (atarapay.md section 5).

use super::keys::ApiCaller;
use super::object::order_object;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders::{self, Stored};
use crate::service::access::{Access, OrderRef};
use crate::service::command::OrderCommand;
use domain::order::{Actor, Command, Role};
use sea_orm::ConnectionTrait;

/// What a shop does to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShopAct {
    /// It was delivered.
    Delivered,
    /// The seller cancels.
    Cancel,
    /// The buyer cancelled in the shop.
    BuyerCancels,
}

/// What the history says of a delivery that a shop reported.
const DELIVERED_NOTE: &str = "The shop reported the delivery.";

impl Backend {
    /// A paid order that the account sells, or that is on its marketplace, as the wire shows it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other order.
    pub async fn api_order(&self, caller: &ApiCaller, number: i64) -> Result<String> {
        let connection = self.db().read();
        let stored = visible(connection, caller, number).await?;
        order_object(connection, &stored, None, self.now()).await
    }

    /// Does something to a paid order of the account itself; answers the order and its buyer's address. An operator looks on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an order that another account sells, [`Error::Denied`] where the rules refuse it.
    pub async fn api_act(&self, caller: &ApiCaller, number: i64, act: ShopAct, key: &str) -> Result<(String, String)> {
        let connection = self.db().read();
        let stored = visible(connection, caller, number).await?;
        if stored.order.parties.seller != caller.account {
            return Err(Error::NotFound);
        }
        let (role, command) = match act {
            ShopAct::Delivered => {
                (Role::Seller, Command::MarkDelivered { note: DELIVERED_NOTE.to_owned(), tracking: None })
            }
            ShopAct::Cancel => (Role::Seller, Command::Cancel),
            ShopAct::BuyerCancels => (Role::Buyer, Command::Cancel),
        };
        let access = Access {
            order: stored.order.id,
            actor: Actor::new(role),
            user: Some(caller.user()),
            acts: true,
            by_shop: true,
        };
        let request = OrderCommand {
            order: OrderRef::Id(stored.order.id),
            command,
            version: None,
            refund: None,
            key: key.to_owned(),
            files: Vec::new(),
        };
        self.act_as(access, request).await?;
        let after = orders::by_id(connection, stored.order.id).await?;
        let object = order_object(connection, &after, None, self.now()).await?;
        Ok((object, after.facts.buyer_email))
    }
}

async fn visible(connection: &impl ConnectionTrait, caller: &ApiCaller, number: i64) -> Result<Stored> {
    let stored = orders::by_number(connection, number).await?.ok_or(Error::NotFound)?;
    let parties = &stored.order.parties;
    let own = parties.seller == caller.account || parties.operator == Some(caller.account);
    // Before it is paid the wire knows of no order.
    if own && stored.order.quote.is_some() { Ok(stored) } else { Err(Error::NotFound) }
}
