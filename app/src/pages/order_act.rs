//! The confirmation step of an act on an order: the question, who gets what to the unit, and two equal buttons.

use crate::components::amount;
use crate::components::money::{ReviewLine, review};
use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::order::{act_fields, files_field};
use crate::pages::split_act::{self, SPLIT_ACTS};
use crate::pages::{carry_act, commission};
use backend::service::access::OrderRef;
use backend::service::order_view::OrderView;
use backend::{Error, Result};
use domain::order::settle::Settlement;
use domain::order::share::ShareOf;
use domain::order::{CommandKind, RefundPolicy, RejectReason, Role};
use leptos::prelude::*;

/// The act's page; an act that is not possible now says why and changes nothing.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let reference = OrderRef::parse(request.segment("orders"))?;
    let act = request.last_segment().to_owned();
    let kind = kind_of(&act).ok_or(Error::NotFound)?;
    let order = request.backend.order_view(request.viewer.as_ref(), &reference).await?;
    order.may(kind)?;
    if SPLIT_ACTS.contains(&kind) {
        return split_act::page(&visit, &order, kind);
    }
    if kind == CommandKind::SetCommission {
        return commission::page(&visit, &order);
    }
    if kind == CommandKind::AcceptAndCarry {
        return carry_act::page(&visit, &order);
    }
    let form = Form::of(&visit.flash, kind.key());
    let step = step(&order, kind);
    let key = request.form_key();
    let title = step.question.clone();
    let body = view! {
        <section class="confirm">
            <h1>{step.question.clone()}</h1>
            <p>{step.explanation.clone()}</p>
            {order.preview(kind).map(|settlement| settlement_review(&order, settlement))}
            <form method="post" action="/do/order-act" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {act_fields(&order, &act, &key)}
                {order.preview(kind).map(|settlement| hidden("refund", settlement.refund_total().to_string()))}
                {fields(kind, &form)}
                <div class="pair">
                    <button class=step.class>{step.button(&order, kind)}</button>
                    <a class="button" href=order.path()>"Go back"</a>
                </div>
            </form>
        </section>
    };
    Ok(Page::new(title, Shell::of_order(&order), body))
}

/// The commands that have a confirmation step, by the last part of their address.
pub(crate) fn kind_of(act: &str) -> Option<CommandKind> {
    let kind = CommandKind::from_key(&act.replace('-', "_"))?;
    let own_page = matches!(kind, CommandKind::SetCommission | CommandKind::AcceptAndCarry);
    (own_page || STEPS.contains(&kind) || SPLIT_ACTS.contains(&kind)).then_some(kind)
}

/// The path of a command's confirmation step on an order's page.
pub(crate) fn step_path(order: &OrderView, kind: CommandKind) -> String {
    format!("{}/{}", order.path(), kind.key().replace('_', "-"))
}

/// Every command that is confirmed on a page of its own.
const STEPS: [CommandKind; 10] = [
    CommandKind::Agree,
    CommandKind::Accept,
    CommandKind::Reject,
    CommandKind::Cancel,
    CommandKind::ConfirmGoodCondition,
    CommandKind::SayNotGoodCondition,
    CommandKind::OfferSecondDelivery,
    CommandKind::AgreeSecondDelivery,
    CommandKind::RaiseDispute,
    CommandKind::Withdraw,
];

struct Step {
    question: String,
    explanation: String,
    class: &'static str,
    verb: &'static str,
}

impl Step {
    /// The button says the act and the amount that moves.
    fn button(&self, order: &OrderView, kind: CommandKind) -> AnyView {
        let moved = order.preview(kind).map(|settlement| match kind {
            CommandKind::Accept => order.price().minor(),
            CommandKind::Withdraw if order.role == Role::Buyer => order.price().minor(),
            CommandKind::Cancel if settlement.refund_total() == 0 => order.order.carried,
            _ => settlement.refund_total(),
        });
        let moved = moved.map(|minor| view! { " "{amount(order.amount(minor))} });
        view! { {self.verb}{moved} }.into_any()
    }
}

impl Step {
    fn new(question: &str, explanation: String, class: &'static str, verb: &'static str) -> Self {
        Self { question: question.to_owned(), explanation, class, verb }
    }
}

/// The step of the main road, and of turning back on it.
fn step(order: &OrderView, kind: CommandKind) -> Step {
    match (kind, order.role) {
        (CommandKind::Accept, _) => Step::new(
            "Accept and release the money?",
            format!(
                "You say that {} delivered “{}” as agreed. The money is released and cannot be called back.",
                order.seller, order.facts.title
            ),
            "button primary",
            "Accept and release",
        ),
        (CommandKind::Reject, _) => Step::new(
            "What is wrong with the delivery?",
            format!(
                "The money stays held. {} has {} to answer: take the item back and refund you, offer a second delivery, or dispute it.",
                order.seller,
                domain::clock_text::hours(order.order.terms.answer_hours)
            ),
            "button danger",
            "Reject the delivery",
        ),
        (CommandKind::Agree, _) => Step::new(
            "Agree to this order?",
            format!(
                "{} pays {} into escrow next. You deliver under the terms on the order, and are paid when it is accepted.",
                order.buyer,
                order.price()
            ),
            "button primary",
            "Agree",
        ),
        (CommandKind::Cancel, role) if order.order.quote.is_none() && order.order.carried > 0 => Step::new(
            "Cancel this order?",
            if role == Role::Buyer {
                format!(
                    "The rest was not paid. What was carried over belonged to a delivery that you accepted, so it is released to {}.",
                    order.seller
                )
            } else {
                "The rest was not paid. What was carried over goes back to the buyer.".to_owned()
            },
            "button danger",
            if role == Role::Buyer { "Cancel and release" } else { "Cancel and refund" },
        ),
        (CommandKind::Cancel, _) if order.order.quote.is_none() => Step::new(
            "Cancel this order?",
            "It was not paid, so no money moves. It cannot be opened again.".to_owned(),
            "button danger",
            "Cancel the order",
        ),
        (CommandKind::Cancel, Role::Buyer) => Step::new(
            "Cancel this order?",
            format!(
                "{} is told to stop. You get back what is shown here; the escrow fee is not returned when a buyer cancels.",
                order.seller
            ),
            "button danger",
            "Cancel and get back",
        ),
        (CommandKind::Cancel, _) => Step::new(
            "Cancel and refund the buyer?",
            "The buyer gets everything back, fees included. You get nothing for this order.".to_owned(),
            "button danger",
            "Cancel and refund",
        ),
        _ => step_of_argument(order, kind),
    }
}

/// The step of a rejected or disputed order.
fn step_of_argument(order: &OrderView, kind: CommandKind) -> Step {
    match (kind, order.role) {
        (CommandKind::SayNotGoodCondition, _) => Step::new(
            "What is wrong with the returned item?",
            "The order becomes a dispute. The money stays held until you two agree or the dispute manager rules.".to_owned(),
            "button danger",
            "Say it is not in good condition",
        ),
        (CommandKind::OfferSecondDelivery, _) => Step::new(
            "Offer a second delivery?",
            "If the other side agrees, the order is delivered a second time and the money stays held. There is no third time."
                .to_owned(),
            "button primary",
            "Offer a second delivery",
        ),
        (CommandKind::AgreeSecondDelivery, _) => Step::new(
            "Agree to a second delivery?",
            format!("{} delivers a second time. The money stays held until the buyer has looked at it.", order.seller),
            "button primary",
            "Agree",
        ),
        (CommandKind::RaiseDispute, _) => Step::new(
            "Hand this to the dispute manager?",
            "The dispute manager reads both sides and rules how the money is divided.".to_owned(),
            "button primary",
            "Raise the dispute",
        ),
        (CommandKind::Withdraw, Role::Buyer) => Step::new(
            "Withdraw your rejection?",
            format!("The money is released to {}. This cannot be undone.", order.seller),
            "button danger",
            "Withdraw and release",
        ),
        (CommandKind::Withdraw, _) => Step::new(
            "Give the dispute up?",
            "The buyer gets everything back, fees included. This cannot be undone.".to_owned(),
            "button danger",
            "Give up and refund",
        ),
        _ => Step::new(
            "Is the item back in good condition?",
            confirm_words(order),
            "button primary",
            if order.preview(CommandKind::ConfirmGoodCondition).is_some() { "Confirm and refund" } else { "Confirm" },
        ),
    }
}

fn confirm_words(order: &OrderView) -> String {
    let what_follows = match (order.order.terms.refund_policy, order.order.attempt) {
        (RefundPolicy::Refund, _) => "The buyer is refunded.",
        (RefundPolicy::ReplacementOnly, 1) => "You then deliver a replacement; the money stays held.",
        (RefundPolicy::ReplacementOnly, _) => "There is no third delivery, so the order becomes a dispute to settle.",
    };
    format!("You say that you have the item back and that it is in good condition. {what_follows}")
}

/// Who gets what, to the unit, exactly as it will be posted.
pub(crate) fn settlement_review(order: &OrderView, settlement: &Settlement) -> AnyView {
    let line =
        |label: String, hint: &str, minor: i64| ReviewLine { label, hint: hint.to_owned(), money: order.amount(minor) };
    let buyer =
        if order.role == Role::Buyer { "You get back".to_owned() } else { format!("{} gets back", order.buyer) };
    let mut lines = vec![line(buyer, "", settlement.refund_total())];
    for share in &settlement.shares {
        let label = match share.of {
            ShareOf::Seller if order.role == Role::Seller => "You get".to_owned(),
            ShareOf::Seller => format!("{} gets", order.seller),
            ShareOf::Operator if order.role == Role::Operator => "You get".to_owned(),
            ShareOf::Provider => format!("{} gets", order.provider.as_deref().unwrap_or("Service provider")),
            ShareOf::Operator => format!("{} gets", order.operator.as_deref().unwrap_or("Marketplace operator")),
        };
        lines.push(line(label, "", share.minor));
    }
    if let Some(carry) = settlement.carry {
        lines.push(line("Held for the next milestone".to_owned(), "carried over", carry.minor));
    }
    lines.push(line("The platform keeps".to_owned(), "escrow fee", settlement.escrow_fee()));
    lines.push(line("Payment provider".to_owned(), "card and bank fee", settlement.gateway_fee()));
    lines.push(line("Payout fee".to_owned(), "", settlement.payout_fee));
    // What was carried into the order was paid with the one before it.
    let total = match (order.role, order.order.carried) {
        (Role::Buyer, 0) => "You pay",
        (_, 0) => "Paid by the buyer",
        _ => "Paid and carried over",
    };
    let held = lines.iter().map(|line| line.money.minor()).sum();
    review(lines, (total, order.amount(held)))
}

fn fields(kind: CommandKind, form: &Form) -> Option<AnyView> {
    match kind {
        CommandKind::Reject => {}
        CommandKind::SayNotGoodCondition => {
            return Some(story("What is wrong with it?", "The buyer and the dispute manager read this.", form));
        }
        CommandKind::RaiseDispute => {
            return Some(story("What should the dispute manager know?", "The buyer reads it too.", form));
        }
        _ => return None,
    }
    let chosen = form.value("reason");
    let choices = RejectReason::ALL.into_iter().map(|reason| {
        let checked = chosen == reason.key();
        view! {
            <label class="choice"><input type="radio" name="reason" value=reason.key() checked=checked/><span><b>{reason.words()}</b></span></label>
        }
    });
    let text =
        Field { rows: 4, hint: "The seller reads this and answers it.", ..Field::text("text", "What happened?") };
    Some(
        view! {
            <fieldset class="choices" id="reason" aria-describedby=form.described_by("reason", false)>
                <legend>"Reason"</legend>
                {choices.collect_view()}
                {form.error_line("reason")}
            </fieldset>
            {text.show(form)}
            {files_field(form)}
        }
        .into_any(),
    )
}

/// A text with proof.
fn story(label: &'static str, hint: &'static str, form: &Form) -> AnyView {
    let text = Field { rows: 4, hint, ..Field::text("text", label) };
    view! { {text.show(form)}{files_field(form)} }.into_any()
}
