//! Accepting a part of a milestone and carrying the rest into the next: chosen first, then confirmed to the unit.

use crate::components::amount;
use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::order::act_fields;
use crate::pages::order_act::settlement_review;
use backend::Result;
use backend::service::order_view::OrderView;
use domain::money::Money;
use domain::order::settle::{Carry, Settlement};
use domain::text::FieldError;
use leptos::prelude::*;

/// The choice, or, once chosen, the confirmation.
pub(crate) fn page(visit: &Visit, order: &OrderView) -> Result<Page> {
    let typed = visit.request.query("amount").trim();
    let body = match (typed, chosen(order, typed)) {
        ("", _) => choose(order, &Form::default()),
        (_, Ok(carry)) => confirm(visit, order, carry),
        (_, Err(message)) => {
            choose(order, &Form::refused(vec![FieldError::new("amount", message)], &[("amount", typed)]))
        }
    };
    Ok(Page::new("Accept a part", Shell::of_order(order), body))
}

fn most(order: &OrderView) -> i64 {
    order.order.milestone.map_or(0, |milestone| milestone.carry_max).min(order.order.releasable() - 1)
}

/// Minor units to carry, from the amount to release as it was typed.
fn chosen(order: &OrderView, typed: &str) -> std::result::Result<i64, String> {
    let price = order.price();
    let released = Money::parse(typed, price.currency()).map_err(|error| error.to_string())?.minor();
    let carry = price.minor() - released;
    let least = order.amount(price.minor() - most(order));
    if (1..=most(order)).contains(&carry) {
        return Ok(carry);
    }
    Err(format!("Release at least {least}, and less than {price}: the next milestone takes no more than it costs."))
}

fn choose(order: &OrderView, form: &Form) -> AnyView {
    let field = Field {
        inputmode: "decimal",
        short: true,
        hint: "The rest stays in escrow for the next milestone, and you pay that much less for it.",
        ..Field::text("amount", "Release now")
    };
    view! {
        <section class="confirm">
            <h1>"Accept a part of the delivery"</h1>
            <p>{format!("{} is held for this milestone. Say how much of it {} has earned; the rest is carried over.", order.price(), order.seller)}</p>
            <form method="get" action=format!("{}/accept-and-carry", order.path()) class="form" novalidate>
                {form.summary()}
                {field.show(form)}
                <div class="pair"><button class="button primary">"Review"</button><a class="button" href=order.path()>"Go back"</a></div>
            </form>
        </section>
    }
    .into_any()
}

fn confirm(visit: &Visit, order: &OrderView, carry: i64) -> AnyView {
    let form = Form::of(&visit.flash, "accept_and_carry");
    let into = Carry { into: order.order.id, minor: carry };
    let settlement = Settlement::release_and_carry(&order.order, &order.quote, into);
    let released = order.amount(order.price().minor() - carry);
    view! {
        <section class="confirm">
            <h1>"Accept a part and carry the rest over?"</h1>
            <p>{format!("{} is released and cannot be called back. {} stays in escrow for the next milestone. If you never pay the rest of that one, it is released too, because you accepted this delivery.", released, order.amount(carry))}</p>
            {settlement_review(order, &settlement)}
            <form method="post" action="/do/order-act" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {act_fields(order, "accept-and-carry", &visit.request.form_key())}
                {hidden("carry", carry.to_string())}
                <div class="pair"><button class="button primary">"Accept and release "{amount(released)}</button><a class="button" href=order.path()>"Go back"</a></div>
            </form>
        </section>
    }
    .into_any()
}
