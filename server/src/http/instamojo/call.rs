//! One call of a program: who shows which token, whether it opens this, how often it may call, and with which fields.

use super::Api;
use super::answer::{Answer, Problem};
use super::fields::Fields;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use backend::Backend;
use backend::service::instamojo::{Bearer, Scope};
use http::request::Parts;
use http::{HeaderMap, Method, header};

/// A call whose token opens what it asks for.
pub(super) struct Call {
    /// The services.
    pub(super) backend: Backend,
    /// Who calls.
    pub(super) caller: Bearer,
    /// The fields of the body; none where it only reads.
    pub(super) fields: Fields,
    /// What stands in the address, in its order.
    pub(super) path: Vec<String>,
    /// The fields of the query.
    pub(super) query: Fields,
    /// The address without its query, as it was asked for.
    pub(super) address: String,
}

impl Call {
    /// The name that stands in the address at a place.
    ///
    /// # Errors
    /// None stands there, or it holds what no name does, and what PostgreSQL takes for no text.
    pub(super) fn target(&self, place: usize) -> Result<&str, Problem> {
        let name = self.path.get(place).map(String::as_str);
        name.filter(|name| !name.is_empty() && !name.contains(char::is_control)).ok_or(Problem::NotFound)
    }
}

/// Which kind of token a call takes; the other kind is answered with 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// That of a program for its marketplace.
    Application,
    /// That of a program for a merchant.
    User,
    /// Either.
    Either,
}

impl Needs {
    const fn allow(self, caller: &Bearer) -> bool {
        match self {
            Self::Application => caller.is_application(),
            Self::User => !caller.is_application(),
            Self::Either => true,
        }
    }
}

/// Runs a call whose token is of the right kind and has the scope.
pub(super) async fn call<F, Fut>(api: Api, request: Request, needs: Needs, scope: Scope, run: F) -> Response
where
    F: FnOnce(Call) -> Fut + Send,
    Fut: Future<Output = Result<Answer, Problem>> + Send,
{
    let outcome = match enter(&api, request, needs, scope).await {
        Ok(call) => run(call).await,
        Err(problem) => Err(problem),
    };
    outcome.into_response()
}

async fn enter(api: &Api, request: Request, needs: Needs, scope: Scope) -> Result<Call, Problem> {
    let (mut parts, body) = request.into_parts();
    let backend = api.web.backend.clone();
    let token = bearer_token(&parts.headers).ok_or(Problem::Unauthorized)?;
    let caller = backend.bearer(token).await?.ok_or(Problem::Unauthorized)?;
    api.limits.count(&caller.client.to_string()).map_err(Problem::Throttled)?;
    if !needs.allow(&caller) || !caller.may(scope) {
        return Err(Problem::Forbidden);
    }
    let path = path_parameters(&mut parts).await?;
    let query = Fields::of_query(parts.uri.query().unwrap_or_default())?;
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let fields = if reads { Fields::default() } else { Fields::read(&parts.headers, body).await? };
    Ok(Call { backend, caller, fields, path, query, address: parts.uri.path().to_owned() })
}

async fn path_parameters(parts: &mut Parts) -> Result<Vec<String>, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Problem::NotFound)?;
    Ok(parameters.iter().map(|(_, value)| value.to_owned()).collect())
}

/// The token of the header; clients write the name of its scheme as it came from the token's answer, in any case.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_scheme_may_be_written_in_any_case() {
        let shown = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            bearer_token(&headers).map(str::to_owned)
        };
        for value in ["Bearer abc", "bearer abc", "BEARER  abc "] {
            assert_eq!(shown(value).as_deref(), Some("abc"), "{value}");
        }
        for value in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(shown(value), None, "{value}");
        }
    }
}
