//! One project as a party reads it: the path of its milestones, where its money is, and what happened.

use super::{ChangeRequest, Project, ProjectEventKind, Totals, totals};
use crate::Backend;
use crate::error::Result;
use crate::repo::milestones::{self as rows, Milestone};
use crate::repo::{accounts, audit, change_requests, orders, project_log, providers};
use crate::service::viewer::Viewer;
use domain::ids::{OrderId, ProjectId};
use domain::money::Money;
use domain::order::{Event, Order, Role, Waiting, waiting};
use domain::project::{self, Progress, ProjectDenied, ProjectStatus, Step};
use std::collections::HashMap;
use time::OffsetDateTime;

/// One project for one reader.
#[derive(Debug, Clone)]
pub struct ProjectView {
    /// The project.
    pub project: Project,
    /// The part the reader plays.
    pub role: Role,
    /// Whether the reader may act in it now.
    pub acts: bool,
    /// The seller's name.
    pub seller: String,
    /// The buyer's name, or address where no name is known.
    pub buyer: String,
    /// The marketplace's name.
    pub operator: Option<String>,
    /// The milestones, in their order.
    pub milestones: Vec<MilestoneView>,
    /// The first place, counted from 0, where a milestone may be moved to.
    pub first_open: usize,
    /// Its money.
    pub totals: Totals,
    /// What the seller asks for.
    pub requests: Vec<ChangeRequest>,
    /// What happened in it and in its orders, the newest first.
    pub history: Vec<HistoryLine>,
    /// Whether it may be closed, and else why not.
    pub may_complete: std::result::Result<(), ProjectDenied>,
    /// Whether it may be cancelled, and else why not.
    pub may_cancel: std::result::Result<(), ProjectDenied>,
    /// When it was read.
    pub now: OffsetDateTime,
}

/// One milestone on the path.
#[derive(Debug, Clone)]
pub struct MilestoneView {
    /// The milestone.
    pub milestone: Milestone,
    /// How far it is.
    pub progress: Progress,
    /// What it costs.
    pub amount: Money,
    /// Its newest order, where one stands.
    pub order: Option<MilestoneOrder>,
    /// Whether it may be paid now, and else why not.
    pub turn: std::result::Result<(), ProjectDenied>,
    /// The service provider that does the work.
    pub provider: Option<String>,
}

/// A milestone's order, as the path shows it.
#[derive(Debug, Clone)]
pub struct MilestoneOrder {
    /// The order.
    pub order: Order,
    /// Its number.
    pub number: i64,
    /// Whom it waits for.
    pub waiting: Option<Waiting>,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// When.
    pub at: OffsetDateTime,
    /// In which part.
    pub role: Role,
    /// What.
    pub what: Happened,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Happened {
    /// To the project.
    Project(ProjectEventKind, String),
    /// To the order of a milestone: its id, number, title and event.
    Order(OrderId, i64, String, Box<Event>),
}

impl Backend {
    /// Reads a project for somebody.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who is no party.
    pub async fn project_view(&self, viewer: &Viewer, id: ProjectId) -> Result<ProjectView> {
        let connection = self.db().read();
        let standing = self.open_project(connection, viewer, id).await?;
        let project = standing.project;
        let milestones = rows::of_project(connection, id).await?;
        let steps: Vec<Step> = milestones.iter().map(|milestone| milestone.step).collect();
        let by_project = HashMap::from([(id, milestones.clone())]);
        let totals = totals::of_projects(connection, std::slice::from_ref(&project), &by_project).await?;
        let mut path = Vec::with_capacity(milestones.len());
        for (index, milestone) in milestones.into_iter().enumerate() {
            let order = match milestone.step.order.filter(|_| milestone.step.progress() != Progress::Planned) {
                Some((order, _)) => {
                    let stored = orders::by_id(connection, order).await?;
                    let waiting = waiting(&stored.order);
                    Some(MilestoneOrder { number: stored.facts.number, order: stored.order, waiting })
                }
                None => None,
            };
            let of_order = order.as_ref().and_then(|order| order.order.parties.provider);
            let set = milestone.terms.provider.or(project.defaults.provider);
            let provider = match of_order.or(set.filter(|_| order.is_none() && project.operator.is_none())) {
                Some(provider) => Some(providers::by_id(connection, provider).await?.name),
                None => None,
            };
            path.push(MilestoneView {
                progress: milestone.step.progress(),
                amount: Money::or_zero(milestone.amount, project.currency),
                turn: project::turn(&steps, index),
                order,
                provider,
                milestone,
            });
        }
        let operator = match project.operator {
            Some(operator) => Some(accounts::by_id(connection, operator).await?.name),
            None => None,
        };
        Ok(ProjectView {
            role: standing.role,
            acts: standing.acts && standing.role != Role::Operator && project.status == ProjectStatus::Open,
            seller: accounts::by_id(connection, project.seller).await?.name,
            buyer: project.buyer_name.clone().unwrap_or_else(|| project.buyer_email.clone()),
            operator,
            milestones: path,
            first_open: project::first_open(&steps),
            totals: totals[&id],
            requests: change_requests::open(connection, id).await?,
            history: self.history_of(id).await?,
            may_complete: project::may_end(&steps, ProjectStatus::Completed),
            may_cancel: project::may_end(&steps, ProjectStatus::Cancelled),
            now: self.now(),
            project,
        })
    }

    /// What happened to a project and to every order of it, the newest first.
    async fn history_of(&self, id: ProjectId) -> Result<Vec<HistoryLine>> {
        let connection = self.db().read();
        let mut lines: Vec<HistoryLine> = project_log::of_project(connection, id)
            .await?
            .into_iter()
            .map(|event| HistoryLine {
                at: event.at,
                role: event.role,
                what: Happened::Project(event.kind, event.detail),
            })
            .collect();
        for (order, ..) in orders::ids_of_projects(connection, &[id]).await? {
            let facts = orders::by_id(connection, order).await?.facts;
            for recorded in audit::history(connection, order).await? {
                let what = Happened::Order(order, facts.number, facts.title.clone(), Box::new(recorded.event));
                lines.push(HistoryLine { at: recorded.at, role: recorded.role, what });
            }
        }
        // The newest first; what happened at one instant stays in the order it was read in, turned round.
        lines.sort_by_key(|line| line.at);
        lines.reverse();
        Ok(lines)
    }
}
