//! A milestone's order: placed when its buyer goes to pay it in its turn, and what its end leads to.

use super::told::{self, Told};
use super::{Project, ProjectStatus};
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::ProjectNotice;
use crate::repo::milestones::{self as rows, Milestone};
use crate::repo::{associations, orders, projects, providers};
use crate::service::delivery_terms::terms_of;
use crate::service::execute::execute_over;
use crate::service::place::{Agreed, Placed, place};
use crate::service::viewer::Viewer;
use crate::service::{payouts, quote};
use domain::Money;
use domain::ids::{MilestoneId, OrderId, ProjectId, UserId};
use domain::order::{Actor, Command, Price, Role, Status};
use domain::project::{self, CARRIED_PAYMENT_HOURS, Progress, ProjectDenied, Step};
use domain::text::Email;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;

impl Backend {
    /// The order of a milestone that its buyer is about to pay, placed where there is none. Two browsers get the same order;
    /// a milestone out of turn gets none, so that nothing is charged.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Project`] for all but the buyer, out of turn, and where it was paid.
    pub async fn order_of_milestone(&self, viewer: &Viewer, id: ProjectId, milestone: MilestoneId) -> Result<OrderId> {
        let changing = self.change_project(viewer, id).await?;
        changing.by.as_buyer()?;
        let index = changing.index(milestone)?;
        project::turn(&changing.steps(), index)?;
        let chosen = &changing.milestones[index];
        match (chosen.step.progress(), chosen.step.order) {
            (Progress::Unpaid, Some((order, _))) => return Ok(order),
            (Progress::Planned, _) => {}
            _ => return Err(ProjectDenied::Paid.into()),
        }
        let placed = place_order(self, &changing.tx, &changing.by.project, chosen, None, Some(viewer.user)).await?;
        self.done(changing).await?;
        Ok(placed.order)
    }
}

/// Places the order of a planned milestone under the terms that hold now, with what is carried into it and from where.
pub(super) async fn place_order(
    backend: &Backend,
    tx: &DatabaseTransaction,
    project: &Project,
    milestone: &Milestone,
    carried: Option<(i64, OrderId)>,
    user: Option<UserId>,
) -> Result<Placed> {
    let set = milestone.terms.clone().or(&project.defaults);
    let offered = terms_of(tx, project.seller, project.currency).await?;
    let mut terms = set.over(offered, milestone.delivery_days);
    let operator = match project.operator {
        Some(operator) => associations::active(tx, operator, project.seller).await?,
        None => None,
    };
    let provider = match set.provider.filter(|_| project.operator.is_none()) {
        Some(provider) => Some(providers::of_seller(tx, project.seller, provider).await?)
            .filter(|provider| provider.removed_at.is_none())
            .map(|provider| provider.id),
        None => None,
    };
    if let Some(association) = &operator {
        terms.commission = association.commission.clone();
    }
    if carried.is_some() {
        terms.payment_hours = CARRIED_PAYMENT_HOURS;
    }
    let price = Price { currency: project.currency, product: milestone.amount, shipping: 0 };
    let platform = backend.platform_on(tx).await?;
    let payable = platform.allows(price).and_then(|()| {
        quote::preview_carrying(&platform, price, carried.map_or(0, |(minor, _)| minor), &terms, provider.is_some())
    });
    if let Err(Error::Invalid(_)) = payable {
        return Err(Error::Refused(
            "The amount of this milestone cannot be paid here any more. Change it and try again.",
        ));
    }
    payable?;
    let agreed = Agreed {
        placed_by: Role::Buyer,
        seller: project.seller,
        provider,
        operator: operator.map(|association| association.operator),
        buyer_email: Email::parse(&project.buyer_email).map_err(|source| Error::internal("stored address", source))?,
        buyer_name: project.buyer_name.clone(),
        title: milestone.title.clone(),
        description: milestone.description.clone(),
        kind: "service".to_owned(),
        price,
        terms,
        listing: None,
        awaits: None,
        milestone: Some((project.id, milestone.step.id)),
        carried,
        quiet: false,
    };
    let placed = place(backend, tx, agreed, user).await?;
    rows::set_order(tx, milestone.step.id, placed.order).await?;
    Ok(placed)
}

/// A milestone's order was completed: the buyer is told that the next may be paid. One that was carried over in full is
/// paid by that.
pub(crate) async fn milestone_ended(
    backend: &Backend,
    tx: &DatabaseTransaction,
    id: ProjectId,
    now: OffsetDateTime,
) -> Result<()> {
    let project = projects::by_id(tx, id).await?;
    let milestones = rows::of_project(tx, id).await?;
    let steps: Vec<Step> = milestones.iter().map(|milestone| milestone.step).collect();
    let Some(index) = steps.iter().position(|step| step.progress() != Progress::Ended) else { return Ok(()) };
    if project.status != ProjectStatus::Open || steps[index].progress() == Progress::Running {
        return Ok(());
    }
    let next = &milestones[index];
    let mut to_pay = next.amount;
    if let Some((order, Status::AwaitingPayment)) = next.step.order {
        let mut stored = orders::lock(tx, order).await?;
        to_pay = stored.order.price.total() - stored.order.carried;
        if stored.order.carried > 0 && to_pay == 0 {
            // Nothing is charged on what was carried over, so no change of the fees can refuse it.
            let quote = quote::of_order(&backend.platform_on(tx).await?, &stored.order)?;
            let origin = payouts::paid_by(tx, &stored).await?;
            let rail = origin.map_or_else(|| backend.rail().name().to_owned(), |payment| payment.rail);
            let pay = Command::Pay { amount: Money::or_zero(0, quote.currency), quote: Box::new(quote) };
            execute_over(backend, tx, &mut stored, pay, (Actor::new(Role::Rail), None), &rail).await?;
            return Ok(());
        }
    }
    let told = Told {
        milestone: Some((next.title.clone(), Money::or_zero(to_pay, project.currency))),
        tag: Some(format!("may_be_paid:{}", next.step.id)),
        ..Told::new(ProjectNotice::MayBePaid, Role::Buyer)
    };
    told::tell(tx, &project, told, now).await
}
