//! The hosted page of a shop's order: what the buyer is asked, paying, and the way back to the shop.

use crate::Backend;
use crate::error::{Error, Result};
use crate::port::PaymentState;
use crate::repo::api_orders::{self, ShopOrder};
use crate::repo::idempotency::{self, Key};
use crate::repo::payments::PaymentStatus;
use crate::secret::sha256_hex;
use crate::service::access::{Access, OrderRef};
use crate::service::order_view::OrderView;
use domain::ids::{OrderId, QuoteId};
use domain::limits::ORDER_LINK_SECONDS;
use domain::order::{Actor, Role, Status};
use time::Duration;
use url::Url;

/// Longest telephone number as typed, in characters.
const PHONE_CHARS_MAX: usize = 30;

/// What the hosted page shows.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The order as its buyer sees it. Its own path is not to be shown.
    pub order: OrderView,
    /// The buyer's telephone number, as the shop gave it.
    pub phone: String,
    /// Who receives it instead, as the buyer typed it earlier.
    pub alt_recipient: String,
    /// The shop's origin, such as `https://shop.example`: who may show the page in a frame, and where it leads back to.
    pub origin: Option<String>,
}

/// Where a buyer who comes back from paying goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// The payment is confirmed; to the shop, where it gave an address.
    Paid(Option<String>),
    /// The provider does not know yet.
    Waiting,
    /// Money arrived that does not fit the order; the administrator returns or applies it.
    Kept,
    /// Nothing was paid, with the reason where there is one.
    NotPaid(Option<String>),
}

impl Backend {
    /// The path of the hosted page of an order. It opens that page alone: the shop sees it, and must not be able to accept its
    /// own delivery with it.
    #[must_use]
    pub fn checkout_path(&self, order: OrderId) -> String {
        let expires = self.now() + Duration::seconds(ORDER_LINK_SECONDS);
        format!("/checkout/lnk_{}", self.secret().checkout_link(order, expires))
    }

    /// The hosted page of an order that a shop sent, by the last part of its path.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other order, and for who does not hold its link.
    pub async fn checkout(&self, token: &str) -> Result<Checkout> {
        let (order, shop) = self.shop_order(token).await?;
        Ok(Checkout {
            order,
            phone: shop.details.phone.clone(),
            alt_recipient: shop.details.alt_recipient.clone(),
            // Without an address to go back to, the page that sent the order may show it.
            origin: shop.callback_url.as_deref().or(shop.details.origin.as_deref()).and_then(origin),
        })
    }

    async fn shop_order(&self, token: &str) -> Result<(OrderView, ShopOrder)> {
        let order = self.secret().open_checkout_link(token.strip_prefix("lnk_").ok_or(Error::NotFound)?, self.now())?;
        let shop = api_orders::of_order(self.db().read(), order).await?.ok_or(Error::NotFound)?;
        Ok((self.order_view(None, &self.as_buyer(order)?).await?, shop))
    }

    /// How the services of people name an order for its buyer. It stays in this process: whoever holds it is the buyer.
    fn as_buyer(&self, order: OrderId) -> Result<OrderRef> {
        OrderRef::parse(self.signed_order_path(order).trim_start_matches("/orders/"))
    }

    /// Starts paying what the page showed, `total` minor units, and answers the address of the provider's page.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above, [`Error::Invalid`] at `alt_recipient`, [`Error::Expired`] where the total changed since,
    /// [`Error::Denied`] before any charge where it cannot be paid now.
    pub async fn pay_checkout(
        &self,
        token: &str,
        alt_recipient: &str,
        total: Option<i64>,
        framed: bool,
        key: &str,
    ) -> Result<String> {
        let (order, shop) = self.shop_order(token).await?;
        let alt = alt_recipient.trim();
        let dialled = alt.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c));
        if !dialled || alt.chars().count() > PHONE_CHARS_MAX {
            let message = "Enter a phone number such as +234 803 123 4567, or leave this empty.";
            return Err(Error::field("alt_recipient", message));
        }
        let reference = self.as_buyer(order.order.id)?;
        let quote = self.quote_for_page(&order, shop, alt, total, key).await?;
        let framed = if framed { "?framed=1" } else { "" };
        self.start_payment_back_to(None, &reference, quote, key, &format!("/checkout/{token}/return{framed}")).await
    }

    /// The quote of what the page showed; a second click on the same page has the same.
    async fn quote_for_page(
        &self,
        order: &OrderView,
        mut shop: ShopOrder,
        alt: &str,
        total: Option<i64>,
        key: &str,
    ) -> Result<QuoteId> {
        let platform = self.platform().await?;
        let claim = Key {
            scope: format!("{}:checkout", order.order.id),
            request_hash: sha256_hex(format!("{alt} {total:?}").as_bytes()),
            key: key.to_owned(),
        };
        let tx = self.db().begin().await?;
        if let Some(quote) = idempotency::claim(&tx, &claim, self.now()).await? {
            return Ok(quote);
        }
        let buyer = Actor::new(Role::Buyer);
        let access = Access { order: order.order.id, actor: buyer, user: None, by_shop: false, acts: true };
        let quote = self.make_quote_on(&tx, &platform, access).await?;
        if total.is_some_and(|total| total != quote.quote.total()) {
            return Err(Error::Expired(
                "The fees changed since this page was shown. Look at the new total and pay that.",
            ));
        }
        if alt != shop.details.alt_recipient {
            shop.details.alt_recipient = alt.to_owned();
            api_orders::update(&tx, &shop).await?;
        }
        idempotency::record(&tx, &claim, &quote.id).await?;
        tx.commit().await?;
        Ok(quote.id)
    }

    /// Where the buyer stands who comes back from the provider.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above.
    pub async fn checkout_returned(&self, token: &str) -> Result<Returned> {
        let (order, shop) = self.shop_order(token).await?;
        if order.order.quote.is_some() {
            return Ok(Returned::Paid(
                shop.callback_url.as_deref().and_then(|url| back(url, &shop, order.facts.number)),
            ));
        }
        let Some(latest) = order.payments.first() else { return Ok(Returned::NotPaid(None)) };
        let open = order.order.status == Status::AwaitingPayment;
        Ok(match latest.status {
            PaymentStatus::Suspense => Returned::Kept,
            // The order may be read an instant before the money of its payment.
            PaymentStatus::Pending | PaymentStatus::Succeeded if open => Returned::Waiting,
            PaymentStatus::Started if open => self.at_the_provider(latest.reference.as_deref()).await,
            _ => Returned::NotPaid(latest.failure.clone()),
        })
    }

    /// How a payment stands of which no news came yet: a browser is often back before them.
    async fn at_the_provider(&self, reference: Option<&str>) -> Returned {
        let Some(reference) = reference else { return Returned::NotPaid(None) };
        match self.rail().payment(reference).await {
            Ok(PaymentState::Open) => Returned::NotPaid(None),
            Ok(PaymentState::Failed(reason)) => Returned::NotPaid(Some(reason)),
            Ok(PaymentState::Pending | PaymentState::Succeeded(_)) => Returned::Waiting,
            Err(error) => {
                tracing::warn!(%error, "the rail did not say how a payment stands");
                Returned::Waiting
            }
        }
    }
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> Option<String> {
    let origin = Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// The shop's address with its order's number and ours (atarapay.md section 2.4); what stands in it already stays.
fn back(url: &str, shop: &ShopOrder, number: i64) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    url.query_pairs_mut().append_pair("product", &shop.product_id).append_pair("order", &number.to_string());
    Some(url.into())
}
