//! The applications of marketplaces, for the administrator: who has one, issuing one, and revoking one.

use crate::components::shell::Shell;
use crate::components::{empty, icon, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::service::instamojo::OauthClient;
use backend::{Error, Result};
use domain::clock_text::Zone;
use leptos::prelude::*;

const PATH: &str = "/admin/applications";

/// The list, and the form to issue one.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let clients = request.backend.oauth_clients(request.signed_in()?).await?;
    let list = if clients.is_empty() {
        empty("code", "No applications yet", "An application collects payments for a marketplace.", None)
    } else {
        let rows = clients.iter().map(|client| row(client, request.zone)).collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let form = Form::of(&visit.flash, "application");
    let email = Field {
        kind: "email",
        autocomplete: "off",
        hint: "The address with which its owner signs in.",
        ..Field::text("email", "Marketplace's e-mail")
    };
    let name =
        Field { hint: "So that you and the marketplace tell its applications apart.", ..Field::text("name", "Name") };
    let body = view! {
        <div class="page-head"><h1>"Applications"</h1><p class="lede">"With an application a marketplace takes payments by link and divides them among its merchants."</p></div>
        {fresh(&visit)?}
        <section aria-labelledby="issue"><h2 id="issue">"Issue an application"</h2>
            <form method="post" action="/do/application-issue" class="form" novalidate>
                {form.summary()}
                {email.show(&form)}
                {name.show(&form)}
                <div class="actions"><button class="button primary">{icon("plus")}"Issue application"</button></div>
            </form>
        </section>
        <section aria-labelledby="list"><h2 id="list">"Issued"</h2>{list}</section>
    };
    Ok(Page::new("Applications", Shell::Work(PATH), body))
}

/// The fresh application, once.
fn fresh(visit: &Visit) -> Result<Option<AnyView>> {
    let Some(left) = visit.flash.form.as_ref().filter(|form| form.name == "fresh_application") else {
        return Ok(None);
    };
    let value = |name: &str| left.values.get(name).cloned().unwrap_or_default();
    let backend = &visit.request.backend;
    let secret = backend.unseal_for_page(&value("client_secret"))?;
    let salt = backend.unseal_for_page(&value("salt"))?;
    Ok(Some(
        view! {
            <section class="panel" data-tone="turn" aria-labelledby="fresh">
                <h2 id="fresh">"The new application"</h2>
                <p>"Copy the client secret and the private salt now and give them to the marketplace. They are not shown again."</p>
                <dl class="facts">
                    <div><dt>"Client id"</dt><dd><code>{value("client_id")}</code></dd></div>
                    <div><dt>"Client secret"</dt><dd><code>{secret}</code></dd></div>
                    <div><dt>"Referrer"</dt><dd><code>{value("referrer")}</code></dd></div>
                    <div><dt>"Private salt"</dt><dd><code>{salt}</code></dd></div>
                </dl>
            </section>
        }
        .into_any(),
    ))
}

fn row(client: &OauthClient, zone: Zone) -> AnyView {
    let state = match client.revoked_at {
        Some(at) => view! { <p>"Revoked "{when(at, zone)}</p> }.into_any(),
        None => view! { <p>"Works."</p> }.into_any(),
    };
    let revoke = client.revoked_at.is_none().then(|| {
        let which = format!(" the application {}", client.name);
        let href = format!("{PATH}/{}/revoke", client.id);
        view! { <a class="button" href=href>"Revoke"<span class="unseen">{which}</span></a> }
    });
    view! {
        <li>
            {icon("code")}
            <div class="what">
                <b>{format!("{}, {}", client.account_name, client.name)}</b>
                {state}
                <p>"Client id "<code>{client.client_id.clone()}</code></p>
                <p>"Referrer "<code>{client.referrer.clone()}</code></p>
                <p>"Issued "{when(client.created_at, zone)}</p>
            </div>
            {revoke}
        </li>
    }
    .into_any()
}

/// Asks before one is revoked.
pub(crate) async fn revoke(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let clients = request.backend.oauth_clients(request.signed_in()?).await?;
    let id = request.segment("applications");
    let client = clients.into_iter().find(|client| client.id.to_string() == id).ok_or(Error::NotFound)?;
    if client.revoked_at.is_some() {
        return Ok(Page::redirect(PATH));
    }
    let body = view! {
        <section class="confirm">
            <h1>"Revoke this application?"</h1>
            <p>{format!("{} of {} can then ask for no payment and divide none: its tokens end at once, and it gets no new ones. This cannot be undone.", client.name, client.account_name)}</p>
            <form method="post" action="/do/application-revoke">
                {hidden("application", client.id.to_string())}
                <div class="pair"><button class="button danger">"Revoke the application"</button><a class="button" href=PATH>"Go back"</a></div>
            </form>
        </section>
    };
    Ok(Page::new("Revoke an application", Shell::Work(PATH), body))
}
