//! Fees: what is charged, and who bears it (rules.md section 5.2).

use crate::money::{BasisPoints, Currency};
use serde::{Deserialize, Serialize};

/// Who pays a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bearer {
    /// On top of the price.
    Buyer,
    /// Out of the price, before it is shared.
    Seller,
    /// One half each; an odd minor unit is the seller's.
    HalfEach,
}

impl Bearer {
    /// Every bearer, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Buyer, Self::Seller, Self::HalfEach];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::HalfEach => "half_each",
        }
    }

    /// The bearer with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bearer| bearer.key() == key)
    }

    /// Divides a fee of `minor` units into what the buyer and what the seller bears.
    #[must_use]
    pub const fn divide(self, minor: i64) -> Borne {
        match self {
            Self::Buyer => Borne { buyer: minor, seller: 0 },
            Self::Seller => Borne { buyer: 0, seller: minor },
            Self::HalfEach => Borne { buyer: minor / 2, seller: minor - minor / 2 },
        }
    }
}

/// One fee in minor units, by who bears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Borne {
    /// Paid by the buyer on top of the price.
    pub buyer: i64,
    /// Taken from the price.
    pub seller: i64,
}

impl Borne {
    /// The whole fee in minor units.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.buyer + self.seller
    }
}

/// A rate between a least and a greatest fee, in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// Share of the amount the fee is taken on.
    pub rate: BasisPoints,
    /// A part independent of the amount.
    pub fixed: i64,
    /// Never less than this.
    pub min: i64,
    /// Never more than this.
    pub max: i64,
}

impl Tariff {
    /// The fee on `minor` minor units.
    #[must_use]
    pub fn on(self, minor: i64) -> i64 {
        self.rate.of(minor).saturating_add(self.fixed).clamp(self.min, self.max.max(self.min))
    }
}

/// The platform's fees in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSchedule {
    /// The currency of every amount in here.
    pub currency: Currency,
    /// Escrow fee on the product amount.
    pub escrow: Tariff,
    /// Escrow fee where both sides are private persons.
    pub escrow_p2p: Tariff,
    /// What the payment rail charges on the amount paid.
    pub gateway: Tariff,
    /// Charged for each payout to a service provider, minor units.
    pub payout: i64,
}

impl FeeSchedule {
    /// The schedule an installation starts with: AtaraPay's for NGN, ours of the same shape for USD and INR.
    /// `None` where the currency is not traded.
    #[must_use]
    pub fn default_for(currency: Currency) -> Option<Self> {
        let rate = BasisPoints::new(150)?;
        let (min, max, max_p2p, gateway_max, payout) = match currency {
            Currency::Ngn => (50_000, 200_000, 5_000_000, 200_000, 5_000),
            Currency::Usd => (100, 5_000, 50_000, 2_500, 25),
            Currency::Inr => (2_500, 100_000, 1_000_000, 50_000, 500),
            _ => return None,
        };
        let tariff = |min, max| Tariff { rate, fixed: 0, min, max };
        Some(Self {
            currency,
            escrow: tariff(min, max),
            escrow_p2p: tariff(min, max_p2p),
            gateway: tariff(0, gateway_max),
            payout,
        })
    }
}
