//! Passwords: which are taken, how they are hashed, and how they are compared.

use crate::error::{Error, Result};
use crate::service::guard::Guard;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

/// Memory of one hash in KiB (OWASP password storage: 19 MiB with two passes).
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Most hashes at once; with [`MEMORY_KIB`] it bounds the memory.
const AT_ONCE_MAX: usize = 4;
const GUESSABLE: &str =
    "Choose a password that is harder to guess, for example four words that do not belong together.";

/// A typed password. It is wiped from memory, and neither printed nor serialised.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Takes what a person typed; nothing is trimmed.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(typed.into())
    }

    fn typed(&self) -> &str {
        self.0.expose_secret()
    }

    fn chars(&self) -> usize {
        self.typed().chars().count()
    }
}

impl From<String> for Password {
    fn from(typed: String) -> Self {
        Self::new(typed)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How a password compares with a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// It is another one, or there is none.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, and its hash was made with parameters that are not ours any more.
    RightWithOldHash,
}

/// Hashes and compares passwords, a few at a time and off the async threads; remembers who guesses.
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// A well-formed hash of nothing, compared for unknown users, so that they take as long as known ones.
    nobody: Arc<str>,
    /// Refused sign-ins with addresses that nobody has, and mails asked for.
    pub(crate) guard: Guard,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Works on as many passwords at once as the machine has processors, at most 4.
    #[must_use]
    pub fn new() -> Self {
        let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(AT_ONCE_MAX);
        let (salt, hash) = ("A".repeat(22), "A".repeat(43));
        let nobody = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}");
        Self { permits: Arc::new(Semaphore::new(at_once)), nobody: nobody.into(), guard: Guard::default() }
    }

    /// Checks a new password against the policy: 10 to 200 characters, and hard to guess even for somebody who knows
    /// `known`, such as the name and the address.
    ///
    /// # Errors
    /// A sentence for the form field.
    pub(crate) async fn check(
        &self,
        password: &Password,
        known: Vec<String>,
    ) -> Result<std::result::Result<(), String>> {
        let password = password.clone();
        self.run(move || policy(&password, &known)).await
    }

    /// The PHC string to store for a password.
    pub(crate) async fn hash(&self, password: &Password) -> Result<String> {
        let password = password.clone();
        self.run(move || hash(&password)).await?
    }

    /// Compares a password with a stored hash; takes as long where there is none.
    pub(crate) async fn compare(&self, password: &Password, stored: Option<&str>) -> Result<Compared> {
        let (password, known) = (password.clone(), stored.is_some());
        let stored: Arc<str> = stored.map_or_else(|| Arc::clone(&self.nobody), Arc::from);
        let compared = self.run(move || compare(&password, &stored)).await??;
        Ok(if known { compared } else { Compared::Wrong })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|source| Error::internal("password work", source))?;
        let done = tokio::task::spawn_blocking(move || {
            // Kept until the work is over, even where nobody waits for its result any more.
            let _permit = permit;
            work()
        });
        done.await.map_err(|source| Error::internal("password work", source))
    }
}

fn policy(password: &Password, known: &[String]) -> std::result::Result<(), String> {
    let chars = password.chars();
    if chars == 0 {
        return Err(format!("Choose a password of at least {PASSWORD_CHARS_MIN} characters."));
    }
    if chars < PASSWORD_CHARS_MIN {
        return Err(format!("Make the password at least {PASSWORD_CHARS_MIN} characters long; it has {chars}."));
    }
    if chars > PASSWORD_CHARS_MAX {
        return Err(format!("Shorten the password to {PASSWORD_CHARS_MAX} characters; it has {chars}."));
    }
    let words: Vec<&str> = known
        .iter()
        .flat_map(|text| std::iter::once(text.as_str()).chain(text.split(|c: char| !c.is_alphanumeric())))
        .filter(|word| word.chars().count() > 2)
        .chain(["holdfast"])
        .collect();
    let estimate = zxcvbn(password.typed(), &words);
    if estimate.score() >= Score::Three {
        // The estimate takes "name, surname, year" for three independent words; what is left without them must hold too.
        let rest =
            words.iter().fold(password.typed().to_lowercase(), |rest, word| rest.replace(&word.to_lowercase(), ""));
        let holds = zxcvbn(&rest, &words).score() >= Score::Three;
        return if holds { Ok(()) } else { Err(format!("{GUESSABLE} Leave your name and your address out.")) };
    }
    let why = estimate.feedback().and_then(|feedback| feedback.warning()).map(|warning| format!(" {warning}"));
    Err(format!("{GUESSABLE}{}", why.unwrap_or_default()))
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &Password) -> Result<String> {
    let hash: PasswordHash = argon2()?.hash_password(password.typed().as_bytes()).map_err(hashing)?;
    Ok(hash.to_string())
}

fn compare(password: &Password, stored: &str) -> Result<Compared> {
    let stored = PasswordHash::new(stored).map_err(hashing)?;
    // An endless text is no password of ours; an empty one takes as long and is none either.
    let typed = if password.chars() > PASSWORD_CHARS_MAX { "" } else { password.typed() };
    match argon2()?.verify_password(typed.as_bytes(), &stored) {
        Ok(()) if is_current(&stored) => Ok(Compared::Right),
        Ok(()) => Ok(Compared::RightWithOldHash),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Compared::Wrong),
        Err(other) => Err(hashing(other)),
    }
}

fn is_current(stored: &PasswordHash) -> bool {
    let params = Params::try_from(stored).ok();
    stored.algorithm.as_str() == Algorithm::Argon2id.as_str()
        && stored.version == Some(Version::V0x13.into())
        && params
            .is_some_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES))
}

fn hashing(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal("password hash", source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_hash_opens_with_its_password_only() {
        let passwords = Passwords::new();
        let stored = passwords.hash(&password("correct horse battery")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(
            passwords.compare(&password("correct horse battery"), Some(&stored)).await.unwrap(),
            Compared::Right
        );
        assert_eq!(
            passwords.compare(&password("correct horse batterz"), Some(&stored)).await.unwrap(),
            Compared::Wrong
        );
        assert_ne!(
            stored,
            passwords.hash(&password("correct horse battery")).await.unwrap(),
            "every hash has its own salt"
        );
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let passwords = Passwords::new();
        for typed in ["", "x", &"x".repeat(PASSWORD_CHARS_MAX + 1)] {
            assert_eq!(passwords.compare(&password(typed), None).await.unwrap(), Compared::Wrong);
        }
        assert!(is_current(&PasswordHash::new(&passwords.nobody).unwrap()));
    }

    #[tokio::test]
    async fn a_hash_of_weaker_parameters_is_noticed() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let stored: PasswordHash = weak.hash_password(b"correct horse battery").unwrap();
        let compared =
            Passwords::new().compare(&password("correct horse battery"), Some(&stored.to_string())).await.unwrap();
        assert_eq!(compared, Compared::RightWithOldHash);
    }

    #[test]
    fn the_policy_says_what_to_do() {
        let known = ["Ada Okafor".to_owned(), "ada.okafor@example.com".to_owned()];
        let refused = |typed: &str| policy(&password(typed), &known).unwrap_err();
        assert_eq!(refused(""), "Choose a password of at least 10 characters.");
        assert_eq!(refused("short"), "Make the password at least 10 characters long; it has 5.");
        assert_eq!(refused(&"ab1".repeat(67)), "Shorten the password to 200 characters; it has 201.");
        for guessable in ["password1234", "adaokafor2026", "ada.okafor@example.com", "aaaaaaaaaaaaaaa", "holdfast123"] {
            let told = policy(&password(guessable), &known);
            assert!(told.as_ref().is_err_and(|told| told.starts_with(GUESSABLE)), "{guessable}: {told:?}");
        }
        assert_eq!(policy(&password("plum-orbit-candle-seven"), &known), Ok(()));
    }

    #[test]
    fn a_password_is_not_printed() {
        assert_eq!(format!("{:?}", password("plum-orbit-candle-seven")), "Password(…)");
    }
}
