//! What programs do, over the same services as people: keys, the shops' checkout, orders, projects, service providers, and
//! what accounts are told (atarapay.md). The wire's own words are the HTTP layer's; here are its acts.

mod checkout;
mod commission;
mod events;
mod feed;
mod keys;
mod object;
mod orders;
mod projects;
mod providers;
mod rates;
mod requests;
mod shop_page;
mod webhook_page;
mod webhook_send;

pub use checkout::{CheckoutRequest, ProviderShare};
pub use commission::CommissionSet;
pub(crate) use events::order_event;
pub use feed::FeedEvent;
pub use keys::{ApiCaller, IssuedKey};
pub use object::wire_time;
pub use orders::ShopAct;
pub use projects::ApiProject;
pub use providers::{ProviderInput, WireProvider};
pub use rates::ExchangeRate;
pub use shop_page::{Checkout, Returned};
pub use webhook_page::{Delivery, EndpointForm, EndpointView};
pub(crate) use webhook_send::WebhookTransport;

pub use crate::repo::api_events::ApiEvent;
pub use crate::repo::api_keys::ApiKey;
pub use crate::repo::api_orders::ShopDetails;
pub use crate::repo::api_requests::ApiRequest;
pub use crate::repo::webhook_attempts::WebhookAttempt;
pub use crate::repo::webhook_endpoints::Encoding;
