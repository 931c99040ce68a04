//! Commissions of paid orders (atarapay.md sections 3.4 and 3.5). The two answers spell their key differently; so do these.

use super::Api;
use super::answer::{Problem, Success};
use super::call::{Call, call};
use super::providers::{number, unknown};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Error;
use backend::service::api::{WireProvider, wire_time};
use domain::money::BasisPoints;
use serde::Serialize;
use serde_json::value::RawValue;

const MESSAGE: &str = "Service provider and commission successfully associated with the order";
const NO_ORDER: &str = "No such order exists for the seller.";

#[derive(Serialize)]
struct OrderCommission<'a> {
    id: i64,
    order_id: i64,
    commisson: Box<RawValue>,
    created_at: &'a str,
    updated_at: &'a str,
    service_provider: WireProvider,
}

#[derive(Serialize)]
struct MarketplaceCommission<'a> {
    id: i64,
    order_id: i64,
    sp_type: &'static str,
    commission: Box<RawValue>,
    test: Option<()>,
    comments: Option<()>,
    created_at: &'a str,
    updated_at: &'a str,
    service_provider: MarketplaceSeller<'a>,
}

#[derive(Serialize)]
struct MarketplaceSeller<'a> {
    id: i64,
    is_marketplace: Option<()>,
    marketplace_child: i64,
    individual: u8,
    business_name: Option<()>,
    business_address: Option<()>,
    business_address_2: Option<()>,
    business_city: Option<()>,
    business_state: Option<()>,
    business_country: Option<()>,
    business_email: Option<()>,
    year_of_inc: Option<()>,
    cac_certificate: Option<()>,
    memorandum_of_article: Option<()>,
    company_profile: Option<()>,
    #[serde(rename = "siteURL")]
    site_url: Option<()>,
    test: &'static str,
    comments: &'static str,
    deleted_at: Option<()>,
    created_at: &'a str,
    updated_at: &'a str,
}

/// A Business Seller gives a paid order to a provider and says what it keeps.
pub(super) async fn of_order(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let percent = percent(&call)?;
        let provider = number(&call, "sp_id")?;
        let order = number(&call, "order_id")?.ok_or_else(|| Problem::said(NO_ORDER))?;
        let provider = provider.ok_or_else(|| unknown(call.fields.get("sp_id").unwrap_or_default()))?;
        let set = call.backend.api_set_commission(&call.caller, order, provider, percent, &call.key).await;
        let set = set.map_err(|error| match error {
            Error::NotFound => Problem::said(NO_ORDER),
            Error::Invalid(errors) if errors.iter().any(|error| error.field == "sp_id") => {
                unknown(&provider.to_string())
            }
            other => other.into(),
        })?;
        let at = wire_time(set.at);
        let provider = set.provider.ok_or_else(|| Problem::said(NO_ORDER))?;
        let row = OrderCommission {
            id: set.order,
            order_id: set.order,
            commisson: decimal(set.percent)?,
            created_at: &at,
            updated_at: &at,
            service_provider: provider.with_empty_recipient(),
        };
        Success::new(MESSAGE, &[row])
    })
    .await
}

/// An operator says what it keeps of an order of one of its sellers.
pub(super) async fn of_marketplace_order(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let percent = percent(&call)?;
        let order = number(&call, "order_id")?.ok_or_else(|| Problem::said(NO_ORDER))?;
        let set = call.backend.api_set_marketplace_commission(&call.caller, order, percent, &call.key).await;
        let set = set.map_err(|error| match error {
            Error::NotFound => Problem::said(NO_ORDER),
            Error::Invalid(errors) if errors.iter().any(|error| error.field == "seller") => {
                let id = errors.first().map(|error| error.message.clone()).unwrap_or_default();
                Problem::said(format!(
                    "Seller with id ({id}) is not associated to the marketplace operator, Please associate seller then try again"
                ))
            }
            other => other.into(),
        })?;
        let at = wire_time(set.at);
        let (seller, private, since) = set.seller.ok_or_else(|| Problem::said(NO_ORDER))?;
        let since = wire_time(since);
        let row = MarketplaceCommission {
            id: set.order,
            order_id: set.order,
            sp_type: "Marketplace Service Provider",
            commission: decimal(set.percent)?,
            test: None,
            comments: None,
            created_at: &at,
            updated_at: &at,
            service_provider: MarketplaceSeller {
                id: seller,
                is_marketplace: None,
                marketplace_child: call.caller.number,
                individual: u8::from(private),
                business_name: None,
                business_address: None,
                business_address_2: None,
                business_city: None,
                business_state: None,
                business_country: None,
                business_email: None,
                year_of_inc: None,
                cac_certificate: None,
                memorandum_of_article: None,
                company_profile: None,
                site_url: None,
                test: "",
                comments: "",
                deleted_at: None,
                created_at: &since,
                updated_at: &since,
            },
        };
        Success::new(MESSAGE, &row)
    })
    .await
}

/// The percentage, under either spelling.
fn percent(call: &Call) -> Result<BasisPoints, Problem> {
    let typed = call.fields.either("commisson", "commission")?;
    read_percent(typed, "commisson")
}

/// A percentage from 0 to 100 with at most two decimals.
pub(super) fn read_percent(typed: &str, field: &str) -> Result<BasisPoints, Problem> {
    BasisPoints::parse(typed)
        .map_err(|_| Problem::said(format!("The {} must be a number between 0 and 100.", field.replace('_', " "))))
}

/// A percentage as a plain number of JSON.
fn decimal(percent: BasisPoints) -> Result<Box<RawValue>, Problem> {
    RawValue::from_string(percent.typed()).map_err(|error| Problem::Fault(Error::from(error)))
}
