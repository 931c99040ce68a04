//! Reading typed forms: every field is looked at, so that all that is wrong is said at once.

use domain::money::{Currency, Money};
use domain::order::Price;
use domain::text::FieldError;

/// The value that was read, or its refusal noted at `field`.
pub(crate) fn keep<T>(wrong: &mut Vec<FieldError>, field: &str, read: Result<T, String>) -> Option<T> {
    read.map_err(|message| wrong.push(FieldError::new(field, message))).ok()
}

/// The currency of a code, where orders are made in it.
pub(crate) fn traded(code: &str) -> Result<Currency, String> {
    let traded = Currency::from_code(code).filter(|currency| Currency::TRADED.contains(currency));
    traded.ok_or_else(|| "Choose one of the offered currencies.".to_owned())
}

/// An amount that may be nothing, in minor units.
pub(crate) fn minor(typed: &str, currency: Currency) -> Result<i64, String> {
    match typed.trim() {
        "" | "0" => Ok(0),
        typed => Money::parse(typed, currency).map(Money::minor).map_err(|error| error.to_string()),
    }
}

/// A price typed into the fields `currency`, `amount` and `shipping`; no shipping is none.
pub(crate) fn price(wrong: &mut Vec<FieldError>, currency: &str, amount: &str, shipping: &str) -> Option<Price> {
    let currency = keep(wrong, "currency", traded(currency))?;
    let read = |text: &str| Money::parse(text, currency).map(Money::minor).map_err(|error| error.to_string());
    let product = keep(wrong, "amount", read(amount));
    let shipping = if shipping.trim().is_empty() { Some(0) } else { keep(wrong, "shipping", read(shipping)) };
    let price = Price { currency, product: product?, shipping: shipping? };
    keep(wrong, "amount", price.validate().map(|()| price).map_err(|error| error.to_string()))
}
