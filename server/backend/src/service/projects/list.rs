//! The projects of a person, whichever part they play.

use super::{Project, Totals, totals};
use crate::Backend;
use crate::error::Result;
use crate::repo::projects::{self, ProjectsOf};
use crate::repo::{change_requests, milestones};
use crate::service::names::Names;
use crate::service::viewer::Viewer;
use domain::ids::ProjectId;
use domain::money::Money;
use domain::order::{Parties, Role};
use domain::permission;
use domain::project::{Progress, ProjectStatus};

/// Rows on a page.
const PAGE_SIZE: u64 = 25;

/// One project in a list.
#[derive(Debug, Clone)]
pub struct ProjectRow {
    /// The project.
    pub project: Project,
    /// The reader's part.
    pub role: Role,
    /// The name of the other side.
    pub counterpart: String,
    /// How many milestones ended.
    pub ended: usize,
    /// How many there are.
    pub milestones: usize,
    /// The first milestone that did not end, and how far it is.
    pub current: Option<(String, Progress)>,
    /// Its money.
    pub totals: Totals,
}

/// What a project waits for its buyer to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectDuty {
    /// The project.
    pub project: ProjectId,
    /// What it is called.
    pub name: String,
    /// The milestone that may be paid now, and what it costs.
    pub to_pay: Option<(String, Money)>,
    /// How many changes the seller asks for.
    pub asked: usize,
}

/// A page of projects.
#[derive(Debug, Clone)]
pub struct ProjectList {
    /// The rows, the newest first.
    pub rows: Vec<ProjectRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// From 0.
    pub page: u64,
}

impl ProjectList {
    /// Rows on a page.
    pub const PAGE_SIZE: u64 = PAGE_SIZE;
}

impl Backend {
    /// The projects that somebody buys, sells in, or that are on their marketplace.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn project_list(&self, viewer: &Viewer, page: u64) -> Result<ProjectList> {
        let connection = self.db().read();
        let (found, total) = projects::page(connection, &of(viewer), page, PAGE_SIZE).await?;
        let ids: Vec<_> = found.iter().map(|project| project.id).collect();
        let milestones = milestones::of_projects(connection, &ids).await?;
        let totals = totals::of_projects(connection, &found, &milestones).await?;
        let mut names = Names::default();
        let mut rows = Vec::with_capacity(found.len());
        for project in found {
            let Some(totals) = totals.get(&project.id).copied() else { continue };
            let role = role(viewer, &project);
            let counterpart = match role {
                Role::Seller => project.buyer_name.clone().unwrap_or_else(|| project.buyer_email.clone()),
                _ => names.account(connection, project.seller).await?,
            };
            let steps = milestones.get(&project.id).map_or(&[][..], Vec::as_slice);
            let open = steps.iter().find(|milestone| milestone.step.progress() != Progress::Ended);
            rows.push(ProjectRow {
                role,
                counterpart,
                ended: steps.iter().filter(|milestone| milestone.step.progress() == Progress::Ended).count(),
                milestones: steps.len(),
                current: open
                    .filter(|_| project.status == ProjectStatus::Open)
                    .map(|milestone| (milestone.title.clone(), milestone.step.progress())),
                totals,
                project,
            });
        }
        Ok(ProjectList { rows, total, page })
    }

    /// What open projects wait for their buyer to do: answer the seller, or pay the milestone whose turn it is. Orders that
    /// wait for their buyer are listed as orders.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn project_duties(&self, viewer: &Viewer) -> Result<Vec<ProjectDuty>> {
        let connection = self.db().read();
        let buyers = of(viewer).buyers;
        let (mut found, _) =
            projects::page(connection, &ProjectsOf { buyers, ..ProjectsOf::default() }, 0, PAGE_SIZE).await?;
        found.retain(|project| project.status == ProjectStatus::Open);
        let ids: Vec<_> = found.iter().map(|project| project.id).collect();
        let mut milestones = milestones::of_projects(connection, &ids).await?;
        let mut duties = Vec::new();
        for project in found {
            let steps = milestones.remove(&project.id).unwrap_or_default();
            let next = steps.into_iter().find(|milestone| milestone.step.progress() != Progress::Ended);
            let to_pay = next.filter(|next| next.step.progress() == Progress::Planned);
            let to_pay = to_pay.map(|next| (next.title, Money::or_zero(next.amount, project.currency)));
            let asked = change_requests::open(connection, project.id).await?.len();
            if asked > 0 || to_pay.is_some() {
                duties.push(ProjectDuty { project: project.id, name: project.name, to_pay, asked });
            }
        }
        Ok(duties)
    }

    /// The names of the newest projects somebody takes part in: for the filter of their orders.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn project_names(&self, viewer: &Viewer) -> Result<Vec<(ProjectId, String)>> {
        let (found, _) = projects::page(self.db().read(), &of(viewer), 0, 50).await?;
        Ok(found.into_iter().map(|project| (project.id, project.name)).collect())
    }
}

fn of(viewer: &Viewer) -> ProjectsOf {
    let accounts = if viewer.verified { viewer.account_ids() } else { Vec::new() };
    ProjectsOf { buyers: accounts.clone(), sellers: accounts.clone(), operators: accounts }
}

fn role(viewer: &Viewer, project: &Project) -> Role {
    let parties = Parties { buyer: project.buyer, seller: project.seller, provider: None, operator: project.operator };
    permission::party(&parties, &viewer.account_ids()).map_or(Role::Buyer, |(role, _)| role)
}
