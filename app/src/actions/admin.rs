//! Forms of the administrator.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::{Answer, Post, id};
use crate::request::Seed;
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
    let done = async { post.request.backend.return_suspense(post.viewer()?, id(&item)?, &note).await };
    decided(&post, done.await, "It is being sent back.", &item, &note).await
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
    let done = async { post.request.backend.apply_suspense(post.viewer()?, id(&item)?, id(&order)?, &note).await };
    decided(&post, done.await, "The order is paid with it.", &item, &note).await
}

async fn decided(post: &Post, done: backend::Result<()>, message: &str, item: &str, note: &str) -> Answer {
    post.settle(done, message, SUSPENSE, &format!("suspense_{item}"), &[("note", note)]).await
}

/// Sends a refused payout or refund once more.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "payout-retry")]
pub async fn retry_payout(#[server(default)] payout: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = async { post.request.backend.retry_payout(post.viewer()?, id(&payout)?).await };
    post.settle(done.await, "It is being sent again.", "/admin/payouts", "", &[]).await
}

/// Sends a message anew that was given up.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "message-retry")]
pub async fn retry_message(#[server(default)] message: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = async { post.request.backend.retry_dead_letter(post.viewer()?, id(&message)?).await };
    post.settle(done.await, "It is being sent again.", "/admin/messages", "", &[]).await
}
