//! Keys for programs: made, rotated with an overlap, ended; and who comes with one.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::api_keys::{self, ApiKey};
use crate::repo::{accounts, users};
use crate::secret::alphanumeric;
use crate::service::viewer::{Membership, Viewer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{AccountId, ApiKeyId, UserId};
use domain::permission::{AccountKind, Capability, MemberRole};
use domain::text::Email;
use sea_orm::ConnectionTrait;
use subtle::ConstantTimeEq;
use time::Duration;
use uuid::Uuid;

/// Characters of a public key (atarapay.md section 1.4).
const PUBLIC_CHARS: usize = 32;
/// Characters of a private key.
const PRIVATE_CHARS: usize = 35;
/// How long a rotated key still works.
const OVERLAP: Duration = Duration::days(7);
/// The last use is noted at most this often.
const NOTED_EVERY: Duration = Duration::minutes(1);
/// Most pairs of one account that work at a time.
const KEYS_MAX: usize = 10;
/// What a sealed private key belongs to.
const PURPOSE: &str = "api-key";
/// What a secret for the next page belongs to.
const PAGE_PURPOSE: &str = "next-page";

/// A fresh pair, shown once.
#[derive(Clone)]
pub struct IssuedKey {
    /// Identity.
    pub id: ApiKeyId,
    /// The half that may be seen by anybody.
    pub public: String,
    /// The half that is shown this once.
    pub private: String,
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// A program that showed a key.
#[derive(Debug, Clone)]
pub struct ApiCaller {
    /// The key.
    pub key: ApiKeyId,
    /// Its public half.
    pub public_key: String,
    /// Whose it is.
    pub account: AccountId,
    /// What kind of party that is.
    pub kind: AccountKind,
    /// The small number people say.
    pub number: i64,
    /// The account as whoever works for it, for the services that people use too.
    pub(crate) viewer: Viewer,
}

impl ApiCaller {
    /// Who made the key: in whose name the history says what a program did.
    pub(crate) const fn user(&self) -> UserId {
        self.viewer.user
    }
}

impl Backend {
    /// The stored name of the mode: a key of the sandbox opens nothing in live mode.
    pub(crate) fn mode_key(&self) -> &'static str {
        if self.mode() == crate::Mode::Sandbox { "sandbox" } else { "live" }
    }

    /// The key pairs of the account the viewer works for, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who neither sells nor runs a marketplace.
    pub async fn api_keys(&self, viewer: &Viewer) -> Result<Vec<ApiKey>> {
        api_keys::of_account(self.db().read(), programs(viewer)?.account, self.mode_key()).await
    }

    /// Makes a pair for the account the viewer works for.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above, [`Error::Refused`] where their role does not include it or there are too many,
    /// [`Error::Unconfirmed`].
    pub async fn issue_api_key(&self, viewer: &Viewer) -> Result<IssuedKey> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        viewer.confirmed()?;
        let tx = self.db().begin().await?;
        let issued = self.new_key(&tx, account, viewer.user).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// Makes a new pair; the old one works for seven days more, so that the shop can change over.
    ///
    /// # Errors
    /// As [`Self::issue_api_key`]; [`Error::NotFound`] for another account's key.
    pub async fn rotate_api_key(&self, viewer: &Viewer, id: ApiKeyId) -> Result<IssuedKey> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let old = own(&tx, account, id, self.mode_key()).await?;
        if !old.works(now) {
            return Err(Error::Refused("This key does not work any more. Make a new one."));
        }
        let end = now + OVERLAP;
        let end = old.expires_at.map_or(end, |sooner| sooner.min(end));
        api_keys::set_end(&tx, id, Some(end), None).await?;
        let issued = self.new_key(&tx, account, viewer.user).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// Ends a pair at once.
    ///
    /// # Errors
    /// As [`Self::rotate_api_key`].
    pub async fn revoke_api_key(&self, viewer: &Viewer, id: ApiKeyId) -> Result<()> {
        let account = programs(viewer)?.may(Capability::Programs)?.account;
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let key = own(&tx, account, id, self.mode_key()).await?;
        api_keys::set_end(&tx, id, key.expires_at, Some(key.revoked_at.unwrap_or(now))).await?;
        Ok(tx.commit().await?)
    }

    /// The oldest working pair of a sandbox's account with both halves, made where it has none: for the demo and for scripts.
    ///
    /// # Errors
    /// [`Error::NotFound`] in live mode, where nobody reads a private key twice.
    pub async fn sandbox_api_key(&self, viewer: &Viewer) -> Result<IssuedKey> {
        if !self.is_sandbox() {
            return Err(Error::NotFound);
        }
        let mut keys = self.api_keys(viewer).await?;
        keys.retain(|key| key.works(self.now()));
        match keys.pop() {
            Some(key) => {
                let private = self.private_key(&key)?;
                Ok(IssuedKey { id: key.id, public: key.public_key, private })
            }
            None => self.issue_api_key(viewer).await,
        }
    }

    async fn new_key(&self, tx: &impl ConnectionTrait, account: AccountId, user: UserId) -> Result<IssuedKey> {
        let now = self.now();
        let standing = api_keys::of_account(tx, account, self.mode_key()).await?;
        if standing.iter().filter(|key| key.works(now)).count() >= KEYS_MAX {
            return Err(Error::Refused("This account has 10 keys already. End one that is not used first."));
        }
        let issued = IssuedKey {
            id: ApiKeyId(Uuid::now_v7()),
            public: alphanumeric::<PUBLIC_CHARS>(),
            private: alphanumeric::<PRIVATE_CHARS>(),
        };
        let key = ApiKey {
            id: issued.id,
            account,
            public_key: issued.public.clone(),
            private_sealed: self.secret().seal(PURPOSE, issued.private.as_bytes())?,
            created_by: user,
            created_at: now,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        };
        api_keys::insert(tx, &key, self.mode_key()).await?;
        Ok(issued)
    }

    /// Who shows this `authtoken`: base64 of the public key, a colon and the private key (atarapay.md section 1.4). `None`
    /// for anything else, compared in constant time.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn api_caller(&self, authtoken: &str) -> Result<Option<ApiCaller>> {
        let decoded = STANDARD.decode(authtoken.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((public, private)) = decoded.as_deref().and_then(|text| text.split_once(':')) else { return Ok(None) };
        let Some(key) = self.working_key(public).await? else { return Ok(None) };
        let known = self.private_key(&key)?;
        if !bool::from(known.as_bytes().ct_eq(private.as_bytes())) {
            return Ok(None);
        }
        self.caller(key).await
    }

    /// Whose public key this is, for the payment page, which is shown no other.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn shop_of_key(&self, public: &str) -> Result<Option<ApiCaller>> {
        match self.working_key(public.trim()).await? {
            Some(key) => self.caller(key).await,
            None => Ok(None),
        }
    }

    async fn working_key(&self, public: &str) -> Result<Option<ApiKey>> {
        let key = api_keys::by_public(self.db().read(), public, self.mode_key()).await?;
        Ok(key.filter(|key| key.works(self.now())))
    }

    async fn caller(&self, key: ApiKey) -> Result<Option<ApiCaller>> {
        let now = self.now();
        let connection = self.db().read();
        let account = accounts::by_id(connection, key.account).await?;
        if key.last_used_at.is_none_or(|used| used + NOTED_EVERY <= now) {
            let tx = self.db().begin().await?;
            api_keys::touch(&tx, key.id, now - NOTED_EVERY, now).await?;
            tx.commit().await?;
        }
        let membership = Membership {
            account: account.id,
            kind: account.kind,
            name: account.name.clone(),
            number: account.number,
            role: MemberRole::Owner,
        };
        let email = match Email::parse(&account.email) {
            Ok(email) => email,
            Err(_) => return Ok(None),
        };
        // Whoever made the key must still be somebody; what a key may do does not follow their role.
        if users::by_id(connection, key.created_by).await?.is_none() {
            return Ok(None);
        }
        let viewer = Viewer {
            user: key.created_by,
            name: account.name,
            email,
            verified: true,
            staff: None,
            acting: Some(account.id),
            confirmed: true,
            memberships: vec![membership],
        };
        Ok(Some(ApiCaller {
            key: key.id,
            public_key: key.public_key,
            account: account.id,
            kind: account.kind,
            number: account.number,
            viewer,
        }))
    }

    /// A secret for the next page of the same session, encrypted meanwhile.
    ///
    /// # Errors
    /// The cipher refused.
    pub fn seal_for_page(&self, secret: &str) -> Result<String> {
        self.secret().seal(PAGE_PURPOSE, secret.as_bytes())
    }

    /// Reads what [`Self::seal_for_page`] made.
    ///
    /// # Errors
    /// It was not made by it.
    pub fn unseal_for_page(&self, sealed: &str) -> Result<String> {
        let bytes = self.secret().unseal(PAGE_PURPOSE, sealed)?;
        String::from_utf8(bytes).map_err(|source| Error::internal("sealed text", source))
    }

    /// The private half of a pair, for the token of a notification.
    pub(crate) fn private_key(&self, key: &ApiKey) -> Result<String> {
        let bytes = self.secret().unseal(PURPOSE, &key.private_sealed)?;
        String::from_utf8(bytes).map_err(|source| Error::internal("private key", source))
    }

    /// The pair that the account's shop knows: of those that work the one it used last, else the oldest.
    pub(crate) async fn shop_key(
        &self,
        connection: &impl ConnectionTrait,
        account: AccountId,
    ) -> Result<Option<ApiKey>> {
        let now = self.now();
        let mut keys = api_keys::of_account(connection, account, self.mode_key()).await?;
        keys.retain(|key| key.works(now));
        keys.reverse();
        let used = keys.iter().filter(|key| key.last_used_at.is_some()).max_by_key(|key| key.last_used_at);
        Ok(used.or_else(|| keys.first()).cloned())
    }
}

/// The account that the viewer's programs act for.
pub(crate) fn programs(viewer: &Viewer) -> Result<&Membership> {
    viewer.working().filter(|_| viewer.verified).ok_or(Error::NotFound)
}

async fn own(tx: &impl ConnectionTrait, account: AccountId, id: ApiKeyId, mode: &str) -> Result<ApiKey> {
    let keys = api_keys::of_account(tx, account, mode).await?;
    keys.into_iter().find(|key| key.id == id).ok_or(Error::NotFound)
}
