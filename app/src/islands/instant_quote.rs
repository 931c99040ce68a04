//! What a buyer will pay, while the seller types the price: the same `domain` code that makes the real quote.

use domain::fee::FeeSchedule;
use leptos::prelude::*;

/// `fees` are the platform's, `private` where the seller is a private person. Reads the fields `amount`, `shipping` and `currency` of the form around it. Nothing without JavaScript.
#[island]
pub fn InstantQuote(private: bool, fees: Vec<FeeSchedule>) -> impl IntoView {
    let (words, set_words) = signal(String::new());
    #[cfg(feature = "hydrate")]
    {
        let handle =
            window_event_listener(leptos::ev::input, move |_| set_words.set(quote(private, &fees).unwrap_or_default()));
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (set_words, private, fees);
    view! { <p class="hint" aria-live="polite">{move || words.get()}</p> }
}

#[cfg(feature = "hydrate")]
fn quote(private: bool, fees: &[FeeSchedule]) -> Option<String> {
    use domain::money::{Currency, Money};
    use domain::order::{Price, Quote, Terms};

    let currency = Currency::from_code(&field("currency")?)?;
    let product = Money::parse(&field("amount")?, currency).ok()?.minor();
    let shipping = Money::parse(&field("shipping")?, currency).map_or(0, Money::minor);
    let fees = fees.iter().find(|fees| fees.currency == currency)?;
    let price = Price { currency, product, shipping };
    let money = |minor| Money::new(minor, currency).map(|money| money.to_string()).unwrap_or_default();
    match Quote::compute(price, &Terms::default(), fees, private, false) {
        Ok(quote) => Some(format!(
            "The buyer pays {}: the price and an escrow fee of {}. You get {} after the payment fee of {}.",
            money(quote.total()),
            money(quote.escrow.buyer),
            money(quote.price() - quote.gateway.seller - quote.escrow.seller),
            money(quote.gateway.total()),
        )),
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(feature = "hydrate")]
fn field(id: &str) -> Option<String> {
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{HtmlInputElement, HtmlSelectElement};
    let element = document().get_element_by_id(id)?;
    match element.dyn_into::<HtmlInputElement>() {
        Ok(input) => Some(input.value()),
        Err(element) => element.dyn_into::<HtmlSelectElement>().ok().map(|select| select.value()),
    }
}
