//! Who is told what about a project (rules.md section 8).

use crate::error::{Error, Result};
use crate::mail::{Mail, ProjectMail, ProjectNotice};
use crate::repo::accounts;
use crate::repo::notifications::Topic;
use crate::repo::projects::Project;
use crate::service::news::{News, Readers, send};
use domain::Money;
use domain::order::Role;
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;
use uuid::Uuid;

/// What is told, and to which part.
pub(super) struct Told {
    /// What.
    pub(super) notice: ProjectNotice,
    /// To the buyer or the seller.
    pub(super) role: Role,
    /// The milestone and what it costs.
    pub(super) milestone: Option<(String, Money)>,
    /// A description or a reason.
    pub(super) text: Option<String>,
    /// What makes it be told once; a fresh one where the caller's idempotency does.
    pub(super) tag: Option<String>,
}

impl Told {
    /// Nothing but the notice.
    pub(super) const fn new(notice: ProjectNotice, role: Role) -> Self {
        Self { notice, role, milestone: None, text: None, tag: None }
    }
}

/// Tells one part of a project, by mail and inside the application.
pub(super) async fn tell(tx: &impl ConnectionTrait, project: &Project, told: Told, now: OffsetDateTime) -> Result<()> {
    let seller = accounts::by_id(tx, project.seller).await?;
    let buyer = project.buyer_name.clone().unwrap_or_else(|| project.buyer_email.clone());
    let (account, address, counterpart) = match told.role {
        Role::Buyer => (project.buyer, project.buyer_email.clone(), seller.name),
        _ => (project.seller, seller.email, buyer),
    };
    let email = Email::parse(&address).map_err(|source| Error::internal("stored address", source))?;
    let readers = Readers { email, users: accounts::members(tx, account).await? };
    let (milestone, amount) = told.milestone.unzip();
    let mail = ProjectMail {
        notice: told.notice,
        to_role: told.role,
        project: project.id,
        name: project.name.clone(),
        counterpart,
        milestone,
        amount,
        text: told.text,
    };
    let tag = told.tag.unwrap_or_else(|| Uuid::now_v7().simple().to_string());
    let key = format!("project:{}:{tag}:{}", project.id, told.role.key());
    let ((title, text), path) = (mail.in_short(), mail.path());
    let mail = Mail::Project(mail);
    let news = News {
        mail: &mail,
        mail_key: &key,
        order: None,
        topic: Topic::Orders,
        title: &title,
        text: &text,
        path: &path,
        key: &key,
    };
    send(tx, &readers, &news, now).await
}
