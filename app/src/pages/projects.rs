//! The projects of a person, and starting one.

use crate::components::money::amount;
use crate::components::shell::Shell;
use crate::components::{empty, icon, table};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::settings::currencies;
use backend::service::projects::{ProjectList, ProjectRow};
use backend::{Error, Result};
use domain::money::Currency;
use domain::order::Role;
use domain::project::{Progress, ProjectStatus};
use domain::text::page_number;
use leptos::prelude::*;

/// Where projects stand in the rail.
pub(crate) const HERE: Shell = Shell::Work("/projects");

/// The list.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let list = request.backend.project_list(viewer, page_number(request.query("page"))).await?;
    let starts = viewer.selling().is_some() || viewer.buying().is_some();
    let new = starts.then(|| {
        view! { <div class="actions"><a class="button primary" href="/projects/new">{icon("plus")}"New project"</a></div> }
    });
    let rows = if list.rows.is_empty() { nothing(starts) } else { rows(&list) };
    let pages =
        table::pagination(list.total, ProjectList::PAGE_SIZE, list.page, |page| format!("/projects?page={}", page + 1));
    let body = view! {
        <div class="page-head">
            <h1>"Projects"</h1>
            <p class="lede">"Work in milestones. Each is held in escrow and released on acceptance before the next is paid."</p>
            {new}
        </div>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{rows}</section>
        {pages}
    };
    Ok(Page::new("Projects", HERE, body))
}

fn nothing(starts: bool) -> AnyView {
    let action = starts.then_some(("New project", "/projects/new"));
    let text = if starts {
        "Split larger work into milestones: each is paid into escrow, delivered and accepted before the next begins."
    } else {
        "When one of your sellers works in milestones on your marketplace, the project stands here."
    };
    empty("milestone", "No projects yet", text, action)
}

fn rows(list: &ProjectList) -> AnyView {
    let rows = list.rows.iter().map(|row| {
        let href = format!("/projects/{}", row.project.id);
        let totals = row.totals;
        view! {
            <tr>
                <th scope="row" class="lead"><a class="row-link" href=href>{row.project.name.clone()}</a>" "<span class="hint">{part(row)}</span></th>
                <td class="sub">{standing(row)}</td>
                <td class="progress">{progress(row)}</td>
                <td class="num wide">{amount(totals.planned)}</td>
                <td class="num">{amount(totals.held)}</td>
                <td class="num wide">{amount(totals.released)}</td>
                <td class="num wide">{amount(totals.refunded)}</td>
            </tr>
        }
    });
    view! {
        <div class="table"><table>
            <caption class="unseen">"Projects"</caption>
            <thead><tr>
                <th scope="col">"Project"</th><th scope="col">"Now"</th><th scope="col">"Milestones"</th>
                <th scope="col" class="num wide">"Planned"</th><th scope="col" class="num">"Held"</th>
                <th scope="col" class="num wide">"Released"</th><th scope="col" class="num wide">"Refunded"</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

fn part(row: &ProjectRow) -> String {
    match row.role {
        Role::Buyer => format!("you buy from {}", row.counterpart),
        Role::Seller => format!("you sell to {}", row.counterpart),
        _ => format!("{} on your marketplace", row.counterpart),
    }
}

/// What the project is at, in one line.
fn standing(row: &ProjectRow) -> AnyView {
    let (glyph, tone, words) = match (row.project.status, &row.current) {
        (ProjectStatus::Open, Some((title, progress))) => {
            let (glyph, words) = match progress {
                Progress::Planned | Progress::Unpaid => ("wallet", "to be paid"),
                Progress::Running | Progress::Ended => ("package", "under way"),
            };
            (glyph, "safe", format!("{title}: {words}"))
        }
        (ProjectStatus::Open, None) => ("circle-dashed", "neutral", "Nothing planned".to_owned()),
        (status, _) => project_status(status),
    };
    view! { <span class="status" data-tone=tone>{icon(glyph)}{words}</span> }.into_any()
}

/// Icon, tone and word of a project's status.
pub(crate) fn project_status(status: ProjectStatus) -> (&'static str, &'static str, String) {
    let (glyph, tone) = match status {
        ProjectStatus::Open => ("milestone", "safe"),
        ProjectStatus::Completed => ("check-check", "done"),
        ProjectStatus::Cancelled => ("circle-x", "neutral"),
    };
    (glyph, tone, status.words().to_owned())
}

fn progress(row: &ProjectRow) -> AnyView {
    let (ended, all) = (row.ended, row.milestones);
    let words = format!("{ended} of {all}");
    if all == 0 {
        return view! { <span class="hint">"none"</span> }.into_any();
    }
    view! { <span>{words.clone()}</span>" "<progress max=all.to_string() value=ended.to_string() aria-label=format!("{words} ended")></progress> }
        .into_any()
}

/// The form that starts one.
pub(crate) async fn new(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let (sells, buys) = (viewer.selling().is_some(), viewer.buying().is_some());
    if !sells && !buys {
        return Err(Error::NotFound);
    }
    let chosen = match request.query("as") {
        "buyer" if buys => "buyer",
        "seller" if sells => "seller",
        _ if sells => "seller",
        _ => "buyer",
    };
    let form = Form::of(&visit.flash, "project").or("currency", Currency::Ngn.code());
    let marketplaces = if chosen == "seller" { request.backend.own_marketplaces(viewer).await? } else { Vec::new() };
    let other = if chosen == "seller" {
        ("as=buyer", "Start one as the buyer instead")
    } else {
        ("as=seller", "Start one as the seller instead")
    };
    let switch = (sells && buys).then(|| view! { <p><a href=format!("/projects/new?{}", other.0)>{other.1}</a></p> });
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/projects">"Projects"</a></li><li aria-current="page">"New"</li></ol></nav>
            <h1>"New project"</h1>
            <p class="lede">{if chosen == "seller" { "The buyer is told, plans the milestones and pays them one after the other." } else { "The seller is told. You plan the milestones and pay them one after the other." }}</p>
            {switch}
        </div>
        <form method="post" action="/do/project-start" class="form" novalidate>
            {form.summary()}
            {hidden("key", request.form_key())}
            {hidden("part", chosen)}
            {Field { hint: "Both sides see it.", ..Field::text("name", "Name of the project") }.show(&form)}
            {Field { rows: 4, hint: "What is to be done, and what counts as done.", ..Field::text("description", "Description (optional)") }.show(&form)}
            {other_party(chosen, &form)}
            {currencies(&form)}
            {(chosen == "seller").then(|| seller_fields(&form, &marketplaces))}
            <div class="actions"><button class="button primary">"Start the project"</button><a class="button" href="/projects">"Cancel"</a></div>
        </form>
    };
    Ok(Page::new("New project", HERE, body))
}

fn other_party(part: &str, form: &Form) -> AnyView {
    let (legend, label, hint, name) = if part == "seller" {
        ("Buyer", "Buyer's e-mail", "The buyer signs in, or signs up, with this address.", true)
    } else {
        ("Seller", "Seller's e-mail", "The address the seller is registered with.", false)
    };
    view! {
        <fieldset class="group"><legend>{legend}</legend>
            <div class="field-row">
                {Field { kind: "email", hint, ..Field::text("email", label) }.show(form)}
                {Field { kind: "tel", hint: "With the country's code.", ..Field::text("phone", "Phone (optional)") }.show(form)}
            </div>
            {name.then(|| Field::text("buyer_name", "Buyer's name (optional)").show(form))}
        </fieldset>
    }
    .into_any()
}

fn seller_fields(form: &Form, marketplaces: &[(i64, String)]) -> AnyView {
    let chosen = form.value("marketplace");
    let options = marketplaces.iter().map(|(number, name)| {
        let selected = chosen == number.to_string();
        view! { <option value=number.to_string() selected=selected>{name.clone()}</option> }
    });
    let marketplace = (!marketplaces.is_empty()).then(|| {
        view! {
            <div class="field"><label for="marketplace">"Marketplace"</label>
                <select id="marketplace" name="marketplace"><option value="">"None: just the two of us"</option>{options.collect_view()}</select>
                {form.error_line("marketplace")}
            </div>
        }
    });
    view! { {marketplace}{carries_over(form.value("rolls_forward") == "on")} }.into_any()
}

/// The seller's leave to carry over.
pub(crate) fn carries_over(checked: bool) -> AnyView {
    view! {
        <label class="choice">
            <input type="checkbox" name="rolls_forward" value="on" checked=checked/>
            <span><b>"The buyer may carry a part over"</b><span class="hint">"On acceptance the buyer may release a part and keep the rest in escrow for the next milestone. It is released to you if the next is never paid."</span></span>
        </label>
    }
    .into_any()
}
