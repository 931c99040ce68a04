//! Telling people something, by mail and inside the application, as each of them wants to be told.

use crate::error::Result;
use crate::mail::Mail;
use crate::repo::notifications::{self, NewNotification, Topic};
use crate::repo::users;
use crate::service::outbox;
use domain::ids::{OrderId, UserId};
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

/// Who is told in a part: an address for the mail, and the users who see it inside.
pub(crate) struct Readers {
    /// Where the mail goes.
    pub(crate) email: Email,
    /// Who sees it inside.
    pub(crate) users: Vec<UserId>,
}

/// What one part is told, as a mail and inside the application; each key once.
pub(crate) struct News<'a> {
    /// The mail.
    pub(crate) mail: &'a Mail,
    /// The mail's key.
    pub(crate) mail_key: &'a str,
    /// The order it is about.
    pub(crate) order: Option<OrderId>,
    /// What preferences it falls under.
    pub(crate) topic: Topic,
    /// One line.
    pub(crate) title: &'a str,
    /// What it means.
    pub(crate) text: &'a str,
    /// Where the action is.
    pub(crate) path: &'a str,
    /// The key inside the application.
    pub(crate) key: &'a str,
}

/// Tells readers, by mail and inside the application, as each of them wants to be told.
pub(crate) async fn send(
    tx: &impl ConnectionTrait,
    readers: &Readers,
    news: &News<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    if mailed(tx, readers, news.topic).await? {
        outbox::enqueue(tx, now, &readers.email, news.mail, news.mail_key).await?;
    }
    for user in &readers.users {
        if !notifications::preference(tx, *user, news.topic).await?.in_app {
            continue;
        }
        let News { order, topic, title, text, path, key, .. } = *news;
        let new = NewNotification { user: *user, order, topic, title, text, path, dedupe_key: key };
        notifications::insert(tx, &new, now).await?;
    }
    Ok(())
}

/// Whether the mail is wanted. Who has no account yet has no other way to be told.
async fn mailed(tx: &impl ConnectionTrait, readers: &Readers, topic: Topic) -> Result<bool> {
    if topic.is_always_mailed() {
        return Ok(true);
    }
    match users::by_email(tx, &readers.email).await? {
        Some(user) if readers.users.contains(&user.id) => Ok(notifications::preference(tx, user.id, topic).await?.mail),
        _ => Ok(true),
    }
}
