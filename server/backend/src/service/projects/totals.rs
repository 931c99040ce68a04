//! Where a project's money is, added up from the ledger over all its orders.

use crate::error::Result;
use crate::repo::ledger_sums::{OrderSum, sums_of_orders};
use crate::repo::milestones::Milestone;
use crate::repo::orders;
use crate::repo::projects::Project;
use domain::ids::ProjectId;
use domain::ledger::LedgerAccount;
use domain::money::Money;
use domain::project::Progress;
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// A project's money. What was paid in is what is held, released, refunded and kept as fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Planned and still to be paid, without fees.
    pub planned: Money,
    /// Paid by the buyer so far, fees included.
    pub paid_in: Money,
    /// In escrow, fees included.
    pub held: Money,
    /// Released to the seller, its service providers and the marketplace.
    pub released: Money,
    /// Given back to the buyer.
    pub refunded: Money,
    /// Kept as fees.
    pub fees: Money,
}

/// The totals of these projects.
pub(super) async fn of_projects(
    connection: &impl ConnectionTrait,
    projects: &[Project],
    milestones: &HashMap<ProjectId, Vec<Milestone>>,
) -> Result<HashMap<ProjectId, Totals>> {
    let ids: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
    let of_project = orders::ids_of_projects(connection, &ids).await?;
    let all: Vec<_> = of_project.iter().map(|(order, ..)| *order).collect();
    let sums = sums_of_orders(connection, &all).await?;
    let mut totals = HashMap::new();
    for project in projects {
        let mine = of_project.iter().filter(|(_, of, _)| *of == project.id);
        let carried = mine.clone().map(|(.., carried)| carried).sum();
        let lines: Vec<&OrderSum> = mine.filter_map(|(order, ..)| sums.get(order)).flatten().collect();
        let none = Vec::new();
        let planned = milestones.get(&project.id).unwrap_or(&none).iter().map(still_to_pay).sum();
        totals.insert(project.id, add_up(project, planned, carried, &lines));
    }
    Ok(totals)
}

/// What a milestone still takes, minor units.
fn still_to_pay(milestone: &Milestone) -> i64 {
    match milestone.step.progress() {
        Progress::Planned => milestone.amount,
        Progress::Unpaid => milestone.amount - milestone.step.carried,
        Progress::Running | Progress::Ended => 0,
    }
}

fn add_up(project: &Project, planned: i64, carried: i64, lines: &[&OrderSum]) -> Totals {
    // What was carried over came into a hold twice, and was paid once. Money in suspense was not paid for anything yet.
    let (mut paid_in, mut held, mut released, mut refunded, mut fees) = (-carried, 0, 0, 0, 0);
    for line in lines {
        let (credit, debit) = if line.side == "credit" { (line.minor, 0) } else { (0, line.minor) };
        match LedgerAccount::from_code(&line.account) {
            Some(LedgerAccount::Hold(_) | LedgerAccount::FeeHold(_)) => {
                paid_in += credit;
                held += credit - debit;
            }
            Some(LedgerAccount::Payable(_)) => released += credit,
            Some(LedgerAccount::RefundDue(_)) => refunded += credit,
            Some(LedgerAccount::RevenueEscrowFee | LedgerAccount::RevenuePayoutFee | LedgerAccount::ExpenseGateway) => {
                fees += credit - debit
            }
            _ => {}
        }
    }
    let money = |minor| Money::or_zero(minor, project.currency);
    Totals {
        planned: money(planned),
        paid_in: money(paid_in),
        held: money(held),
        released: money(released),
        refunded: money(refunded),
        fees: money(fees),
    }
}
