//! The second factor of signing in: codes of an authenticator (RFC 6238), and recovery codes for who lost it.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::{second_factors, users};
use crate::secret::random_bytes;
use crate::service::outbox;
use crate::service::password::{Compared, Password};
use crate::service::viewer::Viewer;
use domain::ids::UserId;
use domain::text::Email;
use qrcode::QrCode;
use qrcode::render::svg;
use sea_orm::ConnectionTrait;
use totp_rs::{Builder, Secret, Totp};
use tower_sessions::Session;
use uuid::Uuid;

/// How many recovery codes somebody gets.
const CODES: usize = 10;
/// Letters and digits of a recovery code that nobody mistakes for one another.
const CODE_LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Characters of a recovery code: 50 bits.
const CODE_CHARS: usize = 10;
const WRONG: &str = "This code is not right, or was used already. Enter the one your authenticator shows now.";

/// How somebody stands with their second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorState {
    /// Whether it is asked for.
    pub on: bool,
    /// Recovery codes that are left.
    pub codes_left: u64,
}

/// What an authenticator needs to be set up.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The shared secret in base 32, to be typed.
    pub secret: String,
    /// The same as a link that authenticators understand.
    pub url: String,
    /// The same as a picture to scan, as SVG.
    pub picture: String,
}

impl Backend {
    /// How the viewer stands with their second factor.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn second_factor(&self, viewer: &Viewer) -> Result<FactorState> {
        let on = self.has_second_factor(viewer.user).await?;
        let codes_left = second_factors::codes_left(self.db().read(), viewer.user).await?;
        Ok(FactorState { on, codes_left })
    }

    async fn has_second_factor(&self, user: UserId) -> Result<bool> {
        Ok(second_factors::find(self.db().read(), user).await?.is_some_and(|factor| factor.confirmed))
    }

    /// Makes a secret for the viewer's authenticator. It is asked for only after [`Self::confirm_second_factor`].
    ///
    /// # Errors
    /// [`Error::Unconfirmed`]; [`Error::Refused`] where a second factor is on.
    pub async fn begin_second_factor(&self, viewer: &Viewer) -> Result<()> {
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        users::lock(&tx, viewer.user).await?;
        if second_factors::find(&tx, viewer.user).await?.is_some_and(|factor| factor.confirmed) {
            return Err(Error::Refused("Two-factor sign-in is on already. Turn it off before you set it up again."));
        }
        let secret = random_bytes::<20>();
        let sealed = self.secret().seal(&purpose(viewer.user), &secret)?;
        second_factors::begin(&tx, viewer.user, sealed, now).await?;
        Ok(tx.commit().await?)
    }

    /// What the viewer's authenticator needs, between beginning and confirming; `None` at other times.
    ///
    /// # Errors
    /// The stored secret cannot be opened.
    pub async fn enrolment(&self, viewer: &Viewer) -> Result<Option<Enrolment>> {
        let stored = second_factors::find(self.db().read(), viewer.user).await?;
        let Some(stored) = stored.filter(|factor| !factor.confirmed) else { return Ok(None) };
        let totp = self.authenticator(viewer.user, &stored.sealed, Some(&viewer.email))?;
        let fault = |source: String| Error::internal("enrolment", source);
        let url = totp.to_url().map_err(|source| fault(source.to_string()))?;
        let code = QrCode::new(&url).map_err(|source| fault(source.to_string()))?;
        let picture = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
        Ok(Some(Enrolment { secret: totp.secret().to_base32(), url, picture }))
    }

    /// Turns the second factor on with a first code; the recovery codes, which are never shown again.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `code`; [`Error::Refused`] where none was begun; [`Error::Throttled`].
    pub async fn confirm_second_factor(&self, viewer: &Viewer, code: &str) -> Result<Vec<String>> {
        viewer.confirmed()?;
        self.charge(viewer.user).await?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let stored = second_factors::find(&tx, viewer.user).await?.filter(|factor| !factor.confirmed);
        let Some(stored) = stored else {
            return Err(Error::Refused("Begin to set up two-factor sign-in first."));
        };
        if !self.takes(&tx, viewer.user, &stored.sealed, code).await? {
            return Err(Error::field("code", WRONG));
        }
        second_factors::confirm(&tx, viewer.user, now).await?;
        let codes = fresh_codes();
        second_factors::replace_codes(&tx, viewer.user, &codes).await?;
        users::set_failures(&tx, viewer.user, 0, None).await?;
        tell(&tx, viewer, true, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(codes)
    }

    /// Makes new recovery codes; the old ones stop working.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`]; [`Error::Refused`] where no second factor is on.
    pub async fn new_recovery_codes(&self, viewer: &Viewer) -> Result<Vec<String>> {
        viewer.confirmed()?;
        if !self.has_second_factor(viewer.user).await? {
            return Err(Error::Refused("Turn two-factor sign-in on first."));
        }
        let codes = fresh_codes();
        let tx = self.db().begin().await?;
        second_factors::replace_codes(&tx, viewer.user, &codes).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Turns the second factor off.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`].
    pub async fn stop_second_factor(&self, viewer: &Viewer) -> Result<()> {
        viewer.confirmed()?;
        let tx = self.db().begin().await?;
        let was_on = second_factors::find(&tx, viewer.user).await?.is_some_and(|factor| factor.confirmed);
        second_factors::remove(&tx, viewer.user).await?;
        if was_on {
            tell(&tx, viewer, false, self.now()).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Turns a person's second factor off who lost it and its recovery codes, from the command line.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an address of nobody.
    pub async fn reset_second_factor(&self, email: &str) -> Result<()> {
        let user = self.account_of(email).await?.ok_or(Error::NotFound)?;
        let viewer = self.viewer(user).await?.ok_or(Error::NotFound)?;
        self.stop_second_factor(&viewer).await
    }

    /// Signs in with the code that was asked for after the password: of the authenticator, or a recovery code.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `code`, [`Error::Throttled`] during a pause, which starts with the fifth failure.
    pub async fn check_code(&self, user: UserId, code: &str) -> Result<()> {
        self.charge(user).await?;
        let tx = self.db().begin().await?;
        let stored = second_factors::find(&tx, user).await?.ok_or(Error::NotFound)?;
        let right = self.takes(&tx, user, &stored.sealed, code).await?
            || second_factors::use_code(&tx, user, &plain(code), self.now()).await?;
        if !right {
            return Err(Error::field("code", WRONG));
        }
        tx.commit().await?;
        self.forgive(user).await
    }

    /// Lets the viewer show again that it is them: by a code where they have a second factor, else by their password.
    /// It counts for 15 minutes in this browser.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `code` or `password`, [`Error::Throttled`] during a pause.
    pub async fn confirm_identity(
        &self,
        session: &Session,
        viewer: &Viewer,
        password: &Password,
        code: &str,
    ) -> Result<()> {
        if self.has_second_factor(viewer.user).await? {
            self.check_code(viewer.user, code).await?;
        } else {
            let user = self.charge(viewer.user).await?;
            if self.passwords().compare(password, Some(&user.password_hash)).await? == Compared::Wrong {
                return Err(Error::field("password", "This is not your password."));
            }
            self.forgive(viewer.user).await?;
        }
        self.note_confirmed(session).await
    }

    /// Whether a code is the authenticator's, and takes its step so that it works once.
    async fn takes(&self, tx: &impl ConnectionTrait, user: UserId, sealed: &str, code: &str) -> Result<bool> {
        let totp = self.authenticator(user, sealed, None)?;
        let seconds = u64::try_from(self.now().unix_timestamp()).unwrap_or_default();
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        match totp.check(&digits, seconds) {
            Some(step) => second_factors::take_step(tx, user, i64::try_from(step).unwrap_or(i64::MAX)).await,
            None => Ok(false),
        }
    }

    fn authenticator(&self, user: UserId, sealed: &str, email: Option<&Email>) -> Result<Totp> {
        let secret = self.secret().unseal(&purpose(user), sealed)?;
        let builder = Builder::new().with_secret(Secret::from(secret)).with_skew(1).with_issuer(Some("Holdfast"));
        let builder = match email {
            Some(email) => builder.with_account_name(email.as_str()),
            None => builder,
        };
        builder.build().map_err(|source| Error::internal("authenticator", source.to_string()))
    }
}

async fn tell(tx: &impl ConnectionTrait, viewer: &Viewer, on: bool, now: time::OffsetDateTime) -> Result<()> {
    let mail = Mail::SecondFactor { name: viewer.name.clone(), on };
    outbox::enqueue(tx, now, &viewer.email, &mail, &format!("{}:{}", mail.kind(), Uuid::now_v7())).await
}

fn purpose(user: UserId) -> String {
    format!("second-factor:{user}")
}

fn fresh_codes() -> Vec<String> {
    let letter = |byte: u8| char::from(CODE_LETTERS[usize::from(byte) % CODE_LETTERS.len()]);
    (0..CODES).map(|_| random_bytes::<CODE_CHARS>().into_iter().map(letter).collect()).collect()
}

/// A recovery code as it is stored, however it was typed.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
