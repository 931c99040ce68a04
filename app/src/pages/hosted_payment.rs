use crate::page::{Page, Visit}; use backend::Result; use crate::components::shell::Shell; pub(crate) async fn page(_v: Visit) -> Result<Page> { Ok(Page::new("x", Shell::Public, ())) }
