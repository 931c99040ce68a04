//! Pieces of a marketplace's payments that look the same everywhere: amounts in rupees, and how something stands.

use super::icon;
use backend::service::instamojo::{Collection, CollectionStatus, SendStatus};
use domain::money::{Currency, Money};
use leptos::prelude::*;

/// Paise as an amount; marketplaces collect in rupees only.
pub(crate) fn rupees(paise: i64) -> Money {
    Money::or_zero(paise, Currency::Inr)
}

/// How a payment stands, with its icon and word.
pub(crate) fn state(collection: &Collection) -> AnyView {
    let (glyph, tone, word) = match collection.status {
        CollectionStatus::Started => ("wallet", "neutral", "Not paid yet"),
        CollectionStatus::Pending => ("clock", "neutral", "Pending"),
        CollectionStatus::Failed => ("circle-x", "neutral", "Failed"),
        CollectionStatus::Returned => ("undo-2", "neutral", "Returned to the buyer"),
        CollectionStatus::Succeeded if collection.fulfilled_at.is_some() => ("check-check", "done", "Fulfilled"),
        CollectionStatus::Succeeded => ("circle-check", "safe", "Open"),
    };
    chip(glyph, tone, word)
}

/// How a refund or a payout stands; `paid` is the word for one that arrived.
pub(crate) fn sent(status: SendStatus, paid: &'static str) -> AnyView {
    match status {
        SendStatus::Queued => chip("clock", "neutral", "Waits to be sent"),
        SendStatus::Sent => chip("clock", "neutral", "On the way"),
        SendStatus::Unknown => chip("clock", "neutral", "Being checked with the bank"),
        SendStatus::Failed => chip("triangle-alert", "danger", "Failed"),
        SendStatus::Paid => chip("circle-check", "done", paid),
    }
}

/// A word with its icon.
pub(crate) fn chip(glyph: &'static str, tone: &'static str, word: &'static str) -> AnyView {
    view! { <span class="status" data-tone=tone>{icon(glyph)}{word}</span> }.into_any()
}
