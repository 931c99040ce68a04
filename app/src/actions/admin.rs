//! Forms of the administrator.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::{Answer, Post};
use crate::request::Seed;
use backend::Error;
use leptos::prelude::*;

const SUSPENSE: &str = "/admin/suspense";

/// Sends money in suspense back.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "suspense-return")]
pub async fn return_suspense(
    #[server(default)] item: String,
    #[server(default)] note: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = match (&post.request.viewer, item.parse()) {
        (Some(viewer), Ok(id)) => post.request.backend.return_suspense(viewer, id, &note).await,
        _ => Err(Error::NotFound),
    };
    decided(&post, done, "It is being sent back.", &item, &note).await
}

/// Pays an order with money in suspense.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "suspense-apply")]
pub async fn apply_suspense(
    #[server(default)] item: String,
    #[server(default)] order: String,
    #[server(default)] note: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = match (&post.request.viewer, item.parse(), order.parse()) {
        (Some(viewer), Ok(id), Ok(order)) => post.request.backend.apply_suspense(viewer, id, order, &note).await,
        _ => Err(Error::NotFound),
    };
    decided(&post, done, "The order is paid with it.", &item, &note).await
}

async fn decided(post: &Post, done: backend::Result<()>, message: &str, item: &str, note: &str) -> Answer {
    match done {
        Ok(()) => post.done(message, SUSPENSE).await,
        Err(error) => post.refuse(error, SUSPENSE, &format!("suspense_{item}"), &[("note", note)]).await,
    }
}

/// Sends a refused payout or refund once more.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "payout-retry")]
pub async fn retry_payout(#[server(default)] payout: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = match (&post.request.viewer, payout.parse()) {
        (Some(viewer), Ok(id)) => post.request.backend.retry_payout(viewer, id).await,
        _ => Err(Error::NotFound),
    };
    match done {
        Ok(()) => post.done("It is being sent again.", "/admin/payouts").await,
        Err(error) => post.refuse(error, "/admin/payouts", "", &[]).await,
    }
}

/// Sends a message anew that was given up.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "message-retry")]
pub async fn retry_message(#[server(default)] message: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = match (&post.request.viewer, message.parse()) {
        (Some(viewer), Ok(id)) => post.request.backend.retry_dead_letter(viewer, id).await,
        _ => Err(Error::NotFound),
    };
    match done {
        Ok(()) => post.done("It is being sent again.", "/admin/messages").await,
        Err(error) => post.refuse(error, "/admin/messages", "", &[]).await,
    }
}
