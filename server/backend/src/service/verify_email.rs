//! Proving an address. Opening the mailed link changes nothing; the button behind it does.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::users::{self, User};
use crate::repo::{accounts, mail_tokens};
use crate::service::mail_link::{self, TokenPurpose};
use crate::service::outbox;
use domain::ids::UserId;
use domain::permission::{AccountKind, MemberRole};
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

impl Backend {
    /// Proves the address a link was mailed to and opens the accounts that were asked for, in one transaction. A buyer's
    /// orders from before they signed up are theirs from now on.
    ///
    /// # Errors
    /// [`Error::Expired`] for a link that is over its time, used or replaced.
    pub async fn verify_email(&self, token: &str) -> Result<UserId> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let id = mail_link::use_up(&tx, token, TokenPurpose::VerifyEmail, now).await?;
        let user = users::lock(&tx, id).await?;
        activate(&tx, &user, now).await?;
        tx.commit().await?;
        tracing::info!(user = %id, "address proved");
        Ok(id)
    }

    /// Mails a new link to an address that signed up and is not proved yet. The answer is the same for every address.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `email`; [`Error::Throttled`] less than a minute after the last request.
    pub async fn resend_verification(&self, email: &str) -> Result<()> {
        let email = Email::parse(email).map_err(|message| Error::field("email", message))?;
        self.ask_for_mail(email.as_str(), "verify_email")?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let user = users::lock_by_email(&tx, &email).await?.filter(|user| !user.verified);
        if user.is_none() {
            users::count_unknown_address(&tx, now).await?;
        }
        if let Some(user) = user
            && !mail_link::too_many(&tx, user.id, TokenPurpose::VerifyEmail, now).await?
        {
            let issued = mail_tokens::issue(&tx, user.id, TokenPurpose::VerifyEmail, now).await?;
            let mail = Mail::VerifyEmail { name: user.name, token: issued.token };
            outbox::enqueue(&tx, now, &email, &mail, &format!("{}:{}", mail.kind(), issued.hash)).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }
}

/// Marks the address as proved and gives the user their accounts. Does nothing a second time.
pub(crate) async fn activate(tx: &impl ConnectionTrait, user: &User, now: OffsetDateTime) -> Result<()> {
    if user.verified {
        return Ok(());
    }
    users::set_verified(tx, user.id, now).await?;
    if user.wanted_kind != AccountKind::Buyer {
        let name = user.wanted_business.as_deref().unwrap_or(&user.name);
        let made = accounts::insert(tx, user.wanted_kind, name, &user.email, true, now).await?;
        let account = made.ok_or_else(|| Error::internal("account", "the new account was not inserted"))?;
        accounts::add_member(tx, account, user.id, MemberRole::Owner, now).await?;
    }
    match accounts::buyer_by_email(tx, &user.email).await? {
        Some(guest) => accounts::claim(tx, guest.id, user.id, &user.name, now).await,
        None if user.wanted_kind == AccountKind::Buyer => {
            // Finds the user proved, so the account is made as theirs; a guest account made meanwhile is claimed.
            let account = accounts::find_or_create_buyer(tx, &user.email, Some(&user.name), now).await?;
            accounts::claim(tx, account, user.id, &user.name, now).await
        }
        None => Ok(()),
    }
}
