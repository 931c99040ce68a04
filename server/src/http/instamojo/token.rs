//! `POST /oauth2/token/`: tokens for three grants (instamojo.md section 3).

use super::Api;
use super::answer::{Answer, Problem, fault, throttled};
use super::fields::Fields;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use backend::Error;
use backend::service::instamojo::{EXPIRES_IN, GrantRequest, Granted, TokenError};
use backend::service::password::Password;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
}

/// Gives tokens. The credentials stand in the body; what the header shows is not looked at, as a client sends it empty.
pub(super) async fn grant(State(api): State<Api>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let fields = match Fields::read(&parts.headers, body).await {
        Ok(fields) => fields,
        Err(Problem::Status(status, message)) => return refused(status, "invalid_request", Some(message)),
        Err(_) => return refused(StatusCode::BAD_REQUEST, "invalid_request", None),
    };
    match answer(&api, &fields).await {
        Ok(Ok(granted)) => given(&granted),
        Ok(Err(error)) => said(error),
        Err(Problem::Throttled(seconds)) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = refused(status, "temporarily_unavailable", Some(&throttled(seconds)));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Err(Problem::Fault(error)) => {
            // The log has the cause.
            let status = fault(&error).into_response().status();
            refused(status, "server_error", None)
        }
        Err(_) => refused(StatusCode::BAD_REQUEST, "invalid_request", None),
    }
}

async fn answer(api: &Api, fields: &Fields) -> Result<Result<Granted, TokenError>, Problem> {
    let owned = |name: &str| fields.get(name).map(str::to_owned);
    // A password is taken as it was sent, blanks and all.
    let password = fields.raw("password").filter(|password| !password.is_empty());
    let request = GrantRequest {
        grant_type: owned("grant_type"),
        client_id: owned("client_id"),
        client_secret: owned("client_secret"),
        username: owned("username"),
        password: password.map(|password| Password::new(password.to_owned())),
        refresh_token: owned("refresh_token"),
        scope: owned("scope"),
    };
    let backend = &api.web.backend;
    // Only who knows the secret is counted: nobody else can use up a program's calls.
    if let (Some(client_id), Some(secret)) = (&request.client_id, &request.client_secret)
        && backend.knows_oauth_client(client_id, secret).await?
    {
        api.limits.count(client_id).map_err(Problem::Throttled)?;
    }
    backend.grant_token(request).await.map_err(|error: Error| Problem::from(error))
}

fn given(granted: &Granted) -> Response {
    let body = Body {
        access_token: &granted.access_token,
        token_type: "Bearer",
        expires_in: EXPIRES_IN,
        scope: &granted.scope,
        refresh_token: granted.refresh_token.as_deref(),
    };
    unstored(Answer::ok(&body).into_response())
}

fn said(error: TokenError) -> Response {
    let status = if error == TokenError::InvalidClient { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let why = match error {
        TokenError::InvalidGrant(why) => Some(why),
        _ => None,
    };
    refused(status, error.code(), why)
}

fn refused(status: StatusCode, error: &'static str, error_description: Option<&str>) -> Response {
    unstored(Answer::with(status, &ErrorBody { error, error_description }).into_response())
}

/// RFC 6749 section 5.1: nobody on the way keeps it.
fn unstored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
