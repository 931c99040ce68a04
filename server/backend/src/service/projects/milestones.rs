//! Planning: only the buyer adds, changes, moves and removes milestones, as long as they are not paid.

use super::told::{self, Told};
use super::{Changing, ProjectEventKind};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::ProjectNotice;
use crate::repo::idempotency::{self, Key};
use crate::repo::milestones::{self as rows, Milestone};
use crate::repo::orders;
use crate::repo::payments::{self, PaymentStatus};
use crate::secret::sha256_hex;
use crate::service::execute::execute;
use crate::service::platform::Platform;
use crate::service::typed::keep;
use crate::service::viewer::Viewer;
use domain::ids::{MilestoneId, ProjectId};
use domain::limits::TITLE_CHARS_MAX;
use domain::money::{Currency, Money};
use domain::order::{Actor, Command, Price, Role, Status};
use domain::project::{self, MILESTONES_MAX, MilestoneTerms, ProjectDenied, Step};
use domain::text::{self, FieldError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody typed about a milestone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneForm {
    /// What is done in it, in one line.
    pub title: String,
    /// What is done, in words; may be empty.
    pub description: String,
    /// What it costs, as typed.
    pub amount: String,
    /// Days to deliver.
    pub delivery_days: String,
}

/// A milestone as it was read from its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) amount: i64,
    pub(super) delivery_days: u32,
}

impl Plan {
    /// Reads every field and reports all that is wrong at once.
    pub(super) fn read(platform: &Platform, currency: Currency, form: &MilestoneForm) -> Result<Self> {
        let mut wrong = Vec::new();
        let title = keep(&mut wrong, "title", text::line(&form.title, "what the milestone is", TITLE_CHARS_MAX));
        let description = keep(&mut wrong, "description", text::paragraph(&form.description));
        let read = Money::parse(&form.amount, currency).map(Money::minor).map_err(|error| error.to_string());
        let amount = keep(&mut wrong, "amount", read);
        if let Some(product) = amount {
            let price = Price { currency, product, shipping: 0 };
            let checked = price.validate().map_err(|error| Error::field("amount", error.to_string()));
            if let Err(Error::Invalid(errors)) = checked.and_then(|()| platform.allows(price)) {
                wrong.extend(errors);
            }
        }
        let days = form.delivery_days.trim().parse::<u32>().ok().filter(|days| (1..=90).contains(days));
        if days.is_none() {
            wrong.push(FieldError::new("delivery_days", "Enter a number of days from 1 to 90."));
        }
        match (title, description, amount, days) {
            (Some(title), Some(description), Some(amount), Some(delivery_days)) if wrong.is_empty() => {
                Ok(Self { title, description, amount, delivery_days })
            }
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

impl Backend {
    /// Adds a milestone at the end and tells the seller.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the buyer and where there are too many,
    /// [`Error::Invalid`] with every refused field.
    pub async fn add_milestone(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        form: &MilestoneForm,
        key: &str,
    ) -> Result<MilestoneId> {
        let platform = self.platform().await?;
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let key = Key {
            scope: format!("{id}:add_milestone"),
            request_hash: sha256_hex(serde_json::to_string(form)?.as_bytes()),
            key: key.to_owned(),
        };
        if let Some(added) = idempotency::claim(&changing.tx, &key, self.now()).await? {
            return Ok(added);
        }
        let plan = Plan::read(&platform, changing.by.project.currency, form)?;
        let added = self.added(&changing, plan, true).await?;
        idempotency::record(&changing.tx, &key, &added).await?;
        self.done(changing).await?;
        Ok(added)
    }

    /// Changes a milestone that is not paid; an order that waits for its payment is cancelled and made anew when it is paid.
    ///
    /// # Errors
    /// As [`Self::add_milestone`]; [`Error::Project`] where it was paid.
    pub async fn edit_milestone(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        milestone: MilestoneId,
        form: &MilestoneForm,
    ) -> Result<()> {
        let platform = self.platform().await?;
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let plan = Plan::read(&platform, changing.by.project.currency, form)?;
        self.edited(&changing, milestone, plan).await?;
        self.done(changing).await
    }

    /// Moves a milestone that is not paid to the place `to`, counted from 0.
    ///
    /// # Errors
    /// As [`Self::add_milestone`]; [`Error::Project`] where it was paid, or would stand before one that was.
    pub async fn move_milestone(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        milestone: MilestoneId,
        to: usize,
    ) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let (steps, from) = (changing.steps(), changing.index(milestone)?);
        project::may_move(&steps, from, to)?;
        let mut order: Vec<MilestoneId> = steps.iter().map(|step| step.id).collect();
        let moved = order.remove(from);
        order.insert(to, moved);
        for index in from.min(to)..=from.max(to) {
            self.cancel_unpaid(&changing, index).await?;
        }
        rows::reorder(&changing.tx, &order).await?;
        let detail = format!("“{}” is number {} now", changing.milestones[from].title, to + 1);
        changing.log(self, ProjectEventKind::MilestoneMoved, detail).await?;
        self.done(changing).await
    }

    /// Removes a milestone that is not paid.
    ///
    /// # Errors
    /// As [`Self::edit_milestone`]; [`Error::Refused`] where it was removed already.
    pub async fn remove_milestone(&self, viewer: &Viewer, id: ProjectId, milestone: MilestoneId) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        if changing.index(milestone).is_err() {
            return Err(Error::Refused("This milestone is not in the project any more."));
        }
        self.removed(&changing, milestone).await?;
        self.done(changing).await
    }

    /// Writes a new milestone behind the others; `news` where the seller did not ask for it.
    pub(super) async fn added(&self, changing: &Changing, plan: Plan, news: bool) -> Result<MilestoneId> {
        if changing.milestones.len() >= MILESTONES_MAX {
            return Err(ProjectDenied::TooMany.into());
        }
        let (now, project) = (self.now(), &changing.by.project);
        let milestone = Milestone {
            step: Step { id: MilestoneId(Uuid::now_v7()), order: None, carried: 0 },
            project: project.id,
            title: plan.title,
            description: plan.description,
            amount: plan.amount,
            delivery_days: plan.delivery_days,
            terms: MilestoneTerms::default(),
            created_at: now,
        };
        rows::insert(&changing.tx, &milestone).await?;
        let order: Vec<MilestoneId> = changing.steps().iter().map(|step| step.id).chain([milestone.step.id]).collect();
        rows::reorder(&changing.tx, &order).await?;
        let amount = Money::or_zero(milestone.amount, project.currency);
        let detail = format!("“{}”, {amount}", milestone.title);
        changing.log(self, ProjectEventKind::MilestoneAdded, detail).await?;
        if news {
            let told = Told {
                milestone: Some((milestone.title, amount)),
                text: Some(milestone.description),
                ..Told::new(ProjectNotice::MilestoneAdded, Role::Seller)
            };
            told::tell(&changing.tx, project, told, now).await?;
        }
        Ok(milestone.step.id)
    }

    /// Writes a changed milestone.
    pub(super) async fn edited(&self, changing: &Changing, id: MilestoneId, plan: Plan) -> Result<()> {
        let index = changing.index(id)?;
        let before = &changing.milestones[index];
        if !before.step.is_open_to_change() {
            return Err(ProjectDenied::Paid.into());
        }
        self.cancel_unpaid(changing, index).await?;
        let currency = changing.by.project.currency;
        let shown = |minor| Money::or_zero(minor, currency);
        let detail = if before.amount == plan.amount {
            format!("“{}”", plan.title)
        } else {
            format!("“{}”: {} instead of {}", plan.title, shown(plan.amount), shown(before.amount))
        };
        let after = Milestone {
            title: plan.title,
            description: plan.description,
            amount: plan.amount,
            delivery_days: plan.delivery_days,
            ..before.clone()
        };
        rows::update(&changing.tx, &after).await?;
        changing.log(self, ProjectEventKind::MilestoneChanged, detail).await
    }

    /// Takes a milestone out.
    pub(super) async fn removed(&self, changing: &Changing, id: MilestoneId) -> Result<()> {
        let index = changing.index(id)?;
        let milestone = &changing.milestones[index];
        if !milestone.step.is_open_to_change() {
            return Err(ProjectDenied::Paid.into());
        }
        self.cancel_unpaid(changing, index).await?;
        rows::delete(&changing.tx, id).await?;
        changing.log(self, ProjectEventKind::MilestoneRemoved, format!("“{}”", milestone.title)).await
    }

    /// Cancels the order of a milestone that waits for its payment, so that nobody pays what is no longer planned.
    pub(super) async fn cancel_unpaid(&self, changing: &Changing, index: usize) -> Result<()> {
        let Some((id, Status::AwaitingPayment)) = changing.milestones[index].step.order else { return Ok(()) };
        let tx = &changing.tx;
        let payments = payments::of_order(tx, id).await?;
        if payments.iter().any(|payment| payment.status == PaymentStatus::Pending) {
            return Err(Error::Refused("A payment for this milestone is on its way. Wait for it to be confirmed."));
        }
        let mut stored = orders::lock(tx, id).await?;
        execute(self, tx, &mut stored, Command::Cancel, Actor::new(changing.by.role), Some(changing.by.user)).await?;
        Ok(())
    }

    /// Ends a change.
    pub(super) async fn done(&self, changing: Changing) -> Result<()> {
        changing.tx.commit().await?;
        self.wake_workers();
        Ok(())
    }
}
