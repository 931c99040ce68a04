//! What the seller sets for the milestones of a project: who does the work, what the seller keeps, what a cancellation costs.

use super::ProjectEventKind;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::milestones as rows;
use crate::repo::{projects, providers};
use crate::service::providers::commission;
use crate::service::typed::keep;
use crate::service::viewer::Viewer;
use domain::ids::{MilestoneId, ProjectId, ProviderId};
use domain::money::Money;
use domain::project::{MilestoneTerms, ProjectDenied};

/// What a seller typed; empty fields leave it to the project, or to the delivery terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MilestoneTermsForm {
    /// The service provider's id.
    pub provider: String,
    /// Commission lines as text.
    pub commission: String,
    /// Hours after payment in which a cancellation is free.
    pub cancellation_free_hours: String,
    /// Fee of a later cancellation.
    pub cancellation_fee: String,
    /// Of a project: `on` where the buyer may carry a part of an accepted milestone into the next.
    pub rolls_forward: String,
}

impl Backend {
    /// The seller sets what holds for the milestones of a project that are not paid yet, or for `milestone` alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the seller and for a paid milestone,
    /// [`Error::Invalid`] with every refused field.
    pub async fn set_milestone_terms(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        milestone: Option<MilestoneId>,
        form: &MilestoneTermsForm,
    ) -> Result<()> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_seller()?;
        let project = &changing.by.project;
        let mut wrong = Vec::new();
        let mut terms = MilestoneTerms::default();
        if !form.provider.trim().is_empty() {
            let known = match form.provider.trim().parse::<ProviderId>() {
                Ok(provider) => providers::of_seller(&changing.tx, project.seller, provider)
                    .await
                    .ok()
                    .filter(|provider| provider.removed_at.is_none()),
                Err(_) => None,
            };
            let unknown = || "Choose one of your service providers.".to_owned();
            terms.provider = keep(&mut wrong, "provider", known.map(|provider| provider.id).ok_or_else(unknown));
        }
        if !form.commission.trim().is_empty() {
            match commission(&form.commission) {
                Ok(kept) => terms.commission = Some(kept),
                Err(error) => wrong.push(error),
            }
        }
        if !form.cancellation_free_hours.trim().is_empty() {
            let hours = form.cancellation_free_hours.trim().parse::<u32>().ok().filter(|hours| *hours <= 8_760);
            let hours = hours.ok_or_else(|| "Enter a number from 0 to 8760.".to_owned());
            terms.cancellation_free_hours = keep(&mut wrong, "cancellation_free_hours", hours);
        }
        if !form.cancellation_fee.trim().is_empty() {
            let fee = crate::service::typed::minor(&form.cancellation_fee, project.currency);
            terms.cancellation_fee = keep(&mut wrong, "cancellation_fee", fee);
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        // An order that waits for its payment under other terms is made anew under these.
        for (index, one) in changing.milestones.iter().enumerate() {
            if one.step.is_open_to_change() && milestone.is_none_or(|milestone| milestone == one.step.id) {
                self.cancel_unpaid(&changing, index).await?;
            }
        }
        let detail = match milestone {
            Some(milestone) => {
                let before = &changing.milestones[changing.index(milestone)?];
                if before.step.order.is_some() && !before.step.is_open_to_change() {
                    return Err(ProjectDenied::Paid.into());
                }
                rows::update(&changing.tx, &rows::Milestone { terms, ..before.clone() }).await?;
                format!("of “{}”", before.title)
            }
            None => {
                let rolls_forward = form.rolls_forward == "on";
                let after = super::Project { defaults: terms, rolls_forward, ..project.clone() };
                projects::update(&changing.tx, &after, self.now()).await?;
                "of every milestone that is not paid yet".to_owned()
            }
        };
        changing.log(self, ProjectEventKind::TermsSet, detail).await?;
        self.done(changing).await
    }
}

impl MilestoneTermsForm {
    /// The form that would set these terms.
    #[must_use]
    pub fn of(terms: &MilestoneTerms, currency: domain::Currency) -> Self {
        Self {
            provider: terms.provider.map(|provider| provider.to_string()).unwrap_or_default(),
            commission: terms.commission.as_ref().map(domain::order::Commission::typed).unwrap_or_default(),
            cancellation_free_hours: terms.cancellation_free_hours.map(|hours| hours.to_string()).unwrap_or_default(),
            cancellation_fee: terms
                .cancellation_fee
                .map(|fee| Money::or_zero(fee, currency).plain())
                .unwrap_or_default(),
            rolls_forward: String::new(),
        }
    }
}
