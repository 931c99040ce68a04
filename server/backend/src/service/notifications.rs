//! A user's notifications, and how they want to be told.

use crate::Backend;
use crate::error::Result;
use crate::repo::notifications;
use crate::service::viewer::Viewer;

pub use crate::repo::notifications::{Notification, Preference, Topic, Which};

/// Notifications on the page.
const SHOWN: u64 = 100;

impl Backend {
    /// The newest notifications of a user.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn notifications(&self, viewer: &Viewer) -> Result<Vec<Notification>> {
        notifications::newest(self.db().read(), viewer.user, SHOWN).await
    }

    /// How many notifications a user has not read.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn unread_notifications(&self, viewer: &Viewer) -> Result<u64> {
        notifications::unread(self.db().read(), viewer.user).await
    }

    /// Marks notifications of this user as read; another user's are not touched.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn mark_notifications_read(&self, viewer: &Viewer, which: Which) -> Result<()> {
        let tx = self.db().begin().await?;
        notifications::mark_read(&tx, viewer.user, which, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// How a user wants to be told of each topic.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn notification_preferences(&self, viewer: &Viewer) -> Result<Vec<Preference>> {
        let mut preferences = Vec::new();
        for topic in Topic::ALL {
            preferences.push(notifications::preference(self.db().read(), viewer.user, topic).await?);
        }
        Ok(preferences)
    }

    /// Sets how a user wants to be told.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn set_notification_preferences(&self, viewer: &Viewer, chosen: &[Preference]) -> Result<()> {
        let tx = self.db().begin().await?;
        for preference in chosen {
            notifications::set_preference(&tx, viewer.user, *preference).await?;
        }
        Ok(tx.commit().await?)
    }
}
