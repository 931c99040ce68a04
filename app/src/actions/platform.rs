//! The administrator's settings of the platform.

#![expect(missing_docs, clippy::too_many_arguments, reason = "server functions take the fields of their form")]

use super::upload::read;
use super::{Post, bank_fields};
use crate::request::Seed;
use backend::service::bank::BankDetails;
use backend::service::platform_forms::{FeesForm, LimitsForm, TimesForm};
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

const PAGE: &str = "/admin/settings";

/// Names the platform.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-name")]
pub async fn platform_name(#[server(default)] name: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let set = async { post.request.backend.set_platform_name(post.viewer()?, &name).await };
    post.settle(set.await, "The name is set.", PAGE, "platform_name", &[("name", &name)]).await
}

/// Sets the logo.
///
/// # Errors
/// The form could not be read.
#[server(prefix = "/do", endpoint = "platform-logo", input = MultipartFormData)]
pub async fn platform_logo(data: MultipartData) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = read(data).await?;
    let set = async { post.request.backend.set_logo(post.viewer()?, form.files).await };
    post.settle(set.await, "The logo is set.", PAGE, "logo", &[]).await
}

/// Sets the fees of a currency.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-fees")]
pub async fn platform_fees(
    #[server(default)] currency: String,
    #[server(default)] escrow_rate: String,
    #[server(default)] escrow_min: String,
    #[server(default)] escrow_max: String,
    #[server(default)] private_max: String,
    #[server(default)] gateway_rate: String,
    #[server(default)] gateway_fixed: String,
    #[server(default)] gateway_max: String,
    #[server(default)] payout: String,
    #[server(default)] from: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = FeesForm {
        currency,
        escrow_rate,
        escrow_min,
        escrow_max,
        private_max,
        gateway_rate,
        gateway_fixed,
        gateway_max,
        payout,
        from,
    };
    let set = async { post.request.backend.set_fees(post.viewer()?, &form, post.request.zone).await };
    let typed = [
        ("currency", form.currency.as_str()),
        ("escrow_rate", &form.escrow_rate),
        ("escrow_min", &form.escrow_min),
        ("escrow_max", &form.escrow_max),
        ("private_max", &form.private_max),
        ("gateway_rate", &form.gateway_rate),
        ("gateway_fixed", &form.gateway_fixed),
        ("gateway_max", &form.gateway_max),
        ("payout", &form.payout),
        ("from", &form.from),
    ];
    post.settle(set.await, "The fees are set.", PAGE, "fees", &typed).await
}

/// Sets the limits of a currency.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-limits")]
pub async fn platform_limits(
    #[server(default)] currency: String,
    #[server(default)] price_min: String,
    #[server(default)] price_max: String,
    #[server(default)] four_eyes: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = LimitsForm { currency, price_min, price_max, four_eyes };
    let set = async { post.request.backend.set_limits(post.viewer()?, &form).await };
    let typed = [
        ("currency", form.currency.as_str()),
        ("price_min", &form.price_min),
        ("price_max", &form.price_max),
        ("four_eyes", &form.four_eyes),
    ];
    post.settle(set.await, "The limits are set.", PAGE, "limits", &typed).await
}

/// Sets the platform's own account in a currency.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-bank")]
pub async fn platform_bank(
    #[server(default)] currency: String,
    #[server(default)] bank_name: String,
    #[server(default)] account_number: String,
    #[server(default)] account_name: String,
    #[server(default)] code: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = BankDetails { currency, bank_name, account_number, account_name };
    let set = async { post.request.backend.set_own_bank(post.viewer()?, &form, &code).await };
    let typed = [&bank_fields(&form)[..], &[("code", code.as_str())]].concat();
    post.settle(set.await, "The account is set.", PAGE, "own_bank", &typed).await
}

/// Sets the default times.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-times")]
pub async fn platform_times(
    #[server(default)] payment_hours: String,
    #[server(default)] delivery_days: String,
    #[server(default)] inspection_hours: String,
    #[server(default)] answer_hours: String,
    #[server(default)] raise_days: String,
    #[server(default)] ruling_days: String,
    #[server(default)] escalation_days: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = TimesForm {
        payment_hours,
        delivery_days,
        inspection_hours,
        answer_hours,
        raise_days,
        ruling_days,
        escalation_days,
    };
    let set = async { post.request.backend.set_times(post.viewer()?, &form).await };
    let typed = [
        ("payment_hours", form.payment_hours.as_str()),
        ("delivery_days", &form.delivery_days),
        ("inspection_hours", &form.inspection_hours),
        ("answer_hours", &form.answer_hours),
        ("raise_days", &form.raise_days),
        ("ruling_days", &form.ruling_days),
        ("escalation_days", &form.escalation_days),
    ];
    post.settle(set.await, "The times are set.", PAGE, "times", &typed).await
}

/// Sets what a unit of a currency is worth in naira, for shops that price in it.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-rate")]
pub async fn platform_rate(
    #[server(default)] base: String,
    #[server(default)] rate: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let set = async { post.request.backend.set_exchange_rate(post.viewer()?, &base, &rate).await };
    let typed = [("base", base.as_str()), ("rate", &rate)];
    post.settle(set.await, "The exchange rate is set.", PAGE, "rate", &typed).await
}

/// Sets how payouts leave, and the holidays.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "platform-payouts")]
pub async fn platform_payouts(
    #[server(default)] by_file: String,
    #[server(default)] holidays: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let ticked = !by_file.is_empty();
    let set = async { post.request.backend.set_payout_settings(post.viewer()?, ticked, &holidays).await };
    let typed = [("by_file", by_file.as_str()), ("holidays", &holidays)];
    post.settle(set.await, "Saved.", PAGE, "payout_settings", &typed).await
}
