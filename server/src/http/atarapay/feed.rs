//! What the account was told, to catch up with. Its key comes in a header, as addresses are written into logs.

use super::Api;
use super::answer::{Answer, Problem, Success};
use super::call::enter;
use super::fields::Fields;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use backend::Error;
use backend::service::api::{FeedEvent, wire_time};
use http::{HeaderMap, header};
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct Page {
    events: Vec<Row>,
    /// What to ask for next: everything behind this number.
    next: i64,
}

#[derive(Serialize)]
struct Row {
    number: i64,
    id: String,
    status: String,
    message: String,
    created_at: String,
    data: Box<RawValue>,
}

impl Row {
    fn new(event: &FeedEvent) -> Result<Self, Problem> {
        Ok(Self {
            number: event.number,
            id: event.id.to_string(),
            status: event.status.clone(),
            message: event.message.clone(),
            created_at: wire_time(event.created_at),
            data: RawValue::from_string(event.object.clone()).map_err(|error| Problem::Fault(Error::from(error)))?,
        })
    }
}

/// The events behind `after`, oldest first, at most 100.
pub(super) async fn events(State(api): State<Api>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(token) = token(&parts.headers) else { return Problem::missing("authtoken").into_response() };
    let caller = match enter(&api, token).await {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let read = async {
        let fields = Fields::of_query(parts.uri.query().unwrap_or_default())?;
        let after: i64 = match fields.get("after") {
            None => 0,
            Some(number) => number.parse().map_err(|_| Problem::said("The after must be a number."))?,
        };
        let events = api.web.backend.api_events(&caller, after).await?;
        let next = events.last().map_or(after, |event| event.number);
        let events = events.iter().map(Row::new).collect::<Result<_, _>>()?;
        Success::new("Events", &Page { events, next })
    };
    Answer::from(read.await).into_response()
}

/// `Authorization: Basic` with the public key as the name and the private one as the password, which is the authtoken itself;
/// or the same behind `Bearer`.
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("basic") || scheme.eq_ignore_ascii_case("bearer");
    known.then(|| token.trim()).filter(|token| !token.is_empty())
}
