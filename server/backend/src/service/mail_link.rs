//! Mailed links: one secret, one use, one purpose, and not too many mails to one address.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::mail_tokens;
use domain::ids::UserId;
use sea_orm::ConnectionTrait;
use time::{Duration, OffsetDateTime};

pub use crate::repo::mail_tokens::TokenPurpose;

/// Least time between two mails of one purpose to one address.
const PAUSE: Duration = Duration::minutes(1);
/// Most mails of one purpose to one address in 24 hours.
const PER_DAY_MAX: u64 = 5;

impl Backend {
    /// Whether a mailed link still works, without using it: what a page asks before it shows its button.
    ///
    /// # Errors
    /// [`Error::Expired`] with a sentence that says what to do.
    pub async fn peek_token(&self, token: &str, purpose: TokenPurpose) -> Result<()> {
        open(self.db().read(), token, purpose, self.now()).await.map(|_| ())
    }

    /// Counts a request for a mail to `address`, the same for every address, whoever has it.
    ///
    /// # Errors
    /// [`Error::Throttled`] less than a minute after the last request.
    pub(crate) fn ask_for_mail(&self, address: &str, purpose: &str) -> Result<()> {
        self.passwords().guard.attempt(purpose, address, self.now(), |_| PAUSE)
    }
}

/// Whether one more mail of `purpose` to a user would be too many: within a minute of the last, or the sixth of a day.
pub(crate) async fn too_many(
    tx: &impl ConnectionTrait,
    user: UserId,
    purpose: TokenPurpose,
    now: OffsetDateTime,
) -> Result<bool> {
    Ok(mail_tokens::count_since(tx, user, purpose, now - PAUSE).await? > 0
        || mail_tokens::count_since(tx, user, purpose, now - Duration::DAY).await? >= PER_DAY_MAX)
}

/// Whose link it is, where it still works.
///
/// # Errors
/// [`Error::Expired`] otherwise.
pub(crate) async fn open(
    connection: &impl ConnectionTrait,
    token: &str,
    purpose: TokenPurpose,
    now: OffsetDateTime,
) -> Result<UserId> {
    match mail_tokens::find(connection, token, purpose).await? {
        Some(found) if !found.used && found.expires_at > now => Ok(found.user),
        Some(found) if found.used => Err(used(purpose)),
        Some(_) => Err(Error::Expired("This link is over its time. Ask for a new one.")),
        None => Err(Error::Expired("This link does not work. Open the newest mail you got, or ask for a new link.")),
    }
}

/// Uses a link up in the caller's transaction; its owner.
///
/// # Errors
/// [`Error::Expired`] where it does not work any more.
pub(crate) async fn use_up(
    tx: &impl ConnectionTrait,
    token: &str,
    purpose: TokenPurpose,
    now: OffsetDateTime,
) -> Result<UserId> {
    let user = open(tx, token, purpose, now).await?;
    if mail_tokens::use_up(tx, token, purpose, now).await? { Ok(user) } else { Err(used(purpose)) }
}

const fn used(purpose: TokenPurpose) -> Error {
    Error::Expired(match purpose {
        TokenPurpose::VerifyEmail => {
            "This link was used already, or a newer one replaced it. Sign in, or ask for a new link."
        }
        TokenPurpose::ResetPassword => "This link was used already, or a newer one replaced it. Ask for a new link.",
    })
}
