//! Views of the order list that people keep under a name.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::saved_views;
use crate::service::viewer::Viewer;
use domain::text;

pub use crate::repo::saved_views::SavedView;

/// Longest name of a view, in characters.
const NAME_CHARS_MAX: usize = 40;
/// Longest query of an address, in bytes.
const QUERY_BYTES_MAX: usize = 500;
/// Most views of one person.
const VIEWS_MAX: u64 = 20;

impl Backend {
    /// The viewer's views by name.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn saved_views(&self, viewer: &Viewer) -> Result<Vec<SavedView>> {
        saved_views::of_user(self.db().read(), viewer.user).await
    }

    /// Keeps a view; one of the same name gives way.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `name`; [`Error::Refused`] where there are too many.
    pub async fn save_view(&self, viewer: &Viewer, name: &str, query: &str) -> Result<()> {
        let name = text::line(name, "a name", NAME_CHARS_MAX).map_err(|message| Error::field("name", message))?;
        let plain = |c: char| c.is_ascii_graphic() && !"\"'<>\\#?/".contains(c);
        if query.len() > QUERY_BYTES_MAX || !query.chars().all(plain) {
            return Err(Error::Refused("This view cannot be kept. Choose its filters on the page of orders."));
        }
        let tx = self.db().begin().await?;
        if saved_views::count(&tx, viewer.user).await? >= VIEWS_MAX {
            return Err(Error::Refused("You keep 20 views already. Forget one first."));
        }
        saved_views::set(&tx, viewer.user, &SavedView { name, query: query.to_owned() }, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets a view.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the viewer has none of that name.
    pub async fn forget_view(&self, viewer: &Viewer, name: &str) -> Result<()> {
        let tx = self.db().begin().await?;
        if !saved_views::remove(&tx, viewer.user, name).await? {
            return Err(Error::NotFound);
        }
        Ok(tx.commit().await?)
    }
}
