//! What a buyer is asked to pay.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders::{self, Stored};
use crate::repo::quotes::{self, StoredQuote};
use crate::service::access::{Access, OrderRef};
use crate::service::platform::Platform;
use crate::service::viewer::Viewer;
use domain::ids::QuoteId;
use domain::limits::QUOTE_SECONDS;
use domain::order::{Actor, CommandKind, Order, Price, Quote, QuoteError, Role, Terms, check};
use sea_orm::DatabaseTransaction;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A quote that is shown but not kept: what an order would cost, `provider` where a service provider is paid too.
///
/// # Errors
/// [`Error::Invalid`] at `amount` or `currency`.
pub fn preview(platform: &Platform, price: Price, terms: &Terms, provider: bool) -> Result<Quote> {
    preview_carrying(platform, price, 0, terms, provider)
}

/// The same for an order of which `carried` minor units were carried over from an earlier milestone.
pub(crate) fn preview_carrying(
    platform: &Platform,
    price: Price,
    carried: i64,
    terms: &Terms,
    provider: bool,
) -> Result<Quote> {
    Quote::compute_carrying(price, carried, terms, platform.fees(price.currency)?, terms.private, provider)
        .map_err(|error| Error::field(field_of(&error), error.to_string()))
}

const fn field_of(_: &QuoteError) -> &'static str {
    "amount"
}

/// The quote an order was paid at, or what it would cost now.
pub(crate) fn of_order(platform: &Platform, order: &Order) -> Result<Quote> {
    let provider = order.parties.provider.is_some();
    order.quote.map_or_else(|| preview_carrying(platform, order.price, order.carried, &order.terms, provider), Ok)
}

impl Backend {
    /// Makes a quote the buyer can pay until it expires.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Denied`] where the order cannot be paid now or not by them.
    pub async fn make_quote(&self, viewer: Option<&Viewer>, reference: &OrderRef) -> Result<QuoteId> {
        let access = self.open_order(self.db().read(), viewer, reference).await?.0.to_act()?;
        let platform = self.platform().await?;
        let tx = self.db().begin().await?;
        let stored = self.make_quote_on(&tx, &platform, access).await?;
        tx.commit().await?;
        Ok(stored.id)
    }

    /// The same in the caller's transaction.
    pub(crate) async fn make_quote_on(
        &self,
        tx: &DatabaseTransaction,
        platform: &Platform,
        access: Access,
    ) -> Result<StoredQuote> {
        let now = self.now();
        let Stored { order, .. } = orders::lock(tx, access.order).await?;
        may_pay(&order, access.actor, now)?;
        let fees = platform.fees(order.price.currency)?;
        let quote = of_order(platform, &order)?;
        let id = QuoteId(Uuid::now_v7());
        let stored = StoredQuote { id, order: order.id, quote, expires_at: now + Duration::seconds(QUOTE_SECONDS) };
        quotes::insert(tx, &stored, fees, now).await?;
        Ok(stored)
    }
}

impl Backend {
    /// A quote for money that the administrator says was for an order, in the caller's transaction.
    pub(crate) async fn quote_for_transfer(
        &self,
        tx: &DatabaseTransaction,
        stored: &Stored,
        now: OffsetDateTime,
    ) -> Result<QuoteId> {
        let platform = self.platform_on(tx).await?;
        let quote = of_order(&platform, &stored.order)?;
        let id = QuoteId(Uuid::now_v7());
        let kept = StoredQuote { id, order: stored.order.id, quote, expires_at: now };
        quotes::insert(tx, &kept, platform.fees(stored.order.price.currency)?, now).await?;
        Ok(id)
    }
}

/// Whether `actor` is the buyer and money would be taken now; refused before any charge (rules.md section 7).
pub(crate) fn may_pay(order: &Order, actor: Actor, now: OffsetDateTime) -> Result<()> {
    check(order, CommandKind::Pay, Actor::new(Role::Rail), now)?;
    if actor.role == Role::Buyer {
        return Ok(());
    }
    Err(Error::Refused("Only the buyer pays an order."))
}
