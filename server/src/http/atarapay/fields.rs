//! The fields of a request, from whichever body carries them. Each once, as valid text, not too long.

use super::answer::Problem;
use crate::http::fields::{self, Unread, Value};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use std::collections::BTreeMap;

/// Longest value, in characters; items of a cart may be longer.
const VALUE_CHARS_MAX: usize = 8_000;
/// Longest list of items, in characters.
const ITEMS_CHARS_MAX: usize = 60_000;
/// Most fields.
const FIELDS_MAX: usize = 200;
/// The field that holds the items of a cart.
const ITEMS: &str = "products";
/// Fields that are never written into a log.
const SECRET: [&str; 5] = ["authtoken", "token", "private_key", "bank_account_number", "account_id"];

/// The fields of one request.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::status(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 128 KiB."),
            Unread::NotText => Self::said("The request is not valid UTF-8."),
            Unread::NotObject => Self::said("The body is not a JSON object."),
            Unread::NotMultipart => Self::said("The multipart body cannot be read."),
        }
    }
}

impl Fields {
    /// Reads a body by what it says it is; a body that says nothing is a form.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let mut read = Self::default();
        fields::read(headers, body, &mut |name, value| read.take(name, value)).await?;
        Ok(read)
    }

    /// Reads a query.
    pub(super) fn of_query(query: &str) -> Result<Self, Problem> {
        let mut read = Self::default();
        fields::read_form(query.as_bytes(), &mut |name, value| read.take(name, value))?;
        Ok(read)
    }

    fn take(&mut self, name: String, value: Value) -> Result<(), Problem> {
        use serde_json::Value as Json;
        let value = match value {
            Value::Text(text) | Value::Json(Json::String(text)) => text,
            Value::Json(Json::Null) => return Ok(()),
            Value::Json(Json::Number(number)) => number.to_string(),
            Value::Json(Json::Bool(yes)) => (if yes { "1" } else { "0" }).to_owned(),
            Value::Json(value @ (Json::Array(_) | Json::Object(_))) if name == ITEMS => value.to_string(),
            Value::Json(Json::Array(_) | Json::Object(_)) => {
                return Err(Problem::said(format!("The {} must be a string.", name.replace('_', " "))));
            }
        };
        self.put(name, value)
    }

    fn put(&mut self, name: String, value: String) -> Result<(), Problem> {
        let shown = name.replace('_', " ");
        let most = if name == ITEMS { ITEMS_CHARS_MAX } else { VALUE_CHARS_MAX };
        if value.chars().count() > most {
            return Err(Problem::said(format!("The {shown} may not be greater than {most} characters.")));
        }
        if value.contains('\0') {
            return Err(Problem::said(format!("The {shown} format is invalid.")));
        }
        if self.0.len() >= FIELDS_MAX {
            return Err(Problem::said("The request has too many fields."));
        }
        if self.0.insert(name, value).is_some() {
            return Err(Problem::said(format!("The {shown} field must be given once.")));
        }
        Ok(())
    }

    /// A field without the blanks around it; nothing where it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A field of a script that writes `undefined` and `null` where it has nothing.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !matches!(*value, "undefined" | "null"))
    }

    /// A field that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| Problem::missing(name))
    }

    /// The first of two spellings, named by the first where neither is there.
    pub(super) fn either(&self, name: &str, other: &str) -> Result<&str, Problem> {
        self.get(name).or_else(|| self.get(other)).ok_or_else(|| Problem::missing(name))
    }

    /// The field beside the token itself that holds the token or the private key within it, by a slip of the client: it must
    /// not be stored, nor come back in an answer.
    pub(super) fn holding_secret_of(&self, token: &str) -> Option<&str> {
        let decoded = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let private = decoded.as_deref().and_then(|text| text.split_once(':')).map_or(token, |(_, private)| private);
        let holds = |value: &str| value.contains(token) || value.contains(private);
        let mut fields = self.0.iter().filter(|(name, _)| *name != "authtoken");
        fields.find(|(_, value)| holds(value)).map(|(name, _)| name.as_str())
    }

    /// The fields for the log: secrets are struck out.
    pub(super) fn for_log(&self) -> String {
        let shown = self.0.iter().map(|(name, value)| {
            let value = if SECRET.contains(&name.as_str()) && !value.is_empty() { "…" } else { value };
            (name, value)
        });
        let shown: BTreeMap<_, _> = shown.collect();
        serde_json::to_string(&shown).unwrap_or_default()
    }
}
