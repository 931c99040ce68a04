//! The fields of a request, from whichever body carries them: a form, JSON or multipart. Each once, as valid text, not too long.

use super::answer::Problem;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, header};
use std::collections::BTreeMap;

/// Largest body, in bytes.
const BODY_BYTES_MAX: usize = 128 * 1024;
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

impl Fields {
    /// Reads a body by what it says it is; a body that says nothing is a form.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let too_large = || Problem::status(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 128 KiB.");
        let told = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if told.is_some_and(|length| length > BODY_BYTES_MAX) {
            return Err(too_large());
        }
        let bytes = axum::body::to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| too_large())?;
        let kind_only = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut fields = Self::default();
        match kind_only.as_str() {
            "application/json" => fields.read_json(&bytes)?,
            "multipart/form-data" => fields.read_multipart(kind, bytes.into()).await?,
            _ => fields.read_form(&bytes)?,
        }
        Ok(fields)
    }

    /// Reads a query.
    pub(super) fn of_query(query: &str) -> Result<Self, Problem> {
        let mut fields = Self::default();
        fields.read_form(query.as_bytes())?;
        Ok(fields)
    }

    fn read_form(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        for (name, value) in form_urlencoded::parse(bytes) {
            // The parser puts this mark where the bytes are no text.
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(Problem::said("The request is not valid UTF-8."));
            }
            self.put(name.into_owned(), value.into_owned())?;
        }
        Ok(())
    }

    fn read_json(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        use serde_json::Value;
        let unreadable = || Problem::said("The body is not a JSON object.");
        // Names that are given twice would be lost in an object, so pairs are read one by one.
        let pairs: Pairs = serde_json::from_slice(bytes).map_err(|_| unreadable())?;
        for (name, value) in pairs.0 {
            let value = match value {
                Value::Null => continue,
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(yes) => (if yes { "1" } else { "0" }).to_owned(),
                Value::Array(_) | Value::Object(_) if name == ITEMS => value.to_string(),
                Value::Array(_) | Value::Object(_) => {
                    return Err(Problem::said(format!("The {} must be a string.", name.replace('_', " "))));
                }
            };
            self.put(name, value)?;
        }
        Ok(())
    }

    async fn read_multipart(&mut self, kind: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        let unreadable = || Problem::said("The multipart body cannot be read.");
        let boundary = multer::parse_boundary(kind).map_err(|_| unreadable())?;
        let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
        let mut parts = multer::Multipart::new(stream, boundary);
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| unreadable())?;
            let value =
                String::from_utf8(bytes.to_vec()).map_err(|_| Problem::said("The request is not valid UTF-8."))?;
            self.put(name, value)?;
        }
        Ok(())
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

/// The pairs of a JSON object in their order, doubled names too.
struct Pairs(Vec<(String, serde_json::Value)>);

impl<'de> serde::Deserialize<'de> for Pairs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}
