//! The service providers of a Business Seller: where each is paid and what the seller keeps.

use crate::components::shell::Shell;
use crate::components::{amount, empty, icon, notice, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::settings::{bank_fields, bank_rows};
use backend::service::providers::{Provider, ProviderView};
use backend::{Error, Result};
use domain::clock_text::Zone;
use domain::money::Currency;
use leptos::prelude::*;

const HERE: Shell = Shell::Work("/providers");

/// The list.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let search: String = request.query("q").chars().take(100).collect();
    let providers = request.backend.providers(request.signed_in()?, &search).await?;
    let rows = if providers.is_empty() { nothing(&search) } else { table(&providers) };
    let body = view! {
        <div class="page-head">
            <h1>"Service providers"</h1>
            <p class="lede">"They deliver for you and are paid their share when the buyer accepts. They need no account here."</p>
            <div class="actions"><a class="button primary" href="/providers/new">{icon("plus")}"Add a provider"</a></div>
        </div>
        <search class="search">
            <form method="get" action="/providers">
                <label class="unseen" for="q">"Search providers"</label>{icon("search")}
                <input id="q" type="search" name="q" value=search placeholder="Name, e-mail or phone"/>
            </form>
        </search>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{rows}</section>
    };
    Ok(Page::new("Service providers", HERE, body))
}

fn nothing(search: &str) -> AnyView {
    if search.is_empty() {
        let action = Some(("Add a provider", "/providers/new"));
        return empty(
            "store",
            "No providers yet",
            "Add who delivers for you. Offer their work in your storefront, and both of you are paid when the buyer accepts.",
            action,
        );
    }
    empty("search", "No provider matches", "Search for something else.", Some(("Show all", "/providers")))
}

fn table(providers: &[(Provider, bool)]) -> AnyView {
    let rows = providers.iter().map(|(provider, payable)| {
        let href = format!("/providers/{}", provider.id);
        let contact = [provider.email.clone(), provider.phone.clone()].into_iter().flatten().collect::<Vec<_>>();
        let bank = if *payable {
            view! { <span class="status" data-tone="safe">{icon("circle-check")}"Can be paid"</span> }.into_any()
        } else {
            view! { <span class="status" data-tone="turn">{icon("clock")}"Needs a bank account"</span> }.into_any()
        };
        view! {
            <tr>
                <th scope="row" class="lead"><a class="row-link" href=href>{provider.name.clone()}</a></th>
                <td class="sub">{contact.join(", ")}</td>
                <td class="sub">{bank}</td>
                <td class="num">{provider.commission.to_string()}</td>
            </tr>
        }
    });
    view! {
        <div class="table"><table>
            <caption class="unseen">"Service providers"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"Contact"</th><th scope="col">"Payouts"</th><th scope="col" class="num">"You keep"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

/// How a commission is typed.
pub(crate) const COMMISSION_HINT: &str = "Percent of what is left after fees, such as 15. Or lines that are added up, such as 10 % + 200 min 500 max 5,000; 2 %.";

/// Adding one.
pub(crate) async fn new(visit: Visit) -> Result<Page> {
    // Who is no Business Seller finds nothing here either.
    visit.request.backend.providers(visit.request.signed_in()?, "").await?;
    let form = Form::of(&visit.flash, "provider").or("currency", Currency::Ngn.code());
    let body = view! {
        <div class="page-head">{breadcrumb("New")}<h1>"Add a provider"</h1></div>
        {editor(&form, None, visit.request.backend.is_sandbox())}
    };
    Ok(Page::new("Add a provider", HERE, body))
}

fn breadcrumb(here: &str) -> AnyView {
    let here = here.to_owned();
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol><li><a href="/providers">"Service providers"</a></li><li aria-current="page">{here}</li></ol>
        </nav>
    }
    .into_any()
}

/// One provider: its details, where it is paid, and what it was paid.
pub(crate) async fn one(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let id = request.last_segment().parse().map_err(|_| Error::NotFound)?;
    let view = request.backend.provider(request.signed_in()?, id).await?;
    let provider = &view.provider;
    let form = Form::of(&visit.flash, "provider")
        .or("name", &provider.name)
        .or("email", provider.email.clone().unwrap_or_default())
        .or("phone", provider.phone.clone().unwrap_or_default())
        .or("commission", provider.commission.typed())
        .or("currency", Currency::Ngn.code());
    let removed = provider
        .removed_at
        .map(|_| notice("info", "This provider was removed. What it is owed is still paid.".to_owned()));
    let name = provider.name.clone();
    let body = view! {
        <div class="page-head">{breadcrumb(&name)}<h1>{name.clone()}</h1></div>
        {removed}
        {banks(&view, request.zone)}
        {history(&view, request.zone)}
        {provider.removed_at.is_none().then(|| view! {
            <section aria-labelledby="change"><h2 id="change">"Change"</h2>{editor(&form, Some(provider), request.backend.is_sandbox())}</section>
            <section aria-labelledby="remove"><h2 id="remove">"Remove"</h2>
                <p>"Nothing new can be bought from it; its listings become drafts. Its orders go on, and it is paid what it is owed."</p>
                <form method="post" action="/do/provider-remove">{hidden("provider", provider.id.to_string())}<button class="button danger">"Remove this provider"</button></form>
            </section>
        })}
    };
    Ok(Page::new(name, HERE, body))
}

fn editor(form: &Form, provider: Option<&Provider>, sandbox: bool) -> AnyView {
    let id = provider.map(|provider| hidden("provider", provider.id.to_string()));
    let bank_hint = if provider.is_some() {
        "Leave these empty to keep the account as it is. A changed account is used after 24 hours."
    } else {
        "You can add it later; until then the provider's money waits, safe."
    };
    view! {
        <form method="post" action="/do/provider-save" class="form" novalidate>
            {form.summary()}
            {id}
            <fieldset class="group"><legend>"Who"</legend>
                {Field { hint: "Buyers see this name.", ..Field::text("name", "Name") }.show(form)}
                <div class="field-row">
                    {Field { kind: "email", ..Field::text("email", "E-mail (optional)") }.show(form)}
                    {Field { kind: "tel", ..Field::text("phone", "Phone (optional)") }.show(form)}
                </div>
                {Field { hint: COMMISSION_HINT, ..Field::text("commission", "Commission you keep") }.show(form)}
            </fieldset>
            <fieldset class="group"><legend>"Where it is paid"</legend>
                <p class="hint">{bank_hint}</p>
                {bank_fields(form, sandbox)}
            </fieldset>
            <div class="actions"><button class="button primary">"Save provider"</button></div>
        </form>
    }
    .into_any()
}

fn banks(view: &ProviderView, zone: Zone) -> AnyView {
    if view.banks.is_empty() {
        return notice("turn", "Without a bank account this provider's money waits here.".to_owned());
    }
    let rows = bank_rows(&view.banks, zone);
    view! { <section aria-labelledby="banks"><h2 id="banks">"Bank accounts"</h2>{rows}</section> }.into_any()
}

fn history(view: &ProviderView, zone: Zone) -> AnyView {
    let body = match &view.payouts {
        None => {
            notice("turn", "Add your own bank account first; then the payouts to your providers stand here.".to_owned())
        }
        Some(payouts) if payouts.is_empty() => view! { <p class="hint">"No payouts yet."</p> }.into_any(),
        Some(payouts) => {
            let rows = payouts.iter().map(|(payout, number)| {
                let href = format!("/orders/{}", payout.order);
                view! {
                    <tr>
                        <th scope="row" class="lead"><a class="row-link" href=href>{format!("Order {number}")}</a></th>
                        <td class="sub">{payout.status.words()}</td>
                        <td class="end">{when(payout.updated_at, zone)}</td>
                        <td class="num">{amount(payout.amount)}</td>
                    </tr>
                }
            });
            view! {
                <div class="table"><table>
                    <caption class="unseen">"Payouts"</caption>
                    <thead><tr><th scope="col">"For"</th><th scope="col">"Status"</th><th scope="col">"Since"</th><th scope="col" class="num">"Amount"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table></div>
            }
            .into_any()
        }
    };
    view! { <section aria-labelledby="payouts"><h2 id="payouts">"Payouts"</h2>{body}</section> }.into_any()
}
