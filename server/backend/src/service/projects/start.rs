//! Starting a project: by its buyer for a registered seller, or by its seller for anybody with an address.

use super::told::{self, Told};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::ProjectNotice;
use crate::repo::idempotency::{self, Key};
use crate::repo::project_log::{self, ProjectEvent, ProjectEventKind};
use crate::repo::projects::{self, Project};
use crate::repo::{accounts, associations, numbers};
use crate::secret::sha256_hex;
use crate::service::bank::selling;
use crate::service::typed::{keep, traded};
use crate::service::viewer::Viewer;
use domain::ids::{AccountId, ProjectId};
use domain::limits::{NAME_CHARS_MAX, TITLE_CHARS_MAX};
use domain::order::Role;
use domain::permission::Capability;
use domain::project::{MilestoneTerms, ProjectStatus};
use domain::text::{self, Email, FieldError};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody typed to start a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProject {
    /// `buyer` or `seller`: the part the starter plays.
    pub part: String,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The other party's address.
    pub email: String,
    /// The other party's telephone number; may be empty.
    pub phone: String,
    /// How a seller calls the buyer; may be empty.
    pub buyer_name: String,
    /// ISO code.
    pub currency: String,
    /// Of a seller: the operator's number of the marketplace it is on; may be empty.
    pub marketplace: String,
    /// Of a seller: `on` where acceptance may carry a part into the next milestone, which is the seller's to grant.
    pub rolls_forward: String,
}

/// Everything but who buys and sells.
struct Checked {
    name: String,
    description: String,
    email: Email,
    phone: Option<String>,
    buyer_name: Option<String>,
    currency: domain::Currency,
}

impl Backend {
    /// Starts a project and tells the other side.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who has no account that plays the part, [`Error::Invalid`] with every refused field.
    pub async fn start_project(&self, viewer: &Viewer, form: &NewProject, key: &str) -> Result<ProjectId> {
        let sells = form.part == "seller";
        let own = if sells {
            selling(viewer)?.may(Capability::Orders)?.account
        } else {
            viewer.buying().filter(|_| viewer.verified).ok_or(Error::NotFound)?.account
        };
        let mut wrong = Vec::new();
        let checked = check(form, viewer, &mut wrong);
        let key = Key {
            scope: format!("{own}:start_project"),
            request_hash: sha256_hex(serde_json::to_string(form)?.as_bytes()),
            key: key.to_owned(),
        };
        let now = self.now();
        let tx = self.db().begin().await?;
        if let Some(started) = idempotency::claim(&tx, &key, now).await? {
            return Ok(started);
        }
        let operator = if sells { marketplace(&tx, form, own, &mut wrong).await? } else { None };
        let (Some(checked), true) = (checked, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
        let (buyer, seller, buyer_email) = if sells {
            let name = checked.buyer_name.as_deref();
            let buyer = accounts::find_or_create_buyer(&tx, &checked.email, name, now).await?;
            (buyer, own, checked.email.to_string())
        } else {
            let seller = accounts::seller_by_email(&tx, &checked.email).await?.ok_or_else(|| {
                Error::field("email", "No seller is registered with this address. Ask them to sign up first.")
            })?;
            (own, seller.id, viewer.email.to_string())
        };
        let project = Project {
            id: ProjectId(Uuid::now_v7()),
            number: numbers::next(&tx, "projects").await?,
            status: ProjectStatus::Open,
            started_by: if sells { Role::Seller } else { Role::Buyer },
            buyer,
            seller,
            operator,
            buyer_email,
            buyer_name: if sells { checked.buyer_name } else { Some(viewer.name.clone()) },
            phone: checked.phone,
            name: checked.name,
            description: checked.description,
            currency: checked.currency,
            rolls_forward: sells && form.rolls_forward == "on",
            defaults: MilestoneTerms::default(),
            created_at: now,
            updated_at: now,
            ended_at: None,
        };
        projects::insert(&tx, &project).await?;
        let detail = project.name.clone();
        let event = ProjectEvent { at: now, role: project.started_by, kind: ProjectEventKind::Started, detail };
        project_log::append(&tx, project.id, &event, Some(viewer.user)).await?;
        let text = Some(project.description.clone()).filter(|text| !text.is_empty());
        let other = if sells { Role::Buyer } else { Role::Seller };
        told::tell(&tx, &project, Told { text, ..Told::new(ProjectNotice::Started, other) }, now).await?;
        idempotency::record(&tx, &key, &project.id).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(project.id)
    }

    /// The marketplaces that the viewer's selling account is on, as the operator's number and name.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn own_marketplaces(&self, viewer: &Viewer) -> Result<Vec<(i64, String)>> {
        let Some(seller) = viewer.selling() else { return Ok(Vec::new()) };
        let connection = self.db().read();
        let mut found = Vec::new();
        for association in associations::of_seller(connection, seller.account).await? {
            if association.status == associations::AssociationStatus::Active {
                let operator = accounts::by_id(connection, association.operator).await?;
                found.push((operator.number, operator.name));
            }
        }
        Ok(found)
    }
}

/// The operator of the chosen marketplace; nobody where none was chosen.
async fn marketplace(
    tx: &DatabaseTransaction,
    form: &NewProject,
    seller: AccountId,
    wrong: &mut Vec<FieldError>,
) -> Result<Option<AccountId>> {
    let typed = form.marketplace.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let operator = match typed.parse() {
        Ok(number) => accounts::by_number(tx, number).await.ok().map(|operator| operator.id),
        Err(_) => None,
    };
    if let Some(operator) = operator
        && associations::active(tx, operator, seller).await?.is_some()
    {
        return Ok(Some(operator));
    }
    wrong.push(FieldError::new("marketplace", "Choose a marketplace that you are on."));
    Ok(None)
}

fn check(form: &NewProject, viewer: &Viewer, wrong: &mut Vec<FieldError>) -> Option<Checked> {
    let name = keep(wrong, "name", text::line(&form.name, "what the project is called", TITLE_CHARS_MAX));
    let description = keep(wrong, "description", text::paragraph(&form.description));
    let email = keep(wrong, "email", Email::parse(&form.email).map_err(str::to_owned));
    if email.as_ref() == Some(&viewer.email) {
        wrong.push(FieldError::new("email", "This is your own address. Enter the other party's."));
    }
    let phone = match form.phone.trim() {
        "" => Some(None),
        typed => keep(wrong, "phone", text::phone(typed)).map(Some),
    };
    let buyer_name = match form.buyer_name.trim() {
        "" => Some(None),
        typed => keep(wrong, "buyer_name", text::line(typed, "the buyer's name", NAME_CHARS_MAX)).map(Some),
    };
    let currency = keep(wrong, "currency", traded(&form.currency));
    Some(Checked {
        name: name?,
        description: description?,
        email: email?,
        phone: phone?,
        buyer_name: buyer_name?,
        currency: currency?,
    })
}
