//! Answers and failures in the contract's form (instamojo.md section 2), and how it writes instants, amounts and addresses.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use backend::{Backend, Error};
use domain::ids::{AccountId, PaymentRequestId};
use domain::text::FieldError;
use http::{HeaderValue, StatusCode, header};
use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

/// An answer: its status and its JSON.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: String,
}

impl Answer {
    /// `200` with a body.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(super) fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, body)
    }

    /// `201` with a body.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(super) fn created(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::CREATED, body)
    }

    /// Any status with a body.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(super) fn with(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| Problem::Fault(Error::from(error)))?;
        Ok(Self { status, body })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, [(header::CONTENT_TYPE, "application/json")], Body::from(self.body)).into_response()
    }
}

/// What an answer is when it is no success.
#[derive(Debug)]
pub(super) enum Problem {
    /// Fields were not accepted: `{"<field>": ["message"]}`.
    Fields(Vec<FieldError>),
    /// The rules refuse it, with a sentence.
    Refused(String),
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The wrong kind of token, or a scope that does not include it.
    Forbidden,
    /// No token, or one that opens nothing.
    Unauthorized,
    /// Too many calls; seconds to wait.
    Throttled(u64),
    /// A failure of HTTP, with a sentence.
    Status(StatusCode, &'static str),
    /// A fault of ours.
    Fault(Error),
}

impl Problem {
    /// One refused field.
    pub(super) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldError::new(field, message)])
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::Fields(vec![error])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Invalid(errors) => Self::Fields(errors),
            Error::Throttled { retry_after_seconds } => Self::Throttled(retry_after_seconds.max(1).unsigned_abs()),
            Error::Internal { .. } => Self::Fault(error),
            said => Self::Refused(said.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let answer = match &self {
            Self::Fields(errors) => field_map(errors),
            Self::Refused(message) => failure(StatusCode::BAD_REQUEST, message),
            Self::NotFound => failure(StatusCode::NOT_FOUND, "Not found"),
            Self::Forbidden => failure(StatusCode::FORBIDDEN, "You do not have permission to perform this action."),
            Self::Unauthorized => failure(StatusCode::UNAUTHORIZED, "Authentication credentials were not provided."),
            Self::Throttled(seconds) => failure(StatusCode::TOO_MANY_REQUESTS, &throttled(*seconds)),
            Self::Status(status, message) => failure(*status, message),
            Self::Fault(error) => fault(error),
        };
        let mut response = answer.into_response();
        match self {
            Self::Throttled(seconds) => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Unauthorized => {
                let scheme = HeaderValue::from_static("Bearer realm=\"api\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            }
            _ => {}
        }
        response
    }
}

/// The sentence for who called too often.
pub(super) fn throttled(seconds: u64) -> String {
    format!("Request was throttled. Expected available in {seconds} seconds.")
}

#[derive(Serialize)]
struct FailureBody<'a> {
    success: bool,
    message: &'a str,
}

/// A failure with a sentence.
pub(super) fn failure(status: StatusCode, message: &str) -> Answer {
    let body = serde_json::to_string(&FailureBody { success: false, message }).unwrap_or_default();
    Answer { status, body }
}

/// The failure of a fault of ours, whose cause is written into the log.
pub(super) fn fault(error: &Error) -> Answer {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::error!(%error, cause, "a request of the payment API failed");
    failure(StatusCode::INTERNAL_SERVER_ERROR, "This did not work because of a fault on our side. Try again.")
}

/// The messages of each field, in the order in which the fields were refused first.
struct FieldMap<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl Serialize for FieldMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, messages)| (field, messages)))
    }
}

fn field_map(errors: &[FieldError]) -> Answer {
    let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
    for error in errors {
        match fields.iter_mut().find(|(field, _)| *field == error.field) {
            Some((_, messages)) => messages.push(&error.message),
            None => fields.push((&error.field, vec![&error.message])),
        }
    }
    Answer { status: StatusCode::BAD_REQUEST, body: serde_json::to_string(&FieldMap(fields)).unwrap_or_default() }
}

/// An instant in UTC to the millisecond: `2016-05-09T16:10:13.786Z`.
pub(super) fn iso(at: OffsetDateTime) -> String {
    format!("{}.{:03}Z", to_seconds(at), at.millisecond())
}

/// An instant in UTC with six digits behind the second: `2016-05-09T16:10:13.786000Z`.
pub(super) fn iso6(at: OffsetDateTime) -> String {
    format!("{}.{:06}Z", to_seconds(at), at.microsecond())
}

fn to_seconds(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", u8::from(month))
}

/// An id of the wire: 32 digits in hex.
pub(super) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// Where a merchant or a marketplace is read.
pub(super) fn user_url(backend: &Backend, account: AccountId) -> String {
    backend.url(&format!("/v2/users/{}/", hex(account.0)))
}

/// Where a payment request is read.
pub(super) fn request_url(backend: &Backend, request: PaymentRequestId) -> String {
    backend.url(&format!("/v2/payment_requests/{}/", hex(request.0)))
}

/// Where a payment is read.
pub(super) fn payment_url(backend: &Backend, code: &str) -> String {
    backend.url(&format!("/v2/payments/{code}/"))
}

/// Where a payout is read.
pub(super) fn payout_url(backend: &Backend, payout: Uuid) -> String {
    backend.url(&format!("/v2/payouts/id:{}/", hex(payout)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn instants_are_written_as_in_the_samples() {
        let at = datetime!(2016-05-09 21:40:13.786 +5:30);
        assert_eq!(iso(at), "2016-05-09T16:10:13.786Z");
        assert_eq!(iso6(at), "2016-05-09T16:10:13.786000Z");
        assert_eq!(iso(datetime!(2016-01-02 03:04:05 UTC)), "2016-01-02T03:04:05.000Z");
    }

    #[test]
    fn messages_of_a_field_stand_together() {
        let errors = [FieldError::new("b", "1"), FieldError::new("a", "2"), FieldError::new("b", "3")];
        assert_eq!(field_map(&errors).body, r#"{"b":["1","3"],"a":["2"]}"#);
    }
}
