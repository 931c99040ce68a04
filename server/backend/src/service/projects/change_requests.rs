//! A seller may ask for a change of the milestones; it takes effect only by the buyer.

use super::milestones::Plan;
use super::told::{self, Told};
use super::{ChangeKind, ChangeRequest, ChangeStatus, Changing, MilestoneForm, ProjectEventKind};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::ProjectNotice;
use crate::repo::change_requests as rows;
use crate::service::typed::keep;
use crate::service::viewer::Viewer;
use domain::ids::{ChangeRequestId, MilestoneId, ProjectId};
use domain::money::Money;
use domain::order::Role;
use domain::project::ProjectDenied;
use domain::text;
use uuid::Uuid;

/// Most open requests of a project.
const OPEN_MAX: usize = 20;

/// What a seller typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeForm {
    /// The milestone as it should be.
    pub plan: MilestoneForm,
    /// Why.
    pub reason: String,
}

impl Backend {
    /// The seller asks for a milestone to be added, changed or removed, and the buyer is told. `milestone` is the one to
    /// change or remove; of a removal only the reason is read.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the seller and where it was paid,
    /// [`Error::Invalid`] with every refused field.
    pub async fn ask_for_change(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        kind: ChangeKind,
        milestone: Option<MilestoneId>,
        form: &ChangeForm,
    ) -> Result<()> {
        let platform = self.platform().await?;
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_seller()?;
        if rows::open(&changing.tx, id).await?.len() >= OPEN_MAX {
            return Err(Error::Refused("Several changes wait for the buyer's answer already. Take one back first."));
        }
        let project = &changing.by.project;
        let milestone = milestone.filter(|_| kind != ChangeKind::Add);
        let existing = match (kind, milestone) {
            (ChangeKind::Add, _) => None,
            (_, None) => return Err(Error::NotFound),
            (_, Some(milestone)) => Some(&changing.milestones[changing.index(milestone)?]),
        };
        if existing.is_some_and(|existing| !existing.step.is_open_to_change()) {
            return Err(ProjectDenied::Paid.into());
        }
        let mut wrong = Vec::new();
        let reason = keep(&mut wrong, "reason", text::paragraph(&form.reason));
        let plan = match existing {
            Some(existing) if kind == ChangeKind::Remove => Ok(Plan {
                title: existing.title.clone(),
                description: existing.description.clone(),
                amount: existing.amount,
                delivery_days: existing.delivery_days,
            }),
            _ => Plan::read(&platform, project.currency, &form.plan),
        };
        let plan = match plan {
            Err(Error::Invalid(errors)) => {
                wrong.extend(errors);
                None
            }
            other => Some(other?),
        };
        let (Some(reason), Some(plan), true) = (reason, plan, wrong.is_empty()) else {
            return Err(Error::Invalid(wrong));
        };
        let now = self.now();
        let request = ChangeRequest {
            id: ChangeRequestId(Uuid::now_v7()),
            project: id,
            milestone,
            kind,
            title: plan.title,
            description: plan.description,
            amount: plan.amount,
            delivery_days: plan.delivery_days,
            reason,
            status: ChangeStatus::Open,
            created_at: now,
        };
        rows::insert(&changing.tx, &request).await?;
        changing.log(self, ProjectEventKind::ChangeAsked, about(&request)).await?;
        let text = Some(request.reason.clone());
        self.tell_of_change(&changing, &request, ProjectNotice::ChangeAsked, text).await?;
        self.done(changing).await
    }

    /// The buyer makes the change that the seller asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the buyer and where the milestone was paid
    /// meanwhile, [`Error::Refused`] where it was answered.
    pub async fn apply_change(&self, viewer: &Viewer, id: ProjectId, request: ChangeRequestId) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let request = open(&changing, request).await?;
        let plan = Plan {
            title: request.title.clone(),
            description: request.description.clone(),
            amount: request.amount,
            delivery_days: request.delivery_days,
        };
        let gone = Error::Refused("This milestone is not in the project any more.");
        match (request.kind, request.milestone) {
            (ChangeKind::Add, _) => {
                self.added(&changing, plan, false).await?;
            }
            (_, Some(milestone)) if changing.index(milestone).is_err() => return Err(gone),
            (ChangeKind::Edit, Some(milestone)) => self.edited(&changing, milestone, plan).await?,
            (ChangeKind::Remove, Some(milestone)) => self.removed(&changing, milestone).await?,
            (_, None) => return Err(gone),
        }
        rows::answer(&changing.tx, request.id, ChangeStatus::Applied, self.now()).await?;
        self.tell_of_change(&changing, &request, ProjectNotice::ChangeApplied, None).await?;
        self.done(changing).await
    }

    /// The buyer declines a change; the milestones stay as they are.
    ///
    /// # Errors
    /// As [`Self::apply_change`].
    pub async fn decline_change(&self, viewer: &Viewer, id: ProjectId, request: ChangeRequestId) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let request = open(&changing, request).await?;
        rows::answer(&changing.tx, request.id, ChangeStatus::Declined, self.now()).await?;
        changing.log(self, ProjectEventKind::ChangeDeclined, about(&request)).await?;
        self.tell_of_change(&changing, &request, ProjectNotice::ChangeDeclined, None).await?;
        self.done(changing).await
    }

    /// The seller takes a request back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the seller, [`Error::Refused`] where it was
    /// answered.
    pub async fn withdraw_change(&self, viewer: &Viewer, id: ProjectId, request: ChangeRequestId) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_seller()?;
        let request = open(&changing, request).await?;
        rows::answer(&changing.tx, request.id, ChangeStatus::Withdrawn, self.now()).await?;
        changing.log(self, ProjectEventKind::ChangeWithdrawn, about(&request)).await?;
        self.done(changing).await
    }

    async fn tell_of_change(
        &self,
        changing: &Changing,
        request: &ChangeRequest,
        notice: ProjectNotice,
        text: Option<String>,
    ) -> Result<()> {
        let project = &changing.by.project;
        let role = if notice == ProjectNotice::ChangeAsked { Role::Buyer } else { Role::Seller };
        let milestone = Some((request.title.clone(), Money::or_zero(request.amount, project.currency)));
        told::tell(&changing.tx, project, Told { milestone, text, ..Told::new(notice, role) }, self.now()).await
    }
}

async fn open(changing: &Changing, id: ChangeRequestId) -> Result<ChangeRequest> {
    let request = rows::of_project(&changing.tx, changing.by.project.id, id).await?;
    if request.status == ChangeStatus::Open {
        return Ok(request);
    }
    Err(Error::Refused("This request was answered or taken back already."))
}

fn about(request: &ChangeRequest) -> String {
    match request.kind {
        ChangeKind::Add => format!("to add “{}”", request.title),
        ChangeKind::Edit => format!("of “{}”", request.title),
        ChangeKind::Remove => format!("to remove “{}”", request.title),
    }
}
