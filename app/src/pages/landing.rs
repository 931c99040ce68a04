//! The first page: what Holdfast does, for whom, for how much, and why to trust it.

use crate::components::shell::Shell;
use crate::components::{amount, icon};
use crate::page::{Page, Visit};
use backend::Result;
use domain::fee::FeeSchedule;
use domain::money::{Currency, Money};
use leptos::prelude::*;

/// The landing page.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let start =
        if visit.request.viewer.is_some() { ("/home", "To your home page") } else { ("/sign-up", "Create an account") };
    let body = view! {
        <section class="hero">
            <div>
                <h1>"Paid for, held safe, released when you are happy."</h1>
                <p class="lede">"Holdfast keeps the buyer's money until the buyer accepts what was delivered. Then everybody is paid their share, to the last unit."</p>
                <div class="actions">
                    <a class="button primary big" href=start.0>{start.1}</a>
                    <a class="button big" href="#how">"How it works"</a>
                </div>
            </div>
            {specimen()}
        </section>
        <section id="how" aria-labelledby="how-title"><h2 id="how-title">"How it works"</h2>
            <ol class="how">
                <li><h3>"The buyer pays"</h3><p>"The seller makes an order and the buyer gets a link. The buyer sees every fee and who gets what, and pays into escrow."</p></li>
                <li><h3>"The seller delivers"</h3><p>"The money is there before the work begins. The seller delivers and adds proof; nothing is paid out yet."</p></li>
                <li><h3>"The buyer decides"</h3><p>"Accept, and the seller is paid. Reject, and the money stays held until it is settled. Silence ends too: every step has a deadline."</p></li>
            </ol>
        </section>
        <section aria-labelledby="who"><h2 id="who">"Who it is for"</h2>
            <ul class="audience">
                <li>{icon("shopping-bag")}<h3>"Buyers"</h3><p>"Pay without trusting a stranger. No account is needed: the link in your mail is enough."</p><a href="/help">"What happens to my money"</a></li>
                <li>{icon("store")}<h3>"Sellers"</h3><p>"Start work knowing that the money is there, and be paid when it is accepted."</p><a href="/sign-up?as=seller">"Sell with escrow"</a></li>
                <li>{icon("landmark")}<h3>"Whoever runs a marketplace"</h3><p>"One binary on your own machine, with books that prove themselves."</p><a href="/help">"How the money is kept"</a></li>
            </ul>
        </section>
        <section id="fees" aria-labelledby="fees-title"><h2 id="fees-title">"Fees"</h2>{fees()}</section>
        <section aria-labelledby="trust"><h2 id="trust">"Why you can trust it"</h2>
            <dl class="trust">
                <div><dt>"Every unit is accounted for"</dt><dd>"Money moves only as balanced double entries that can never be changed. One command proves the books from the rows alone."</dd></div>
                <div><dt>"No silence costs you"</dt><dd>"If the seller does not deliver, you get everything back, fees included. Every page says whom it waits for and until when."</dd></div>
                <div><dt>"You see it before you click"</dt><dd>"What a button will move is shown to the unit, and exactly that is booked."</dd></div>
                <div><dt>"It works everywhere"</dt><dd>"On an old phone, without JavaScript, by keyboard and with a screen reader."</dd></div>
            </dl>
        </section>
    };
    Ok(Page::new("Escrow you can read", Shell::Public, body))
}

/// An order as its buyer sees it, typeset as an example.
fn specimen() -> AnyView {
    let naira = |minor| Money::new(minor, Currency::Ngn).map(amount).ok();
    view! {
        <figure class="specimen">
            <figcaption>"An order, as its buyer sees it"</figcaption>
            <div class="item"><span class="avatar large" aria-hidden="true">"AF"</span><div><p class="title">"Ankara fabric, 6 yards"</p><p>"Sold by Amaka Foods"</p></div></div>
            <p class="waiting" data-tone="turn">{icon("clock")}<span>"Waits for "<b>"you"</b>" to accept or reject, for 3 days"</span></p>
            <figure class="money-map" aria-labelledby="specimen-map">
                <figcaption id="specimen-map">"Where the money is"</figcaption>
                <svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
                    <rect data-part="held" x="0" width="965" height="12"></rect><rect data-part="fees" x="965" width="35" height="12"></rect>
                </svg>
                <table>
                    <thead class="unseen"><tr><th scope="col">"Part"</th><th scope="col">"Where"</th><th scope="col">"Amount"</th></tr></thead>
                    <tbody>
                        <tr data-part="held"><th scope="row">"Price"</th><td>"held in escrow"</td><td class="num">{naira(1_400_000)}</td></tr>
                        <tr data-part="fees"><th scope="row">"Fees"</th><td>"held in escrow"</td><td class="num">{naira(50_000)}</td></tr>
                    </tbody>
                    <tfoot><tr><th scope="row" colspan="2">"You paid"</th><td class="num">{naira(1_450_000)}</td></tr></tfoot>
                </table>
            </figure>
        </figure>
    }
    .into_any()
}

/// The fees as the quotes charge them.
fn fees() -> AnyView {
    let rows = Currency::TRADED.into_iter().filter_map(|currency| {
        let fees = FeeSchedule::default_for(currency)?;
        let money = |minor| Money::new(minor, currency).map(amount).ok();
        Some(view! {
            <tr>
                <th scope="row" class="lead">{currency.name()}</th>
                <td class="sub">{fees.escrow.rate.to_string()}", at least "{money(fees.escrow.min)}", at most "{money(fees.escrow.max)}</td>
                <td class="sub">{fees.gateway.rate.to_string()}", at most "{money(fees.gateway.max)}</td>
            </tr>
        })
    });
    view! {
        <div class="table fees"><table>
            <caption class="unseen">"Fees by currency"</caption>
            <thead><tr><th scope="col">"Currency"</th><th scope="col">"Escrow fee, paid by the buyer"</th><th scope="col">"Card or bank fee, paid by the seller"</th></tr></thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table></div>
    }
    .into_any()
}
