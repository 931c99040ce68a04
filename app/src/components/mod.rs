//! The furniture of pages. Markup and classes follow `style/README.md`.

pub(crate) mod chart;
pub(crate) mod collection;
mod icon;
pub(crate) mod money;
pub(crate) mod order;
pub(crate) mod shell;
pub(crate) mod table;
pub(crate) mod timeline;
pub(crate) mod when;

pub(crate) use icon::icon;
pub(crate) use money::amount;
pub(crate) use when::when;

use leptos::prelude::*;

/// An empty state: what will appear here, and what to do first.
pub(crate) fn empty(
    icon_name: &'static str,
    title: &'static str,
    text: &'static str,
    action: Option<(&'static str, &'static str)>,
) -> AnyView {
    let action = action.map(|(label, href)| view! { <a class="button primary" href=href>{label}</a> });
    view! { <div class="empty">{icon(icon_name)}<h3>{title}</h3><p>{text}</p>{action}</div> }.into_any()
}

/// A message in the page.
pub(crate) fn notice(tone: &str, text: String) -> AnyView {
    let (glyph, role) = match tone {
        "success" => ("circle-check", "status"),
        "danger" => ("circle-alert", "alert"),
        "turn" => ("clock", "status"),
        _ => ("info", "status"),
    };
    view! { <div class="notice" data-tone=tone.to_owned() role=role>{icon(glyph)}<div><p>{text}</p></div></div> }
        .into_any()
}
