//! Forms of people who come and go.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::form::Flash;
use crate::request::Seed;
use crate::words::query_value;
use backend::Error;
use backend::service::sign_in::SignedIn;
use backend::service::sign_up::SignUp;
use domain::ids::UserId;
use domain::permission::AccountKind;
use leptos::prelude::*;

/// Opens an account. The answer is the same for a new and for a known address.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "sign-up")]
pub async fn open_account(
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
    #[server(default)] kind: String,
    #[server(default)] business_name: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = SignUp {
        email: email.clone(),
        name: name.clone(),
        password: password.into(),
        kind: AccountKind::from_key(&kind).unwrap_or(AccountKind::Buyer),
        business_name: Some(business_name.clone()),
    };
    match post.request.backend.sign_up(form).await {
        Ok(()) => {
            post.leave(remembered(&email)).await;
            post.go("/check-mail");
            Ok(())
        }
        Err(error) => {
            let typed =
                [("email", email.as_str()), ("name", &name), ("kind", &kind), ("business_name", &business_name)];
            post.refuse(error, "/sign-up", "sign_up", &typed).await
        }
    }
}

/// Fills the address into the form that sends the mail again.
fn remembered(email: &str) -> Flash {
    let values = [("email".to_owned(), email.trim().to_owned())].into();
    Flash { notice: None, form: Some(crate::form::Refused { name: "resend".to_owned(), values, errors: Vec::new() }) }
}

/// Signs in.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    match post.request.backend.sign_in(&email, &password.into()).await {
        Ok(SignedIn::Fully(user)) => enter(&post, user, &next, None).await,
        Ok(SignedIn::NeedsCode(user)) => match post.request.backend.await_code(&post.request.session, user).await {
            Ok(()) => {
                post.go(&format!("/sign-in/code?next={}", query_value(&next)));
                Ok(())
            }
            Err(error) => post.refuse(error, "/sign-in", "sign_in", &[]).await,
        },
        Err(error) => post.refuse(error, "/sign-in", "sign_in", &[("email", &email), ("next", &next)]).await,
    }
}

/// Gives the browser a new session of `user` and sends it on.
pub(super) async fn enter(post: &Post, user: UserId, next: &str, message: Option<&str>) -> Result<(), ServerFnError> {
    let request = &post.request;
    let entered = async {
        request.backend.attach(&request.session, user, Some(&request.user_agent)).await?;
        request.backend.viewer(user).await?.ok_or(Error::NotFound)
    };
    match entered.await {
        Ok(viewer) if viewer.verified => {
            if let Some(message) = message {
                post.leave(Flash::success(message)).await;
            }
            post.go(if next.starts_with('/') { next } else { "/home" });
            Ok(())
        }
        Ok(_) => {
            post.go("/check-mail");
            Ok(())
        }
        Err(error) => post.refuse(error, "/sign-in", "sign_in", &[]).await,
    }
}

/// Ends the session.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    match post.request.backend.sign_out(&post.request.session).await {
        Ok(()) => {
            post.go("/");
            Ok(())
        }
        Err(error) => post.refuse(error, "/", "sign_out", &[]).await,
    }
}

/// Proves an address and signs in.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "verify-email")]
pub async fn verify_email(#[server(default)] token: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    match post.request.backend.verify_email(&token).await {
        Ok(user) => enter(&post, user, "/home", Some("Your address is confirmed. Welcome.")).await,
        Err(Error::NotFound | Error::Expired(_)) => {
            post.go("/verify-email");
            Ok(())
        }
        Err(error) => post.refuse(error, "/verify-email", "verify", &[]).await,
    }
}

/// Sends the verification mail again; says the same for every address.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "resend-verification")]
pub async fn resend_verification(#[server(default)] email: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    match post.request.backend.resend_verification(&email).await {
        Ok(()) => {
            let text = "If an account waits for this address, the mail is on its way.";
            post.leave(Flash { notice: Flash::success(text).notice, ..remembered(&email) }).await;
            post.go("/check-mail");
            Ok(())
        }
        Err(error) => post.refuse(error, "/check-mail", "resend", &[("email", &email)]).await,
    }
}

/// Sends a link to set a new password; says the same for every address.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "forgot-password")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    match post.request.backend.request_password_reset(&email).await {
        Ok(()) => post.done("If there is an account with this address, a link to it is on its way.", "/sign-in").await,
        Err(error) => post.refuse(error, "/forgot-password", "forgot", &[("email", &email)]).await,
    }
}

/// Sets a new password and ends every session.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "reset-password")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let safe: String = token.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let back = format!("/reset-password?token={safe}");
    match post.request.backend.reset_password(&token, &password.into()).await {
        Ok(_) => post.done("Your password is set. Sign in with it.", "/sign-in").await,
        Err(Error::NotFound | Error::Expired(_)) => {
            post.go("/reset-password");
            Ok(())
        }
        Err(error) => post.refuse(error, &back, "reset", &[]).await,
    }
}
