//! What Holdfast writes to people: every mail as data, and its words made at the moment of sending.
//!
//! A mail is stored in the outbox as a [`Mail`], never as text, so that what is sent is what the code says now. A link
//! that lets its holder act is made when the mail is rendered; only the tokens of the two account mails are stored, and
//! they are scrubbed after delivery.

mod account;
mod letter;
mod order;
mod paths;
mod payment_link;
mod project;

pub use order::{OrderMail, OrderNotice};
pub use payment_link::PaymentLinkMail;
pub use project::{ProjectMail, ProjectNotice};

use crate::Backend;
use crate::error::{Error, Result};
use crate::port::RenderedMail;
use domain::ids::OutboxId;
use domain::permission::MemberRole;
use domain::text::Email;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A mail to one person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "with")]
pub enum Mail {
    /// Proves an address after signing up.
    VerifyEmail {
        /// Whom it greets.
        name: String,
        /// The secret of the link.
        token: String,
    },
    /// Somebody signed up with an address that has an account.
    AlreadyRegistered {
        /// Whom it greets.
        name: String,
    },
    /// A marketplace opened an account for the reader.
    SignedUp {
        /// Whom it greets.
        name: String,
        /// The marketplace's name.
        marketplace: String,
    },
    /// Lets the reader choose a new password.
    ResetPassword {
        /// Whom it greets.
        name: String,
        /// The secret of the link.
        token: String,
    },
    /// The password was changed.
    PasswordChanged {
        /// Whom it greets.
        name: String,
    },
    /// The bank account that payouts go to was changed.
    BankDetailsChanged {
        /// Whom it greets.
        name: String,
        /// The last digits of the new account number.
        account_ending: String,
    },
    /// An operator asks a seller to trade on its marketplace.
    Invited {
        /// Whom it greets.
        name: String,
        /// The operator's name.
        operator: String,
    },
    /// Somebody is asked to join the team of an account.
    JoinTeam {
        /// The account's name.
        account: String,
        /// Who asks.
        by: String,
        /// As what.
        role: MemberRole,
    },
    /// The second factor of signing in was turned on or off.
    SecondFactor {
        /// Whom it greets.
        name: String,
        /// Whether it is on now.
        on: bool,
    },
    /// The account's callback URL does not take notifications.
    WebhookFailing {
        /// Whom it greets.
        name: String,
        /// The address.
        url: String,
        /// What it answered last.
        why: String,
        /// Whether nothing is sent there any more.
        stopped: bool,
    },
    /// A seller asks a buyer to pay.
    PaymentLink(PaymentLinkMail),
    /// Something happened to an order.
    Order(OrderMail),
    /// Something happened to a project.
    Project(ProjectMail),
}

impl Mail {
    /// The stored name of the template; never changes.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::SignedUp { .. } => "signed_up",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged { .. } => "password_changed",
            Self::BankDetailsChanged { .. } => "bank_details_changed",
            Self::Invited { .. } => "invited",
            Self::JoinTeam { .. } => "join_team",
            Self::SecondFactor { .. } => "second_factor",
            Self::WebhookFailing { .. } => "webhook_failing",
            Self::PaymentLink(_) => "payment_link",
            Self::Order(_) => "order",
            Self::Project(_) => "project",
        }
    }

    /// What the mail is, in words.
    #[must_use]
    pub(crate) fn title(&self) -> String {
        match self {
            Self::VerifyEmail { .. } => "Confirm your e-mail address".to_owned(),
            Self::AlreadyRegistered { .. } => "You already have an account".to_owned(),
            Self::SignedUp { marketplace, .. } => format!("{marketplace} opened an account for you"),
            Self::ResetPassword { .. } => "Choose a new password".to_owned(),
            Self::PasswordChanged { .. } => "Your password was changed".to_owned(),
            Self::BankDetailsChanged { .. } => "Your bank details were changed".to_owned(),
            Self::Invited { operator, .. } => format!("{operator} invites you to its marketplace"),
            Self::JoinTeam { account, .. } => format!("{account} invites you to its team"),
            Self::SecondFactor { on: true, .. } => "Two-factor sign-in is on".to_owned(),
            Self::SecondFactor { on: false, .. } => "Two-factor sign-in is off".to_owned(),
            Self::WebhookFailing { stopped: true, .. } => "Your callback URL is given up".to_owned(),
            Self::WebhookFailing { stopped: false, .. } => "Your callback URL does not answer".to_owned(),
            Self::PaymentLink(mail) => mail.title(),
            Self::Order(mail) => mail.in_short().0,
            Self::Project(mail) => mail.in_short().0,
        }
    }

    /// Whether it carries a secret, which is deleted after delivery.
    #[must_use]
    pub(crate) const fn has_secret(&self) -> bool {
        matches!(self, Self::VerifyEmail { .. } | Self::ResetPassword { .. })
    }

    /// The same mail without its secret: how it is kept after delivery.
    #[must_use]
    pub(crate) fn scrubbed(self) -> Self {
        match self {
            Self::VerifyEmail { name, .. } => Self::VerifyEmail { name, token: String::new() },
            Self::ResetPassword { name, .. } => Self::ResetPassword { name, token: String::new() },
            other => other,
        }
    }

    /// The mail in words, as text and as HTML.
    ///
    /// # Errors
    /// A template could not be filled.
    pub fn render(&self, backend: &Backend, id: OutboxId, to: &Email) -> Result<RenderedMail> {
        let letter = match self {
            Self::VerifyEmail { name, token } => account::verify_email(backend, name, token),
            Self::AlreadyRegistered { name } => account::already_registered(backend, name),
            Self::SignedUp { name, marketplace } => account::signed_up(backend, &self.title(), name, marketplace),
            Self::ResetPassword { name, token } => account::reset_password(backend, name, token),
            Self::PasswordChanged { name } => account::password_changed(backend, name),
            Self::BankDetailsChanged { name, account_ending } => {
                account::bank_details_changed(backend, name, account_ending)
            }
            Self::Invited { name, operator } => account::invited(backend, name, operator),
            Self::JoinTeam { account, by, role } => account::join_team(backend, &self.title(), account, by, *role),
            Self::SecondFactor { name, on } => account::second_factor(backend, &self.title(), name, *on),
            Self::WebhookFailing { name, url, why, stopped } => {
                account::webhook_failing(backend, &self.title(), name, (url, why), *stopped)
            }
            Self::PaymentLink(mail) => mail.letter(backend),
            Self::Order(mail) => mail.letter(backend),
            Self::Project(mail) => mail.letter(backend),
        };
        let failed = |source| Error::internal("mail template", source);
        let (text, html) = (letter.text().map_err(failed)?, letter.html().map_err(failed)?);
        Ok(RenderedMail { id, to: to.to_string(), subject: letter.subject(), text, html })
    }
}

impl fmt::Debug for Mail {
    /// Names the kind only: a mail may carry a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({})", self.kind())
    }
}
