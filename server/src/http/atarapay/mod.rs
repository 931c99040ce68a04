//! AtaraPay's HTTP API (atarapay.md): the wire over the services that people use. No rule is made here.

mod answer;
mod call;
mod commission;
mod document;
mod feed;
mod fields;
mod lookups;
mod orders;
mod pay;
mod projects;
mod providers;

use super::limits::Limits;
use super::router::Web;
use answer::Problem;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
pub(super) use document::reference;
use http::{Method, StatusCode};
use std::sync::Arc;

/// What the handlers share.
#[derive(Clone)]
struct Api {
    web: Web,
    limits: Arc<Limits>,
}

/// One address with its methods.
struct Route {
    methods: &'static [Method],
    path: &'static str,
    handler: MethodRouter<Api>,
}

const POST: &[Method] = &[Method::POST];
const GET: &[Method] = &[Method::GET];
const POST_PUT: &[Method] = &[Method::POST, Method::PUT];
const POST_DELETE: &[Method] = &[Method::POST, Method::DELETE];
const PUT: &[Method] = &[Method::PUT];

/// Every address. Text and samples of the contract disagree about some methods; both are served (atarapay.md section 10).
fn routes() -> Vec<Route> {
    vec![
        route(POST, "/api/serviceprovider/create", providers::create),
        route(POST, "/api/serviceprovider", providers::list),
        route(POST_DELETE, "/api/serviceprovider/delete", providers::delete),
        route(POST_PUT, "/api/serviceprovider/order/update", commission::of_order),
        route(POST_PUT, "/api/serviceprovider/marketplaceOrder/update", commission::of_marketplace_order),
        route(POST, "/api/external/getBanks", lookups::banks),
        route(GET, "/api/abokiExchangeRate", lookups::exchange_rate),
        route(POST, "/api/project/createProject", projects::create),
        route(PUT, "/api/project/updateProject/{project}", projects::update),
        route(POST, "/api/project/getExternalProjects", projects::list),
        route(POST, "/api/callback/order", orders::callback),
        route(POST, "/api/api/callback/order", orders::callback),
        route(GET, "/api/events", feed::events),
        route(GET, "/api/openapi.json", document::serve),
        route(POST, "/", pay::start),
        route(POST, "/pay", pay::start),
    ]
}

fn route<H, T>(methods: &'static [Method], path: &'static str, handler: H) -> Route
where
    H: Handler<T, Api>,
    T: 'static,
{
    let wrong = move || async move { Problem::status(StatusCode::METHOD_NOT_ALLOWED, wrong_method(methods)) };
    // The site answers the other methods of its own pages.
    let shared = path == "/";
    let empty = if shared { MethodRouter::new() } else { MethodRouter::new().fallback(wrong) };
    let handler = methods.iter().fold(empty, |router, method| router.on(filter(method), handler.clone()));
    Route { methods, path, handler }
}

fn filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE)
}

fn wrong_method(methods: &[Method]) -> String {
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    format!("This address takes {}.", names.join(" or "))
}

/// The API as a router of its own: it is called from elsewhere, with keys instead of cookies.
pub(super) fn router(web: Web) -> Router {
    let api = Api { web, limits: Arc::new(Limits::new()) };
    let served = routes().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    served.route("/api/{*rest}", axum::routing::any(unknown)).with_state(api)
}

/// Every address with its methods, for the authorisation matrix.
pub(super) fn all() -> impl Iterator<Item = (Method, &'static str)> {
    routes().into_iter().flat_map(|route| route.methods.iter().map(move |method| (method.clone(), route.path)))
}

async fn unknown(_: Request) -> Response {
    Problem::status(StatusCode::NOT_FOUND, "There is no such address. Look at /developers.").into_response()
}
