//! Paying a payment request; nobody needs to sign in for it.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::request::Seed;
use backend::service::instamojo::PayForm;
use leptos::prelude::*;

/// Starts a payment and goes to the page of the payment provider. The same key starts the same payment.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "pay-link")]
pub async fn pay_link(
    #[server(default)] request: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = PayForm { name: name.clone(), email: email.clone(), phone: phone.clone() };
    let started = async {
        let backend = &post.request.backend;
        let (username, id) = request.split_once('/').unwrap_or_default();
        let hosted = backend.hosted_request(username, id).await?;
        backend.pay_request(hosted.request.id, form, &key).await
    };
    match started.await {
        Ok(url) => {
            post.go_outside(&url);
            Ok(())
        }
        Err(error) => {
            let typed = [("name", name.as_str()), ("email", &email), ("phone", &phone)];
            post.refuse(error, &format!("/@{request}"), "pay_link", &typed).await
        }
    }
}
