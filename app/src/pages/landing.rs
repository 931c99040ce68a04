//! The first page: what Holdfast does, for whom, for how much, and why to trust it.

use crate::components::shell::Shell;
use crate::components::{amount, icon};
use crate::page::{Page, Visit};
use crate::pages::terms_text;
use backend::Result;
use domain::clock_text::hours;
use domain::fee::FeeSchedule;
use domain::money::{Currency, Money};
use domain::order::{Price, Quote, Role, Terms};
use leptos::prelude::*;

/// The landing page.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let start =
        if visit.request.viewer.is_some() { ("/home", "To your home page") } else { ("/sign-up", "Create an account") };
    let platform = visit.request.backend.platform().await?;
    let (terms, schedules) = (platform.settings.times.terms(), platform.fees);
    let decides = format!(
        "Accept, and the seller is paid. Reject, and the money stays held until it is settled. Say nothing for {}, and {}.",
        hours(terms.inspection_hours),
        terms_text::silence(terms.on_silence, Role::Buyer)
    );
    let body = view! {
        <section class="hero">
            <div>
                <h1>"Paid for, held safe, released when you are happy."</h1>
                <p class="lede">"We keep the buyer's money until the buyer accepts what was delivered. Then everybody is paid their share, to the last unit."</p>
                <div class="actions">
                    <a class="button primary big" href=start.0>{start.1}</a>
                    <a class="button big" href="#how">"How it works"</a>
                </div>
            </div>
            {specimen(&schedules, &terms)}
        </section>
        <section id="how" aria-labelledby="how-title"><h2 id="how-title">"How it works"</h2>
            <ol class="how">
                <li><h3>"The buyer pays"</h3><p>"The seller makes an order and the buyer gets a link. The buyer sees every fee and who gets what, and pays into escrow."</p></li>
                <li><h3>"The seller delivers"</h3><p>"The money is there before the work begins. The seller delivers and adds proof; nothing is paid out yet."</p></li>
                <li><h3>"The buyer decides"</h3><p>{decides}</p></li>
            </ol>
        </section>
        <section aria-labelledby="who"><h2 id="who">"Who it is for"</h2>
            <ul class="audience">
                <li>{icon("shopping-bag")}<h3>"Buyers"</h3><p>"Pay without trusting a stranger. No account is needed: the link in your mail is enough."</p><a href="/help">"What happens to my money"</a></li>
                <li>{icon("store")}<h3>"Sellers"</h3><p>"Start work knowing that the money is there, and be paid when it is accepted."</p><a href="/sign-up?as=seller">"Sell with escrow"</a></li>
                <li>{icon("landmark")}<h3>"Whoever runs a marketplace"</h3><p>"One binary on your own machine, with books that one command checks to the last unit."</p><a href="/help#deadlines">"How every order ends"</a></li>
            </ul>
        </section>
        <section id="fees" aria-labelledby="fees-title"><h2 id="fees-title">"Fees"</h2>
            <p>"The buyer pays the escrow fee on top of the price. The fee of the card or bank comes out of what the seller gets. Both see every amount before anybody pays."</p>
            {fees(&schedules, &terms)}
        </section>
        <section aria-labelledby="trust"><h2 id="trust">"Why you can trust it"</h2>
            <dl class="trust">
                <div><dt>"Every unit is accounted for"</dt><dd>"Money moves only as balanced double entries that can never be changed. One command proves the books from the rows alone."</dd></div>
                <div><dt>"Every silence has an end"</dt><dd>"If the seller does not deliver in time, the buyer gets everything back, fees included. Every order says whom it waits for and until when."</dd></div>
                <div><dt>"You see it before you click"</dt><dd>"What a button will move is shown to the unit, and exactly that is booked."</dd></div>
                <div><dt>"It works everywhere"</dt><dd>"On an old phone, without JavaScript, by keyboard and with a screen reader."</dd></div>
            </dl>
        </section>
    };
    Ok(Page::new("Escrow you can read", Shell::Public, body))
}

/// An order that shows what the fees come to.
fn example(schedules: &[FeeSchedule], terms: &Terms) -> Option<Quote> {
    let price = Price { currency: Currency::Ngn, product: 1_400_000, shipping: 0 };
    let fees = schedules.iter().find(|fees| fees.currency == price.currency)?;
    Quote::compute(price, terms, fees, false, false).ok()
}

/// An order as its buyer sees it, typeset as an example.
fn specimen(schedules: &[FeeSchedule], terms: &Terms) -> Option<AnyView> {
    let quote = example(schedules, terms)?;
    let money = |minor| Money::new(minor, quote.currency).map(amount).ok();
    let (price, fees, total) = (quote.price(), quote.buyer_fees(), quote.total());
    let held = price * 1_000 / total.max(1);
    let left = format!("(in {})", hours(terms.inspection_hours));
    Some(view! {
        <figure class="specimen">
            <figcaption>"An order, as its buyer sees it"</figcaption>
            <div class="item"><span class="avatar large" aria-hidden="true">"AF"</span><div><p class="title">"Ankara fabric, 6 yards"</p><p>"Sold by Amaka Foods"</p></div></div>
            <p class="waiting" data-tone="turn">{icon("clock")}<span>"Waits for "<b>"you"</b>" to accept or reject "<span class="countdown">{left}</span></span></p>
            <figure class="money-map" aria-labelledby="specimen-map">
                <figcaption id="specimen-map">"Where the money is"</figcaption>
                <svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
                    <rect data-part="held" x="0" width=held.to_string() height="12"></rect><rect data-part="fees" x=held.to_string() width=(1_000 - held).to_string() height="12"></rect>
                </svg>
                <table>
                    <thead class="unseen"><tr><th scope="col">"Part"</th><th scope="col">"Where"</th><th scope="col">"Amount"</th></tr></thead>
                    <tbody>
                        <tr data-part="held"><th scope="row">"Price"</th><td>"held in escrow"</td><td class="num">{money(price)}</td></tr>
                        <tr data-part="fees"><th scope="row">"Fees"</th><td>"held in escrow"</td><td class="num">{money(fees)}</td></tr>
                    </tbody>
                    <tfoot><tr><th scope="row" colspan="2">"You paid"</th><td class="num">{money(total)}</td></tr></tfoot>
                </table>
            </figure>
        </figure>
    }
    .into_any())
}

/// The fees as the quotes charge them.
fn fees(schedules: &[FeeSchedule], terms: &Terms) -> AnyView {
    let rows = schedules.iter().map(|fees| {
        let currency = fees.currency;
        let money = |minor| Money::new(minor, currency).map(amount).ok();
        view! {
            <tr>
                <th scope="row" class="lead">{currency.name()}</th>
                <td class="sub">"Buyer pays "{fees.escrow.rate.to_string()}", at least "{money(fees.escrow.min)}", at most "{money(fees.escrow.max)}</td>
                <td class="sub">"Seller pays "{fees.gateway.rate.to_string()}", at most "{money(fees.gateway.max)}</td>
            </tr>
        }
    });
    let example = example(schedules, terms).map(|quote| {
        let money = |minor| Money::new(minor, quote.currency).map(amount).ok();
        let seller = quote.price() - quote.escrow.seller - quote.gateway.seller;
        view! {
            <p class="hint">
                "For example: at a price of "{money(quote.price())}" the buyer pays "{money(quote.total())}" and the seller gets "{money(seller)}"."
            </p>
        }
    });
    view! {
        <div class="table fees"><table>
            <caption class="unseen">"Fees by currency"</caption>
            <thead><tr><th scope="col">"Currency"</th><th scope="col">"Escrow fee"</th><th scope="col">"Card or bank fee"</th></tr></thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table></div>
        {example}
    }
    .into_any()
}
