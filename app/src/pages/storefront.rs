//! A marketplace's public pages: what is offered, one offer with everything a buyer should know, and its settings.

use crate::components::money::{ReviewLine, review};
use crate::components::shell::Shell;
use crate::components::{empty, icon, table};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::listings::price;
use crate::pages::terms_text;
use crate::words::query_value;
use backend::service::listings::Listing;
use backend::service::pictures::Picture;
use backend::service::storefront::{Offer, STOREFRONT_PAGE_SIZE, StorefrontPage, StorefrontQuery};
use backend::{Error, Result};
use domain::Money;
use domain::order::Role;
use domain::order::share::ShareOf;
use domain::text::page_number;
use leptos::prelude::*;

/// What is offered at `/m/<slug>`.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let query = StorefrontQuery {
        search: request.query("q").chars().take(100).collect(),
        category: request.query("category").chars().take(100).collect(),
        kind: match request.query("kind") {
            kind @ ("good" | "service") => kind.to_owned(),
            _ => String::new(),
        },
        by: match request.query("by") {
            "" => None,
            party => Some(party.parse().map_err(|_| Error::NotFound)?),
        },
        page: page_number(request.query("page")),
    };
    let shown = request.backend.storefront_page(request.segment("m"), query).await?;
    let storefront = &shown.storefront;
    let about = (!storefront.about.is_empty()).then(|| view! { <p class="lede">{storefront.about.clone()}</p> });
    let title = shown.by.clone().unwrap_or_else(|| storefront.name.clone());
    let home = format!("/m/{}", storefront.slug);
    let above = shown.by.clone().map(|by| {
        view! { <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href=home>{storefront.name.clone()}</a></li><li aria-current="page">{by}</li></ol></nav> }
    });
    let about = about.filter(|_| shown.by.is_none());
    let body = view! {
        <div class="page-head">{above}<h1>{title.clone()}</h1>{about}</div>
        <div class="toolbar">{filters(&shown)}{search(&shown)}</div>
        <section aria-labelledby="offers"><h2 id="offers" class="unseen">"Offers"</h2>{cards(&shown)}</section>
        {pagination(&shown)}
    };
    Ok(Page::new(title, Shell::Public, body))
}

fn link(shown: &StorefrontPage, category: &str, kind: &str, page: u64) -> String {
    let mut parts = Vec::new();
    let by = shown.query.by.map(|party| party.to_string()).unwrap_or_default();
    for (name, value) in [("by", by.as_str()), ("category", category), ("kind", kind), ("q", &shown.query.search)] {
        if !value.is_empty() {
            parts.push(format!("{name}={}", query_value(value)));
        }
    }
    if page > 0 {
        parts.push(format!("page={}", page + 1));
    }
    format!("/m/{}?{}", shown.storefront.slug, parts.join("&"))
}

fn filters(shown: &StorefrontPage) -> AnyView {
    let query = &shown.query;
    let chip = |label: String, href: String, current: bool| {
        let current = current.then_some("true");
        view! { <a href=href aria-current=current>{label}</a> }
    };
    let all = query.category.is_empty() && query.kind.is_empty();
    let mut chips = vec![chip("Everything".to_owned(), link(shown, "", "", 0), all)];
    for (kind, word) in [("good", "Goods"), ("service", "Services")] {
        chips.push(chip(word.to_owned(), link(shown, &query.category, kind, 0), query.kind == kind));
    }
    for category in &shown.categories {
        chips.push(chip(category.clone(), link(shown, category, &query.kind, 0), query.category == *category));
    }
    view! { <nav class="filters" aria-label="Filter">{chips}</nav> }.into_any()
}

fn search(shown: &StorefrontPage) -> AnyView {
    let action = format!("/m/{}", shown.storefront.slug);
    view! {
        <search class="search">
            <form method="get" action=action>
                {shown.query.by.map(|party| hidden("by", party.to_string()))}
                {(!shown.query.category.is_empty()).then(|| hidden("category", shown.query.category.clone()))}
                {(!shown.query.kind.is_empty()).then(|| hidden("kind", shown.query.kind.clone()))}
                <label class="unseen" for="q">"Search offers"</label>{icon("search")}
                <input id="q" type="search" name="q" value=shown.query.search.clone() placeholder="What do you look for?"/>
            </form>
        </search>
    }
    .into_any()
}

fn cards(shown: &StorefrontPage) -> AnyView {
    if shown.cards.is_empty() {
        let asked = shown.query != StorefrontQuery::default();
        let text =
            if asked { "Take a filter away or search for something else." } else { "What is offered will stand here." };
        return empty("package", "Nothing here", text, None);
    }
    let rows = shown.cards.iter().map(|card| {
        let href = format!("/m/{}/{}", shown.storefront.slug, card.listing.id);
        let of_party = format!("/m/{}?by={}", shown.storefront.slug, card.by_party);
        let glyph = if card.listing.kind == "service" { "handshake" } else { "package" };
        let picture = match card.picture {
            Some(picture) => shown_picture(&picture, "", true),
            None => icon(glyph).into_any(),
        };
        view! {
            <li>
                <div class="picture" aria-hidden="true">{picture}</div>
                <h3><a href=href>{card.listing.title.clone()}</a></h3>
                <p class="hint">"by "<a href=of_party>{card.by.clone()}</a></p>
                <p class="price">{price(&card.listing)}{left(&card.listing)}</p>
            </li>
        }
    });
    view! { <ul class="offers">{rows.collect_view()}</ul> }.into_any()
}

/// A picture of a listing; `alt` is empty where its title stands beside it.
pub(crate) fn shown_picture(picture: &Picture, alt: &str, small: bool) -> AnyView {
    let src = format!("/pictures/{}/{}", picture.id, if small { "small" } else { "large" });
    let (width, height) = (picture.width, picture.height);
    view! { <img src=src alt=alt.to_owned() width=width height=height loading="lazy"/> }.into_any()
}

fn left(listing: &Listing) -> Option<AnyView> {
    let text = match listing.stock? {
        0 => "Sold out".to_owned(),
        few @ 1..=5 => format!("{few} left"),
        _ => return None,
    };
    Some(view! { <span class="tag">{text}</span> }.into_any())
}

fn pagination(shown: &StorefrontPage) -> Option<AnyView> {
    let query = &shown.query;
    let to = |page: u64| link(shown, &query.category, &query.kind, page);
    table::pagination(shown.total, STOREFRONT_PAGE_SIZE, query.page, to)
}

/// One offer, and buying it.
pub(crate) async fn offer(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let (slug, id) = (request.segment("m"), request.last_segment().parse().map_err(|_| Error::NotFound)?);
    let offer = request.backend.offer(slug, id).await?;
    let listing = &offer.listing;
    let back = format!("/m/{}", offer.storefront.slug);
    let provider =
        offer.provider.as_ref().map(|name| view! { <div><dt>"Delivered by"</dt><dd>{name.clone()}</dd></div> });
    let operator =
        offer.operator.as_ref().map(|name| view! { <div><dt>"Marketplace"</dt><dd>{name.clone()}</dd></div> });
    let description =
        (!listing.description.is_empty()).then(|| view! { <p class="text">{listing.description.clone()}</p> });
    let terms = terms_text::sentences(&offer.terms, listing.price.currency, Role::Buyer);
    let terms = terms.into_iter().map(|(title, text)| view! { <div><dt>{title}</dt><dd>{text}</dd></div> });
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href=back>{offer.storefront.name.clone()}</a></li><li aria-current="page">{listing.title.clone()}</li></ol></nav>
            <h1>{listing.title.clone()}</h1>
            <p class="lede">{price(listing)}{left(listing)}</p>
        </div>
        {pictures(&offer)}
        {description}
        <dl class="facts"><div><dt>"Sold by"</dt><dd>{offer.seller.clone()}</dd></div>{provider}{operator}</dl>
        {buying(&visit, &offer)}
        <section aria-labelledby="pay"><h2 id="pay">"What you pay"</h2>{quote(&offer)}</section>
        <section aria-labelledby="who"><h2 id="who">"Who gets what when you accept"</h2>{shares(&offer)}</section>
        <section aria-labelledby="terms"><h2 id="terms">"The seller's terms"</h2><dl class="facts">{terms.collect_view()}</dl></section>
    };
    Ok(Page::new(listing.title.clone(), Shell::Public, body))
}

fn pictures(offer: &Offer) -> Option<AnyView> {
    let alt = |index: usize| format!("{}, picture {} of {}", offer.listing.title, index + 1, offer.pictures.len());
    let rows = offer.pictures.iter().enumerate();
    let rows = rows.map(|(index, picture)| view! { <li>{shown_picture(picture, &alt(index), false)}</li> });
    (!offer.pictures.is_empty()).then(|| view! { <ul class="pictures">{rows.collect_view()}</ul> }.into_any())
}

fn money(offer: &Offer, minor: i64) -> Money {
    let currency = offer.listing.price.currency;
    Money::or_zero(minor, currency)
}

fn lines(offer: &Offer, lines: Vec<(String, i64)>) -> Vec<ReviewLine> {
    let line = |(label, minor)| ReviewLine { label, hint: String::new(), money: money(offer, minor) };
    lines.into_iter().map(line).collect()
}

fn quote(offer: &Offer) -> AnyView {
    let quote = &offer.quote;
    let parts = vec![
        ("Price".to_owned(), quote.product),
        ("Shipping".to_owned(), quote.shipping),
        ("Escrow fee".to_owned(), quote.escrow.buyer),
        ("Payment fee".to_owned(), quote.gateway.buyer),
    ];
    review(lines(offer, parts), ("You pay", money(offer, quote.total())))
}

fn shares(offer: &Offer) -> AnyView {
    let settlement = &offer.on_accept;
    let name = |of: ShareOf| match of {
        ShareOf::Seller => offer.seller.clone(),
        ShareOf::Provider => offer.provider.clone().unwrap_or_default(),
        ShareOf::Operator => offer.operator.clone().unwrap_or_default(),
    };
    let mut parts: Vec<(String, i64)> =
        settlement.shares.iter().map(|share| (format!("{} gets", name(share.of)), share.minor)).collect();
    parts.push(("The platform keeps".to_owned(), settlement.escrow_fee()));
    parts.push(("Payment provider".to_owned(), settlement.gateway_fee()));
    parts.push(("Payout fee".to_owned(), settlement.payout_fee));
    review(lines(offer, parts), ("You pay", money(offer, offer.quote.total())))
}

fn buying(visit: &Visit, offer: &Offer) -> AnyView {
    let request = &visit.request;
    if offer.listing.stock == Some(0) {
        return view! { <p class="hint">"It is sold out. Come back later, or look at what else is offered."</p> }
            .into_any();
    }
    let form = Form::of(&visit.flash, "buy");
    let who = match request.viewer.as_ref().filter(|viewer| viewer.verified) {
        Some(viewer) => view! { <p class="hint">{format!("You buy as {}, {}.", viewer.name, viewer.email)}</p> }.into_any(),
        None => view! {
            {Field { kind: "email", autocomplete: "email", hint: "The link to your order goes here. No account is needed.", ..Field::text("email", "Your e-mail") }.show(&form)}
            {Field { autocomplete: "name", ..Field::text("name", "Your name (optional)") }.show(&form)}
        }
        .into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="buy"><h2 id="buy">"Buy it"</h2>
            <form method="post" action="/do/buy" class="form" novalidate>
                {form.summary()}
                {hidden("slug", offer.storefront.slug.clone())}
                {hidden("listing", offer.listing.id.to_string())}
                {hidden("key", request.form_key())}
                {who}
                <div class="actions"><button class="button primary big">"Go on to pay"</button></div>
                <p class="hint">"Nothing is charged yet: you see the whole sum once more before you pay into escrow."</p>
            </form>
        </section>
    }
    .into_any()
}

/// The settings of one's own storefront.
pub(crate) async fn settings(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let own = request.backend.own_storefront(request.signed_in()?).await?;
    let form = Form::of(&visit.flash, "storefront");
    let form = match &own {
        Some(own) => form.or("slug", &own.slug).or("name", &own.name).or("about", &own.about),
        None => form,
    };
    let there = own.as_ref().map(|own| {
        let href = format!("/m/{}", own.slug);
        view! { <p>"It is open at "<a href=href.clone()>{href.clone()}</a>"."</p> }
    });
    let body = view! {
        <div class="page-head"><h1>"Storefront"</h1><p class="lede">"The public page where buyers pick what is offered on your marketplace."</p>{there}</div>
        <form method="post" action="/do/storefront-save" class="form" novalidate>
            {form.summary()}
            {Field { hint: "Letters, digits and hyphens, such as lagos-market. It is the end of the address.", ..Field::text("slug", "Address") }.show(&form)}
            {Field::text("name", "Name").show(&form)}
            {Field { rows: 3, hint: "One or two sentences under the name.", ..Field::text("about", "About (optional)") }.show(&form)}
            <div class="actions"><button class="button primary">"Save storefront"</button></div>
        </form>
    };
    Ok(Page::new("Storefront", Shell::Work("/settings/storefront"), body))
}
