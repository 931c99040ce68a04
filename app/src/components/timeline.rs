//! What happened to an order, in plain words, newest last.

use super::icon;
use super::when::when;
use backend::service::order_view::{OrderFile, OrderView, TimelineEntry};
use domain::Money;
use domain::clock_text::Zone;
use domain::order::{Command, Event, Price, Role, Status};
use leptos::prelude::*;

/// The timeline of an order.
pub(crate) fn timeline(order: &OrderView, zone: Zone) -> AnyView {
    let rows = order.timeline.iter().map(|entry| row(order, entry, zone));
    let next = order.waiting.map(|waiting| {
        let who = if waiting.who == order.role { "You" } else { waiting.who.words() };
        let who = capitalised(who);
        view! { <li data-state="next">{icon("circle-dashed")}<div><p>{format!("{who} to {}", waiting.act)}</p></div></li> }
    });
    view! { <ol class="timeline">{rows.collect_view()}{next}</ol> }.into_any()
}

fn row(order: &OrderView, entry: &TimelineEntry, zone: Zone) -> AnyView {
    let actor = actor(order, entry.role);
    let (glyph, act, quoted) = words(order.order.price, &entry.event);
    let quoted = quoted.map(|text| view! { <blockquote>{text}</blockquote> });
    view! {
        <li>{icon(glyph)}<div>
            <p><b>{actor}</b>" "{act}</p>
            {when(entry.at, zone)}
            {quoted}
            {evidence(order, &entry.files)}
        </div></li>
    }
    .into_any()
}

/// Who acted, as the reader would say it.
pub(crate) fn actor(order: &OrderView, role: Role) -> String {
    if role == order.role {
        return "You".to_owned();
    }
    match role {
        Role::Buyer => order.buyer.clone(),
        Role::Seller => order.seller.clone(),
        other => capitalised(other.words()),
    }
}

pub(crate) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What was done in an order of this price: a picture, the words behind who did it, and what they wrote.
pub(crate) fn words(price: Price, event: &Event) -> (&'static str, String, Option<String>) {
    let amount = |minor: i64| Money::or_zero(minor, price.currency).to_string();
    let plain = |glyph, act: &str| (glyph, act.to_owned(), None);
    match &event.command {
        Command::Place => plain("file-text", "made the order"),
        Command::Agree => plain("handshake", "agreed to the order"),
        Command::Pay { amount, .. } if amount.minor() == 0 => {
            plain("wallet", "began: its whole price was carried over")
        }
        Command::Pay { amount, .. } => {
            ("wallet", format!("confirmed the payment of {amount}, now held in escrow"), None)
        }
        Command::Cancel if event.to == Status::Expired => plain("circle-slash", "cancelled the unpaid order"),
        Command::Cancel => plain("circle-x", "cancelled the order"),
        Command::MarkDelivered { note, tracking } => {
            let text =
                tracking.as_ref().map_or_else(|| note.clone(), |tracking| format!("{note}\nTracking: {tracking}"));
            ("package-check", "marked it delivered".to_owned(), Some(text))
        }
        Command::Accept => plain("circle-check", "accepted the delivery"),
        Command::AcceptAndCarry { carry, .. } => (
            "circle-check",
            format!("accepted the delivery and carried {} into the next milestone", amount(*carry)),
            None,
        ),
        Command::Reject { reason, text } => (
            "message-circle-question",
            format!("rejected the delivery: {}", reason.words().to_lowercase()),
            Some(text.clone()),
        ),
        Command::ConfirmGoodCondition => plain("undo-2", "confirmed the item came back in good condition"),
        Command::OfferSecondDelivery => plain("refresh-cw", "offered a second delivery"),
        Command::AgreeSecondDelivery => plain("refresh-cw", "agreed to a second delivery"),
        Command::SayNotGoodCondition { text } => {
            ("message-circle-warning", "said the item is not in good condition".to_owned(), Some(text.clone()))
        }
        Command::RaiseDispute { text } => ("scale", "raised the dispute".to_owned(), Some(text.clone())),
        Command::Withdraw => plain("handshake", "withdrew from the dispute"),
        Command::OfferSplit { to_buyer } => {
            let rest = price.total() - to_buyer;
            (
                "handshake",
                format!("offered {} to the buyer and {} to the seller", amount(*to_buyer), amount(rest)),
                None,
            )
        }
        Command::AcceptSplit { to_buyer } => {
            ("handshake", format!("accepted that the buyer gets {} back", amount(*to_buyer)), None)
        }
        Command::WithdrawSplit => plain("undo-2", "took the offer back"),
        Command::Rule { to_buyer, reason, text } => (
            "scale",
            format!("ruled that the buyer gets {} back: {}", amount(*to_buyer), reason.words().to_lowercase()),
            Some(text.clone()),
        ),
        Command::SetCommission { .. } => plain("percent", "changed the commission"),
        Command::TimeOut => ("clock", time_out_words(event), None),
        Command::Complete { .. } => plain("check-check", "completed the order: everybody is paid"),
    }
}

fn time_out_words(event: &Event) -> String {
    match (event.from, event.to) {
        (_, Status::Expired) => "let the order expire: it was not paid in time",
        (_, Status::Accepted) => "took the delivery for accepted: the buyer did not answer in time",
        (Some(Status::AwaitingBuyerResponse), Status::Cancelled) => {
            "cancelled the order: the buyer did not answer in time"
        }
        (Some(Status::AwaitingPayment), Status::Cancelled) => "cancelled the order: the rest was not paid in time",
        (_, Status::Cancelled) => "cancelled the order: it was not delivered in time",
        (_, Status::Rejected) => "let the rejection stand: the seller did not answer in time",
        (_, Status::Disputed) => "passed the dispute to the administrator",
        _ => "resolved the dispute: nobody ruled in time",
    }
    .to_owned()
}

/// What was uploaded, as small pictures and links.
pub(crate) fn evidence(order: &OrderView, files: &[OrderFile]) -> Option<AnyView> {
    if files.is_empty() {
        return None;
    }
    let rows = files.iter().map(|file| {
        let href = format!("{}/files/{}", order.path(), file.id);
        let (name, alt) = (file.name.clone(), file.name.clone());
        if file.content_type.starts_with("image/") {
            let src = href.clone();
            view! { <li><a href=href><img src=src alt=alt width="72" height="72" loading="lazy"/></a></li> }.into_any()
        } else {
            view! { <li><a class="file" href=href>{icon("file-text")}{name}" "<span class="size">{size(file.size_bytes)}</span></a></li> }.into_any()
        }
    });
    Some(view! { <ul class="evidence">{rows.collect_view()}</ul> }.into_any())
}

fn size(bytes: i64) -> String {
    if bytes < 1_024 * 1_024 {
        format!("{} kB", (bytes + 1_023) / 1_024)
    } else {
        format!("{} MB", bytes / (1_024 * 1_024))
    }
}
