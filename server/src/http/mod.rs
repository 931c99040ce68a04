//! The router, its middleware and the few addresses that are not pages.

mod assets;
mod atarapay;
mod batches;
mod export;
mod fields;
mod files;
mod guard;
mod health;
mod instamojo;
mod limits;
pub mod metrics;
mod pay_links;
mod pictures;
mod receipts;
mod router;
mod shop_assets;

pub use router::{Web, all_routes, build_app};
