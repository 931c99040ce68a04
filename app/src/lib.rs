//! What a person sees: pages, components, thin server functions and islands.
//!
//! Pages are rendered on the server only and work without JavaScript: a form posts to a server function, which calls one
//! service and redirects. Only `islands` is compiled to WebAssembly; it adds comfort, never a capability.

pub mod islands;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
pub mod guides;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod root;
#[cfg(feature = "ssr")]
mod words;

#[cfg(feature = "ssr")]
pub use request::{ApiField, ApiOperation, ApiReference, zone_of};
#[cfg(feature = "ssr")]
pub use root::{App, AppState, error_document, shell, shop_refused_document};
