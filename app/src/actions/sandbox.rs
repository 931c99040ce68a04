//! The hosted page of the simulated provider.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::request::Seed;
use leptos::prelude::*;

/// Pays with a test number; the answer comes later, as from a real provider. Does not exist in live mode.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "sandbox-pay")]
pub async fn sandbox_pay(
    #[server(default)] reference: String,
    #[server(default)] number: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    match post.request.backend.pay_in_sandbox(&reference, &number).await {
        Ok(charge) => {
            post.go_outside(&charge.return_url);
            Ok(())
        }
        Err(error) => {
            post.refuse(error, &format!("/sandbox/pay/{reference}"), "sandbox_pay", &[("number", &number)]).await
        }
    }
}
