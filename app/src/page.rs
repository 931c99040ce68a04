//! A page: from the request to the whole body, with its shell, its message and its failure.

use crate::components::shell::{self, Brand, Shell};
use crate::form::Flash;
use crate::pages::errors;
use crate::request::{Request, Seed};
use crate::root::content_policy;
use backend::service::instamojo::PaymentApi;
use backend::{Error, Result};
use http::StatusCode;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::Title;
use std::future::Future;

/// What a page function gets.
pub(crate) struct Visit {
    /// The request.
    pub(crate) request: Request,
    /// What the last form left behind.
    pub(crate) flash: Flash,
}

/// What a page function makes.
pub(crate) struct Page {
    /// Title in the browser's tab.
    pub(crate) title: String,
    /// The furniture around it.
    pub(crate) shell: Shell,
    /// The content of `main`.
    pub(crate) body: AnyView,
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// Seconds until the page looks again by itself, for what is on its way.
    pub(crate) refresh_seconds: Option<u32>,
    /// Where to go instead of showing anything.
    pub(crate) redirect: Option<String>,
    /// The origin of the shop that may show this page in a frame, and that its forms may lead back to.
    pub(crate) shop_origin: Option<String>,
}

impl Page {
    /// A page with content.
    pub(crate) fn new(title: impl Into<String>, shell: Shell, body: impl IntoView + 'static) -> Self {
        Self {
            title: title.into(),
            shell,
            body: body.into_any(),
            status: StatusCode::OK,
            refresh_seconds: None,
            redirect: None,
            shop_origin: None,
        }
    }

    /// Sends the browser elsewhere.
    pub(crate) fn redirect(path: impl Into<String>) -> Self {
        Self { redirect: Some(path.into()), ..Self::new("", Shell::Public, ()) }
    }
}

/// Renders a page function as the view of a route. A failure becomes its own page with the right status.
pub(crate) fn render<F, Fut>(build: F) -> impl IntoView
where
    F: FnOnce(Visit) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Page>> + Send + 'static,
{
    let seed = Seed::capture();
    let response = seed.response();
    let nonce = use_nonce();
    Suspend::new(async move {
        let (page, frame, name) = match visit(seed).await {
            Ok((visit, News { unread, payments }, brand)) => {
                let name = brand.name.clone();
                let frame = shell::Frame::of(&visit.request, &visit.flash, unread, payments, brand);
                let verified = visit.request.viewer.as_ref().map(|viewer| viewer.verified);
                let path = visit.request.path.clone();
                let page = build(visit).await.unwrap_or_else(|error| errors::page(&error, verified, &path));
                (page, frame, name)
            }
            Err(error) => (errors::page(&error, Some(true), ""), shell::Frame::bare(), Brand::built_in().name),
        };
        if let Some(path) = &page.redirect {
            response.set_status(StatusCode::SEE_OTHER);
            if let Ok(location) = http::HeaderValue::from_str(path) {
                response.insert_header(http::header::LOCATION, location);
            }
        } else if page.status != StatusCode::OK {
            response.set_status(page.status);
        }
        if let (Some(origin), Some(nonce)) = (&page.shop_origin, &nonce) {
            let policy = content_policy(&nonce.to_string(), Some(origin));
            if let Ok(policy) = http::HeaderValue::from_str(&policy) {
                response.insert_header(http::header::CONTENT_SECURITY_POLICY, policy);
            }
        }
        if let Some(seconds) = page.refresh_seconds {
            // A header, because a meta element is rendered after its context may have ended, and is then left out.
            response.insert_header(http::header::REFRESH, http::HeaderValue::from(seconds));
        }
        view! {
            <Title text=format!("{} – {name}", page.title)/>
            {frame.around(page.shell, page.body)}
        }
    })
}

/// What the furniture says about its reader.
struct News {
    /// Notifications that were not read.
    unread: u64,
    /// Their part in the payment API.
    payments: PaymentApi,
}

/// What a page function gets, what the furniture says about its reader, and what the platform is called.
async fn visit(seed: Seed) -> Result<(Visit, News, Brand)> {
    let request = seed.load().await?;
    let flash = request.take_flash().await;
    let unread = match &request.viewer {
        Some(viewer) => request.backend.unread_notifications(viewer).await?,
        None => 0,
    };
    // Only who works for an account can have a part in it, so the others cost no question.
    let payments = match &request.viewer {
        Some(viewer) if viewer.working().is_some() => request.backend.has_payment_api(viewer).await?,
        _ => PaymentApi::None,
    };
    let settings = request.backend.platform().await?.settings;
    Ok((Visit { request, flash }, News { unread, payments }, Brand { name: settings.name, logo: settings.logo }))
}

/// Whether an error is ours rather than the visitor's, and so worth a log entry.
pub(crate) fn log_fault(error: &Error) {
    if !error.is_for_people() {
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        tracing::error!(%error, cause, "a request failed");
    }
}
