//! What forms post to: thin server functions that call one service and redirect.
//!
//! None of them answers an error to a form: a refused form goes back to its page filled in, and a stranger gets the same
//! 404 as for what does not exist. Every one authorises in the service it calls.

pub mod admin;
pub mod applications;
pub mod auth;
pub mod collections;
pub mod desk;
pub mod developers;
pub mod lists;
pub mod marketplace;
pub mod notifications;
pub mod order;
pub mod pay_link;
pub mod platform;
pub mod preferences;
pub mod project;
pub mod sandbox;
pub mod security;
pub mod settings;
pub mod team;
mod upload;

use crate::form::{Flash, Refused};
use crate::page::log_fault;
use crate::request::{Request, Seed};
use crate::words::query_value;
use backend::Error;
use backend::service::bank::BankDetails;
use backend::service::viewer::Viewer;
use domain::text::FieldError;
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::ServerFnError;
use leptos_axum::ResponseOptions;
use std::collections::BTreeMap;
use std::str::FromStr;

/// What every form post answers: a redirect is set on the response.
pub(crate) type Answer = Result<(), ServerFnError>;

/// A form post: its request, and where the answer goes.
pub(crate) struct Post {
    /// The request.
    pub(crate) request: Request,
    response: ResponseOptions,
}

impl Post {
    /// Loads the request of a form post.
    pub(crate) async fn load(seed: Seed) -> Result<Self, ServerFnError> {
        let response = seed.response();
        match seed.load().await {
            Ok(request) => Ok(Self { request, response }),
            Err(error) => {
                log_fault(&error);
                response.set_status(StatusCode::INTERNAL_SERVER_ERROR);
                Err(ServerFnError::new("the request could not be read"))
            }
        }
    }

    /// Who posts.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who did not sign in.
    pub(crate) fn viewer(&self) -> backend::Result<&Viewer> {
        self.request.viewer.as_ref().ok_or(Error::NotFound)
    }

    /// Answers a form: with a message on `path`, or refused at the form `form` of that page.
    pub(crate) async fn settle(
        &self,
        outcome: backend::Result<()>,
        message: &str,
        path: &str,
        form: &str,
        typed: &[(&str, &str)],
    ) -> Answer {
        match outcome {
            Ok(()) => self.done(message, path).await,
            Err(error) => self.refuse(error, path, form, typed).await,
        }
    }

    /// Sends the browser to `path`, a path of ours.
    pub(crate) fn go(&self, path: &str) {
        // Browsers drop tabs and take a backslash for a slash: both can make another site of what looks like a path.
        let foreign = path.starts_with("//") || path.contains(|c: char| c == '\\' || c.is_control());
        self.location(if path.starts_with('/') && !foreign { path } else { "/" });
    }

    /// Sends the browser to an absolute address that a service gave.
    pub(crate) fn go_outside(&self, url: &str) {
        self.location(url);
    }

    /// Sets a cookie beside the session's.
    pub(crate) fn set_cookie(&self, cookie: &str) {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.response.append_header(header::SET_COOKIE, value);
        }
    }

    fn location(&self, target: &str) {
        self.response.set_status(StatusCode::SEE_OTHER);
        if let Ok(value) = HeaderValue::from_str(target) {
            self.response.insert_header(header::LOCATION, value);
        }
    }

    /// Leaves a message and goes to `path`.
    pub(crate) async fn done(&self, message: &str, path: &str) -> Answer {
        self.leave(Flash::success(message)).await;
        self.go(path);
        Ok(())
    }

    /// Leaves something for the next page; where even that fails the page is shown without it.
    pub(crate) async fn leave(&self, flash: Flash) {
        if let Err(error) = self.request.leave_flash(flash).await {
            log_fault(&error);
        }
    }

    /// Answers a failure: fields go back to their form on `back` with what was typed, the rest is said on top of the page.
    pub(crate) async fn refuse(&self, error: Error, back: &str, form: &str, typed: &[(&str, &str)]) -> Answer {
        match error {
            Error::NotFound => {
                self.response.set_status(StatusCode::NOT_FOUND);
                return Ok(());
            }
            Error::Invalid(errors) => {
                self.leave(Flash { notice: None, form: Some(kept(form, typed, errors)) }).await;
            }
            Error::Unconfirmed => {
                // The page that asks leaves the form for the page behind it, which comes back filled in.
                self.leave(Flash { notice: None, form: Some(kept(form, typed, Vec::new())) }).await;
                self.go(&format!("/confirm?next={}", query_value(back)));
                return Ok(());
            }
            other => {
                log_fault(&other);
                let text = if other.is_for_people() {
                    other.to_string()
                } else {
                    "This did not work because of a fault on our side. Nothing was changed; try again.".to_owned()
                };
                self.leave(Flash { form: Some(kept(form, typed, Vec::new())), ..Flash::danger(text) }).await;
            }
        }
        self.go(back);
        Ok(())
    }
}

/// The id in a field: a stranger's and a misspelt one are answered alike.
pub(crate) fn id<T: FromStr>(typed: &str) -> backend::Result<T> {
    typed.parse().map_err(|_| Error::NotFound)
}

/// What was typed about a bank account, for the form that comes back.
fn bank_fields(form: &BankDetails) -> [(&str, &str); 4] {
    [
        ("currency", form.currency.as_str()),
        ("bank_name", &form.bank_name),
        ("account_number", &form.account_number),
        ("account_name", &form.account_name),
    ]
}

/// A form with what was typed, as the next page shows it.
fn kept(form: &str, typed: &[(&str, &str)], errors: Vec<FieldError>) -> Refused {
    let values: BTreeMap<String, String> =
        typed.iter().map(|(field, value)| ((*field).to_owned(), (*value).chars().take(8_000).collect())).collect();
    Refused { name: form.to_owned(), values, errors }
}
