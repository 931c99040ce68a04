//! Marking several orders as delivered at once: first as a dry run that changes nothing, then for real. Each order is a
//! command of its own, so that one that cannot go does not hold the others.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::orders;
use crate::service::access::OrderRef;
use crate::service::bank::selling;
use crate::service::command::OrderCommand;
use crate::service::order_list::{ListOf, ListQuery, OrderRow, filter};
use crate::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::{Command, CommandKind, Status};
use domain::permission::Capability;
use domain::text;

/// Most orders of one run.
const ORDERS_MAX: usize = 100;

/// What a run did, or would do, to one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkOutcome {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub number: i64,
    /// What was sold.
    pub title: String,
    /// Why it cannot be marked; `None` where it can, or was.
    pub refusal: Option<String>,
}

impl Backend {
    /// The orders that the viewer's account could mark as delivered now, nearest deadline first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing; [`Error::Refused`] where their role does not include orders.
    pub async fn deliverable(&self, viewer: &Viewer, query: &ListQuery) -> Result<Vec<OrderRow>> {
        selling(viewer)?.may(Capability::Orders)?;
        let mut wanted = filter(viewer, ListOf::Sold);
        crate::service::order_list::narrow(&mut wanted, query);
        wanted.statuses = vec![Status::Pending, Status::PendingSecond];
        let found = orders::by_deadline(self.db().read(), &wanted, ORDERS_MAX as u64).await?;
        self.rows(viewer, found).await
    }

    /// What marking these orders as delivered would do. Nothing changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing and for orders of others; [`Error::Invalid`] at `note`;
    /// [`Error::Refused`] for too many, or none.
    pub async fn deliver_dry_run(&self, viewer: &Viewer, chosen: &[OrderId], note: &str) -> Result<Vec<BulkOutcome>> {
        checked(viewer, chosen, note)?;
        let mut outcomes = Vec::with_capacity(chosen.len());
        for order in chosen {
            let view = self.order_view(Some(viewer), &OrderRef::Id(*order)).await?;
            let refusal = view.may(CommandKind::MarkDelivered).err().map(|denied| denied.to_string());
            outcomes.push(BulkOutcome { order: *order, number: view.facts.number, title: view.facts.title, refusal });
        }
        Ok(outcomes)
    }

    /// Marks these orders as delivered, each for itself. The same key marks each once.
    ///
    /// # Errors
    /// As for the dry run; what the rules refuse for one order is told in its outcome.
    pub async fn deliver_many(
        &self,
        viewer: &Viewer,
        chosen: &[OrderId],
        note: &str,
        key: &str,
    ) -> Result<Vec<BulkOutcome>> {
        let mut outcomes = self.deliver_dry_run(viewer, chosen, note).await?;
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.refusal.is_none()) {
            let command = OrderCommand {
                refund: None,
                order: OrderRef::Id(outcome.order),
                command: Command::MarkDelivered { note: note.trim().to_owned(), tracking: None },
                version: None,
                key: format!("{key}:{}", outcome.order),
                files: Vec::new(),
            };
            match self.act(Some(viewer), command).await {
                Ok(_) => {}
                Err(Error::Denied(denied)) => outcome.refusal = Some(denied.to_string()),
                Err(error) => return Err(error),
            }
        }
        Ok(outcomes)
    }
}

fn checked(viewer: &Viewer, chosen: &[OrderId], note: &str) -> Result<()> {
    selling(viewer)?.may(Capability::Orders)?;
    if chosen.is_empty() {
        return Err(Error::Refused("Choose at least one order."));
    }
    if chosen.len() > ORDERS_MAX {
        return Err(Error::Refused("Choose at most 100 orders at once."));
    }
    let note = text::paragraph(note).map_err(|message| Error::field("note", message))?;
    if note.is_empty() {
        return Err(Error::field("note", "Say what you delivered and how, so that the buyers can check it."));
    }
    Ok(())
}
