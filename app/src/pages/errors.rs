//! What is shown when a page cannot be: each failure says what to do.

use crate::components::shell::Shell;
use crate::page::{Page, Visit, log_fault};
use crate::words;
use backend::{Error, Result};
use http::StatusCode;
use leptos::prelude::*;

/// An address of nothing.
pub(crate) async fn not_found(_visit: Visit) -> Result<Page> {
    Err(Error::NotFound)
}

/// The page of a failure. `verified` is `None` for who is not signed in. They are sent to sign in, and those without a
/// proved address to prove it, where that may help.
pub(crate) fn page(error: &Error, verified: Option<bool>, path: &str) -> Page {
    log_fault(error);
    if matches!(error, Error::NotFound) && needs_account(path) {
        match verified {
            None => return Page::redirect(format!("/sign-in?next={path}")),
            Some(false) => return Page::redirect("/check-mail"),
            Some(true) => {}
        }
    }
    let signed_in = verified.is_some();
    let status = match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Expired(_) => StatusCode::GONE,
        Error::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::CONFLICT,
    };
    let (title, advice) = words::failure(status);
    let (title, advice) = match error {
        Error::NotFound | Error::Internal { .. } => (title.to_owned(), advice.to_owned()),
        Error::Expired(message) => (title.to_owned(), (*message).to_owned()),
        other => ("This is not possible now".to_owned(), other.to_string()),
    };
    let (href, label) = match path.rsplit_once('/') {
        Some((order, _)) if status == StatusCode::CONFLICT && order.starts_with("/orders/") => {
            (order.to_owned(), "To the order")
        }
        _ if signed_in => ("/home".to_owned(), "To your home page"),
        _ => ("/".to_owned(), "To the start"),
    };
    let body = view! {
        <section class="error-page">
            <p class="code">{status.as_u16()}</p>
            <h1>{title.clone()}</h1>
            <p>{advice}</p>
            <div class="actions"><a class="button primary" href=href>{label}</a><a class="button" href="/help">"Help"</a></div>
        </section>
    };
    let mut page = Page::new(title, Shell::Public, body);
    page.status = status;
    page
}

/// Pages that exist for whoever signs in; a signed link is not among them.
fn needs_account(path: &str) -> bool {
    // Of orders only these: a signed link needs no account.
    let exact = [
        "/orders",
        "/orders/new",
        "/orders/propose",
        "/orders/deliver",
        // The guides and the reference are everybody's.
        "/developers",
        "/developers/webhooks",
        "/developers/requests",
    ];
    let below = ["/orders/ord_", "/admin/"];
    let whole = [
        "/home",
        "/earnings",
        "/payments",
        "/balance",
        "/settings",
        "/notifications",
        "/disputes",
        "/listings",
        "/providers",
        "/sellers",
        "/marketplaces",
        "/projects",
        "/invitations",
        "/confirm",
    ];
    let within = |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    whole.iter().any(|start| within(start))
        || exact.contains(&path)
        || below.iter().any(|start| path.starts_with(start))
}
