//! What an account was told, to catch up with after its callback URL was out of reach.

use super::keys::ApiCaller;
use crate::Backend;
use crate::error::Result;
use crate::repo::api_events::{self, ApiEvent};

/// Most events of one answer.
const PAGE: u64 = 100;

/// An event of the feed.
pub type FeedEvent = ApiEvent;

impl Backend {
    /// The events of the caller's account behind a number, oldest first, at most 100.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn api_events(&self, caller: &ApiCaller, after: i64) -> Result<Vec<FeedEvent>> {
        api_events::after(self.db().read(), caller.account, after, PAGE).await
    }
}
