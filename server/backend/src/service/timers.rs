//! Deadlines that passed (rules.md section 4).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders;
use crate::service::execute::execute;
use domain::ids::OrderId;
use domain::order::{Actor, Command, Role};

impl Backend {
    /// Ends every silence whose deadline is over, at most `limit` of them; answers how many.
    ///
    /// Safe in several processes at once: the order is locked and asked again whether its deadline has really passed.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn fire_deadlines(&self, limit: u64) -> Result<usize> {
        let overdue = orders::overdue(self.db().read(), self.now(), limit).await?;
        let mut fired = 0;
        for order in overdue {
            match self.time_out(order).await {
                Ok(()) => fired += 1,
                // Somebody acted, or another process was first.
                Err(Error::Denied(_) | Error::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(fired)
    }

    async fn time_out(&self, order: OrderId) -> Result<()> {
        let tx = self.db().begin().await?;
        let mut stored = orders::lock(&tx, order).await?;
        execute(self, &tx, &mut stored, Command::TimeOut, Actor::new(Role::System), None).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }
}
