//! Carrying a part of a milestone's hold into the next on acceptance.

use super::pay::place_order;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders::Stored;
use crate::repo::{milestones, projects};
use crate::service::access::Access;
use domain::order::{Command, Denied, Guard, Role};
use sea_orm::DatabaseTransaction;

/// Places the next milestone's order with `carry` minor units carried into it, in the transaction that accepts `stored`;
/// answers the command that moves the money. The order, and so its project, is locked by the caller.
///
/// # Errors
/// [`Error::Denied`] where the project carries nothing over, or not so much.
pub(crate) async fn carry_into_next(
    backend: &Backend,
    tx: &DatabaseTransaction,
    stored: &Stored,
    carry: i64,
    access: Access,
) -> Result<Command> {
    let refused = |guard| Error::Denied(Denied::Guard(guard));
    let (Some((project, milestone)), Some(place)) = (stored.facts.milestone, stored.order.milestone) else {
        return Err(refused(Guard::CarriesOver));
    };
    let whole = stored.order.price.total();
    if access.actor.role != Role::Buyer || !(1..=place.carry_max.min(whole - 1)).contains(&carry) {
        return Err(refused(if place.carry_max == 0 { Guard::CarriesOver } else { Guard::CarryFits }));
    }
    let all = milestones::of_project(tx, project).await?;
    let index = all.iter().position(|one| one.step.id == milestone);
    let next = index.and_then(|index| all.get(index + 1)).ok_or_else(|| refused(Guard::CarriesOver))?;
    let project = projects::by_id(tx, project).await?;
    let placed = place_order(backend, tx, &project, next, Some((carry, stored.order.id)), access.user).await?;
    Ok(Command::AcceptAndCarry { carry, into: placed.order })
}
