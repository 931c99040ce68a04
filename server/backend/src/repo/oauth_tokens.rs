//! Tokens of the payment API, by their hashes, so that a copy of the database opens nothing.

use super::convert::{from_ms, from_ms_opt, key, to_ms};
use crate::entity::{merchant, oauth_token as entity};
use crate::error::Result;
use domain::ids::{AccountId, OauthClientId, UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// What a token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// It opens calls.
    Access,
    /// It is exchanged for a new pair, once.
    Refresh,
}

impl TokenKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        [Self::Access, Self::Refresh].into_iter().find(|kind| kind.key() == key)
    }
}

/// A token as stored.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// Identity.
    pub(crate) id: Uuid,
    /// Whose program got it.
    pub(crate) client: OauthClientId,
    /// The merchant it acts for; `None` for the program itself.
    pub(crate) user: Option<AccountId>,
    /// All tokens that came of one grant by refreshing.
    pub(crate) family: Uuid,
    /// What it does.
    pub(crate) kind: TokenKind,
    /// What it opens, as words with blanks between.
    pub(crate) scope: String,
    /// When it was given.
    pub(crate) created_at: OffsetDateTime,
    /// When it ends by itself.
    pub(crate) expires_at: Option<OffsetDateTime>,
    /// When it was exchanged.
    pub(crate) used_at: Option<OffsetDateTime>,
    /// When it was ended.
    pub(crate) revoked_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Token> {
    Ok(Token {
        id: row.id,
        client: OauthClientId(row.client_id),
        user: row.user_account_id.map(AccountId),
        family: row.family,
        kind: key(TokenKind::from_key(&row.kind), "oauth_tokens.kind")?,
        scope: row.scope,
        created_at: from_ms(row.created_at)?,
        expires_at: from_ms_opt(row.expires_at)?,
        used_at: from_ms_opt(row.used_at)?,
        revoked_at: from_ms_opt(row.revoked_at)?,
    })
}

/// Inserts a token under its hash.
pub(crate) async fn insert(tx: &impl ConnectionTrait, token: &Token, hash: String) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(token.id),
        client_id: Set(token.client.0),
        user_account_id: Set(token.user.map(|account| account.0)),
        family: Set(token.family),
        kind: Set(token.kind.key().to_owned()),
        hash: Set(hash),
        scope: Set(token.scope.clone()),
        created_at: Set(to_ms(token.created_at)),
        expires_at: Set(token.expires_at.map(to_ms)),
        used_at: Set(token.used_at.map(to_ms)),
        revoked_at: Set(token.revoked_at.map(to_ms)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The token with this hash.
pub(crate) async fn by_hash(connection: &impl ConnectionTrait, hash: &str, kind: TokenKind) -> Result<Option<Token>> {
    let query =
        entity::Entity::find().filter(entity::Column::Hash.eq(hash)).filter(entity::Column::Kind.eq(kind.key()));
    query.one(connection).await?.map(from_row).transpose()
}

/// The token with this hash, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, hash: &str, kind: TokenKind) -> Result<Option<Token>> {
    let query =
        entity::Entity::find().filter(entity::Column::Hash.eq(hash)).filter(entity::Column::Kind.eq(kind.key()));
    query.lock_exclusive().one(tx).await?.map(from_row).transpose()
}

/// Writes that a refresh token was exchanged.
pub(crate) async fn set_used(tx: &impl ConnectionTrait, id: Uuid, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel { used_at: Set(Some(to_ms(now))), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Ends the access tokens of a family.
pub(crate) async fn revoke_access(tx: &impl ConnectionTrait, family: Uuid, now: OffsetDateTime) -> Result<()> {
    let which =
        Condition::all().add(entity::Column::Family.eq(family)).add(entity::Column::Kind.eq(TokenKind::Access.key()));
    revoke(tx, which, now).await
}

/// Ends every token of a family.
pub(crate) async fn revoke_family(tx: &impl ConnectionTrait, family: Uuid, now: OffsetDateTime) -> Result<()> {
    revoke(tx, Condition::all().add(entity::Column::Family.eq(family)), now).await
}

/// Ends every token of a program.
pub(crate) async fn revoke_of_client(
    tx: &impl ConnectionTrait,
    client: OauthClientId,
    now: OffsetDateTime,
) -> Result<()> {
    revoke(tx, Condition::all().add(entity::Column::ClientId.eq(client.0)), now).await
}

/// Ends every token of the merchants that a person signs in for.
pub(crate) async fn revoke_of_user(tx: &impl ConnectionTrait, user: UserId, now: OffsetDateTime) -> Result<()> {
    let accounts = merchant::Entity::find()
        .select_only()
        .column(merchant::Column::AccountId)
        .filter(merchant::Column::UserId.eq(user.0))
        .into_query();
    revoke(tx, Condition::all().add(entity::Column::UserAccountId.in_subquery(accounts)), now).await
}

async fn revoke(tx: &impl ConnectionTrait, which: Condition, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel { revoked_at: Set(Some(to_ms(now))), ..Default::default() };
    let standing = which.add(entity::Column::RevokedAt.is_null());
    entity::Entity::update_many().set(row).filter(standing).exec(tx).await?;
    Ok(())
}

/// Deletes what ended before `before`: by its time, by being exchanged, or by being ended.
pub(crate) async fn forget(tx: &impl ConnectionTrait, before: OffsetDateTime) -> Result<u64> {
    let before = to_ms(before);
    let ended = Condition::any()
        .add(entity::Column::ExpiresAt.lt(before))
        .add(entity::Column::UsedAt.lt(before))
        .add(entity::Column::RevokedAt.lt(before));
    Ok(entity::Entity::delete_many().filter(ended).exec(tx).await?.rows_affected)
}
