//! A seller makes an order for a buyer's e-mail, or a buyer proposes one to a seller.

use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::islands::InstantQuote;
use crate::page::{Page, Visit};
use crate::pages::settings::currencies;
use backend::{Error, Result};
use domain::fee::FeeSchedule;
use domain::money::Currency;
use domain::permission::AccountKind;
use leptos::prelude::*;

/// The form.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let selling = viewer.selling().ok_or(Error::NotFound)?;
    let private = selling.kind == AccountKind::IndividualSeller;
    let form = Form::of(&visit.flash, "new_order").or("currency", Currency::Ngn.code()).or("kind", "good");
    let key = request.form_key();
    let fees = request.backend.platform().await?.fees;
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol><li><a href="/orders">"Orders"</a></li><li aria-current="page">"New"</li></ol>
            </nav>
            <h1>"New order"</h1>
            <p class="lede">"The buyer gets a link by mail, sees exactly this, and pays into escrow."</p>
        </div>
        <form method="post" action="/do/place-order" class="form" novalidate>
            {form.summary()}
            {hidden("key", key)}
            <fieldset class="group"><legend>"Buyer"</legend>
                {Field { kind: "email", hint: "The link to the order goes here. No account is needed.", ..Field::text("buyer_email", "Buyer's e-mail") }.show(&form)}
                {Field::text("buyer_name", "Buyer's name (optional)").show(&form)}
            </fieldset>
            {agreement_fields(&form, private, fees)}
            <fieldset class="group"><legend>"Times, where this order differs from "<a href="/settings/terms">"your delivery terms"</a></legend>
                <div class="field-row">
                    {Field { inputmode: "numeric", hint: "1 to 90", ..Field::text("delivery_days", "Days to deliver (optional)") }.show(&form)}
                    {Field { inputmode: "numeric", hint: "24 to 720", ..Field::text("inspection_hours", "Hours to accept or reject (optional)") }.show(&form)}
                </div>
            </fieldset>
            <div class="actions"><button class="button primary">"Make order and send the link"</button><a class="button" href="/orders">"Cancel"</a></div>
        </form>
    };
    Ok(Page::new("New order", Shell::Work("/orders"), body))
}

/// The choice between a good and a service.
pub(crate) fn kinds(form: &Form) -> AnyView {
    let chosen = form.value("kind");
    let choice = |value: &'static str, title: &'static str, hint: &'static str| {
        let checked = chosen == value;
        view! {
            <label class="choice">
                <input type="radio" name="kind" value=value checked=checked/><span><b>{title}</b><span class="hint">{hint}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="choices row"><legend>"Kind"</legend>
            {choice("good", "A good", "Something that is sent or handed over.")}
            {choice("service", "A service", "Work that is done.")}
        </fieldset>
    }
    .into_any()
}

/// A buyer proposes an order to a seller.
pub(crate) async fn propose(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    if request.signed_in()?.buying().is_none() {
        return Err(Error::NotFound);
    }
    let form = Form::of(&visit.flash, "propose_order").or("currency", Currency::Ngn.code()).or("kind", "good");
    let fees = request.backend.platform().await?.fees;
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol><li><a href="/orders?of=bought">"Orders"</a></li><li aria-current="page">"Propose"</li></ol>
            </nav>
            <h1>"Propose an order"</h1>
            <p class="lede">"The seller reads exactly this and agrees or declines. You pay into escrow only after that."</p>
        </div>
        <form method="post" action="/do/propose-order" class="form" novalidate>
            {form.summary()}
            {hidden("key", request.form_key())}
            {Field { kind: "email", hint: "The address the seller is registered with.", ..Field::text("seller_email", "Seller's e-mail") }.show(&form)}
            {agreement_fields(&form, false, fees)}
            <fieldset class="group"><legend>"Times, where they differ from the seller's terms"</legend>
                <div class="field-row">
                    {Field { inputmode: "numeric", hint: "1 to 90", ..Field::text("delivery_days", "Days to deliver (optional)") }.show(&form)}
                    {Field { inputmode: "numeric", hint: "24 to 720", ..Field::text("inspection_hours", "Hours to accept or reject (optional)") }.show(&form)}
                </div>
            </fieldset>
            <div class="actions"><button class="button primary">"Send the proposal"</button><a class="button" href="/orders?of=bought">"Cancel"</a></div>
        </form>
    };
    Ok(Page::new("Propose an order", Shell::Work("/orders"), body))
}

/// What is sold and for how much.
fn agreement_fields(form: &Form, private: bool, fees: Vec<FeeSchedule>) -> AnyView {
    view! {
        <fieldset class="group"><legend>"What is sold"</legend>
            {kinds(form)}
            {Field { hint: "One line, as the buyer would say it.", ..Field::text("title", "Title") }.show(form)}
            {Field { rows: 4, hint: "What exactly is delivered. A dispute is decided by this.", ..Field::text("description", "Description (optional)") }.show(form)}
        </fieldset>
        <fieldset class="group"><legend>"Price"</legend>
            {price_fields(form)}
            <InstantQuote private=private fees=fees/>
        </fieldset>
    }
    .into_any()
}

/// A price in one row.
pub(crate) fn price_fields(form: &Form) -> AnyView {
    view! {
        <div class="field-row">
            {currencies(form)}
            {Field { inputmode: "decimal", hint: "Such as 12,500.00", ..Field::text("amount", "Amount") }.show(form)}
            {Field { inputmode: "decimal", ..Field::text("shipping", "Shipping (optional)") }.show(form)}
        </div>
    }
    .into_any()
}
