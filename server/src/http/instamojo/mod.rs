//! Instamojo's payment API (instamojo.md): the wire over the services. No rule is made here.

mod answer;
mod call;
mod fields;
mod gateway;
mod list;
mod payments;
mod payouts;
mod refunds;
mod requests;
mod settlements;
mod token;
mod users;

use super::limits::Limits;
use super::router::Web;
use answer::Problem;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use http::{HeaderValue, Method, StatusCode, header};
use std::sync::Arc;

/// Under which addresses every answer is the contract's.
const PREFIXES: [&str; 3] = ["/v2/", "/v2.1/", "/oauth2/"];

/// What the handlers share.
#[derive(Clone)]
struct Api {
    web: Web,
    limits: Arc<Limits>,
}

/// One address, which ends with a slash, with its methods.
struct Address {
    path: &'static str,
    methods: Vec<Method>,
    slashed: MethodRouter<Api>,
    bare: MethodRouter<Api>,
}

impl Address {
    /// An address that answers nothing yet.
    fn at(path: &'static str) -> Self {
        let (slashed, bare) = (MethodRouter::new().fallback(wrong_method), MethodRouter::new().fallback(wrong_method));
        Self { path, methods: Vec::new(), slashed, bare }
    }

    /// The address with one more method. Without the slash a reading client is sent to it; the others are served as they are,
    /// as they would come back reading (instamojo.md section 2).
    fn on<H, T>(mut self, method: Method, handler: H) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE);
        self.bare =
            if method == Method::GET { self.bare.on(filter, to_slash) } else { self.bare.on(filter, handler.clone()) };
        self.slashed = self.slashed.on(filter, handler);
        self.methods.push(method);
        self
    }

    fn get<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        self.on(Method::GET, handler)
    }

    fn post<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        self.on(Method::POST, handler)
    }
}

/// Every address.
fn addresses() -> Vec<Address> {
    vec![
        Address::at("/oauth2/token/").post(token::grant),
        Address::at("/v2/users/").post(users::create),
        Address::at("/v2/users/{id}/").get(users::get).on(Method::PATCH, users::change),
        Address::at("/v2/users/{id}/inrbankaccount/").on(Method::PUT, users::set_bank),
        Address::at("/v2/payment_requests/").get(requests::list).post(requests::create),
        Address::at("/v2/payment_requests/{id}/").get(requests::get),
        Address::at("/v2/payment_requests/{id}/enable/").post(requests::enable),
        Address::at("/v2/payment_requests/{id}/disable/").post(requests::disable),
        Address::at("/v2/gateway/orders/").get(gateway::list).post(gateway::create),
        Address::at("/v2/gateway/orders/payment-request/").post(gateway::payment_request),
        Address::at("/v2/gateway/orders/{order}/").get(gateway::get_any),
        // Clients of the newer version read payments under its name, and divide them under either.
        Address::at("/v2/payments/").get(payments::list),
        Address::at("/v2.1/payments/").get(payments::list),
        Address::at("/v2/payments/{id}/").get(payments::get),
        Address::at("/v2.1/payments/{id}/").get(payments::get),
        Address::at("/v2/payments/{id}/settlements/").get(settlements::list).post(settlements::create),
        Address::at("/v2.1/payments/{id}/settlements/").get(settlements::list).post(settlements::create),
        Address::at("/v2/payments/{id}/settlements/{settlement}/").on(Method::DELETE, settlements::cancel),
        Address::at("/v2.1/payments/{id}/settlements/{settlement}/").on(Method::DELETE, settlements::cancel),
        Address::at("/v2/payments/{id}/fulfil/").post(settlements::fulfil),
        Address::at("/v2.1/payments/{id}/fulfil/").post(settlements::fulfil),
        Address::at("/v2/payments/{id}/refund/").post(refunds::create),
        Address::at("/v2.1/payments/{id}/refund/").post(refunds::create),
        Address::at("/v2/refunds/").get(refunds::list),
        Address::at("/v2/refunds/{id}/").get(refunds::get),
        Address::at("/v2/resolutioncenter/cases/{id}/").get(refunds::case),
        Address::at("/v2/payouts/").get(payouts::list),
        Address::at("/v2/payouts/{payout}/").get(payouts::get),
    ]
}

/// The API as a router of its own: it is called from elsewhere, with tokens instead of cookies.
pub(super) fn router(web: Web) -> Router {
    let api = Api { web, limits: Arc::new(Limits::new()) };
    let served = addresses().into_iter().fold(Router::new(), |router, address| {
        let bare = address.path.trim_end_matches('/');
        router.route(address.path, address.slashed).route(bare, address.bare)
    });
    let unknown = PREFIXES.into_iter().fold(served, |router, prefix| {
        let any = || axum::routing::any(unknown);
        router.route(prefix, any()).route(&format!("{prefix}{{*rest}}"), any())
    });
    unknown.with_state(api)
}

/// Every address with its methods, for the authorisation matrix.
pub(super) fn all() -> impl Iterator<Item = (Method, &'static str)> {
    addresses().into_iter().flat_map(|address| address.methods.into_iter().map(move |method| (method, address.path)))
}

/// Whether an address is the API's.
pub(super) fn serves(path: &str) -> bool {
    PREFIXES.iter().any(|prefix| path.starts_with(prefix))
}

/// Gives a failure that no handler answered, such as a request that took too long, the contract's body.
pub(super) fn in_words(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    Problem::Status(status, status.canonical_reason().unwrap_or("Error")).into_response()
}

async fn to_slash(request: Request) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let slashed = HeaderValue::try_from(format!("{}/{query}", request.uri().path()));
    match slashed {
        Ok(slashed) => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, slashed)]).into_response(),
        Err(_) => Problem::NotFound.into_response(),
    }
}

async fn unknown(_: Request) -> Response {
    Problem::NotFound.into_response()
}

async fn wrong_method(request: Request) -> Response {
    let message = format!("Method \"{}\" not allowed.", request.method());
    answer::failure(StatusCode::METHOD_NOT_ALLOWED, &message).into_response()
}
