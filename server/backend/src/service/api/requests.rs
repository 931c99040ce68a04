//! The log of what programs asked.

use super::keys::{ApiCaller, programs};
use crate::Backend;
use crate::error::Result;
use crate::repo::api_requests::{self, ApiRequest};
use crate::repo::webhook_attempts;
use crate::service::viewer::Viewer;
use time::Duration;

/// As much of an answer as is kept, in characters.
const ANSWER_CHARS_MAX: usize = 2_000;
/// As much of the fields as is kept, in characters.
const FIELDS_CHARS_MAX: usize = 4_000;
/// How long requests and tries to notify are kept.
const KEPT: Duration = Duration::days(30);
/// Requests shown.
const SHOWN: u64 = 100;

impl Backend {
    /// Writes a request down; its fields come without secrets.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn log_api_request(
        &self,
        caller: &ApiCaller,
        (method, path): (&str, &str),
        fields: &str,
        (status, answer): (u16, &str),
        duration: std::time::Duration,
    ) -> Result<()> {
        let request = ApiRequest {
            account: caller.account,
            public_key: caller.public_key.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            fields: cut(fields, FIELDS_CHARS_MAX),
            status: i32::from(status),
            answer: cut(answer, ANSWER_CHARS_MAX),
            duration_ms: i64::try_from(duration.as_millis()).unwrap_or(i64::MAX),
            at: self.now(),
        };
        let tx = self.db().begin().await?;
        api_requests::insert(&tx, &request).await?;
        Ok(tx.commit().await?)
    }

    /// The newest requests of the account's programs.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who neither sells nor runs a marketplace.
    pub async fn api_requests(&self, viewer: &Viewer) -> Result<Vec<ApiRequest>> {
        api_requests::newest(self.db().read(), programs(viewer)?.account, SHOWN).await
    }

    /// Deletes requests, and tries to notify, that are older than 30 days. What was told stays in the feed.
    pub(crate) async fn forget_api_logs(&self) -> Result<u64> {
        let tx = self.db().begin().await?;
        let before = self.now() - KEPT;
        let forgotten = api_requests::forget(&tx, before).await? + webhook_attempts::forget(&tx, before).await?;
        tx.commit().await?;
        Ok(forgotten)
    }
}

/// The beginning of a text, with a mark where something is left out.
fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
