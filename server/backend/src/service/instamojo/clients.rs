//! The programs of marketplaces: issued by the administrator, as the contract's support ticket is (instamojo.md section 3).

use super::users::insert_with_free_name;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::merchants::{self, MerchantRow};
use crate::repo::oauth_clients::{self, Client};
use crate::repo::{accounts, oauth_tokens, staff_events, users};
use crate::secret::{alphanumeric, sha256_hex};
use crate::service::names::Names;
use crate::service::typed::keep;
use crate::service::viewer::Viewer;
use domain::ids::{AccountId, OauthClientId, UserId};
use domain::limits::NAME_CHARS_MAX;
use domain::permission::{AccountKind, MemberRole};
use domain::text::{self, Email};
use sea_orm::ConnectionTrait;
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use uuid::Uuid;

/// Characters of a client id.
const ID_CHARS: usize = 40;
/// Characters of a client secret.
const SECRET_CHARS: usize = 80;
/// Characters of a referrer.
const REFERRER_CHARS: usize = 16;
/// Characters of a private salt.
const SALT_CHARS: usize = 32;
/// What a sealed salt belongs to.
const SALT_PURPOSE: &str = "oauth-salt";

/// A fresh program of a marketplace. The secret and the salt are shown this once.
#[derive(Clone)]
pub struct IssuedClient {
    /// Identity.
    pub id: OauthClientId,
    /// The name it shows.
    pub client_id: String,
    /// The secret it shows.
    pub client_secret: String,
    /// What it names when it signs merchants up.
    pub referrer: String,
    /// The private salt: the key of the MAC of its notifications (instamojo.md section 7).
    pub salt: String,
}

impl std::fmt::Debug for IssuedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedClient").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A program of a marketplace, for the administrator.
#[derive(Debug, Clone)]
pub struct OauthClient {
    /// Identity.
    pub id: OauthClientId,
    /// The marketplace whose it is.
    pub account: AccountId,
    /// The marketplace's name.
    pub account_name: String,
    /// What people call the program.
    pub name: String,
    /// The name it shows.
    pub client_id: String,
    /// What it names when it signs merchants up.
    pub referrer: String,
    /// When it was issued.
    pub created_at: OffsetDateTime,
    /// When it was ended.
    pub revoked_at: Option<OffsetDateTime>,
}

impl Backend {
    /// Every program that was issued, the newest first; ended ones too.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator.
    pub async fn oauth_clients(&self, admin: &Viewer) -> Result<Vec<OauthClient>> {
        self.administrator(admin)?;
        let connection = self.db().read();
        let mut names = Names::default();
        let mut listed = Vec::new();
        for client in oauth_clients::all(connection, self.mode_key()).await? {
            listed.push(OauthClient {
                id: client.id,
                account: client.account,
                account_name: names.account(connection, client.account).await?,
                name: client.name,
                client_id: client.client_id,
                referrer: client.referrer,
                created_at: client.created_at,
                revoked_at: client.revoked_at,
            });
        }
        Ok(listed)
    }

    /// Issues a program to the marketplace whose owner signs in with this address.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] at `email` or `name`; [`Error::Unconfirmed`].
    pub async fn issue_oauth_client(
        &self,
        admin: &Viewer,
        marketplace_email: &str,
        name: &str,
    ) -> Result<IssuedClient> {
        self.administrator(admin)?;
        admin.confirmed()?;
        let mut wrong = Vec::new();
        let email = keep(&mut wrong, "email", Email::parse(marketplace_email).map_err(str::to_owned));
        let name = keep(&mut wrong, "name", program_name(name));
        let (Some(email), Some(name)) = (email, name) else { return Err(Error::Invalid(wrong)) };
        let tx = self.db().begin().await?;
        let Some((account, owner)) = marketplace_of(&tx, &email).await? else {
            let message = "No marketplace operator signs in with this address. Ask for the address of its owner.";
            return Err(Error::field("email", message));
        };
        let issued = self.new_client(&tx, account, owner, admin.user, name).await?;
        let event = self.staff_event(admin, "issue_oauth_client", account.to_string(), issued.client_id.clone());
        staff_events::record(&tx, event).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// Ends a program and every token of it at once. A second time changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator, and for no program; [`Error::Unconfirmed`].
    pub async fn revoke_oauth_client(&self, admin: &Viewer, id: OauthClientId) -> Result<()> {
        self.administrator(admin)?;
        admin.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let client = oauth_clients::by_id(&tx, id, self.mode_key()).await?.ok_or(Error::NotFound)?;
        if client.revoked_at.is_some() {
            return Ok(());
        }
        oauth_clients::revoke(&tx, id, now).await?;
        oauth_tokens::revoke_of_client(&tx, id, now).await?;
        let event = self.staff_event(admin, "revoke_oauth_client", client.account.to_string(), client.client_id);
        staff_events::record(&tx, event).await?;
        Ok(tx.commit().await?)
    }

    /// Issues a program to the marketplace the viewer works for, without the administrator: for the demo of a sandbox.
    ///
    /// # Errors
    /// [`Error::NotFound`] in live mode and for who runs no marketplace; [`Error::Invalid`] at `name`.
    pub async fn sandbox_oauth_client(&self, marketplace: &Viewer, name: &str) -> Result<IssuedClient> {
        let operating = marketplace.operating().filter(|_| self.is_sandbox() && marketplace.verified);
        let account = operating.ok_or(Error::NotFound)?.account;
        let name = program_name(name).map_err(|message| Error::field("name", message))?;
        let tx = self.db().begin().await?;
        let issued = self.new_client(&tx, account, marketplace.user, marketplace.user, name).await?;
        tx.commit().await?;
        Ok(issued)
    }

    async fn new_client(
        &self,
        tx: &impl ConnectionTrait,
        account: AccountId,
        owner: UserId,
        by: UserId,
        name: String,
    ) -> Result<IssuedClient> {
        let now = self.now();
        let issued = IssuedClient {
            id: OauthClientId(Uuid::now_v7()),
            client_id: alphanumeric::<ID_CHARS>(),
            client_secret: alphanumeric::<SECRET_CHARS>(),
            referrer: alphanumeric::<REFERRER_CHARS>(),
            salt: alphanumeric::<SALT_CHARS>(),
        };
        let client = Client {
            id: issued.id,
            account,
            name,
            client_id: issued.client_id.clone(),
            secret_hash: sha256_hex(issued.client_secret.as_bytes()),
            referrer: issued.referrer.clone(),
            salt_sealed: self.secret().seal(SALT_PURPOSE, issued.salt.as_bytes())?,
            created_by: by,
            created_at: now,
            revoked_at: None,
        };
        oauth_clients::insert(tx, &client, self.mode_key()).await?;
        marketplace_as_merchant(tx, account, owner, now).await?;
        Ok(issued)
    }

    /// The program that shows this name and secret, unless it was ended. The secret is compared in constant time.
    pub(super) async fn known_client(&self, client_id: &str, secret: &str) -> Result<Option<Client>> {
        let client = oauth_clients::by_client_id(self.db().read(), client_id, self.mode_key()).await?;
        let shown = sha256_hex(secret.as_bytes());
        Ok(client.filter(|client| {
            client.revoked_at.is_none() && bool::from(client.secret_hash.as_bytes().ct_eq(shown.as_bytes()))
        }))
    }

    /// Whether a program shows its own secret.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn knows_oauth_client(&self, client_id: &str, secret: &str) -> Result<bool> {
        Ok(self.known_client(client_id, secret).await?.is_some())
    }

    /// The private salt of a program, with which its notifications are signed; of an ended one too, as what it made is still
    /// told.
    ///
    /// # Errors
    /// [`Error::NotFound`] for no program; an internal error where the salt cannot be opened.
    pub(crate) async fn private_salt(&self, c: &impl ConnectionTrait, client: OauthClientId) -> Result<String> {
        let client = oauth_clients::by_id(c, client, self.mode_key()).await?.ok_or(Error::NotFound)?;
        let bytes = self.secret().unseal(SALT_PURPOSE, &client.salt_sealed)?;
        String::from_utf8(bytes).map_err(|source| Error::internal("private salt", source))
    }
}

/// What people call a program, in one line.
fn program_name(typed: &str) -> std::result::Result<String, String> {
    text::line(typed, "a name for the program", NAME_CHARS_MAX)
}

/// The marketplace that the person with a proved address owns, and that person.
async fn marketplace_of(tx: &impl ConnectionTrait, email: &Email) -> Result<Option<(AccountId, UserId)>> {
    let Some(user) = users::by_email(tx, email).await?.filter(|user| user.verified) else { return Ok(None) };
    let theirs = accounts::memberships(tx, user.id).await?;
    let owned = theirs
        .into_iter()
        .find(|(account, role)| account.kind == AccountKind::MarketplaceOperator && *role == MemberRole::Owner);
    Ok(owned.map(|(account, _)| (account.id, user.id)))
}

/// Lets the marketplace stand beside its merchants: its own payment links carry its username too.
async fn marketplace_as_merchant(
    tx: &impl ConnectionTrait,
    id: AccountId,
    owner: UserId,
    now: OffsetDateTime,
) -> Result<()> {
    if merchants::by_account(tx, id).await?.is_some() {
        return Ok(());
    }
    let account = accounts::by_id(tx, id).await?;
    let row = MerchantRow {
        account: id,
        marketplace: id,
        user: Some(owner),
        username: String::new(),
        phone: account.phone.unwrap_or_default(),
        first_name: String::new(),
        last_name: String::new(),
        location: String::new(),
        ifsc: None,
        bank_changed_at: None,
        created_at: now,
    };
    insert_with_free_name(tx, row, &account.email).await.map(|_| ())
}
