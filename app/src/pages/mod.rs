//! One file a page, or a family of small ones.

pub(crate) mod admin;
pub(crate) mod associations;
pub(crate) mod auth;
pub(crate) mod delivery_terms;
pub(crate) mod dispute;
pub(crate) mod disputes;
pub(crate) mod earnings;
pub(crate) mod errors;
pub(crate) mod home;
pub(crate) mod hosted_payment;
pub(crate) mod info;
pub(crate) mod landing;
pub(crate) mod listings;
pub(crate) mod new_order;
pub(crate) mod notifications;
pub(crate) mod order;
pub(crate) mod order_act;
pub(crate) mod orders;
pub(crate) mod pay;
pub(crate) mod providers;
pub(crate) mod receipt;
pub(crate) mod sandbox;
pub(crate) mod settings;
pub(crate) mod split_act;
pub(crate) mod statuses;
pub(crate) mod storefront;
mod terms_text;
