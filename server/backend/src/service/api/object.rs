//! The order object of the wire (atarapay.md section 6): every key in the documented order, amounts in minor units.

use crate::error::{Error, Result};
use crate::repo::accounts;
use crate::repo::api_orders::{self, ShopDetails, ShopOrder};
use crate::repo::orders::Stored;
use crate::repo::payments::Payment;
use crate::repo::payouts::{self, Payout, PayoutKind, PayoutStatus};
use crate::service::bank_transfer::BANK_RAIL;
use crate::service::payouts::paid_by;
use domain::ids::PartyId;
use domain::order::{Quote, Status};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::value::RawValue;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime};

/// `2020-06-27 07:30:54`, without a zone: Nigeria's time, which is UTC+1 all year (our reading of atarapay.md section 1.3).
#[must_use]
pub fn wire_time(at: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    at.to_offset(offset!(+1)).format(format).unwrap_or_default()
}

/// A status as the wire names it.
#[derive(Debug, Clone, Serialize)]
struct WireStatus {
    id: u8,
    title: &'static str,
    description: &'static str,
    deleted_at: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct WirePayment {
    id: i64,
    payment_ref: Option<String>,
    amount: i64,
    method: &'static str,
    status: &'static str,
    payment_date: String,
    gateway: String,
    gateway_response: &'static str,
}

#[derive(Debug, Serialize)]
struct WireRefund {
    id: i64,
    r#type: u8,
    beneficiary_id: i64,
    seller_id: i64,
    transaction_id: i64,
    reference: Option<String>,
    amount: i64,
    status: u8,
    currency: &'static str,
    updated_at: String,
    created_at: String,
}

#[derive(Debug, Serialize)]
struct WirePayout {
    r#type: u8,
    beneficiary_id: i64,
    seller_id: i64,
    transaction_id: i64,
    reference: Option<String>,
    amount: i64,
    status: u8,
    currency: &'static str,
    updated_at: String,
    created_at: String,
    id: i64,
}

#[derive(Debug, Serialize)]
struct WireCustomer {
    id: i64,
    firstname: String,
    lastname: String,
    phone_number: Option<String>,
    phone_number_alt: Option<String>,
    email: String,
}

/// Nothing, which is written as `null`.
type Null = Option<()>;

#[derive(Debug, Serialize)]
struct WireOrder {
    id: i64,
    r#type: u8,
    customer_id: i64,
    beneficiary_merchant_id: i64,
    seller_email: Null,
    seller_phone: Null,
    buyer_email: Null,
    buyer_phone: Null,
    buyer_alt_phone: Null,
    buyer_account_number: Null,
    buyer_bank_code: Null,
    shipping_fee_bearer: Null,
    escrow_fee_bearer: Null,
    tx_fee_bearer: Null,
    is_marketplace: u8,
    shipping_cost: i64,
    category: Null,
    product_id: String,
    product_name: String,
    product_desc: String,
    product_cost: i64,
    started_by: Null,
    amount_payed: i64,
    amount_net: i64,
    payment_number: i64,
    payment_ref: Null,
    gateway_name: String,
    callback_url: Option<String>,
    comment: Option<String>,
    delivery_man: u8,
    delivery_location: String,
    delivery_city: &'static str,
    delivery_state: &'static str,
    delivery_country: &'static str,
    product_delivery_status: u8,
    transaction_date: String,
    delivery_date: String,
    status: WireStatus,
    state: u8,
    shipping_method: Null,
    quantity: Null,
    max_delivery_days: u32,
    extra: Null,
    is_additional_services: Null,
    additional_service_amount: Null,
    sla: u32,
    cancellation_fee: i64,
    currency: &'static str,
    conversion_ratio: Box<RawValue>,
    deleted_at: Null,
    created_at: String,
    updated_at: String,
    attempts: Option<u8>,
    seller_attempts: &'static str,
    cron_status: Null,
    sp_order_ref: i64,
    payment: WirePayment,
    refund: Option<WireRefund>,
    payout: Option<WirePayout>,
    additional_services: [(); 0],
    customers: WireCustomer,
}

/// The object of a paid order as it stands, as JSON. `shown` is the status it is told with, where that is not its own.
///
/// # Errors
/// [`Error::NotFound`] for an order that was never paid: the wire knows none.
pub(crate) async fn order_object(
    connection: &impl ConnectionTrait,
    stored: &Stored,
    shown: Option<Status>,
    now: OffsetDateTime,
) -> Result<String> {
    let (order, facts) = (&stored.order, &stored.facts);
    let quote = order.quote.ok_or(Error::NotFound)?;
    let status = wire_status(shown.unwrap_or(order.status)).ok_or(Error::NotFound)?;
    let buyer = accounts::by_id(connection, order.parties.buyer).await?;
    let seller = accounts::by_id(connection, order.parties.seller).await?;
    let shop = api_orders::of_order(connection, order.id).await?;
    let paid = paid_by(connection, stored).await?;
    let legs = payouts::of_order(connection, order.id).await?;
    let numbers = Numbers { order: facts.number, buyer: buyer.number, seller: seller.number };
    let details = shop.as_ref().map(|shop| shop.details.clone()).unwrap_or_default();
    let (product_id, callback_url) = named(shop, facts.number);
    let gateway = paid.as_ref().map_or("", |payment| rail_name(&payment.rail)).to_owned();
    let paid_at = order.paid_at.unwrap_or(facts.created_at);
    let object = WireOrder {
        id: facts.number,
        r#type: 1,
        customer_id: buyer.number,
        beneficiary_merchant_id: seller.number,
        seller_email: None,
        seller_phone: None,
        buyer_email: None,
        buyer_phone: None,
        buyer_alt_phone: None,
        buyer_account_number: None,
        buyer_bank_code: None,
        shipping_fee_bearer: None,
        escrow_fee_bearer: None,
        tx_fee_bearer: None,
        is_marketplace: u8::from(order.parties.operator.is_some()),
        shipping_cost: quote.shipping,
        category: None,
        product_id,
        product_name: non_empty(&details.product_name, &facts.title),
        product_desc: non_empty(&details.product_desc, &facts.description),
        product_cost: quote.product,
        started_by: None,
        amount_payed: quote.total(),
        amount_net: quote.price() - quote.escrow.seller - quote.gateway.seller,
        payment_number: facts.number,
        payment_ref: None,
        gateway_name: gateway.clone(),
        callback_url,
        comment: None,
        delivery_man: 0,
        delivery_location: details.delivery_location.clone(),
        delivery_city: "",
        delivery_state: "",
        delivery_country: "",
        product_delivery_status: u8::from(!matches!(order.status, Status::Pending | Status::PendingSecond)),
        transaction_date: wire_time(paid_at),
        delivery_date: delivery_date(&details.delivery_date),
        status,
        state: 0,
        shipping_method: None,
        quantity: None,
        max_delivery_days: order.terms.delivery_days,
        extra: None,
        is_additional_services: None,
        additional_service_amount: None,
        sla: order.terms.cancellation_free_hours.div_ceil(24),
        cancellation_fee: order.terms.cancellation_fee,
        currency: order.price.currency.code(),
        conversion_ratio: ratio(details.conversion_micros)?,
        deleted_at: None,
        created_at: wire_time(facts.created_at),
        updated_at: wire_time(now),
        attempts: (order.attempt > 1).then_some(order.attempt),
        seller_attempts: "",
        cron_status: None,
        sp_order_ref: 0,
        payment: payment(&numbers, paid.as_ref(), &quote, &gateway, paid_at),
        refund: legs.iter().find(|leg| leg.kind == PayoutKind::Refund).map(|leg| refund(&numbers, leg, &legs)),
        payout: sellers_payout(&numbers, &legs, PartyId::Account(order.parties.seller)),
        additional_services: [],
        customers: customer(&numbers, &details, &facts.buyer_email, facts.buyer_name.as_deref()),
    };
    Ok(serde_json::to_string(&object)?)
}

struct Numbers {
    order: i64,
    buyer: i64,
    seller: i64,
}

/// A number of ours for a leg of an order: the order's, and the leg's place behind it.
fn leg_number(numbers: &Numbers, legs: &[Payout], leg: &Payout) -> i64 {
    let place = legs.iter().position(|one| one.id == leg.id).unwrap_or_default();
    numbers.order * 10 + i64::try_from(place).unwrap_or_default() + 1
}

fn named(shop: Option<ShopOrder>, number: i64) -> (String, Option<String>) {
    // An order that no shop sent has no number of the shop's: ours stands there.
    shop.map_or_else(|| (number.to_string(), None), |shop| (shop.product_id, shop.callback_url))
}

fn non_empty(first: &str, second: &str) -> String {
    if first.is_empty() { second.to_owned() } else { first.to_owned() }
}

fn rail_name(rail: &str) -> &'static str {
    if rail == BANK_RAIL { "Bank transfer" } else { "Sandbox" }
}

/// What the buyer paid with, as the wire calls it.
fn method(payment: &Payment) -> &'static str {
    let said = payment.method.as_deref().unwrap_or_default().to_lowercase();
    if payment.rail == BANK_RAIL || said.contains("bank") || said.contains("account") { "bank" } else { "card" }
}

/// The date of a delivery date, and the zero date of the wire where the shop wrote none.
fn delivery_date(typed: &str) -> String {
    let format = format_description!("[year]-[month]-[day]");
    let day = typed.get(..10).filter(|day| Date::parse(day, format).is_ok());
    day.unwrap_or("0000-00-00").to_owned()
}

/// Naira for one unit of the order's currency, as a plain decimal number.
fn ratio(micros: i64) -> Result<Box<RawValue>> {
    let micros = if micros > 0 { micros } else { 1_000_000 };
    let text = super::rates::decimal(micros);
    RawValue::from_string(text).map_err(Error::from)
}

fn wire_status(status: Status) -> Option<WireStatus> {
    let (id, title) = status.wire()?;
    let description = match status {
        Status::Pending => "Orders that are paid and await delivery",
        Status::AwaitingBuyerResponse => "Orders that are delivered and await the response of the buyer",
        Status::Rejected | Status::RejectionUnderReview => "Orders rejected by buyer and Buyer is refunded",
        Status::Accepted => "Orders accepted by buyer",
        Status::Completed => {
            "Orders where Buyer is refunded after rejection or Seller is credited after Buyer acceptance or Buyer/ Seller is credited after a dispute settlement"
        }
        Status::PendingSecond => "Orders that await a second delivery attempt",
        Status::Dispute => "Orders rejected by buyer that the seller did not find in good condition",
        Status::Disputed => "Orders that the dispute manager decides",
        Status::Cancelled => "Order or Person to Person Transaction was Canceled",
        Status::DisputeResolved => "Orders whose dispute was cancelled, settled or decided",
        Status::AwaitingPayment | Status::Expired => return None,
    };
    Some(WireStatus { id, title, description, deleted_at: None, created_at: None, updated_at: None })
}

fn payment(
    numbers: &Numbers,
    paid: Option<&Payment>,
    quote: &Quote,
    gateway: &str,
    paid_at: OffsetDateTime,
) -> WirePayment {
    WirePayment {
        id: numbers.order,
        payment_ref: paid.and_then(|payment| payment.reference.clone()),
        amount: quote.total(),
        method: paid.map_or("card", method),
        status: "1",
        payment_date: wire_time(paid_at),
        gateway: gateway.to_owned(),
        gateway_response: "success",
    }
}

/// 1 once the leg is paid.
fn leg_status(leg: &Payout) -> u8 {
    u8::from(leg.status == PayoutStatus::Paid)
}

fn refund(numbers: &Numbers, leg: &Payout, legs: &[Payout]) -> WireRefund {
    WireRefund {
        id: leg_number(numbers, legs, leg),
        r#type: 7,
        beneficiary_id: numbers.buyer,
        seller_id: 0,
        transaction_id: numbers.order,
        reference: leg.reference.clone(),
        amount: leg.amount.minor(),
        status: leg_status(leg),
        currency: leg.amount.currency().code(),
        updated_at: wire_time(leg.updated_at),
        created_at: wire_time(leg.created_at),
    }
}

fn sellers_payout(numbers: &Numbers, legs: &[Payout], seller: PartyId) -> Option<WirePayout> {
    let leg = legs.iter().find(|leg| leg.kind == PayoutKind::Payout && leg.party == seller)?;
    Some(WirePayout {
        r#type: 2,
        beneficiary_id: numbers.seller,
        seller_id: numbers.seller,
        transaction_id: numbers.order,
        reference: leg.reference.clone(),
        amount: leg.amount.minor(),
        status: leg_status(leg),
        currency: leg.amount.currency().code(),
        updated_at: wire_time(leg.updated_at),
        created_at: wire_time(leg.created_at),
        id: leg_number(numbers, legs, leg),
    })
}

fn customer(numbers: &Numbers, details: &ShopDetails, email: &str, name: Option<&str>) -> WireCustomer {
    let (first, last) = name.unwrap_or_default().split_once(' ').unwrap_or((name.unwrap_or_default(), ""));
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    WireCustomer {
        id: numbers.buyer,
        firstname: non_empty(&details.firstname, first),
        lastname: non_empty(&details.lastname, last),
        phone_number: given(&details.phone),
        phone_number_alt: given(&details.alt_recipient),
        email: email.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn times_are_nigerias_without_a_zone() {
        assert_eq!(wire_time(datetime!(2026-11-20 23:30:05 UTC)), "2026-11-21 00:30:05");
    }

    #[test]
    fn a_date_is_taken_from_what_shops_write() {
        assert_eq!(delivery_date("2026-12-01 08:30:00"), "2026-12-01");
        assert_eq!(delivery_date("soon"), "0000-00-00");
        assert_eq!(delivery_date("2026-13-01"), "0000-00-00");
        assert_eq!(delivery_date("Früh am Tag"), "0000-00-00");
    }
}
