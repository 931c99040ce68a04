//! Forms of the second factor, and of showing again that it is you.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use super::auth::enter;
use crate::form::{Flash, Refused};
use crate::request::Seed;
use crate::words::query_value;
use backend::Error;
use leptos::prelude::*;

const PAGE: &str = "/settings/security";
/// Name of the left-over form that carries fresh recovery codes to the page that shows them once.
pub(crate) const CODES_FORM: &str = "recovery_codes";

/// Gives the code that is asked for after the password.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "sign-in-code")]
pub async fn sign_in_code(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let backend = &post.request.backend;
    let user = match backend.awaiting_code(&post.request.session).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            post.leave(Flash::danger("Sign in with your password first; the code is asked for after it.")).await;
            post.go("/sign-in");
            return Ok(());
        }
        Err(error) => return post.refuse(error, "/sign-in", "sign_in", &[]).await,
    };
    let back = format!("/sign-in/code?next={}", query_value(&next));
    match backend.check_code(user, &code).await {
        Ok(()) => enter(&post, user, &next, None).await,
        Err(error) => post.refuse(error, &back, "code", &[]).await,
    }
}

/// Shows again that it is you: by a code, or by the password.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "confirm")]
pub async fn confirm(
    #[server(default)] password: String,
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let backend = &post.request.backend;
    // What another form left for the page behind this one stays there until that page is shown.
    let left = post.request.take_flash().await;
    let confirmed =
        async { backend.confirm_identity(&post.request.session, post.viewer()?, &password.into(), &code).await };
    match confirmed.await {
        Ok(()) => {
            let notice = Flash::success("Thank you. Now send the form once more.").notice;
            post.leave(Flash { notice, ..left }).await;
            post.go(if next.starts_with('/') { &next } else { PAGE });
            Ok(())
        }
        Err(error) => {
            let text = match &error {
                Error::Invalid(errors) => errors.first().map(|error| error.message.clone()).unwrap_or_default(),
                Error::NotFound => return post.refuse(error, "/sign-in", "confirm", &[]).await,
                other if other.is_for_people() => other.to_string(),
                _ => return post.refuse(error, PAGE, "confirm", &[]).await,
            };
            post.leave(Flash { form: left.form, ..Flash::danger(text) }).await;
            post.go(&format!("/confirm?next={}", query_value(&next)));
            Ok(())
        }
    }
}

/// Begins to set an authenticator up.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "second-factor-begin")]
pub async fn second_factor_begin() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let begun = async { post.request.backend.begin_second_factor(post.viewer()?).await };
    post.settle(begun.await, "Scan the picture, then enter the code your authenticator shows.", PAGE, "begin", &[])
        .await
}

/// Turns the second factor on with its first code.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "second-factor-confirm")]
pub async fn second_factor_confirm(#[server(default)] code: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let codes = async { post.request.backend.confirm_second_factor(post.viewer()?, &code).await };
    show_codes(&post, codes.await, "Two-factor sign-in is on.").await
}

/// Makes new recovery codes.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "recovery-codes")]
pub async fn recovery_codes() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let codes = async { post.request.backend.new_recovery_codes(post.viewer()?).await };
    show_codes(&post, codes.await, "The old recovery codes do not work any more.").await
}

async fn show_codes(post: &Post, codes: backend::Result<Vec<String>>, message: &str) -> super::Answer {
    match codes {
        Ok(codes) => {
            let values = [("codes".to_owned(), codes.join(" "))].into();
            let form = Some(Refused { name: CODES_FORM.to_owned(), values, errors: Vec::new() });
            post.leave(Flash { form, ..Flash::success(message) }).await;
            post.go(PAGE);
            Ok(())
        }
        Err(error) => post.refuse(error, PAGE, "code", &[]).await,
    }
}

/// Turns the second factor off.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "second-factor-stop")]
pub async fn second_factor_stop() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let stopped = async { post.request.backend.stop_second_factor(post.viewer()?).await };
    post.settle(stopped.await, "Two-factor sign-in is off.", PAGE, "stop", &[]).await
}
