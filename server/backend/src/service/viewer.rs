//! Who is looking: the signed-in person with what they belong to. Pages and every gate ask it.

use crate::Backend;
use crate::error::Result;
use crate::repo::{accounts, users};
use domain::ids::{AccountId, UserId};
use domain::permission::{AccountKind, MemberRole, StaffRole};
use domain::text::Email;

/// One account a person acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The account.
    pub account: AccountId,
    /// What kind of party it is.
    pub kind: AccountKind,
    /// The account's name.
    pub name: String,
    /// The small number people say.
    pub number: i64,
    /// What the person may do for it.
    pub role: MemberRole,
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Identity.
    pub user: UserId,
    /// What to call them.
    pub name: String,
    /// Their address, which is proved only when `verified`.
    pub email: Email,
    /// Whether a mail proved the address; until then they act for nobody.
    pub verified: bool,
    /// Their part in the platform's staff.
    pub staff: Option<StaffRole>,
    /// The accounts they act for, oldest first.
    pub memberships: Vec<Membership>,
}

impl Viewer {
    /// The accounts they act for.
    #[must_use]
    pub fn account_ids(&self) -> Vec<AccountId> {
        self.memberships.iter().map(|membership| membership.account).collect()
    }

    /// The first account that sells.
    #[must_use]
    pub fn selling(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.kind.sells())
    }

    /// The first account that runs a marketplace.
    #[must_use]
    pub fn operating(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.kind == AccountKind::MarketplaceOperator)
    }

    /// The first account that buys.
    #[must_use]
    pub fn buying(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.kind == AccountKind::Buyer)
    }
}

impl Backend {
    /// The user with a proved address, for the demo and the command line.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn account_of(&self, email: &str) -> Result<Option<UserId>> {
        let Ok(email) = Email::parse(email) else { return Ok(None) };
        let found = users::by_email(self.db().read(), &email).await?;
        Ok(found.filter(|user| user.verified).map(|user| user.id))
    }

    /// The person behind a session; `None` where the user is gone.
    ///
    /// # Errors
    /// The database does not answer, or a row breaks the rules.
    pub async fn viewer(&self, user: UserId) -> Result<Option<Viewer>> {
        let connection = self.db().read();
        let Some(found) = users::by_id(connection, user).await? else {
            return Ok(None);
        };
        let memberships = accounts::memberships(connection, user).await?;
        Ok(Some(Viewer {
            user,
            name: found.name,
            email: found.email,
            verified: found.verified,
            staff: found.staff,
            memberships: memberships
                .into_iter()
                .map(|(account, role)| Membership {
                    account: account.id,
                    kind: account.kind,
                    name: account.name,
                    number: account.number,
                    role,
                })
                .collect(),
        }))
    }
}
