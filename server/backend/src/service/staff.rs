//! Platform staff, made from the command line by whoever runs the installation.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::accounts;
use crate::repo::users::{self, NewUser};
use crate::service::password::Password;
use crate::service::payouts;
use domain::limits::NAME_CHARS_MAX;
use domain::permission::{AccountKind, StaffRole};
use domain::text::{self, Email};

/// A member of staff to be.
#[derive(Debug)]
pub struct NewStaff {
    /// Used to sign in.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Held to the same policy as everybody's.
    pub password: Password,
    /// What they are.
    pub role: StaffRole,
}

impl Backend {
    /// Makes a member of staff with a proved address.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `email`, `name` or `password`, also where the address is taken.
    pub async fn create_staff(&self, staff: NewStaff) -> Result<()> {
        let email = Email::parse(&staff.email).map_err(|message| Error::field("email", message))?;
        let name =
            text::line(&staff.name, "a name", NAME_CHARS_MAX).map_err(|message| Error::field("name", message))?;
        let known = vec![email.to_string(), name.clone()];
        let policy = self.passwords().check(&staff.password, known).await?;
        policy.map_err(|message| Error::field("password", message))?;
        let hash = self.passwords().hash(&staff.password).await?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let new =
            NewUser { email: &email, name: &name, password_hash: &hash, kind: AccountKind::Buyer, business: None };
        let Some(user) = users::insert_staff(&tx, &new, staff.role, now).await? else {
            return Err(Error::field("email", "Somebody has this address already."));
        };
        // Who bought with this address before is a party of those orders, and must not rule on them.
        if let Some(guest) = accounts::buyer_by_email(&tx, &email).await? {
            accounts::claim(&tx, guest.id, user, &name, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Marks the identity of the account with this number as verified and queues what waited for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a number of nobody.
    pub async fn verify_identity(&self, number: i64) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let account = accounts::by_number(&tx, number).await?;
        accounts::set_identity_verified(&tx, account.id, now).await?;
        payouts::queue_verified(&tx, account.id, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
