//! Between columns and domain types.

use crate::error::{Error, Result};
use domain::money::{Currency, Money};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

/// Unix milliseconds of an instant.
pub(crate) fn to_ms(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1_000 + i64::from(at.millisecond())
}

/// The instant of unix milliseconds.
pub(crate) fn from_ms(ms: i64) -> Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .map_err(|source| Error::internal("stored instant", source))
}

/// The optional instant of optional unix milliseconds.
pub(crate) fn from_ms_opt(ms: Option<i64>) -> Result<Option<OffsetDateTime>> {
    ms.map(from_ms).transpose()
}

/// A stored key as the enum it names.
pub(crate) fn key<T>(value: Option<T>, column: &'static str) -> Result<T> {
    value.ok_or_else(|| Error::internal(column, "the stored key is not known"))
}

/// The currency of a stored code.
pub(crate) fn currency(code: &str) -> Result<Currency> {
    key(Currency::from_code(code), "currency")
}

/// A stored amount.
pub(crate) fn money(minor: i64, code: &str) -> Result<Money> {
    Money::new(minor, currency(code)?).map_err(|source| Error::internal("stored amount", source))
}

/// Text of a JSON column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

/// Value of a JSON column.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

/// The stored name of a serde enum that serialises to a string.
pub(crate) fn enum_key<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(key) => Ok(key),
        _ => Err(Error::internal("enum key", "the value is not a plain name")),
    }
}

/// The serde enum of a stored name.
pub(crate) fn from_enum_key<T: DeserializeOwned>(key: &str) -> Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(key.to_owned()))?)
}
