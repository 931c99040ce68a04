//! Signing in. A wrong password and an unknown address get the same answer, after the same work, under the same limits.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::second_factors;
use crate::repo::users::{self, User};
use crate::service::guard::throttled;
use crate::service::password::{Compared, Password};
use domain::ids::UserId;
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::{Duration, OffsetDateTime};

/// Failures that are free of a pause.
const FREE_FAILURES: u32 = 4;
/// First pause, in seconds; it doubles with every further failure.
const PAUSE_FIRST_SECONDS: i64 = 30;
/// Longest pause, in seconds.
const PAUSE_MAX_SECONDS: i64 = 3_600;

/// What a right password leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedIn {
    /// They are in.
    Fully(UserId),
    /// They have a second factor, and its code is asked for next.
    NeedsCode(UserId),
}

impl Backend {
    /// Checks an address with its password; the user may still have to prove the address (`Viewer::verified`), or to
    /// give a code of their second factor.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `password` for anything wrong, [`Error::Throttled`] during a pause, which starts with the fifth
    /// failure and doubles from 30 seconds to an hour.
    pub async fn sign_in(&self, email: &str, password: &Password) -> Result<SignedIn> {
        let user = self.charge_attempt(email).await?;
        let stored = user.as_ref().map(|user| user.password_hash.as_str());
        let compared = self.passwords().compare(password, stored).await?;
        let (Some(user), Compared::Right | Compared::RightWithOldHash) = (user, compared) else {
            return Err(Error::field("password", "E-mail or password is wrong."));
        };
        let fresh =
            if compared == Compared::RightWithOldHash { Some(self.passwords().hash(password).await?) } else { None };
        let tx = self.db().begin().await?;
        let needs_code = second_factors::find(&tx, user.id).await?.is_some_and(|factor| factor.confirmed);
        // With a second factor only its code ends the count: or who has the password could try codes for ever.
        users::set_failures(&tx, user.id, if needs_code { user.failed_sign_ins } else { 0 }, None).await?;
        if let Some(fresh) = fresh {
            users::rehash(&tx, user.id, &user.password_hash, &fresh).await?;
        }
        tx.commit().await?;
        Ok(if needs_code { SignedIn::NeedsCode(user.id) } else { SignedIn::Fully(user.id) })
    }

    /// Counts an attempt of a known user at their code or password as a failure, until [`Self::forgive`] takes it back.
    ///
    /// # Errors
    /// [`Error::Throttled`] during a pause.
    pub(crate) async fn charge(&self, user: UserId) -> Result<User> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let user = users::lock(&tx, user).await?;
        charge(&tx, &user, now).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Ends the count of failures after a good attempt.
    pub(crate) async fn forgive(&self, user: UserId) -> Result<()> {
        let tx = self.db().begin().await?;
        users::set_failures(&tx, user, 0, None).await?;
        Ok(tx.commit().await?)
    }

    /// Counts the attempt as a failure before the password is looked at, and takes it back on success. So a hundred
    /// attempts at once are a hundred failures, and no more than five of them are looked at.
    async fn charge_attempt(&self, typed: &str) -> Result<Option<User>> {
        let now = self.now();
        let email = Email::parse(typed).ok();
        let tx = self.db().begin().await?;
        let user = match &email {
            Some(email) => users::lock_by_email(&tx, email).await?,
            None => None,
        };
        if let Some(user) = &user {
            charge(&tx, user, now).await?;
        } else {
            let address = email.as_ref().map_or(typed, Email::as_str);
            self.passwords().guard.attempt("sign_in", address, now, pause_after)?;
            users::count_unknown_address(&tx, now).await?;
        }
        tx.commit().await?;
        Ok(user)
    }
}

/// Counts one more failure of a locked user.
async fn charge(tx: &impl ConnectionTrait, user: &User, now: OffsetDateTime) -> Result<()> {
    if let Some(until) = user.locked_until.filter(|until| *until > now) {
        return Err(throttled(until, now));
    }
    let failures = user.failed_sign_ins.saturating_add(1);
    let pause = pause_after(failures);
    users::set_failures(tx, user.id, failures, pause.is_positive().then_some(now + pause)).await
}

/// How long sign-in pauses after so many failures in a row.
fn pause_after(failures: u32) -> Duration {
    if failures <= FREE_FAILURES {
        return Duration::ZERO;
    }
    let doublings = (failures - FREE_FAILURES - 1).min(20);
    Duration::seconds((PAUSE_FIRST_SECONDS << doublings).min(PAUSE_MAX_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_half_a_minute_to_an_hour() {
        for (failures, seconds) in
            [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1_920), (12, 3_600), (u32::MAX, 3_600)]
        {
            assert_eq!(pause_after(failures), Duration::seconds(seconds), "after {failures}");
        }
    }
}
