//! Deadlines that passed, and reminders before they do (rules.md section 4).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders;
use crate::service::attempts::DuePages;
use crate::service::execute::execute;
use crate::service::notify;
use domain::ids::OrderId;
use domain::order::{Actor, Command, Role, Timer};

impl Backend {
    /// Ends every silence whose deadline is over, at most `limit` of them; answers how many.
    ///
    /// Safe in several processes at once: the order is locked and asked again whether its deadline has really passed.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub async fn fire_deadlines(&self, limit: u64) -> Result<usize> {
        let mut pages = DuePages::of(limit);
        while let Some(skip) = pages.turn() {
            let overdue = orders::overdue(self.db().read(), self.now(), skip, limit).await?;
            pages.found(overdue.len());
            for order in &overdue {
                match self.time_out(*order).await {
                    // Somebody acted, or another process was first.
                    Err(Error::Denied(_) | Error::Stale) => {}
                    outcome => pages.note(outcome),
                }
            }
        }
        pages.end()
    }

    async fn time_out(&self, order: OrderId) -> Result<()> {
        let tx = self.db().begin().await?;
        let mut stored = orders::lock(&tx, order).await?;
        execute(self, &tx, &mut stored, Command::TimeOut, Actor::new(Role::System), None).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Reminds whom an order waits for, at half and at nine tenths of the time, at most `limit` of them; answers how many.
    ///
    /// Safe in several processes at once: the next reminder is written while the order is locked. After a long standstill
    /// only the last of two reminders is sent.
    ///
    /// # Errors
    /// The first that failed, after all others were tried.
    pub async fn fire_reminders(&self, limit: u64) -> Result<usize> {
        let mut pages = DuePages::of(limit);
        while let Some(skip) = pages.turn() {
            let due = orders::to_remind(self.db().read(), self.now(), skip, limit).await?;
            pages.found(due.len());
            for order in &due {
                pages.note(self.remind(*order).await);
            }
        }
        pages.end()
    }

    async fn remind(&self, id: OrderId) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let stored = orders::lock(&tx, id).await?;
        if orders::remind_at(&tx, id).await?.is_none_or(|at| at > now) {
            return Ok(());
        }
        orders::set_remind_at(&tx, id, Timer::next_reminder(&stored.order, now)).await?;
        if stored.order.deadline.is_some_and(|deadline| deadline > now) {
            notify::reminder(&tx, &stored, now).await?;
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }
}
