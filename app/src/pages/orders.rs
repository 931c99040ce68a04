//! The list of orders. The address is the state: filter, search and page.

use crate::components::shell::Shell;
use crate::components::{empty, icon, table};
use crate::page::{Page, Visit};
use crate::words::query_value;
use backend::Result;
use backend::service::order_list::{ListOf, ListQuery, OrderList};
use domain::order::Status;
use leptos::prelude::*;

/// The list of whoever is signed in: what they sell, or what they buy.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let works = viewer.selling().is_some() || viewer.operating().is_some();
    let of = match (viewer.selling(), viewer.operating(), request.query("of")) {
        (_, _, "bought") | (None, None, _) => ListOf::Bought,
        (Some(_), ..) => ListOf::Sold,
        (None, Some(_), _) => ListOf::Operated,
    };
    let query = ListQuery {
        status: Status::from_key(request.query("status")),
        search: request.query("q").chars().take(100).collect(),
        page: request.query("page").parse::<u64>().unwrap_or(1).clamp(1, 100_000) - 1,
    };
    let list = request.backend.order_list(viewer, of, query).await?;
    let address = Address { bought: works && of == ListOf::Bought };
    let new = (of == ListOf::Sold)
        .then(|| view! { <div class="actions"><a class="button primary" href="/orders/new">{icon("plus")}"New order"</a></div> });
    let rows =
        if list.rows.is_empty() { nothing(&list, of) } else { table::orders(&list.rows, request.zone, list.now) };
    let pages = table::pagination(&list, |page| address.link(&list.query, list.query.status, page));
    let title = if address.bought { "Orders I buy" } else { "Orders" };
    let body = view! {
        <div class="page-head"><h1>{title}</h1>{new}</div>
        <div class="toolbar">{filters(&list, &address)}{search(&list, &address)}</div>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{rows}</section>
        {pages}
    };
    Ok(Page::new(title, Shell::Work("/orders"), body))
}

struct Address {
    bought: bool,
}

impl Address {
    fn link(&self, query: &ListQuery, status: Option<Status>, page: u64) -> String {
        let mut parts = Vec::new();
        if self.bought {
            parts.push("of=bought".to_owned());
        }
        parts.extend(status.map(|status| format!("status={}", status.key())));
        if !query.search.is_empty() {
            parts.push(format!("q={}", query_value(&query.search)));
        }
        if page > 0 {
            parts.push(format!("page={}", page + 1));
        }
        format!("/orders?{}", parts.join("&"))
    }
}

fn filters(list: &OrderList, address: &Address) -> AnyView {
    let all: i64 = list.counts.iter().map(|(_, count)| count).sum();
    let chip = |status: Option<Status>, word: &'static str, count: i64| {
        let current = (list.query.status == status).then_some("true");
        let href = address.link(&list.query, status, 0);
        view! { <a href=href aria-current=current>{word}" "<span class="count">{count}</span></a> }
    };
    let mut counts = list.counts.clone();
    counts.sort_unstable();
    let chips = counts.into_iter().map(|(status, count)| chip(Some(status), status.title(), count));
    view! { <nav class="filters" aria-label="Filter">{chip(None, "All", all)}{chips.collect_view()}</nav> }.into_any()
}

fn search(list: &OrderList, address: &Address) -> AnyView {
    let of = address.bought.then(|| view! { <input type="hidden" name="of" value="bought"/> });
    let status = list.query.status.map(|status| view! { <input type="hidden" name="status" value=status.key()/> });
    view! {
        <search class="search">
            <form method="get" action="/orders">
                {of}{status}
                <label class="unseen" for="q">"Search orders"</label>
                {icon("search")}
                <input id="q" type="search" name="q" value=list.query.search.clone() placeholder="Number, title or buyer's e-mail"/>
            </form>
        </search>
    }
    .into_any()
}

fn nothing(list: &OrderList, of: ListOf) -> AnyView {
    if !list.counts.is_empty() || !list.query.search.is_empty() || list.query.status.is_some() {
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
            "When a seller makes an order for your e-mail address, it stands here.",
            None,
        ),
    }
}
