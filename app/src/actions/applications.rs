//! Applications of marketplaces, which the administrator issues and revokes.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::{Post, id};
use crate::form::{Flash, Refused};
use crate::request::Seed;
use backend::service::instamojo::IssuedClient;
use leptos::prelude::*;
use std::collections::BTreeMap;

const PAGE: &str = "/admin/applications";

/// Issues an application; its secret and its salt are shown on the next page and never again.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "application-issue")]
pub async fn issue_application(
    #[server(default)] email: String,
    #[server(default)] name: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let issued = async {
        let issued = post.request.backend.issue_oauth_client(post.viewer()?, &email, &name).await?;
        sealed(&post, issued)
    };
    match issued.await {
        Ok(values) => {
            let form = Refused { name: "fresh_application".to_owned(), values, errors: Vec::new() };
            post.leave(Flash { notice: None, form: Some(form) }).await;
            post.go(PAGE);
            Ok(())
        }
        Err(error) => post.refuse(error, PAGE, "application", &[("email", email.as_str()), ("name", &name)]).await,
    }
}

/// What the next page shows of a fresh application, its secrets sealed.
fn sealed(post: &Post, issued: IssuedClient) -> backend::Result<BTreeMap<String, String>> {
    let backend = &post.request.backend;
    let (secret, salt) = (backend.seal_for_page(&issued.client_secret)?, backend.seal_for_page(&issued.salt)?);
    Ok(BTreeMap::from([
        ("client_id".to_owned(), issued.client_id),
        ("client_secret".to_owned(), secret),
        ("referrer".to_owned(), issued.referrer),
        ("salt".to_owned(), salt),
    ]))
}

/// Revokes an application; its tokens end with it.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "application-revoke")]
pub async fn revoke_application(#[server(default)] application: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let revoked = async { post.request.backend.revoke_oauth_client(post.viewer()?, id(&application)?).await };
    post.settle(revoked.await, "The application is revoked. Its tokens do not work any more.", PAGE, "", &[]).await
}
