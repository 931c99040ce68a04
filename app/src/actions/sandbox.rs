//! The hosted page of the simulated provider.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::request::Seed;
use backend::Error;
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
            // A browser keeps no cookie for a frame of another site, so the address says it too.
            let back = format!("/sandbox/pay/{reference}?problem=number");
            post.refuse(error, &back, "sandbox_pay", &[("number", &number)]).await
        }
    }
}

/// Moves the sandbox's clock forward by hours. Does not exist in live mode.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "sandbox-clock")]
pub async fn move_sandbox_clock(
    #[server(default)] hours: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let back = if back.starts_with('/') { back } else { "/sandbox".to_owned() };
    let moved = match hours.trim().parse::<i64>() {
        _ if !post.request.backend.is_sandbox() => Err(Error::NotFound),
        Ok(hours @ 1..=HOURS_MAX) => post.request.backend.move_clock(time::Duration::hours(hours)).await,
        _ => Err(Error::field("hours", format!("Enter a whole number of hours from 1 to {HOURS_MAX}."))),
    };
    match moved {
        Ok(()) => post.done("The clock was moved. Deadlines, mails and payouts follow within seconds.", &back).await,
        Err(error) => post.refuse(error, "/sandbox", "sandbox_clock", &[("hours", &hours)]).await,
    }
}

/// Farthest the clock is moved at once: four months.
const HOURS_MAX: i64 = 2_880;
