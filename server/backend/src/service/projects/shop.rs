//! A milestone that a shop sends its buyer to pay: planned and placed in one act, in its turn or not at all.

use super::milestones::Plan;
use super::pay::place_order;
use super::{Changing, Standing};
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::milestones::{self as rows, Milestone};
use crate::repo::{api_orders, projects};
use domain::ids::{MilestoneId, OrderId, ProjectId, ProviderId, UserId};
use domain::limits::QUOTE_SECONDS;
use domain::order::{Commission, Role};
use domain::project::{self, MilestoneTerms, Progress, ProjectDenied};
use sea_orm::DatabaseTransaction;
use time::Duration;

/// What the shop says about a milestone.
pub(crate) struct ShopMilestone {
    /// What is done in it.
    pub(crate) title: String,
    /// The same in words.
    pub(crate) description: String,
    /// What it costs, minor units.
    pub(crate) amount: i64,
    /// Days to deliver.
    pub(crate) delivery_days: u32,
    /// Who does the work.
    pub(crate) provider: Option<ProviderId>,
    /// What the seller keeps then.
    pub(crate) commission: Option<Commission>,
}

impl Backend {
    /// The order of a milestone that the buyer pays through the seller's shop, in the caller's transaction, which comes back.
    /// The buyer pays, so it is the buyer who plans it, as the next one (rules.md section 7).
    ///
    /// # Errors
    /// [`Error::Project`] where an earlier milestone is not completed, or the project is closed: nothing is charged then.
    pub(crate) async fn shop_milestone(
        &self,
        tx: DatabaseTransaction,
        id: ProjectId,
        shop: ShopMilestone,
        user: UserId,
    ) -> Result<(DatabaseTransaction, OrderId)> {
        let project = projects::lock(&tx, id).await?;
        let by = Standing { project, role: Role::Buyer, user, acts: true };
        by.as_buyer()?;
        let milestones = rows::of_project(&tx, id).await?;
        let mut changing = Changing { tx, by, milestones };
        let milestone = self.planned_by_shop(&changing, &shop).await?;
        if shop.provider.is_some() {
            let terms =
                MilestoneTerms { provider: shop.provider, commission: shop.commission, ..MilestoneTerms::default() };
            rows::set_terms(&changing.tx, milestone, &terms).await?;
        }
        changing.milestones = rows::of_project(&changing.tx, id).await?;
        self.put_next(&mut changing, milestone).await?;
        let index = changing.index(milestone)?;
        project::turn(&changing.steps(), index)?;
        let chosen = &changing.milestones[index];
        let order = match (chosen.step.progress(), chosen.step.order) {
            (Progress::Unpaid, Some((order, _))) => order,
            (Progress::Planned, _) => {
                place_order(self, &changing.tx, &changing.by.project, chosen, None, Some(user)).await?.order
            }
            _ => return Err(Error::from(ProjectDenied::Paid)),
        };
        Ok((changing.tx, order))
    }

    /// The planned milestone with this title and price; else the one that an earlier visit to the shop left unpaid, changed to
    /// this; else a new one.
    async fn planned_by_shop(&self, changing: &Changing, shop: &ShopMilestone) -> Result<MilestoneId> {
        let open = || changing.milestones.iter().filter(|milestone| milestone.step.is_open_to_change());
        if let Some(planned) = open().find(|one| one.title == shop.title && one.amount == shop.amount) {
            return Ok(planned.step.id);
        }
        let plan = Plan {
            title: shop.title.clone(),
            description: shop.description.clone(),
            amount: shop.amount,
            delivery_days: shop.delivery_days,
        };
        for milestone in open() {
            let Some((order, _)) = milestone.step.order else { continue };
            let Some(left) = api_orders::of_order(&changing.tx, order).await? else { continue };
            let in_use = left.created_at + Duration::seconds(QUOTE_SECONDS) > self.now();
            if in_use && milestone.step.progress() == Progress::Unpaid {
                // Somebody may be paying it at this moment.
                return Err(ProjectDenied::Locked(changing.index(milestone.step.id)? + 1).into());
            }
            self.edited(changing, milestone.step.id, plan).await?;
            return Ok(milestone.step.id);
        }
        self.added(changing, plan, false).await
    }

    /// Moves a milestone before every other that is not paid: the buyer pays it now.
    async fn put_next(&self, changing: &mut Changing, id: MilestoneId) -> Result<()> {
        let from = changing.index(id)?;
        let is_open = |milestone: &Milestone| milestone.step.is_open_to_change();
        let to = changing.milestones.iter().position(is_open).unwrap_or(from);
        if to >= from {
            return Ok(());
        }
        for index in to..from {
            self.cancel_unpaid(changing, index).await?;
        }
        let mut order: Vec<MilestoneId> = changing.steps().iter().map(|step| step.id).collect();
        let moved = order.remove(from);
        order.insert(to, moved);
        rows::reorder(&changing.tx, &order).await?;
        changing.milestones = rows::of_project(&changing.tx, changing.by.project.id).await?;
        Ok(())
    }
}
