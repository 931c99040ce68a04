//! Guides for who builds programs, and the reference of every call.

use crate::components::shell::Shell;
use crate::guides::GUIDES;
use crate::page::{Page, Visit};
use crate::request::{ApiOperation, Request};
use backend::{Error, Result};
use leptos::prelude::*;

/// One guide, with commands that a test runs.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let guide = GUIDES.iter().find(|guide| guide.slug == request.last_segment()).ok_or(Error::NotFound)?;
    let base = request.backend.settings().public_url.clone();
    let steps = guide.steps.iter().map(|step| {
        let commands = step.commands.trim().replace("$HOLDFAST", &base);
        let block = (!commands.is_empty())
            .then(|| view! { <pre tabindex="0" aria-label="Commands"><code>{commands}</code></pre> });
        let markup = step.markup.trim().replace("$HOLDFAST", &base);
        let page = (!markup.is_empty())
            .then(|| view! { <pre tabindex="0" aria-label="For your page"><code>{markup}</code></pre> });
        let paragraphs = step.text.split("\n\n").map(|text| view! { <p>{text.to_owned()}</p> });
        view! { <section><h2>{step.title}</h2>{paragraphs.collect_view()}{block}{page}</section> }
    });
    let body = view! {
        <div class="page-head"><h1>{guide.title}</h1><p class="lede">{guide.lede}</p></div>
        {way_back(request)}
        {contents(Some(guide.slug))}
        {steps.collect_view()}
    };
    Ok(Page::new(guide.title, Shell::Public, body))
}

/// To the keys of who signed in and has a page for them.
fn way_back(request: &Request) -> Option<AnyView> {
    let programs = request.viewer.as_ref().filter(|viewer| viewer.working().is_some())?;
    let name = programs.working().map(|account| account.name.clone()).unwrap_or_default();
    Some(view! { <p><a href="/developers">{format!("Keys and callback URL of {name}")}</a></p> }.into_any())
}

/// The way through the guides; `here` is the slug of the one that is read, none for the reference.
fn contents(here: Option<&str>) -> AnyView {
    let links = GUIDES.iter().map(|guide| {
        let current = (Some(guide.slug) == here).then_some("page");
        view! { <li><a href=format!("/developers/guides/{}", guide.slug) aria-current=current>{guide.title}</a></li> }
    });
    let reference = here.is_none().then_some("page");
    view! {
        <nav aria-label="Guides"><ul class="links">
            {links.collect_view()}
            <li><a href="/developers/reference" aria-current=reference>"Reference"</a></li>
        </ul></nav>
    }
    .into_any()
}

/// Every call with its fields, made from the OpenAPI document.
pub(crate) async fn reference(visit: Visit) -> Result<Page> {
    let operations = visit.request.api_reference.clone();
    let rows = operations.iter().map(operation).collect_view();
    let body = view! {
        <div class="page-head"><h1>"Reference"</h1><p class="lede">"Every call of the AtaraPay API as it is served here."</p></div>
        {way_back(&visit.request)}
        {contents(None)}
        <p>"The same as "<a href="/api/openapi.json">"OpenAPI 3.1"</a>". Fields travel as a form, as JSON or as multipart. Answers are "<code>"{\"status\":\"success\",\"message\":…,\"data\":…}"</code>" or "<code>"{\"status\":\"error\",\"message\":…}"</code>", with 200 for both. More than 20 calls a second of one key, in the long run, are answered 429. "<code>"Idempotency-Key"</code>" does a repeated call once."</p>
        {rows}
    };
    Ok(Page::new("Reference", Shell::Public, body))
}

fn operation(operation: &ApiOperation) -> AnyView {
    let fields = operation.fields.iter().map(|field| {
        let needed = if field.required { "required" } else { "optional" };
        view! { <tr><th scope="row" class="lead"><code>{field.name.clone()}</code></th><td data-label="Needed">{needed}</td><td class="sub">{field.description.clone()}</td></tr> }
    });
    let table = (!operation.fields.is_empty()).then(|| {
        view! {
            <div class="table dense"><table><caption class="unseen">"Fields"</caption>
                <thead><tr><th scope="col">"Field"</th><th scope="col">"Needed"</th><th scope="col">"What it is"</th></tr></thead>
                <tbody>{fields.collect_view()}</tbody>
            </table></div>
        }
    });
    let title = format!("{} {}", operation.methods, operation.path);
    view! { <section><h2><code>{title}</code></h2><p>{operation.summary.clone()}</p>{table}</section> }.into_any()
}
