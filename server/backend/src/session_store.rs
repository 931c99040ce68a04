//! Browser sessions in the database, for tower-sessions.
//!
//! The layer in front computes expiry by the machine's clock, while everything here runs by the backend's, which a sandbox
//! may move. So an expiry is shifted between the two when it is stored and when it is read: a session lasts as long as the
//! layer wants, counted by the backend's clock.

use crate::Backend;
use crate::error::{Error, Result};
use crate::port::{Clock, SystemClock};
use crate::repo::sessions::{self, Contents};
use async_trait::async_trait;
use domain::ids::UserId;
use serde_json::Value;
use std::collections::HashMap;
use time::Duration;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, ExpiredDeletion};

/// Key of a record's data that holds who signed in; the store copies it to a column.
pub const USER_KEY: &str = "user_id";
/// Key of a record's data that holds what the browser calls itself; the store copies it to a column.
pub const USER_AGENT_KEY: &str = "user_agent";
/// Last use is written at most this often.
const SEEN_EVERY: Duration = Duration::minutes(1);
/// Longest user agent kept, in characters.
const USER_AGENT_CHARS_MAX: usize = 300;
/// Ids tried for a new session. Two of 128 random bits never meet; the bound only keeps a broken generator from looping.
const IDS_TRIED_MAX: usize = 4;

/// Keeps sessions in the backend's database.
#[derive(Debug, Clone)]
pub struct DatabaseSessions(Backend);

impl DatabaseSessions {
    /// A store on the database and by the clock of `backend`.
    #[must_use]
    pub const fn new(backend: Backend) -> Self {
        Self(backend)
    }

    /// How far the backend's clock is ahead of the machine's.
    fn shift(&self) -> Duration {
        self.0.now() - SystemClock.now()
    }

    fn contents(&self, record: &Record) -> Result<Contents> {
        let text = |key| record.data.get(key).and_then(Value::as_str);
        Ok(Contents {
            user: text(USER_KEY).and_then(|user| user.parse::<UserId>().ok()),
            user_agent: text(USER_AGENT_KEY).map(|agent| agent.chars().take(USER_AGENT_CHARS_MAX).collect()),
            data: serde_json::to_string(&record.data)?,
            expires_at: record.expiry_date.saturating_add(self.shift()),
        })
    }

    async fn insert(&self, record: &mut Record) -> Result<()> {
        for _ in 0..IDS_TRIED_MAX {
            if sessions::insert(self.0.db().writer(), record.id, self.contents(record)?, self.0.now()).await? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::internal("session", "every new id was taken"))
    }

    async fn find(&self, id: Id) -> Result<Option<Record>> {
        let now = self.0.now();
        let Some(stored) = sessions::find(self.0.db().read(), id, now).await? else {
            return Ok(None);
        };
        // A page that was only read does not fail because this could not be written.
        if now - stored.last_seen_at >= SEEN_EVERY
            && let Err(error) = sessions::touch(self.0.db().writer(), id, now).await
        {
            tracing::warn!(%error, "the last use of a session could not be written");
        }
        let data: HashMap<String, Value> = serde_json::from_str(&stored.data)?;
        Ok(Some(Record { id, data, expiry_date: stored.expires_at.saturating_sub(self.shift()) }))
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.insert(record).await.map_err(failed)
    }

    /// Writes a session that exists. One that was revoked while its request ran stays revoked.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let contents = self.contents(record).map_err(failed)?;
        let saved = sessions::update(self.0.db().writer(), record.id, contents).await.map_err(failed)?;
        if !saved {
            tracing::debug!("a session ended before it could be saved");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.find(*id).await.map_err(failed)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        sessions::delete(self.0.db().writer(), *id).await.map_err(failed)
    }
}

#[async_trait]
impl ExpiredDeletion for DatabaseSessions {
    async fn delete_expired(&self) -> session_store::Result<()> {
        let ended = sessions::delete_expired(self.0.db().writer(), self.0.now()).await.map_err(failed)?;
        tracing::debug!(ended, "ended sessions deleted");
        Ok(())
    }
}

fn failed(error: Error) -> session_store::Error {
    let mut text = error.to_string();
    if let Error::Internal { source, .. } = &error {
        text = format!("{text}: {source}");
    }
    session_store::Error::Backend(text)
}
