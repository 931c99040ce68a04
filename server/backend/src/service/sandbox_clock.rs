//! Moving the sandbox's clock.

use crate::Backend;
use crate::error::{Error, Result};
use crate::sandbox::clock;

impl Backend {
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
