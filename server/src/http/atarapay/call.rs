//! One call of a program: its fields, whose key it shows, how often it may call, and the log of it.

use super::Api;
use super::answer::{Answer, Problem, Success};
use super::fields::Fields;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use backend::Backend;
use backend::service::api::ApiCaller;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::time::Instant;

/// Longest idempotency key, in characters.
const KEY_CHARS_MAX: usize = 200;

/// A call whose key is good.
pub(super) struct Call {
    /// The services.
    pub(super) backend: Backend,
    /// Who calls.
    pub(super) caller: ApiCaller,
    /// With which fields.
    pub(super) fields: Fields,
    /// The last part of the address, where it names something.
    pub(super) target: String,
    /// The caller's idempotency key, or a fresh one.
    pub(super) key: String,
}

/// Runs a call with its token in the field `authtoken`, and writes it down.
pub(super) async fn call<F, Fut>(api: Api, request: Request, run: F) -> Response
where
    F: FnOnce(Call) -> Fut + Send,
    Fut: Future<Output = Result<Success, Problem>> + Send,
{
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let fields = match Fields::read(&parts.headers, body).await {
        Ok(fields) => fields,
        Err(problem) => return problem.into_response(),
    };
    let token = match fields.required("authtoken") {
        Ok(token) => token.to_owned(),
        Err(problem) => return problem.into_response(),
    };
    let caller = match enter(&api, &token).await {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    if let Some(field) = fields.holding_secret_of(&token) {
        let message = format!("The {} field holds the account's secret. Nothing was stored.", field.replace('_', " "));
        return Problem::said(message).into_response();
    }
    let told = (parts.method.as_str(), parts.uri.path());
    let fields_shown = fields.for_log();
    let target = told.1.rsplit('/').next().unwrap_or_default().to_owned();
    let backend = api.web.backend.clone();
    let answer = match idempotency_key(&backend, &parts.headers) {
        Ok(key) => {
            let call = Call { backend: backend.clone(), caller: caller.clone(), fields, target, key };
            Answer::from(run(call).await)
        }
        Err(problem) => Answer::from(Err(problem)),
    };
    let status = answer.status.as_u16();
    let logged = backend.log_api_request(&caller, told, &fields_shown, (status, &answer.body), begun.elapsed()).await;
    if let Err(error) = logged {
        tracing::warn!(%error, "an API request could not be written into its log");
    }
    answer.into_response()
}

/// Who shows this token, unless they call too often.
pub(super) async fn enter(api: &Api, token: &str) -> Result<ApiCaller, Response> {
    let caller = match api.web.backend.api_caller(token).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return Err(Problem::said("Invalid authtoken. Does not match any record.").into_response()),
        Err(error) => return Err(Problem::Fault(error).into_response()),
    };
    limited(api, &caller.public_key).map_or(Ok(caller), Err)
}

/// Counts a call of a key; the answer where there were too many.
pub(super) fn limited(api: &Api, key: &str) -> Option<Response> {
    let seconds = api.limits.count(key).err()?;
    let message = format!("Too many requests. Try again in {seconds} seconds.");
    let mut response = Problem::status(StatusCode::TOO_MANY_REQUESTS, message).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Some(response)
}

fn idempotency_key(backend: &Backend, headers: &HeaderMap) -> Result<String, Problem> {
    match headers.get("idempotency-key").map(|value| value.to_str()) {
        None => Ok(backend.form_key()),
        Some(Ok(key)) if (1..=KEY_CHARS_MAX).contains(&key.len()) => Ok(key.to_owned()),
        Some(_) => Err(Problem::said("The Idempotency-Key must have 1 to 200 characters.")),
    }
}
