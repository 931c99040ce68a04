//! The terms of an order or an offer in plain words, as the buyer reads them before paying and the seller afterwards.

use domain::Money;
use domain::clock_text::hours;
use domain::fee::Bearer;
use domain::money::Currency;
use domain::order::{OnSilence, RefundPolicy, Role, Terms};

/// Terms with amounts in `currency` as sentences with a title each, for the buyer or for anybody else.
pub(crate) fn sentences(terms: &Terms, currency: Currency, reader: Role) -> Vec<(&'static str, String)> {
    let days = if terms.delivery_days == 1 { "1 day".to_owned() } else { format!("{} days", terms.delivery_days) };
    let (look, answer) = (hours(terms.inspection_hours), hours(terms.answer_hours));
    let silence = silence(terms.on_silence, reader);
    if reader == Role::Buyer {
        return vec![
            (
                "Delivery",
                format!("The seller delivers within {days}; otherwise you get everything back, fees included."),
            ),
            ("Your time to look", format!("You have {look} to accept or reject. If you do neither, {silence}.")),
            (
                "If you reject",
                format!(
                    "The seller has {answer} to answer. If it does not, you are refunded in full. {}",
                    confirmed(terms, currency, "you")
                ),
            ),
            ("Cancelling", cancelling(terms, currency, "you")),
            ("Fees", bearers(terms)),
        ];
    }
    vec![
        ("Delivery", format!("Within {days} of the payment; otherwise the buyer gets everything back, fees included.")),
        ("Time to look", format!("The buyer has {look} to accept or reject. If they do neither, {silence}.")),
        (
            "If the buyer rejects",
            format!(
                "The seller has {answer} to answer. Without an answer the buyer is refunded in full. {}",
                confirmed(terms, currency, "the buyer")
            ),
        ),
        ("Cancelling", cancelling(terms, currency, "the buyer")),
        ("Fees", bearers(terms)),
    ]
}

/// What the buyer's silence means, as the end of a sentence.
pub(crate) const fn silence(on_silence: OnSilence, reader: Role) -> &'static str {
    match (on_silence, reader) {
        (OnSilence::Accept, _) => "the delivery counts as accepted",
        (OnSilence::RefundLessFee, Role::Buyer) => {
            "the order is cancelled and you are refunded, less the cancellation fee and the fees you paid on top"
        }
        (OnSilence::RefundLessFee, _) => {
            "the order is cancelled and the buyer is refunded, less the cancellation fee and the fees paid on top"
        }
    }
}

/// What becomes of a rejection that the seller confirms.
fn confirmed(terms: &Terms, currency: Currency, who: &str) -> String {
    if terms.refund_policy == RefundPolicy::ReplacementOnly {
        return "If the item is back in good condition, it is delivered once more instead of refunded.".to_owned();
    }
    let changed = "for a change of mind";
    match terms.cancellation_fee {
        0 => format!("If {who} reject{} {changed}, the fees paid on top are not returned.", ending(who)),
        fee => {
            let fee = Money::or_zero(fee, currency);
            format!("If {who} reject{} {changed}, {fee} and the fees paid on top are not returned.", ending(who))
        }
    }
}

/// The ending of a verb behind `who`.
fn ending(who: &str) -> &'static str {
    if who == "you" { "" } else { "s" }
}

/// Who bears which fee.
fn bearers(terms: &Terms) -> String {
    let words = |bearer: Bearer| match bearer {
        Bearer::Buyer => "by the buyer, on top of the price",
        Bearer::Seller => "by the seller, out of the price",
        Bearer::HalfEach => "by buyer and seller, half each",
    };
    format!(
        "The escrow fee is paid {}; the payment provider's fee {}.",
        words(terms.escrow_fee_bearer),
        words(terms.gateway_fee_bearer)
    )
}

fn cancelling(terms: &Terms, currency: Currency, who: &str) -> String {
    let money = |minor| Money::new(minor, currency).map(|money| money.to_string()).unwrap_or_default();
    let free = hours(terms.cancellation_free_hours);
    match (terms.refund_policy, terms.cancellation_fee) {
        (RefundPolicy::Refund, 0) => {
            format!(
                "Until it is delivered {who} can cancel and get the price back. The escrow fee is not returned then."
            )
        }
        (RefundPolicy::Refund, fee) => format!(
            "Until it is delivered {who} can cancel. In the first {free} that costs nothing but the escrow fee, later also {}.",
            money(fee)
        ),
        (RefundPolicy::ReplacementOnly, _) => {
            format!("In the first {free} {who} can cancel. Later the order is replaced, not refunded.")
        }
    }
}
