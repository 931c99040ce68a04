//! A buyer's order page: finding it, and what a visitor loads to see it.

use crate::assets;
use crate::http::{Client, Response};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;

const REDIRECTS_MAX: usize = 3;

/// A page and the cookies that open it.
#[derive(Debug, Default)]
pub struct Target {
    /// The path of its URL.
    pub path: String,
    /// The value of the Cookie header; empty when there is none.
    pub cookies: String,
}

impl Target {
    /// Fetches the page as a browser would, compressed.
    pub fn fetch(&self, client: &mut Client) -> Result<Response> {
        let mut headers = vec![("Accept", "text/html"), ("Accept-Encoding", "br, gzip")];
        if !self.cookies.is_empty() {
            headers.push(("Cookie", &self.cookies));
        }
        client.get(&self.path, &headers)
    }
}

/// The page behind the first signed link of the seed, which needs no account.
pub fn order_page(client: &mut Client, seed_file: &Path) -> Result<Target> {
    let seed: Value = serde_json::from_str(&std::fs::read_to_string(seed_file)?).context("the seed is no JSON")?;
    let link = seed.pointer("/links/0/url").and_then(Value::as_str).context("the seed has no links")?;
    let mut target = Target { path: link.to_owned(), ..Target::default() };
    for _ in 0..=REDIRECTS_MAX {
        let response = target.fetch(client)?;
        match response.status {
            200 => return Ok(target),
            301..=308 => follow(&mut target, &response)?,
            status => bail!("{} answers {status}", target.path),
        }
    }
    bail!("{link} redirects more than {REDIRECTS_MAX} times")
}

fn follow(target: &mut Target, response: &Response) -> Result<()> {
    for (name, value) in &response.headers {
        if name == "set-cookie" {
            let pair = value.split(';').next().unwrap_or_default().trim();
            if !target.cookies.is_empty() {
                target.cookies.push_str("; ");
            }
            target.cookies.push_str(pair);
        }
    }
    let location = response.header("location").context("a redirect without a location")?;
    // An absolute URL leads to ourselves, as we only ever ask our own server.
    let path = match location.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => location,
    };
    path.clone_into(&mut target.path);
    Ok(())
}

/// Bytes sent for the page with the style sheet and the script of the site, all compressed, without WASM.
pub fn size(client: &mut Client, target: &Target, site: &Path) -> Result<usize> {
    let mut total = target.fetch(client)?.body.len();
    for path in assets::paths(site)? {
        let is_loaded = path.starts_with("/assets/") && (path.ends_with(".css") || path.ends_with(".js"));
        if is_loaded {
            let response = client.get(&path, &[("Accept-Encoding", "br, gzip")])?;
            if response.status != 200 {
                bail!("{path} answers {}", response.status);
            }
            total += response.body.len();
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_keeps_its_cookies() {
        let mut target = Target { path: "/o/token".to_owned(), cookies: "a=1".to_owned() };
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let response = Response {
            status: 303,
            headers: vec![
                header("set-cookie", "link=x; Path=/; HttpOnly"),
                header("location", "http://127.0.0.1:3000/orders/7?from=link"),
            ],
            body: Vec::new(),
        };
        follow(&mut target, &response).unwrap();
        assert_eq!(target.path, "/orders/7?from=link");
        assert_eq!(target.cookies, "a=1; link=x");
    }
}
