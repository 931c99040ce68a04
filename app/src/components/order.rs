//! Pieces of an order that look the same everywhere: status, waiting line, progress.

use super::icon;
use crate::islands::Countdown;
use domain::clock_text::{self, Zone};
use domain::order::{Order, Role, Status, Waiting};
use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

/// A status with its icon and word; amber where it waits for the reader.
pub(crate) fn status(status: Status, waits_for_reader: bool) -> AnyView {
    let (glyph, tone) = match status {
        Status::AwaitingPayment => ("wallet", "neutral"),
        Status::Expired => ("circle-slash", "neutral"),
        Status::Pending => ("package", "safe"),
        Status::AwaitingBuyerResponse => ("package-check", "safe"),
        Status::Accepted => ("circle-check", "safe"),
        Status::RejectionUnderReview => ("message-circle-question", "neutral"),
        Status::Rejected => ("undo-2", "neutral"),
        Status::PendingSecond => ("refresh-cw", "safe"),
        Status::Dispute => ("message-circle-warning", "neutral"),
        Status::Disputed => ("scale", "neutral"),
        Status::DisputeResolved => ("handshake", "safe"),
        Status::Cancelled => ("circle-x", "neutral"),
        Status::Completed => ("check-check", "done"),
    };
    let tone = if waits_for_reader { "turn" } else { tone };
    view! { <span class="status" data-tone=tone>{icon(glyph)}{status.title()}</span> }.into_any()
}

/// Whom an order waits for, for what and until when.
pub(crate) fn waiting_line(waiting: &Waiting, reader: Role, zone: Zone, now: OffsetDateTime) -> AnyView {
    let mine = waiting.who == reader;
    let who = if mine { "you" } else { waiting.who.words() };
    let until = waiting.until.map(|until| {
        let (machine, utc, shown) = (clock_text::rfc3339(until), clock_text::instant(until, Zone::UTC), clock_text::instant(until, zone));
        let state = (until - now < Duration::hours(24)).then_some("soon");
        view! {
            ", until " <time datetime=machine.clone() title=utc>{shown}</time> " "
            <span class="countdown" data-state=state>"("<Countdown until=machine shown=clock_text::relative(until, now)/>")"</span>
        }
    });
    let tone = mine.then_some("turn");
    view! {
        <p class="waiting" data-tone=tone>
            {icon("clock")}<span>"Waits for "<b>{who}</b>" to "{waiting.act}{until}</span>
        </p>
    }
    .into_any()
}

/// How far an order has come; nothing for the ends that are not the main road.
pub(crate) fn steps(order: &Order) -> Option<AnyView> {
    const NAMES: [&str; 4] = ["Paid", "Delivered", "Accepted", "Completed"];
    let done = match order.status {
        Status::AwaitingPayment => 0,
        Status::Pending => 1,
        Status::AwaitingBuyerResponse => 2,
        Status::Accepted => 3,
        Status::Completed if order.rejection.is_none() && order.cancelled_by.is_none() => 4,
        _ => return None,
    };
    let rows = NAMES.into_iter().enumerate().map(|(index, name)| {
        let state = (index < done).then_some("done");
        let current = (index == done).then_some("step");
        view! { <li data-state=state aria-current=current>{name}</li> }
    });
    Some(view! { <ol class="steps" aria-label="Progress">{rows.collect_view()}</ol> }.into_any())
}

/// Two initials of a name.
pub(crate) fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}
