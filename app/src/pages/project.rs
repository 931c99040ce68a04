//! One project: its money on top, the path of its milestones with what is to be done now, and what happened.

use crate::components::money::amount;
use crate::components::order::{status, waiting_line};
use crate::components::timeline::{capitalised, words};
use crate::components::{empty, icon, when};
use crate::form::hidden;
use crate::page::{Page, Visit};
use crate::pages::projects::{HERE, project_status};
use backend::service::projects::{
    ChangeKind, ChangeRequest, Happened, HistoryLine, MilestoneOrder, MilestoneView, ProjectEventKind, ProjectView,
};
use backend::{Error, Result};
use domain::clock_text::Zone;
use domain::money::Money;
use domain::order::{Role, Status};
use domain::project::Progress;
use leptos::prelude::*;

/// The page.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let id = request.segment("projects").parse().map_err(|_| Error::NotFound)?;
    let view = request.backend.project_view(request.signed_in()?, id).await?;
    let zone = request.zone;
    let (glyph, tone, word) = project_status(view.project.status);
    let description =
        (!view.project.description.is_empty()).then(|| view! { <p>{view.project.description.clone()}</p> });
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/projects">"Projects"</a></li><li aria-current="page">{view.project.number}</li></ol></nav>
            <h1>{view.project.name.clone()}</h1>
            <p class="lede"><span class="status" data-tone=tone>{icon(glyph)}{word}</span>" "{between(&view)}</p>
            {actions(&view)}
        </div>
        {totals(&view)}
        {description}
        {requests(&view, zone)}
        <section aria-labelledby="milestones">
            <h2 id="milestones">"Milestones"</h2>
            {path(&view, zone)}
            {next(&view)}
        </section>
        <section aria-labelledby="history"><h2 id="history">"What happened"</h2>{history(&view, zone)}</section>
    };
    Ok(Page::new(view.project.name.clone(), HERE, body))
}

fn between(view: &ProjectView) -> String {
    let parties = match view.role {
        Role::Buyer => format!("with {}", view.seller),
        Role::Seller => format!("for {}", view.buyer),
        _ => format!("{} for {}", view.seller, view.buyer),
    };
    match view.operator.as_ref().filter(|_| view.role != Role::Operator) {
        Some(operator) => format!("{parties}, on {operator}"),
        None => parties,
    }
}

fn actions(view: &ProjectView) -> AnyView {
    let path = format!("/projects/{}", view.project.id);
    let orders =
        format!("/orders?project={}{}", view.project.id, if view.role == Role::Buyer { "&of=bought" } else { "" });
    let settings = view.acts.then(|| {
        let label = if view.role == Role::Seller { "Terms of the milestones" } else { "Change or end" };
        view! { <a class="button" href=format!("{path}/settings")>{label}</a> }
    });
    let settings = settings.filter(|_| view.role != Role::Operator);
    view! { <div class="actions"><a class="button quiet" href=orders>"Its orders"</a>{settings}</div> }.into_any()
}

/// The money of the whole project; what was paid in is the sum of the other three.
fn totals(view: &ProjectView) -> AnyView {
    let totals = view.totals;
    let cell = |key: &'static str, label: &'static str, money: Money, note: &'static str| {
        view! { <div data-part=key><dt>{label}</dt><dd>{amount(money)}<span class="note">{note}</span></dd></div> }
    };
    view! {
        <dl class="totals" aria-label="Money of the project">
            {cell("planned", "Planned", totals.planned, "still to be paid")}
            {cell("held", "Held", totals.held, "in escrow")}
            {cell("released", "Released", totals.released, "to the seller's side")}
            {cell("refunded", "Refunded", totals.refunded, "to the buyer")}
            {cell("fees", "Fees", totals.fees, "escrow and payments")}
            {cell("paid", "Paid in", totals.paid_in, "by the buyer so far")}
        </dl>
    }
    .into_any()
}

fn path(view: &ProjectView, zone: Zone) -> AnyView {
    if view.milestones.is_empty() {
        let text = match view.role {
            Role::Buyer => "Add the first milestone: what is done in it, what it costs, and how long it may take.",
            Role::Seller => "The buyer plans the milestones. You can ask for the first one.",
            _ => "The buyer plans the milestones.",
        };
        return empty("milestone", "No milestones yet", text, None);
    }
    let current = view.milestones.iter().position(|milestone| milestone.progress != Progress::Ended);
    let rows = view.milestones.iter().enumerate().map(|(index, milestone)| {
        let state = match milestone.progress {
            Progress::Ended => "done",
            _ if Some(index) == current => "current",
            Progress::Running => "current",
            _ => "locked",
        };
        let step = (state == "current").then_some("step");
        view! {
            <li data-state=state aria-current=step>
                <div class="marker" aria-hidden="true">{if state == "done" { icon("check-check") } else { (index + 1).to_string().into_any() }}</div>
                <div class="stop">
                    <h3>{milestone.milestone.title.clone()}</h3>
                    <p class="price">{amount(milestone.amount)}</p>
                    {facts(milestone)}
                    {now(view, milestone, index, zone)}
                    {planning(view, milestone, index)}
                </div>
            </li>
        }
    });
    view! { <ol class="path">{rows.collect_view()}</ol> }.into_any()
}

fn facts(milestone: &MilestoneView) -> AnyView {
    let days = milestone.milestone.delivery_days;
    let days = if days == 1 { "1 day to deliver".to_owned() } else { format!("{days} days to deliver") };
    let provider = milestone.provider.as_ref().map(|name| format!(", by {name}"));
    let description = &milestone.milestone.description;
    let description = (!description.is_empty()).then(|| view! { <p>{description.clone()}</p> });
    view! { {description}<p class="hint">{days}{provider}</p> }.into_any()
}

/// Where the milestone stands, with its action in place.
fn now(view: &ProjectView, milestone: &MilestoneView, index: usize, zone: Zone) -> AnyView {
    if let Some(order) = &milestone.order {
        return running(view, order, zone);
    }
    if !matches!(view.project.status, domain::project::ProjectStatus::Open) {
        return view! { <p class="hint">"Never paid."</p> }.into_any();
    }
    match (&milestone.turn, view.role) {
        (Err(locked), _) => view! { <p class="lock">{icon("lock")}" "{locked.to_string()}</p> }.into_any(),
        (Ok(()), Role::Buyer) if view.acts => view! {
            <form method="post" action="/do/milestone-pay">
                {hidden("project", view.project.id.to_string())}
                {hidden("milestone", milestone.milestone.step.id.to_string())}
                <button class="button primary">{format!("Review and pay milestone {}", index + 1)}</button>
            </form>
        }
        .into_any(),
        _ => view! { <p class="waiting">{icon("clock")}<span>"Waits for "<b>"the buyer"</b>" to pay"</span></p> }
            .into_any(),
    }
}

/// A milestone with an order: its status, whom it waits for, and the way to act.
fn running(view: &ProjectView, order: &MilestoneOrder, zone: Zone) -> AnyView {
    let href = format!("/orders/{}", order.order.id);
    let mine = order.waiting.is_some_and(|waiting| waiting.who == view.role);
    let waiting = order.waiting.map(|waiting| waiting_line(&waiting, view.role, zone, view.now));
    let carried = (order.order.carried > 0).then(|| {
        let carried = Money::or_zero(order.order.carried, order.order.price.currency);
        view! { <p class="hint">{amount(carried)}" of it was carried over from the milestone before."</p> }
    });
    let act = match (order.order.status, mine && view.acts) {
        (Status::AwaitingBuyerResponse, true) => view! {
            <div class="actions"><a class="button primary" href=format!("{href}/accept")>"Accept"</a><a class="button" href=format!("{href}/reject")>"Reject"</a></div>
            <p><a href=href>{format!("Look at order {} first", order.number)}</a></p>
        }
        .into_any(),
        (_, true) => {
            let act = order.waiting.map(|waiting| capitalised(waiting.act)).unwrap_or_default();
            view! { <a class="button primary" href=href>{act}</a> }.into_any()
        }
        _ => view! { <p><a href=href>{format!("Order {}", order.number)}</a></p> }.into_any(),
    };
    view! { <p>{status(order.order.status, mine)}</p>{waiting}{carried}{act} }.into_any()
}

/// What may be changed about a milestone that was not paid.
fn planning(view: &ProjectView, milestone: &MilestoneView, index: usize) -> Option<AnyView> {
    if !view.acts || !milestone.milestone.step.is_open_to_change() {
        return None;
    }
    let id = milestone.milestone.step.id;
    let title = &milestone.milestone.title;
    let href = format!("/projects/{}/milestones/{id}", view.project.id);
    if view.role == Role::Seller {
        return Some(view! { <div class="actions"><a class="button quiet" href=href>"Ask for a change, or set terms"<span class="unseen">{format!(" of {title}")}</span></a></div> }.into_any());
    }
    let mover = |to: usize, glyph: &'static str, word: &'static str| {
        view! {
            <form method="post" action="/do/milestone-move">
                {hidden("project", view.project.id.to_string())}
                {hidden("milestone", id.to_string())}
                {hidden("to", to.to_string())}
                <button class="button quiet">{icon(glyph)}<span class="unseen">{format!("Move {title} {word}")}</span></button>
            </form>
        }
    };
    let up = (index > view.first_open).then(|| mover(index - 1, "arrow-up", "up"));
    let down = (index + 1 < view.milestones.len()).then(|| mover(index + 1, "arrow-down", "down"));
    Some(view! { <div class="actions"><a class="button quiet" href=href>"Change"<span class="unseen">{format!(" {title}")}</span></a>{up}{down}</div> }.into_any())
}

/// What comes after the last milestone.
fn next(view: &ProjectView) -> Option<AnyView> {
    let href = format!("/projects/{}/plan", view.project.id);
    let label = match view.role {
        Role::Buyer => "Add a milestone",
        Role::Seller => "Ask for another milestone",
        _ => return None,
    };
    view.acts
        .then(|| view! { <div class="actions"><a class="button" href=href>{icon("plus")}{label}</a></div> }.into_any())
}

/// What the seller asks for, with the buyer's answer in place.
fn requests(view: &ProjectView, zone: Zone) -> Option<AnyView> {
    if view.requests.is_empty() {
        return None;
    }
    let title = if view.role == Role::Buyer { "The seller asks for" } else { "Asked for" };
    let rows = view.requests.iter().map(|request| {
        let button = |answer: &'static str, class: &'static str, label: &'static str| {
            view! {
                <form method="post" action="/do/change-answer">
                    {hidden("project", view.project.id.to_string())}
                    {hidden("request", request.id.to_string())}
                    {hidden("answer", answer)}
                    <button class=class>{label}<span class="unseen">{format!(": {}", request.title)}</span></button>
                </form>
            }
        };
        let answers = match view.role {
            Role::Buyer if view.acts => {
                view! { {button("apply", "button primary", "Make the change")}{button("decline", "button", "Decline")} }
                    .into_any()
            }
            Role::Seller if view.acts => button("withdraw", "button", "Take it back").into_any(),
            _ => ().into_any(),
        };
        let reason = (!request.reason.is_empty()).then(|| view! { <blockquote>{request.reason.clone()}</blockquote> });
        view! {
            <li>
                <div><p><b>{asked(view, request)}</b></p>{when(request.created_at, zone)}{reason}</div>
                <div class="actions">{answers}</div>
            </li>
        }
    });
    Some(view! { <section aria-labelledby="asked"><h2 id="asked">{title}</h2><ul class="requests">{rows.collect_view()}</ul></section> }.into_any())
}

fn asked(view: &ProjectView, request: &ChangeRequest) -> String {
    let amount = Money::or_zero(request.amount, view.project.currency);
    let days = request.delivery_days;
    match request.kind {
        ChangeKind::Add => format!("A new milestone “{}”: {amount}, {days} days", request.title),
        ChangeKind::Remove => format!("“{}” to be removed", request.title),
        ChangeKind::Edit => {
            let before = view.milestones.iter().find(|one| Some(one.milestone.step.id) == request.milestone);
            let was = before.map(|one| format!(" (now {}, {} days)", one.amount, one.milestone.delivery_days));
            format!("“{}” for {amount} in {days} days{}", request.title, was.unwrap_or_default())
        }
    }
}

fn history(view: &ProjectView, zone: Zone) -> AnyView {
    let rows = view.history.iter().map(|line| {
        let (glyph, act, quoted) = happened(view, line);
        let quoted = quoted.map(|text| view! { <blockquote>{text}</blockquote> });
        let order = match &line.what {
            Happened::Order(order, number, title, _) => {
                let href = format!("/orders/{order}");
                Some(view! { " "<a href=href title=title.clone()>{format!("order {number}")}</a> })
            }
            Happened::Project(..) => None,
        };
        view! { <li>{icon(glyph)}<div><p><b>{who(view, line.role)}</b>" "{act}{order}</p>{when(line.at, zone)}{quoted}</div></li> }
    });
    view! { <ol class="timeline">{rows.collect_view()}</ol> }.into_any()
}

fn who(view: &ProjectView, role: Role) -> String {
    match role {
        role if role == view.role => "You".to_owned(),
        Role::Buyer => view.buyer.clone(),
        Role::Seller => view.seller.clone(),
        other => capitalised(other.words()),
    }
}

fn happened(view: &ProjectView, line: &HistoryLine) -> (&'static str, String, Option<String>) {
    match &line.what {
        Happened::Project(kind, detail) => {
            let glyph = match kind {
                ProjectEventKind::MilestoneAdded => "plus",
                ProjectEventKind::MilestoneRemoved | ProjectEventKind::Cancelled => "circle-x",
                ProjectEventKind::ChangeAsked => "message-circle-question",
                ProjectEventKind::Completed => "check-check",
                _ => "milestone",
            };
            let detail = if *kind == ProjectEventKind::Started { String::new() } else { format!(" {detail}") };
            (glyph, format!("{}{detail}", kind.words()), None)
        }
        Happened::Order(_, _, title, event) => {
            let order = view.milestones.iter().filter_map(|milestone| milestone.order.as_ref());
            let price = order.map(|order| order.order.price).next();
            let price =
                price.unwrap_or(domain::order::Price { currency: view.project.currency, product: 0, shipping: 0 });
            let (glyph, act, quoted) = words(price, event);
            (glyph, format!("{act}: “{title}”,"), quoted)
        }
    }
}
