//! What programs are told, as a receiving shop sees it: over a real socket, read as the plugin reads it.

mod disputes;
mod events;
mod feed;
mod guard;
mod log;
mod milestones;
mod operators;
mod plugin;
mod program;
pub mod receiver;
mod replay;
mod retries;
mod shops;
mod silent;
mod tokens;
mod trouble;
mod wire;
mod workers;

use crate::support::TestBackend;
use crate::support::shop::{CARD, Shop, act, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::{Command, RejectReason};
use program::Program;

/// An event as [`Program::hears`] wants it.
type Said = (&'static str, &'static str, i64, &'static str);

const DELIVERED: Said = ("Delivered", "Order is marked completed", 2, "Awaiting Buyer Response");
const ACCEPTED: Said = ("Accepted", "Buyer Accepts Order", 4, "Accepted");
const REJECTED: Said = ("Rejected", "Buyer Rejects Order", 3, "Rejected");
const CANCELED: Said = ("Canceled", "Transaction is canceled", 9, "Canceled");

/// A seller who trades with guests, and whose shop listens.
struct Scene<'a> {
    on: &'a TestBackend,
    shop: Shop<'a>,
    program: Program<'a>,
}

impl<'a> Scene<'a> {
    async fn open(on: &'a TestBackend) -> Self {
        let shop = Shop::open(on).await;
        let program = Program::open(on, &shop.seller).await;
        Self { on, shop, program }
    }

    /// A paid order, of which the shop hears nothing yet.
    async fn paid(&self) -> (OrderId, OrderRef) {
        let (order, link) = self.shop.place().await;
        self.shop.pay(&link, CARD).await;
        self.program.hears_nothing().await;
        (order, link)
    }

    async fn delivered(&self) -> (OrderId, OrderRef) {
        let (order, link) = self.paid().await;
        self.seller(order, deliver()).await;
        self.program.hears(DELIVERED).await;
        (order, link)
    }

    async fn rejected(&self) -> (OrderId, OrderRef) {
        let (order, link) = self.delivered().await;
        self.buyer(&link, reject()).await;
        self.program.hears(REJECTED).await;
        (order, link)
    }

    async fn seller(&self, order: OrderId, command: Command) {
        self.shop.by_seller(order, command).await.unwrap();
    }

    async fn buyer(&self, link: &OrderRef, command: Command) {
        self.shop.by_buyer(link, command).await.unwrap();
    }

    async fn staff(&self, staff: &Viewer, order: OrderId, command: Command) {
        self.act(staff, act(OrderRef::Id(order), command, &self.on.backend.form_key())).await.unwrap();
    }

    async fn act(&self, viewer: &Viewer, command: OrderCommand) -> Result<(), Error> {
        self.on.backend.act(Some(viewer), command).await.map(drop)
    }

    /// The deadline of the order comes.
    async fn deadline(&self, order: OrderId) {
        let deadline = self.shop.view(order).await.order.deadline.unwrap();
        self.on.later(deadline - self.on.backend.now());
    }

    /// The number of the order on the wire.
    async fn number(&self, order: OrderId) -> i64 {
        self.shop.view(order).await.facts.number
    }
}

fn reject() -> Command {
    Command::Reject { reason: RejectReason::Damaged, text: "The leg is broken".to_owned() }
}

fn not_good() -> Command {
    Command::SayNotGoodCondition { text: "Scratched".to_owned() }
}

fn raise() -> Command {
    Command::RaiseDispute { text: "Look at the pictures".to_owned() }
}
