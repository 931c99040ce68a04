//! The demo: people and orders in every status, made through the services alone, over the last weeks.
//!
//! A clock that is moved by hand walks from six weeks ago to the present, so that the history looks lived in.

mod collections;
mod many;
mod market;
mod people;
mod story;
mod works;

use crate::world::WorldOptions;
use anyhow::{Context, Result};
use backend::port::{Clock, ManualClock, SystemClock};
use backend::service::order_list::{ListOf, ListQuery};
use backend::{Backend, Db};
use domain::order::Role;
use serde::Serialize;
use std::sync::Arc;
use time::Duration;

/// Everybody's password in the demo.
pub const PASSWORD: &str = "demo-Holdfast-2026";

/// What `seed --demo --json` prints.
#[derive(Debug, Default, Serialize)]
pub struct Made {
    /// Who can sign in.
    pub accounts: Vec<MadeAccount>,
    /// Keys of the HTTP API.
    pub api_keys: Vec<MadeKey>,
    /// Programs of marketplaces. A secret can be read once, so each print issues a fresh one.
    pub oauth_clients: Vec<MadeClient>,
    /// The orders, oldest first.
    pub orders: Vec<MadeOrder>,
    /// Orders that open without an account.
    pub links: Vec<MadeLink>,
}

/// Somebody who can sign in.
#[derive(Debug, Serialize)]
pub struct MadeAccount {
    /// Address.
    pub email: &'static str,
    /// Password.
    pub password: &'static str,
    /// What they are.
    pub role: &'static str,
}

/// A pair of keys.
#[derive(Debug, Serialize)]
pub struct MadeKey {
    /// The account's address.
    pub account: &'static str,
    /// What the account is.
    pub role: &'static str,
    /// The half that stands in the shop's form.
    pub public_key: String,
    /// The half that stays on the shop's server.
    pub private_key: String,
}

/// A program of a marketplace.
#[derive(Debug, Serialize)]
pub struct MadeClient {
    /// The marketplace's address.
    pub account: &'static str,
    /// The name it shows.
    pub client_id: String,
    /// The secret it shows.
    pub client_secret: String,
    /// What it names when it signs merchants up.
    pub referrer: String,
    /// The key of the MAC of its notifications.
    pub salt: String,
}

/// An order.
#[derive(Debug, Serialize)]
pub struct MadeOrder {
    /// Number.
    pub number: i64,
    /// Status in words.
    pub status: &'static str,
    /// The buyer's address.
    pub buyer: String,
    /// The seller's address.
    pub seller: &'static str,
}

/// A signed link to an order.
#[derive(Debug, Serialize)]
pub struct MadeLink {
    /// The order's number.
    pub number: i64,
    /// The path.
    pub url: String,
}

/// How far back the story begins.
const STORY_DAYS: i64 = 42;

/// Makes the demo where it is missing, and tells what there is; with a fresh program of its marketplace where that is printed.
///
/// # Errors
/// A service refused a step, or the database does not answer.
pub async fn demo(world: &WorldOptions, db: Db, more_orders: usize, with_client: bool) -> Result<Made> {
    let public_url = world.public_url.clone().unwrap_or_else(|| "http://127.0.0.1:3000".to_owned());
    let now = SystemClock.now();
    let clock = Arc::new(ManualClock::new(now - Duration::days(STORY_DAYS)));
    let past = world.backend_at(db.clone(), &public_url, clock.clone()).await?;
    if past.account_of(people::AMAKA.email).await?.is_none() {
        story::tell(&past, &clock, now).await.context("the demo could not be made")?;
    }
    let present = world.backend(db, &public_url).await?;
    let mut made = listing(&present).await?;
    if with_client {
        made.oauth_clients.push(collections::client(&present).await?);
    }
    // After the listing, which is of the demo alone.
    many::orders(&present, more_orders).await.context("the orders to measure with could not be made")?;
    Ok(made)
}

/// The keys of the demo's shops, made where they have none.
async fn keys(backend: &Backend) -> Result<Vec<MadeKey>> {
    let mut keys = Vec::new();
    for person in people::SELLERS.into_iter().chain([people::OPERATOR]) {
        let Some(user) = backend.account_of(person.email).await? else { continue };
        let Some(viewer) = backend.viewer(user).await? else { continue };
        let issued = backend.sandbox_api_key(&viewer).await?;
        keys.push(MadeKey {
            account: person.email,
            role: person.kind.key(),
            public_key: issued.public,
            private_key: issued.private,
        });
    }
    Ok(keys)
}

async fn listing(backend: &Backend) -> Result<Made> {
    let mut made = Made { accounts: people::listing(), ..Made::default() };
    for person in people::SELLERS {
        let Some(user) = backend.account_of(person.email).await? else { continue };
        let Some(viewer) = backend.viewer(user).await? else { continue };
        for page in 0.. {
            let query = ListQuery { page, ..ListQuery::default() };
            let list = backend.order_list(&viewer, ListOf::Sold, query).await?;
            if list.rows.is_empty() {
                break;
            }
            for row in list.rows {
                debug_assert_eq!(row.role, Role::Seller);
                let order = backend.order_view(Some(&viewer), &backend::service::access::OrderRef::Id(row.id)).await?;
                let buyer = order.facts.buyer_email;
                if buyer == people::GUEST {
                    made.links.push(MadeLink { number: row.number, url: backend.signed_order_path(row.id) });
                }
                made.orders.push(MadeOrder {
                    number: row.number,
                    status: row.status.title(),
                    buyer,
                    seller: person.email,
                });
            }
        }
    }
    made.orders.sort_by_key(|order| order.number);
    made.api_keys = keys(backend).await?;
    Ok(made)
}
