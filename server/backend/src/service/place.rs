//! Placing an order: a seller for a buyer's e-mail; and the writing of every new order.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::idempotency::{self, Key};
use crate::repo::orders::{OrderFacts, Stored};
use crate::repo::{accounts, audit, numbers, orders};
use crate::secret::sha256_hex;
use crate::service::bank::selling;
use crate::service::delivery_terms::terms_of;
use crate::service::platform::Platform;
use crate::service::typed::{keep, price};
use crate::service::viewer::Viewer;
use crate::service::{notify, quote};
use domain::ids::{AccountId, ListingId, MilestoneId, OrderId, ProjectId, ProviderId, UserId};
use domain::limits::{NAME_CHARS_MAX, TITLE_CHARS_MAX};
use domain::money::Currency;
use domain::order::aggregate::Placing;
use domain::order::{Order, Parties, Price, Role, Side, Terms, Timer};
use domain::permission::Capability;
use domain::text::{self, Email, FieldError};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a seller typed; every field as text, so that a refused form comes back as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// The buyer's address.
    pub buyer_email: String,
    /// How the seller calls the buyer; may be empty.
    pub buyer_name: String,
    /// What is sold, in one line.
    pub title: String,
    /// The agreement in words; may be empty.
    pub description: String,
    /// `good` or `service`.
    pub kind: String,
    /// ISO code.
    pub currency: String,
    /// Product amount as typed.
    pub amount: String,
    /// Shipping as typed; may be empty.
    pub shipping: String,
    /// Days to deliver.
    pub delivery_days: String,
    /// Hours to accept or reject.
    pub inspection_hours: String,
}

/// A placed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Identity.
    pub order: OrderId,
    /// The number people say.
    pub number: i64,
}

struct Checked {
    title: String,
    description: String,
    kind: String,
    price: Price,
    terms: Terms,
}

impl Checked {
    /// An order between two parties alone. What a buyer places waits for the seller's agreement; a buyer agrees by paying.
    fn agreed(self, placed_by: Role, seller: AccountId, buyer_email: Email, buyer_name: Option<String>) -> Agreed {
        Agreed {
            placed_by,
            seller,
            provider: None,
            operator: None,
            buyer_email,
            buyer_name,
            title: self.title,
            description: self.description,
            kind: self.kind,
            price: self.price,
            terms: self.terms,
            listing: None,
            awaits: (placed_by == Role::Buyer).then_some(Side::Seller),
            milestone: None,
            carried: None,
            quiet: false,
        }
    }
}

impl Backend {
    /// A buyer proposes an order to a registered seller, who must agree before it can be paid (P2P). The form's buyer is not
    /// read: it is the viewer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who buys nothing, [`Error::Invalid`] with every refused field; `seller_email` where nobody sells there.
    pub async fn propose_order(
        &self,
        viewer: &Viewer,
        seller_email: &str,
        form: NewOrder,
        key: &str,
    ) -> Result<Placed> {
        let buyer = viewer.buying().filter(|_| viewer.verified).ok_or(Error::NotFound)?;
        let key = Key {
            scope: format!("{}:propose", buyer.account),
            request_hash: sha256_hex(format!("{seller_email} {}", serde_json::to_string(&form)?).as_bytes()),
            key: key.to_owned(),
        };
        let platform = self.platform().await?;
        let tx = self.db().begin().await?;
        if let Some(placed) = idempotency::claim(&tx, &key, self.now()).await? {
            return Ok(placed);
        }
        let mut wrong = Vec::new();
        let seller = match keep(&mut wrong, "seller_email", Email::parse(seller_email).map_err(str::to_owned)) {
            Some(email) => accounts::seller_by_email(&tx, &email).await?,
            None => None,
        };
        if seller.is_none() && wrong.is_empty() {
            let message = "No seller is registered with this address. Ask them to sign up first.";
            wrong.push(FieldError::new("seller_email", message));
        }
        if seller.as_ref().is_some_and(|seller| viewer.account_ids().contains(&seller.id)) {
            wrong.push(FieldError::new("seller_email", "This is your own account. Enter the seller's address."));
        }
        let offered = match (&seller, Currency::from_code(&form.currency)) {
            (Some(seller), Some(currency)) => terms_of(&tx, seller.id, currency).await?,
            _ => Terms::default(),
        };
        let checked = check(&platform, &form, offered).map_err(|errors| wrong.extend(errors));
        let (Ok(checked), Some(seller), true) = (checked, seller, wrong.is_empty()) else {
            return Err(Error::Invalid(wrong));
        };
        let agreed = checked.agreed(Role::Buyer, seller.id, viewer.email.clone(), Some(viewer.name.clone()));
        let placed = place(self, &tx, agreed, Some(viewer.user)).await?;
        idempotency::record(&tx, &key, &placed).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(placed)
    }

    /// Places an order for a buyer's e-mail and sends them a link to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing, [`Error::Invalid`] with every refused field.
    pub async fn place_order(&self, viewer: &Viewer, form: NewOrder, key: &str) -> Result<Placed> {
        let seller = selling(viewer)?.may(Capability::Orders)?;
        let offered = match Currency::from_code(&form.currency) {
            Some(currency) => terms_of(self.db().read(), seller.account, currency).await?,
            None => Terms::default(),
        };
        let mut wrong = Vec::new();
        let email = keep(&mut wrong, "buyer_email", Email::parse(&form.buyer_email).map_err(str::to_owned));
        if email.as_ref() == Some(&viewer.email) {
            wrong.push(FieldError::new("buyer_email", "This is your own address. Enter the buyer's."));
        }
        let name = match form.buyer_name.trim() {
            "" => None,
            typed => keep(&mut wrong, "buyer_name", text::line(typed, "the buyer's name", NAME_CHARS_MAX)),
        };
        let checked = check(&self.platform().await?, &form, offered).map_err(|errors| wrong.extend(errors));
        let (Some(email), Ok(checked), true) = (email, checked, wrong.is_empty()) else {
            return Err(Error::Invalid(wrong));
        };
        let key = Key {
            scope: format!("{}:place", seller.account),
            request_hash: sha256_hex(serde_json::to_string(&form)?.as_bytes()),
            key: key.to_owned(),
        };
        let tx = self.db().begin().await?;
        if let Some(placed) = idempotency::claim(&tx, &key, self.now()).await? {
            return Ok(placed);
        }
        let agreed = checked.agreed(Role::Seller, seller.account, email, name);
        let placed = place(self, &tx, agreed, Some(viewer.user)).await?;
        idempotency::record(&tx, &key, &placed).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(placed)
    }
}

/// What an order is placed with, whoever places it.
pub(crate) struct Agreed {
    /// Who places it: buyer or seller.
    pub(crate) placed_by: Role,
    /// Who sells.
    pub(crate) seller: AccountId,
    /// The seller's service provider.
    pub(crate) provider: Option<ProviderId>,
    /// The operator of the marketplace it is placed on.
    pub(crate) operator: Option<AccountId>,
    /// Who buys.
    pub(crate) buyer_email: Email,
    /// How they are called.
    pub(crate) buyer_name: Option<String>,
    /// What is bought, in one line.
    pub(crate) title: String,
    /// The agreement in words.
    pub(crate) description: String,
    /// `good` or `service`.
    pub(crate) kind: String,
    /// What it costs.
    pub(crate) price: Price,
    /// Under which terms.
    pub(crate) terms: Terms,
    /// What it was bought from.
    pub(crate) listing: Option<ListingId>,
    /// Who must agree before it can be paid.
    pub(crate) awaits: Option<Side>,
    /// The project and the milestone that it is.
    pub(crate) milestone: Option<(ProjectId, MilestoneId)>,
    /// What is carried over into it, minor units, and from which order.
    pub(crate) carried: Option<(i64, OrderId)>,
    /// Whether nobody is told before it is paid.
    pub(crate) quiet: bool,
}

/// Writes a new order with everything it causes, in the caller's transaction.
pub(crate) async fn place(
    backend: &Backend,
    tx: &DatabaseTransaction,
    agreed: Agreed,
    user: Option<UserId>,
) -> Result<Placed> {
    let now = backend.now();
    let buyer = accounts::find_or_create_buyer(tx, &agreed.buyer_email, agreed.buyer_name.as_deref(), now).await?;
    let id = OrderId(Uuid::now_v7());
    let placing = Placing {
        id,
        parties: Parties { buyer, seller: agreed.seller, provider: agreed.provider, operator: agreed.operator },
        price: agreed.price,
        terms: agreed.terms,
        awaits_agreement_of: agreed.awaits,
        // A milestone's order is placed in its turn, and its place is read anew before every decision.
        milestone: None,
        carried: agreed.carried.map_or(0, |(minor, _)| minor),
    };
    let (order, event) = Order::place(placing, agreed.placed_by, now);
    let facts = OrderFacts {
        number: numbers::next(tx, "orders").await?,
        placed_by: agreed.placed_by,
        buyer_email: agreed.buyer_email.to_string(),
        buyer_name: agreed.buyer_name,
        title: agreed.title,
        description: agreed.description,
        kind: agreed.kind,
        listing: agreed.listing,
        milestone: agreed.milestone,
        carried_from: agreed.carried.map(|(_, from)| from),
        created_at: now,
    };
    let stored = Stored { order, facts };
    orders::insert(tx, &stored, now).await?;
    orders::set_remind_at(tx, id, Timer::next_reminder(&stored.order, now)).await?;
    audit::append(tx, id, &event, user).await?;
    if !agreed.quiet {
        notify::order_event(tx, &stored, &event, now).await?;
    }
    Ok(Placed { order: id, number: stored.facts.number })
}

/// Reads what is agreed and reports all that is wrong with it at once.
fn check(platform: &Platform, form: &NewOrder, offered: Terms) -> std::result::Result<Checked, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let title = keep(&mut wrong, "title", text::line(&form.title, "what you sell", TITLE_CHARS_MAX));
    let description = keep(&mut wrong, "description", text::paragraph(&form.description));
    let kind = if form.kind == "service" { "service" } else { "good" };
    let price = price(&mut wrong, &form.currency, &form.amount, &form.shipping);
    let terms = terms(form, offered, &mut wrong);
    if let (Some(price), true) = (price, wrong.is_empty())
        && let Err(Error::Invalid(errors)) =
            platform.allows(price).and_then(|()| quote::preview(platform, price, &terms, false))
    {
        wrong.extend(errors);
    }
    match (title, description, price) {
        (Some(title), Some(description), Some(price)) if wrong.is_empty() => {
            Ok(Checked { title, description, kind: kind.to_owned(), price, terms })
        }
        _ => Err(wrong),
    }
}

/// The seller's terms, with what the order says otherwise.
fn terms(form: &NewOrder, mut terms: Terms, wrong: &mut Vec<FieldError>) -> Terms {
    let mut whole = |field: &str, text: &str, default: u32| {
        if text.trim().is_empty() {
            return default;
        }
        let read = text.trim().parse::<u32>().map_err(|_| "Enter a whole number.".to_owned());
        keep(wrong, field, read).unwrap_or(default)
    };
    terms.delivery_days = whole("delivery_days", &form.delivery_days, terms.delivery_days);
    terms.inspection_hours = whole("inspection_hours", &form.inspection_hours, terms.inspection_hours);
    if let Err(errors) = terms.validate(i64::MAX) {
        let message = |min: i64, max: i64| format!("Enter a number from {min} to {max}.");
        wrong.extend(errors.into_iter().map(|error| FieldError::new(error.field, message(error.min, error.max))));
    }
    terms
}
