//! The payment page of the standard integration (atarapay.md sections 2.1 and 2.3): a form from another origin, tolerant where
//! the known clients are careless, that leads to the hosted page. Nothing is charged here.

use super::Api;
use super::answer::{Answer, Problem};
use super::call::limited;
use super::commission::read_percent;
use super::fields::Fields;
use super::providers::email;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use backend::port::webhook::target;
use backend::service::api::{ApiCaller, CheckoutRequest, ProviderShare, ShopDetails};
use domain::money::Currency;
use domain::text::phone;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Longest number of the shop's order.
const PRODUCT_ID_DIGITS_MAX: usize = 20;
/// Longest of the texts that are only kept and shown, in characters.
const TEXT_CHARS_MAX: usize = 2_000;

/// What the page of a refused order in a frame may do.
const FRAMED_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors *";

/// Takes the shop's form and sends the browser to the hosted page.
pub(super) async fn start(State(api): State<Api>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut framed = false;
    match accept(&api, &parts.headers, body, &mut framed).await {
        Ok(Ok(path)) => Redirect::to(&path).into_response(),
        Ok(Err(limited)) => limited,
        Err(problem) => refused(&parts.headers, problem, framed, &api.web.site.css),
    }
}

async fn accept(
    api: &Api,
    headers: &HeaderMap,
    body: Body,
    framed: &mut bool,
) -> Result<Result<String, Response>, Problem> {
    let fields = Fields::read(headers, body).await?;
    *framed = fields.said("framed") == Some("1");
    let token = token(headers, &fields)?;
    let backend = &api.web.backend;
    let Some(caller) = backend.shop_of_key(&token).await? else {
        return Err(Problem::said("Invalid token. Does not match any record."));
    };
    if let Some(limited) = limited(api, &caller.public_key) {
        return Ok(Err(limited));
    }
    let mut checkout = read(api, &caller, &fields).await?;
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    checkout.details.origin = origin.filter(|origin| target(origin).is_ok()).map(ToOwned::to_owned);
    let order = backend.start_checkout(&caller, &checkout).await?;
    let framed = if *framed { "?framed=1" } else { "" };
    Ok(Ok(format!("{}{framed}", backend.checkout_path(order))))
}

/// The public key: a field, or a header, or both where they agree.
fn token(headers: &HeaderMap, fields: &Fields) -> Result<String, Problem> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    match (fields.get("token"), bearer.filter(|token| !token.is_empty())) {
        (Some(field), Some(header)) if field != header => {
            Err(Problem::said("The token field and the Authorization header disagree."))
        }
        (Some(token), _) | (None, Some(token)) => Ok(token.to_owned()),
        (None, None) => Err(Problem::missing("token")),
    }
}

async fn read(api: &Api, caller: &ApiCaller, fields: &Fields) -> Result<CheckoutRequest, Problem> {
    let address = email(fields.required("email")?, "email")?;
    let dialled = fields.required("phone_number")?;
    phone(dialled).map_err(|_| Problem::said("The phone number must be a number."))?;
    let currency = match fields.required("currency")?.to_ascii_uppercase().as_str() {
        "NGN" => Currency::Ngn,
        "USD" => Currency::Usd,
        _ => return Err(Problem::said("The selected currency is invalid.")),
    };
    let (minor, conversion_micros) = amount(api, currency, fields).await?;
    let (firstname, lastname) = (fields.required("customer_firstname")?, fields.required("customer_lastname")?);
    let product_id = fields.required("order_product_id")?;
    if product_id.len() > PRODUCT_ID_DIGITS_MAX || !product_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::said("The order product id must be a number."));
    }
    let product_name = fields.required("order_product_name")?;
    let (date, place) = (fields.required("delivery_date")?, fields.required("delivery_location")?);
    let recipient = fields.required("recipient")?;
    phone(recipient).map_err(|_| Problem::said("The recipient format is invalid."))?;
    let alternative = fields.said("alt_recipient").unwrap_or_default();
    if fields.required("type")? != "1" {
        return Err(Problem::said("The selected type is invalid."));
    }
    let callback_url = fields.said("callback_url").map(ToOwned::to_owned);
    if callback_url.as_deref().is_some_and(|url| target(url).is_err()) {
        return Err(Problem::said("The callback url format is invalid."));
    }
    let is_marketplace = matches!(fields.said("is_marketplace"), Some("1" | "true" | "yes"));
    let seller_phone = match fields.said("seller_phone").filter(|_| is_marketplace) {
        Some(typed) => Some(phone(typed).map_err(|_| Problem::said("The seller phone format is invalid."))?),
        None if is_marketplace => return Err(Problem::missing("seller_phone")),
        None => None,
    };
    let text = |value: &str| value.chars().take(TEXT_CHARS_MAX).collect::<String>();
    Ok(CheckoutRequest {
        email: address,
        currency,
        minor,
        product_id: product_id.to_owned(),
        kind: if fields.said("product_type") == Some("virtual") { "service" } else { "good" },
        callback_url,
        provider: provider(fields)?,
        project: project(fields)?,
        seller_phone,
        details: ShopDetails {
            phone: text(dialled),
            firstname: text(firstname),
            lastname: text(lastname),
            product_name: text(product_name),
            product_desc: text(fields.said("order_product_desc").unwrap_or_default()),
            delivery_location: text(place),
            delivery_date: text(date),
            recipient: text(recipient),
            alt_recipient: text(alternative),
            products: fields.said("products").map(ToOwned::to_owned),
            conversion_micros,
            is_marketplace: caller.kind == domain::permission::AccountKind::MarketplaceOperator,
            platform: text(fields.said("platform").unwrap_or_default()),
            origin: None,
        },
    })
}

/// The price in minor units of its currency, and what a unit of it is worth in naira, in millionths. Dollars are priced by
/// `amount_fx`; `amount` is their value in naira then.
async fn amount(api: &Api, currency: Currency, fields: &Fields) -> Result<(i64, i64), Problem> {
    let kobo =
        minor_tolerant(fields.required("amount")?, 0).ok_or_else(|| Problem::said("The amount must be a number."))?;
    if currency == Currency::Ngn {
        return Ok((kobo, 1_000_000));
    }
    let typed = fields.said("amount_fx").ok_or_else(|| Problem::missing("amount_fx"))?;
    let minor =
        minor_tolerant(typed, currency.exponent()).ok_or_else(|| Problem::said("The amount fx must be a number."))?;
    let rate = api.web.backend.exchange_rate(currency).await?;
    Ok((minor, rate.map_or(0, |rate| rate.micros)))
}

fn provider(fields: &Fields) -> Result<Option<ProviderShare>, Problem> {
    let Some(id) = fields.said("sp_id").filter(|id| *id != "0") else { return Ok(None) };
    let number = id.parse().map_err(|_| super::providers::unknown(id))?;
    let seller_keeps = match fields.said("sp_commission") {
        Some(typed) => Some(read_percent(typed, "sp_commission")?),
        None => None,
    };
    Ok(Some(ProviderShare { number, seller_keeps }))
}

fn project(fields: &Fields) -> Result<Option<i64>, Problem> {
    let Some(id) = fields.said("project_id") else { return Ok(None) };
    let unknown =
        || Problem::said(format!("Project with id ({}) does not exist", id.chars().take(40).collect::<String>()));
    id.parse().map(Some).map_err(|_| unknown())
}

/// A decimal number in units of ten to the minus `decimals`, rounded half up: scripts send `19.99 * 100` as
/// `1998.9999999999998`. `None` for what is no plain number, or too large.
fn minor_tolerant(typed: &str, decimals: u32) -> Option<i64> {
    let (whole, rest) = typed.split_once('.').unwrap_or((typed, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !is_digits(whole) || !is_digits(rest) {
        return None;
    }
    let decimals = usize::try_from(decimals).ok()?;
    let padded = format!("{rest:0<width$}", width = decimals + 1);
    let (kept, cut) = padded.split_at(decimals);
    let minor: i64 = format!("{whole}{kept}").parse().ok()?;
    let up = cut.bytes().next().is_some_and(|digit| digit >= b'5');
    minor.checked_add(i64::from(up))
}

/// A refusal as a page for a browser, and in the envelope for everybody else.
fn refused(headers: &HeaderMap, problem: Problem, framed: bool, css: &str) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accept.contains("text/html") {
        return problem.into_response();
    }
    let (status, message) = match problem {
        Problem::Said(message) => (StatusCode::UNPROCESSABLE_ENTITY, message),
        Problem::Status(status, message) => (status, message),
        fault @ Problem::Fault(_) => {
            let Answer { status, .. } = Answer::from(Err(fault));
            (status, "This did not work because of a fault on our side. Nothing was charged; try again.".to_owned())
        }
    };
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    let mut response = (status, [kind], app::shop_refused_document(&message, css)).into_response();
    if framed {
        // There is nothing on this page to click, so every shop may show it in its frame.
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED_POLICY));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::minor_tolerant;

    #[test]
    fn the_noise_of_scripts_is_rounded_away() {
        for (typed, decimals, minor) in [
            ("1998.9999999999998", 0, Some(1_999)),
            ("1250000", 0, Some(1_250_000)),
            ("1250000.0", 0, Some(1_250_000)),
            ("0.5", 0, Some(1)),
            ("179.06", 2, Some(17_906)),
            ("179", 2, Some(17_900)),
            ("179.065", 2, Some(17_907)),
            ("179.0649", 2, Some(17_906)),
            ("999999999999999.9", 0, Some(1_000_000_000_000_000)),
        ] {
            assert_eq!(minor_tolerant(typed, decimals), minor, "{typed}");
        }
        for wrong in ["", ".5", "-1", "1e5", "false", "1,000", "NaN", "9999999999999999", "1.2.3", "٣"] {
            assert_eq!(minor_tolerant(wrong, 0), None, "{wrong}");
        }
    }
}
