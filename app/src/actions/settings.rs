//! Forms of the settings.

#![expect(missing_docs, clippy::too_many_arguments, reason = "server functions take the fields of their form")]

use super::{Post, bank_fields, id};
use crate::pages::delivery_terms::typed;
use crate::request::Seed;
use backend::service::bank::BankDetails;
use backend::service::delivery_terms::TermsForm;
use domain::money::Currency;
use leptos::prelude::*;

/// Sets or changes where a seller is paid.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "bank-details")]
pub async fn save_bank_details(
    #[server(default)] currency: String,
    #[server(default)] bank_name: String,
    #[server(default)] account_number: String,
    #[server(default)] account_name: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = BankDetails { currency, bank_name, account_number, account_name };
    let set = async { post.request.backend.set_bank_details(post.viewer()?, &form).await };
    post.settle(set.await, "Your bank details are saved.", "/settings/payouts", "bank", &bank_fields(&form)).await
}

/// Sets when a seller is paid.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "payout-schedule")]
pub async fn save_payout_schedule(
    #[server(default)] currency: String,
    #[server(default)] rhythm: String,
    #[server(default)] day: String,
    #[server(default)] least: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let set =
        async { post.request.backend.set_payout_schedule(post.viewer()?, &currency, &rhythm, &day, &least).await };
    let typed = [("currency", currency.as_str()), ("rhythm", &rhythm), ("day", &day), ("least", &least)];
    post.settle(set.await, "Saved.", "/settings/payouts", "schedule", &typed).await
}

/// The sandbox's stand-in for an identity check.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "verify-identity")]
pub async fn verify_identity() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let verified = async { post.request.backend.verify_identity_in_sandbox(post.viewer()?).await };
    post.settle(verified.await, "Your identity is verified.", "/settings/payouts", "identity", &[]).await
}

/// Ends one of one's own sessions.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "revoke-session")]
pub async fn revoke_session(#[server(default)] session: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let revoked = async { post.request.backend.revoke_session(post.viewer()?.user, id(&session)?).await };
    post.settle(revoked.await, "That browser is signed out.", "/settings", "sessions", &[]).await
}

/// Ends every session but this one.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "revoke-other-sessions")]
pub async fn revoke_other_sessions() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let revoked =
        async { post.request.backend.revoke_other_sessions(post.viewer()?.user, post.request.session.id()).await };
    match revoked.await {
        Ok(_) => post.done("Every other browser is signed out.", "/settings").await,
        Err(error) => post.refuse(error, "/settings", "sessions", &[]).await,
    }
}

/// Sets the terms that new orders start from.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "delivery-terms")]
pub async fn save_delivery_terms(
    #[server(default)] currency: String,
    #[server(default)] payment_hours: String,
    #[server(default)] delivery_days: String,
    #[server(default)] inspection_hours: String,
    #[server(default)] answer_hours: String,
    #[server(default)] on_silence: String,
    #[server(default)] refund_policy: String,
    #[server(default)] cancellation_free_hours: String,
    #[server(default)] cancellation_fee: String,
    #[server(default)] non_split: String,
    #[server(default)] escrow_fee_bearer: String,
    #[server(default)] gateway_fee_bearer: String,
    #[server(default)] payout_fee_bearer: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = TermsForm {
        currency,
        payment_hours,
        delivery_days,
        inspection_hours,
        answer_hours,
        on_silence,
        refund_policy,
        cancellation_free_hours,
        cancellation_fee,
        non_split,
        escrow_fee_bearer,
        gateway_fee_bearer,
        payout_fee_bearer,
    };
    let set = async { post.request.backend.set_delivery_terms(post.viewer()?, &form).await };
    let known = Currency::from_code(&form.currency).map_or("NGN", Currency::code);
    let back = format!("/settings/terms?currency={known}");
    match set.await {
        Ok(()) => post.done("Saved. New orders start from these terms.", &back).await,
        Err(error) => post.refuse(error, &back, "delivery_terms", &typed(&form)).await,
    }
}
