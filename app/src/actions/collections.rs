//! What a marketplace does by hand with a payment that it collected.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::request::Seed;
use backend::Error;
use backend::service::instamojo::{NewRefund, NewSettlement, SettlementStatus};
use domain::money::{Currency, Money};
use leptos::prelude::*;

/// Settles a part of a payment with a merchant.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "collection-settle")]
pub async fn settle_collection(
    #[server(default)] payment: String,
    #[server(default)] settlement_id: String,
    #[server(default)] submerchant: String,
    #[server(default)] amount: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let new = NewSettlement {
        settlement_id: settlement_id.clone(),
        kind: "CREDIT".to_owned(),
        submerchant: submerchant.clone(),
        amount: plain(&amount),
        queue: false,
    };
    let settled = async { post.request.backend.settle_by_hand(post.viewer()?, code(&payment)?, new).await };
    match settled.await {
        Ok(_) => post.done("The merchant is credited.", &page(&payment)).await,
        Err(error) => {
            let typed = [("settlement_id", settlement_id.as_str()), ("submerchant", &submerchant), ("amount", &amount)];
            post.refuse(error, &form(&payment, "settle"), "collection_settle", &typed).await
        }
    }
}

/// Takes a part of a payment back from a merchant, at once or from the merchant's later credits.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "collection-debit")]
pub async fn debit_collection(
    #[server(default)] payment: String,
    #[server(default)] debit_id: String,
    #[server(default)] debit_submerchant: String,
    #[server(default)] debit_amount: String,
    #[server(default)] queue: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let new = NewSettlement {
        settlement_id: debit_id.clone(),
        kind: "DEBIT".to_owned(),
        submerchant: debit_submerchant.clone(),
        amount: plain(&debit_amount),
        queue: !queue.is_empty(),
    };
    let debited = async { post.request.backend.settle_by_hand(post.viewer()?, code(&payment)?, new).await };
    match debited.await {
        Ok(settlement) if settlement.status == SettlementStatus::Queued => {
            post.done("It is taken from the merchant's later credits.", &page(&payment)).await
        }
        Ok(_) => post.done("The merchant is debited.", &page(&payment)).await,
        Err(error) => {
            let fields =
                [("settlement_id", "debit_id"), ("submerchant", "debit_submerchant"), ("amount", "debit_amount")];
            let typed = [
                ("debit_id", debit_id.as_str()),
                ("debit_submerchant", &debit_submerchant),
                ("debit_amount", &debit_amount),
                ("queue", &queue),
            ];
            post.refuse(renamed(error, &fields), &form(&payment, "debit"), "collection_debit", &typed).await
        }
    }
}

/// Cancels what waits to be taken from a merchant's later credits.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "collection-debit-cancel")]
pub async fn cancel_debit(
    #[server(default)] payment: String,
    #[server(default)] settlement_id: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let cancelled = async {
        let viewer = post.viewer()?;
        // PostgreSQL takes no text with a null character in it.
        if settlement_id.chars().any(char::is_control) {
            return Err(Error::NotFound);
        }
        post.request.backend.cancel_settlement_by_hand(viewer, code(&payment)?, &settlement_id).await.map(|_| ())
    };
    post.settle(cancelled.await, "It is cancelled. Nothing is taken from the merchant.", &page(&payment), "", &[]).await
}

/// Fulfils a payment: the split is final and the rest is the marketplace's commission.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "collection-fulfil")]
pub async fn fulfil_collection(#[server(default)] payment: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let fulfilled = async { post.request.backend.fulfil_by_hand(post.viewer()?, code(&payment)?).await };
    post.settle(fulfilled.await, "The payment is fulfilled. The split is final.", &page(&payment), "", &[]).await
}

/// Refunds a payment, or a part of it, to its buyer.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "collection-refund")]
pub async fn refund_collection(
    #[server(default)] payment: String,
    #[server(default)] reason: String,
    #[server(default)] body: String,
    #[server(default)] refund_amount: String,
    #[server(default)] transaction_id: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let given = |text: String| (!text.trim().is_empty()).then_some(text);
    let new = NewRefund {
        reason: reason.clone(),
        body: body.clone(),
        amount: given(plain(&refund_amount)),
        transaction_id: given(transaction_id.clone()),
    };
    let refunded = async { post.request.backend.refund_by_hand(post.viewer()?, code(&payment)?, new).await };
    match refunded.await {
        Ok(_) => {
            post.done(
                "The payment is refunded. The buyer is sent the money once your account covers it.",
                &page(&payment),
            )
            .await
        }
        Err(error) => {
            let typed = [
                ("reason", reason.as_str()),
                ("body", &body),
                ("refund_amount", &refund_amount),
                ("transaction_id", &transaction_id),
            ];
            let error = renamed(error, &[("type", "reason")]);
            post.refuse(error, &form(&payment, "refund"), "collection_refund", &typed).await
        }
    }
}

/// A payment's name; what cannot be one is not found.
fn code(payment: &str) -> backend::Result<&str> {
    if payment.bytes().all(|byte| byte.is_ascii_alphanumeric()) { Ok(payment) } else { Err(Error::NotFound) }
}

fn page(payment: &str) -> String {
    format!("/payments/{payment}")
}

/// The form of a payment's page, so that the browser shows it again where it was refused.
fn form(payment: &str, anchor: &str) -> String {
    format!("/payments/{payment}#{anchor}")
}

/// An amount as programs send it. What cannot be read stays as it was typed, and is refused with the other fields.
fn plain(typed: &str) -> String {
    Money::parse(typed, Currency::Inr).map_or_else(|_| typed.trim().to_owned(), Money::plain)
}

/// The refused fields under the names that they have in the form: ids are used once in a page.
fn renamed(error: Error, names: &[(&str, &str)]) -> Error {
    let Error::Invalid(mut wrong) = error else { return error };
    for field in &mut wrong {
        if let Some((_, name)) = names.iter().find(|(service, _)| *service == field.field) {
            (*name).clone_into(&mut field.field);
        }
    }
    Error::Invalid(wrong)
}
