//! A new password for who forgot the old one. The mailbox is the proof.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::{mail_tokens, oauth_tokens, sessions, users};
use crate::service::mail_link::{self, TokenPurpose};
use crate::service::password::Password;
use crate::service::{outbox, verify_email};
use domain::ids::UserId;
use domain::text::Email;

impl Backend {
    /// Mails a link that lets its holder choose a new password, to an address that has a user. The answer is the same for
    /// every address.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `email`; [`Error::Throttled`] less than a minute after the last request.
    pub async fn request_password_reset(&self, email: &str) -> Result<()> {
        let email = Email::parse(email).map_err(|message| Error::field("email", message))?;
        self.ask_for_mail(email.as_str(), "reset_password")?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let user = users::lock_by_email(&tx, &email).await?;
        if user.is_none() {
            users::count_unknown_address(&tx, now).await?;
        }
        if let Some(user) = user
            && !mail_link::too_many(&tx, user.id, TokenPurpose::ResetPassword, now).await?
        {
            let issued = mail_tokens::issue(&tx, user.id, TokenPurpose::ResetPassword, now).await?;
            let mail = Mail::ResetPassword { name: user.name, token: issued.token };
            outbox::enqueue(&tx, now, &email, &mail, &format!("{}:{}", mail.kind(), issued.hash)).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Sets a new password with a mailed link. Every session of the user ends, every token that the old password got from a
    /// marketplace's program, a lock-out too, and a mail tells of it. The link proves the address as well, where it was not proved yet.
    ///
    /// # Errors
    /// [`Error::Expired`] for a link that is over its time, used or replaced; [`Error::Invalid`] at `password`, and then the
    /// link still works.
    pub async fn reset_password(&self, token: &str, password: &Password) -> Result<UserId> {
        let id = mail_link::open(self.db().read(), token, TokenPurpose::ResetPassword, self.now()).await?;
        let known = users::by_id(self.db().read(), id).await?.ok_or(Error::NotFound)?;
        let inputs = vec![known.email.to_string(), known.name, known.wanted_business.unwrap_or_default()];
        self.passwords().check(password, inputs).await?.map_err(|message| Error::field("password", message))?;
        let hash = self.passwords().hash(password).await?;

        let now = self.now();
        let tx = self.db().begin().await?;
        let id = mail_link::use_up(&tx, token, TokenPurpose::ResetPassword, now).await?;
        let user = users::lock(&tx, id).await?;
        users::set_password(&tx, id, &hash).await?;
        verify_email::activate(&tx, &user, now).await?;
        mail_tokens::close(&tx, id, TokenPurpose::VerifyEmail, now).await?;
        sessions::delete_of_user(&tx, id, None).await?;
        oauth_tokens::revoke_of_user(&tx, id, now).await?;
        let mail = Mail::PasswordChanged { name: user.name };
        let key = format!("{}:{id}:{}", mail.kind(), crate::secret::sha256_hex(token.as_bytes()));
        outbox::enqueue(&tx, now, &user.email, &mail, &key).await?;
        tx.commit().await?;
        self.wake_workers();
        tracing::info!(user = %id, "password changed by a mailed link");
        Ok(id)
    }
}
