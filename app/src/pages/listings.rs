//! What a seller offers: the list and the editor, with who gets what to the unit.

use crate::components::money::{ReviewLine, review};
use crate::components::shell::Shell;
use crate::components::{amount, empty, icon};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::new_order::{kinds, price_fields};
use crate::pages::storefront::shown_picture;
use crate::request::Request;
use backend::service::listings::{Listing, ListingStatus};
use backend::service::pictures::PICTURES_ACCEPTED;
use backend::service::providers::Provider;
use backend::{Error, Result};
use domain::Money;
use domain::limits::PICTURES_MAX;
use domain::money::Currency;
use domain::order::Quote;
use domain::order::settle::Settlement;
use domain::order::share::ShareOf;
use leptos::prelude::*;

const HERE: Shell = Shell::Work("/listings");

/// The list.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let listings = request.backend.listings(viewer).await?;
    let shown = match request.backend.own_storefront(viewer).await {
        Ok(Some(storefront)) => Some((format!("/m/{}", storefront.slug), "See your storefront")),
        Ok(None) => Some(("/settings/storefront".to_owned(), "Open your storefront")),
        // A private person's listings stand on the marketplaces of operators alone.
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let shown = shown.map(|(href, label)| view! { <a class="button" href=href>{icon("shopping-bag")}{label}</a> });
    let rows = if listings.is_empty() {
        empty(
            "package",
            "Nothing is offered yet",
            "Offer a good or a service. Buyers pick it in your storefront and pay into escrow.",
            Some(("New listing", "/listings/new")),
        )
    } else {
        table(&listings)
    };
    let body = view! {
        <div class="page-head">
            <h1>"Listings"</h1>
            <div class="actions"><a class="button primary" href="/listings/new">{icon("plus")}"New listing"</a>{shown}</div>
        </div>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{rows}</section>
    };
    Ok(Page::new("Listings", HERE, body))
}

fn table(listings: &[Listing]) -> AnyView {
    let rows = listings.iter().map(|listing| {
        let href = format!("/listings/{}", listing.id);
        let stock = listing.stock.map(|left| format!("{left} left"));
        let (tone, glyph) = match listing.status {
            ListingStatus::Published => ("safe", "circle-check"),
            _ => ("quiet", "circle-dashed"),
        };
        view! {
            <tr>
                <th scope="row" class="lead"><a class="row-link" href=href>{listing.title.clone()}</a></th>
                <td class="sub"><span class="status" data-tone=tone>{icon(glyph)}{listing.status.words()}</span></td>
                <td class="sub">{stock}</td>
                <td class="num">{price(listing)}</td>
            </tr>
        }
    });
    view! {
        <div class="table"><table>
            <caption class="unseen">"Listings"</caption>
            <thead><tr><th scope="col">"Title"</th><th scope="col">"State"</th><th scope="col">"Stock"</th><th scope="col" class="num">"Price"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

/// What a listing costs, with shipping.
pub(crate) fn price(listing: &Listing) -> AnyView {
    amount(money(listing.price.total(), listing.price.currency))
}

fn money(minor: i64, currency: Currency) -> Money {
    Money::or_zero(minor, currency)
}

/// Making one.
pub(crate) async fn new(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    request.backend.listings(viewer).await?;
    let form = Form::of(&visit.flash, "listing")
        .or("currency", Currency::Ngn.code())
        .or("kind", "good")
        .or("state", "publish");
    let providers = providers_of(request).await?;
    let body = view! {
        <div class="page-head">{breadcrumb("New")}<h1>"New listing"</h1></div>
        {editor(&form, None, &providers)}
    };
    Ok(Page::new("New listing", HERE, body))
}

async fn providers_of(request: &Request) -> Result<Vec<Provider>> {
    match request.backend.providers(request.signed_in()?, "").await {
        Ok(rows) => Ok(rows.into_iter().map(|(provider, _)| provider).collect()),
        Err(Error::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn breadcrumb(here: &str) -> AnyView {
    let here = here.to_owned();
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/listings">"Listings"</a></li><li aria-current="page">{here}</li></ol></nav>
    }
    .into_any()
}

/// One listing with who gets what.
pub(crate) async fn one(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let id = request.last_segment().parse().map_err(|_| Error::NotFound)?;
    let listing = request.backend.listing(viewer, id).await?;
    let preview = request.backend.listing_preview(viewer, &listing).await.ok();
    let number = |minor: i64| money(minor, listing.price.currency).number();
    let state = if listing.status == ListingStatus::Published { "publish" } else { "draft" };
    let form = Form::of(&visit.flash, "listing")
        .or("kind", &listing.kind)
        .or("title", &listing.title)
        .or("description", &listing.description)
        .or("category", &listing.category)
        .or("currency", listing.price.currency.code())
        .or("amount", number(listing.price.product))
        .or("shipping", if listing.price.shipping == 0 { String::new() } else { number(listing.price.shipping) })
        .or("stock", listing.stock.map(|stock| stock.to_string()).unwrap_or_default())
        .or("provider", listing.provider.map(|provider| provider.to_string()).unwrap_or_default())
        .or("commission", listing.commission.as_ref().map(domain::order::Commission::typed).unwrap_or_default())
        .or("state", state);
    let providers = providers_of(request).await?;
    let title = listing.title.clone();
    let body = view! {
        <div class="page-head">{breadcrumb(&title)}<h1>{title.clone()}</h1></div>
        {preview.map(|(quote, settlement)| shares(&quote, &settlement))}
        {pictures(&visit, &listing).await?}
        <section aria-labelledby="change"><h2 id="change">"Change"</h2>{editor(&form, Some(&listing), &providers)}</section>
        <section aria-labelledby="archive"><h2 id="archive">"Take it away"</h2>
            <p>"It leaves the storefront for good. Orders that were placed from it go on."</p>
            <form method="post" action="/do/listing-archive">{hidden("listing", listing.id.to_string())}<button class="button danger">"Archive this listing"</button></form>
        </section>
    };
    Ok(Page::new(title, HERE, body))
}

/// The pictures of a listing, with ways to add and to remove.
async fn pictures(visit: &Visit, listing: &Listing) -> Result<AnyView> {
    let pictures = visit.request.backend.pictures(listing.id).await?;
    let form = Form::of(&visit.flash, "pictures");
    let rows = pictures.iter().enumerate().map(|(index, picture)| {
        let number = index + 1;
        view! {
            <li>
                {shown_picture(picture, &format!("Picture {number} of {}", listing.title), true)}
                <form method="post" action="/do/picture-remove">
                    {hidden("listing", listing.id.to_string())}{hidden("picture", picture.id.to_string())}
                    <button class="button">"Remove"<span class="unseen">{format!(" picture {number}")}</span></button>
                </form>
            </li>
        }
    });
    let rows = (!pictures.is_empty()).then(|| view! { <ul class="pictures small">{rows.collect_view()}</ul> });
    let described = form.described_by("files", true);
    let add = (pictures.len() < PICTURES_MAX).then(|| {
        view! {
            <form method="post" action="/do/pictures" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {hidden("listing", listing.id.to_string())}
                <div class="field">
                    <label for="files">"Add pictures"</label>
                    <input id="files" type="file" name="files" multiple accept="image/jpeg,image/png,image/webp" aria-describedby=described/>
                    <p class="hint" id="files-hint">{PICTURES_ACCEPTED}</p>
                    {form.error_line("files")}
                </div>
                <div class="actions"><button class="button">"Upload"</button></div>
            </form>
        }
    });
    Ok(view! { <section aria-labelledby="pictures"><h2 id="pictures">"Pictures"</h2>{rows}{add}</section> }.into_any())
}

fn shares(quote: &Quote, settlement: &Settlement) -> AnyView {
    let line = |label: &str, minor: i64| ReviewLine {
        label: label.to_owned(),
        hint: String::new(),
        money: money(minor, quote.currency),
    };
    let mut lines: Vec<ReviewLine> = settlement
        .shares
        .iter()
        .map(|share| line(if share.of == ShareOf::Seller { "You get" } else { "Your provider gets" }, share.minor))
        .collect();
    lines.push(line("Escrow fee", settlement.escrow_fee()));
    lines.push(line("Payment provider", settlement.gateway_fee()));
    lines.push(line("Payout fee", settlement.payout_fee));
    let total = ("Paid by the buyer", money(quote.total(), quote.currency));
    view! {
        <section aria-labelledby="shares"><h2 id="shares">"Who gets what of each sale"</h2>{review(lines, total)}
            <p class="hint">"In your own storefront. On the marketplace of an operator its commission is taken instead of a provider's share."</p></section>
    }
    .into_any()
}

fn editor(form: &Form, listing: Option<&Listing>, providers: &[Provider]) -> AnyView {
    let id = listing.map(|listing| hidden("listing", listing.id.to_string()));
    view! {
        <form method="post" action="/do/listing-save" class="form" novalidate>
            {form.summary()}
            {id}
            <fieldset class="group"><legend>"What you offer"</legend>
                {kinds(form)}
                {Field { hint: "One line, as a buyer would search for it.", ..Field::text("title", "Title") }.show(form)}
                {Field { rows: 4, hint: "What exactly is delivered. A dispute is decided by this.", ..Field::text("description", "Description (optional)") }.show(form)}
                {Field { hint: "Such as Home, Food, Printing.", ..Field::text("category", "Category (optional)") }.show(form)}
            </fieldset>
            <fieldset class="group"><legend>"Price"</legend>
                {price_fields(form)}
                {Field { inputmode: "numeric", short: true, hint: "Leave it empty if you do not count.", ..Field::text("stock", "How many there are (optional)") }.show(form)}
            </fieldset>
            {who_delivers(form, providers)}
            {states(form)}
            <div class="actions"><button class="button primary">"Save listing"</button><a class="button" href="/listings">"Cancel"</a></div>
        </form>
    }
    .into_any()
}

fn who_delivers(form: &Form, providers: &[Provider]) -> Option<AnyView> {
    if providers.is_empty() {
        return None;
    }
    let chosen = form.value("provider");
    let options = providers.iter().map(|provider| {
        let id = provider.id.to_string();
        let (selected, label) = (chosen == id, format!("{}, you keep {}", provider.name, provider.commission));
        view! { <option value=id selected=selected>{label}</option> }
    });
    let invalid = form.error("provider").is_some().then_some("true");
    Some(
        view! {
            <fieldset class="group"><legend>"Who delivers"</legend>
                <div class="field">
                    <label for="provider">"Service provider"</label>
                    <select id="provider" name="provider" aria-invalid=invalid aria-describedby=form.described_by("provider", false)>
                        <option value="">"You yourself"</option>{options.collect_view()}
                    </select>
                    {form.error_line("provider")}
                </div>
                {Field { inputmode: "decimal", short: true, hint: "Percent, where this listing differs from the provider's usual commission.", ..Field::text("commission", "Commission you keep (optional)") }.show(form)}
            </fieldset>
        }
        .into_any(),
    )
}

fn states(form: &Form) -> AnyView {
    let chosen = form.value("state");
    let choice = |value: &'static str, title: &'static str, hint: &'static str| {
        let checked = chosen == value;
        view! { <label class="choice"><input type="radio" name="state" value=value checked=checked/><span><b>{title}</b><span class="hint">{hint}</span></span></label> }
    };
    view! {
        <fieldset class="choices row"><legend>"State"</legend>
            {choice("publish", "Published", "Buyers see it and can buy it.")}
            {choice("draft", "Draft", "Only you see it.")}
        </fieldset>
    }
    .into_any()
}
