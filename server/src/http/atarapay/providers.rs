//! Service providers (atarapay.md sections 3.1 to 3.3).

use super::Api;
use super::answer::{Problem, Success};
use super::call::{Call, call};
use super::fields::Fields;
use axum::extract::{Request, State};
use axum::response::Response;
use backend::service::api::ProviderInput;
use domain::text::{Email, phone};

/// Adds a service provider, or changes the one with the same telephone number.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let input = read(&call.fields)?;
        let (provider, fresh) = call.backend.api_save_provider(&call.caller, &input).await?;
        let message =
            if fresh { "Service Provider Created successfully" } else { "Service Provider Updated successfully" };
        Success::new(message, &provider)
    })
    .await
}

/// The service providers, always as a list: the known client fails over anything else.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        Success::new("Service providers", &call.backend.api_providers(&call.caller).await?)
    })
    .await
}

/// Removes a service provider and answers it as it was.
pub(super) async fn delete(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let id = call.fields.required("sp_id")?;
        let removed = match id.parse() {
            Ok(number) => call.backend.api_remove_provider(&call.caller, number).await?,
            Err(_) => None,
        };
        let removed = removed.ok_or_else(|| unknown(id))?;
        Success::new("Service Provider Deleted successfully", &[removed])
    })
    .await
}

/// The contract's sentence for a provider that the account has not.
pub(super) fn unknown(id: &str) -> Problem {
    let id: String = id.chars().take(40).collect();
    Problem::said(format!("Service Provider with id ({id}) does not exist, Please add Service Provider then try again"))
}

fn read(fields: &Fields) -> Result<ProviderInput, Problem> {
    let kind = match fields.get("type") {
        None | Some("1") => 1,
        Some("2") => 2,
        Some(_) => return Err(Problem::said("The selected type is invalid.")),
    };
    let owned = |name: &str| fields.required(name).map(|value| Some(value.to_owned()));
    let mut input = ProviderInput { kind, ..ProviderInput::default() };
    if kind == 1 {
        input.bank_code = Some(digits(fields, "bank_code", 3)?);
        input.nip_bank_code = Some(digits(fields, "nip_bank_code", 6)?);
        input.bank_account_number = owned("bank_account_number")?;
        input.bank_account_name = owned("bank_account_name")?;
        input.bank_name = owned("bank_name")?;
    } else {
        input.account_id = owned("account_id")?;
    }
    input.email = fields.required("email")?.to_owned();
    input.phone = fields.required("phone")?.to_owned();
    input.firstname = fields.required("firstname")?.to_owned();
    input.lastname = fields.required("lastname")?.to_owned();
    email(&input.email, "email")?;
    input.phone = phone(&input.phone).map_err(|_| Problem::said("The phone format is invalid."))?;
    Ok(input)
}

/// Codes are of at least so many digits: those of smaller institutions are longer than the documented three.
fn digits(fields: &Fields, name: &str, least: usize) -> Result<String, Problem> {
    let value = fields.required(name)?;
    let right = (least..=6).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
    if right {
        return Ok(value.to_owned());
    }
    Err(Problem::said(format!("The {} must be {least} digits.", name.replace('_', " "))))
}

/// An address, in the contract's words where it is none.
pub(super) fn email(value: &str, field: &str) -> Result<Email, Problem> {
    Email::parse(value)
        .map_err(|_| Problem::said(format!("The {} must be a valid email address.", field.replace('_', " "))))
}

/// A number of an order, a project or a provider.
pub(super) fn number(call: &Call, field: &str) -> Result<Option<i64>, Problem> {
    Ok(call.fields.required(field)?.parse().ok())
}
