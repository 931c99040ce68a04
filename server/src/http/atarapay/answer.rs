//! The envelope of every answer (atarapay.md section 1.3). Business errors are answered with 200, as both known clients expect.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use backend::Error;
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::value::RawValue;

/// A success: the contract's message and its data.
pub(super) struct Success {
    message: &'static str,
    data: Box<RawValue>,
}

impl Success {
    /// A success with data.
    ///
    /// # Errors
    /// The data cannot be written as JSON.
    pub(super) fn new(message: &'static str, data: &impl Serialize) -> Result<Self, Problem> {
        let data = serde_json::value::to_raw_value(data).map_err(|error| Problem::Fault(Error::from(error)))?;
        Ok(Self { message, data })
    }

    /// A success with data that is JSON already.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn raw(message: &'static str, data: String) -> Result<Self, Problem> {
        let data = RawValue::from_string(data).map_err(|error| Problem::Fault(Error::from(error)))?;
        Ok(Self { message, data })
    }
}

/// What an answer is when it is no success.
pub(super) enum Problem {
    /// A sentence of the contract, or one that says what to do.
    Said(String),
    /// The same with a status of HTTP.
    Status(StatusCode, String),
    /// A fault of ours.
    Fault(Error),
}

impl Problem {
    /// A sentence.
    pub(super) fn said(message: impl Into<String>) -> Self {
        Self::Said(message.into())
    }

    /// A sentence with a status of HTTP.
    pub(super) fn status(status: StatusCode, message: impl Into<String>) -> Self {
        Self::Status(status, message.into())
    }

    /// The field that is missing, in the words of the contract.
    pub(super) fn missing(field: &str) -> Self {
        Self::Said(format!("The {} field is required.", field.replace('_', " ")))
    }
}

impl From<Error> for Problem {
    /// What the services say, in their own words; handlers put the contract's words where it has some.
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::said("It does not exist, or it does not belong to this account."),
            Error::Invalid(errors) => Self::said(
                errors.into_iter().next().map_or_else(|| "Invalid request.".to_owned(), |error| error.message),
            ),
            Error::Throttled { .. } => Self::status(StatusCode::TOO_MANY_REQUESTS, error.to_string()),
            Error::Internal { .. } => Self::Fault(error),
            said => Self::said(said.to_string()),
        }
    }
}

#[derive(Serialize)]
struct SuccessBody<'a> {
    status: &'static str,
    message: &'a str,
    data: &'a RawValue,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    status: &'static str,
    message: &'a str,
}

/// An answer before it is sent, so that it can be written into the log.
pub(super) struct Answer {
    /// Status of HTTP.
    pub(super) status: StatusCode,
    /// The JSON.
    pub(super) body: String,
}

impl From<Result<Success, Problem>> for Answer {
    fn from(outcome: Result<Success, Problem>) -> Self {
        let written = |body: Result<String, serde_json::Error>| body.unwrap_or_default();
        match outcome {
            Ok(success) => {
                let body = SuccessBody { status: "success", message: success.message, data: &success.data };
                Self { status: StatusCode::OK, body: written(serde_json::to_string(&body)) }
            }
            Err(problem) => {
                let (status, message) = match problem {
                    Problem::Said(message) => (StatusCode::OK, message),
                    Problem::Status(status, message) => (status, message),
                    Problem::Fault(error) => {
                        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                        tracing::error!(%error, cause, "an API request failed");
                        let message =
                            "This did not work because of a fault on our side. Nothing was changed; try again.";
                        (StatusCode::INTERNAL_SERVER_ERROR, message.to_owned())
                    }
                };
                let body = ErrorBody { status: "error", message: &message };
                Self { status, body: written(serde_json::to_string(&body)) }
            }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let kind = (header::CONTENT_TYPE, "application/json");
        (self.status, [kind], Body::from(self.body)).into_response()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Answer::from(Err(self)).into_response()
    }
}
