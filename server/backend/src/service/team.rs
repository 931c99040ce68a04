//! The team of an account: who works for it, in which role, and who decided so.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::team::{self, Invitation, TeamAction, TeamEvent};
use crate::repo::{accounts, users};
use crate::service::outbox;
use crate::service::viewer::{Membership, Viewer};
use domain::ids::{AccountId, InvitationId, UserId};
use domain::permission::{Capability, MemberRole};
use domain::text::{Email, FieldError};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use crate::repo::team::{Invitation as TeamInvitation, TeamAction as Action};

/// How long an invitation can be accepted.
const INVITATION_LIFE: Duration = Duration::days(7);
/// Most invitations of one account in 24 hours: each is a mail to somebody who did not ask for it.
const INVITATIONS_A_DAY: u64 = 20;
/// Changes shown on the page.
const HISTORY: u64 = 50;

/// The team of the account the viewer works for.
#[derive(Debug, Clone)]
pub struct Team {
    /// The account's name.
    pub account: String,
    /// The members in the order in which they joined.
    pub members: Vec<Member>,
    /// Who is invited.
    pub invitations: Vec<Invitation>,
    /// What changed, newest first.
    pub history: Vec<Change>,
    /// Whether the viewer may change it.
    pub may_change: bool,
}

/// A member as the others see them.
#[derive(Debug, Clone)]
pub struct Member {
    /// Identity.
    pub user: UserId,
    /// What to call them.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: MemberRole,
    /// Since when they are a member.
    pub since: OffsetDateTime,
    /// Whether it is the viewer.
    pub you: bool,
}

/// One change of a team.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: OffsetDateTime,
    /// Who did it.
    pub by: String,
    /// What.
    pub action: TeamAction,
    /// To whom.
    pub subject: String,
    /// With which role.
    pub role: Option<MemberRole>,
}

/// An invitation as the invited sees it.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Identity.
    pub id: InvitationId,
    /// To whose team.
    pub account: String,
    /// As what.
    pub role: MemberRole,
    /// Who asked.
    pub by: String,
    /// Until when it can be accepted.
    pub expires_at: OffsetDateTime,
}

impl Backend {
    /// The team of the account the viewer works for.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who works for none.
    pub async fn team(&self, viewer: &Viewer) -> Result<Team> {
        let own = working(viewer)?;
        let connection = self.db().read();
        let mut people = People::default();
        let mut members = Vec::new();
        for (user, role, since) in team::members(connection, own.account).await? {
            let (name, email) = people.of(connection, user).await?;
            members.push(Member { user, name, email, role, since, you: user == viewer.user });
        }
        let mut history = Vec::new();
        for event in team::history(connection, own.account, HISTORY).await? {
            let (by, _) = people.of(connection, event.by).await?;
            history.push(Change { at: event.at, by, action: event.action, subject: event.subject, role: event.role });
        }
        Ok(Team {
            account: own.name.clone(),
            members,
            invitations: team::invitations(connection, own.account, self.now()).await?,
            history,
            may_change: own.role.may(Capability::Members),
        })
    }

    /// Invites somebody by their address; they need not have signed up yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `email` or `role`; [`Error::Refused`] for who is no owner; [`Error::Unconfirmed`].
    pub async fn invite_member(&self, viewer: &Viewer, email: &str, role: &str) -> Result<()> {
        let own = working(viewer)?.may(Capability::Members)?;
        viewer.confirmed()?;
        let mut wrong = Vec::new();
        let email = Email::parse(email).map_err(|message| wrong.push(FieldError::new("email", message)));
        let role =
            MemberRole::from_key(role).ok_or_else(|| wrong.push(FieldError::new("role", "Choose one of the roles.")));
        let (Ok(email), Ok(role)) = (email, role) else { return Err(Error::Invalid(wrong)) };
        let now = self.now();
        let tx = self.db().begin().await?;
        if let Some(user) = users::by_email(&tx, &email).await?
            && accounts::members(&tx, own.account).await?.contains(&user.id)
        {
            return Err(Error::field("email", "This person is in the team already."));
        }
        if team::invited_since(&tx, own.account, now - Duration::DAY).await? >= INVITATIONS_A_DAY {
            return Err(Error::Refused("Your account invited many people today. Go on tomorrow."));
        }
        let invitation = Invitation {
            id: InvitationId(Uuid::now_v7()),
            account: own.account,
            email: email.to_string(),
            role,
            by: viewer.user,
            created_at: now,
            expires_at: now + INVITATION_LIFE,
        };
        if !team::invite(&tx, &invitation, now).await? {
            return Err(Error::field("email", "This person is invited already."));
        }
        record(&tx, own.account, viewer.user, TeamAction::Invited, email.as_str(), Some(role), now).await?;
        let mail = Mail::JoinTeam { account: own.name.clone(), by: viewer.name.clone(), role };
        outbox::enqueue(&tx, now, &email, &mail, &format!("{}:{}", mail.kind(), invitation.id)).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another account's, or one that is over; [`Error::Refused`] for who is no owner.
    pub async fn take_back_invitation(&self, viewer: &Viewer, id: InvitationId) -> Result<()> {
        let own = working(viewer)?.may(Capability::Members)?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let invitation = team::lock_invitation(&tx, id, now).await?.filter(|found| found.account == own.account);
        let invitation = invitation.ok_or(Error::NotFound)?;
        team::close(&tx, id, now).await?;
        record(&tx, own.account, viewer.user, TeamAction::TookBack, &invitation.email, None, now).await?;
        Ok(tx.commit().await?)
    }

    /// The teams the viewer is invited to.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn team_invitations(&self, viewer: &Viewer) -> Result<Vec<Invited>> {
        if !viewer.verified {
            return Ok(Vec::new());
        }
        let connection = self.db().read();
        let mut people = People::default();
        let mut invited = Vec::new();
        for invitation in team::invitations_of(connection, &viewer.email, self.now()).await? {
            invited.push(Invited {
                id: invitation.id,
                account: accounts::by_id(connection, invitation.account).await?.name,
                role: invitation.role,
                by: people.of(connection, invitation.by).await?.0,
                expires_at: invitation.expires_at,
            });
        }
        Ok(invited)
    }

    /// The invited person joins, or declines.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who was not asked, and where it was taken back or is over its time.
    pub async fn answer_team_invitation(&self, viewer: &Viewer, id: InvitationId, joins: bool) -> Result<AccountId> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let invitation = team::lock_invitation(&tx, id, now).await?;
        let mine = invitation.filter(|found| viewer.verified && found.email == viewer.email.as_str());
        let invitation = mine.ok_or(Error::NotFound)?;
        team::close(&tx, id, now).await?;
        let action = if joins { TeamAction::Joined } else { TeamAction::Declined };
        if joins {
            accounts::add_member(&tx, invitation.account, viewer.user, invitation.role, now).await?;
        }
        record(&tx, invitation.account, viewer.user, action, &viewer.name, Some(invitation.role), now).await?;
        tx.commit().await?;
        Ok(invitation.account)
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no member; [`Error::Refused`] for who is no owner, and for the last owner;
    /// [`Error::Invalid`] at `role`; [`Error::Unconfirmed`].
    pub async fn set_member_role(&self, viewer: &Viewer, member: UserId, role: &str) -> Result<()> {
        let own = working(viewer)?.may(Capability::Members)?;
        viewer.confirmed()?;
        let role = MemberRole::from_key(role).ok_or_else(|| Error::field("role", "Choose one of the roles."))?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let had = keeps_an_owner(&team::lock_members(&tx, own.account).await?, member, Some(role))?;
        if had != role {
            team::set_role(&tx, own.account, member, role).await?;
            let (name, _) = People::default().of(&tx, member).await?;
            record(&tx, own.account, viewer.user, TeamAction::ChangedRole, &name, Some(role), now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Takes a member out of the team; everybody may take themselves out.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no member; [`Error::Refused`] for who is no owner, and for the last owner;
    /// [`Error::Unconfirmed`].
    pub async fn remove_member(&self, viewer: &Viewer, member: UserId) -> Result<()> {
        let own = working(viewer)?;
        let leaves = member == viewer.user;
        if !leaves {
            own.may(Capability::Members)?;
        }
        viewer.confirmed()?;
        let now = self.now();
        let tx = self.db().begin().await?;
        keeps_an_owner(&team::lock_members(&tx, own.account).await?, member, None)?;
        team::remove(&tx, own.account, member).await?;
        let (name, _) = People::default().of(&tx, member).await?;
        let action = if leaves { TeamAction::Left } else { TeamAction::Removed };
        record(&tx, own.account, viewer.user, action, &name, None, now).await?;
        Ok(tx.commit().await?)
    }
}

/// The member's role so far, where the account still has an owner after they get `role`, or leave.
fn keeps_an_owner(members: &[(UserId, MemberRole)], member: UserId, role: Option<MemberRole>) -> Result<MemberRole> {
    let had = members.iter().find(|(user, _)| *user == member).map(|(_, role)| *role).ok_or(Error::NotFound)?;
    let other_owner = members.iter().any(|(user, role)| *user != member && *role == MemberRole::Owner);
    if had == MemberRole::Owner && role != Some(MemberRole::Owner) && !other_owner {
        return Err(Error::Refused("An account needs an owner. Make somebody else an owner first."));
    }
    Ok(had)
}

async fn record(
    tx: &impl ConnectionTrait,
    account: AccountId,
    by: UserId,
    action: TeamAction,
    subject: &str,
    role: Option<MemberRole>,
    at: OffsetDateTime,
) -> Result<()> {
    team::record(tx, account, TeamEvent { at, by, action, subject: subject.to_owned(), role }).await
}

/// The account the viewer works for.
fn working(viewer: &Viewer) -> Result<&Membership> {
    viewer.working().filter(|_| viewer.verified).ok_or(Error::NotFound)
}

/// Names and addresses of users, each looked up once.
#[derive(Default)]
struct People(HashMap<UserId, (String, String)>);

impl People {
    async fn of(&mut self, connection: &impl ConnectionTrait, user: UserId) -> Result<(String, String)> {
        if let Some(known) = self.0.get(&user) {
            return Ok(known.clone());
        }
        let found = users::by_id(connection, user).await?.ok_or(Error::NotFound)?;
        let person = (found.name, found.email.to_string());
        self.0.insert(user, person.clone());
        Ok(person)
    }
}
