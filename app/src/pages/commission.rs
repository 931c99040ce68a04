//! Changing the commission of one order, until the buyer accepts: chosen first, then confirmed with what it leads to.

use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::order::act_fields;
use crate::pages::order_act::settlement_review;
use crate::pages::providers::COMMISSION_HINT;
use backend::Result;
use backend::service::order_view::OrderView;
use domain::order::settle::Settlement;
use domain::order::{CommandKind, Commission, Role, Terms};
use domain::text::FieldError;
use leptos::prelude::*;

/// The choice, or, once chosen, the confirmation.
pub(crate) fn page(visit: &Visit, order: &OrderView) -> Result<Page> {
    let asked = visit.request.query("percent");
    let chosen = visit.request.query.contains_key("percent").then(|| Commission::parse(asked));
    let body = match chosen {
        None => choose(order, &Form::default().or("percent", order.order.terms.commission.typed())),
        Some(Err(message)) => {
            choose(order, &Form::refused(vec![FieldError::new("percent", message)], &[("percent", asked)]))
        }
        Some(Ok(commission)) => confirm(visit, order, commission),
    };
    Ok(Page::new("Change the commission", Shell::of_order(order), body))
}

fn choose(order: &OrderView, form: &Form) -> AnyView {
    let action = format!("{}/set-commission", order.path());
    let percent = Field { hint: COMMISSION_HINT, ..Field::text("percent", "Commission of this order") };
    let explanation = match order.role {
        Role::Operator => "It is yours; the seller gets the rest. It can be changed until the buyer accepts.",
        _ => "It is yours; your service provider gets the rest. It can be changed until the buyer accepts.",
    };
    view! {
        <section class="confirm">
            <h1>"Change the commission"</h1>
            <p>{explanation}</p>
            <form method="get" action=action class="form" novalidate>
                {form.summary()}
                {percent.show(form)}
                <div class="pair">
                    <button class="button primary">"See what it leads to"</button>
                    <a class="button" href=order.path()>"Go back"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn confirm(visit: &Visit, order: &OrderView, commission: Commission) -> AnyView {
    let (title, typed) = (format!("Set the commission to {commission}?"), commission.typed());
    let terms = Terms { commission, ..order.order.terms.clone() };
    let settlement = Settlement::split_between(&order.order.parties, &terms, &order.quote, 0);
    let key = visit.request.form_key();
    view! {
        <section class="confirm">
            <h1>{title}</h1>
            <p>"When the buyer accepts, the money is divided like this."</p>
            {settlement_review(order, &settlement)}
            <form method="post" action="/do/order-act" enctype="multipart/form-data">
                {act_fields(order, &CommandKind::SetCommission.key().replace('_', "-"), &key)}
                {hidden("percent", typed)}
                <div class="pair">
                    <button class="button primary">"Set the commission"</button>
                    <a class="button" href=order.path()>"Go back"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// Who gets what once the buyer accepts, for whoever has a part in it, and the way to change it.
pub(crate) fn shares(order: &OrderView) -> Option<AnyView> {
    let status = order.order.status;
    let open = status.holds_money() || status == domain::order::Status::AwaitingPayment;
    let shared = order.order.parties.provider.is_some() || order.order.parties.operator.is_some();
    if order.role == Role::Buyer || !open || !shared {
        return None;
    }
    let change = order.may(CommandKind::SetCommission).ok().map(|()| {
        let href = format!("{}/set-commission", order.path());
        view! { <div class="actions"><a class="button" href=href>"Change the commission"</a></div> }
    });
    Some(
        view! {
            <section aria-labelledby="shares">
                <h2 id="shares">"Who gets what when the buyer accepts"</h2>
                {settlement_review(order, &order.on_accept)}
                {change}
            </section>
        }
        .into_any(),
    )
}
