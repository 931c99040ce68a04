//! The error policy of the backend.
//!
//! A service returns [`Error`]. Its variants other than [`Error::Internal`] are meant for the person who asked: their
//! messages say what to do and leak nothing. Internals are logged once, where the request ends, with their whole chain;
//! the person sees a bland sentence. `Display` never repeats a source.

use domain::order::Denied;
use domain::project::ProjectDenied;
use domain::text::FieldError;
use sea_orm::{DbErr, RuntimeErr};

/// The result of a service.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a service did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or the viewer may not know that it exists.
    #[error("not found")]
    NotFound,
    /// The rules refuse it.
    #[error("{0}")]
    Denied(Denied),
    /// The rules of projects refuse it.
    #[error("{0}")]
    Project(ProjectDenied),
    /// The order changed since the form was shown.
    #[error("This order changed since you opened it. Look at it again before you decide.")]
    Stale,
    /// Fields of a form were not accepted.
    #[error("some fields were not accepted")]
    Invalid(Vec<FieldError>),
    /// It cannot be done in the present situation, with a sentence that says why.
    #[error("{0}")]
    Refused(&'static str),
    /// The person has to show again that it is them before they may change this.
    #[error("Confirm that it is you before you change this.")]
    Unconfirmed,
    /// A link or quote is over its time, with a sentence that says what to do.
    #[error("{0}")]
    Expired(&'static str),
    /// Too many attempts; seconds until the next is allowed.
    #[error("Too many attempts. Try again in {retry_after_seconds} seconds.")]
    Throttled {
        /// Seconds to wait.
        retry_after_seconds: i64,
    },
    /// The same idempotency key came with another request.
    #[error("This form was sent already with other contents. Open the page again.")]
    KeyReused,
    /// A fault of ours or of something we depend on.
    #[error("{context}")]
    Internal {
        /// What was being done.
        context: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// One refused field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// A fault while doing `context`.
    pub fn internal(context: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { context, source: source.into() }
    }

    /// Whether the person is told the message as it is.
    #[must_use]
    pub const fn is_for_people(&self) -> bool {
        !matches!(self, Self::Internal { .. })
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<ProjectDenied> for Error {
    fn from(denied: ProjectDenied) -> Self {
        Self::Project(denied)
    }
}

impl From<DbErr> for Error {
    #[track_caller]
    fn from(source: DbErr) -> Self {
        let place = std::panic::Location::caller();
        tracing::debug!(target: "db.error", file = place.file(), line = place.line(), "database error");
        Self::internal("database", source)
    }
}

impl From<serde_json::Error> for Error {
    fn from(source: serde_json::Error) -> Self {
        Self::internal("stored JSON", source)
    }
}

/// Whether a statement broke the named constraint or trigger. SQLite names the columns of a unique index rather than the
/// index, so `columns` is matched as well (`users.email`).
#[must_use]
pub fn broke(error: &DbErr, constraint: &str, columns: &str) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(source)) | DbErr::Query(RuntimeErr::SqlxError(source))) = error else {
        return false;
    };
    source.as_database_error().is_some_and(|database| {
        database.constraint() == Some(constraint)
            || database.message().contains(constraint)
            || (!columns.is_empty() && database.message().contains(columns))
    })
}
