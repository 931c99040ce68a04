//! A shop sends its buyer to pay: the order is placed under the account of the key, or under one of its sellers, as a plain
//! order or as the next milestone of a project (atarapay.md section 2).

use super::keys::ApiCaller;
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::api_orders::{self, ShopDetails, ShopOrder};
use crate::repo::orders::{self, Stored};
use crate::repo::{accounts, associations, projects, providers};
use crate::service::delivery_terms::terms_of;
use crate::service::place::{Agreed, place};
use crate::service::projects::ShopMilestone;
use crate::service::quote;
use domain::ids::{AccountId, OrderId, ProviderId};
use domain::limits::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use domain::money::{BasisPoints, Currency};
use domain::order::{Commission, Price, Role, Status, Terms};
use domain::permission::AccountKind;
use domain::text::Email;
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;

/// How many orders of one shop number are looked at to find the one that still waits for its payment.
const EARLIER: u64 = 20;

/// A service provider of the seller, and what the seller keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderShare {
    /// The provider's number.
    pub number: i64,
    /// What the seller keeps; the provider's own terms where the shop says nothing.
    pub seller_keeps: Option<BasisPoints>,
}

/// What a shop says when it sends a buyer to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutRequest {
    /// The buyer's address.
    pub email: Email,
    /// The order's currency.
    pub currency: Currency,
    /// The price, minor units of the currency.
    pub minor: i64,
    /// The shop's own number of the order.
    pub product_id: String,
    /// `good` or `service`.
    pub kind: &'static str,
    /// Where the buyer returns to.
    pub callback_url: Option<String>,
    /// Who does the work.
    pub provider: Option<ProviderShare>,
    /// The number of the project it is a milestone of.
    pub project: Option<i64>,
    /// The telephone number of the seller, where the shop is a marketplace.
    pub seller_phone: Option<String>,
    /// The rest.
    pub details: ShopDetails,
}

/// Under whom a shop's order is placed.
struct Selling {
    seller: AccountId,
    operator: Option<AccountId>,
    provider: Option<ProviderId>,
    terms: Terms,
}

impl Backend {
    /// Places what a shop sends its buyer to pay, and answers the order. The same shop number, buyer and price again is the
    /// same order while it waits for its payment, so that going back and pressing again makes no second one.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field, [`Error::Refused`] where it was paid already, [`Error::Project`] where it
    /// is not the milestone's turn: all before anything is charged.
    pub async fn start_checkout(&self, caller: &ApiCaller, request: &CheckoutRequest) -> Result<OrderId> {
        let platform = self.platform().await?;
        let now = self.now();
        let price = Price { currency: request.currency, product: request.minor, shipping: 0 };
        price.validate().map_err(|error| Error::field("amount", error.to_string()))?;
        platform.allows(price)?;
        let tx = self.db().begin().await?;
        if let Some(order) = waiting_already(&tx, caller, request, now).await? {
            tx.commit().await?;
            return Ok(order);
        }
        let selling = self.selling_for(&tx, caller, request).await?;
        if accounts::by_id(&tx, selling.seller).await?.email == request.email.as_str() {
            return Err(Error::field("email", "The email belongs to the seller."));
        }
        quote::preview(&platform, price, &selling.terms, selling.provider.is_some())?;
        let (tx, order) = match request.project {
            Some(number) => self.place_milestone(tx, caller, request, number, selling).await?,
            None => {
                let placed = place(self, &tx, agreed(request, price, selling), Some(caller.user())).await?;
                (tx, placed.order)
            }
        };
        let shop = ShopOrder {
            order,
            account: caller.account,
            product_id: request.product_id.clone(),
            callback_url: request.callback_url.clone(),
            details: request.details.clone(),
            created_at: now,
        };
        match api_orders::of_order(&tx, order).await? {
            Some(_) => api_orders::update(&tx, &shop).await?,
            None => api_orders::insert(&tx, &shop).await?,
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(order)
    }

    async fn selling_for(
        &self,
        tx: &DatabaseTransaction,
        caller: &ApiCaller,
        request: &CheckoutRequest,
    ) -> Result<Selling> {
        if caller.kind == AccountKind::MarketplaceOperator {
            return selling_under(tx, caller, request).await;
        }
        if request.seller_phone.is_some() {
            return Err(Error::field("is_marketplace", "The account is no marketplace."));
        }
        let mut terms = terms_of(tx, caller.account, request.currency).await?;
        let mut provider = None;
        if let Some(share) = request.provider {
            let Some(found) = providers::by_number(tx, caller.account, share.number).await? else {
                let message = format!(
                    "Service Provider with id ({}) does not exist, Please add Service Provider then try again",
                    share.number
                );
                return Err(Error::field("sp_id", message));
            };
            terms.commission = share.seller_keeps.map_or(found.commission, Commission::percent);
            provider = Some(found.id);
        }
        Ok(Selling { seller: caller.account, operator: None, provider, terms })
    }

    /// The next milestone of a project: the one that is planned with this title and price, or a new one at the end.
    async fn place_milestone(
        &self,
        tx: DatabaseTransaction,
        caller: &ApiCaller,
        request: &CheckoutRequest,
        number: i64,
        selling: Selling,
    ) -> Result<(DatabaseTransaction, OrderId)> {
        let unknown = || Error::field("project_id", format!("Project with id ({number}) does not exist"));
        let project = projects::of_seller_by_number(&tx, selling.seller, number).await?.ok_or_else(unknown)?;
        if project.buyer_email != request.email.as_str() || project.currency != request.currency {
            return Err(unknown());
        }
        let milestone = ShopMilestone {
            title: title(request),
            description: description(request),
            amount: request.minor,
            delivery_days: selling.terms.delivery_days,
            provider: selling.provider,
            commission: selling.provider.map(|_| selling.terms.commission.clone()),
        };
        self.shop_milestone(tx, project.id, milestone, caller.user()).await
    }
}

async fn selling_under(tx: &DatabaseTransaction, caller: &ApiCaller, request: &CheckoutRequest) -> Result<Selling> {
    let Some(phone) = &request.seller_phone else {
        return Err(Error::field("seller_phone", "The seller phone field is required."));
    };
    let unknown = || {
        let message = format!(
            "Seller with phone ({phone}) is not associated to the marketplace operator, Please associate seller then try again"
        );
        Error::field("seller_phone", message)
    };
    let seller = accounts::seller_by_phone(tx, phone).await?.ok_or_else(unknown)?;
    let association = associations::active(tx, caller.account, seller.id).await?.ok_or_else(unknown)?;
    let mut terms = terms_of(tx, seller.id, request.currency).await?;
    terms.commission = association.commission;
    Ok(Selling { seller: seller.id, operator: Some(caller.account), provider: None, terms })
}

/// The order of this shop number, buyer and price that waits for its payment.
async fn waiting_already(
    tx: &DatabaseTransaction,
    caller: &ApiCaller,
    request: &CheckoutRequest,
    now: OffsetDateTime,
) -> Result<Option<OrderId>> {
    for shop in api_orders::of_product(tx, caller.account, &request.product_id, EARLIER).await? {
        let Stored { order, facts } = orders::by_id(tx, shop.order).await?;
        if facts.buyer_email != request.email.as_str() {
            continue;
        }
        if order.quote.is_some() {
            return Err(Error::Refused("This order was paid already."));
        }
        let in_time = order.deadline.is_none_or(|deadline| deadline > now);
        let same = order.price.currency == request.currency && order.price.product == request.minor;
        // A milestone may have lost its turn meanwhile, so it is looked at anew.
        if order.status == Status::AwaitingPayment && in_time && same && request.project.is_none() {
            let fresh =
                ShopOrder { callback_url: request.callback_url.clone(), details: request.details.clone(), ..shop };
            api_orders::update(tx, &fresh).await?;
            return Ok(Some(order.id));
        }
    }
    Ok(None)
}

fn agreed(request: &CheckoutRequest, price: Price, selling: Selling) -> Agreed {
    let name = format!("{} {}", request.details.firstname, request.details.lastname);
    let name = name.trim();
    Agreed {
        placed_by: Role::Buyer,
        seller: selling.seller,
        provider: selling.provider,
        operator: selling.operator,
        buyer_email: request.email.clone(),
        buyer_name: (!name.is_empty()).then(|| name.to_owned()),
        title: title(request),
        description: description(request),
        kind: request.kind.to_owned(),
        price,
        terms: selling.terms,
        listing: None,
        awaits: None,
        milestone: None,
        carried: None,
        // The buyer is about to pay in the shop; who never does is not written to.
        quiet: true,
    }
}

/// What is bought in one line: the items' names where the shop sent any, as its own name of the order may hold anything.
fn title(request: &CheckoutRequest) -> String {
    let names = request.details.products.as_deref().and_then(item_names);
    let text = names.unwrap_or_else(|| request.details.product_name.clone());
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line: String = plain.trim().chars().take(TITLE_CHARS_MAX).collect();
    if line.is_empty() { format!("Order {}", request.product_id) } else { line }
}

fn item_names(products: &str) -> Option<String> {
    let items: Vec<serde_json::Value> = serde_json::from_str(products).ok()?;
    let names: Vec<&str> = items.iter().filter_map(|item| item.get("name")?.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The description without the shop's markup.
fn description(request: &CheckoutRequest) -> String {
    let mut inside = false;
    let plain: String = request
        .details
        .product_desc
        .chars()
        .filter(|c| match c {
            '<' => {
                inside = true;
                false
            }
            '>' if inside => {
                inside = false;
                false
            }
            c => !inside && (!c.is_control() || *c == '\n'),
        })
        .collect();
    plain.trim().chars().take(TEXT_CHARS_MAX).collect()
}
