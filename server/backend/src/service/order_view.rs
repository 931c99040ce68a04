//! One order as a party reads it: what was bought, where each part of the money is, whom it waits for, what may be done.

use crate::Backend;
use crate::error::Result;
use crate::repo::audit::{self, Recorded};
use crate::repo::deliveries::{self, Delivery};
use crate::repo::files::{self, FileInfo};
use crate::repo::ledger::{self, PostedLine};
use crate::repo::orders::{OrderFacts, Stored};
use crate::repo::payments::{self, Payment};
use crate::repo::payouts::{self, Payout};
use crate::repo::quotes::{self, StoredQuote};
use crate::repo::{accounts, bank_accounts, projects, providers};
use crate::service::access::OrderRef;
use crate::service::quote;
use crate::service::stuck_payouts::UNCLAIMED_AFTER;
use crate::service::viewer::Viewer;
use domain::ids::{PartyId, ProjectId, QuoteId};
use domain::ledger::LedgerAccount;
use domain::money::Money;
use domain::order::settle::{Settlement, settlement};
use domain::order::{Actor, CommandKind, Denied, Event, Order, Quote, Role, Waiting, check, waiting};
use domain::permission;
use std::collections::BTreeMap;
use time::OffsetDateTime;

pub use crate::repo::deliveries::Delivery as OrderDelivery;
pub use crate::repo::files::FileInfo as OrderFile;
pub use crate::repo::orders::OrderFacts as Facts;
pub use crate::repo::payments::{Payment as OrderPayment, PaymentStatus};
pub use crate::repo::payouts::{Payout as OrderPayout, PayoutKind, PayoutStatus};

/// One order for one reader.
#[derive(Debug, Clone)]
pub struct OrderView {
    /// How the reader's address names it.
    pub reference: OrderRef,
    /// The part the reader plays.
    pub role: Role,
    /// The rules' view.
    pub order: Order,
    /// The rest.
    pub facts: OrderFacts,
    /// The seller's name.
    pub seller: String,
    /// The service provider's name, where there is one.
    pub provider: Option<String>,
    /// The marketplace's name, where there is an operator.
    pub operator: Option<String>,
    /// The buyer's name, or address where no name is known.
    pub buyer: String,
    /// The project that it is a milestone of.
    pub project: Option<(ProjectId, String)>,
    /// Whether its payment would be taken now, and else why not.
    pub may_pay: std::result::Result<(), Denied>,
    /// Whom it waits for.
    pub waiting: Option<Waiting>,
    /// What was paid, or would be.
    pub quote: Quote,
    /// Where the money is.
    pub money: MoneyMap,
    /// Who gets what once the buyer accepts.
    pub on_accept: Settlement,
    /// What each command that the reader may give now would post, where it moves money.
    pub previews: Vec<(CommandKind, Settlement)>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// The deliveries.
    pub deliveries: Vec<Delivery>,
    /// The payments, newest first.
    pub payments: Vec<Payment>,
    /// Payouts and refunds the reader may see: the seller its own, the buyer the refund.
    pub payouts: Vec<Payout>,
    /// When it was read.
    pub now: OffsetDateTime,
    actions: Vec<(CommandKind, std::result::Result<(), Denied>)>,
}

/// One line of the timeline.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// When.
    pub at: OffsetDateTime,
    /// In which part.
    pub role: Role,
    /// What.
    pub event: Event,
    /// What was uploaded with it.
    pub files: Vec<FileInfo>,
}

/// Where a part of an order's money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In escrow.
    Held,
    /// The buyer's fees, in escrow.
    FeesHeld,
    /// Owed to a beneficiary.
    Due(Beneficiary),
    /// Paid to a beneficiary.
    Paid(Beneficiary),
    /// Owed back to the buyer.
    RefundDue,
    /// Paid back to the buyer.
    Refunded,
    /// Earned fees.
    Fees,
    /// Did not fit the order; the administrator returns or applies it.
    Suspense,
    /// Held for the next milestone.
    CarriedOn,
}

/// A beneficiary's part in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beneficiary {
    /// The seller.
    Seller,
    /// The service provider.
    Provider,
    /// The marketplace operator.
    Operator,
}

/// Where each part of the money is; the parts sum to what was paid in.
#[derive(Debug, Clone, Default)]
pub struct MoneyMap {
    /// The parts above zero, in the order of [`Place`].
    pub parts: Vec<(Place, Money)>,
    /// What was paid in; `None` before.
    pub total: Option<Money>,
}

impl OrderView {
    /// Whether the reader may do this now, and else why not.
    ///
    /// # Errors
    /// [`Denied`] with the reason to show.
    pub fn may(&self, kind: CommandKind) -> std::result::Result<(), Denied> {
        self.actions.iter().find(|(action, _)| *action == kind).map_or_else(
            || Err(Denied::WrongStatus { command: kind, status: self.order.status }),
            |(_, verdict)| verdict.clone(),
        )
    }

    /// What a command of the reader would post now; `None` where it moves no money or is not allowed.
    #[must_use]
    pub fn preview(&self, kind: CommandKind) -> Option<&Settlement> {
        self.previews.iter().find(|(command, _)| *command == kind).map(|(_, settlement)| settlement)
    }

    /// Whether the order waits for the reader.
    #[must_use]
    pub fn waits_for_reader(&self) -> bool {
        self.waiting.is_some_and(|waiting| waiting.who == self.role)
    }

    /// The price: what is or would be held.
    #[must_use]
    pub fn price(&self) -> Money {
        self.amount(self.order.price.total())
    }

    /// Minor units in the order's currency.
    #[must_use]
    pub fn amount(&self, minor: i64) -> Money {
        Money::or_zero(minor, self.order.price.currency)
    }

    /// The path of the order's page for this reader.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/orders/{}", self.reference)
    }
}

impl Backend {
    /// Reads an order for somebody.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who is no party, [`crate::Error::Expired`] for an old link.
    pub async fn order_view(&self, viewer: Option<&Viewer>, reference: &OrderRef) -> Result<OrderView> {
        let connection = self.db().read();
        let (access, Stored { order, facts }) = self.open_order(connection, viewer, reference).await?;
        let now = self.now();
        let seller = accounts::by_id(connection, order.parties.seller).await?.name;
        let provider = match order.parties.provider {
            Some(provider) => Some(providers::by_id(connection, provider).await?.name),
            None => None,
        };
        let operator = match order.parties.operator {
            Some(operator) => Some(accounts::by_id(connection, operator).await?.name),
            None => None,
        };
        let project = match facts.milestone {
            Some((project, _)) => Some((project, projects::by_id(connection, project).await?.name)),
            None => None,
        };
        let buyer = facts.buyer_name.clone().unwrap_or_else(|| facts.buyer_email.clone());
        let files = files::of_order(connection, order.id).await?;
        let lines = ledger::lines(connection, order.id).await?;
        let reader_party = match access.actor.role {
            Role::Buyer => Some(order.parties.buyer),
            Role::Seller => Some(order.parties.seller),
            Role::Operator => order.parties.operator,
            _ => None,
        };
        let payouts_of_all = payouts::of_order(connection, order.id).await?;
        let mut payouts = payouts_of_all.clone();
        // A seller looks after its providers' payouts, once it can be paid itself (rules.md section 6).
        let sees_provider = match order.parties.provider.filter(|_| access.actor.role == Role::Seller) {
            Some(provider) if bank_accounts::has_any(connection, order.parties.seller).await? => Some(provider),
            _ => None,
        };
        payouts.retain(|payout| match (reader_party, payout.party) {
            (None, _) => true,
            (Some(reader), PartyId::Account(party)) => party == reader,
            (Some(_), PartyId::Provider(party)) => Some(party) == sees_provider,
        });
        let quote = quote::of_order(&self.platform().await?, &order)?;
        let mut actions = permission::actions(&order, access.actor, now);
        if !access.acts {
            actions.iter_mut().for_each(|(_, verdict)| *verdict = Err(Denied::ReadOnly));
        }
        let previews = CommandKind::ALL.into_iter().filter(|_| access.acts).filter_map(|kind| {
            let row = check(&order, kind, access.actor, now).ok()?;
            Some((kind, settlement(row.money, &order, None, now)?))
        });
        Ok(OrderView {
            role: access.actor.role,
            seller,
            provider,
            operator,
            buyer,
            project,
            may_pay: check(&order, CommandKind::Pay, Actor::new(Role::Rail), now).map(|_| ()),
            waiting: for_legs(&order, &payouts_of_all).or_else(|| waiting(&order)),
            money: money_map(&order, &lines),
            on_accept: Settlement::release(&order, &quote),
            previews: previews.collect(),
            quote,
            timeline: timeline(audit::history(connection, order.id).await?, &files),
            deliveries: deliveries::of_order(connection, order.id).await?,
            payments: payments::of_order(connection, order.id).await?,
            payouts,
            actions,
            reference: reference.clone(),
            now,
            order,
            facts,
        })
    }

    /// A quote of an order the reader may see, for the payment page.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] where the quote is not this order's.
    pub async fn order_quote(&self, viewer: Option<&Viewer>, reference: &OrderRef, id: QuoteId) -> Result<StoredQuote> {
        let (access, _) = self.open_order(self.db().read(), viewer, reference).await?;
        quotes::of_order(self.db().read(), id, access.order).await
    }
}

/// Whom a settling order really waits for, where it is not the payment provider: who has to say where their money goes.
fn for_legs(order: &Order, legs: &[Payout]) -> Option<Waiting> {
    let stuck = |leg: &&Payout| matches!(leg.status, PayoutStatus::WaitingForBank | PayoutStatus::Failed);
    let leg = legs.iter().find(stuck).filter(|_| order.status.is_settling())?;
    let (who, act) = match leg.party {
        PartyId::Account(account) if account == order.parties.buyer => (Role::Buyer, "say where the refund goes"),
        PartyId::Account(account) if Some(account) == order.parties.operator => {
            (Role::Operator, "give the marketplace's bank details")
        }
        PartyId::Account(_) => (Role::Seller, "give their bank details"),
        PartyId::Provider(_) => (Role::Seller, "give the bank details of the service provider"),
    };
    Some(Waiting {
        who,
        act,
        until: Some(leg.updated_at + UNCLAIMED_AFTER),
        otherwise: "Then the money is set aside for whom it belongs to, and the order completes. It is paid once the details come.",
    })
}

fn timeline(history: Vec<Recorded>, files: &[FileInfo]) -> Vec<TimelineEntry> {
    history
        .into_iter()
        .map(|recorded| TimelineEntry {
            at: recorded.at,
            role: recorded.role,
            files: files.iter().filter(|file| file.event_seq == Some(recorded.seq)).cloned().collect(),
            event: recorded.event,
        })
        .collect()
}

/// Adds the order's postings up by where the money is now.
fn money_map(order: &Order, lines: &[PostedLine]) -> MoneyMap {
    let mut places: BTreeMap<Place, i64> = BTreeMap::new();
    // What was carried into the order was posted with the order it came from.
    let mut paid_in = order.carried;
    places.insert(Place::Held, order.carried);
    for line in lines {
        let Some(account) = LedgerAccount::from_code(&line.account) else { continue };
        let signed = if line.side == "credit" { line.minor } else { -line.minor };
        let paid_out = matches!(line.reason.as_str(), "payout" | "refund_paid");
        let (place, paid_place) = match account {
            LedgerAccount::Clearing(_) => {
                paid_in += if paid_out { 0 } else { -signed };
                continue;
            }
            LedgerAccount::Hold(held) if held == order.id => (Place::Held, None),
            LedgerAccount::Hold(_) => (Place::CarriedOn, None),
            LedgerAccount::FeeHold(_) => (Place::FeesHeld, None),
            LedgerAccount::Unclaimed(PartyId::Account(account)) if account == order.parties.buyer => {
                (Place::RefundDue, Some(Place::Refunded))
            }
            LedgerAccount::Payable(party) | LedgerAccount::Unclaimed(party) => {
                let who = beneficiary(order, party);
                (Place::Due(who), Some(Place::Paid(who)))
            }
            LedgerAccount::RefundDue(_) => (Place::RefundDue, Some(Place::Refunded)),
            LedgerAccount::RevenueEscrowFee | LedgerAccount::RevenuePayoutFee | LedgerAccount::ExpenseGateway => {
                (Place::Fees, None)
            }
            LedgerAccount::Suspense(_) => (Place::Suspense, None),
            // Marketplaces' payments are of no order.
            LedgerAccount::Collected(_)
            | LedgerAccount::Receivable(_)
            | LedgerAccount::PaymentRefund(_)
            | LedgerAccount::Balance(_) => continue,
        };
        *places.entry(place).or_default() += signed;
        if let (true, Some(paid_place)) = (paid_out, paid_place) {
            *places.entry(paid_place).or_default() -= signed;
        }
    }
    let parts = places.into_iter().filter(|(_, minor)| *minor > 0);
    MoneyMap {
        parts: parts.map(|(place, minor)| (place, Money::or_zero(minor, order.price.currency))).collect(),
        total: (paid_in > 0).then(|| Money::or_zero(paid_in, order.price.currency)),
    }
}

fn beneficiary(order: &Order, party: PartyId) -> Beneficiary {
    match party {
        PartyId::Provider(_) => Beneficiary::Provider,
        PartyId::Account(account) if Some(account) == order.parties.operator => Beneficiary::Operator,
        PartyId::Account(_) => Beneficiary::Seller,
    }
}
