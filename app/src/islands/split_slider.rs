//! How an offer would divide the money, while it is dragged or typed: the same `domain` code that makes the real division.

use domain::order::{Parties, Quote, Terms};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What of an order decides how its money is divided.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Divided {
    /// Who gets a share.
    pub parties: Parties,
    /// Under which terms.
    pub terms: Terms,
    /// Of what.
    pub quote: Quote,
}

/// A slider beside the amount field with the id `field`, with what each side would get. Nothing without JavaScript.
#[island]
pub fn SplitSlider(order: Divided, field: String, buyer: String, seller: String) -> impl IntoView {
    let (part, set_part) = signal(None::<i64>);
    let (ready, set_ready) = signal(false);
    let quote = order.quote;
    let price = quote.price();
    #[cfg(feature = "hydrate")]
    {
        let typed = field.clone();
        let first = field.clone();
        // After hydration, as somebody may have typed before it: the server drew the slider with nothing chosen.
        Effect::new(move |_| {
            set_part.set(browser::typed(&first, &quote));
            set_ready.set(true);
        });
        let handle = window_event_listener(leptos::ev::input, move |event| {
            set_part.set(browser::chosen(&event, &typed, &quote));
        });
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (set_part, set_ready, field);
    let percent = move || part.get().map_or(50, |part| part.saturating_mul(100) / price.max(1)).to_string();
    let shares = move || {
        let part = part.get()?;
        let split = domain::order::settle::Settlement::split_between(&order.parties, &order.terms, &quote, part);
        let words =
            |minor| domain::Money::new(minor, quote.currency).map(|money| money.to_string()).unwrap_or_default();
        let rest: i64 = split.shares.iter().map(|share| share.minor).sum();
        let fees = quote.total() - split.refund_total() - rest;
        Some(
            [(buyer.clone(), split.refund_total()), (seller.clone(), rest), ("Fees".to_owned(), fees)]
                .into_iter()
                .map(|(who, minor)| view! { <div><dt>{who}</dt><dd>{words(minor)}</dd></div> })
                .collect_view(),
        )
    };
    view! {
        <div class="range" hidden=move || !ready.get()>
            <label for="split-range">"Or drag: the part of the price that goes back to the buyer, in percent"</label>
            <input type="range" id="split-range" min="0" max="100" step="1" prop:value=percent/>
            <dl class="review" aria-live="polite">{shares}</dl>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Quote;
    use domain::money::Money;
    use leptos::prelude::document;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{Event, HtmlInputElement};

    fn input(id: &str) -> Option<HtmlInputElement> {
        document().get_element_by_id(id)?.dyn_into().ok()
    }

    /// What the amount field says, where it is an amount of the price.
    pub(super) fn typed(field: &str, quote: &Quote) -> Option<i64> {
        let minor = Money::parse(&input(field)?.value(), quote.currency).ok()?.minor();
        (0..=quote.price()).contains(&minor).then_some(minor)
    }

    /// What was chosen by an input event: the slider fills the field, the field moves the slider.
    pub(super) fn chosen(event: &Event, field: &str, quote: &Quote) -> Option<i64> {
        let target: Option<HtmlInputElement> = event.target().and_then(|target| target.dyn_into().ok());
        let Some(range) = target.filter(|target| target.id() == "split-range") else { return typed(field, quote) };
        let percent: i64 = range.value().parse().ok()?;
        let part = quote.price() * percent.clamp(0, 100) / 100;
        if let (Some(input), Ok(money)) = (input(field), Money::new(part, quote.currency)) {
            input.set_value(&money.number());
        }
        Some(part)
    }
}
