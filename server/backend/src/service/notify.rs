//! Who is told what (rules.md section 8): every transition tells the other parties, in the transaction that causes it.

use crate::error::Result;
use crate::mail::{Mail, OrderMail, OrderNotice};
use crate::repo::accounts::Account;
use crate::repo::associations::Association;
use crate::repo::messages::Message;
use crate::repo::notifications::{self, NewNotification, Topic};
use crate::repo::orders::Stored;
use crate::repo::payouts::{Payout, PayoutKind};
use crate::repo::suspense::SuspenseItem;
use crate::repo::{accounts, api_orders, providers, users};
use crate::service::news::{News, Readers, send};
use crate::service::outbox;
use domain::Money;
use domain::ids::PartyId;
use domain::order::event::Movement;
use domain::order::settle::Settlement;
use domain::order::share::ShareOf;
use domain::order::{Command, Event, Role, Status, Timer, waiting};
use domain::permission::StaffRole;
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::OffsetDateTime;

/// Tells what an event means to the parties that did not cause it, and to the buyer a receipt of their payment.
pub(crate) async fn order_event(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    event: &Event,
    now: OffsetDateTime,
) -> Result<()> {
    let Some(mut notice) = notice_of(event) else { return Ok(()) };
    // A milestone's order is placed when its buyer goes to pay it: there is nothing to tell anybody before it is paid.
    if notice == OrderNotice::Placed && stored.facts.milestone.is_some() {
        return Ok(());
    }
    let tag = format!("order:{}:{}", stored.order.id, stored.order.version);
    let proposed = stored.order.awaits_agreement_of.filter(|_| notice == OrderNotice::Placed);
    if proposed.is_some() {
        notice = OrderNotice::Proposed;
    }
    // A seller hears of what its shop sent somebody to pay once it is paid.
    let unheard = notice == OrderNotice::Expired && api_orders::of_order(tx, stored.order.id).await?.is_some();
    for role in [Role::Buyer, Role::Seller] {
        if unheard && role == Role::Seller {
            continue;
        }
        // A seller hears of a milestone when it is paid, so one that never was is no news; nor is a changed plan to anybody.
        let replanned = role == Role::Seller || event.command == Command::Cancel;
        if replanned && notice == OrderNotice::Expired && stored.facts.milestone.is_some() {
            continue;
        }
        // What the beneficiaries divide among themselves is nothing to the buyer.
        if role == Role::Buyer && notice == OrderNotice::CommissionChanged {
            continue;
        }
        // Who buys in a storefront without an account has the link from this mail alone.
        let own_purchase = role == Role::Buyer && notice == OrderNotice::Placed;
        if role != event.actor || own_purchase {
            let part = part_of(event, role, stored);
            tell(tx, stored, Told { part, text: text_of(event), ..Told::new(notice, role, &tag) }, now).await?;
        }
    }
    // An operator hears of what was paid; of what buyer and seller offer each other it hears the outcome.
    let never_paid = notice == OrderNotice::Expired && (unheard || stored.facts.milestone.is_some());
    let between_parties =
        matches!(notice, OrderNotice::SplitOffered | OrderNotice::SplitWithdrawn | OrderNotice::SecondOffered);
    let told_operator = !never_paid && !between_parties && notice != OrderNotice::Placed;
    if told_operator && stored.order.parties.operator.is_some() && event.actor != Role::Operator {
        tell(tx, stored, Told::new(notice, Role::Operator, &tag), now).await?;
    }
    let staff = match notice {
        OrderNotice::Disputed => Some(Role::DisputeManager),
        OrderNotice::Escalated => Some(Role::Administrator),
        _ => None,
    };
    if let Some(role) = staff {
        tell(tx, stored, Told { text: text_of(event), ..Told::new(notice, role, &tag) }, now).await?;
    }
    Ok(())
}

/// Tells whom a shop acted for what it did: they may know nothing of it.
pub(crate) async fn acted_by_shop(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    event: &Event,
    now: OffsetDateTime,
) -> Result<()> {
    if event.actor != Role::Buyer {
        return Ok(());
    }
    let Some(notice) = notice_of(event) else { return Ok(()) };
    let tag = format!("order:{}:{}:shop", stored.order.id, stored.order.version);
    let told = Told::new(notice, Role::Buyer, &tag);
    tell(tx, stored, Told { part: part_of(event, Role::Buyer, stored), text: text_of(event), ..told }, now).await
}

/// Tells a seller that an operator asks them to trade on its marketplace.
pub(crate) async fn invited(
    tx: &impl ConnectionTrait,
    association: &Association,
    operator: &str,
    seller: &Account,
    now: OffsetDateTime,
) -> Result<()> {
    let email = Email::parse(&seller.email).map_err(|source| crate::Error::internal("stored address", source))?;
    let mail = Mail::Invited { name: seller.name.clone(), operator: operator.to_owned() };
    let tag = format!("association:{}", association.id);
    outbox::enqueue(tx, now, &email, &mail, &tag).await?;
    for user in accounts::members(tx, seller.id).await? {
        let new = NewNotification {
            user,
            order: None,
            topic: Topic::Orders,
            title: &format!("{operator} invites you"),
            text: "Accept, and your listings stand on its marketplace too.",
            path: "/marketplaces",
            dedupe_key: &tag,
        };
        notifications::insert(tx, &new, now).await?;
    }
    Ok(())
}

/// Reminds whom the order waits for.
pub(crate) async fn reminder(tx: &impl ConnectionTrait, stored: &Stored, now: OffsetDateTime) -> Result<()> {
    let order = &stored.order;
    let (Some(waiting), Some(deadline)) = (waiting(order), order.deadline) else { return Ok(()) };
    let left = if Timer::next_reminder(order, now).is_some() { "half" } else { "tenth" };
    let tag = format!("remind:{}:{}:{left}", order.id, deadline.unix_timestamp());
    let text = Some(waiting.act.to_owned());
    tell(tx, stored, Told { text, ..Told::new(OrderNotice::Reminder, waiting.who, &tag) }, now).await
}

/// Tells everybody in a dispute room but its author of a message.
pub(crate) async fn message(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    message: &Message,
    now: OffsetDateTime,
) -> Result<()> {
    let tag = format!("message:{}", message.id);
    let from = match message.by {
        Role::Buyer | Role::Seller => None,
        staff => Some(staff.words().to_owned()),
    };
    let manager = match (stored.order.status, stored.order.escalated) {
        (Status::Disputed, false) => Some(Role::DisputeManager),
        (Status::Disputed, true) => Some(Role::Administrator),
        _ => None,
    };
    for role in [Role::Buyer, Role::Seller].into_iter().chain(manager) {
        if role != message.by {
            let told = Told::new(OrderNotice::Message, role, &tag);
            let told = Told { text: Some(message.text.clone()), from: from.clone(), ..told };
            tell(tx, stored, told, now).await?;
        }
    }
    Ok(())
}

/// Tells a party that its money was set aside.
pub(crate) async fn unclaimed(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    payout_mail(tx, stored, payout, OrderNotice::Unclaimed, &format!("payout:{}:unclaimed", payout.id), now).await
}

/// Tells the buyer, and where it must be decided the administrator, about money that does not fit.
pub(crate) async fn suspense(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    item: &SuspenseItem,
    notice: OrderNotice,
    now: OffsetDateTime,
) -> Result<()> {
    let tag = format!("suspense:{}:{}", item.id, item.status.key());
    tell(tx, stored, Told { part: Some(item.amount), ..Told::new(notice, Role::Buyer, &tag) }, now).await?;
    if notice == OrderNotice::SuspenseHeld {
        tell(tx, stored, Told { part: Some(item.amount), ..Told::new(notice, Role::Administrator, &tag) }, now).await?;
    }
    Ok(())
}

/// Tells a beneficiary that money waits for its bank details.
pub(crate) async fn bank_details_missing(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    let tag = format!("payout:{}:bank", payout.id);
    payout_mail(tx, stored, payout, OrderNotice::BankDetailsMissing, &tag, now).await
}

/// Tells a party that its money was paid.
pub(crate) async fn payout_paid(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    let notice = if payout.kind == PayoutKind::Refund { OrderNotice::RefundPaid } else { OrderNotice::PaidOut };
    payout_mail(tx, stored, payout, notice, &format!("payout:{}:paid", payout.id), now).await
}

/// Tells a party that its bank refused its money.
pub(crate) async fn payout_failed(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<()> {
    let tag = format!("payout:{}:failed:{}", payout.id, payout.attempts);
    let notice = if payout.kind == PayoutKind::Refund { OrderNotice::RefundFailed } else { OrderNotice::PayoutFailed };
    payout_mail(tx, stored, payout, notice, &tag, now).await
}

async fn payout_mail(
    tx: &impl ConnectionTrait,
    stored: &Stored,
    payout: &Payout,
    notice: OrderNotice,
    tag: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let parties = &stored.order.parties;
    let unpaid = matches!(notice, OrderNotice::BankDetailsMissing | OrderNotice::PayoutFailed | OrderNotice::Unclaimed);
    if let (PartyId::Provider(provider), true) = (payout.party, unpaid) {
        // A provider has no account: its Business Seller keeps the details.
        let from = Some(providers::by_id(tx, provider).await?.name);
        let told =
            Told { part: Some(payout.amount), from, ..Told::new(OrderNotice::ProviderUnpaid, Role::Seller, tag) };
        return tell(tx, stored, told, now).await;
    }
    let role = match payout.party {
        PartyId::Account(account) if account == parties.buyer => Role::Buyer,
        PartyId::Account(account) if account == parties.seller => Role::Seller,
        // Operators read their dashboard, but for what they have to do; of a provider's payments its seller reads there.
        PartyId::Account(account) if unpaid && Some(account) == parties.operator => Role::Operator,
        _ => return Ok(()),
    };
    tell(tx, stored, Told { part: Some(payout.amount), ..Told::new(notice, role, tag) }, now).await
}

struct Told<'a> {
    notice: OrderNotice,
    role: Role,
    part: Option<Money>,
    text: Option<String>,
    from: Option<String>,
    tag: &'a str,
}

impl<'a> Told<'a> {
    const fn new(notice: OrderNotice, role: Role, tag: &'a str) -> Self {
        Self { notice, role, part: None, text: None, from: None, tag }
    }
}

async fn readers(tx: &impl ConnectionTrait, stored: &Stored, role: Role) -> Result<Vec<Readers>> {
    let parties = &stored.order.parties;
    let staff = match role {
        Role::Buyer => {
            let email = Email::parse(&stored.facts.buyer_email);
            let email = email.map_err(|source| crate::Error::internal("stored address", source))?;
            return Ok(vec![Readers { email, users: accounts::members(tx, parties.buyer).await? }]);
        }
        Role::Seller => {
            let email = Email::parse(&accounts::by_id(tx, parties.seller).await?.email);
            let email = email.map_err(|source| crate::Error::internal("stored address", source))?;
            return Ok(vec![Readers { email, users: accounts::members(tx, parties.seller).await? }]);
        }
        Role::Operator => {
            let Some(operator) = parties.operator else { return Ok(Vec::new()) };
            let email = Email::parse(&accounts::by_id(tx, operator).await?.email);
            let email = email.map_err(|source| crate::Error::internal("stored address", source))?;
            return Ok(vec![Readers { email, users: accounts::members(tx, operator).await? }]);
        }
        Role::DisputeManager => StaffRole::DisputeManager,
        Role::Administrator => StaffRole::Administrator,
        _ => return Ok(Vec::new()),
    };
    let staff = users::staff(tx, staff).await?;
    Ok(staff.into_iter().map(|user| Readers { email: user.email, users: vec![user.id] }).collect())
}

/// Tells everybody in a part, by mail and inside the application, as each of them wants to be told.
async fn tell(tx: &impl ConnectionTrait, stored: &Stored, told: Told<'_>, now: OffsetDateTime) -> Result<()> {
    let mail = letter(tx, stored, &told).await?;
    let topic = told.notice.topic();
    let (title, text) = mail.in_short();
    let path = mail.path();
    let key = format!("{}:{}", told.tag, told.role.key());
    for readers in readers(tx, stored, told.role).await? {
        let mail_key = match told.role {
            Role::Buyer | Role::Seller => key.clone(),
            _ => format!("{key}:{}", readers.email),
        };
        let news = News {
            mail: &Mail::Order(mail.clone()),
            mail_key: &mail_key,
            order: Some(stored.order.id),
            topic,
            title: &title,
            text: &text,
            path: &path,
            key: &key,
        };
        send(tx, &readers, &news, now).await?;
    }
    Ok(())
}

async fn letter(tx: &impl ConnectionTrait, stored: &Stored, told: &Told<'_>) -> Result<OrderMail> {
    let (order, facts) = (&stored.order, &stored.facts);
    let seller = accounts::by_id(tx, order.parties.seller).await?;
    let buyer = accounts::by_id(tx, order.parties.buyer).await?;
    let called = || facts.buyer_name.clone().unwrap_or_else(|| facts.buyer_email.clone());
    let counterpart = match (&told.from, told.role) {
        (Some(from), _) => from.clone(),
        (None, Role::Buyer) => seller.name,
        (None, Role::Seller) => called(),
        (None, _) => format!("{} and {}", called(), seller.name),
    };
    let amount = Money::new(order.price.total(), order.price.currency)
        .map_err(|source| crate::Error::internal("order price", source))?;
    Ok(OrderMail {
        notice: told.notice,
        to_role: told.role,
        order: order.id,
        number: facts.number,
        title: facts.title.clone(),
        counterpart,
        amount,
        part: told.part,
        text: told.text.clone(),
        deadline: order.deadline,
        // A buyer who never made an account has nothing to sign in with.
        signed_link: told.role == Role::Buyer && !buyer.claimed,
    })
}

fn notice_of(event: &Event) -> Option<OrderNotice> {
    let changed = event.from != Some(event.to);
    Some(match (event.to, &event.command) {
        (_, Command::Place | Command::Agree) => OrderNotice::Placed,
        (Status::Pending, Command::Pay { .. }) => OrderNotice::Paid,
        (Status::AwaitingBuyerResponse, Command::MarkDelivered { .. }) => OrderNotice::Delivered,
        (Status::Accepted, _) => OrderNotice::Accepted,
        (Status::RejectionUnderReview, Command::Reject { .. }) => OrderNotice::Rejected,
        (Status::PendingSecond, _) if changed => OrderNotice::SecondDelivery,
        (Status::Dispute, _) if changed => OrderNotice::Dispute,
        (Status::Disputed, _) if changed => OrderNotice::Disputed,
        (Status::Disputed, Command::TimeOut) => OrderNotice::Escalated,
        (_, Command::OfferSecondDelivery) => OrderNotice::SecondOffered,
        (_, Command::OfferSplit { .. }) => OrderNotice::SplitOffered,
        (_, Command::WithdrawSplit) => OrderNotice::SplitWithdrawn,
        (_, Command::SetCommission { .. }) => OrderNotice::CommissionChanged,
        (Status::DisputeResolved, _) => OrderNotice::Resolved,
        (Status::Rejected, _) => OrderNotice::Refunding,
        (Status::Cancelled, _) if event.from == Some(Status::AwaitingPayment) => match &event.movement {
            Some(Movement::Settle(settlement)) if settlement.refund_total() > 0 => OrderNotice::CarriedRefunded,
            _ => OrderNotice::CarriedReleased,
        },
        (Status::Cancelled, _) => OrderNotice::Cancelled,
        (Status::Expired, _) => OrderNotice::Expired,
        _ => return None,
    })
}

/// What the reader gets by this event.
fn part_of(event: &Event, role: Role, stored: &Stored) -> Option<Money> {
    let offered = match (&event.command, &stored.order.quote) {
        (Command::OfferSplit { to_buyer }, Some(quote)) => Some(Settlement::split(&stored.order, quote, *to_buyer)),
        _ => None,
    };
    let settlement = match (&event.movement, &offered) {
        (Some(Movement::Settle(settlement)), _) => settlement,
        (_, Some(offered)) => offered,
        _ => return None,
    };
    let carried_only = event.to == Status::Cancelled && event.from == Some(Status::AwaitingPayment);
    let minor = match role {
        _ if carried_only && (role == Role::Buyer || settlement.refund_total() > 0) => stored.order.carried,
        Role::Buyer => settlement.refund_total(),
        _ => settlement.shares.iter().filter(|share| share.of == ShareOf::Seller).map(|share| share.minor).sum(),
    };
    Money::new(minor, stored.order.price.currency).ok().filter(|money| money.minor() > 0)
}

fn text_of(event: &Event) -> Option<String> {
    match &event.command {
        Command::MarkDelivered { note, .. } => Some(note.clone()),
        Command::Reject { reason, text } => Some(format!("{}: {text}", reason.words())),
        Command::Rule { reason, text, .. } => Some(format!("{}: {text}", reason.words())),
        Command::SayNotGoodCondition { text } | Command::RaiseDispute { text } => Some(text.clone()),
        _ => None,
    }
}
