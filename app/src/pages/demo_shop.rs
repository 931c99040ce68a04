//! The sandbox's demo shop: what a shop of somebody else does with our payment page, standard and in an overlay.

use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::{Error, Result};
use leptos::prelude::*;

/// A shop with one thing to sell. Not found in live mode.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    if !request.backend.is_sandbox() {
        return Err(Error::NotFound);
    }
    let (product, order) = (request.query("product").to_owned(), request.query("order").to_owned());
    if !order.is_empty() {
        return Ok(thanks(product, order));
    }
    let now = request.backend.now().unix_timestamp();
    let form = Form::default()
        .or("token", request.query("key"))
        .or("email", "shopper@example.test")
        .or("phone_number", "+2348031234567")
        .or("amount", "1250000")
        .or("order_product_id", now.to_string());
    let field = |name, label, hint| Field { hint, ..Field::text(name, label) }.show(&form);
    let callback = request.backend.url("/sandbox/shop");
    let body = view! {
        <div class="page-head"><h1>"A demo shop"</h1><p class="lede">"What a shop of somebody else does with the payment page. Read the form: it is the documented one."</p></div>
        <form id="demo-shop" method="post" action="/pay" class="form" novalidate>
            {field("token", "Public key", "Of a selling account: from its page Developers.")}
            {field("email", "Buyer's e-mail", "")}
            {field("phone_number", "Buyer's phone", "")}
            {field("amount", "Amount in kobo", "1250000 is ₦12,500.00")}
            {field("order_product_id", "The shop's order number", "")}
            {hidden("currency", "NGN")}{hidden("type", "1")}
            {hidden("customer_firstname", "Sade")}{hidden("customer_lastname", "Shopper")}
            {hidden("order_product_name", "A carved stool")}{hidden("order_product_desc", "Iroko, 45 cm")}
            {hidden("delivery_date", "2030-01-01 12:00:00")}{hidden("delivery_location", "12 Allen Avenue, Ikeja, Lagos")}
            {hidden("recipient", "+2348031234567")}{hidden("callback_url", callback)}
            <div class="actions">
                <button class="button primary">"Pay on the hosted page"</button>
                <button class="button" type="button" id="pay-inline" hidden>"Pay in an overlay"</button>
            </div>
        </form>
        <link rel="stylesheet" href="/assets/trustpay.inline.min.css"/>
        <script src="/assets/trustpay.inline.min.js" defer></script>
        <script src="/assets/demo-shop.js" defer></script>
    };
    let page = Page::new("Demo shop", Shell::Public, body);
    Ok(page)
}

fn thanks(product: String, order: String) -> Page {
    let body = view! {
        <section class="confirm">
            <h1>"Thank you for your order"</h1>
            <p>{format!("The shop's order {product} is paid into escrow as order {order}.")}</p>
            <div class="actions"><a class="button" href="/sandbox/shop">"Order again"</a></div>
        </section>
    };
    Page::new("Thank you", Shell::Public, body)
}
