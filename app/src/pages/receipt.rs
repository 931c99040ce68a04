//! A receipt that prints on one page.

use crate::components::shell::Shell;
use crate::components::{amount, icon, when};
use crate::page::{Page, Visit};
use backend::service::access::OrderRef;
use backend::service::order_view::OrderView;
use backend::service::receipts::{Receipt, ReceiptKind, receipt};
use backend::{Error, Result};
use leptos::prelude::*;

/// The receipt's page.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let reference = OrderRef::parse(request.segment("orders"))?;
    let kind = ReceiptKind::from_key(request.last_segment()).ok_or(Error::NotFound)?;
    let (order, receipt) = request.backend.receipt(request.viewer.as_ref(), &reference, kind).await?;
    let statement = Receipt::statement(&request.backend.platform_name());
    let facts = receipt.facts.into_iter().map(|(title, text)| view! { <div><dt>{title}</dt><dd>{text}</dd></div> });
    let lines =
        receipt.lines.into_iter().map(|(label, money)| view! { <div><dt>{label}</dt><dd>{amount(money)}</dd></div> });
    let pdf = format!("{}/receipts/{}/pdf", order.path(), kind.key());
    let body = view! {
        <article class="receipt">
            <header><h1>{kind.title()}</h1><p class="hint">{format!("Number {}, ", receipt.number)}{when(receipt.at, request.zone)}</p></header>
            <dl class="facts">{facts.collect_view()}</dl>
            <dl class="review">{lines.collect_view()}<div class="total"><dt>{receipt.total.0}</dt><dd>{amount(receipt.total.1)}</dd></div></dl>
            <p class="hint">{statement}</p>
        </article>
        <div class="actions">
            <a class="button primary" href=pdf download>{icon("download")}"Download PDF"</a>
            <a class="button" href=order.path()>"To the order"</a>
        </div>
    };
    Ok(Page::new(kind.title(), Shell::of_order(&order), body))
}

/// Links to the receipts that this reader has of an order.
pub(crate) fn links(order: &OrderView) -> Option<AnyView> {
    let links: Vec<AnyView> = ReceiptKind::ALL
        .into_iter()
        .filter(|kind| receipt(order, *kind).is_some())
        .map(|kind| {
            let href = format!("{}/receipts/{}", order.path(), kind.key());
            view! { <li>{icon("file-text")}<div class="what"><a href=href>{kind.title()}</a></div></li> }.into_any()
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! { <section aria-labelledby="receipts"><h2 id="receipts">"Receipts"</h2><ul class="rows">{links}</ul></section> }.into_any()
    })
}
