//! Who is looking: the signed-in person with what they belong to. Pages and every gate ask it.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::{accounts, users};
use domain::ids::{AccountId, UserId};
use domain::permission::{AccountKind, Capability, MemberRole, StaffRole};
use domain::text::Email;
use tower_sessions::Session;

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
    /// The account they chose to work for; by default the first that sells, else the first that operates.
    pub acting: Option<AccountId>,
    /// Whether they showed lately that it is them, by password or by second factor.
    pub confirmed: bool,
}

impl Viewer {
    /// The accounts they act for.
    #[must_use]
    pub fn account_ids(&self) -> Vec<AccountId> {
        self.memberships.iter().map(|membership| membership.account).collect()
    }

    /// The accounts they can work for: those that sell or run a marketplace.
    pub fn workplaces(&self) -> impl Iterator<Item = &Membership> {
        self.memberships.iter().filter(|membership| membership.kind != AccountKind::Buyer)
    }

    /// The account they work for now.
    #[must_use]
    pub fn working(&self) -> Option<&Membership> {
        let chosen = self.workplaces().find(|membership| Some(membership.account) == self.acting);
        chosen
            .or_else(|| self.workplaces().find(|membership| membership.kind.sells()))
            .or_else(|| self.workplaces().next())
    }

    /// The account they work for, where it sells.
    #[must_use]
    pub fn selling(&self) -> Option<&Membership> {
        self.working().filter(|membership| membership.kind.sells())
    }

    /// The account they work for, where it runs a marketplace.
    #[must_use]
    pub fn operating(&self) -> Option<&Membership> {
        self.working().filter(|membership| membership.kind == AccountKind::MarketplaceOperator)
    }

    /// The first account that buys.
    #[must_use]
    pub fn buying(&self) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.kind == AccountKind::Buyer)
    }
}

impl Membership {
    /// Lets the member do something for the account.
    ///
    /// # Errors
    /// [`Error::Refused`] where their role does not include it.
    pub(crate) fn may(&self, capability: Capability) -> Result<&Self> {
        if self.role.may(capability) {
            return Ok(self);
        }
        Err(Error::Refused(match capability {
            Capability::Orders => "Your role in this account does not include orders. Ask an owner of the account.",
            Capability::Catalogue => {
                "Your role in this account does not include what it sells. Ask an owner of the account."
            }
            Capability::Bank => "Your role in this account does not include bank details. Ask an owner of the account.",
            Capability::Members => "Only an owner of the account can change its team.",
            Capability::Programs => "Only an owner of the account can let programs act for it.",
        }))
    }
}

impl Viewer {
    /// Lets somebody pass who showed lately that it is them.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`] otherwise.
    pub(crate) const fn confirmed(&self) -> Result<()> {
        if self.confirmed { Ok(()) } else { Err(Error::Unconfirmed) }
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

    /// Who sits at the browser of a session, and for which account; `None` where nobody signed in.
    ///
    /// # Errors
    /// The database does not answer, or a row breaks the rules.
    pub async fn visitor(&self, session: &Session) -> Result<Option<Viewer>> {
        let Some(user) = self.signed_in(session).await? else { return Ok(None) };
        let Some(viewer) = self.viewer(user).await? else { return Ok(None) };
        let (acting, confirmed) = (self.acting(session).await?, self.is_confirmed(session).await?);
        Ok(Some(Viewer { acting, confirmed, ..viewer }))
    }

    /// A person as the demo, the command line and tests take them: with everything shown that a browser would be asked.
    /// Requests are answered for [`Self::visitor`] instead.
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
            acting: None,
            confirmed: true,
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
