//! Forms of the list of orders.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::pages::bulk;
use crate::request::Seed;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Marks several orders as delivered, after the dry run.
///
/// # Errors
/// The form could not be read at all.
#[server(prefix = "/do", endpoint = "deliver-many")]
pub async fn deliver_many(#[server(flatten)] fields: BTreeMap<String, String>) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = async {
        let (chosen, note, key) = bulk::fields(&fields)?;
        post.request.backend.deliver_many(post.viewer()?, &chosen, &note, &key).await
    };
    match done.await {
        Ok(outcomes) => {
            let left = outcomes.iter().filter(|outcome| outcome.refusal.is_some()).count();
            let message = match left {
                0 => format!("{} orders are marked as delivered.", outcomes.len()),
                left => format!("{} of {} orders are marked as delivered.", outcomes.len() - left, outcomes.len()),
            };
            post.done(&message, "/orders").await
        }
        Err(error) => post.refuse(error, "/orders/deliver", "deliver", &[]).await,
    }
}

/// Keeps a view of the order list.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "view-save")]
pub async fn view_save(#[server(default)] name: String, #[server(default)] query: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let kept = async { post.request.backend.save_view(post.viewer()?, &name, &query).await };
    let back = format!("/orders?{query}");
    post.settle(kept.await, "The view is kept.", &back, "view", &[("name", &name)]).await
}

/// Forgets a view of the order list.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "view-forget")]
pub async fn view_forget(#[server(default)] name: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let gone = async { post.request.backend.forget_view(post.viewer()?, &name).await };
    post.settle(gone.await, "The view is forgotten.", "/orders", "view", &[]).await
}
