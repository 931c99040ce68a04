//! The forms of a project: its milestones, what the seller asks for and sets, changing and ending it.

use crate::components::{icon, notice};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::projects::{HERE, carries_over};
use crate::pages::providers::COMMISSION_HINT;
use backend::service::projects::{MilestoneTermsForm, MilestoneView, ProjectView};
use backend::{Error, Result};
use domain::order::Role;
use leptos::prelude::*;

async fn read(visit: &Visit) -> Result<ProjectView> {
    let request = &visit.request;
    let id = request.segment("projects").parse().map_err(|_| Error::NotFound)?;
    let view = request.backend.project_view(request.signed_in()?, id).await?;
    if view.role == Role::Operator { Err(Error::NotFound) } else { Ok(view) }
}

fn head(view: &ProjectView, here: &str, lede: &str) -> AnyView {
    let (href, name) = (format!("/projects/{}", view.project.id), view.project.name.clone());
    let (title, here) = (here.to_owned(), here.to_owned());
    let lede = (!lede.is_empty()).then(|| view! { <p class="lede">{lede.to_owned()}</p> });
    view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/projects">"Projects"</a></li><li><a href=href>{name}</a></li><li aria-current="page">{here}</li></ol></nav>
            <h1>{title}</h1>
            {lede}
        </div>
    }
    .into_any()
}

fn closed(view: &ProjectView) -> Option<AnyView> {
    (!view.acts).then(|| {
        notice(
            "info",
            "Nothing can be changed here: the project is closed, or your role only lets you look.".to_owned(),
        )
    })
}

/// A new milestone: added by the buyer, asked for by the seller.
pub(crate) async fn plan(visit: Visit) -> Result<Page> {
    let view = read(&visit).await?;
    let form = Form::of(&visit.flash, "milestone").or("delivery_days", "7");
    let (title, lede, verb) = if view.role == Role::Buyer {
        (
            "Add a milestone",
            "It stands behind the others; you can move it. Nothing is charged until you pay it.",
            "Add the milestone",
        )
    } else {
        ("Ask for a milestone", "The buyer decides. It takes effect only when the buyer makes it.", "Ask the buyer")
    };
    let body = view! {
        {head(&view, title, lede)}
        {closed(&view)}
        {view.acts.then(|| milestone_form(&visit, &view, &form, None, verb))}
    };
    Ok(Page::new(title, HERE, body))
}

fn milestone_form(
    visit: &Visit,
    view: &ProjectView,
    form: &Form,
    milestone: Option<&MilestoneView>,
    verb: &'static str,
) -> AnyView {
    let asks = view.role == Role::Seller;
    let action = match (asks, milestone) {
        (true, _) => "/do/change-ask",
        (false, None) => "/do/milestone-add",
        (false, Some(_)) => "/do/milestone-edit",
    };
    let currency = view.project.currency.code();
    let label = if currency == "NGN" { "Amount in naira" } else { "Amount" };
    let kind = if milestone.is_some() { "edit" } else { "add" };
    let back = format!("/projects/{}", view.project.id);
    view! {
        <form method="post" action=action class="form" novalidate>
            {form.summary()}
            {hidden("project", view.project.id.to_string())}
            {hidden("key", visit.request.form_key())}
            {milestone.map(|milestone| hidden("milestone", milestone.milestone.step.id.to_string()))}
            {asks.then(|| hidden("kind", kind))}
            {Field { hint: "What is done when it ends, such as “Foundation poured”.", ..Field::text("title", "Milestone") }.show(form)}
            {Field { rows: 4, hint: "What is delivered, so that both know when it is done.", ..Field::text("description", "Description (optional)") }.show(form)}
            <div class="field-row">
                {Field { inputmode: "decimal", hint: "The escrow fee comes on top when it is paid.", ..Field::text("amount", label) }.show(form)}
                {Field { inputmode: "numeric", hint: "1 to 90, from the payment on", ..Field::text("delivery_days", "Days to deliver") }.show(form)}
            </div>
            {asks.then(|| Field { rows: 3, hint: "The buyer reads it.", ..Field::text("reason", "Why (optional)") }.show(form))}
            <div class="actions"><button class="button primary">{verb}</button><a class="button" href=back>"Go back"</a></div>
        </form>
    }
    .into_any()
}

/// One milestone that was not paid: changed or removed by the buyer; of the seller a request, and its own terms.
pub(crate) async fn milestone(visit: Visit) -> Result<Page> {
    let view = read(&visit).await?;
    let id = visit.request.last_segment().parse().map_err(|_| Error::NotFound)?;
    let milestone = view.milestones.iter().find(|one| one.milestone.step.id == id).ok_or(Error::NotFound)?;
    let open = view.acts && milestone.milestone.step.is_open_to_change();
    let plan = &milestone.milestone;
    let form = Form::of(&visit.flash, "milestone")
        .or("title", plan.title.clone())
        .or("description", plan.description.clone())
        .or("amount", milestone.amount.plain())
        .or("delivery_days", plan.delivery_days.to_string());
    let paid = (!milestone.milestone.step.is_open_to_change())
        .then(|| notice("info", domain::project::ProjectDenied::Paid.to_string()));
    let (verb, lede) = if view.role == Role::Buyer {
        ("Save the milestone", "An order of it that waits for payment is made anew.")
    } else {
        ("Ask for this change", "The buyer decides. It takes effect only when the buyer makes it.")
    };
    let project = view.project.id.to_string();
    let remove = (view.role == Role::Buyer).then(|| {
        view! {
            <section aria-labelledby="remove"><h2 id="remove">"Remove"</h2>
                <p>"Nothing was paid for it, so no money moves."</p>
                <form method="post" action="/do/milestone-remove">{hidden("project", project.clone())}{hidden("milestone", id.to_string())}<button class="button danger">"Remove this milestone"</button></form>
            </section>
        }
    });
    let terms =
        if view.role == Role::Seller { Some(seller_terms(&visit, &view, Some(milestone)).await?) } else { None };
    let removal = (view.role == Role::Seller).then(|| {
        view! {
            <section aria-labelledby="remove"><h2 id="remove">"Ask to remove it"</h2>
                <form method="post" action="/do/change-ask">{hidden("project", view.project.id.to_string())}{hidden("milestone", id.to_string())}{hidden("kind", "remove")}<button class="button">"Ask the buyer to remove it"</button></form>
            </section>
        }
    });
    let body = view! {
        {head(&view, &plan.title, if open { lede } else { "" })}
        {closed(&view)}
        {paid}
        {open.then(|| milestone_form(&visit, &view, &form, Some(milestone), verb))}
        {open.then_some((remove, removal, terms))}
    };
    Ok(Page::new(plan.title.clone(), HERE, body))
}

/// Of the buyer: name, description and the end of the project. Of the seller: the terms of its milestones.
pub(crate) async fn settings(visit: Visit) -> Result<Page> {
    let view = read(&visit).await?;
    let body = if view.role == Role::Seller {
        let terms = seller_terms(&visit, &view, None).await?;
        view! { {head(&view, "Terms of the milestones", "They hold for every milestone that is not paid yet, over your delivery terms.")}{closed(&view)}{view.acts.then_some(terms)} }.into_any()
    } else {
        view! { {head(&view, "Change or end", "")}{closed(&view)}{view.acts.then(|| buyer_settings(&visit, &view))} }
            .into_any()
    };
    Ok(Page::new("Settings of the project", HERE, body))
}

fn buyer_settings(visit: &Visit, view: &ProjectView) -> AnyView {
    let form = Form::of(&visit.flash, "project_facts")
        .or("name", view.project.name.clone())
        .or("description", view.project.description.clone());
    let project = view.project.id.to_string();
    let end = |as_what: &'static str,
               may: &std::result::Result<(), domain::project::ProjectDenied>,
               class: &'static str,
               label: &'static str,
               text: &'static str| {
        let act = match may {
            Ok(()) => view! {
                <form method="post" action="/do/project-end">{hidden("project", project.clone())}{hidden("as", as_what)}<button class=class>{label}</button></form>
            }
            .into_any(),
            Err(denied) => view! { <p class="lock">{icon("lock")}" "{denied.to_string()}</p> }.into_any(),
        };
        view! { <section aria-labelledby=as_what><h2 id=as_what>{label}</h2><p>{text}</p>{act}</section> }
    };
    view! {
        <form method="post" action="/do/project-change" class="form" novalidate>
            {form.summary()}
            {hidden("project", project.clone())}
            {Field::text("name", "Name of the project").show(&form)}
            {Field { rows: 4, ..Field::text("description", "Description (optional)") }.show(&form)}
            <div class="actions"><button class="button primary">"Save"</button></div>
        </form>
        {end("completed", &view.may_complete, "button primary", "Close the project", "Every milestone ended. The project stays readable for both of you.")}
        {end("cancelled", &view.may_cancel, "button danger", "Cancel the project", "What was not paid falls away. What was paid stays as it ended.")}
    }
    .into_any()
}

async fn seller_terms(visit: &Visit, view: &ProjectView, milestone: Option<&MilestoneView>) -> Result<AnyView> {
    let request = &visit.request;
    let terms = milestone.map_or(&view.project.defaults, |milestone| &milestone.milestone.terms);
    let set = MilestoneTermsForm::of(terms, view.project.currency);
    let form = Form::of(&visit.flash, "milestone_terms")
        .or("provider", set.provider)
        .or("commission", set.commission)
        .or("cancellation_free_hours", set.cancellation_free_hours)
        .or("cancellation_fee", set.cancellation_fee);
    // Only a Business Seller has service providers, and an operator's project has none.
    let providers = match request.backend.providers(request.signed_in()?, "").await {
        Ok(providers) if view.project.operator.is_none() => providers,
        Ok(_) | Err(Error::NotFound) => Vec::new(),
        Err(error) => return Err(error),
    };
    let chosen = form.value("provider");
    let options = providers.iter().map(|(provider, _)| {
        let selected = chosen == provider.id.to_string();
        view! { <option value=provider.id.to_string() selected=selected>{provider.name.clone()}</option> }
    });
    let nobody = if milestone.is_some() { "As the project says" } else { "Nobody: you deliver" };
    let provider = (!providers.is_empty()).then(|| {
        view! {
            <div class="field"><label for="provider">"Done by"</label>
                <select id="provider" name="provider"><option value="">{nobody}</option>{options.collect_view()}</select>
                {form.error_line("provider")}
            </div>
            {Field { hint: COMMISSION_HINT, ..Field::text("commission", "Commission you keep (optional)") }.show(&form)}
        }
    });
    let carries = milestone.is_none().then(|| carries_over(view.project.rolls_forward));
    let (id, title) = if milestone.is_some() { ("terms", "Terms of this milestone") } else { ("terms", "Terms") };
    Ok(view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <form method="post" action="/do/milestone-terms" class="form" novalidate>
                {form.summary()}
                {hidden("project", view.project.id.to_string())}
                {milestone.map(|milestone| hidden("milestone", milestone.milestone.step.id.to_string()))}
                {provider}
                <div class="field-row">
                    {Field { inputmode: "numeric", hint: "After the payment.", ..Field::text("cancellation_free_hours", "Hours to cancel free (optional)") }.show(&form)}
                    {Field { inputmode: "decimal", hint: "Paid out of the buyer's refund.", ..Field::text("cancellation_fee", "Fee after that (optional)") }.show(&form)}
                </div>
                {carries}
                <div class="actions"><button class="button primary">"Save the terms"</button></div>
            </form>
        </section>
    }
    .into_any())
}
