//! Registered sellers under a marketplace operator: asked by the operator, accepted by the seller, ended by either
//! (rules.md sections 1 and 6).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::{accounts, associations, order_figures};
use crate::service::bank::selling;
use crate::service::notify;
use crate::service::order_list::{ListOf, filter};
use crate::service::providers::commission;
use crate::service::viewer::{Membership, Viewer};
use domain::ids::AssociationId;
use domain::permission::Capability;
use domain::text::Email;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

pub use crate::repo::associations::{Association, AssociationStatus};

/// An association with the name of the other side.
#[derive(Debug, Clone)]
pub struct AssociationRow {
    /// The association.
    pub association: Association,
    /// The other side's name.
    pub name: String,
    /// The other side's address.
    pub email: String,
    /// Of an operator's seller: orders on the marketplace, and how many of them have ended.
    pub orders: (i64, i64),
}

impl Backend {
    /// The sellers under the viewer's marketplace, invited or active, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who runs none.
    pub async fn associated_sellers(&self, viewer: &Viewer) -> Result<Vec<AssociationRow>> {
        let operator = operating(viewer)?;
        let rows = associations::of_operator(self.db().read(), operator.account).await?;
        let mut rows = self.with_names(rows, |association| association.seller).await?;
        let counts = order_figures::by_seller(self.db().read(), &filter(viewer, ListOf::Operated)).await?;
        for row in &mut rows {
            row.orders = counts.get(&row.association.seller).copied().unwrap_or_default();
        }
        Ok(rows)
    }

    /// The marketplaces the viewer sells under, or is asked to.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing.
    pub async fn marketplaces(&self, viewer: &Viewer) -> Result<Vec<AssociationRow>> {
        let seller = selling(viewer)?;
        let rows = associations::of_seller(self.db().read(), seller.account).await?;
        self.with_names(rows, |association| association.operator).await
    }

    async fn with_names(
        &self,
        rows: Vec<Association>,
        other: impl Fn(&Association) -> domain::ids::AccountId,
    ) -> Result<Vec<AssociationRow>> {
        let mut named = Vec::with_capacity(rows.len());
        for association in rows {
            let account = accounts::by_id(self.db().read(), other(&association)).await?;
            named.push(AssociationRow { association, name: account.name, email: account.email, orders: (0, 0) });
        }
        Ok(named)
    }

    /// Asks a registered seller to trade on the viewer's marketplace, for a commission.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who runs no marketplace, [`Error::Invalid`] at `email` or `commission`.
    pub async fn invite_seller(&self, viewer: &Viewer, email: &str, percent: &str) -> Result<()> {
        let operator = operating(viewer)?.may(Capability::Catalogue)?;
        let mut wrong = Vec::new();
        let email = Email::parse(email).map_err(|message| wrong.push(domain::text::FieldError::new("email", message)));
        let kept = commission(percent).map_err(|error| wrong.push(error));
        let (Ok(email), Ok(kept)) = (email, kept) else { return Err(Error::Invalid(wrong)) };
        let now = self.now();
        let tx = self.db().begin().await?;
        let Some(seller) = accounts::seller_by_email(&tx, &email).await? else {
            return Err(Error::field("email", "No seller is registered with this address. Ask them to sign up first."));
        };
        let association = Association {
            id: AssociationId(Uuid::now_v7()),
            operator: operator.account,
            seller: seller.id,
            status: AssociationStatus::Invited,
            commission: kept,
            created_at: now,
            ended_at: None,
        };
        if !associations::insert(&tx, &association).await? {
            return Err(Error::field("email", "This seller is invited or on your marketplace already."));
        }
        notify::invited(&tx, &association, &operator.name, &seller, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// The invited seller accepts or declines.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who was not asked, [`Error::Refused`] where it was answered or taken back.
    pub async fn answer_invitation(&self, viewer: &Viewer, id: AssociationId, accepts: bool) -> Result<()> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?;
        let tx = self.db().begin().await?;
        let association = associations::lock(&tx, id).await?;
        if association.seller != seller.account {
            return Err(Error::NotFound);
        }
        if association.status != AssociationStatus::Invited {
            return Err(Error::Refused("This invitation was answered or taken back already."));
        }
        let status = if accepts { AssociationStatus::Active } else { AssociationStatus::Declined };
        associations::set_status(&tx, id, status, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The operator removes a seller, or takes an invitation back. Orders that exist go on as they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another operator's.
    pub async fn remove_seller(&self, viewer: &Viewer, id: AssociationId) -> Result<()> {
        let operator = operating(viewer)?.may(Capability::Catalogue)?;
        let tx = self.db().begin().await?;
        let association = associations::lock(&tx, id).await?;
        if association.operator != operator.account {
            return Err(Error::NotFound);
        }
        self.end(tx, association, AssociationStatus::Removed).await
    }

    /// The seller leaves a marketplace. Orders that exist go on as they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's.
    pub async fn leave_marketplace(&self, viewer: &Viewer, id: AssociationId) -> Result<()> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?;
        let tx = self.db().begin().await?;
        let association = associations::lock(&tx, id).await?;
        if association.seller != seller.account {
            return Err(Error::NotFound);
        }
        self.end(tx, association, AssociationStatus::Left).await
    }

    async fn end(&self, tx: DatabaseTransaction, association: Association, status: AssociationStatus) -> Result<()> {
        if !matches!(association.status, AssociationStatus::Invited | AssociationStatus::Active) {
            return Err(Error::Refused("This is over already."));
        }
        associations::set_status(&tx, association.id, status, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Changes what the operator keeps of the orders that follow.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another operator's, [`Error::Invalid`] at `commission`.
    pub async fn set_seller_commission(&self, viewer: &Viewer, id: AssociationId, percent: &str) -> Result<()> {
        let operator = operating(viewer)?.may(Capability::Catalogue)?;
        let kept = commission(percent).map_err(|error| Error::Invalid(vec![error]))?;
        let tx = self.db().begin().await?;
        let association = associations::lock(&tx, id).await?;
        if association.operator != operator.account {
            return Err(Error::NotFound);
        }
        associations::set_commission(&tx, id, &kept).await?;
        Ok(tx.commit().await?)
    }
}

/// The marketplace the viewer runs.
pub(crate) fn operating(viewer: &Viewer) -> Result<&Membership> {
    viewer.operating().filter(|_| viewer.verified).ok_or(Error::NotFound)
}
