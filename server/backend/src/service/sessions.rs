//! Who is signed in where, and ending it.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::{mail_tokens, sessions};
use crate::session_store::{USER_AGENT_KEY, USER_KEY};
use domain::ids::UserId;
use time::Duration;
use tower_sessions::Session;
use tower_sessions::session::Id;
use uuid::Uuid;

pub use crate::repo::sessions::SessionInfo;

/// Mailed links are kept this long after their time, so that a late click is answered with the reason.
const TOKENS_KEPT: Duration = Duration::days(30);

impl Backend {
    /// Signs a user in on a browser: the session gets a new id, so that one known from before is worth nothing.
    ///
    /// # Errors
    /// The session cannot be read or written.
    pub async fn attach(&self, session: &Session, user: UserId, user_agent: Option<&str>) -> Result<()> {
        session.cycle_id().await.map_err(broken)?;
        session.insert(USER_KEY, user).await.map_err(broken)?;
        if let Some(user_agent) = user_agent {
            session.insert(USER_AGENT_KEY, user_agent).await.map_err(broken)?;
        }
        session.save().await.map_err(broken)
    }

    /// Who signed in with a session.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn signed_in(&self, session: &Session) -> Result<Option<UserId>> {
        session.get(USER_KEY).await.map_err(broken)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The session cannot be deleted.
    pub async fn sign_out(&self, session: &Session) -> Result<()> {
        session.flush().await.map_err(broken)
    }

    /// Where a user is signed in, last used first; `current` is the session that asks.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn sessions(&self, user: UserId, current: Option<Id>) -> Result<Vec<SessionInfo>> {
        sessions::of_user(self.db().read(), user, current, self.now()).await
    }

    /// Ends one of a user's sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a session that is not theirs.
    pub async fn revoke_session(&self, user: UserId, session: Uuid) -> Result<()> {
        if sessions::delete_public(self.db().writer(), user, session).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Ends every session of a user but `current`; how many there were.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn revoke_other_sessions(&self, user: UserId, current: Option<Id>) -> Result<u64> {
        sessions::delete_of_user(self.db().writer(), user, current).await
    }

    /// Deletes sessions that have ended, and mailed links that are long over their time.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn delete_expired_sessions(&self) -> Result<u64> {
        let now = self.now();
        mail_tokens::delete_expired(self.db().writer(), now - TOKENS_KEPT).await?;
        sessions::delete_expired(self.db().writer(), now).await
    }
}

fn broken(source: tower_sessions::session::Error) -> Error {
    Error::internal("session", source)
}
