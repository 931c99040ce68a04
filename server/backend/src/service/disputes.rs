//! The dispute room of an order, and the dispute manager's desk (rules.md sections 1 and 3).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::files::{self, With};
use crate::repo::idempotency::{self, Key};
use crate::repo::messages::{self, Message};
use crate::repo::{accounts, orders};
use crate::secret::sha256_hex;
use crate::service::access::OrderRef;
use crate::service::notify;
use crate::service::order_view::{OrderFile, OrderView};
use crate::service::uploads::{self, Upload};
use crate::service::viewer::Viewer;
use domain::ids::{MessageId, OrderId};
use domain::money::Money;
use domain::order::settle::Settlement;
use domain::order::{Role, Side, Status, Waiting, waiting};
use domain::permission::StaffRole;
use domain::text;
use time::OffsetDateTime;
use uuid::Uuid;

pub use crate::repo::messages::Message as RoomMessage;

/// The statuses in which a dispute room is open for writing.
const OPEN: [Status; 3] = [Status::RejectionUnderReview, Status::Dispute, Status::Disputed];

/// What stands in a dispute room beside the order itself.
#[derive(Debug, Clone)]
pub struct Room {
    /// The order, as the reader sees it.
    pub order: OrderView,
    /// The messages with what was uploaded with them, oldest first.
    pub messages: Vec<(Message, Vec<OrderFile>)>,
    /// The standing offers, with what each would post.
    pub offers: Vec<RoomOffer>,
    /// Whether the reader may write.
    pub may_write: bool,
}

/// A standing offer.
#[derive(Debug, Clone)]
pub struct RoomOffer {
    /// Who made it.
    pub by: Side,
    /// Minor units of the price for the buyer.
    pub to_buyer: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What taking it would post, to the unit.
    pub settlement: Settlement,
}

/// One dispute on the desk.
#[derive(Debug, Clone)]
pub struct DeskRow {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub number: i64,
    /// What was bought.
    pub title: String,
    /// The buyer's name or address.
    pub buyer: String,
    /// The seller's name.
    pub seller: String,
    /// What is held.
    pub amount: Money,
    /// Where it stands.
    pub status: Status,
    /// Whether the administrator decides.
    pub escalated: bool,
    /// How many offers stand.
    pub offers: usize,
    /// Whom it waits for.
    pub waiting: Option<Waiting>,
    /// Whether it waits for the reader.
    pub mine: bool,
}

/// The desk of a dispute manager or of the administrator.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Nearest deadline first; those that wait for the reader before the others.
    pub rows: Vec<DeskRow>,
    /// The reader's part.
    pub role: Role,
    /// When it was read.
    pub now: OffsetDateTime,
}

const DESK_ROWS: u64 = 200;

impl Backend {
    /// The dispute room of an order that was ever rejected.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, and where there is nothing to argue about.
    pub async fn dispute_room(&self, viewer: Option<&Viewer>, reference: &OrderRef) -> Result<Room> {
        let order = self.order_view(viewer, reference).await?;
        let connection = self.db().read();
        let files = files::of_order(connection, order.order.id).await?;
        let messages = messages::of_order(connection, order.order.id).await?;
        if order.order.rejection.is_none() {
            return Err(Error::NotFound);
        }
        let messages = messages
            .into_iter()
            .map(|message| {
                let with = files.iter().filter(|file| file.message == Some(message.id)).cloned().collect();
                (message, with)
            })
            .collect();
        let offers = order.order.split_offers.iter().map(|offer| RoomOffer {
            by: offer.by,
            to_buyer: offer.to_buyer,
            at: offer.at,
            settlement: Settlement::split(&order.order, &order.quote, offer.to_buyer),
        });
        Ok(Room {
            messages,
            offers: offers.collect(),
            may_write: OPEN.contains(&order.order.status) && writes(order.role),
            order,
        })
    }

    /// Writes in a dispute room. The same key writes once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Refused`] where the room is closed, [`Error::Invalid`] at `text` or
    /// `files`.
    pub async fn post_message(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        said: &str,
        uploads: Vec<Upload>,
        key: &str,
    ) -> Result<()> {
        let access = self.open_order(self.db().read(), viewer, reference).await?.0.to_act()?;
        if !writes(access.actor.role) {
            return Err(Error::NotFound);
        }
        let said = text::paragraph(said).map_err(|message| Error::field("text", message))?;
        let files = uploads::check(uploads, "dispute", access.actor.role)?;
        if said.is_empty() {
            return Err(Error::field("text", "Write something, so that the others know what this is about."));
        }
        let key = Key {
            scope: format!("{}:{}:message", access.order, access.actor.role.key()),
            request_hash: sha256_hex(said.as_bytes()),
            key: key.to_owned(),
        };
        let now = self.now();
        let tx = self.db().begin().await?;
        if idempotency::claim::<MessageId>(&tx, &key, now).await?.is_some() {
            return Ok(());
        }
        let stored = orders::lock(&tx, access.order).await?;
        if !OPEN.contains(&stored.order.status) {
            return Err(Error::Refused("The dispute is over, so nothing can be added to it."));
        }
        let message = Message { id: MessageId(Uuid::now_v7()), by: access.actor.role, text: said, at: now };
        messages::insert(&tx, access.order, &message, access.user).await?;
        for file in files {
            files::insert(&tx, access.order, With::Message(message.id), file, now).await?;
        }
        notify::message(&tx, &stored, &message, now).await?;
        idempotency::record(&tx, &key, &message.id).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// The disputes that wait for staff, and those that still wait for the seller.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not staff.
    pub async fn dispute_desk(&self, viewer: &Viewer) -> Result<Desk> {
        let role = match viewer.staff.filter(|_| viewer.verified).ok_or(Error::NotFound)? {
            StaffRole::DisputeManager => Role::DisputeManager,
            StaffRole::Administrator => Role::Administrator,
        };
        let connection = self.db().read();
        let mut rows = Vec::new();
        for stored in orders::queue(connection, &[Status::Disputed, Status::Dispute], DESK_ROWS).await? {
            let (order, facts) = (&stored.order, stored.facts);
            let waiting = waiting(order);
            rows.push(DeskRow {
                order: order.id,
                number: facts.number,
                title: facts.title,
                buyer: facts.buyer_name.unwrap_or(facts.buyer_email),
                seller: accounts::by_id(connection, order.parties.seller).await?.name,
                amount: Money::new(order.price.total(), order.price.currency)
                    .map_err(|source| Error::internal("order price", source))?,
                status: order.status,
                escalated: order.escalated,
                offers: order.split_offers.len(),
                mine: waiting.is_some_and(|waiting| waiting.who == role),
                waiting,
            });
        }
        rows.sort_by_key(|row| !row.mine);
        Ok(Desk { rows, role, now: self.now() })
    }
}

/// Operators look on; everybody else in the room speaks.
const fn writes(role: Role) -> bool {
    matches!(role, Role::Buyer | Role::Seller | Role::DisputeManager | Role::Administrator)
}
