//! How the pages look for this browser.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::Post;
use crate::request::Seed;
use leptos::prelude::*;

/// Chooses the theme; kept in a cookie, so that the first paint is right.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "theme")]
pub async fn set_theme(#[server(default)] theme: String, #[server(default)] back: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let cookie = match theme.as_str() {
        "light" | "dark" => format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax"),
        _ => "theme=; Path=/; Max-Age=0; SameSite=Lax".to_owned(),
    };
    post.set_cookie(&cookie);
    post.go(&back);
    Ok(())
}
