//! The hosted page of a shop's order: what is paid, what happens to it, and one button; and the way back to the shop.

use crate::components::shell::Shell;
use crate::components::{amount, icon};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::order_act::settlement_review;
use crate::pages::pay::quote_lines;
use crate::pages::terms_text;
use backend::Result;
use backend::service::api::{Checkout, Returned};
use backend::service::order_view::PaymentStatus;
use domain::order::{RefundPolicy, Status};
use leptos::prelude::*;

/// What the buyer pays into escrow, and on what terms.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let token = request.segment("checkout").to_owned();
    let checkout = request.backend.checkout(&token).await?;
    let framed = request.query("framed") == "1";
    let order = &checkout.order;
    let on_its_way = order.payments.first().is_some_and(|payment| payment.status == PaymentStatus::Pending);
    if order.order.status != Status::AwaitingPayment || on_its_way {
        return Ok(Page::redirect(format!("/checkout/{token}/return{}", if framed { "?framed=1" } else { "" })));
    }
    let total = order.amount(order.quote.total());
    let who = order.operator.clone().unwrap_or_else(|| order.seller.clone());
    let lede = format!(
        "{} is paid into escrow for {who}, and released only when you accept what was delivered.",
        order.price()
    );
    let form = pay_form(&visit, &checkout, &token, framed);
    let body = view! {
        <div class="page-head"><h1>"Your payment into escrow"</h1><p class="lede">{order.facts.title.clone()}</p></div>
        <p>{lede}</p>
        {problem(request.query("problem"))}
        <section aria-labelledby="you"><h2 id="you">"You"</h2>
            <dl class="facts">
                <div><dt>"E-mail"</dt><dd>{order.facts.buyer_email.clone()}</dd></div>
                <div><dt>"Phone"</dt><dd>{checkout.phone.clone()}</dd></div>
            </dl>
        </section>
        <section aria-labelledby="lines"><h2 id="lines">"What you pay"</h2>{quote_lines(order, &order.quote)}</section>
        <section aria-labelledby="who"><h2 id="who">"Who gets what when you accept"</h2>{settlement_review(order, &order.on_accept)}</section>
        <section aria-labelledby="terms"><h2 id="terms">"The seller's delivery terms"</h2>
            <p>{if_rejected(order.order.terms.refund_policy)}</p>
            <dl class="facts">
                {terms_text::sentences(&order.order.terms, order.order.price.currency, order.role).into_iter().map(|(title, text)| view! { <div><dt>{title}</dt><dd>{text}</dd></div> }).collect_view()}
            </dl>
        </section>
        <section aria-label="Payment">{form}</section>
        {frame_script(&checkout, framed)}
    };
    let page = Page::new(format!("Pay {total}"), shell(order.facts.number, framed), body);
    Ok(Page { shop_origin: checkout.origin.clone(), ..page })
}

/// A frame has no way to pages that no frame may show.
const fn shell(number: i64, framed: bool) -> Shell {
    if framed { Shell::Framed } else { Shell::Buyer { number } }
}

fn pay_form(visit: &Visit, checkout: &Checkout, token: &str, framed: bool) -> AnyView {
    let request = &visit.request;
    let order = &checkout.order;
    if !request.backend.takes_cards() {
        let text = "Cards are not taken here yet. The shop's order waits; ask the shop how else you can pay.";
        return view! { <p>{text}</p> }.into_any();
    }
    let total = order.quote.total();
    let form = Form::of(&visit.flash, "checkout").or("alt_recipient", checkout.alt_recipient.clone());
    let field = Field {
        kind: "tel",
        autocomplete: "off",
        hint: "Somebody who may receive it for you, such as +234 803 123 4567.",
        ..Field::text("alt_recipient", "Another recipient's phone number (optional)")
    };
    let cancel = format!("/checkout/{token}/return{}", if framed { "?framed=1" } else { "" });
    view! {
        <form method="post" action="/do/checkout-pay" class="form" novalidate>
            {form.summary()}
            {hidden("order", token.to_owned())}
            {hidden("total", total.to_string())}
            {hidden("framed", if framed { "1" } else { "" })}
            {hidden("key", request.form_key())}
            {field.show(&form)}
            <button class="button primary big">{icon("lock")}<span>"Yes, deposit "{amount(order.amount(total))}</span></button>
            <a class="button" href=cancel data-close="">"Cancel"</a>
        </form>
        <p class="hint">"You pay on the payment provider's page. After that a mail brings you a link to your order."</p>
    }
    .into_any()
}

/// What is said where a form in a frame could not keep its message for the page.
fn problem(code: &str) -> Option<AnyView> {
    let text = match code {
        "recipient" => "Enter the other recipient's phone number such as +234 803 123 4567, or leave it empty.",
        "price" => "The fees changed since this page was shown. Look at the new total.",
        "refused" => "This could not be paid at the moment. Nothing was charged; try again.",
        _ => return None,
    };
    Some(view! { <div class="error-summary" role="alert"><p>{text}</p></div> }.into_any())
}

const fn if_rejected(policy: RefundPolicy) -> &'static str {
    match policy {
        RefundPolicy::Refund => "If you reject the delivery, you are refunded as these terms say.",
        RefundPolicy::ReplacementOnly => "If you reject the delivery, it is replaced in full; there is no refund.",
    }
}

/// Where the payment provider sends the buyer back to: on to the shop once the payment is confirmed, and never before.
pub(crate) async fn returned(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let token = request.segment("checkout").to_owned();
    let framed = request.query("framed") == "1";
    let checkout = request.backend.checkout(&token).await?;
    let returned = request.backend.checkout_returned(&token).await?;
    let shell = shell(checkout.order.facts.number, framed);
    let again = format!("/checkout/{token}{}", if framed { "?framed=1" } else { "" });
    let mut page = match returned {
        Returned::Paid(Some(url)) if !framed => Page::redirect(url),
        Returned::Paid(url) => Page::new("Paid into escrow", shell, paid(&checkout, url, framed)),
        Returned::Waiting => {
            let body = view! {
                <section class="confirm">
                    <h1>"Waiting for the bank"</h1>
                    <p>"The payment provider has not confirmed your payment yet. This page looks again by itself; you can also close it, and a mail tells you when it arrived."</p>
                    {frame_script(&checkout, framed)}
                </section>
            };
            Page { refresh_seconds: Some(2), ..Page::new("Waiting for the bank", shell, body) }
        }
        Returned::Kept => Page::new("Your money is kept safe", shell, kept(&checkout, framed)),
        Returned::NotPaid(reason) => Page::new("Nothing was paid", shell, not_paid(&checkout, reason, again, framed)),
    };
    page.shop_origin = checkout.origin;
    Ok(page)
}

fn paid(checkout: &Checkout, url: Option<String>, framed: bool) -> AnyView {
    let order = &checkout.order;
    let next = url.clone().map(|url| {
        view! { <a class="button primary big" href=url.clone() target="_top" data-shop-return=url>"Back to the shop"</a> }
    });
    view! {
        <section class="confirm">
            <h1>"Paid into escrow"</h1>
            <p><b>{order.facts.title.clone()}</b></p>
            <p>{format!("{} is held for order {}. A mail with the link to your order is on its way to {}.", order.price(), order.facts.number, order.facts.buyer_email)}</p>
            <div class="actions">{next}</div>
            {frame_script(checkout, framed)}
        </section>
    }
    .into_any()
}

fn kept(checkout: &Checkout, framed: bool) -> AnyView {
    view! {
        <section class="confirm">
            <h1>"Your money is kept safe"</h1>
            <p>"Money arrived that does not fit this order, so the order is not paid yet. The administrator returns or applies it and tells you. You need not do anything, and should not pay again."</p>
            {frame_script(checkout, framed)}
        </section>
    }
    .into_any()
}

fn not_paid(checkout: &Checkout, reason: Option<String>, again: String, framed: bool) -> AnyView {
    let open = checkout.order.order.status == Status::AwaitingPayment;
    let why = reason.map(|reason| view! { <p>{reason}</p> });
    let act = if open {
        view! { <a class="button primary big" href=again>"Try again"</a> }.into_any()
    } else {
        view! { <p>"The order is closed. Go back to the shop and order again."</p> }.into_any()
    };
    view! {
        <section class="confirm">
            <h1>"Nothing was paid"</h1>
            {why}
            <p>"Your order in the shop waits. You can try again with another card or account, or close this page."</p>
            <div class="actions">{act}</div>
            {frame_script(checkout, framed)}
        </section>
    }
    .into_any()
}

/// In a shop's frame, a script tells the shop's page when it may go on or close the frame; it tells nobody else.
fn frame_script(checkout: &Checkout, framed: bool) -> Option<AnyView> {
    let origin = checkout.origin.clone().filter(|_| framed)?;
    Some(view! { <script src="/assets/checkout-frame.js" defer data-shop-origin=origin></script> }.into_any())
}
