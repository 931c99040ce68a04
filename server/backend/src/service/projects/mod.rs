//! Milestone projects: phases that are escrow orders, each of which ends before the next is paid (rules.md section 7).

mod carry;
mod change_requests;
mod finish;
mod list;
mod milestones;
mod pay;
mod shop;
mod start;
mod terms;
mod told;
mod totals;
mod view;

pub(crate) use carry::carry_into_next;
pub use change_requests::ChangeForm;
pub use list::{ProjectDuty, ProjectList, ProjectRow};
pub use milestones::MilestoneForm;
pub(crate) use pay::milestone_ended;
pub(crate) use shop::ShopMilestone;
pub use start::NewProject;
pub use terms::MilestoneTermsForm;
pub use totals::Totals;
pub use view::{Happened, HistoryLine, MilestoneOrder, MilestoneView, ProjectView};

pub use crate::repo::change_requests::{ChangeKind, ChangeRequest, ChangeStatus};
pub use crate::repo::project_log::ProjectEventKind;
pub use crate::repo::projects::Project;

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::milestones::{self as rows, Milestone};
use crate::repo::project_log::{self, ProjectEvent};
use crate::repo::projects;
use crate::service::viewer::Viewer;
use domain::ids::{MilestoneId, ProjectId, UserId};
use domain::order::{Parties, Role};
use domain::permission::{self, Capability};
use domain::project::{ProjectDenied, ProjectStatus, Step};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

/// Somebody in front of a project.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// The project.
    pub(crate) project: Project,
    /// The part they play: buyer, seller or operator.
    pub(crate) role: Role,
    /// Who.
    pub(crate) user: UserId,
    /// Whether their role in the account lets them act.
    pub(crate) acts: bool,
}

impl Standing {
    /// Lets the buyer of an open project pass.
    fn as_buyer(&self) -> Result<()> {
        self.may(Role::Buyer, ProjectDenied::OnlyBuyer)
    }

    /// Lets the seller of an open project pass.
    fn as_seller(&self) -> Result<()> {
        self.may(Role::Seller, ProjectDenied::OnlySeller)
    }

    fn may(&self, role: Role, otherwise: ProjectDenied) -> Result<()> {
        if self.role != role {
            return Err(otherwise.into());
        }
        if !self.acts {
            return Err(domain::order::Denied::ReadOnly.into());
        }
        if self.project.status == ProjectStatus::Open { Ok(()) } else { Err(ProjectDenied::Closed.into()) }
    }
}

/// A locked project with its milestones, about to be changed.
pub(crate) struct Changing {
    /// The transaction that holds the lock.
    pub(crate) tx: DatabaseTransaction,
    /// The project and who changes it.
    pub(crate) by: Standing,
    /// Its milestones, in their order.
    pub(crate) milestones: Vec<Milestone>,
}

impl Changing {
    /// The milestones as the rules see them.
    pub(crate) fn steps(&self) -> Vec<Step> {
        self.milestones.iter().map(|milestone| milestone.step).collect()
    }

    /// The place of a milestone, counted from 0.
    pub(crate) fn index(&self, id: MilestoneId) -> Result<usize> {
        self.milestones.iter().position(|milestone| milestone.step.id == id).ok_or(Error::NotFound)
    }

    /// Writes what happened, in the same transaction.
    pub(crate) async fn log(&self, backend: &Backend, kind: ProjectEventKind, detail: impl Into<String>) -> Result<()> {
        let event = ProjectEvent { at: backend.now(), role: self.by.role, kind, detail: detail.into() };
        project_log::append(&self.tx, self.by.project.id, &event, Some(self.by.user)).await
    }
}

impl Backend {
    /// A project for one of its parties.
    pub(crate) async fn open_project(
        &self,
        connection: &impl ConnectionTrait,
        viewer: &Viewer,
        id: ProjectId,
    ) -> Result<Standing> {
        standing(viewer, projects::by_id(connection, id).await?)
    }

    /// Locks a project for a change by one of its parties; no order of it changes until the transaction ends.
    pub(crate) async fn change_project(&self, viewer: &Viewer, id: ProjectId) -> Result<Changing> {
        let tx = self.db().begin().await?;
        let by = standing(viewer, projects::lock(&tx, id).await?)?;
        let milestones = rows::of_project(&tx, id).await?;
        Ok(Changing { tx, by, milestones })
    }
}

/// The part somebody plays in a project; who plays none learns nothing of it.
fn standing(viewer: &Viewer, project: Project) -> Result<Standing> {
    let parties = Parties { buyer: project.buyer, seller: project.seller, provider: None, operator: project.operator };
    let part = permission::party(&parties, &viewer.account_ids()).filter(|_| viewer.verified);
    let (role, account) = part.ok_or(Error::NotFound)?;
    let member = viewer.memberships.iter().find(|membership| membership.account == account);
    let acts = member.is_some_and(|membership| membership.role.may(Capability::Orders));
    Ok(Standing { project, role, user: viewer.user, acts })
}
