//! The document around every page, and the table of pages.

use crate::page::render;
use crate::pages;
use axum::extract::FromRef;
use backend::Backend;
use http::StatusCode;
use http::request::Parts;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};
use std::sync::Arc;

/// What the server gives every request.
#[derive(Clone)]
pub struct AppState {
    /// Where the WebAssembly and its glue are.
    pub leptos_options: LeptosOptions,
    /// The services.
    pub backend: Backend,
    /// Path of the stylesheet.
    pub css: Arc<str>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

/// Tells the server the browser's offset from UTC in minutes, so that the next page shows local times.
const ZONE_SCRIPT: &str =
    "document.cookie='tz='+(-new Date().getTimezoneOffset())+';path=/;max-age=31536000;samesite=lax'";

/// The content security policy of a page. A shop's hosted page may be shown in a frame of that shop alone, and its forms lead
/// back to it: browsers hold a form to this wherever it is redirected.
pub(crate) fn content_policy(nonce: &str, shop: Option<&str>) -> String {
    let (forms, frames) = (shop.unwrap_or_default(), shop.unwrap_or("'none'"));
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self' {forms}; base-uri 'none'; frame-ancestors {frames}; frame-src 'self'; manifest-src 'self'"
    )
}

/// The HTML document. The content security policy is set here, because it names the nonce of this very response.
pub fn shell(state: AppState) -> impl IntoView {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(value) = http::HeaderValue::from_str(&content_policy(&nonce.to_string(), None))
    {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
    let theme = use_context::<Parts>().and_then(|parts| crate::request::theme(&parts));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=state.css.to_string()/>
                <script nonce=use_nonce()>{ZONE_SCRIPT}</script>
                <HydrationScripts options=state.leptos_options.clone() islands=true/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Every page. A page is a function from a request to a `Page` or an error with its own page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let mode = SsrMode::Async;
    view! {
        <Router>
            <Routes fallback=|| render(pages::errors::not_found)>
                <Route path=path!("/") view=|| render(pages::landing::page) ssr=mode.clone()/>
                <Route path=path!("/help") view=|| render(pages::info::help) ssr=mode.clone()/>
                <Route path=path!("/statuses") view=|| render(pages::statuses::page) ssr=mode.clone()/>
                <Route path=path!("/terms") view=|| render(pages::info::terms) ssr=mode.clone()/>
                <Route path=path!("/privacy") view=|| render(pages::info::privacy) ssr=mode.clone()/>
                <Route path=path!("/sign-up") view=|| render(pages::auth::sign_up) ssr=mode.clone()/>
                <Route path=path!("/sign-in") view=|| render(pages::auth::sign_in) ssr=mode.clone()/>
                <Route path=path!("/check-mail") view=|| render(pages::auth::check_mail) ssr=mode.clone()/>
                <Route path=path!("/verify-email") view=|| render(pages::auth::verify_email) ssr=mode.clone()/>
                <Route path=path!("/forgot-password") view=|| render(pages::auth::forgot_password) ssr=mode.clone()/>
                <Route path=path!("/reset-password") view=|| render(pages::auth::reset_password) ssr=mode.clone()/>
                <Route path=path!("/home") view=|| render(pages::home::page) ssr=mode.clone()/>
                <Route path=path!("/orders") view=|| render(pages::orders::page) ssr=mode.clone()/>
                <Route path=path!("/orders/new") view=|| render(pages::new_order::page) ssr=mode.clone()/>
                <Route path=path!("/orders/deliver") view=|| render(pages::bulk::page) ssr=mode.clone()/>
                <Route path=path!("/orders/propose") view=|| render(pages::new_order::propose) ssr=mode.clone()/>
                <Route path=path!("/orders/:order") view=|| render(pages::order::page) ssr=mode.clone()/>
                <Route path=path!("/orders/:order/pay/:quote") view=|| render(pages::pay::page) ssr=mode.clone()/>
                <Route path=path!("/orders/:order/paid") view=|| render(pages::pay::paid) ssr=mode.clone()/>
                <Route path=path!("/orders/:order/transfer") view=|| render(pages::transfer::page) ssr=mode.clone()/>
                <Route path=path!("/orders/:order/dispute") view=|| render(pages::dispute::page) ssr=mode.clone()/>
                <Route path=path!("/orders/:order/receipts/:kind") view=|| render(pages::receipt::page) ssr=mode.clone()/>
                <Route path=path!("/orders/:order/:act") view=|| render(pages::order_act::page) ssr=mode.clone()/>
                <Route path=path!("/checkout/:order") view=|| render(pages::checkout::page) ssr=mode.clone()/>
                <Route path=path!("/checkout/:order/return") view=|| render(pages::checkout::returned) ssr=mode.clone()/>
                <Route path=path!("/link/:username/:request") view=|| render(pages::pay_link::page) ssr=mode.clone()/>
                <Route path=path!("/pay/:payment/done") view=|| render(pages::pay_link::done) ssr=mode.clone()/>
                <Route path=path!("/payments") view=|| render(pages::collections::page) ssr=mode.clone()/>
                <Route path=path!("/payments/:payment") view=|| render(pages::collections::one) ssr=mode.clone()/>
                <Route path=path!("/payments/:payment/fulfil") view=|| render(pages::collection_forms::fulfil) ssr=mode.clone()/>
                <Route path=path!("/balance") view=|| render(pages::balance::page) ssr=mode.clone()/>
                <Route path=path!("/projects") view=|| render(pages::projects::page) ssr=mode.clone()/>
                <Route path=path!("/projects/new") view=|| render(pages::projects::new) ssr=mode.clone()/>
                <Route path=path!("/projects/:project") view=|| render(pages::project::page) ssr=mode.clone()/>
                <Route path=path!("/projects/:project/plan") view=|| render(pages::project_forms::plan) ssr=mode.clone()/>
                <Route path=path!("/projects/:project/settings") view=|| render(pages::project_forms::settings) ssr=mode.clone()/>
                <Route path=path!("/projects/:project/milestones/:milestone") view=|| render(pages::project_forms::milestone) ssr=mode.clone()/>
                <Route path=path!("/m/:slug") view=|| render(pages::storefront::page) ssr=mode.clone()/>
                <Route path=path!("/m/:slug/:listing") view=|| render(pages::storefront::offer) ssr=mode.clone()/>
                <Route path=path!("/listings") view=|| render(pages::listings::page) ssr=mode.clone()/>
                <Route path=path!("/listings/new") view=|| render(pages::listings::new) ssr=mode.clone()/>
                <Route path=path!("/listings/:listing") view=|| render(pages::listings::one) ssr=mode.clone()/>
                <Route path=path!("/providers") view=|| render(pages::providers::page) ssr=mode.clone()/>
                <Route path=path!("/providers/new") view=|| render(pages::providers::new) ssr=mode.clone()/>
                <Route path=path!("/providers/:provider") view=|| render(pages::providers::one) ssr=mode.clone()/>
                <Route path=path!("/sellers") view=|| render(pages::associations::sellers) ssr=mode.clone()/>
                <Route path=path!("/marketplaces") view=|| render(pages::associations::marketplaces) ssr=mode.clone()/>
                <Route path=path!("/sign-in/code") view=|| render(pages::security::sign_in_code) ssr=mode.clone()/>
                <Route path=path!("/confirm") view=|| render(pages::security::confirm) ssr=mode.clone()/>
                <Route path=path!("/settings/security") view=|| render(pages::security::page) ssr=mode.clone()/>
                <Route path=path!("/settings/team") view=|| render(pages::team::page) ssr=mode.clone()/>
                <Route path=path!("/invitations") view=|| render(pages::team::invitations) ssr=mode.clone()/>
                <Route path=path!("/settings/storefront") view=|| render(pages::storefront::settings) ssr=mode.clone()/>
                <Route path=path!("/earnings") view=|| render(pages::earnings::page) ssr=mode.clone()/>
                <Route path=path!("/settings") view=|| render(pages::settings::page) ssr=mode.clone()/>
                <Route path=path!("/settings/payouts") view=|| render(pages::settings::payouts) ssr=mode.clone()/>
                <Route path=path!("/settings/terms") view=|| render(pages::delivery_terms::page) ssr=mode.clone()/>
                <Route path=path!("/settings/notifications") view=|| render(pages::notifications::preferences) ssr=mode.clone()/>
                <Route path=path!("/notifications") view=|| render(pages::notifications::page) ssr=mode.clone()/>
                <Route path=path!("/developers") view=|| render(pages::developers::keys) ssr=mode.clone()/>
                <Route path=path!("/developers/webhooks") view=|| render(pages::developers::webhooks) ssr=mode.clone()/>
                <Route path=path!("/developers/requests") view=|| render(pages::developers::requests) ssr=mode.clone()/>
                <Route path=path!("/developers/reference") view=|| render(pages::guides::reference) ssr=mode.clone()/>
                <Route path=path!("/developers/guides/:guide") view=|| render(pages::guides::page) ssr=mode.clone()/>
                <Route path=path!("/disputes") view=|| render(pages::disputes::page) ssr=mode.clone()/>
                <Route path=path!("/admin/desk") view=|| render(pages::desk::page) ssr=mode.clone()/>
                <Route path=path!("/admin/batches/:batch") view=|| render(pages::desk::batch) ssr=mode.clone()/>
                <Route path=path!("/admin/beneficiaries/:party") view=|| render(pages::earnings::beneficiary) ssr=mode.clone()/>
                <Route path=path!("/admin/statements") view=|| render(pages::desk::statements) ssr=mode.clone()/>
                <Route path=path!("/admin/settings") view=|| render(pages::platform::page) ssr=mode.clone()/>
                <Route path=path!("/admin/suspense") view=|| render(pages::admin::suspense) ssr=mode.clone()/>
                <Route path=path!("/admin/payouts") view=|| render(pages::admin::payouts) ssr=mode.clone()/>
                <Route path=path!("/admin/applications") view=|| render(pages::applications::page) ssr=mode.clone()/>
                <Route path=path!("/admin/applications/:application/revoke") view=|| render(pages::applications::revoke) ssr=mode.clone()/>
                <Route path=path!("/admin/messages") view=|| render(pages::admin::messages) ssr=mode.clone()/>
                <Route path=path!("/sandbox") view=|| render(pages::sandbox::page) ssr=mode.clone()/>
                <Route path=path!("/sandbox/shop") view=|| render(pages::demo_shop::page) ssr=mode.clone()/>
                <Route path=path!("/sandbox/mail") view=|| render(pages::sandbox::mail) ssr=mode.clone()/>
                <Route path=path!("/sandbox/pay/:reference") view=|| render(pages::hosted_payment::page) ssr=mode/>
            </Routes>
        </Router>
    }
}

/// A whole document for a failure outside the pages: a refused body, a missing form token, a fault.
#[must_use]
pub fn error_document(status: StatusCode, request_id: Option<&str>, css: &str) -> String {
    let (title, advice) = crate::words::failure(status);
    let reference = request_id.map(|id| format!("<p>Reference: {}</p>", escape(id))).unwrap_or_default();
    let body = format!(
        "<p>{}</p><h1>{title}</h1><p>{advice}</p>{reference}<p><a class=\"button\" href=\"/\">To the start</a></p>",
        status.as_u16()
    );
    document(title, css, &body)
}

/// A document of one section that needs no script.
fn document(title: &str, css: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><title>{title} – Holdfast</title>\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><div class=\"shell buyer\"><main id=\"main\"><section class=\"confirm\">{body}</section></main></div></body></html>"
    )
}

/// A whole document for a shop's order that cannot be paid as the shop sent it.
#[must_use]
pub fn shop_refused_document(message: &str, css: &str) -> String {
    let shown = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let body = format!(
        "<h1>This order cannot be paid</h1><p>{shown}</p><p>Nothing was charged. Go back to the shop and try again; if it \
         happens again, tell the shop what stands here.</p>"
    );
    document("This order cannot be paid", css, &body)
}

fn escape(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}
