//! Dividing the held money: an offer, taking or withdrawing one, and a ruling. Each is chosen first and then confirmed with
//! exactly what it will post.

use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::islands::{Divided, SplitSlider};
use crate::page::{Page, Visit};
use crate::pages::dispute::room_path;
use crate::pages::order::act_fields;
use crate::pages::order_act::settlement_review;
use crate::request::Request;
use backend::service::order_view::OrderView;
use backend::{Error, Result};
use domain::money::Money;
use domain::order::settle::Settlement;
use domain::order::{CommandKind, RulingReason, Side};
use domain::text::FieldError;
use leptos::prelude::*;

/// The acts that divide the money.
pub(crate) const SPLIT_ACTS: [CommandKind; 4] =
    [CommandKind::OfferSplit, CommandKind::AcceptSplit, CommandKind::WithdrawSplit, CommandKind::Rule];

/// The act's page: the choice, or, once chosen, the confirmation.
pub(crate) fn page(visit: &Visit, order: &OrderView, kind: CommandKind) -> Result<Page> {
    let request = &visit.request;
    let chosen = match kind {
        CommandKind::AcceptSplit => {
            let other = order.order.split_offers.iter().find(|offer| Some(offer.by) != side(order));
            Ok(Some(other.ok_or(Error::NotFound)?.to_buyer))
        }
        CommandKind::WithdrawSplit => Ok(None),
        _ => chosen(order, request),
    };
    let body = match (chosen, kind) {
        (Ok(Some(to_buyer)), _) => confirm(visit, order, kind, Some(to_buyer)),
        (Ok(None), CommandKind::WithdrawSplit) => confirm(visit, order, kind, None),
        (Ok(None), _) => choose(order, kind, &Form::default()),
        (Err(errors), _) => choose(order, kind, &Form::refused(errors, &[("amount", request.query("amount"))])),
    };
    let shell = Shell::of_order(order);
    Ok(Page::new(words(order, kind).0, shell, body))
}

/// The reader's side, where they are on one.
pub(crate) fn side(order: &OrderView) -> Option<Side> {
    domain::order::Actor::new(order.role).side()
}

/// What the address says: minor units, an outcome of the list, or an amount as typed; `None` where it says nothing yet.
fn chosen(order: &OrderView, request: &Request) -> std::result::Result<Option<i64>, Vec<FieldError>> {
    let price = order.price();
    let wrong = |text: String| vec![FieldError::new("amount", text)];
    let between = || wrong(format!("Enter an amount from 0 to {price}."));
    let outcome = request.query("outcome");
    if let Ok(minor) = request.query("to_buyer").parse::<i64>() {
        return (0..=price.minor()).contains(&minor).then_some(Some(minor)).ok_or_else(between);
    }
    if let Some((_, _, minor)) = outcomes(order).into_iter().find(|(key, ..)| *key == outcome) {
        return Ok(Some(minor));
    }
    let typed = request.query("amount").trim();
    match (typed, outcome) {
        ("", "other") => Err(wrong("Enter how much the buyer gets back.".to_owned())),
        ("", "") if request.query.contains_key("amount") => {
            Err(wrong("Enter how much the buyer gets back.".to_owned()))
        }
        ("", _) => Ok(None),
        (typed, _) => match Money::parse(typed, price.currency()) {
            Ok(money) if money.minor() <= price.minor() => Ok(Some(money.minor())),
            Ok(_) => Err(between()),
            Err(error) => Err(wrong(error.to_string())),
        },
    }
}

/// The outcomes a ruling is usually one of, as key, words and minor units for the buyer.
fn outcomes(order: &OrderView) -> Vec<(&'static str, String, i64)> {
    let price = order.price().minor();
    let mut outcomes = vec![
        ("refund", "Refund the buyer in full".to_owned(), price),
        ("release", format!("Release everything to {}", order.seller), 0),
        ("half", "Half each".to_owned(), price / 2),
    ];
    for offer in &order.order.split_offers {
        let (key, whose) = match offer.by {
            Side::Buyer => ("buyers_offer", "As the buyer offers"),
            Side::Seller => ("sellers_offer", "As the seller offers"),
        };
        outcomes.push((key, whose.to_owned(), offer.to_buyer));
    }
    outcomes
}

/// Question, explanation, class and words of the button.
fn words(order: &OrderView, kind: CommandKind) -> (&'static str, String, &'static str, &'static str) {
    match kind {
        CommandKind::OfferSplit => (
            "Offer to divide the money?",
            "The other side sees exactly these amounts. Your offer stands until you take it back, make another one, or the dispute ends; if nobody decides in time, the last standing offer counts.".to_owned(),
            "button primary",
            "Send the offer",
        ),
        CommandKind::AcceptSplit => (
            "Accept this division?",
            "The dispute ends and the money is divided like this. It cannot be called back.".to_owned(),
            "button primary",
            "Accept and divide",
        ),
        CommandKind::WithdrawSplit => (
            "Take your offer back?",
            "The other side cannot accept it any more. The money stays held.".to_owned(),
            "button danger",
            "Take the offer back",
        ),
        _ => (
            "Rule on this dispute?",
            format!("Your ruling ends the dispute between {} and {}. Both read the reason and the explanation. It cannot be changed.", order.buyer, order.seller),
            "button primary",
            "Rule",
        ),
    }
}

fn confirm(visit: &Visit, order: &OrderView, kind: CommandKind, to_buyer: Option<i64>) -> AnyView {
    let (question, explanation, class, verb) = words(order, kind);
    let form = Form::of(&visit.flash, kind.key());
    let review = to_buyer.map(|part| settlement_review(order, &Settlement::split(&order.order, &order.quote, part)));
    let ruling = (kind == CommandKind::Rule).then(|| reason_fields(&form));
    let part = to_buyer.map(|part| hidden("to_buyer", part.to_string()));
    view! {
        <section class="confirm">
            <h1>{question}</h1>
            <p>{explanation}</p>
            {review}
            <form method="post" action="/do/order-act" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {act_fields(order, &kind.key().replace('_', "-"), &visit.request.form_key())}
                {part}
                {ruling}
                <div class="pair">
                    <button class=class>{verb}</button>
                    <a class="button" href=room_path(order)>"Go back"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn reason_fields(form: &Form) -> AnyView {
    let chosen = form.value("reason");
    let options = RulingReason::ALL.into_iter().map(|reason| {
        let selected = chosen == reason.key();
        view! { <option value=reason.key() selected=selected>{reason.words()}</option> }
    });
    let invalid = form.error("reason").is_some().then_some("true");
    let text = Field {
        rows: 4,
        hint: "Both sides read it. Say what you found and why it leads to this division.",
        ..Field::text("text", "Explanation")
    };
    view! {
        <div class="field">
            <label for="reason">"Reason"</label>
            <select id="reason" name="reason" aria-invalid=invalid aria-describedby=form.described_by("reason", false)>
                <option value="">"Choose a reason"</option>{options.collect_view()}
            </select>
            {form.error_line("reason")}
        </div>
        {text.show(form)}
    }
    .into_any()
}

fn choose(order: &OrderView, kind: CommandKind, form: &Form) -> AnyView {
    let title = if kind == CommandKind::Rule { "How should the money be divided?" } else { "Make an offer" };
    view! {
        <section class="confirm">
            <h1>{title}</h1>
            {choice_form(order, kind, form)}
            <div class="actions"><a class="button" href=room_path(order)>"Go back"</a></div>
        </section>
    }
    .into_any()
}

/// The form that chooses a division; the next page shows it to the unit before anything is sent.
pub(crate) fn choice_form(order: &OrderView, kind: CommandKind, form: &Form) -> AnyView {
    let action = format!("{}/{}", order.path(), kind.key().replace('_', "-"));
    let list = (kind == CommandKind::Rule).then(|| outcome_list(order));
    let label = if kind == CommandKind::Rule { "Another amount for the buyer" } else { "The buyer gets back" };
    let amount = Field {
        inputmode: "decimal",
        short: true,
        hint: "Of the price. The rest goes to the seller's side; fees follow in the same proportion.",
        ..Field::text("amount", label)
    };
    let data = Divided { parties: order.order.parties, terms: order.order.terms.clone(), quote: order.quote };
    let (buyer, seller) = (format!("{} gets back", order.buyer), format!("{} gets", order.seller));
    let verb = if kind == CommandKind::Rule { "Review the ruling" } else { "Review the offer" };
    view! {
        <form method="get" action=action class="form" novalidate>
            {form.summary()}
            {list}
            {amount.show(form)}
            <SplitSlider order=data field="amount".to_owned() buyer=buyer seller=seller/>
            <div class="actions"><button class="button primary">{verb}</button></div>
        </form>
    }
    .into_any()
}

fn outcome_list(order: &OrderView) -> AnyView {
    let rows = outcomes(order).into_iter().map(|(key, words, to_buyer)| {
        let split = Settlement::split(&order.order, &order.quote, to_buyer);
        let rest: i64 = split.shares.iter().map(|share| share.minor).sum();
        let hint = format!("Buyer {}, seller's side {}", order.amount(split.refund_total()), order.amount(rest));
        view! { <label class="choice"><input type="radio" name="outcome" value=key/><span><b>{words}</b><span class="hint">{hint}</span></span></label> }
    });
    view! {
        <fieldset class="choices">
            <legend>"Outcome"</legend>
            {rows.collect_view()}
            <label class="choice"><input type="radio" name="outcome" value="other"/><span><b>"Another division"</b><span class="hint">"Enter the amount below"</span></span></label>
        </fieldset>
    }
    .into_any()
}
