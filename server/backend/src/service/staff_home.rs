//! What a member of staff sees first: what waits for them.

use crate::Backend;
use crate::error::Result;
use crate::repo::staff_events::{self, StaffEvent};
use crate::repo::{outbox, payouts, suspense};
use crate::service::disputes::Desk;
use crate::service::stuck_payouts::UNANSWERED_AFTER;
use crate::service::viewer::Viewer;
use domain::permission::StaffRole;

/// The administrator's figures.
#[derive(Debug, Clone)]
pub struct Operations {
    /// Amounts in suspense that wait for a decision.
    pub suspense: u64,
    /// Payouts and refunds that wait for a person.
    pub stuck: usize,
    /// Messages that were given up.
    pub dead: u64,
    /// What staff did lately.
    pub recent: Vec<StaffEvent>,
}

/// A member of staff's home.
#[derive(Debug, Clone)]
pub struct StaffHome {
    /// The disputes.
    pub desk: Desk,
    /// What only the administrator sees.
    pub operations: Option<Operations>,
}

const STUCK_COUNTED: u64 = 1_000;
const RECENT: u64 = 20;

impl Backend {
    /// The home of a member of staff.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for everybody else.
    pub async fn staff_home(&self, viewer: &Viewer) -> Result<StaffHome> {
        let desk = self.dispute_desk(viewer).await?;
        let operations = match viewer.staff {
            Some(StaffRole::Administrator) => {
                let connection = self.db().read();
                Some(Operations {
                    suspense: suspense::waiting(connection).await?,
                    stuck: payouts::stuck(connection, self.now() - UNANSWERED_AFTER, STUCK_COUNTED).await?.len(),
                    dead: outbox::count_dead(connection).await?,
                    recent: staff_events::newest(connection, RECENT).await?,
                })
            }
            _ => None,
        };
        Ok(StaffHome { desk, operations })
    }
}
