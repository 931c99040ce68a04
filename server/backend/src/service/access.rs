//! Who is asking about which order: the one gate in front of every order, for accounts and for signed links.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders::{self, Stored};
use crate::service::viewer::Viewer;
use domain::ids::{AccountId, OrderId, UserId};
use domain::limits;
use domain::order::{Actor, Denied, Parties, Role};
use domain::permission::{self, Capability};
use sea_orm::ConnectionTrait;
use std::fmt;
use time::Duration;

/// How an address names an order: by its id, for people who sign in, or by a signed link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRef {
    /// `ord_…`
    Id(OrderId),
    /// `lnk_…`, which makes its holder the buyer of one order.
    Link(String),
}

impl OrderRef {
    /// Reads the part of an address.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(token) = text.strip_prefix("lnk_") {
            return Ok(Self::Link(token.to_owned()));
        }
        text.parse().map(Self::Id).map_err(|_| Error::NotFound)
    }
}

impl fmt::Display for OrderRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Link(token) => write!(f, "lnk_{token}"),
        }
    }
}

/// Somebody in front of one order.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// The order.
    pub order: OrderId,
    /// The part they play.
    pub actor: Actor,
    /// Who, where they signed in.
    pub user: Option<UserId>,
    /// Whether a shop acts for them, so that they are told as if somebody else had.
    pub by_shop: bool,
    /// Whether they may act; a member of the team whose role does not include orders only looks.
    pub acts: bool,
}

impl Access {
    /// Lets somebody pass who may act on the order, and not only look at it.
    ///
    /// # Errors
    /// [`Error::Denied`] otherwise.
    pub(crate) fn to_act(self) -> Result<Self> {
        if self.acts { Ok(self) } else { Err(Denied::ReadOnly.into()) }
    }
}

impl Backend {
    /// Opens an order for somebody. Staff come in where the rules give them work; everybody who is no party gets
    /// [`Error::NotFound`].
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Expired`] for an old link.
    pub(crate) async fn open_order(
        &self,
        connection: &impl ConnectionTrait,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
    ) -> Result<(Access, Stored)> {
        match reference {
            OrderRef::Link(token) => {
                let id = self.secret().open_order_link(token, self.now())?;
                let stored = orders::by_id(connection, id).await?;
                let access =
                    Access { order: id, actor: Actor::new(Role::Buyer), user: None, by_shop: false, acts: true };
                Ok((access, stored))
            }
            OrderRef::Id(id) => {
                let viewer = viewer.filter(|viewer| viewer.verified).ok_or(Error::NotFound)?;
                let stored = orders::by_id(connection, *id).await?;
                let actor = actor(viewer, &stored.order.parties).ok_or(Error::NotFound)?;
                let acts = acts(viewer, &stored.order.parties);
                Ok((Access { order: *id, actor, user: Some(viewer.user), by_shop: false, acts }, stored))
            }
        }
    }

    /// A link that lets its holder act as the buyer of one order, as a path. Works for
    /// [`limits::ORDER_LINK_SECONDS`] seconds.
    #[must_use]
    pub fn signed_order_path(&self, order: OrderId) -> String {
        let expires = self.now() + Duration::seconds(limits::ORDER_LINK_SECONDS);
        format!("/orders/lnk_{}", self.secret().order_link(order, expires))
    }
}

/// Staff act in their own part; a member of a party's team where the role includes orders.
fn acts(viewer: &Viewer, parties: &Parties) -> bool {
    permission::party(parties, &viewer.account_ids()).is_none_or(|(_, account)| {
        let member = viewer.memberships.iter().find(|membership| membership.account == account);
        member.is_some_and(|membership| membership.role.may(Capability::Orders))
    })
}

fn actor(viewer: &Viewer, parties: &Parties) -> Option<Actor> {
    let accounts: Vec<AccountId> = viewer.account_ids();
    permission::actor(parties, &accounts, viewer.staff)
}
