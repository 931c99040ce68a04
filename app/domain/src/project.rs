//! Milestone projects: phases that are escrow orders, each of which ends before the next is paid (rules.md section 7).

use crate::ids::{MilestoneId, OrderId, ProviderId};
use crate::order::{Commission, Status, Terms};
use serde::{Deserialize, Serialize};

/// Most milestones of a project.
pub const MILESTONES_MAX: usize = 50;

/// Hours in which an order must be paid that money was carried into: the most the terms allow, as its turn comes only when
/// the milestone before it is paid out.
pub const CARRIED_PAYMENT_HOURS: u32 = 720;

/// Where a project stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectStatus {
    /// Milestones are planned and paid.
    Open,
    /// The buyer closed it; every milestone ended.
    Completed,
    /// The buyer stopped it; what was not paid falls away.
    Cancelled,
}

impl ProjectStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Completed, Self::Cancelled];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status with this stored name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
        }
    }
}

/// How far a milestone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Progress {
    /// Planned; no order, or one that was never paid in time.
    Planned,
    /// Its order waits for the buyer's payment.
    Unpaid,
    /// Its order holds money, or pays it out.
    Running,
    /// Its order is Completed: paid out or refunded.
    Ended,
}

/// A milestone as the rules see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Identity.
    pub id: MilestoneId,
    /// Its newest order.
    pub order: Option<(OrderId, Status)>,
    /// Part of its order's price that was carried over from the milestone before, minor units.
    pub carried: i64,
}

impl Step {
    /// How far it is.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        match self.order {
            None | Some((_, Status::Expired)) => Progress::Planned,
            Some((_, Status::AwaitingPayment)) => Progress::Unpaid,
            Some((_, Status::Completed)) => Progress::Ended,
            Some(_) => Progress::Running,
        }
    }

    /// Whether the buyer may still change, move or remove it: nothing was paid or carried into it.
    #[must_use]
    pub const fn is_open_to_change(&self) -> bool {
        match self.progress() {
            Progress::Planned => true,
            Progress::Unpaid => self.carried == 0,
            Progress::Running | Progress::Ended => false,
        }
    }
}

/// Why a project refuses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProjectDenied {
    /// It is closed or cancelled.
    #[error("This project is closed.")]
    Closed,
    /// Only the buyer may.
    #[error("Only the buyer changes a project and its milestones. Ask for the change instead.")]
    OnlyBuyer,
    /// Only the seller may.
    #[error("Only the seller does this.")]
    OnlySeller,
    /// An earlier milestone, counted from 1, is not completed.
    #[error("Milestone {0} is not completed yet: it must be paid out or refunded before this one can be paid.")]
    Locked(usize),
    /// The milestone was paid.
    #[error("This milestone was paid or has money carried into it, so it cannot be changed any more.")]
    Paid,
    /// A milestone may not stand before one that was paid.
    #[error("A milestone cannot stand before one that was paid.")]
    BeforePaid,
    /// Too many.
    #[error("A project has at most {MILESTONES_MAX} milestones.")]
    TooMany,
    /// A milestone's money is on its way.
    #[error("Milestone {0} is not completed yet. A project ends only when no milestone is open.")]
    Running(usize),
    /// A milestone was not paid.
    #[error("Milestone {0} was never paid. Pay it or remove it first, or cancel the project.")]
    NeverPaid(usize),
    /// Nothing was ever done.
    #[error("Nothing was paid in this project. Cancel it instead.")]
    Empty,
}

/// Whether the milestone at `index`, counted from 0, may be paid now: every earlier one is Completed.
///
/// # Errors
/// [`ProjectDenied::Locked`] with the first that is not.
pub fn turn(steps: &[Step], index: usize) -> Result<(), ProjectDenied> {
    let earlier = steps.iter().take(index);
    match earlier.map(Step::progress).position(|progress| progress != Progress::Ended) {
        Some(open) => Err(ProjectDenied::Locked(open + 1)),
        None => Ok(()),
    }
}

/// How many milestones before `index` are not Completed.
#[must_use]
pub fn earlier_open(steps: &[Step], index: usize) -> u32 {
    let open = steps.iter().take(index).filter(|step| step.progress() != Progress::Ended).count();
    u32::try_from(open).unwrap_or(u32::MAX)
}

/// The first place, counted from 0, where a milestone may be added or moved to: behind the last that was paid.
#[must_use]
pub fn first_open(steps: &[Step]) -> usize {
    steps.iter().rposition(|step| !step.is_open_to_change()).map_or(0, |fixed| fixed + 1)
}

/// Checks that the milestone at `from` may move to the place `to`, both counted from 0.
///
/// # Errors
/// [`ProjectDenied::Paid`] or [`ProjectDenied::BeforePaid`].
pub fn may_move(steps: &[Step], from: usize, to: usize) -> Result<(), ProjectDenied> {
    if !steps.get(from).is_some_and(Step::is_open_to_change) {
        return Err(ProjectDenied::Paid);
    }
    if to < first_open(steps) || to >= steps.len() { Err(ProjectDenied::BeforePaid) } else { Ok(()) }
}

/// Checks that the project may end as `as_status`: with no open milestone, and Completed only where all were paid.
///
/// # Errors
/// The reason to show.
pub fn may_end(steps: &[Step], as_status: ProjectStatus) -> Result<(), ProjectDenied> {
    let at = |wanted: &[Progress]| steps.iter().position(|step| wanted.contains(&step.progress()));
    if let Some(running) = at(&[Progress::Running, Progress::Unpaid]) {
        return Err(ProjectDenied::Running(running + 1));
    }
    if as_status != ProjectStatus::Completed {
        return Ok(());
    }
    match at(&[Progress::Planned]) {
        Some(planned) => Err(ProjectDenied::NeverPaid(planned + 1)),
        None if steps.is_empty() => Err(ProjectDenied::Empty),
        None => Ok(()),
    }
}

/// Most that acceptance of the milestone at `index` may carry into the next, minor units: the next is planned, costs
/// `next_costs`, and something is released.
#[must_use]
pub fn carry_max(steps: &[Step], index: usize, price: i64, next_costs: Option<i64>) -> i64 {
    let planned = steps.get(index + 1).is_some_and(|next| next.progress() == Progress::Planned);
    if planned { next_costs.unwrap_or(0).min(price - 1).max(0) } else { 0 }
}

/// What a seller sets for the milestones of a project, or for one of them, over its delivery terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MilestoneTerms {
    /// The seller's service provider that does the work.
    pub provider: Option<ProviderId>,
    /// What the seller keeps of a provider's price.
    pub commission: Option<Commission>,
    /// Hours after payment in which a cancellation is free.
    pub cancellation_free_hours: Option<u32>,
    /// Fee of a later cancellation, minor units.
    pub cancellation_fee: Option<i64>,
}

impl MilestoneTerms {
    /// These terms where they say something, else those of the project.
    #[must_use]
    pub fn or(self, project: &Self) -> Self {
        Self {
            provider: self.provider.or(project.provider),
            commission: self.commission.or_else(|| project.commission.clone()),
            cancellation_free_hours: self.cancellation_free_hours.or(project.cancellation_free_hours),
            cancellation_fee: self.cancellation_fee.or(project.cancellation_fee),
        }
    }

    /// The terms of a milestone's order: the seller's, with what these say otherwise.
    #[must_use]
    pub fn over(&self, offered: Terms, delivery_days: u32) -> Terms {
        Terms {
            delivery_days,
            commission: self.commission.clone().unwrap_or(offered.commission),
            cancellation_free_hours: self.cancellation_free_hours.unwrap_or(offered.cancellation_free_hours),
            cancellation_fee: self.cancellation_fee.unwrap_or(offered.cancellation_fee),
            ..offered
        }
    }
}
