//! OAuth2 tokens: given for three grants, refreshed in pairs, and what a shown one opens (instamojo.md section 3).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::oauth_clients::{self, Client};
use crate::repo::oauth_tokens::{self, Token, TokenKind};
use crate::repo::{accounts, merchants, users};
use crate::secret::{alphanumeric, sha256_hex};
use crate::service::password::Password;
use crate::service::sign_in::SignedIn;
use domain::ids::{AccountId, OauthClientId};
use sea_orm::ConnectionTrait;
use time::Duration;
use uuid::Uuid;

/// How long an access token opens calls, in seconds.
pub const EXPIRES_IN: i64 = 36_000;
/// Characters of a token.
const TOKEN_CHARS: usize = 64;
/// How long ended tokens are kept, so that a refresh token that comes a second time is known.
const KEPT: Duration = Duration::days(90);
/// What a program gets that asks for nothing in particular.
const DEFAULT_SCOPE: &str = "read write";

/// One thing that a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Reading payouts.
    PayoutsRead,
    /// Reading payments.
    PaymentsRead,
    /// Dividing payments, and ending their division.
    PaymentsFulfil,
    /// Refunding payments.
    PaymentsRefund,
    /// Reading merchants.
    UsersRead,
    /// Signing merchants up and changing them.
    UsersWrite,
    /// Reading payment requests.
    PaymentRequestsRead,
    /// Making payment requests.
    PaymentRequestsWrite,
    /// Reading gateway orders.
    GatewayOrdersRead,
    /// Making gateway orders.
    GatewayOrdersWrite,
    /// Reading convenience fees, of which there are none here; clients ask for it.
    ConvenienceFeeRead,
    /// Reading refunds.
    RefundsRead,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 12] = [
        Self::PayoutsRead,
        Self::PaymentsRead,
        Self::PaymentsFulfil,
        Self::PaymentsRefund,
        Self::UsersRead,
        Self::UsersWrite,
        Self::PaymentRequestsRead,
        Self::PaymentRequestsWrite,
        Self::GatewayOrdersRead,
        Self::GatewayOrdersWrite,
        Self::ConvenienceFeeRead,
        Self::RefundsRead,
    ];

    /// The contract's name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::PayoutsRead => "payouts:read",
            Self::PaymentsRead => "payments:read",
            Self::PaymentsFulfil => "payments:fulfil",
            Self::PaymentsRefund => "payments:refund",
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
            Self::PaymentRequestsRead => "payment-requests:read",
            Self::PaymentRequestsWrite => "payment-requests:write",
            Self::GatewayOrdersRead => "gateway-orders:read",
            Self::GatewayOrdersWrite => "gateway-orders:write",
            Self::ConvenienceFeeRead => "convenience-fee:read",
            Self::RefundsRead => "refunds:read",
        }
    }
}

/// Words of scopes with one blank between them; `None` where a word is no scope. Nothing is the default.
fn scope_words(asked: Option<&str>) -> Option<String> {
    let words: Vec<&str> = asked.unwrap_or_default().split_whitespace().collect();
    let known = |word: &&str| matches!(*word, "read" | "write") || Scope::ALL.iter().any(|scope| scope.key() == *word);
    match words.as_slice() {
        [] => Some(DEFAULT_SCOPE.to_owned()),
        words if words.iter().all(known) => Some(words.join(" ")),
        _ => None,
    }
}

/// Whether words of scopes open something: `read` opens everything that is read, and `write` everything.
fn opens(words: &str, scope: Scope) -> bool {
    words.split(' ').any(|word| match word {
        "write" => true,
        "read" => scope.key().ends_with(":read"),
        word => word == scope.key(),
    })
}

/// What a program sends to get tokens. Fields of other grants are ignored.
#[derive(Debug, Clone, Default)]
pub struct GrantRequest {
    /// `client_credentials`, `password` or `refresh_token`.
    pub grant_type: Option<String>,
    /// The program's name.
    pub client_id: Option<String>,
    /// The program's secret.
    pub client_secret: Option<String>,
    /// The merchant's username or address.
    pub username: Option<String>,
    /// The merchant's password.
    pub password: Option<Password>,
    /// The token to exchange.
    pub refresh_token: Option<String>,
    /// The scopes asked for, with blanks between them.
    pub scope: Option<String>,
}

/// Fresh tokens.
#[derive(Clone)]
pub struct Granted {
    /// Opens calls for [`EXPIRES_IN`] seconds.
    pub access_token: String,
    /// Is exchanged for a new pair; a program itself gets none.
    pub refresh_token: Option<String>,
    /// The scopes, with blanks between them.
    pub scope: String,
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Granted").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why no token was given (RFC 6749 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// A parameter is missing.
    InvalidRequest,
    /// No program has this name and secret.
    InvalidClient,
    /// The grant does not hold, with a sentence that says why.
    InvalidGrant(&'static str),
    /// There is no such grant.
    UnsupportedGrantType,
    /// There is no such scope.
    InvalidScope,
}

impl TokenError {
    /// The name of the RFC.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }
}

/// The answer to whoever asks for a token.
type Grant = std::result::Result<Granted, TokenError>;

/// Who shows a token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The program.
    pub client: OauthClientId,
    /// The marketplace whose program it is.
    pub marketplace: AccountId,
    /// The merchant the program acts for; `None` where it acts for the marketplace.
    pub user: Option<AccountId>,
    scope: String,
}

impl Bearer {
    /// Whether the token opens something.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        opens(&self.scope, scope)
    }

    /// Whether the program acts for its marketplace.
    #[must_use]
    pub const fn is_application(&self) -> bool {
        self.user.is_none()
    }

    /// The account acted for: the merchant, or the marketplace.
    #[must_use]
    pub fn owner(&self) -> AccountId {
        self.user.unwrap_or(self.marketplace)
    }
}

const WRONG_PASSWORD: TokenError = TokenError::InvalidGrant("Invalid credentials given.");
const SECOND_FACTOR: TokenError =
    TokenError::InvalidGrant("This user signs in with a second factor, which a program cannot give.");
const WRONG_REFRESH: TokenError = TokenError::InvalidGrant("The refresh token is not valid, or was used before.");

impl Backend {
    /// Gives tokens for a grant, or says in the words of the RFC why not.
    ///
    /// # Errors
    /// [`Error::Throttled`] during the pause after wrong passwords, which sign-in has too.
    pub async fn grant_token(&self, request: GrantRequest) -> Result<Grant> {
        let Some(grant_type) = request.grant_type.as_deref() else { return Ok(Err(TokenError::InvalidRequest)) };
        if !matches!(grant_type, "client_credentials" | "password" | "refresh_token") {
            return Ok(Err(TokenError::UnsupportedGrantType));
        }
        let (Some(client_id), Some(secret)) = (&request.client_id, &request.client_secret) else {
            return Ok(Err(TokenError::InvalidRequest));
        };
        let Some(client) = self.known_client(client_id, secret).await? else {
            return Ok(Err(TokenError::InvalidClient));
        };
        if grant_type == "refresh_token" {
            return match &request.refresh_token {
                Some(token) => self.refresh(&client, token).await,
                None => Ok(Err(TokenError::InvalidRequest)),
            };
        }
        let Some(scope) = scope_words(request.scope.as_deref()) else { return Ok(Err(TokenError::InvalidScope)) };
        if grant_type == "client_credentials" {
            return self.grant_application(&client, scope).await.map(Ok);
        }
        match (&request.username, &request.password) {
            (Some(username), Some(password)) => self.grant_user(&client, username, password, scope).await,
            _ => Ok(Err(TokenError::InvalidRequest)),
        }
    }

    async fn grant_application(&self, client: &Client, scope: String) -> Result<Granted> {
        let tx = self.db().begin().await?;
        let access_token = self.new_token(&tx, client, None, (TokenKind::Access, Uuid::now_v7()), &scope).await?;
        tx.commit().await?;
        Ok(Granted { access_token, refresh_token: None, scope })
    }

    async fn grant_user(&self, client: &Client, username: &str, password: &Password, scope: String) -> Result<Grant> {
        let address = self.address_of(username).await?;
        let user = match self.sign_in(address.as_deref().unwrap_or(username), password).await {
            Ok(SignedIn::Fully(user)) => user,
            Ok(SignedIn::NeedsCode(_)) => return Ok(Err(SECOND_FACTOR)),
            Err(Error::Invalid(_)) => return Ok(Err(WRONG_PASSWORD)),
            Err(other) => return Err(other),
        };
        let tx = self.db().begin().await?;
        // Somebody else's merchant has the right password too, and nothing to do with this marketplace.
        let merchant = merchants::of_user(&tx, user, client.account).await?;
        let Some(account) = merchant.map(|merchant| merchant.account) else { return Ok(Err(WRONG_PASSWORD)) };
        // Who left the team of the account since does not act for it any more.
        if !accounts::members(&tx, account).await?.contains(&user) {
            return Ok(Err(WRONG_PASSWORD));
        }
        let granted = self.new_pair(&tx, client, account, Uuid::now_v7(), scope).await?;
        tx.commit().await?;
        Ok(Ok(granted))
    }

    /// The address of the person behind a username; `None` for what is an address already, and for nobody's.
    async fn address_of(&self, username: &str) -> Result<Option<String>> {
        if username.contains('@') {
            return Ok(None);
        }
        let connection = self.db().read();
        let merchant = merchants::by_username(connection, &username.trim().to_lowercase()).await?;
        let Some(user) = merchant.and_then(|merchant| merchant.user) else { return Ok(None) };
        Ok(users::by_id(connection, user).await?.map(|user| user.email.to_string()))
    }

    /// Exchanges a refresh token for a new pair. One that was exchanged before is in two hands, so nothing of its family works
    /// any more.
    async fn refresh(&self, client: &Client, shown: &str) -> Result<Grant> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let token = oauth_tokens::lock(&tx, &sha256_hex(shown.as_bytes()), TokenKind::Refresh).await?;
        let Some(token) = token.filter(|token| token.client == client.id) else { return Ok(Err(WRONG_REFRESH)) };
        if token.used_at.is_some() {
            oauth_tokens::revoke_family(&tx, token.family, now).await?;
            tx.commit().await?;
            tracing::warn!(client = %client.id, "a refresh token came a second time; its family was ended");
            return Ok(Err(WRONG_REFRESH));
        }
        let Some(account) = token.user.filter(|_| token.revoked_at.is_none()) else { return Ok(Err(WRONG_REFRESH)) };
        oauth_tokens::set_used(&tx, token.id, now).await?;
        oauth_tokens::revoke_access(&tx, token.family, now).await?;
        let granted = self.new_pair(&tx, client, account, token.family, token.scope).await?;
        tx.commit().await?;
        Ok(Ok(granted))
    }

    async fn new_pair(
        &self,
        tx: &impl ConnectionTrait,
        client: &Client,
        account: AccountId,
        family: Uuid,
        scope: String,
    ) -> Result<Granted> {
        let user = Some(account);
        let access_token = self.new_token(tx, client, user, (TokenKind::Access, family), &scope).await?;
        let refresh_token = self.new_token(tx, client, user, (TokenKind::Refresh, family), &scope).await?;
        Ok(Granted { access_token, refresh_token: Some(refresh_token), scope })
    }

    async fn new_token(
        &self,
        tx: &impl ConnectionTrait,
        client: &Client,
        user: Option<AccountId>,
        (kind, family): (TokenKind, Uuid),
        scope: &str,
    ) -> Result<String> {
        let shown = alphanumeric::<TOKEN_CHARS>();
        let now = self.now();
        let token = Token {
            id: Uuid::now_v7(),
            client: client.id,
            user,
            family,
            kind,
            scope: scope.to_owned(),
            created_at: now,
            expires_at: (kind == TokenKind::Access).then(|| now + Duration::seconds(EXPIRES_IN)),
            used_at: None,
            revoked_at: None,
        };
        oauth_tokens::insert(tx, &token, sha256_hex(shown.as_bytes())).await?;
        Ok(shown)
    }

    /// Who shows this access token; `None` where it is not known, over its time or ended.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn bearer(&self, token: &str) -> Result<Option<Bearer>> {
        let connection = self.db().read();
        let now = self.now();
        let hash = sha256_hex(token.as_bytes());
        let token = oauth_tokens::by_hash(connection, &hash, TokenKind::Access).await?;
        let works = |token: &Token| token.revoked_at.is_none() && token.expires_at.is_some_and(|end| now < end);
        let Some(token) = token.filter(works) else { return Ok(None) };
        let client = oauth_clients::by_id(connection, token.client, self.mode_key()).await?;
        let Some(client) = client.filter(|client| client.revoked_at.is_none()) else { return Ok(None) };
        Ok(Some(Bearer { client: client.id, marketplace: client.account, user: token.user, scope: token.scope }))
    }

    /// Deletes tokens that ended long ago.
    pub(crate) async fn forget_oauth_tokens(&self) -> Result<()> {
        let tx = self.db().begin().await?;
        oauth_tokens::forget(&tx, self.now() - KEPT).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_known_words() {
        assert_eq!(scope_words(None).as_deref(), Some("read write"));
        assert_eq!(scope_words(Some("  ")).as_deref(), Some("read write"));
        assert_eq!(scope_words(Some(" refunds:read\tread ")).as_deref(), Some("refunds:read read"));
        assert_eq!(scope_words(Some("refunds:write")), None);
        assert_eq!(scope_words(Some("read Write")), None);
    }

    #[test]
    fn a_scope_opens_itself_and_the_two_plain_words_open_groups() {
        for scope in Scope::ALL {
            assert!(opens("write", scope) && opens("read write", scope) && opens(scope.key(), scope));
            assert_eq!(opens("read", scope), scope.key().ends_with(":read"), "{scope:?}");
        }
        assert!(opens("payments:read payments:fulfil", Scope::PaymentsFulfil));
        assert!(!opens("payments:read payments:refund", Scope::PaymentsFulfil));
        assert!(!opens("", Scope::PaymentsRead));
    }
}
