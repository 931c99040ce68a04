//! Forms that come back filled in, with the message at its field, with and without JavaScript.
//!
//! A refused form is kept in the session until the page is shown again; passwords and files never are.

use crate::components::icon;
use domain::text::FieldError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one request leaves for the next page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Flash {
    /// Tone and text of a message on top of the page.
    pub(crate) notice: Option<(String, String)>,
    /// A refused form.
    pub(crate) form: Option<Refused>,
}

impl Flash {
    /// A message of success.
    pub(crate) fn success(text: impl Into<String>) -> Self {
        Self { notice: Some(("success".to_owned(), text.into())), form: None }
    }

    /// A message about something that did not happen.
    pub(crate) fn danger(text: impl Into<String>) -> Self {
        Self { notice: Some(("danger".to_owned(), text.into())), form: None }
    }
}

/// A form that was not accepted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// Which form.
    pub(crate) name: String,
    /// What was typed.
    pub(crate) values: BTreeMap<String, String>,
    /// What is wrong.
    pub(crate) errors: Vec<FieldError>,
}

/// One form of a page: what was typed last, and what was wrong with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    values: BTreeMap<String, String>,
    errors: Vec<FieldError>,
}

impl Form {
    /// The state of the form `name`.
    pub(crate) fn of(flash: &Flash, name: &str) -> Self {
        match &flash.form {
            Some(refused) if refused.name == name => {
                Self { values: refused.values.clone(), errors: refused.errors.clone() }
            }
            _ => Self::default(),
        }
    }

    /// Whether the form `name` comes back, so that what hides it is to be open.
    pub(crate) fn came_back(flash: &Flash, name: &str) -> bool {
        flash.form.as_ref().is_some_and(|refused| refused.name == name)
    }

    /// A form whose fields came in the address and were not accepted.
    pub(crate) fn refused(errors: Vec<FieldError>, typed: &[(&str, &str)]) -> Self {
        let values = typed.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        Self { values, errors }
    }

    /// Sets what a field holds where nothing was typed yet.
    pub(crate) fn or(mut self, field: &str, value: impl Into<String>) -> Self {
        self.values.entry(field.to_owned()).or_insert_with(|| value.into());
        self
    }

    /// What a field holds.
    pub(crate) fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }

    /// What is wrong with a field.
    pub(crate) fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// The summary on top of a refused form, with a link to each field.
    pub(crate) fn summary(&self) -> Option<AnyView> {
        if self.errors.is_empty() {
            return None;
        }
        let count = self.errors.len();
        let title = if count == 1 { "One thing to correct".to_owned() } else { format!("{count} things to correct") };
        let rows = self.errors.iter().map(|error| {
            let (href, message) = (format!("#{}", error.field), error.message.clone());
            view! { <li><a href=href>{message}</a></li> }
        });
        Some(
            view! {
                <div class="error-summary" role="alert" id="errors" tabindex="-1">
                    <h2>{title}</h2>
                    <ul>{rows.collect_view()}</ul>
                </div>
            }
            .into_any(),
        )
    }

    /// The id list of a field's hint and error, for `aria-describedby`.
    pub(crate) fn described_by(&self, field: &str, hint: bool) -> Option<String> {
        let mut ids = Vec::new();
        if hint {
            ids.push(format!("{field}-hint"));
        }
        if self.error(field).is_some() {
            ids.push(format!("{field}-error"));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The error under a field.
    pub(crate) fn error_line(&self, field: &str) -> Option<AnyView> {
        let message = self.error(field)?;
        let id = format!("{field}-error");
        Some(view! { <p class="error" id=id>{icon("circle-alert")}{message}</p> }.into_any())
    }
}

/// One input with its label, hint and error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// Name and id.
    pub(crate) name: &'static str,
    /// What is asked for.
    pub(crate) label: &'static str,
    /// `type` of the input.
    pub(crate) kind: &'static str,
    /// One line of help; may be empty.
    pub(crate) hint: &'static str,
    /// `autocomplete` of the input; may be empty.
    pub(crate) autocomplete: &'static str,
    /// `inputmode` of the input; may be empty.
    pub(crate) inputmode: &'static str,
    /// Rows of a text area; 0 for a one-line input.
    pub(crate) rows: u8,
    /// Whether the field is narrow.
    pub(crate) short: bool,
    /// Id of a list of suggestions; may be empty.
    pub(crate) list: &'static str,
}

impl Field {
    /// A one-line text field.
    pub(crate) const fn text(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: "text", hint: "", autocomplete: "", inputmode: "", rows: 0, short: false, list: "" }
    }

    /// The field in `form`.
    pub(crate) fn show(self, form: &Form) -> AnyView {
        let error = form.error(self.name);
        let invalid = error.is_some().then_some("true");
        let described = form.described_by(self.name, !self.hint.is_empty());
        let value = form.value(self.name);
        let optional = |text: &'static str| (!text.is_empty()).then_some(text);
        let control = if self.rows > 0 {
            let rows = self.rows.to_string();
            view! {
                <textarea id=self.name name=self.name rows=rows aria-invalid=invalid aria-describedby=described>{value}</textarea>
            }
            .into_any()
        } else {
            let value = (self.kind != "password").then_some(value);
            view! {
                <input id=self.name name=self.name type=self.kind value=value autocomplete=optional(self.autocomplete)
                    inputmode=optional(self.inputmode) list=optional(self.list) aria-invalid=invalid aria-describedby=described/>
            }
            .into_any()
        };
        let hint = optional(self.hint).map(|hint| {
            let id = format!("{}-hint", self.name);
            view! { <p class="hint" id=id>{hint}</p> }
        });
        let class = if self.short { "field short" } else { "field" };
        view! {
            <div class=class>
                <label for=self.name>{self.label}</label>
                {control}
                {hint}
                {form.error_line(self.name)}
            </div>
        }
        .into_any()
    }
}

/// A field for a file.
pub(crate) fn file_field(form: &Form, label: &'static str, accept: &'static str, hint: &'static str) -> AnyView {
    view! {
        <div class="field"><label for="files">{label}</label>
            <input id="files" name="files" type="file" accept=accept aria-describedby=form.described_by("files", true)/>
            <p class="hint" id="files-hint">{hint}</p>
            {form.error_line("files")}
        </div>
    }
    .into_any()
}

/// A hidden field.
pub(crate) fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    let value: String = value.into();
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
