//! Who asks, from where, and what the last form left behind.

use crate::form::Flash;
use backend::service::viewer::Viewer;
use backend::{Backend, Error, Result};
use domain::clock_text::Zone;
use http::request::Parts;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::collections::BTreeMap;
use tower_sessions::Session;

const FLASH_KEY: &str = "flash";

/// One call of the API, for the page that lists them.
#[derive(Debug, Clone)]
pub struct ApiOperation {
    /// Its methods, as people read them.
    pub methods: String,
    /// Its path.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// What it takes.
    pub fields: Vec<ApiField>,
}

/// A field of a call.
#[derive(Debug, Clone)]
pub struct ApiField {
    /// Its name.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it is.
    pub description: String,
}

/// Every call of the API, as the server's own document says; the server provides it to each request.
#[derive(Debug, Clone, Default)]
pub struct ApiReference(pub std::sync::Arc<[ApiOperation]>);

/// What is known of a request before anything was awaited: leptos' context ends there.
pub(crate) struct Seed {
    parts: Option<Parts>,
    backend: Option<Backend>,
    response: ResponseOptions,
    reference: ApiReference,
}

impl Seed {
    /// Takes what leptos provides for this request.
    pub(crate) fn capture() -> Self {
        Self {
            parts: use_context::<Parts>(),
            backend: use_context::<Backend>(),
            response: use_context::<ResponseOptions>().unwrap_or_default(),
            reference: use_context::<ApiReference>().unwrap_or_default(),
        }
    }

    /// Where status and headers of the answer are set.
    pub(crate) fn response(&self) -> ResponseOptions {
        self.response.clone()
    }

    /// Loads the session and its user.
    ///
    /// # Errors
    /// The database does not answer, or the server did not provide its context.
    pub(crate) async fn load(self) -> Result<Request> {
        let (Some(parts), Some(backend)) = (self.parts, self.backend) else {
            return Err(Error::internal("request", "no request context"));
        };
        let session =
            parts.extensions.get::<Session>().cloned().ok_or_else(|| Error::internal("request", "no session layer"))?;
        let viewer = backend.visitor(&session).await?;
        Ok(Request {
            viewer,
            session,
            address: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            path: parts.uri.path().to_owned(),
            query: parse_query(parts.uri.query().unwrap_or_default()),
            zone: zone(&parts),
            theme: theme(&parts),
            user_agent: header(&parts, "user-agent").chars().take(200).collect(),
            backend,
            api_reference: self.reference.0,
        })
    }
}

/// A request with its session.
pub(crate) struct Request {
    /// The services.
    pub(crate) backend: Backend,
    /// Who is signed in.
    pub(crate) viewer: Option<Viewer>,
    /// The session.
    pub(crate) session: Session,
    /// The path with its query, to come back to.
    pub(crate) address: String,
    /// The path.
    pub(crate) path: String,
    /// The query.
    pub(crate) query: BTreeMap<String, String>,
    /// The viewer's time zone, as far as the browser told it.
    pub(crate) zone: Zone,
    /// The chosen theme; `None` follows the system.
    pub(crate) theme: Option<String>,
    /// The browser's name.
    pub(crate) user_agent: String,
    /// Every call of the API.
    pub(crate) api_reference: std::sync::Arc<[ApiOperation]>,
}

impl Request {
    /// The signed-in user with a verified address.
    ///
    /// # Errors
    /// [`Error::NotFound`] otherwise; pages send such people to sign in.
    pub(crate) fn signed_in(&self) -> Result<&Viewer> {
        self.viewer.as_ref().filter(|viewer| viewer.verified).ok_or(Error::NotFound)
    }

    /// A part of the query.
    pub(crate) fn query(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The segment of the path behind `before`, such as the order behind `orders`.
    pub(crate) fn segment(&self, before: &str) -> &str {
        let mut segments = self.path.split('/');
        segments.find(|segment| *segment == before);
        segments.next().unwrap_or_default()
    }

    /// The last segment of the path.
    pub(crate) fn last_segment(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// What the last form left behind, once.
    pub(crate) async fn take_flash(&self) -> Flash {
        self.session.remove::<Flash>(FLASH_KEY).await.ok().flatten().unwrap_or_default()
    }

    /// Leaves something for the page that is shown next.
    pub(crate) async fn leave_flash(&self, flash: Flash) -> Result<()> {
        self.session.insert(FLASH_KEY, flash).await.map_err(|source| Error::internal("session", source))
    }

    /// A key for a form, so that a double click does the thing once.
    pub(crate) fn form_key(&self) -> String {
        self.backend.form_key()
    }
}

fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn cookie<'a>(headers: &'a http::HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get("cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let pairs = sent.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back()
}

/// The theme of the cookie, so that the first paint is right.
pub(crate) fn theme(parts: &Parts) -> Option<String> {
    cookie(&parts.headers, "theme").filter(|theme| matches!(*theme, "light" | "dark")).map(ToOwned::to_owned)
}

fn zone(parts: &Parts) -> Zone {
    zone_of(&parts.headers)
}

/// The time zone of whoever asks, as far as the browser told it; the server's own answers read dates by it too.
#[must_use]
pub fn zone_of(headers: &http::HeaderMap) -> Zone {
    cookie(headers, "tz").and_then(|minutes| minutes.parse().ok()).map_or(Zone::UTC, Zone::from_minutes)
}

fn parse_query(query: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode(&spaced)
    };
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (decode(key), decode(value))).collect()
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
