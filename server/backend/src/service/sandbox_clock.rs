//! Moving the sandbox's clock.

use crate::Backend;
use crate::error::{Error, Result};
use crate::sandbox::clock;

impl Backend {
    /// Reads how far another process moved the sandbox's clock. Does nothing in live mode.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refresh_clock(&self) -> Result<()> {
        match self.sandbox_clock() {
            Some(clock) => clock.refresh(self.db()).await,
            None => Ok(()),
        }
    }

    /// Moves the sandbox's clock forward; deadlines, mails and payouts follow.
    ///
    /// # Errors
    /// [`Error::NotFound`] in live mode.
    pub async fn move_clock(&self, by: time::Duration) -> Result<()> {
        let sandbox_clock = self.sandbox_clock().filter(|_| self.is_sandbox()).ok_or(Error::NotFound)?;
        let tx = self.db().begin().await?;
        let moved_ms = clock::advance(&tx, by).await?;
        tx.commit().await?;
        sandbox_clock.set_moved(moved_ms);
        self.wake_workers();
        Ok(())
    }
}
