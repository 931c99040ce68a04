//! An order's terms in plain words, as the buyer reads them before paying.

use domain::Money;
use domain::clock_text::hours;
use domain::order::{OnSilence, Order, RefundPolicy};

/// The terms as sentences with a title each.
pub(crate) fn sentences(order: &Order) -> Vec<(&'static str, String)> {
    let terms = &order.terms;
    let money = |minor| Money::new(minor, order.price.currency).map(|money| money.to_string()).unwrap_or_default();
    let days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let silence = match terms.on_silence {
        OnSilence::Accept => "the delivery counts as accepted",
        OnSilence::RefundLessFee => "the order is cancelled and you are refunded, less the cancellation fee",
    };
    let cancel = match (terms.refund_policy, terms.cancellation_fee) {
        (RefundPolicy::Refund, 0) => "Until it is delivered you can cancel and get the price back. The escrow fee is not returned then.".to_owned(),
        (RefundPolicy::Refund, fee) => format!(
            "Until it is delivered you can cancel. In the first {} that costs nothing but the escrow fee, later also {}.",
            hours(terms.cancellation_free_hours),
            money(fee)
        ),
        (RefundPolicy::ReplacementOnly, _) => {
            format!("You can cancel in the first {}. Later the seller replaces instead of refunding.", hours(terms.cancellation_free_hours))
        }
    };
    vec![
        ("Delivery", format!("The seller delivers within {}; otherwise you get everything back, fees included.", days(terms.delivery_days))),
        ("Your time to look", format!("You have {} to accept or reject. If you do neither, {silence}.", hours(terms.inspection_hours))),
        ("If you reject", format!("The seller has {} to answer. If it does not, you are refunded in full.", hours(terms.answer_hours))),
        ("Cancelling", cancel),
    ]
}
