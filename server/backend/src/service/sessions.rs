//! Who is signed in where, and ending it.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::{mail_tokens, sessions};
use crate::service::viewer::Viewer;
use crate::session_store::{USER_AGENT_KEY, USER_KEY};
use domain::ids::{AccountId, UserId};
use time::{Duration, OffsetDateTime};
use tower_sessions::Session;
use tower_sessions::session::Id;
use uuid::Uuid;

pub use crate::repo::sessions::SessionInfo;

/// Mailed links are kept this long after their time, so that a late click is answered with the reason.
const TOKENS_KEPT: Duration = Duration::days(30);

/// Whose code is asked for, and since when.
const AWAITING_KEY: &str = "awaiting_code";
/// When the person last showed that it is them.
const CONFIRMED_KEY: &str = "confirmed_at";
/// The account they work for.
const ACTING_KEY: &str = "acting";
/// How long after the password the code may come.
const CODE_WAIT: Duration = Duration::minutes(10);
/// How long it counts that somebody showed that it is them.
const CONFIRMED_FOR: Duration = Duration::minutes(15);

impl Backend {
    /// Signs a user in on a browser: the session gets a new id, so that one known from before is worth nothing.
    ///
    /// # Errors
    /// The session cannot be read or written.
    pub async fn attach(&self, session: &Session, user: UserId, user_agent: Option<&str>) -> Result<()> {
        session.cycle_id().await.map_err(broken)?;
        session.insert(USER_KEY, user).await.map_err(broken)?;
        session.remove_value(AWAITING_KEY).await.map_err(broken)?;
        self.note_confirmed(session).await?;
        if let Some(user_agent) = user_agent {
            session.insert(USER_AGENT_KEY, user_agent).await.map_err(broken)?;
        }
        session.save().await.map_err(broken)
    }

    /// Notes that the password of a user was right and their code is still asked for. The session gets a new id.
    ///
    /// # Errors
    /// The session cannot be read or written.
    pub async fn await_code(&self, session: &Session, user: UserId) -> Result<()> {
        session.cycle_id().await.map_err(broken)?;
        session.insert(AWAITING_KEY, (user, unix(self.now()))).await.map_err(broken)
    }

    /// Whose code is asked for; for ten minutes after the password.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn awaiting_code(&self, session: &Session) -> Result<Option<UserId>> {
        let awaiting: Option<(UserId, i64)> = session.get(AWAITING_KEY).await.map_err(broken)?;
        Ok(awaiting.filter(|(_, since)| within(*since, self.now(), CODE_WAIT)).map(|(user, _)| user))
    }

    /// Notes that the person at a browser showed again that it is them.
    ///
    /// # Errors
    /// The session cannot be written.
    pub(crate) async fn note_confirmed(&self, session: &Session) -> Result<()> {
        session.insert(CONFIRMED_KEY, unix(self.now())).await.map_err(broken)
    }

    /// Whether they showed it in the last 15 minutes.
    pub(crate) async fn is_confirmed(&self, session: &Session) -> Result<bool> {
        let since: Option<i64> = session.get(CONFIRMED_KEY).await.map_err(broken)?;
        Ok(since.is_some_and(|since| within(since, self.now(), CONFIRMED_FOR)))
    }

    /// Chooses the account that the person at a browser works for.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account whose team they are not in.
    pub async fn work_for(&self, session: &Session, viewer: &Viewer, account: AccountId) -> Result<()> {
        if !viewer.workplaces().any(|membership| membership.account == account) {
            return Err(Error::NotFound);
        }
        session.insert(ACTING_KEY, account).await.map_err(broken)
    }

    pub(crate) async fn acting(&self, session: &Session) -> Result<Option<AccountId>> {
        session.get(ACTING_KEY).await.map_err(broken)
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

const fn unix(at: OffsetDateTime) -> i64 {
    at.unix_timestamp()
}

/// Whether it is at most `span` since then, and not before it: a clock that was moved back confirms nothing.
fn within(since: i64, now: OffsetDateTime, span: Duration) -> bool {
    (0..=span.whole_seconds()).contains(&(unix(now) - since))
}

fn broken(source: tower_sessions::session::Error) -> Error {
    Error::internal("session", source)
}
