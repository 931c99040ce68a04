//! One order: the buyer's page and the seller's.

use crate::components::money::money_map;
use crate::components::order::{initials, status, steps, waiting_line};
use crate::components::shell::Shell;
use crate::components::timeline::timeline;
use crate::components::{amount, icon, notice};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::dispute::room_path;
use crate::pages::order_act::step_path;
use crate::pages::order_facts::{facts, payouts, refund_facts};
use crate::pages::{commission, receipt, terms_text};
use backend::Result;
use backend::service::access::OrderRef;
use backend::service::bank_transfer::open_transfer;
use backend::service::notifications::Which;
use backend::service::order_view::{OrderView, PaymentStatus};
use backend::service::uploads;
use domain::clock_text::Zone;
use domain::order::{CommandKind, Role, Status};
use leptos::prelude::*;

/// The page of one order, for whoever opens it.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let reference = OrderRef::parse(request.segment("orders"))?;
    let order = request.backend.order_view(request.viewer.as_ref(), &reference).await?;
    if let Some(viewer) = &request.viewer {
        request.backend.mark_notifications_read(viewer, Which::OfOrder(order.order.id)).await?;
    }
    let zone = request.zone;
    let title = format!("Order {}: {}", order.facts.number, order.facts.title);
    let form = Form::of(&visit.flash, "mark_delivered");
    let body = if order.role == Role::Buyer {
        buyer(&order, zone, &Form::of(&visit.flash, "refund_bank"), request.backend.is_sandbox())
    } else {
        seller(&order, zone, &form, &request.form_key())
    };
    Ok(Page::new(title, Shell::of_order(&order), body))
}

/// The waiting line, where the order waits for anybody.
pub(crate) fn waits(order: &OrderView, zone: Zone) -> Option<AnyView> {
    order.waiting.map(|waiting| waiting_line(&waiting, order.role, zone, order.now))
}

/// The way to the dispute room, where there is one.
fn room_link(order: &OrderView) -> Option<AnyView> {
    order.order.rejection.as_ref()?;
    let open = matches!(order.order.status, Status::RejectionUnderReview | Status::Dispute | Status::Disputed);
    let (class, label) =
        if open { ("button primary", "Open the dispute room") } else { ("button", "Look into the dispute room") };
    let text = open
        .then(|| view! { <p>"Both stories, offers to divide the money, and messages stand in the dispute room."</p> });
    Some(
        view! {
            <section aria-labelledby="room">
                <h2 id="room">"Dispute"</h2>
                {text}
                <div class="actions"><a class=class href=room_path(order)>{icon("scale")}{label}</a></div>
            </section>
        }
        .into_any(),
    )
}

fn buyer(order: &OrderView, zone: Zone, form: &Form, sandbox: bool) -> AnyView {
    view! {
        <div class="item">
            <span class="avatar large" aria-hidden="true">{initials(&order.seller)}</span>
            <div><h1>{order.facts.title.clone()}</h1><p>"Sold by "{order.seller.clone()}</p></div>
        </div>
        <p>{status(order.order.status, order.waits_for_reader())}</p>
        {project_line(order)}
        {waits(order, zone)}
        {room_link(order)}
        {payment_news(order)}
        {money_map(order)}
        {decide(order)}
        {steps(&order.order)}
        <section aria-labelledby="history"><h2 id="history">"What happened"</h2>{timeline(order, zone)}</section>
        {agreement(order)}
        {refund_facts(order, form, zone, sandbox)}
        {receipt::links(order)}
        {other_acts(order)}
    }
    .into_any()
}

/// What the buyer decides now: to pay, or to accept or reject.
fn decide(order: &OrderView) -> Option<AnyView> {
    match order.order.status {
        Status::AwaitingPayment if order.order.awaits_agreement_of.is_some() => Some(
            view! {
                <section aria-labelledby="pay">
                    <h2 id="pay">"You proposed this order"</h2>
                    <p>{format!("When {} agrees, you are told and can pay into escrow. Nothing is charged before.", order.seller)}</p>
                </section>
            }
            .into_any(),
        ),
        Status::AwaitingPayment => {
            if order.may_pay.is_err() {
                return Some(locked(order));
            }
            let total = order.amount(order.quote.total());
            let announced = open_transfer(order).map(|payment| {
                let href = format!("{}/transfer", order.path());
                view! { <p>"You chose to send "{amount(payment.amount)}" by bank transfer; it did not arrive yet. "<a href=href>"What to send"</a></p> }
            });
            Some(
                view! {
                    <section aria-labelledby="pay">
                        <h2 id="pay">"Pay into escrow"</h2>
                        {announced}
                        <p>"We hold your money. "{order.seller.clone()}" is paid only when you accept what was delivered."</p>
                        <form method="post" action="/do/quote">
                            {hidden("order", order.reference.to_string())}
                            <button class="button primary big">"Review and pay "{amount(total)}</button>
                        </form>
                    </section>
                }
                .into_any(),
            )
        }
        Status::AwaitingBuyerResponse => {
            let (accept, reject) = (step_path(order, CommandKind::Accept), step_path(order, CommandKind::Reject));
            let answer = domain::clock_text::hours(order.order.terms.answer_hours);
            let carry = order.may(CommandKind::AcceptAndCarry).is_ok().then(|| {
                let href = step_path(order, CommandKind::AcceptAndCarry);
                view! { <p><a href=href>"Accept a part and carry the rest into the next milestone"</a></p> }
            });
            Some(
                view! {
                    <dl class="outcomes">
                        <div><dt>"If you accept"</dt><dd>{format!("{} is paid. This cannot be undone.", order.seller)}</dd></div>
                        <div><dt>"If you reject"</dt><dd>{format!("The money stays held. {} has {answer} to answer; without an answer you are refunded.", order.seller)}</dd></div>
                    </dl>
                    <div class="pair">
                        <a class="button primary" href=accept>"Accept"</a>
                        <a class="button" href=reject>"Reject"</a>
                    </div>
                    {carry}
                }
                .into_any(),
            )
        }
        _ => None,
    }
}

/// A milestone whose turn is not there.
fn locked(order: &OrderView) -> AnyView {
    let reason = order.may_pay.as_ref().err().map(ToString::to_string);
    let carried = (order.order.carried > 0).then(|| {
        view! { <p>{amount(order.amount(order.order.carried))}" is held for it already, carried over from the milestone before."</p> }
    });
    view! { <section aria-labelledby="pay"><h2 id="pay">"Not to be paid yet"</h2><p>{icon("lock")}" "{reason}</p>{carried}</section> }
        .into_any()
}

/// The project that an order is a milestone of; who came by a signed link has no page of it.
pub(crate) fn project_line(order: &OrderView) -> Option<AnyView> {
    let (id, name) = order.project.clone()?;
    let named = match order.reference {
        OrderRef::Id(_) => view! { <a href=format!("/projects/{id}")>{name}</a> }.into_any(),
        OrderRef::Link(_) => name.into_any(),
    };
    Some(view! { <p class="hint">{icon("milestone")}" Milestone of "{named}</p> }.into_any())
}

/// News of a payment that is not simply done.
fn payment_news(order: &OrderView) -> Option<AnyView> {
    let latest = order.payments.first()?;
    match latest.status {
        PaymentStatus::Pending => Some(notice("info", "Your payment is on its way. This page changes when the bank confirms it.".to_owned())),
        PaymentStatus::Failed if order.order.status == Status::AwaitingPayment => {
            let reason = latest.failure.clone().unwrap_or_else(|| "The payment did not work.".to_owned());
            Some(notice("danger", format!("{reason} You were not charged; try again below.")))
        }
        PaymentStatus::Suspense => Some(notice(
            "turn",
            "Money arrived that does not fit this order. It is kept safe; the administrator returns or applies it and tells you.".to_owned(),
        )),
        _ => None,
    }
}

/// What was agreed: description, price and terms.
fn agreement(order: &OrderView) -> AnyView {
    let terms = terms_text::sentences(&order.order.terms, order.order.price.currency, order.role)
        .into_iter()
        .map(|(title, text)| view! { <div><dt>{title}</dt><dd>{text}</dd></div> })
        .collect_view();
    let description = (!order.facts.description.is_empty()).then(|| view! { <p>{order.facts.description.clone()}</p> });
    view! {
        <section aria-labelledby="agreed">
            <h2 id="agreed">"What was agreed"</h2>
            {description}
            <dl class="facts"><div><dt>"Price"</dt><dd>{amount(order.price())}</dd></div>{terms}</dl>
        </section>
    }
    .into_any()
}

/// The quieter acts, each on a page of its own with exact amounts.
fn other_acts(order: &OrderView) -> Option<AnyView> {
    let offered = [
        (CommandKind::Cancel, "Cancel this order"),
        (CommandKind::AgreeSecondDelivery, "Agree to a second delivery"),
        (CommandKind::OfferSecondDelivery, "Offer to take a second delivery"),
        (CommandKind::Withdraw, "Withdraw the rejection"),
    ];
    let accept =
        (order.order.status == Status::RejectionUnderReview).then_some((CommandKind::Accept, "Accept after all"));
    let acts: Vec<_> = accept
        .into_iter()
        .chain(offered)
        .filter(|(kind, _)| order.may(*kind).is_ok())
        .map(|(kind, label)| view! { <a class="button" href=step_path(order, kind)>{label}</a> })
        .collect();
    (!acts.is_empty()).then(|| view! { <div class="actions">{acts}</div> }.into_any())
}

fn seller(order: &OrderView, zone: Zone, form: &Form, key: &str) -> AnyView {
    view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol><li><a href="/orders">"Orders"</a></li><li aria-current="page">{order.facts.number}</li></ol>
            </nav>
            <h1>{order.facts.title.clone()}</h1>
            <p class="lede">{status(order.order.status, order.waits_for_reader())}</p>
            {project_line(order)}
        </div>
        {waits(order, zone)}
        {room_link(order)}
        <div class="columns">
            <div>
                {money_map(order)}
                {steps(&order.order)}
                <section aria-labelledby="history"><h2 id="history">"What happened"</h2>{timeline(order, zone)}</section>
                {agreement(order)}
            </div>
            <div class="side">
                {seller_acts(order, form, key)}
                {facts(order, zone)}
                {commission::shares(order)}
                {payouts(order, zone)}
                {receipt::links(order)}
            </div>
        </div>
    }
    .into_any()
}

/// What the seller can do now, and why not the rest.
fn seller_acts(order: &OrderView, form: &Form, key: &str) -> Option<AnyView> {
    if order.role != Role::Seller {
        return None;
    }
    if order.order.status.is_final() || order.order.status.is_settling() {
        return None;
    }
    let deliver = match order.may(CommandKind::MarkDelivered) {
        Ok(()) => deliver_form(order, form, key),
        Err(denied) => off("Mark as delivered", denied.to_string()),
    };
    // The two ways out that every order has are always named; the others only while they are open.
    let links = [
        (CommandKind::Agree, "Agree to the order", false),
        (CommandKind::ConfirmGoodCondition, "Item is back in good condition", true),
        (CommandKind::SayNotGoodCondition, "Item is not in good condition", false),
        (CommandKind::OfferSecondDelivery, "Offer a second delivery", false),
        (CommandKind::AgreeSecondDelivery, "Agree to a second delivery", false),
        (CommandKind::RaiseDispute, "Raise the dispute", false),
        (CommandKind::Withdraw, "Give the dispute up", false),
        (CommandKind::Cancel, "Cancel and refund the buyer", true),
    ];
    let links = links.into_iter().filter_map(|(kind, label, always)| match order.may(kind) {
        Ok(()) => Some(view! { <li><a class="button" href=step_path(order, kind)>{label}</a></li> }.into_any()),
        Err(denied) => always.then(|| off(label, denied.to_string())),
    });
    Some(
        view! {
            <section class="panel" aria-labelledby="acts">
                <h2 id="acts">"What you can do"</h2>
                <ul class="options">{deliver}{links.collect::<Vec<_>>()}</ul>
            </section>
        }
        .into_any(),
    )
}

fn off(label: &'static str, reason: String) -> AnyView {
    view! { <li data-state="off"><b>{icon("lock")}{label}</b><p class="hint">{reason}</p></li> }.into_any()
}

fn deliver_form(order: &OrderView, form: &Form, key: &str) -> AnyView {
    let note = Field {
        rows: 3,
        hint: "The buyer checks the delivery against this.",
        ..Field::text("note", "What did you deliver, and how?")
    };
    let tracking = Field { hint: "Carrier and number.", ..Field::text("tracking", "Tracking (optional)") };
    let hours = domain::clock_text::hours(order.order.terms.inspection_hours);
    view! {
        <li>
            <form method="post" action="/do/order-act" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {act_fields(order, "mark-delivered", key)}
                {note.show(form)}
                {tracking.show(form)}
                {files_field(form)}
                <div class="actions"><button class="button primary">"Mark as delivered"</button></div>
            </form>
            <p class="hint">{format!("The buyer then has {hours} to accept or reject.")}</p>
        </li>
    }
    .into_any()
}

/// What every form on an order carries: which order, which act, for which version, and its key.
pub(crate) fn act_fields(order: &OrderView, act: &str, key: &str) -> AnyView {
    view! {
        {hidden("order", order.reference.to_string())}
        {hidden("act", act)}
        {hidden("version", order.order.version.to_string())}
        {hidden("key", key)}
    }
    .into_any()
}

/// The field for proof.
pub(crate) fn files_field(form: &Form) -> AnyView {
    let invalid = form.error("files").is_some().then_some("true");
    view! {
        <div class="field file">
            <label for="files">"Pictures or documents (optional)"</label>
            <input id="files" type="file" name="files" multiple accept="image/jpeg,image/png,image/webp,application/pdf"
                aria-invalid=invalid aria-describedby=form.described_by("files", true)/>
            <p class="hint" id="files-hint">{uploads::ACCEPTED}</p>
            {form.error_line("files")}
        </div>
    }
    .into_any()
}
