//! One file a page, or a family of small ones.

pub(crate) mod auth;
pub(crate) mod earnings;
pub(crate) mod errors;
pub(crate) mod home;
pub(crate) mod hosted_payment;
pub(crate) mod info;
pub(crate) mod landing;
pub(crate) mod new_order;
pub(crate) mod order;
pub(crate) mod order_act;
pub(crate) mod orders;
pub(crate) mod pay;
pub(crate) mod sandbox;
pub(crate) mod settings;
mod terms_text;
