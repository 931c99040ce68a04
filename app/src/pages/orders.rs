//! The list of orders. The address is the state: filter, search and page.

use crate::components::shell::Shell;
use crate::components::{empty, icon, table};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::words::query_value;
use backend::Result;
use backend::service::order_list::{ListOf, ListQuery, OrderList, PAGE_SIZE, Sort};
use backend::service::saved_views::SavedView;
use domain::ids::ProjectId;
use domain::money::Currency;
use domain::order::Status;
use domain::text::FieldError;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::iter;

/// The list of whoever is signed in: what they sell, or what they buy.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let works = viewer.selling().is_some() || viewer.operating().is_some();
    let of = ListOf::read(&request.query, viewer);
    let (query, wrong) = ListQuery::read(&request.query, request.zone);
    let list = request.backend.order_list(viewer, of, query).await?;
    let address = Address { bought: works && of == ListOf::Bought, typed: request.query.clone() };
    let form = narrowing(&address, wrong);
    let new = (of == ListOf::Sold)
        .then(|| view! { <a class="button primary" href="/orders/new">{icon("plus")}"New order"</a> });
    let propose = (of == ListOf::Bought && viewer.buying().is_some())
        .then(|| view! { <a class="button" href="/orders/propose">{icon("handshake")}"Propose an order"</a> });
    let export = format!("/orders/export.csv?{}", address.query(list.query.status, 0));
    let export = (!list.rows.is_empty())
        .then(|| view! { <a class="button" href=export download>{icon("download")}"Export CSV"</a> });
    let deliver = (of == ListOf::Sold && list.counts.iter().any(|(status, _)| DELIVERABLE.contains(status)))
        .then(|| view! { <a class="button" href="/orders/deliver">{icon("check-check")}"Deliver several"</a> });
    let views = request.backend.saved_views(viewer).await?;
    let projects = request.backend.project_names(viewer).await?;
    let rows =
        if list.rows.is_empty() { nothing(&list, of) } else { table::orders(&list.rows, request.zone, list.now) };
    let pages = table::pagination(list.total, PAGE_SIZE, list.query.page, |page| address.link(list.query.status, page));
    let title = if address.bought { "Orders I buy" } else { "Orders" };
    let body = view! {
        <div class="page-head"><h1>{title}</h1><div class="actions">{new}{propose}{deliver}{export}</div></div>
        <div class="toolbar">{filters(&list, &address)}{search(&list, &address)}</div>
        {kept(&views, &list, &address, &visit)}
        {more(&list, &address, &form, &projects)}
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{rows}</section>
        {pages}
    };
    Ok(Page::new(title, Shell::Work("/orders"), body))
}

/// The fields of the filter beside the status and the search.
const NARROWING: [&str; 7] = ["from", "to", "currency", "min", "max", "project", "sort"];

/// The statuses in which an order can be marked as delivered.
const DELIVERABLE: [Status; 2] = [Status::Pending, Status::PendingSecond];

/// The views that the reader keeps, and keeping this one.
fn kept(views: &[SavedView], list: &OrderList, address: &Address, visit: &Visit) -> Option<AnyView> {
    let query = address.query(list.query.status, 0);
    let form = Form::of(&visit.flash, "view");
    let links = views.iter().map(|view| {
        let (href, name) = (format!("/orders?{}", view.query), view.name.clone());
        let current = (view.query == query).then_some("true");
        view! {
            <li><a href=href aria-current=current>{name.clone()}</a><form method="post" action="/do/view-forget">{hidden("name", name.clone())}<button class="button quiet">{icon("x")}<span class="unseen">{format!("Forget the view {name}")}</span></button></form></li>
        }
    });
    let known = views.iter().any(|view| view.query == query);
    let save = (list.query.is_narrowed() && !known).then(|| {
        view! {
            <details open=Form::came_back(&visit.flash, "view")><summary>"Keep this view"</summary>
                <form method="post" action="/do/view-save" class="form" novalidate>
                    {form.summary()}
                    {hidden("query", query.clone())}
                    {Field { short: true, ..Field::text("name", "Name of the view") }.show(&form)}
                    <div class="actions"><button class="button">"Keep"</button></div>
                </form>
            </details>
        }
    });
    let list =
        (!views.is_empty()).then(|| view! { <ul class="views" aria-label="Kept views">{links.collect_view()}</ul> });
    (list.is_some() || save.is_some()).then(|| view! { {list}{save} }.into_any())
}

struct Address {
    bought: bool,
    typed: BTreeMap<String, String>,
}

impl Address {
    /// What was typed into a field of the filter.
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    /// The query of this list, with another status and page.
    fn query(&self, status: Option<Status>, page: u64) -> String {
        let mut parts = Vec::new();
        if self.bought {
            parts.push("of=bought".to_owned());
        }
        parts.extend(status.map(|status| format!("status={}", status.key())));
        for name in iter::once("q").chain(NARROWING) {
            let typed = self.typed(name);
            if !typed.is_empty() {
                parts.push(format!("{name}={}", query_value(typed)));
            }
        }
        if page > 0 {
            parts.push(format!("page={}", page + 1));
        }
        parts.join("&")
    }

    fn link(&self, status: Option<Status>, page: u64) -> String {
        format!("/orders?{}", self.query(status, page))
    }
}

/// The filter's form with what was typed and what is wrong with it.
fn narrowing(address: &Address, wrong: Vec<FieldError>) -> Form {
    let typed = ["from", "to", "min", "max"].map(|name| (name, address.typed(name)));
    Form::refused(wrong, &typed)
}

/// More ways to narrow the list, and its order; open where one of them is used.
fn more(list: &OrderList, address: &Address, form: &Form, projects: &[(ProjectId, String)]) -> AnyView {
    let open = NARROWING.into_iter().any(|name| !address.typed(name).is_empty());
    let sorts = Sort::ALL.into_iter().map(|sort| {
        let selected = list.query.sort == sort;
        view! { <option value=sort.key() selected=selected>{sort.words()}</option> }
    });
    let chosen = address.typed("currency");
    let currencies = Currency::TRADED.into_iter().map(|currency| {
        let selected = chosen == currency.code();
        view! { <option value=currency.code() selected=selected>{currency.code()}</option> }
    });
    let options = projects.iter().map(|(id, name)| {
        let selected = list.query.project == Some(*id);
        view! { <option value=id.to_string() selected=selected>{name.clone()}</option> }
    });
    let project = (!projects.is_empty()).then(|| {
        view! { <div class="field"><label for="project">"Project"</label><select id="project" name="project"><option value="">"Any"</option>{options.collect_view()}</select></div> }
    });
    view! {
        <details class="more-filters" open=open>
            <summary>"Dates, amounts and order"</summary>
            <form method="get" action="/orders" class="form" novalidate>
                {form.summary()}
                {address.bought.then(|| hidden("of", "bought"))}
                {list.query.status.map(|status| hidden("status", status.key()))}
                {(!list.query.search.is_empty()).then(|| hidden("q", list.query.search.clone()))}
                <div class="field-row">
                    {Field { kind: "date", ..Field::text("from", "Made from") }.show(form)}
                    {Field { kind: "date", ..Field::text("to", "Made until") }.show(form)}
                    <div class="field"><label for="currency">"Currency"</label><select id="currency" name="currency"><option value="">"Any"</option>{currencies.collect_view()}</select></div>
                    {Field { inputmode: "decimal", ..Field::text("min", "Amount from") }.show(form)}
                    {Field { inputmode: "decimal", ..Field::text("max", "Amount to") }.show(form)}
                    {project}
                    <div class="field"><label for="sort">"Order"</label><select id="sort" name="sort">{sorts.collect_view()}</select></div>
                </div>
                <div class="actions"><button class="button">"Apply"</button><a class="button quiet" href="/orders">"Clear"</a></div>
            </form>
        </details>
    }
    .into_any()
}

fn filters(list: &OrderList, address: &Address) -> AnyView {
    let all: i64 = list.counts.iter().map(|(_, count)| count).sum();
    let chip = |status: Option<Status>, word: &'static str, count: i64| {
        let current = (list.query.status == status).then_some("true");
        let href = address.link(status, 0);
        view! { <a href=href aria-current=current>{word}" "<span class="count">{count}</span></a> }
    };
    let mut counts = list.counts.clone();
    counts.sort_unstable();
    let chips = counts.into_iter().map(|(status, count)| chip(Some(status), status.title(), count));
    view! { <nav class="filters" aria-label="Filter">{chip(None, "All", all)}{chips.collect_view()}</nav> }.into_any()
}

fn search(list: &OrderList, address: &Address) -> AnyView {
    let of = address.bought.then(|| hidden("of", "bought"));
    let status = list.query.status.map(|status| hidden("status", status.key()));
    let kept = NARROWING.into_iter();
    let kept = kept.filter(|name| !address.typed(name).is_empty()).map(|name| hidden(name, address.typed(name)));
    view! {
        <search class="search">
            <form method="get" action="/orders">
                {of}{status}{kept.collect_view()}
                <label class="unseen" for="q">"Search orders"</label>
                {icon("search")}
                <input id="q" type="search" name="q" value=list.query.search.clone() placeholder="Number, title or party"/>
            </form>
        </search>
    }
    .into_any()
}

fn nothing(list: &OrderList, of: ListOf) -> AnyView {
    if !list.counts.is_empty() || list.query.is_narrowed() {
        return empty(
            "search",
            "No order matches",
            "Take a filter away or search for something else.",
            Some(("Show all", "/orders")),
        );
    }
    match of {
        ListOf::Sold => empty(
            "package",
            "No orders yet",
            "Make an order for a buyer's e-mail. The buyer gets a link, pays into escrow, and the order moves on here.",
            Some(("New order", "/orders/new")),
        ),
        ListOf::Operated => empty(
            "package",
            "No orders yet",
            "When a buyer buys from one of your sellers on your marketplace, the order stands here.",
            Some(("Your sellers", "/sellers")),
        ),
        ListOf::Bought => empty(
            "package",
            "No orders yet",
            "When a seller makes an order for your e-mail address, it stands here. You can also propose one to a seller.",
            Some(("Propose an order", "/orders/propose")),
        ),
    }
}
