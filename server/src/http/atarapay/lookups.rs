//! Banks and exchange rates (atarapay.md sections 3.6 and 3.7).

use super::Api;
use super::answer::{Answer, Problem, Success};
use super::call::call;
use super::fields::Fields;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use backend::Error;
use domain::bank::{NIGERIAN_BANKS, SANDBOX_BANK};
use domain::money::Currency;
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct WireBank {
    name: &'static str,
    nip_bank_code: &'static str,
    code: &'static str,
}

#[derive(Serialize)]
struct Rate {
    /// The key that the known client reads, whatever the base is.
    #[serde(rename = "USDNGN")]
    usd_ngn: Box<RawValue>,
}

/// The banks with their codes.
pub(super) async fn banks(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let sandbox = call.backend.is_sandbox().then_some(SANDBOX_BANK);
        let all = NIGERIAN_BANKS.into_iter().chain(sandbox);
        let rows: Vec<WireBank> =
            all.map(|bank| WireBank { name: bank.name, nip_bank_code: bank.nip, code: bank.code }).collect();
        Success::new("Banks", &rows)
    })
    .await
}

/// What a unit of a currency is worth in naira. Without a key, as the known client asks.
pub(super) async fn exchange_rate(State(api): State<Api>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    Answer::from(rate(&api, &query).await).into_response()
}

async fn rate(api: &Api, query: &str) -> Result<Success, Problem> {
    let fields = Fields::of_query(query)?;
    let unknown = || Problem::said("There is no exchange rate for this currency.");
    let base = Currency::from_code(fields.required("base")?).ok_or_else(unknown)?;
    if fields.get("currency").is_some_and(|currency| !currency.eq_ignore_ascii_case("NGN")) {
        return Err(Problem::said("The selected currency is invalid."));
    }
    let rate = api.web.backend.exchange_rate(base).await?.ok_or_else(unknown)?;
    let usd_ngn = RawValue::from_string(rate.decimal()).map_err(|error| Problem::Fault(Error::from(error)))?;
    Success::new("Exchange rate", &Rate { usd_ngn })
}
