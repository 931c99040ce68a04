//! Who is in the team of an account, who is invited, and how that came about.

use super::convert::{from_ms, key, to_ms};
use crate::entity::{member, member_event, member_invitation as invitation};
use crate::error::Result;
use domain::ids::{AccountId, InvitationId, UserId};
use domain::permission::MemberRole;
use domain::text::Email;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Identity.
    pub id: InvitationId,
    /// To which account's team.
    pub account: AccountId,
    /// Whom: only a user with this proved address can accept.
    pub email: String,
    /// As what.
    pub role: MemberRole,
    /// Who asked.
    pub by: UserId,
    /// When.
    pub created_at: OffsetDateTime,
    /// Until when it can be accepted.
    pub expires_at: OffsetDateTime,
}

/// What happened to a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamAction {
    /// Somebody was invited.
    Invited,
    /// An invitation was taken back.
    TookBack,
    /// An invitation was declined.
    Declined,
    /// Somebody joined.
    Joined,
    /// A role was changed.
    ChangedRole,
    /// Somebody was removed.
    Removed,
    /// Somebody left.
    Left,
}

impl TeamAction {
    const ALL: [Self; 7] =
        [Self::Invited, Self::TookBack, Self::Declined, Self::Joined, Self::ChangedRole, Self::Removed, Self::Left];

    const fn key(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::TookBack => "took_back",
            Self::Declined => "declined",
            Self::Joined => "joined",
            Self::ChangedRole => "changed_role",
            Self::Removed => "removed",
            Self::Left => "left",
        }
    }
}

/// One change of a team, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamEvent {
    /// When.
    pub at: OffsetDateTime,
    /// Who did it.
    pub by: UserId,
    /// What.
    pub action: TeamAction,
    /// To whom: a name or an address.
    pub subject: String,
    /// With which role.
    pub role: Option<MemberRole>,
}

fn from_row(row: invitation::Model) -> Result<Invitation> {
    Ok(Invitation {
        id: InvitationId(row.id),
        account: AccountId(row.account_id),
        email: row.email,
        role: key(MemberRole::from_key(&row.role), "member_invitations.role")?,
        by: UserId(row.invited_by_user_id),
        created_at: from_ms(row.created_at)?,
        expires_at: from_ms(row.expires_at)?,
    })
}

fn open(now: OffsetDateTime) -> Select<invitation::Entity> {
    invitation::Entity::find()
        .filter(invitation::Column::ClosedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(to_ms(now)))
        .order_by_asc(invitation::Column::CreatedAt)
}

/// The members of an account in the order in which they joined.
pub(crate) async fn members(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<(UserId, MemberRole, OffsetDateTime)>> {
    let rows = member::Entity::find()
        .filter(member::Column::AccountId.eq(account.0))
        .order_by_asc(member::Column::CreatedAt)
        .order_by_asc(member::Column::UserId)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let role = key(MemberRole::from_key(&row.role), "members.role")?;
            Ok((UserId(row.user_id), role, from_ms(row.created_at)?))
        })
        .collect()
}

/// The same, locked until the transaction ends, so that two changes at once cannot leave an account without an owner.
pub(crate) async fn lock_members(tx: &impl ConnectionTrait, account: AccountId) -> Result<Vec<(UserId, MemberRole)>> {
    let rows = member::Entity::find()
        .filter(member::Column::AccountId.eq(account.0))
        .order_by_asc(member::Column::UserId)
        .lock_exclusive()
        .all(tx)
        .await?;
    rows.into_iter()
        .map(|row| Ok((UserId(row.user_id), key(MemberRole::from_key(&row.role), "members.role")?)))
        .collect()
}

/// Changes a member's role.
pub(crate) async fn set_role(
    tx: &impl ConnectionTrait,
    account: AccountId,
    user: UserId,
    role: MemberRole,
) -> Result<()> {
    member::Entity::update_many()
        .col_expr(member::Column::Role, Expr::value(role.key()))
        .filter(member::Column::AccountId.eq(account.0))
        .filter(member::Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a member out.
pub(crate) async fn remove(tx: &impl ConnectionTrait, account: AccountId, user: UserId) -> Result<()> {
    member::Entity::delete_by_id((account.0, user.0)).exec(tx).await?;
    Ok(())
}

/// Inserts an invitation; `false` where one to this address is open. One that is over its time gives way.
pub(crate) async fn invite(tx: &impl ConnectionTrait, new: &Invitation, now: OffsetDateTime) -> Result<bool> {
    invitation::Entity::update_many()
        .col_expr(invitation::Column::ClosedAt, Expr::value(to_ms(now)))
        .filter(invitation::Column::AccountId.eq(new.account.0))
        .filter(invitation::Column::Email.eq(&new.email))
        .filter(invitation::Column::ClosedAt.is_null())
        .filter(invitation::Column::ExpiresAt.lte(to_ms(now)))
        .exec(tx)
        .await?;
    let row = invitation::ActiveModel {
        id: Set(new.id.0),
        account_id: Set(new.account.0),
        email: Set(new.email.clone()),
        role: Set(new.role.key().to_owned()),
        invited_by_user_id: Set(new.by.0),
        created_at: Set(to_ms(new.created_at)),
        expires_at: Set(to_ms(new.expires_at)),
        closed_at: Set(None),
    };
    let inserted = invitation::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// The open invitations to an account's team.
pub(crate) async fn invitations(
    connection: &impl ConnectionTrait,
    account: AccountId,
    now: OffsetDateTime,
) -> Result<Vec<Invitation>> {
    let rows = open(now).filter(invitation::Column::AccountId.eq(account.0)).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// The open invitations to an address.
pub(crate) async fn invitations_of(
    connection: &impl ConnectionTrait,
    email: &Email,
    now: OffsetDateTime,
) -> Result<Vec<Invitation>> {
    let rows = open(now).filter(invitation::Column::Email.eq(email.as_str())).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// An open invitation, locked until the transaction ends.
pub(crate) async fn lock_invitation(
    tx: &impl ConnectionTrait,
    id: InvitationId,
    now: OffsetDateTime,
) -> Result<Option<Invitation>> {
    open(now).filter(invitation::Column::Id.eq(id.0)).lock_exclusive().one(tx).await?.map(from_row).transpose()
}

/// How many people were invited to an account's team after `since`, whatever became of it.
pub(crate) async fn invited_since(
    connection: &impl ConnectionTrait,
    account: AccountId,
    since: OffsetDateTime,
) -> Result<u64> {
    let query = invitation::Entity::find()
        .filter(invitation::Column::AccountId.eq(account.0))
        .filter(invitation::Column::CreatedAt.gt(to_ms(since)));
    Ok(query.count(connection).await?)
}

/// Closes an invitation.
pub(crate) async fn close(tx: &impl ConnectionTrait, id: InvitationId, now: OffsetDateTime) -> Result<()> {
    invitation::Entity::update_many()
        .col_expr(invitation::Column::ClosedAt, Expr::value(to_ms(now)))
        .filter(invitation::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Records a change. Rows are never changed or deleted.
pub(crate) async fn record(tx: &impl ConnectionTrait, account: AccountId, event: TeamEvent) -> Result<()> {
    let row = member_event::ActiveModel {
        id: Set(Uuid::now_v7()),
        account_id: Set(account.0),
        at: Set(to_ms(event.at)),
        user_id: Set(event.by.0),
        action: Set(event.action.key().to_owned()),
        subject: Set(event.subject),
        role: Set(event.role.map(|role| role.key().to_owned())),
    };
    member_event::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The newest changes of a team.
pub(crate) async fn history(
    connection: &impl ConnectionTrait,
    account: AccountId,
    limit: u64,
) -> Result<Vec<TeamEvent>> {
    let rows = member_event::Entity::find()
        .filter(member_event::Column::AccountId.eq(account.0))
        .order_by_desc(member_event::Column::At)
        .order_by_desc(member_event::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let action = TeamAction::ALL.into_iter().find(|action| action.key() == row.action);
            Ok(TeamEvent {
                at: from_ms(row.at)?,
                by: UserId(row.user_id),
                action: key(action, "member_events.action")?,
                subject: row.subject,
                role: row.role.as_deref().and_then(MemberRole::from_key),
            })
        })
        .collect()
}
