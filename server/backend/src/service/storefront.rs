//! The public marketplace of a Business Seller or an operator: what is offered, by whom, and buying it (rules.md section 6).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::idempotency::{self, Key};
use crate::repo::listings::{self, Shown};
use crate::repo::{accounts, associations, pictures, providers, storefronts};
use crate::secret::sha256_hex;
use crate::service::access::OrderRef;
use crate::service::listings::{Listing, terms_for};
use crate::service::names::Names;
use crate::service::pictures::Picture;
use crate::service::place::{Agreed, Placed, place};
use crate::service::platform::Platform;
use crate::service::quote;
use crate::service::typed::keep;
use crate::service::viewer::{Membership, Viewer};
use domain::ids::{AccountId, ListingId, PartyId};
use domain::limits::NAME_CHARS_MAX;
use domain::order::settle::Settlement;
use domain::order::{Parties, Quote, Role, Terms};
use domain::permission::{AccountKind, Capability};
use domain::text::{self, Email};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

pub use crate::repo::storefronts::Storefront;

/// Cards on a page of a storefront.
pub const STOREFRONT_PAGE_SIZE: u64 = 24;

/// What a visitor asked to see; the address of the page is this, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorefrontQuery {
    /// Part of the title or description.
    pub search: String,
    /// Only this category.
    pub category: String,
    /// `good`, `service`, or empty for both.
    pub kind: String,
    /// Only what this service provider or seller delivers.
    pub by: Option<PartyId>,
    /// From 0.
    pub page: u64,
}

/// One card.
#[derive(Debug, Clone)]
pub struct Card {
    /// What is offered.
    pub listing: Listing,
    /// Who delivers it: the service provider, or the seller.
    pub by: String,
    /// The same, as the address of its page names it.
    pub by_party: PartyId,
    /// Its first picture.
    pub picture: Option<Picture>,
}

/// A page of a storefront.
#[derive(Debug, Clone)]
pub struct StorefrontPage {
    /// Whose it is.
    pub storefront: Storefront,
    /// The cards, newest first.
    pub cards: Vec<Card>,
    /// How many match.
    pub total: u64,
    /// Every category there is.
    pub categories: Vec<String>,
    /// Whose page it is, where it is one party's alone.
    pub by: Option<String>,
    /// What was asked.
    pub query: StorefrontQuery,
}

/// One offer as a buyer sees it before buying.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Where it is offered.
    pub storefront: Storefront,
    /// What is offered.
    pub listing: Listing,
    /// Its pictures.
    pub pictures: Vec<Picture>,
    /// The seller's name: the order is handled by them.
    pub seller: String,
    /// Who delivers it, where it is a service provider.
    pub provider: Option<String>,
    /// The marketplace that takes a part, where there is an operator.
    pub operator: Option<String>,
    /// The terms the order would be placed under.
    pub terms: Terms,
    /// What the buyer would pay.
    pub quote: Quote,
    /// Who gets what once the buyer accepts: exactly what would be posted.
    pub on_accept: Settlement,
}

/// What a buyer types to buy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyForm {
    /// The buyer's address; ignored for who is signed in.
    pub email: String,
    /// The buyer's name; may be empty.
    pub name: String,
}

impl Backend {
    /// A page of the storefront at `/m/<slug>`.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub async fn storefront_page(&self, slug: &str, query: StorefrontQuery) -> Result<StorefrontPage> {
        let connection = self.db().read();
        let storefront = storefronts::by_slug(connection, slug).await?.ok_or(Error::NotFound)?;
        let sellers = sellers_of(connection, storefront.account).await?;
        let shown = Shown {
            sellers: sellers.clone(),
            search: query.search.clone(),
            category: query.category.clone(),
            kind: query.kind.clone(),
            by: query.by,
        };
        let (found, total) = listings::page(connection, &shown, query.page, STOREFRONT_PAGE_SIZE).await?;
        let ids: Vec<ListingId> = found.iter().map(|listing| listing.id).collect();
        let pictures = pictures::of_listings(connection, &ids).await?;
        let mut names = Names::default();
        let mut cards = Vec::with_capacity(found.len());
        for listing in found {
            let by_party = listing.provider.map_or(PartyId::Account(listing.seller), PartyId::Provider);
            let by = names.party(connection, by_party).await?;
            let picture = pictures.get(&listing.id).and_then(|pictures| pictures.first().copied());
            cards.push(Card { listing, by, by_party, picture });
        }
        let categories = listings::categories(connection, &sellers).await?;
        // A party without an offer here has no page here.
        let by = match query.by {
            Some(party) => {
                let theirs = Shown { sellers: sellers.clone(), by: Some(party), ..Shown::default() };
                let offers = !cards.is_empty() || listings::page(connection, &theirs, 0, 1).await?.1 > 0;
                Some(if offers { names.party(connection, party).await? } else { return Err(Error::NotFound) })
            }
            None => None,
        };
        Ok(StorefrontPage { storefront, cards, total, categories, by, query })
    }

    /// One offer of a storefront.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not offered there.
    pub async fn offer(&self, slug: &str, id: ListingId) -> Result<Offer> {
        offer(self.db().read(), &self.platform().await?, slug, id).await
    }

    /// Buys one: places the order for the buyer, who pays it next. A guest gets a signed link to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not offered, [`Error::Invalid`] at `email` or `name`, [`Error::Refused`] where none is left.
    pub async fn buy(
        &self,
        viewer: Option<&Viewer>,
        slug: &str,
        id: ListingId,
        form: &BuyForm,
        key: &str,
    ) -> Result<OrderRef> {
        let viewer = viewer.filter(|viewer| viewer.verified);
        let (email, name) = buyer(viewer, form)?;
        let key = Key {
            scope: format!("buy:{id}:{email}"),
            request_hash: sha256_hex(serde_json::to_string(form)?.as_bytes()),
            key: key.to_owned(),
        };
        let platform = self.platform().await?;
        let tx = self.db().begin().await?;
        let claimed: Option<Placed> = idempotency::claim(&tx, &key, self.now()).await?;
        let placed = match claimed {
            Some(placed) => placed,
            None => {
                let offer = offer(&tx, &platform, slug, id).await?;
                if accounts::by_id(&tx, offer.listing.seller).await?.email == email.as_str() {
                    return Err(Error::field("email", "This is the seller's own address. Enter the buyer's."));
                }
                if !listings::take_one(&tx, id).await? {
                    return Err(Error::Refused("The last one was just sold."));
                }
                let placed = place(self, &tx, agreed(offer, email, name), viewer.map(|viewer| viewer.user)).await?;
                idempotency::record(&tx, &key, &placed).await?;
                tx.commit().await?;
                placed
            }
        };
        self.wake_workers();
        match viewer {
            Some(_) => Ok(OrderRef::Id(placed.order)),
            None => OrderRef::parse(self.signed_order_path(placed.order).trim_start_matches("/orders/")),
        }
    }

    /// The viewer's own storefront.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who has nothing to show.
    pub async fn own_storefront(&self, viewer: &Viewer) -> Result<Option<Storefront>> {
        storefronts::of_account(self.db().read(), showing(viewer)?.account).await
    }

    /// Sets the viewer's storefront.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who has nothing to show, [`Error::Invalid`] at `slug`, `name` or `about`.
    pub async fn set_storefront(&self, viewer: &Viewer, slug: &str, name: &str, about: &str) -> Result<()> {
        let account = showing(viewer)?.may(Capability::Catalogue)?.account;
        let mut wrong = Vec::new();
        let slug = keep(&mut wrong, "slug", slug_of(slug));
        let name = keep(&mut wrong, "name", text::line(name, "a name", NAME_CHARS_MAX));
        let about = keep(&mut wrong, "about", text::paragraph(about));
        let (Some(slug), Some(name), Some(about)) = (slug, name, about) else { return Err(Error::Invalid(wrong)) };
        let tx = self.db().begin().await?;
        if storefronts::by_slug(&tx, &slug).await?.is_some_and(|other| other.account != account) {
            return Err(Error::field("slug", "Another marketplace has this address. Choose another one."));
        }
        storefronts::set(&tx, &Storefront { account, slug, name, about }, self.now()).await?;
        Ok(tx.commit().await?)
    }
}

async fn offer(connection: &impl ConnectionTrait, platform: &Platform, slug: &str, id: ListingId) -> Result<Offer> {
    let storefront = storefronts::by_slug(connection, slug).await?.ok_or(Error::NotFound)?;
    let listing = listings::published(connection, id).await?;
    let seller = accounts::by_id(connection, listing.seller).await?;
    let mut terms = terms_for(connection, &listing).await?;
    let mut operator = None;
    if listing.seller != storefront.account {
        let association = associations::active(connection, storefront.account, listing.seller).await?;
        // With a service provider the seller's own commission counts; an operator's seller has none.
        terms.commission = association.ok_or(Error::NotFound)?.commission;
        operator = Some(accounts::by_id(connection, storefront.account).await?);
    }
    let provider = match listing.provider.filter(|_| operator.is_none()) {
        Some(provider) => Some(providers::by_id(connection, provider).await?),
        None => None,
    };
    let quote = quote::preview(platform, listing.price, &terms, provider.is_some())?;
    let parties = Parties {
        buyer: listing.seller,
        seller: listing.seller,
        provider: provider.as_ref().map(|provider| provider.id),
        operator: operator.as_ref().map(|operator| operator.id),
    };
    Ok(Offer {
        pictures: pictures::of_listings(connection, &[id]).await?.remove(&id).unwrap_or_default(),
        storefront,
        seller: seller.name,
        provider: provider.map(|provider| provider.name),
        operator: operator.map(|operator| operator.name),
        on_accept: Settlement::split_between(&parties, &terms, &quote, 0),
        terms,
        quote,
        listing,
    })
}

fn agreed(offer: Offer, buyer_email: Email, buyer_name: Option<String>) -> Agreed {
    let operator = offer.operator.is_some().then_some(offer.storefront.account);
    Agreed {
        placed_by: Role::Buyer,
        seller: offer.listing.seller,
        provider: offer.listing.provider.filter(|_| operator.is_none()),
        operator,
        buyer_email,
        buyer_name,
        title: offer.listing.title,
        description: offer.listing.description,
        kind: offer.listing.kind,
        price: offer.listing.price,
        terms: offer.terms,
        listing: Some(offer.listing.id),
        awaits: None,
        milestone: None,
        carried: None,
        quiet: false,
    }
}

/// Whose listings a storefront shows: the owner's, and those of the sellers under an operator.
async fn sellers_of(connection: &impl ConnectionTrait, owner: AccountId) -> Result<Vec<AccountId>> {
    let mut sellers = vec![owner];
    let associated = associations::of_operator(connection, owner).await?;
    let active = associated.into_iter().filter(|one| one.status == associations::AssociationStatus::Active);
    sellers.extend(active.map(|one| one.seller));
    Ok(sellers)
}

fn buyer(viewer: Option<&Viewer>, form: &BuyForm) -> Result<(Email, Option<String>)> {
    if let Some(viewer) = viewer {
        return Ok((viewer.email.clone(), Some(viewer.name.clone())));
    }
    let mut wrong = Vec::new();
    let email = keep(&mut wrong, "email", Email::parse(&form.email).map_err(str::to_owned));
    let name = match form.name.trim() {
        "" => Some(None),
        typed => keep(&mut wrong, "name", text::line(typed, "your name", NAME_CHARS_MAX)).map(Some),
    };
    match (email, name) {
        (Some(email), Some(name)) => Ok((email, name)),
        _ => Err(Error::Invalid(wrong)),
    }
}

/// The account with which the viewer shows itself: a Business Seller's or an operator's.
fn showing(viewer: &Viewer) -> Result<&Membership> {
    let shows = |membership: &&Membership| {
        matches!(membership.kind, AccountKind::BusinessSeller | AccountKind::MarketplaceOperator)
    };
    viewer.memberships.iter().find(shows).filter(|_| viewer.verified).ok_or(Error::NotFound)
}

fn slug_of(typed: &str) -> std::result::Result<String, String> {
    let slug = typed.trim().to_lowercase();
    let plain = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let framed = slug.starts_with('-') || slug.ends_with('-');
    if plain && !framed && (3..=40).contains(&slug.len()) {
        Ok(slug)
    } else {
        Err("Enter 3 to 40 letters, digits and hyphens, such as lagos-market.".to_owned())
    }
}
