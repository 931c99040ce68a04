//! Signing up. The answer is the same whether the address is known or not; only its mailbox learns more.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::users::{self, NewUser};
use crate::repo::{mail_tokens, sessions};
use crate::service::mail_link::{self, TokenPurpose};
use crate::service::outbox;
use crate::service::password::Password;
use crate::service::typed::keep;
use domain::ids::UserId;
use domain::limits::NAME_CHARS_MAX;
use domain::permission::AccountKind;
use domain::text::{self, Email};
use uuid::Uuid;

/// What a person types to sign up.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// Their address.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// The password they chose.
    pub password: Password,
    /// What they open.
    pub kind: AccountKind,
    /// The name of their business; private persons need none.
    pub business_name: Option<String>,
}

struct Checked {
    email: Email,
    name: String,
    business: Option<String>,
}

impl Backend {
    /// Takes a new user in, and mails a link that proves the address; until it is used they act for nobody.
    ///
    /// For an address that has an account nothing changes, and its owner is told by mail. Where the address was never
    /// proved, the newer sign-up stands, so that nobody can hold an address that is not theirs. Sent twice within a minute,
    /// it counts once.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field: `email`, `name`, `password`, `kind`, `business_name`.
    pub async fn sign_up(&self, form: SignUp) -> Result<()> {
        let checked = self.check_sign_up(&form).await?;
        let hash = self.passwords().hash(&form.password).await?;
        let new = NewUser {
            email: &checked.email,
            name: &checked.name,
            password_hash: &hash,
            kind: form.kind,
            business: checked.business.as_deref(),
        };
        let now = self.now();
        let tx = self.db().begin().await?;
        let is_new = users::insert(&tx, UserId(Uuid::now_v7()), &new, now).await?;
        let user = users::lock_by_email(&tx, &checked.email).await?;
        let user = user.ok_or_else(|| Error::internal("sign-up", "the inserted user is not there"))?;
        if !mail_link::too_many(&tx, user.id, TokenPurpose::VerifyEmail, now).await? {
            // The same statements for every address, so that the time tells nothing: an owner's token is never sent.
            users::replace_unverified(&tx, user.id, &new).await?;
            let issued = mail_tokens::issue(&tx, user.id, TokenPurpose::VerifyEmail, now).await?;
            let mail = if user.verified {
                Mail::AlreadyRegistered { name: user.name }
            } else {
                Mail::VerifyEmail { name: checked.name.clone(), token: issued.token }
            };
            if !is_new && !user.verified {
                sessions::delete_of_user(&tx, user.id, None).await?;
            }
            outbox::enqueue(&tx, now, &checked.email, &mail, &format!("{}:{}", mail.kind(), issued.hash)).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Reads every field and reports all that is wrong at once.
    async fn check_sign_up(&self, form: &SignUp) -> Result<Checked> {
        let mut wrong = Vec::new();
        let email = keep(&mut wrong, "email", Email::parse(&form.email).map_err(str::to_owned));
        let name = keep(&mut wrong, "name", plain_name(&form.name, "your name"));
        let typed_business = form.business_name.as_deref().unwrap_or_default();
        let business = match form.kind {
            AccountKind::Buyer | AccountKind::IndividualSeller => Some(None),
            AccountKind::BusinessSeller | AccountKind::MarketplaceOperator => {
                keep(&mut wrong, "business_name", plain_name(typed_business, "the name of your business")).map(Some)
            }
        };
        let known = vec![form.email.clone(), form.name.clone(), typed_business.to_owned()];
        let policy = self.passwords().check(&form.password, known).await?;
        keep(&mut wrong, "password", policy);
        match (email, name, business) {
            (Some(email), Some(name), Some(business)) if wrong.is_empty() => Ok(Checked { email, name, business }),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

/// A name that is no advertisement: it is mailed to the given address before anybody proved to own it.
fn plain_name(typed: &str, what: &str) -> std::result::Result<String, String> {
    let name = text::line(typed, what, NAME_CHARS_MAX)?;
    let lower = name.to_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        return Err("Leave the web address out.".to_owned());
    }
    Ok(name)
}
