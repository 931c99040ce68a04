//! What a buyer is asked to pay, part by part (rules.md section 5.2).

use super::{Order, Terms};
use crate::fee::{Borne, FeeSchedule, Tariff};
use crate::limits::{PRICE_MINOR_MAX, PRICE_MINOR_MIN};
use crate::money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// The price of an order in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The currency of the order.
    pub currency: Currency,
    /// The good or service, minor units.
    pub product: i64,
    /// Shipping, minor units.
    pub shipping: i64,
}

impl Price {
    /// Product and shipping, minor units.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.product.saturating_add(self.shipping)
    }

    /// Checks the caps.
    ///
    /// # Errors
    /// A sentence at `amount` or `shipping`.
    pub fn validate(self) -> Result<(), QuoteError> {
        if self.product < PRICE_MINOR_MIN || self.shipping < 0 {
            return Err(QuoteError::TooSmall(shown(PRICE_MINOR_MIN, self.currency)));
        }
        if self.product > PRICE_MINOR_MAX || self.total() > PRICE_MINOR_MAX {
            return Err(QuoteError::TooLarge(shown(PRICE_MINOR_MAX, self.currency)));
        }
        Ok(())
    }
}

/// Why there is no quote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// Below the least price.
    #[error("The price must be at least {0}.")]
    TooSmall(String),
    /// Above the greatest price.
    #[error("The price must be at most {0}.")]
    TooLarge(String),
    /// The fees the seller bears would eat the price.
    #[error("The price must be more than the fees you bear, {0}.")]
    BelowFees(String),
}

fn shown(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).map(|money| money.to_string()).unwrap_or_default()
}

/// Every part of the sum, in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The currency of every amount.
    pub currency: Currency,
    /// The good or service.
    pub product: i64,
    /// Shipping.
    pub shipping: i64,
    /// Escrow fee by bearer.
    pub escrow: Borne,
    /// Gateway fee by bearer.
    pub gateway: Borne,
    /// Fee of the payout to a service provider; 0 without one.
    pub payout: i64,
    /// Part of the price that was carried over from an earlier milestone and is not paid again.
    #[serde(default)]
    pub carried: i64,
}

impl Quote {
    /// Prices an order: `fees` of its currency, `private` where both sides are private persons (P2P).
    ///
    /// # Errors
    /// [`QuoteError`], to be shown at the price.
    pub fn compute(
        price: Price,
        terms: &Terms,
        fees: &FeeSchedule,
        private: bool,
        provider: bool,
    ) -> Result<Self, QuoteError> {
        Self::compute_carrying(price, 0, terms, fees, private, provider)
    }

    /// Prices an order of which `carried` minor units were carried over from an earlier milestone. Fees are charged on the rest
    /// alone: for the carried part they were paid with the milestone that it comes from.
    ///
    /// # Errors
    /// [`QuoteError`], to be shown at the price.
    pub fn compute_carrying(
        price: Price,
        carried: i64,
        terms: &Terms,
        fees: &FeeSchedule,
        private: bool,
        provider: bool,
    ) -> Result<Self, QuoteError> {
        price.validate()?;
        let tariff = if private { fees.escrow_p2p } else { fees.escrow };
        let on = |tariff: Tariff, amount: i64| if amount > 0 { tariff.on(amount) } else { 0 };
        let carried = carried.clamp(0, price.total());
        let escrow = terms.escrow_fee_bearer.divide(on(tariff, price.product - carried));
        let paid = price.total().saturating_add(escrow.buyer) - carried;
        let gateway = terms.gateway_fee_bearer.divide(on(fees.gateway, paid));
        let payout = if provider && carried < price.total() { fees.payout } else { 0 };
        let quote = Self {
            currency: price.currency,
            product: price.product,
            shipping: price.shipping,
            escrow,
            gateway,
            payout,
            carried,
        };
        let borne = escrow.seller.saturating_add(gateway.seller).saturating_add(payout);
        if borne >= price.total() {
            return Err(QuoteError::BelowFees(shown(borne, price.currency)));
        }
        Ok(quote)
    }

    /// Product and shipping: what is held, minor units.
    #[must_use]
    pub const fn price(&self) -> i64 {
        self.product + self.shipping
    }

    /// The fees on top that the buyer pays, minor units.
    #[must_use]
    pub const fn buyer_fees(&self) -> i64 {
        self.escrow.buyer + self.gateway.buyer
    }

    /// What the buyer pays, minor units.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.price() - self.carried + self.buyer_fees()
    }

    /// What an order is settled by of which nothing but the carried part was ever paid.
    #[must_use]
    pub const fn of_carried(order: &Order) -> Self {
        Self {
            currency: order.price.currency,
            product: order.carried,
            shipping: 0,
            escrow: Borne { buyer: 0, seller: 0 },
            gateway: Borne { buyer: 0, seller: 0 },
            payout: 0,
            carried: order.carried,
        }
    }
}
