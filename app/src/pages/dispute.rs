//! The dispute room of an order: what happens next, both stories, the offers, and what was said.

use crate::components::order::{status, waiting_line};
use crate::components::shell::Shell;
use crate::components::timeline::{actor, evidence};
use crate::components::{amount, icon, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::order::files_field;
use crate::pages::order_act::{settlement_review, step_path};
use crate::pages::split_act::{choice_form, side};
use backend::Result;
use backend::service::access::OrderRef;
use backend::service::disputes::{Room, RoomOffer};
use backend::service::notifications::Which;
use backend::service::order_view::{OrderView, TimelineEntry};
use domain::clock_text::Zone;
use domain::order::{Command, CommandKind, Role, Side, Status};
use leptos::prelude::*;

/// The path of an order's dispute room for its reader.
pub(crate) fn room_path(order: &OrderView) -> String {
    format!("{}/dispute", order.path())
}

/// The room's page.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let reference = OrderRef::parse(request.segment("orders"))?;
    let room = request.backend.dispute_room(request.viewer.as_ref(), &reference).await?;
    if let Some(viewer) = &request.viewer {
        request.backend.mark_notifications_read(viewer, Which::OfOrder(room.order.order.id)).await?;
    }
    let zone = request.zone;
    let form = Form::of(&visit.flash, "message");
    let order = &room.order;
    let body = view! {
        <div class="page-head">
            {breadcrumb(order)}
            <h1>{format!("Dispute about “{}”", order.facts.title)}</h1>
            <p class="lede">{status(order.order.status, order.waits_for_reader())}</p>
        </div>
        {stage(order, zone)}
        <div class="columns even">
            {story(order, Side::Buyer, zone)}
            {story(order, Side::Seller, zone)}
        </div>
        {offers(&room, zone)}
        {ruling(order)}
        {messages(&room, &form, &request.form_key(), zone)}
        {ways_out(order)}
    };
    Ok(Page::new(format!("Dispute, order {}", order.facts.number), Shell::of_order(order), body))
}

fn breadcrumb(order: &OrderView) -> Option<AnyView> {
    let (list, label) = match order.role {
        Role::Buyer => return None,
        Role::DisputeManager | Role::Administrator => ("/disputes", "Disputes"),
        _ => ("/orders", "Orders"),
    };
    let (path, number) = (order.path(), order.facts.number);
    Some(
        view! {
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol><li><a href=list>{label}</a></li><li><a href=path>{number}</a></li><li aria-current="page">"Dispute"</li></ol>
            </nav>
        }
        .into_any(),
    )
}

/// What happens next, by when, and who decides.
fn stage(order: &OrderView, zone: Zone) -> AnyView {
    let (heading, text) = match (order.order.status, order.order.escalated) {
        (Status::RejectionUnderReview, _) => (
            "The seller answers the rejection",
            "The seller confirms that the item is back in good condition, says that it is not, or the two of you agree on a second delivery or a division of the money.",
        ),
        (Status::Dispute, _) => (
            "You two can still settle this",
            "Agree on how to divide the money, or one of you withdraws. If the seller does not hand it to the dispute manager in time, the buyer is refunded.",
        ),
        (Status::Disputed, false) => (
            "The dispute manager decides",
            "The dispute manager reads both stories and rules how the money is divided. Until then you can still settle it between you.",
        ),
        (Status::Disputed, true) => (
            "The administrator decides",
            "The dispute manager did not rule in time. If the administrator does not either, the last standing offer counts; without one the buyer is refunded.",
        ),
        (Status::PendingSecond, _) => {
            ("A second delivery is agreed", "The money stays held until the buyer has looked at it.")
        }
        _ => ("The dispute is over", "The order's page shows where each part of the money went."),
    };
    let waits = order.waiting.map(|waiting| waiting_line(&waiting, order.role, zone, order.now));
    let otherwise = order
        .waiting
        .map(|waiting| waiting.otherwise)
        .filter(|text| !text.is_empty() && order.order.status.holds_money());
    let otherwise = otherwise.map(|text| view! { <p class="hint">{format!("If the time runs out: {text}")}</p> });
    let held = order
        .order
        .status
        .holds_money()
        .then(|| view! { <p>{amount(order.price())}" is held in escrow and nobody can take it."</p> });
    view! {
        <section class="panel stage" aria-labelledby="stage">
            <h2 id="stage">{heading}</h2>
            {waits}
            <p>{text}</p>
            {held}
            {otherwise}
        </section>
    }
    .into_any()
}

/// What one side said and showed, from the order's history.
fn story(order: &OrderView, side: Side, zone: Zone) -> AnyView {
    let (id, title) = match side {
        Side::Buyer => ("buyers-story", "The buyer's story"),
        Side::Seller => ("sellers-story", "The seller's story"),
    };
    let told: Vec<AnyView> = order
        .timeline
        .iter()
        .filter(|entry| entry.role == side.role())
        .filter_map(|entry| told(order, entry, zone))
        .collect();
    let told = if told.is_empty() {
        view! { <p class="hint">"Nothing was said yet."</p> }.into_any()
    } else {
        view! { <ol class="messages">{told}</ol> }.into_any()
    };
    view! { <section aria-labelledby=id><h2 id=id>{title}</h2>{told}</section> }.into_any()
}

fn told(order: &OrderView, entry: &TimelineEntry, zone: Zone) -> Option<AnyView> {
    let (what, text) = match &entry.event.command {
        Command::MarkDelivered { note, tracking } => {
            let tracking = tracking.as_ref().map(|number| format!(" Tracking: {number}")).unwrap_or_default();
            ("Delivered".to_owned(), format!("{note}{tracking}"))
        }
        Command::Reject { reason, text } => (format!("Rejected: {}", reason.words().to_lowercase()), text.clone()),
        Command::SayNotGoodCondition { text } => ("Not in good condition".to_owned(), text.clone()),
        Command::RaiseDispute { text } => ("Raised the dispute".to_owned(), text.clone()),
        _ => return None,
    };
    Some(
        view! {
            <li>
                <p class="from"><b>{what}</b>" "{when(entry.at, zone)}</p>
                <p>{text}</p>
                {evidence(order, &entry.files)}
            </li>
        }
        .into_any(),
    )
}

fn offers(room: &Room, zone: Zone) -> Option<AnyView> {
    let order = &room.order;
    let can_offer = order.may(CommandKind::OfferSplit).is_ok();
    if room.offers.is_empty() && !can_offer {
        return None;
    }
    let standing: Vec<AnyView> = room.offers.iter().map(|standing| offer(order, standing, zone)).collect();
    let none = standing.is_empty().then(|| view! { <p class="hint">"No offer stands."</p> });
    let made = room.offers.iter().any(|offer| Some(offer.by) == side(order));
    let title = if made { "Change your offer" } else { "Make an offer" };
    let form =
        can_offer.then(|| view! { <h3>{title}</h3>{choice_form(order, CommandKind::OfferSplit, &Form::default())} });
    Some(
        view! {
            <section aria-labelledby="offers">
                <h2 id="offers">"Dividing the money"</h2>
                {none}
                {standing}
                {form}
            </section>
        }
        .into_any(),
    )
}

fn offer(order: &OrderView, offer: &RoomOffer, zone: Zone) -> AnyView {
    let mine = Some(offer.by) == side(order);
    let whose = match (mine, offer.by) {
        (true, _) => "Your offer".to_owned(),
        (_, Side::Buyer) => format!("Offer from {}", order.buyer),
        (_, Side::Seller) => format!("Offer from {}", order.seller),
    };
    let act = if mine {
        order.may(CommandKind::WithdrawSplit).ok().map(|()| (CommandKind::WithdrawSplit, "Take it back", "button"))
    } else {
        order
            .may(CommandKind::AcceptSplit)
            .ok()
            .map(|()| (CommandKind::AcceptSplit, "Accept this division", "button primary"))
    };
    let act = act.map(|(kind, label, class)| view! { <div class="actions"><a class=class href=step_path(order, kind)>{label}</a></div> });
    view! {
        <h3>{whose}</h3>
        <p class="hint">"Made "{when(offer.at, zone)}</p>
        {settlement_review(order, &offer.settlement)}
        {act}
    }
    .into_any()
}

fn ruling(order: &OrderView) -> Option<AnyView> {
    if !matches!(order.role, Role::DisputeManager | Role::Administrator) || order.order.status != Status::Disputed {
        return None;
    }
    let body = match order.may(CommandKind::Rule) {
        Ok(()) => choice_form(order, CommandKind::Rule, &Form::default()),
        Err(denied) => view! { <p class="hint">{denied.to_string()}</p> }.into_any(),
    };
    Some(
        view! { <section class="panel" aria-labelledby="ruling"><h2 id="ruling">"Your ruling"</h2>{body}</section> }
            .into_any(),
    )
}

fn messages(room: &Room, form: &Form, key: &str, zone: Zone) -> AnyView {
    let order = &room.order;
    let rows = room.messages.iter().map(|(message, files)| {
        let mine = (message.by == order.role).then_some("mine");
        view! {
            <li data-state=mine>
                <p class="from"><b>{actor(order, message.by)}</b>" "{when(message.at, zone)}</p>
                <p>{message.text.clone()}</p>
                {evidence(order, files)}
            </li>
        }
    });
    let list = if room.messages.is_empty() {
        view! { <p class="hint">"No messages yet."</p> }.into_any()
    } else {
        view! { <ol class="messages">{rows.collect_view()}</ol> }.into_any()
    };
    let text = Field {
        rows: 3,
        hint: "Both sides and the dispute manager read it. It cannot be changed later.",
        ..Field::text("text", "Write a message")
    };
    let write = if room.may_write {
        view! {
            <form method="post" action="/do/message" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {hidden("order", order.reference.to_string())}
                {hidden("key", key)}
                {text.show(form)}
                {files_field(form)}
                <div class="actions"><button class="button">"Send message"</button></div>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="hint">{icon("lock")}" Nothing can be added any more."</p> }.into_any()
    };
    view! { <section aria-labelledby="said"><h2 id="said">"Messages"</h2>{list}{write}</section> }.into_any()
}

/// The other ways to end it, each on a page of its own with exact amounts.
fn ways_out(order: &OrderView) -> Option<AnyView> {
    let withdraw =
        if order.role == Role::Buyer { "Withdraw and release the money" } else { "Give up and refund the buyer" };
    let ways = [
        (CommandKind::ConfirmGoodCondition, "Item is back in good condition"),
        (CommandKind::SayNotGoodCondition, "Item is not in good condition"),
        (CommandKind::AgreeSecondDelivery, "Agree to a second delivery"),
        (CommandKind::OfferSecondDelivery, "Offer a second delivery"),
        (CommandKind::RaiseDispute, "Hand it to the dispute manager"),
        (CommandKind::Accept, "Accept the delivery after all"),
        (CommandKind::Withdraw, withdraw),
    ];
    let links: Vec<_> = ways
        .into_iter()
        .filter(|(kind, _)| order.may(*kind).is_ok())
        .map(|(kind, label)| view! { <a class="button" href=step_path(order, kind)>{label}</a> })
        .collect();
    (!links.is_empty()).then(|| {
        view! { <section aria-labelledby="ways"><h2 id="ways">"Other ways to end it"</h2><div class="actions">{links}</div></section> }.into_any()
    })
}
