//! Changing a project: by its buyer, or by the seller who started it; and ending it: by its buyer.

use super::told::{self, Told};
use super::{Changing, ProjectEventKind, ProjectStatus};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::ProjectNotice;
use crate::repo::projects;
use crate::service::typed::keep;
use crate::service::viewer::Viewer;
use domain::ids::ProjectId;
use domain::limits::TITLE_CHARS_MAX;
use domain::order::Role;
use domain::project::{ProjectDenied, may_end};
use domain::text;

impl Backend {
    /// Changes name and description of a project.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the buyer, [`Error::Invalid`] at `name` or
    /// `description`.
    pub async fn change_project_facts(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        name: &str,
        description: &str,
    ) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        self.write_facts(changing, name, description).await
    }

    /// The same for the seller, of a project that the seller started: programs of shops name their projects.
    ///
    /// # Errors
    /// As [`Self::change_project_facts`], for all but that seller.
    pub(crate) async fn change_facts_as_seller(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        name: &str,
        description: &str,
    ) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_seller()?;
        if changing.by.project.started_by != Role::Seller {
            return Err(ProjectDenied::OnlyBuyer.into());
        }
        self.write_facts(changing, name, description).await
    }

    async fn write_facts(&self, changing: Changing, name: &str, description: &str) -> Result<()> {
        let mut wrong = Vec::new();
        let name = keep(&mut wrong, "name", text::line(name, "what the project is called", TITLE_CHARS_MAX));
        let description = keep(&mut wrong, "description", text::paragraph(description));
        let (Some(name), Some(description)) = (name, description) else { return Err(Error::Invalid(wrong)) };
        let project = projects::by_id(&changing.tx, changing.by.project.id).await?;
        let detail = name.clone();
        projects::update(&changing.tx, &super::Project { name, description, ..project }, self.now()).await?;
        changing.log(self, ProjectEventKind::Changed, detail).await?;
        self.done(changing).await
    }

    /// The buyer closes a project of which every milestone ended, or cancels one of which none is open.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] with the milestone that is open.
    pub async fn end_project(&self, viewer: &Viewer, id: ProjectId, completed: bool) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let (status, kind, notice) = if completed {
            (ProjectStatus::Completed, ProjectEventKind::Completed, ProjectNotice::Completed)
        } else {
            (ProjectStatus::Cancelled, ProjectEventKind::Cancelled, ProjectNotice::Cancelled)
        };
        may_end(&changing.steps(), status)?;
        let now = self.now();
        let project = super::Project { status, ended_at: Some(now), ..changing.by.project.clone() };
        projects::update(&changing.tx, &project, now).await?;
        changing.log(self, kind, project.name.clone()).await?;
        told::tell(&changing.tx, &project, Told::new(notice, Role::Seller), now).await?;
        self.done(changing).await
    }
}
