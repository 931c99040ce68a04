//! The fields of a request, from whichever body carries them, as its many clients write them (instamojo.md section 2): unknown
//! ones are ignored, of doubled ones the last counts, and nothing may be written as `undefined` or `null`.

use super::answer::Problem;
use crate::http::fields::{self, Unread, Value};
use axum::body::{Body, HttpBody};
use domain::text::FieldError;
use http::{HeaderMap, StatusCode};
use std::collections::BTreeMap;

/// Longest value, in characters.
const VALUE_CHARS_MAX: usize = 8_000;
/// Most fields.
const FIELDS_MAX: usize = 200;

/// The fields of one request.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::Status(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 128 KiB."),
            Unread::NotText => Self::Refused("The request is not valid UTF-8.".to_owned()),
            Unread::NotObject => Self::Refused("The body is not a JSON object.".to_owned()),
            Unread::NotMultipart => Self::Refused("The multipart body cannot be read.".to_owned()),
        }
    }
}

impl Fields {
    /// Reads a body by what it says it is; a body that says nothing is a form, and an empty one has no fields.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        // Fulfil and enable have an empty body, whatever it says it is.
        if body.is_end_stream() {
            return Ok(Self::default());
        }
        let mut read = Self::default();
        fields::read(headers, body, &mut |name, value| read.take(name, value)).await?;
        Ok(read)
    }

    /// Reads a query.
    ///
    /// # Errors
    /// It is not UTF-8, or too long.
    pub(super) fn of_query(query: &str) -> Result<Self, Problem> {
        let mut read = Self::default();
        fields::read_form(query.as_bytes(), &mut |name, value| read.take(name, value))?;
        Ok(read)
    }

    fn take(&mut self, name: String, value: Value) -> Result<(), Problem> {
        let value = match value {
            Value::Text(text) | Value::Json(serde_json::Value::String(text)) => text,
            Value::Json(serde_json::Value::Null) => return Ok(()),
            // A list is no amount and no date: it is refused where it is read, and ignored where nobody asks for it.
            Value::Json(other) => other.to_string(),
        };
        if value.chars().count() > VALUE_CHARS_MAX {
            return Err(Problem::field(
                &name,
                format!("Ensure this field has no more than {VALUE_CHARS_MAX} characters."),
            ));
        }
        if value.contains('\0') {
            return Err(Problem::field(&name, "Null characters are not allowed."));
        }
        self.0.insert(name, value);
        if self.0.len() > FIELDS_MAX {
            return Err(Problem::Refused("The request has too many fields.".to_owned()));
        }
        Ok(())
    }

    /// A field without the blanks around it; nothing where it is missing, empty, `undefined` or `null`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.trim();
        Some(value).filter(|value| !matches!(*value, "" | "undefined" | "null"))
    }

    /// A field as [`Self::get`] reads it, as text of its own; empty where it is missing.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// A field as it was sent.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A yes or no as JSON, PHP, JavaScript and Python write it; nothing where it is missing.
    ///
    /// # Errors
    /// It is something else.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, FieldError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(FieldError::new(name, "Must be a valid boolean.")),
        }
    }

    /// Every field as it was sent, by its name.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Fields {
        Fields::of_query(query).unwrap_or_default()
    }

    #[test]
    fn yes_and_no_are_read_as_every_client_writes_them() {
        for (typed, read) in
            [("true", true), ("True", true), ("1", true), ("false", false), ("False", false), ("0", false)]
        {
            assert_eq!(of(&format!("it={typed}")).flag("it"), Ok(Some(read)), "{typed}");
        }
        for typed in ["", "undefined", "null"] {
            assert_eq!(of(&format!("it={typed}")).flag("it"), Ok(None), "{typed}");
        }
        assert!(of("it=yes").flag("it").is_err());
    }

    #[test]
    fn of_doubled_fields_the_last_counts() {
        let fields = of("a=1&a=+2+&b=undefined&c=");
        assert_eq!((fields.get("a"), fields.raw("a")), (Some("2"), Some(" 2 ")));
        assert_eq!((fields.get("b"), fields.get("c"), fields.get("d")), (None, None, None));
    }

    #[tokio::test]
    async fn bodies_of_all_three_kinds_are_read() {
        let cases = [
            ("", "a=1&b=x+y"),
            ("application/json; charset=utf-8", r#"{"a":1,"b":"x y","c":null}"#),
            (
                "multipart/form-data; boundary=-",
                "---\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n1\r\n---\r\ncontent-disposition: form-data; name=\"b\"\r\n\r\nx y\r\n-----\r\n",
            ),
        ];
        for (kind, body) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
            let fields = Fields::read(&headers, Body::from(body)).await.unwrap_or_default();
            assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), (Some("1"), Some("x y"), None), "{kind}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        assert!(Fields::read(&headers, Body::empty()).await.is_ok());
        assert!(Fields::read(&headers, Body::from("[]")).await.is_err());
    }
}
