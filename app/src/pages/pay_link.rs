//! The hosted page of a payment request, and where its buyer comes back to (instamojo.md section 5).

use crate::components::collection::rupees;
use crate::components::shell::Shell;
use crate::components::{amount, icon};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::instamojo::{CollectionReturn, CollectionStatus, HostedRequest};
use leptos::prelude::*;

/// Seconds until the page of a payment on its way looks again.
const REFRESH_SECONDS: u32 = 2;

/// What is asked for, by whom, and one button.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let (username, id) = named(&request.path);
    let hosted = request.backend.hosted_request(username, id).await?;
    let asked = &hosted.request;
    let total = rupees(asked.amount);
    let act = match asked.accepts(request.backend.now()) {
        Err(reason) => view! { <p>{reason}</p> }.into_any(),
        Ok(()) if !request.backend.takes_cards() => {
            view! { <p>"Payments are not taken here yet. Ask the seller how else you can pay."</p> }.into_any()
        }
        Ok(()) => form(&visit, &hosted),
    };
    let description = (!asked.description.is_empty()).then(|| view! { <p>{asked.description.clone()}</p> });
    let body = view! {
        <div class="page-head"><h1>{asked.purpose.clone()}</h1><p class="lede">{format!("{} asks you to pay", hosted.seller_name)}</p></div>
        <p class="amount big"><span class="currency">{total.currency().symbol()}</span>{total.number()}</p>
        {description}
        <section aria-label="Payment">{act}</section>
    };
    Ok(Page::new(format!("Pay {total}"), Shell::Payer, body))
}

/// The seller's name in the address, and the id of the request; the address may begin with a sign of its own.
fn named(path: &str) -> (&str, &str) {
    let mut segments = path.trim_end_matches('/').rsplit('/');
    let id = segments.next().unwrap_or_default();
    (segments.next().unwrap_or_default().trim_start_matches('@'), id)
}

fn form(visit: &Visit, hosted: &HostedRequest) -> AnyView {
    let asked = &hosted.request;
    let form = Form::of(&visit.flash, "pay_link")
        .or("name", &asked.buyer_name)
        .or("email", &asked.email)
        .or("phone", &asked.phone);
    let reference = format!("{}/{}", hosted.username, asked.id.0.simple());
    let phone =
        Field { kind: "tel", autocomplete: "tel", hint: "Such as +91 98765 43210.", ..Field::text("phone", "Phone") };
    view! {
        <form method="post" action="/do/pay-link" class="form" novalidate>
            {form.summary()}
            {hidden("request", reference)}
            {hidden("key", visit.request.form_key())}
            {Field { autocomplete: "name", ..Field::text("name", "Your name") }.show(&form)}
            {Field { kind: "email", autocomplete: "email", ..Field::text("email", "E-mail") }.show(&form)}
            {phone.show(&form)}
            <button class="button primary big">{icon("lock")}<span>"Pay "{amount(rupees(asked.amount))}</span></button>
        </form>
        <p class="hint">{format!("You pay on the payment provider's page. The money goes to {}; it is not held in escrow.", hosted.seller_name)}</p>
    }
    .into_any()
}

/// Where the payment provider sends the buyer back to, unless the request names a page of the shop.
pub(crate) async fn done(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let returned = request.backend.collection_return(request.segment("pay")).await?;
    let status = returned.collection.status;
    let decided = matches!(status, CollectionStatus::Succeeded | CollectionStatus::Failed);
    if decided && !returned.request.redirect_url.is_empty() {
        // It was pending when the buyer came back; now it is known, and the buyer goes on to the shop.
        return Ok(Page::redirect(format!("/pay/{}", returned.collection.code)));
    }
    let unpaid = matches!(status, CollectionStatus::Started | CollectionStatus::Failed);
    let again = if unpaid && returned.request.accepts(request.backend.now()).is_ok() {
        Some(request.backend.longurl(&returned.request).await?)
    } else {
        None
    };
    let pending = status == CollectionStatus::Pending;
    let (title, text) = told(&returned);
    let body = view! {
        <section class="confirm">
            <h1>{title}</h1>
            <p>{text}</p>
            {facts(&returned)}
            <div class="actions">
                {again.map(|href| view! { <a class="button primary big" href=href>"Try again"</a> })}
                {pending.then(|| view! { <a class="button" href=request.path.clone()>"Look again"</a> })}
            </div>
        </section>
    };
    let refresh_seconds = pending.then_some(REFRESH_SECONDS);
    Ok(Page { refresh_seconds, ..Page::new(title, Shell::Payer, body) })
}

/// What became of the payment, for its buyer.
fn told(returned: &CollectionReturn) -> (&'static str, String) {
    let payment = &returned.collection;
    let total = rupees(payment.amount);
    match payment.status {
        CollectionStatus::Succeeded => ("Payment received", format!("{total} was paid. Keep the payment id for questions.")),
        CollectionStatus::Failed => {
            let reason = payment.failure.clone().unwrap_or_else(|| "The bank refused the payment.".to_owned());
            ("The payment failed", format!("{reason} Nothing was charged."))
        }
        CollectionStatus::Started => ("Nothing was paid", "You came back before you paid. Nothing was charged.".to_owned()),
        CollectionStatus::Pending => (
            "Waiting for the bank",
            "The payment provider has not confirmed your payment yet. This page looks again by itself; do not pay a second time.".to_owned(),
        ),
        CollectionStatus::Returned => (
            "Your money is on its way back",
            "Money arrived that does not fit what was asked for. All of it is sent back to you; that can take some days.".to_owned(),
        ),
    }
}

fn facts(returned: &CollectionReturn) -> AnyView {
    let payment = &returned.collection;
    view! {
        <dl class="facts">
            <div><dt>"Payment id"</dt><dd>{payment.code.clone()}</dd></div>
            <div><dt>"For"</dt><dd>{returned.request.purpose.clone()}</dd></div>
            <div><dt>"Amount"</dt><dd>{amount(rupees(payment.amount))}</dd></div>
        </dl>
    }
    .into_any()
}
