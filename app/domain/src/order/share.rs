//! Who gets what of the part of the price that is released (rules.md section 5.5).

use super::{Parties, Quote, Terms};
use crate::ids::PartyId;
use crate::money::allocate;
use serde::{Deserialize, Serialize};

/// Why somebody is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareOf {
    /// The seller.
    Seller,
    /// The service provider of a Business Seller.
    Provider,
    /// The marketplace operator.
    Operator,
}

impl ShareOf {
    /// The role in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Seller => "Seller",
            Self::Provider => "Service provider",
            Self::Operator => "Marketplace operator",
        }
    }
}

/// One beneficiary's part, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Why.
    pub of: ShareOf,
    /// Who.
    pub party: PartyId,
    /// How much, minor units.
    pub minor: i64,
}

/// What becomes of a released part of the price; the fields and shares sum to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// Seller-borne gateway fee, minor units.
    pub gateway: i64,
    /// Seller-borne escrow fee, minor units.
    pub escrow: i64,
    /// Payout fee, minor units.
    pub payout: i64,
    /// The beneficiaries, without empty shares.
    pub shares: Vec<Share>,
}

/// Divides `part` of the price, 0 to the whole, minor units. A smaller part bears the seller's fees and the non-split
/// amount in proportion, rounded down.
#[must_use]
pub fn release(parties: &Parties, terms: &Terms, quote: &Quote, part: i64) -> Released {
    let divided = release_with_payout_fee(parties, terms, quote, part, quote.payout);
    let provider_is_paid = divided.shares.iter().any(|share| share.of == ShareOf::Provider);
    if divided.payout > 0 && !provider_is_paid && !terms.provider_bears_payout_fee {
        // Without a payout to the provider there is no payout fee.
        return release_with_payout_fee(parties, terms, quote, part, 0);
    }
    divided
}

fn release_with_payout_fee(parties: &Parties, terms: &Terms, quote: &Quote, part: i64, payout_fee: i64) -> Released {
    let mut rest = part;
    let gateway = take(&mut rest, scaled(quote.gateway.seller, part, quote.price()));
    let escrow = take(&mut rest, scaled(quote.escrow.seller, part, quote.price()));
    let seller = PartyId::Account(parties.seller);
    let mut payout = 0;
    let shares = match (parties.provider, parties.operator) {
        (Some(provider), _) => {
            if !terms.provider_bears_payout_fee {
                payout = take(&mut rest, payout_fee);
            }
            let non_split = take(&mut rest, scaled(terms.non_split, part, quote.price()));
            let commission = terms.commission.on(rest);
            let mut for_provider = rest - commission;
            if terms.provider_bears_payout_fee {
                payout = take(&mut for_provider, payout_fee);
            }
            vec![
                Share { of: ShareOf::Seller, party: seller, minor: non_split + commission },
                Share { of: ShareOf::Provider, party: PartyId::Provider(provider), minor: for_provider },
            ]
        }
        (None, Some(operator)) => {
            let commission = terms.commission.on(rest);
            vec![
                Share { of: ShareOf::Seller, party: seller, minor: rest - commission },
                Share { of: ShareOf::Operator, party: PartyId::Account(operator), minor: commission },
            ]
        }
        (None, None) => vec![Share { of: ShareOf::Seller, party: seller, minor: rest }],
    };
    Released { gateway, escrow, payout, shares: shares.into_iter().filter(|share| share.minor > 0).collect() }
}

/// Shares a cancellation fee of `fee` minor units among the beneficiaries as the price would be (rules.md section 5.4).
#[must_use]
pub fn share_like_price(parties: &Parties, terms: &Terms, quote: &Quote, fee: i64) -> Vec<Share> {
    let whole = release(parties, terms, quote, quote.price()).shares;
    let weights: Vec<u64> = whole.iter().map(|share| share.minor.unsigned_abs()).collect();
    match allocate(fee, &weights) {
        Some(parts) => whole
            .into_iter()
            .zip(parts)
            .map(|(share, minor)| Share { minor, ..share })
            .filter(|share| share.minor > 0)
            .collect(),
        None if fee > 0 => vec![Share { of: ShareOf::Seller, party: PartyId::Account(parties.seller), minor: fee }],
        None => Vec::new(),
    }
}

fn take(rest: &mut i64, wanted: i64) -> i64 {
    let taken = wanted.clamp(0, *rest);
    *rest -= taken;
    taken
}

/// `amount · part / whole`, rounded down.
pub(super) fn scaled(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    i64::try_from(i128::from(amount) * i128::from(part) / i128::from(whole)).unwrap_or(amount)
}
