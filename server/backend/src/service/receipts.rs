//! Receipts: what was paid, released, refunded and paid out, for who paid or got it. They say what the ledger says.

use crate::Backend;
use crate::error::{Error, Result};
use crate::service::access::OrderRef;
use crate::service::order_view::{OrderPayout, OrderView, PaymentStatus, PayoutKind, PayoutStatus};
use crate::service::viewer::Viewer;
use domain::ids::PartyId;
use domain::money::Money;
use domain::order::Role;
use domain::order::event::Movement;
use domain::order::settle::Settlement;
use domain::order::share::ShareOf;
use time::OffsetDateTime;

/// What a receipt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// The buyer's payment into escrow.
    Payment,
    /// How the held money was divided.
    Release,
    /// The refund to the buyer.
    Refund,
    /// The payout to the seller.
    Payout,
}

impl ReceiptKind {
    /// Every kind, in the order in which they come about.
    pub const ALL: [Self; 4] = [Self::Payment, Self::Release, Self::Refund, Self::Payout];

    /// The kind as a part of an address.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Payout => "payout",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Payment => "Receipt of payment",
            Self::Release => "Statement of release",
            Self::Refund => "Receipt of refund",
            Self::Payout => "Receipt of payout",
        }
    }
}

/// A receipt. Its lines add up to its total.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// What for.
    pub kind: ReceiptKind,
    /// `1042-payment`: the order's number and the kind.
    pub number: String,
    /// When the money moved.
    pub at: OffsetDateTime,
    /// Title and value of what identifies it.
    pub facts: Vec<(&'static str, String)>,
    /// What the total consists of.
    pub lines: Vec<(String, Money)>,
    /// The total, with its name.
    pub total: (&'static str, Money),
}

impl Receipt {
    /// Who issues it, the platform by its name, and what it rests on.
    #[must_use]
    pub fn statement(issuer: &str) -> String {
        format!("Issued by {issuer}, which held the money in escrow. Amounts are those of the ledger.")
    }
}

impl Backend {
    /// The receipts there are of an order for somebody.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party.
    pub async fn receipts(&self, viewer: Option<&Viewer>, reference: &OrderRef) -> Result<(OrderView, Vec<Receipt>)> {
        let order = self.order_view(viewer, reference).await?;
        let receipts = ReceiptKind::ALL.into_iter().filter_map(|kind| receipt(&order, kind)).collect();
        Ok((order, receipts))
    }

    /// One receipt.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, and where nothing of the kind happened.
    pub async fn receipt(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        kind: ReceiptKind,
    ) -> Result<(OrderView, Receipt)> {
        let order = self.order_view(viewer, reference).await?;
        let receipt = receipt(&order, kind).ok_or(Error::NotFound)?;
        Ok((order, receipt))
    }
}

/// The receipt of a kind, where this reader has one.
#[must_use]
pub fn receipt(order: &OrderView, kind: ReceiptKind) -> Option<Receipt> {
    match kind {
        ReceiptKind::Payment => payment(order),
        ReceiptKind::Release => release(order),
        ReceiptKind::Refund => leg(order, PayoutKind::Refund, kind),
        ReceiptKind::Payout => leg(order, PayoutKind::Payout, kind),
    }
}

fn facts(order: &OrderView) -> Vec<(&'static str, String)> {
    vec![
        ("Order", order.facts.number.to_string()),
        ("For", order.facts.title.clone()),
        ("Buyer", order.buyer.clone()),
        ("Seller", order.seller.clone()),
    ]
}

fn make(order: &OrderView, kind: ReceiptKind, at: OffsetDateTime) -> Receipt {
    Receipt {
        kind,
        number: format!("{}-{}", order.facts.number, kind.key()),
        at,
        facts: facts(order),
        lines: Vec::new(),
        total: ("Total", order.amount(0)),
    }
}

fn payment(order: &OrderView) -> Option<Receipt> {
    let quote = order.order.quote.as_ref().filter(|_| order.role == Role::Buyer)?;
    let mut receipt = make(order, ReceiptKind::Payment, order.order.paid_at?);
    let method = order.payments.iter().find(|payment| payment.status == PaymentStatus::Succeeded);
    receipt.facts.extend(method.and_then(|payment| payment.method.clone()).map(|method| ("Paid with", method)));
    receipt.facts.extend(method.and_then(|payment| payment.reference.clone()).map(|text| ("Reference", text)));
    let lines = [
        (order.facts.title.clone(), quote.product),
        ("Shipping".to_owned(), quote.shipping),
        ("Escrow fee".to_owned(), quote.escrow.buyer),
        ("Payment fee".to_owned(), quote.gateway.buyer),
        ("Carried over, paid with the milestone before".to_owned(), -quote.carried),
    ];
    receipt.lines = amounts(order, lines);
    receipt.total = ("Paid into escrow", order.amount(quote.total()));
    // What was only carried over was never paid again.
    (quote.total() > 0).then_some(receipt)
}

fn release(order: &OrderView) -> Option<Receipt> {
    let (at, settlement) = order.timeline.iter().find_map(|entry| match &entry.event.movement {
        Some(Movement::Settle(settlement)) if !settlement.shares.is_empty() => Some((entry.at, settlement)),
        _ => None,
    })?;
    let mut receipt = make(order, ReceiptKind::Release, at);
    receipt.lines = amounts(order, division(order, settlement));
    let total = receipt.lines.iter().map(|(_, money)| money.minor()).sum();
    receipt.total = ("Held until then", order.amount(total));
    Some(receipt)
}

fn division(order: &OrderView, settlement: &Settlement) -> Vec<(String, i64)> {
    let mut lines: Vec<(String, i64)> = settlement
        .shares
        .iter()
        .map(|share| match share.of {
            ShareOf::Seller => (order.seller.clone(), share.minor),
            other => (capitalised(other.words()), share.minor),
        })
        .collect();
    lines.push((format!("Back to {}", order.buyer), settlement.refund_total()));
    let carried = settlement.carry.map_or(0, |carry| carry.minor);
    lines.push(("Held for the next milestone".to_owned(), carried));
    lines.push(("Escrow fee".to_owned(), settlement.escrow_fee()));
    lines.push(("Payment fee".to_owned(), settlement.gateway_fee()));
    lines.push(("Payout fee".to_owned(), settlement.payout_fee));
    lines
}

fn leg(order: &OrderView, leg: PayoutKind, kind: ReceiptKind) -> Option<Receipt> {
    let parties = &order.order.parties;
    // A reader may see payouts of others too; the receipt is of their own.
    let own = match (leg, order.role) {
        (PayoutKind::Refund, Role::Buyer) => parties.buyer,
        (PayoutKind::Payout, Role::Seller) => parties.seller,
        (PayoutKind::Payout, Role::Operator) => parties.operator?,
        _ => return None,
    };
    let is_own = |payout: &&OrderPayout| payout.kind == leg && payout.party == PartyId::Account(own);
    let paid = order.payouts.iter().filter(is_own).find(|payout| payout.status == PayoutStatus::Paid)?;
    let mut receipt = make(order, kind, paid.updated_at);
    receipt.facts.extend(paid.reference.clone().map(|reference| ("Reference", reference)));
    let name = if leg == PayoutKind::Refund { "Refund" } else { "Payout" };
    receipt.lines = vec![(name.to_owned(), paid.amount)];
    receipt.total = (if leg == PayoutKind::Refund { "Paid back" } else { "Paid out" }, paid.amount);
    Some(receipt)
}

fn amounts(order: &OrderView, lines: impl IntoIterator<Item = (String, i64)>) -> Vec<(String, Money)> {
    let nonzero = lines.into_iter().filter(|(_, minor)| *minor != 0);
    nonzero.map(|(label, minor)| (label, order.amount(minor))).collect()
}

fn capitalised(words: &str) -> String {
    let mut letters = words.trim_start_matches("the ").chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
