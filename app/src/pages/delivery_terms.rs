//! The terms a seller offers: what every new order starts from.

use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::delivery_terms::TermsForm;
use domain::fee::Bearer;
use domain::money::{Currency, Money};
use domain::order::{OnSilence, RefundPolicy, Terms};
use leptos::prelude::*;

/// The page of one currency's terms.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let currency = Currency::from_code(request.query("currency"))
        .filter(|currency| Currency::TRADED.contains(currency))
        .unwrap_or(Currency::Ngn);
    let terms = request.backend.delivery_terms(request.signed_in()?, currency).await?;
    let form = filled(Form::of(&visit.flash, "delivery_terms"), &terms, currency);
    let tabs = Currency::TRADED.into_iter().map(|other| {
        let (href, current) = (format!("?currency={}", other.code()), (other == currency).then_some("true"));
        view! { <a href=href aria-current=current>{other.code()}</a> }
    });
    let body = view! {
        <div class="page-head">
            <h1>"Delivery terms"</h1>
            <p class="lede">"New orders start from these terms, and the buyer reads them in plain words before paying. Orders that exist keep theirs."</p>
        </div>
        <nav class="filters" aria-label="Currency">{tabs.collect_view()}</nav>
        <form method="post" action="/do/delivery-terms" class="form" novalidate>
            {form.summary()}
            {hidden("currency", currency.code())}
            {times(&form)}
            {choices(&form)}
            {cancelling(&form)}
            {fees(&form)}
            <div class="actions"><button class="button primary">"Save terms"</button></div>
        </form>
    };
    Ok(Page::new("Delivery terms", Shell::Work("/settings/terms"), body))
}

fn filled(form: Form, terms: &Terms, currency: Currency) -> Form {
    let amount = |minor: i64| match minor {
        0 => String::new(),
        minor => Money::new(minor, currency).map(Money::number).unwrap_or_default(),
    };
    let silence = if terms.on_silence == OnSilence::Accept { "accept" } else { "refund_less_fee" };
    let policy = if terms.refund_policy == RefundPolicy::Refund { "refund" } else { "replacement_only" };
    form.or("payment_hours", terms.payment_hours.to_string())
        .or("delivery_days", terms.delivery_days.to_string())
        .or("inspection_hours", terms.inspection_hours.to_string())
        .or("answer_hours", terms.answer_hours.to_string())
        .or("on_silence", silence)
        .or("refund_policy", policy)
        .or("cancellation_free_hours", terms.cancellation_free_hours.to_string())
        .or("cancellation_fee", amount(terms.cancellation_fee))
        .or("non_split", amount(terms.non_split))
        .or("escrow_fee_bearer", terms.escrow_fee_bearer.key())
        .or("gateway_fee_bearer", terms.gateway_fee_bearer.key())
        .or("payout_fee_bearer", if terms.provider_bears_payout_fee { "provider" } else { "seller" })
}

fn times(form: &Form) -> AnyView {
    let number = |name, label, hint| Field { inputmode: "numeric", hint, ..Field::text(name, label) }.show(form);
    view! {
        <fieldset class="group"><legend>"Times"</legend>
            <div class="field-row">
                {number("delivery_days", "Days to deliver", "1 to 90, from the payment")}
                {number("inspection_hours", "Hours to accept or reject", "24 to 720, from the delivery")}
            </div>
            <div class="field-row">
                {number("payment_hours", "Hours to pay", "1 to 720")}
                {number("answer_hours", "Hours you have to answer a rejection", "24 to 336")}
            </div>
        </fieldset>
    }
    .into_any()
}

fn choice(form: &Form, name: &'static str, value: &'static str, title: &'static str, hint: &'static str) -> AnyView {
    let checked = form.value(name) == value;
    view! { <label class="choice"><input type="radio" name=name value=value checked=checked/><span><b>{title}</b><span class="hint">{hint}</span></span></label> }
        .into_any()
}

fn choices(form: &Form) -> AnyView {
    view! {
        <fieldset class="choices"><legend>"If the buyer neither accepts nor rejects in time"</legend>
            {choice(form, "on_silence", "accept", "The delivery counts as accepted", "You are paid.")}
            {choice(form, "on_silence", "refund_less_fee", "The order is cancelled", "The buyer is refunded, less your cancellation fee.")}
        </fieldset>
        <fieldset class="choices"><legend>"If the buyer cancels late, or you confirm a rejection"</legend>
            {choice(form, "refund_policy", "refund", "Refund", "The buyer gets the money back.")}
            {choice(form, "refund_policy", "replacement_only", "Replacement only", "You deliver once more instead. After the free time the buyer cannot cancel.")}
        </fieldset>
    }
    .into_any()
}

fn cancelling(form: &Form) -> AnyView {
    view! {
        <fieldset class="group"><legend>"Cancellation by the buyer"</legend>
            <div class="field-row">
                {Field { inputmode: "numeric", hint: "0 to 8,760, from the payment", ..Field::text("cancellation_free_hours", "Free hours") }.show(form)}
                {Field { inputmode: "decimal", hint: "Never more than the price", ..Field::text("cancellation_fee", "Fee after that (optional)") }.show(form)}
            </div>
        </fieldset>
    }
    .into_any()
}

fn fees(form: &Form) -> AnyView {
    let bearer = |name: &'static str, label: &'static str| {
        let chosen = form.value(name);
        let options = Bearer::ALL.into_iter().map(|bearer| {
            let words = match bearer {
                Bearer::Buyer => "The buyer, on top of the price",
                Bearer::Seller => "You, out of the price",
                Bearer::HalfEach => "Half each",
            };
            let selected = chosen == bearer.key();
            view! { <option value=bearer.key() selected=selected>{words}</option> }
        });
        view! { <div class="field"><label for=name>{label}</label><select id=name name=name>{options.collect_view()}</select></div> }
    };
    view! {
        <fieldset class="group"><legend>"Fees and shares"</legend>
            {bearer("escrow_fee_bearer", "Who bears the escrow fee")}
            {bearer("gateway_fee_bearer", "Who bears the payment provider's fee")}
            <div class="field"><label for="payout_fee_bearer">"Who bears the fee of a service provider's payout"</label>
                <select id="payout_fee_bearer" name="payout_fee_bearer">
                    <option value="seller" selected=form.value("payout_fee_bearer") != "provider">"It is taken before the rest is shared"</option>
                    <option value="provider" selected=form.value("payout_fee_bearer") == "provider">"The service provider, out of its share"</option>
                </select></div>
            {Field { inputmode: "decimal", hint: "Of each order, before the rest is shared with a service provider.", ..Field::text("non_split", "Amount that is yours alone (optional)") }.show(form)}
        </fieldset>
    }
    .into_any()
}

/// The fields as they were typed, to come back where something is wrong.
pub(crate) fn typed(form: &TermsForm) -> [(&'static str, &str); 12] {
    [
        ("payment_hours", &form.payment_hours),
        ("delivery_days", &form.delivery_days),
        ("inspection_hours", &form.inspection_hours),
        ("answer_hours", &form.answer_hours),
        ("on_silence", &form.on_silence),
        ("refund_policy", &form.refund_policy),
        ("cancellation_free_hours", &form.cancellation_free_hours),
        ("cancellation_fee", &form.cancellation_fee),
        ("non_split", &form.non_split),
        ("escrow_fee_bearer", &form.escrow_fee_bearer),
        ("gateway_fee_bearer", &form.gateway_fee_bearer),
        ("payout_fee_bearer", &form.payout_fee_bearer),
    ]
}
