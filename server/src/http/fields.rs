//! The fields of a request, from whichever body carries them: a form, JSON or multipart. Each API says which it takes.

use axum::body::Body;
use http::{HeaderMap, header};

/// Largest body, in bytes.
const BODY_BYTES_MAX: usize = 128 * 1024;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than 128 KiB.
    TooLarge,
    /// It is not UTF-8.
    NotText,
    /// It is not a JSON object.
    NotObject,
    /// It is not what multipart is.
    NotMultipart,
}

/// The value of a field.
#[derive(Debug)]
pub(super) enum Value {
    /// Text of a form.
    Text(String),
    /// A value of JSON.
    Json(serde_json::Value),
}

/// Reads a body by what it says it is; a body that says nothing is a form. Every field is put in its order, doubled ones too.
///
/// # Errors
/// The body cannot be read, or `put` refuses a field.
pub(super) async fn read<E: From<Unread>>(
    headers: &HeaderMap,
    body: Body,
    put: &mut (impl FnMut(String, Value) -> Result<(), E> + Send),
) -> Result<(), E> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let told = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(Unread::TooLarge.into());
    }
    let bytes = axum::body::to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Unread::TooLarge)?;
    let kind_only = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind_only.as_str() {
        "application/json" => read_json(&bytes, put),
        "multipart/form-data" => read_multipart(kind, bytes.into(), put).await,
        _ => read_form(&bytes, put),
    }
}

/// Reads a form, or a query.
///
/// # Errors
/// As [`read`].
pub(super) fn read_form<E: From<Unread>>(
    bytes: &[u8],
    put: &mut impl FnMut(String, Value) -> Result<(), E>,
) -> Result<(), E> {
    for (name, value) in form_urlencoded::parse(bytes) {
        // The parser puts this mark where the bytes are no text.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(Unread::NotText.into());
        }
        put(name.into_owned(), Value::Text(value.into_owned()))?;
    }
    Ok(())
}

fn read_json<E: From<Unread>>(bytes: &[u8], put: &mut impl FnMut(String, Value) -> Result<(), E>) -> Result<(), E> {
    // Names that are given twice would be lost in an object, so pairs are read one by one.
    let pairs: Pairs = serde_json::from_slice(bytes).map_err(|_| Unread::NotObject)?;
    pairs.0.into_iter().try_for_each(|(name, value)| put(name, Value::Json(value)))
}

async fn read_multipart<E: From<Unread>>(
    kind: &str,
    bytes: Vec<u8>,
    put: &mut (impl FnMut(String, Value) -> Result<(), E> + Send),
) -> Result<(), E> {
    let boundary = multer::parse_boundary(kind).map_err(|_| Unread::NotMultipart)?;
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(bytes) });
    let mut parts = multer::Multipart::new(stream, boundary);
    while let Some(part) = parts.next_field().await.map_err(|_| Unread::NotMultipart)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| Unread::NotMultipart)?;
        let value = String::from_utf8(bytes.to_vec()).map_err(|_| Unread::NotText)?;
        put(name, Value::Text(value))?;
    }
    Ok(())
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
