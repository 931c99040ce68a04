//! The statuses of an order, what leads from one to the next, and the picture of it: made from the table that decides.

use crate::components::order::status as status_word;
use crate::components::shell::Shell;
use crate::page::{Page, Visit};
use backend::Result;
use domain::order::diagram::{self, BOX_HEIGHT, BOX_WIDTH, Edge, HEIGHT, Node, WIDTH};
use domain::order::{Status, TABLE, Timer, Transition};
use leptos::prelude::*;

/// The page.
pub(crate) async fn page(_visit: Visit) -> Result<Page> {
    let statuses = Status::ALL.into_iter().map(status_row).collect::<Vec<_>>();
    let transitions = TABLE.iter().map(transition_row).collect::<Vec<_>>();
    let body = view! {
        <div class="page-head"><h1>"How an order moves"</h1>
            <p class="lede">"Every status, who can do what in it, and where the money goes. Nothing else is possible."</p></div>
        <section aria-labelledby="statuses"><h2 id="statuses">"The statuses"</h2>
            <div class="table"><table>
                <caption class="unseen">"The statuses"</caption>
                <thead><tr><th scope="col">"Status"</th><th scope="col">"Waits for"</th><th scope="col">"The money"</th><th scope="col">"If nobody acts"</th></tr></thead>
                <tbody>{statuses}</tbody>
            </table></div>
        </section>
        <section aria-labelledby="diagram"><h2 id="diagram">"The whole as a picture"</h2>
            <p>"In a green box the buyer's money is held. The table below says the same in words."</p>
            <div class="diagram" role="region" aria-label="Diagram" tabindex="0">{picture()}</div>
        </section>
        <section aria-labelledby="transitions"><h2 id="transitions">"What leads where"</h2>
            <p>"Where several lines fit, the first whose conditions hold counts."</p>
            <div class="table"><table>
                <caption class="unseen">"Transitions"</caption>
                <thead><tr><th scope="col">"What"</th><th scope="col">"From"</th><th scope="col">"Who"</th><th scope="col">"When"</th><th scope="col">"To"</th><th scope="col">"Money"</th></tr></thead>
                <tbody>{transitions}</tbody>
            </table></div>
        </section>
    };
    Ok(Page::new("How an order moves", Shell::Public, body))
}

fn status_row(status: Status) -> impl IntoView {
    let timer = Timer::running(status, false);
    let waits_for = match timer {
        Some(timer) => timer.waits_for.words(),
        None if status.is_final() => "nobody",
        None => "the payouts and refunds",
    };
    let money = match status {
        Status::AwaitingPayment | Status::Expired => "Nothing was paid",
        Status::Completed => "Everybody has their part",
        _ if status.holds_money() => "Held in escrow",
        _ => "Divided, on its way",
    };
    view! {
        <tr>
            <th scope="row" class="lead">{status_word(status, false)}</th>
            <td class="sub">{waits_for}</td>
            <td class="sub">{money}</td>
            <td class="sub">{timer.map(|timer| timer.on_expiry)}</td>
        </tr>
    }
}

fn transition_row(row: &'static Transition) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="lead">{row.command.words()}</th>
            <td class="sub"><span class="narrow">"From: "</span>{row.from_words()}</td>
            <td class="sub"><span class="narrow">"Who: "</span>{row.actor_words()}</td>
            <td class="sub">{(!row.guards.is_empty()).then(|| view! { <span class="narrow">"When: "</span>{row.guard_words()} })}</td>
            <td class="sub"><span class="narrow">"To: "</span>{row.to_words()}</td>
            <td class="sub"><span class="narrow">"Money: "</span>{row.money.words()}</td>
        </tr>
    }
}

fn picture() -> impl IntoView {
    let edges = diagram::edges();
    let lines = edges.iter().map(|edge| view! { <path d=edge.path() marker-end="url(#arrow)"/> }).collect::<Vec<_>>();
    let boxes = diagram::nodes().iter().map(drawn_box).collect::<Vec<_>>();
    let words = edges.iter().map(drawn_words).collect::<Vec<_>>();
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") width=WIDTH height=HEIGHT role="img" aria-label="Diagram of the statuses and what leads from one to the next">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker></defs>
            <g class="arrows">{lines}</g><g class="boxes">{boxes}</g><g class="words">{words}</g>
        </svg>
    }
}

fn drawn_box(node: &Node) -> impl IntoView + use<> {
    let (x, y) = (node.x - BOX_WIDTH / 2, node.y - BOX_HEIGHT / 2);
    view! {
        <rect class:held=node.status.holds_money() x=x y=y width=BOX_WIDTH height=BOX_HEIGHT rx="6"/>
        <text x=node.x y=node.y + 5>{node.status.title()}</text>
    }
}

fn drawn_words(edge: &Edge) -> impl IntoView + use<> {
    let (x, y) = edge.label;
    let lines = (0..).zip(edge.words()).map(|(line, words)| view! { <text x=x y=y + 4 + 14 * line>{words}</text> });
    lines.collect::<Vec<_>>()
}
