//! Marking several orders as delivered: choose, see what would happen, then do it.

use crate::actions::id;
use crate::components::order::status;
use crate::components::shell::Shell;
use crate::components::{amount, empty, icon};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::service::bulk::BulkOutcome;
use backend::service::order_list::ListQuery;
use backend::{Error, Result};
use domain::ids::OrderId;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What stands before an order's id in the name of its tick.
pub(crate) const TICK: &str = "o_";

/// The ticked orders of a form or an address.
pub(crate) fn ticked<'a>(names: impl Iterator<Item = &'a String>) -> Result<Vec<OrderId>> {
    let ids = names.filter_map(|name| name.strip_prefix(TICK));
    ids.map(id).collect()
}

/// The choice; and with `check` in the address, the dry run.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let (query, _) = ListQuery::read(&request.query, request.zone);
    let rows = request.backend.deliverable(viewer, &query).await?;
    let chosen = ticked(request.query.keys())?;
    let note = request.query("note").to_owned();
    let (form, body) = if request.query.contains_key("check") {
        match request.backend.deliver_dry_run(viewer, &chosen, &note).await {
            Ok(outcomes) => (Form::default(), Some(dry_run(&outcomes, &note, request.form_key()))),
            Err(Error::Invalid(errors)) => (Form::refused(errors, &[("note", &note)]), None),
            Err(Error::Refused(message)) => {
                (Form::refused(vec![domain::text::FieldError::new("note", message)], &[("note", &note)]), None)
            }
            Err(error) => return Err(error),
        }
    } else {
        (Form::default(), None)
    };
    let body = match body {
        Some(body) => body,
        None if rows.is_empty() => empty(
            "package",
            "Nothing to deliver",
            "Orders that are paid and not delivered stand here.",
            Some(("To the orders", "/orders")),
        ),
        None => {
            let fresh = chosen.is_empty();
            let rows = rows.iter().map(|row| {
                let ticked = fresh || chosen.contains(&row.id);
                let name = format!("{TICK}{}", row.id);
                view! {
                    <li><label class="choice"><input type="checkbox" name=name checked=ticked/><span>
                        <b>{format!("{} {}", row.number, row.title)}</b><span class="hint">{row.counterpart.clone()}", "{amount(row.price)}" "{status(row.status, false)}</span>
                    </span></label></li>
                }
            });
            view! {
                <form method="get" action="/orders/deliver" class="form" novalidate>
                    {form.summary()}
                    <ul class="rows">{rows.collect_view()}</ul>
                    {Field { rows: 3, hint: "Every buyer reads it. For tracking numbers and proof, deliver an order on its own page.", ..Field::text("note", "What you delivered and how") }.show(&form)}
                    <div class="actions"><button class="button primary" name="check" value="1">"See what would happen"</button><a class="button quiet" href="/orders">"Cancel"</a></div>
                </form>
            }
            .into_any()
        }
    };
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/orders">"Orders"</a></li><li aria-current="page">"Deliver several"</li></ol></nav>
            <h1>"Mark several as delivered"</h1>
        </div>
        {body}
    };
    Ok(Page::new("Mark several as delivered", Shell::Work("/orders"), body))
}

fn dry_run(outcomes: &[BulkOutcome], note: &str, key: String) -> AnyView {
    let goes: Vec<&BulkOutcome> = outcomes.iter().filter(|outcome| outcome.refusal.is_none()).collect();
    let count = goes.len();
    let rows = outcomes.iter().map(|outcome| {
        let (glyph, what) = match &outcome.refusal {
            None => ("circle-check", "Is marked as delivered; the buyer is asked to accept or reject.".to_owned()),
            Some(reason) => ("circle-x", reason.clone()),
        };
        view! { <li>{icon(glyph)}<div class="what"><b>{format!("{} {}", outcome.number, outcome.title)}</b><p>{what}</p></div></li> }
    });
    let ticks = goes.iter().map(|outcome| {
        let name = format!("{TICK}{}", outcome.order);
        view! { <input type="hidden" name=name value="on"/> }
    });
    let ticks = ticks.collect_view();
    let act = (count > 0).then(|| {
        let word = if count == 1 { "Mark 1 order as delivered".to_owned() } else { format!("Mark {count} orders as delivered") };
        view! {
            <form method="post" action="/do/deliver-many" class="form">
                {ticks}
                {hidden("note", note)}
                {hidden("key", key)}
                <div class="actions"><button class="button primary">{word}</button><a class="button quiet" href="/orders/deliver">"Choose again"</a></div>
            </form>
        }
    });
    view! {
        <section aria-labelledby="dry"><h2 id="dry">"What would happen"</h2>
            <p>"Nothing has changed yet."</p>
            <ul class="rows">{rows.collect_view()}</ul>
            {act}
        </section>
    }
    .into_any()
}

/// Reads the fields of the form that does it.
pub(crate) fn fields(body: &BTreeMap<String, String>) -> Result<(Vec<OrderId>, String, String)> {
    let text = |name: &str| body.get(name).cloned().unwrap_or_default();
    Ok((ticked(body.keys())?, text("note"), text("key")))
}
