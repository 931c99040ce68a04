//! The table of orders, and its pages.

use super::order::{status, waiting_line};
use super::when::day;
use super::{amount, icon};
use backend::service::order_list::OrderRow;
use domain::clock_text::Zone;
use leptos::prelude::*;
use time::OffsetDateTime;

/// Rows of orders.
pub(crate) fn orders(rows: &[OrderRow], zone: Zone, now: OffsetDateTime) -> AnyView {
    let rows = rows.iter().map(|row| {
        let mine = row.waiting.is_some_and(|waiting| waiting.who == row.role);
        let waiting = row.waiting.filter(|_| mine).map(|waiting| waiting_line(&waiting, row.role, zone, now));
        let href = format!("/orders/{}", row.id);
        view! {
            <tr>
                <th scope="row" class="lead"><a class="row-link" href=href>{row.number}</a>" "<span class="hint">{row.title.clone()}</span></th>
                <td class="wide">{row.counterpart.clone()}</td>
                <td class="sub">{status(row.status, mine)}{waiting}</td>
                <td class="end">{day(row.created_at, zone)}</td>
                <td class="num">{amount(row.price)}</td>
            </tr>
        }
    });
    view! {
        <div class="table">
            <table>
                <caption class="unseen">"Orders"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Order"</th><th scope="col" class="wide">"With"</th><th scope="col">"Status"</th>
                        <th scope="col">"Made on"</th><th scope="col" class="num">"Amount"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Links to the pages around `page`, counted from 0; nothing where everything fits on one.
pub(crate) fn pagination(total: u64, size: u64, page: u64, link: impl Fn(u64) -> String) -> Option<AnyView> {
    let pages = total.div_ceil(size).max(1);
    if pages == 1 {
        return None;
    }
    let previous = (page > 0).then(|| view! { <a rel="prev" href=link(page - 1)>{icon("chevron-left")}"Previous"</a> });
    let next =
        (page + 1 < pages).then(|| view! { <a rel="next" href=link(page + 1)>"Next"{icon("chevron-right")}</a> });
    Some(
        view! {
            <nav class="pagination" aria-label="Pages">
                {previous}<span>{format!("Page {} of {pages}", page + 1)}</span>{next}
            </nav>
        }
        .into_any(),
    )
}
