//! Paying: the quote line by line, who gets what on acceptance, the terms in plain words, and one button.

use crate::components::money::{ReviewLine, review};
use crate::components::order::status;
use crate::components::shell::Shell;
use crate::components::{amount, icon, when};
use crate::form::hidden;
use crate::page::{Page, Visit};
use crate::pages::order_act::settlement_review;
use crate::pages::terms_text;
use backend::service::access::OrderRef;
use backend::service::order_view::{OrderView, PaymentStatus};
use backend::{Error, Result};
use domain::order::{Quote, Role, Status};
use leptos::prelude::*;

/// The quote.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.viewer.as_ref();
    let reference = OrderRef::parse(request.segment("orders"))?;
    let quote_id = request.last_segment().parse().map_err(|_| Error::NotFound)?;
    let order = request.backend.order_view(viewer, &reference).await?;
    let quote = request.backend.order_quote(viewer, &reference, quote_id).await?;
    if order.role != Role::Buyer {
        return Err(Error::NotFound);
    }
    if order.order.status != Status::AwaitingPayment {
        return Ok(Page::redirect(order.path()));
    }
    let expired = order.now > quote.expires_at;
    let total = order.amount(quote.quote.total());
    let key = request.form_key();
    let (cards, transfers) = (request.backend.takes_cards(), request.backend.takes_transfers(&order).await?);
    let transfer = transfers.then(|| {
        view! {
            <form method="post" action="/do/pay-by-transfer">
                {hidden("order", order.reference.to_string())}
                {hidden("quote", quote.id.to_string())}
                {hidden("key", request.form_key())}
                <button class="button big">{icon("landmark")}"Send a bank transfer instead"</button>
            </form>
        }
    });
    let act = if expired {
        view! {
            <p class="hint">"This quote is over its time. Nothing was charged."</p>
            <form method="post" action="/do/quote">
                {hidden("order", order.reference.to_string())}
                <button class="button primary big">"Get a new quote"</button>
            </form>
        }
        .into_any()
    } else {
        let card = cards.then(|| {
            view! {
                <form method="post" action="/do/pay">
                    {hidden("order", order.reference.to_string())}
                    {hidden("quote", quote.id.to_string())}
                    {hidden("key", key)}
                    <button class="button primary big">{icon("lock")}<span>"Pay "{amount(total)}</span></button>
                </form>
            }
        });
        let none = (!cards && !transfers).then(|| {
            view! { <p>"Payments in this currency are not set up here yet. Ask whoever runs this marketplace."</p> }
        });
        let page = cards.then_some("You pay on the payment provider's page. ");
        view! {
            {card}
            {transfer}
            {none}
            <p class="hint">{page}"This price stands until "{when(quote.expires_at, request.zone)}"."</p>
        }
        .into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Pay into escrow"</h1><p class="lede">{order.facts.title.clone()}", sold by "{order.seller.clone()}</p></div>
        <section aria-labelledby="lines"><h2 id="lines">"What you pay"</h2>{quote_lines(&order, &quote.quote)}</section>
        <section aria-labelledby="who"><h2 id="who">"Who gets what when you accept"</h2>{settlement_review(&order, &order.on_accept)}</section>
        <section aria-labelledby="terms">
            <h2 id="terms">"The seller's terms"</h2>
            <dl class="facts">
                {terms_text::sentences(&order.order.terms, order.order.price.currency, order.role).into_iter().map(|(title, text)| view! { <div><dt>{title}</dt><dd>{text}</dd></div> }).collect_view()}
            </dl>
        </section>
        <section aria-label="Payment">{act}</section>
    };
    Ok(Page::new(format!("Pay order {}", order.facts.number), Shell::Buyer { number: order.facts.number }, body))
}

pub(crate) fn quote_lines(order: &OrderView, quote: &Quote) -> AnyView {
    let line = |label: &str, hint: &str, minor| ReviewLine {
        label: label.to_owned(),
        hint: hint.to_owned(),
        money: order.amount(minor),
    };
    let lines = vec![
        line("Price", "", quote.product),
        line("Shipping", "", quote.shipping),
        line("Escrow fee", "for holding the money", quote.escrow.buyer),
        line("Payment fee", "card or bank", quote.gateway.buyer),
        line("Carried over", "paid with the milestone before", -quote.carried),
    ];
    review(lines, ("You pay", order.amount(quote.total())))
}

/// Where the payment provider sends the browser back to.
pub(crate) async fn paid(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let reference = OrderRef::parse(request.segment("orders"))?;
    let order = request.backend.order_view(request.viewer.as_ref(), &reference).await?;
    let latest = order.payments.first().map(|payment| payment.status);
    let waiting = order.order.status == Status::AwaitingPayment && latest.is_some_and(PaymentStatus::is_open);
    if !waiting {
        return Ok(Page::redirect(order.path()));
    }
    let path = order.path();
    let body = view! {
        <section class="confirm">
            <h1>"Waiting for the bank"</h1>
            <p>{status(order.order.status, false)}</p>
            <p>"The payment provider has not confirmed your payment yet. That takes seconds for most cards and can take longer for transfers. This page looks again by itself; you can also close it, and we send you a mail."</p>
            <div class="actions"><a class="button" href=path>"To the order"</a></div>
        </section>
    };
    let mut page = Page::new("Waiting for the bank", Shell::Buyer { number: order.facts.number }, body);
    page.refresh_seconds = Some(2);
    Ok(page)
}
