//! Keys for programs and where programs are told.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::{Answer, Post, id};
use crate::form::{Flash, Refused};
use crate::request::Seed;
use backend::service::api::{EndpointForm, IssuedKey};
use domain::text::FieldError;
use leptos::prelude::*;
use std::collections::BTreeMap;

const KEYS: &str = "/developers";
const WEBHOOKS: &str = "/developers/webhooks";

/// Makes a pair of keys; the private one is shown on the next page and never again.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "api-key-issue")]
pub async fn issue_api_key() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let issued = async { post.request.backend.issue_api_key(post.viewer()?).await };
    show_once(&post, issued.await).await
}

/// Makes a new pair beside an old one, which ends in seven days.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "api-key-rotate")]
pub async fn rotate_api_key(#[server(default)] api_key: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let issued = async { post.request.backend.rotate_api_key(post.viewer()?, id(&api_key)?).await };
    show_once(&post, issued.await).await
}

/// Leaves a fresh pair for the next page, its private half sealed.
async fn show_once(post: &Post, issued: backend::Result<IssuedKey>) -> Answer {
    let sealed = match issued {
        Ok(issued) => post.request.backend.seal_for_page(&issued.private).map(|sealed| (issued.public, sealed)),
        Err(error) => Err(error),
    };
    match sealed {
        Ok((public, private)) => {
            let values = BTreeMap::from([("public".to_owned(), public), ("private".to_owned(), private)]);
            let form = Refused { name: "fresh_key".to_owned(), values, errors: Vec::new() };
            post.leave(Flash { notice: None, form: Some(form) }).await;
            post.go(KEYS);
            Ok(())
        }
        Err(error) => post.refuse(error, KEYS, "api_key", &[]).await,
    }
}

/// Ends a pair of keys at once.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "api-key-revoke")]
pub async fn revoke_api_key(#[server(default)] api_key: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let revoked = async { post.request.backend.revoke_api_key(post.viewer()?, id(&api_key)?).await };
    post.settle(revoked.await, "The key does not work any more.", KEYS, "api_key", &[]).await
}

/// Sets the telephone number by which operators and their shops name the account.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "account-phone")]
pub async fn set_account_phone(#[server(default)] phone: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let set = async { post.request.backend.set_account_phone(post.viewer()?, &phone).await };
    post.settle(set.await, "Saved.", KEYS, "account_phone", &[("phone", &phone)]).await
}

/// Sets the callback URL.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "webhook-save")]
pub async fn save_webhook(
    #[server(default)] url: String,
    #[server(default)] encoding: String,
    #[server(default)] cancel_status: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = EndpointForm { url, encoding, cancel_status };
    let set = async { post.request.backend.set_webhook(post.viewer()?, &form).await };
    let typed = [("url", form.url.as_str()), ("encoding", &form.encoding), ("cancel_status", &form.cancel_status)];
    post.settle(set.await, "Saved.", WEBHOOKS, "webhook", &typed).await
}

/// Makes a new signing secret.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "webhook-secret")]
pub async fn rotate_webhook_secret() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let rotated = async { post.request.backend.rotate_webhook_secret(post.viewer()?).await };
    let message = "There is a new secret. For seven days notifications are signed with both.";
    post.settle(rotated.await, message, WEBHOOKS, "webhook_secret", &[]).await
}

/// Sends a notification that is about no order.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "webhook-test")]
pub async fn send_test_webhook() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let sent = async { post.request.backend.send_test_webhook(post.viewer()?).await };
    post.settle(sent.await, "A test is on its way. Its answer stands here in a moment.", WEBHOOKS, "test", &[]).await
}

/// Sends notifications once more, one or a range of their numbers.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "webhook-replay")]
pub async fn replay_webhooks(
    #[server(default)] from: String,
    #[server(default)] to: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let replayed = async {
        let viewer = post.viewer()?;
        // Who has no programs learns nothing of the form either.
        post.request.backend.webhook_endpoint(viewer).await?;
        let number = |field: &str, typed: &str| {
            let read = typed.trim().parse::<i64>();
            read.map_err(|_| FieldError::new(field, "Enter the number of a notification."))
        };
        let ends = (number("from", &from), number("to", if to.trim().is_empty() { &from } else { &to }));
        let (Ok(first), Ok(last)) = ends else {
            let wrong = [ends.0.err(), ends.1.err()].into_iter().flatten().collect();
            return Err(backend::Error::Invalid(wrong));
        };
        post.request.backend.replay_webhooks(viewer, first, last).await
    };
    match replayed.await {
        Ok(count) => post.done(&format!("{count} on their way once more."), WEBHOOKS).await,
        Err(error) => post.refuse(error, WEBHOOKS, "replay", &[("from", &from), ("to", &to)]).await,
    }
}
