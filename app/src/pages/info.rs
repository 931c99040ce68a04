//! Help, terms and privacy: short and plain.

use crate::components::shell::Shell;
use crate::page::{Page, Visit};
use crate::pages::terms_text;
use backend::Result;
use domain::clock_text;
use domain::order::timer::TIMERS;
use domain::order::{Role, Status};
use leptos::prelude::*;

/// How escrow works here, from the same table that decides.
pub(crate) async fn help(visit: Visit) -> Result<Page> {
    let terms = visit.request.backend.platform().await?.settings.times.terms();
    let rows = TIMERS.iter().map(|timer| {
        let status = timer.status_words();
        let who = timer.waits_for.words();
        let hours = u32::try_from((timer.duration)(&terms).whole_hours()).unwrap_or(0);
        view! {
            <tr>
                <th scope="row" class="lead">{status}</th>
                <td class="sub">{format!("{who}, {}", clock_text::hours(hours))}</td>
                <td class="sub">{timer.on_expiry}</td>
            </tr>
        }
    });
    let silence = format!(
        "Look in time: you have {} to answer. If you say nothing, {}.",
        clock_text::hours(terms.inspection_hours),
        terms_text::silence(terms.on_silence, Role::Buyer)
    );
    let ends = [Status::Completed, Status::Expired].map(Status::title).join(" or ");
    let body = view! {
        <div class="page-head"><h1>"Help"</h1><p class="lede">"What happens to the money, step by step."</p></div>
        <section aria-labelledby="buying"><h2 id="buying">"If you buy"</h2>
            <p>"You pay into escrow. The seller delivers. You look at what you got and accept or reject it. When you accept, the seller is paid."</p>
            <p>{silence}</p>
            <p>"If you reject, say why and add pictures. The seller answers: it takes the item back and you are refunded, it offers to deliver again, or it disputes the rejection."</p>
        </section>
        <section aria-labelledby="selling"><h2 id="selling">"If you sell"</h2>
            <p>"Make an order for your buyer's e-mail. When it is paid, the money is held and you deliver. Mark it delivered with a note, tracking and pictures: a dispute is decided by them."</p>
            <p>"Add a bank account and verify your identity once; your share is then paid as soon as the buyer accepts."</p>
        </section>
        <section aria-labelledby="deadlines"><h2 id="deadlines">"Deadlines, and what silence means"</h2>
            <p>{format!("Every order ends, {ends}, even if nobody says anything. These are the usual times; yours stand on the order.")}</p>
            <div class="table"><table>
                <caption class="unseen">"Deadlines"</caption>
                <thead><tr><th scope="col">"Status"</th><th scope="col">"Waits for"</th><th scope="col">"After that"</th></tr></thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table></div>
            <p><a href="/statuses">"Every status, and all that can happen in it"</a></p>
        </section>
        <section aria-labelledby="refunds"><h2 id="refunds">"Fees and refunds"</h2>
            <p>"The fee follows the fault. If the seller did not deliver or the delivery was not as agreed, you get everything back, fees included. If you change your mind, the escrow fee stays with the service."</p>
            <p>"A refund goes back the way you paid. "<a href="/#fees">"What the fees are"</a></p>
        </section>
        <section aria-labelledby="contact"><h2 id="contact">"If you need a person"</h2>
            <p>"Ask whoever runs this installation, and give them the number of the order. If you sell, the e-mail of your buyer stands on the order too."</p>
            <p>"Nobody needs your password or the link from your mail to help you. Keep both to yourself: who has the link can act as the buyer."</p>
        </section>
    };
    Ok(Page::new("Help", Shell::Public, body))
}

/// The terms of the service.
pub(crate) async fn terms(_visit: Visit) -> Result<Page> {
    let body = view! {
        <div class="page-head"><h1>"Terms"</h1></div>
        <section aria-labelledby="what"><h2 id="what">"What this service does"</h2>
            <p>"It holds a buyer's payment and passes it on by the rules that are shown on the order before it is paid. The terms of an order are kept as they were when it was paid."</p>
        </section>
        <section aria-labelledby="not"><h2 id="not">"What it does not do"</h2>
            <p>"It is not a party to the sale. It does not check goods, and it decides only disputes that a seller has raised, by what both sides have shown."</p>
        </section>
        <section aria-labelledby="operator"><h2 id="operator">"Who runs it"</h2>
            <p>"This installation is run by its operator, who may add terms of their own. Ask them who holds the money and under which law."</p>
        </section>
    };
    Ok(Page::new("Terms", Shell::Public, body))
}

/// What is known about people, and why.
pub(crate) async fn privacy(_visit: Visit) -> Result<Page> {
    let body = view! {
        <div class="page-head"><h1>"Privacy"</h1></div>
        <section aria-labelledby="kept"><h2 id="kept">"What is kept"</h2>
            <p>"Your name and e-mail, your orders with what was written and uploaded to them, where you are paid, and which browsers you are signed in with. Your password is kept only as a hash. A card number is typed at the payment provider; only its last digits are kept here."</p>
            <p>"Bookings and the history of an order are never changed or deleted, because they prove what happened to money."</p>
        </section>
        <section aria-labelledby="seen"><h2 id="seen">"Who sees it"</h2>
            <p>"The other party of your order, the staff that decides disputes and administers this installation, and the payment and mail providers for what they must know. Nobody else: there is no tracking and no advertising."</p>
        </section>
        <section aria-labelledby="cookies"><h2 id="cookies">"Cookies"</h2>
            <p>"One keeps you signed in, one remembers the theme you chose, one your time zone. That is all."</p>
        </section>
    };
    Ok(Page::new("Privacy", Shell::Public, body))
}
