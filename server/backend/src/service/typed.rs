//! Reading typed forms: every field is looked at, so that all that is wrong is said at once.

use domain::money::{Currency, Money};
use domain::order::Price;
use domain::text::FieldError;

/// The value that was read, or its refusal noted at `field`.
pub(crate) fn keep<T>(wrong: &mut Vec<FieldError>, field: &str, read: Result<T, String>) -> Option<T> {
    read.map_err(|message| wrong.push(FieldError::new(field, message))).ok()
}

/// A price typed into the fields `currency`, `amount` and `shipping`; no shipping is none.
pub(crate) fn price(wrong: &mut Vec<FieldError>, currency: &str, amount: &str, shipping: &str) -> Option<Price> {
    let traded = Currency::from_code(currency).filter(|currency| Currency::TRADED.contains(currency));
    let currency = keep(wrong, "currency", traded.ok_or_else(|| "Choose one of the offered currencies.".to_owned()))?;
    let read = |text: &str| Money::parse(text, currency).map(Money::minor).map_err(|error| error.to_string());
    let product = keep(wrong, "amount", read(amount));
    let shipping = if shipping.trim().is_empty() { Some(0) } else { keep(wrong, "shipping", read(shipping)) };
    let price = Price { currency, product: product?, shipping: shipping? };
    keep(wrong, "amount", price.validate().map(|()| price).map_err(|error| error.to_string()))
}
