//! The dispute manager's desk: every dispute by deadline, those that wait for the reader first.

use crate::components::order::{status, waiting_line};
use crate::components::shell::Shell;
use crate::components::{amount, empty};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::disputes::{Desk, DeskRow};
use domain::clock_text::Zone;
use domain::order::Role;
use leptos::prelude::*;

/// The desk.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let desk = request.backend.dispute_desk(request.signed_in()?).await?;
    let lede = match desk.role {
        Role::Administrator => "Disputes that passed to you come first; the dispute manager still has the others.",
        _ => "Nearest deadline first. Open one to read both stories and to rule.",
    };
    let body = view! {
        <div class="page-head"><h1>"Disputes"</h1><p class="lede">{lede}</p></div>
        <section aria-labelledby="queue"><h2 id="queue" class="unseen">"Queue"</h2>{queue(&desk, request.zone)}</section>
    };
    Ok(Page::new("Disputes", Shell::Work("/disputes"), body))
}

/// The rows of the desk, or what will stand here.
pub(crate) fn queue(desk: &Desk, zone: Zone) -> AnyView {
    if desk.rows.is_empty() {
        return empty(
            "scale",
            "No disputes",
            "A dispute stands here as soon as a seller raises one, with its deadline.",
            None,
        );
    }
    let rows = desk.rows.iter().map(|row| table_row(row, desk, zone));
    view! {
        <div class="table">
            <table>
                <caption class="unseen">"Disputes"</caption>
                <thead><tr>
                    <th scope="col">"Order"</th><th scope="col" class="wide">"Between"</th><th scope="col">"Waits for"</th>
                    <th scope="col">"Offers"</th><th scope="col" class="num">"Held"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn table_row(row: &DeskRow, desk: &Desk, zone: Zone) -> AnyView {
    let href = format!("/orders/{}/dispute", row.order);
    let waits = row.waiting.map(|waiting| waiting_line(&waiting, desk.role, zone, desk.now));
    let offers = match row.offers {
        0 => "no offers".to_owned(),
        1 => "1 offer".to_owned(),
        more => format!("{more} offers"),
    };
    view! {
        <tr>
            <th scope="row" class="lead"><a class="row-link" href=href>{row.number}</a>" "<span class="hint">{row.title.clone()}</span></th>
            <td class="wide">{format!("{} and {}", row.buyer, row.seller)}</td>
            <td class="sub">{status(row.status, row.mine)}{waits}</td>
            <td class="end">{offers}</td>
            <td class="num">{amount(row.amount)}</td>
        </tr>
    }
    .into_any()
}
