//! Milestone projects for programs (atarapay.md section 4).

use super::keys::ApiCaller;
use super::object::order_object;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::projects::{self as rows, Project, ProjectsOf};
use crate::repo::{accounts, orders};
use crate::service::projects::NewProject;
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

/// Most projects of one answer.
const PROJECTS_MAX: u64 = 200;

/// A project as programs see it.
#[derive(Debug, Clone)]
pub struct ApiProject {
    /// The small number people say.
    pub number: i64,
    /// The seller's number.
    pub seller: i64,
    /// The buyer's number.
    pub customer: i64,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// 0 while it is open, 1 completed, 2 cancelled.
    pub status: u8,
    /// When it was started.
    pub created_at: OffsetDateTime,
    /// When it was changed last.
    pub updated_at: OffsetDateTime,
    /// Its paid orders, each as the wire shows it.
    pub orders: Vec<String>,
}

impl Backend {
    /// A seller starts a project for a buyer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account that sells nothing, [`Error::Invalid`] with every refused field.
    pub async fn api_start_project(
        &self,
        caller: &ApiCaller,
        (name, description): (&str, &str),
        (email, phone): (&str, &str),
        key: &str,
    ) -> Result<ApiProject> {
        let form = NewProject {
            part: "seller".to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            email: email.to_owned(),
            phone: phone.to_owned(),
            currency: "NGN".to_owned(),
            ..NewProject::default()
        };
        let id = self.start_project(&caller.viewer, &form, key).await?;
        let connection = self.db().read();
        let project = rows::by_id(connection, id).await?;
        self.api_project(connection, project).await
    }

    /// A seller names and describes a project that it started anew; `None` where it has none with this number.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field, [`Error::Project`] where it is closed.
    pub async fn api_change_project(
        &self,
        caller: &ApiCaller,
        number: i64,
        name: &str,
        description: &str,
    ) -> Result<Option<ApiProject>> {
        let Some(project) = rows::of_seller_by_number(self.db().read(), caller.account, number).await? else {
            return Ok(None);
        };
        self.change_facts_as_seller(&caller.viewer, project.id, name, description).await?;
        let connection = self.db().read();
        let project = rows::by_id(connection, project.id).await?;
        Ok(Some(self.api_project(connection, project).await?))
    }

    /// The projects of an account, the newest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn api_projects(&self, caller: &ApiCaller) -> Result<Vec<ApiProject>> {
        let connection = self.db().read();
        let own =
            ProjectsOf { sellers: vec![caller.account], operators: vec![caller.account], ..ProjectsOf::default() };
        let (found, _) = rows::page(connection, &own, 0, PROJECTS_MAX).await?;
        let mut shown = Vec::with_capacity(found.len());
        for project in found {
            shown.push(self.api_project(connection, project).await?);
        }
        Ok(shown)
    }

    async fn api_project(&self, connection: &impl ConnectionTrait, project: Project) -> Result<ApiProject> {
        let mut shown = Vec::new();
        for (order, ..) in orders::ids_of_projects(connection, &[project.id]).await? {
            let stored = orders::by_id(connection, order).await?;
            match order_object(connection, &stored, None, self.now()).await {
                Ok(object) => shown.push(object),
                // Not paid yet.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ApiProject {
            number: project.number,
            seller: accounts::by_id(connection, project.seller).await?.number,
            customer: accounts::by_id(connection, project.buyer).await?.number,
            status: match project.status {
                domain::project::ProjectStatus::Open => 0,
                domain::project::ProjectStatus::Completed => 1,
                domain::project::ProjectStatus::Cancelled => 2,
            },
            name: project.name,
            description: project.description,
            created_at: project.created_at,
            updated_at: project.updated_at,
            orders: shown,
        })
    }
}
