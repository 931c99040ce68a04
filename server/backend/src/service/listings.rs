//! What a seller offers: drafts, published listings with stock, and what is taken away again.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::listings;
use crate::service::bank::selling;
use crate::service::delivery_terms::terms_of;
use crate::service::platform::Platform;
use crate::service::providers::{commission, standing};
use crate::service::quote;
use crate::service::typed::{keep, price};
use crate::service::viewer::{Membership, Viewer};
use domain::ids::{ListingId, ProviderId};
use domain::limits::{NAME_CHARS_MAX, TITLE_CHARS_MAX};
use domain::order::settle::Settlement;
use domain::order::{Parties, Quote, Terms};
use domain::permission::{AccountKind, Capability};
use domain::text::{self, FieldError};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::repo::listings::{Listing, ListingStatus};

/// Most pieces that can be counted.
const STOCK_MAX: i64 = 1_000_000;

/// What was typed; every field as text, so that a refused form comes back as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingForm {
    /// `good` or `service`.
    pub kind: String,
    /// What it is, in one line.
    pub title: String,
    /// What exactly is delivered.
    pub description: String,
    /// Where it stands in the storefront; may be empty.
    pub category: String,
    /// ISO code.
    pub currency: String,
    /// Price as typed.
    pub amount: String,
    /// Shipping as typed; may be empty.
    pub shipping: String,
    /// How many there are; empty where they are not counted.
    pub stock: String,
    /// The provider's id; empty where the seller delivers.
    pub provider: String,
    /// What the seller keeps; empty for the provider's usual one.
    pub commission: String,
    /// `publish` or `draft`.
    pub state: String,
}

impl Backend {
    /// The viewer's listings but the archived ones, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing.
    pub async fn listings(&self, viewer: &Viewer) -> Result<Vec<Listing>> {
        let seller = selling(viewer)?;
        listings::list(self.db().read(), seller.account).await
    }

    /// One of the viewer's listings.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's.
    pub async fn listing(&self, viewer: &Viewer, id: ListingId) -> Result<Listing> {
        listings::of_seller(self.db().read(), selling(viewer)?.account, id).await
    }

    /// Saves a listing, a new one where `id` is `None`; answers its id.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's, [`Error::Invalid`] with every refused field.
    pub async fn save_listing(&self, viewer: &Viewer, id: Option<ListingId>, form: &ListingForm) -> Result<ListingId> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?;
        let platform = self.platform().await?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let before = match id {
            Some(id) => Some(listings::of_seller(&tx, seller.account, id).await?),
            None => None,
        };
        let checked = check(&tx, &platform, seller, form).await?;
        let listing = Listing {
            id: id.unwrap_or_else(|| ListingId(Uuid::now_v7())),
            created_at: before.as_ref().map_or(now, |before| before.created_at),
            ..checked
        };
        match before {
            Some(_) => listings::update(&tx, &listing, now).await?,
            None => listings::insert(&tx, &listing, now).await?,
        }
        tx.commit().await?;
        Ok(listing.id)
    }

    /// Takes a listing away for good. Orders that were placed from it go on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another seller's.
    pub async fn archive_listing(&self, viewer: &Viewer, id: ListingId) -> Result<()> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let listing = listings::of_seller(&tx, seller.account, id).await?;
        listings::update(&tx, &Listing { status: ListingStatus::Archived, ..listing }, now).await?;
        Ok(tx.commit().await?)
    }

    /// What a listing of the viewer would be paid out as: the very settlement that would be posted on acceptance.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing, [`Error::Invalid`] where it could not be sold at this price.
    pub async fn listing_preview(&self, viewer: &Viewer, listing: &Listing) -> Result<(Quote, Settlement)> {
        let seller = selling(viewer)?;
        let terms = terms_for(self.db().read(), listing).await?;
        let quote = quote::preview(&self.platform().await?, listing.price, &terms, listing.provider.is_some())?;
        // Who buys makes no difference to who gets what.
        let parties =
            Parties { buyer: seller.account, seller: listing.seller, provider: listing.provider, operator: None };
        Ok((quote, Settlement::split_between(&parties, &terms, &quote, 0)))
    }
}

/// The terms an order of this listing is placed under, without an operator's commission.
pub(crate) async fn terms_for(connection: &impl ConnectionTrait, listing: &Listing) -> Result<Terms> {
    let mut terms = terms_of(connection, listing.seller, listing.price.currency).await?;
    if let Some(provider) = listing.provider {
        let usual = crate::repo::providers::by_id(connection, provider).await?.commission;
        terms.commission = listing.commission.clone().unwrap_or(usual);
    }
    Ok(terms)
}

/// Reads every field and reports all that is wrong at once.
async fn check(
    connection: &impl ConnectionTrait,
    platform: &Platform,
    seller: &Membership,
    form: &ListingForm,
) -> Result<Listing> {
    let mut wrong = Vec::new();
    let title = keep(&mut wrong, "title", text::line(&form.title, "what you offer", TITLE_CHARS_MAX));
    let description = keep(&mut wrong, "description", text::paragraph(&form.description));
    let category = match form.category.trim() {
        "" => Some(String::new()),
        typed => keep(&mut wrong, "category", text::line(typed, "a category", NAME_CHARS_MAX)),
    };
    let price = price(&mut wrong, &form.currency, &form.amount, &form.shipping);
    let stock = stock(&form.stock, &mut wrong);
    let provider = provider(connection, seller, &form.provider, &mut wrong).await?;
    let own_commission = match (provider, form.commission.trim()) {
        (None, _) | (_, "") => None,
        (Some(_), typed) => commission(typed).map_err(|error| wrong.push(error)).ok(),
    };
    let status = if form.state == "publish" { ListingStatus::Published } else { ListingStatus::Draft };
    let (Some(title), Some(description), Some(category), Some(price), Some(stock)) =
        (title, description, category, price, stock)
    else {
        return Err(Error::Invalid(wrong));
    };
    let listing = Listing {
        id: ListingId(Uuid::nil()),
        seller: seller.account,
        provider,
        kind: if form.kind == "service" { "service" } else { "good" }.to_owned(),
        title,
        description,
        category,
        price,
        stock,
        commission: own_commission,
        status,
        created_at: time::OffsetDateTime::UNIX_EPOCH,
    };
    if wrong.is_empty() {
        let terms = terms_for(connection, &listing).await?;
        platform.allows(price)?;
        quote::preview(platform, price, &terms, provider.is_some())?;
        return Ok(listing);
    }
    Err(Error::Invalid(wrong))
}

async fn provider(
    connection: &impl ConnectionTrait,
    seller: &Membership,
    typed: &str,
    wrong: &mut Vec<FieldError>,
) -> Result<Option<ProviderId>> {
    if typed.is_empty() || seller.kind != AccountKind::BusinessSeller {
        return Ok(None);
    }
    let found = match typed.parse() {
        Ok(id) => standing(connection, seller.account, id).await,
        Err(_) => Err(Error::NotFound),
    };
    match found {
        Ok(provider) => Ok(Some(provider.id)),
        Err(Error::NotFound) => {
            wrong.push(FieldError::new("provider", "Choose one of your service providers."));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn stock(typed: &str, wrong: &mut Vec<FieldError>) -> Option<Option<i64>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(None);
    }
    let read = typed.parse::<i64>().ok().filter(|count| (0..=STOCK_MAX).contains(count));
    let message = || "Enter a whole number from 0 to 1,000,000, or leave it empty.".to_owned();
    keep(wrong, "stock", read.map(Some).ok_or_else(message))
}
