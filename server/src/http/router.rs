//! The only table of addresses beside the pages.

use super::{
    assets, atarapay, batches, export, files, guard, health, instamojo, metrics, pay_links, pictures, receipts,
    shop_assets,
};
use crate::site::Site;
use app::{App, AppState};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use backend::Backend;
use backend::session_store::DatabaseSessions;
use domain::limits::{FILE_BYTES_MAX, FILES_PER_UPLOAD_MAX};
use http::{HeaderName, StatusCode, header};
use http_body_util::Limited;
use leptos::config::{Env, LeptosOptions};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tower_http::LatencyUnit;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use tracing::{Level, Span};

/// What handlers share.
#[derive(Clone)]
pub struct Web {
    /// The services.
    pub backend: Backend,
    /// The built site.
    pub site: Arc<Site>,
}

impl Web {
    /// Whether people reach this installation by https.
    pub(super) fn secure(&self) -> bool {
        self.backend.settings().public_url.starts_with("https://")
    }
}

/// The forms that take files; every other body is small.
const UPLOADS: [&str; 5] =
    ["/do/order-act", "/do/message", "/do/pictures", "/do/platform-logo", "/do/statement-import"];
const UPLOAD_BYTES_MAX: usize = FILES_PER_UPLOAD_MAX * FILE_BYTES_MAX + 8 * 1024 * 1024;
const FORM_BYTES_MAX: usize = 128 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);
const SESSION_DAYS: i64 = 14;

/// The whole application.
pub fn build_app(web: Web) -> Router {
    let [batch, brand, live, ready, asset, icon, robots, licence, order_file, receipt, picture, export, shop @ ..] =
        FIXED;
    let [inline, inline_test, inline_internal, inline_style, frame, demo, pay_link, pay_back] = shop;
    let options = LeptosOptions::builder()
        .output_name(web.site.output_name.clone())
        .site_root("target/site")
        .site_pkg_dir("assets")
        .env(Env::PROD)
        .build();
    let state = AppState { leptos_options: options, backend: web.backend.clone(), css: web.site.css.as_str().into() };
    let provide = {
        let backend = web.backend.clone();
        let reference = atarapay::reference();
        move || {
            provide_context(backend.clone());
            provide_context(reference.clone());
        }
    };
    let shell = {
        let state = state.clone();
        move || app::shell(state.clone())
    };
    let render = leptos_axum::render_app_async_with_context(provide.clone(), shell.clone());
    let hosted = {
        let render = render.clone();
        move |request: Request| render(pay_links::of_page(request))
    };
    let pages = Router::new()
        .leptos_routes_with_context(&state, page_routes(), provide, shell)
        .route(pay_link, get(hosted))
        .fallback(render)
        .with_state(state);
    let dynamic = Router::new()
        .route(order_file, get(files::serve))
        .route(receipt, get(receipts::serve))
        .route(picture, get(pictures::serve))
        .route(brand, get(pictures::logo))
        .route(batch, get(batches::serve))
        .route(export, get(export::serve))
        .route(pay_back, get(pay_links::back))
        .with_state(web.clone())
        .merge(pages)
        .layer(sessions(&web));
    let id = HeaderName::from_static(guard::REQUEST_ID);
    let trace = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_response(DefaultOnResponse::new().level(Level::INFO).latency_unit(LatencyUnit::Millis));
    // The last layer is the outermost: safe headers and an id come first, the request itself last.
    let site = Router::new()
        .route(live, get(health::live))
        .route(ready, get(health::ready))
        .route(asset, get(assets::serve))
        .route(icon, get(assets::serve))
        .route(robots, get(assets::serve))
        .route(licence, get(assets::serve))
        .route(inline, get(shop_assets::inline_script))
        .route(inline_test, get(shop_assets::inline_script))
        .route(inline_internal, get(shop_assets::inline_script))
        .route(inline_style, get(shop_assets::inline_style))
        .route(frame, get(shop_assets::frame_script))
        .route(demo, get(shop_assets::demo_script))
        .with_state(web.clone())
        .merge(dynamic)
        .route_layer(from_fn(metrics::count))
        .layer(CsrfLayer::new())
        .layer(from_fn(limit_body));
    // Shops and marketplaces call from elsewhere, with keys and without cookies, so what guards the site's forms is not for them.
    let shops = atarapay::router(web.clone()).route_layer(from_fn(metrics::count));
    let marketplaces = instamojo::router(web.clone()).route_layer(from_fn(metrics::count));
    site.merge(shops)
        .merge(marketplaces)
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(trace)
        .layer(from_fn_with_state(web.clone(), guard::failures))
        .layer(CompressionLayer::new())
        .layer(PropagateRequestIdLayer::new(id.clone()))
        .layer(SetRequestIdLayer::new(id, MakeRequestUuid))
        .layer(from_fn_with_state(web, guard::headers))
}

/// Every address there is, as method and template: what the authorisation matrix is held against.
#[must_use]
pub fn all_routes() -> Vec<(http::Method, String)> {
    let pages = page_routes().into_iter().map(|page| (http::Method::GET, page.path().to_owned()));
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| (method, path.to_owned()));
    let fixed = FIXED.into_iter().map(|path| (http::Method::GET, path.to_owned()));
    let shops = atarapay::all().map(|(method, path)| (method, path.to_owned()));
    let marketplaces = instamojo::all().map(|(method, path)| (method, path.to_owned()));
    pages.chain(functions).chain(fixed).chain(shops).chain(marketplaces).collect()
}

/// The addresses that are neither pages nor server functions.
const FIXED: [&str; 20] = [
    "/admin/batches/{batch}/{file}",
    "/platform/logo/{version}",
    "/healthz",
    "/readyz",
    "/assets/{*file}",
    "/favicon.svg",
    "/robots.txt",
    "/LICENSE-ICONS.txt",
    "/orders/{order}/files/{file}",
    "/orders/{order}/receipts/{kind}/pdf",
    "/pictures/{picture}/{size}",
    "/orders/export.csv",
    "/assets/trustpay.inline.min.js",
    "/assets/test/trustpay.inline.min.js",
    "/assets/int/trustpay.inline.min.js",
    "/assets/trustpay.inline.min.css",
    "/assets/checkout-frame.js",
    "/assets/demo-shop.js",
    "/@{username}/{request}",
    "/pay/{payment}",
];

/// The pages, listed once for the process: the list walks all of them.
fn page_routes() -> Vec<AxumRouteListing> {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    ROUTES.get_or_init(|| generate_route_list(App)).clone()
}

fn sessions(web: &Web) -> SessionManagerLayer<DatabaseSessions> {
    SessionManagerLayer::new(DatabaseSessions::new(web.backend.clone()))
        .with_name(if web.secure() { "__Host-holdfast" } else { "holdfast" })
        .with_secure(web.secure())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::days(SESSION_DAYS)))
}

/// Refuses a body beyond its limit: at once where its length is told, and while it is read otherwise.
async fn limit_body(request: Request, next: Next) -> Response {
    let limit = if UPLOADS.contains(&request.uri().path()) { UPLOAD_BYTES_MAX } else { FORM_BYTES_MAX };
    let told = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if told.and_then(|value| value.parse::<usize>().ok()).is_some_and(|length| length > limit) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let (parts, body) = request.into_parts();
    next.run(Request::from_parts(parts, Body::new(Limited::new(body, limit)))).await
}

/// The span of a request in the log: no query and no path, as links in paths open orders.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    let id = request.headers().get(guard::REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or("-");
    tracing::info_span!("request", method = %request.method(), route, id)
}
