//! Amounts, and where each part of an order's money is.

use backend::service::order_view::{Beneficiary, OrderView, Place};
use domain::Money;
use domain::order::Role;
use leptos::prelude::*;

/// An amount: small currency, then the number.
pub(crate) fn amount(money: Money) -> AnyView {
    let sign = if money.minor() < 0 { "−" } else { "" };
    let number = money.number().replace('−', "");
    view! { <span class="amount"><span class="currency">{sign}{money.currency().symbol()}</span>{number}</span> }
        .into_any()
}

/// Amounts of several currencies, or a dash.
pub(crate) fn amounts(all: &[Money]) -> AnyView {
    if all.is_empty() {
        return view! { <span class="amount">"–"</span> }.into_any();
    }
    all.iter().map(|money| view! { {amount(*money)}" " }).collect_view().into_any()
}

struct Part {
    key: &'static str,
    paid: bool,
    name: String,
    place: &'static str,
    money: Money,
}

fn part(order: &OrderView, place: Place, money: Money) -> Part {
    let who = |who: Beneficiary| match who {
        Beneficiary::Seller if order.role == Role::Seller => ("seller", "You".to_owned()),
        Beneficiary::Seller => ("seller", order.seller.clone()),
        Beneficiary::Provider => ("provider", "Service provider".to_owned()),
        Beneficiary::Operator => ("commission", "Marketplace".to_owned()),
    };
    let buyer = || if order.role == Role::Buyer { "You".to_owned() } else { order.buyer.clone() };
    let (key, paid, name, place) = match place {
        Place::Held => ("held", false, "Price".to_owned(), "held in escrow"),
        Place::FeesHeld => ("fees", false, "Fees".to_owned(), "held in escrow"),
        Place::Due(party) => {
            let (key, name) = who(party);
            (key, false, name, "released, payout under way")
        }
        Place::Paid(party) => {
            let (key, name) = who(party);
            (key, true, name, "paid out")
        }
        Place::RefundDue => ("refunded", false, buyer(), "refund under way"),
        Place::Refunded => ("refunded", true, buyer(), "refunded"),
        Place::Fees => ("fees", true, "Fees".to_owned(), "escrow and payment fees"),
        Place::CarriedOn => ("held", true, "Carried over".to_owned(), "held for the next milestone"),
        Place::Suspense => ("fees", false, "Not matched".to_owned(), "kept safe, being looked at"),
    };
    Part { key, paid, name, place, money }
}

/// The bar of where the money is, with a table under it that adds up. Nothing before anything was paid.
pub(crate) fn money_map(order: &OrderView) -> Option<AnyView> {
    let total = order.money.total?;
    let parts: Vec<Part> = order.money.parts.iter().map(|(place, money)| part(order, *place, *money)).collect();
    let mut x = 0_i64;
    let mut bars = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let end = if index + 1 == parts.len() { 1_000 } else { x + thousandths(part.money, total) };
        let (from, width, state) = (x.to_string(), (end - x).to_string(), part.paid.then_some("paid"));
        bars.push(view! { <rect data-part=part.key data-state=state x=from width=width height="12"></rect> });
        x = end;
    }
    let rows = parts.into_iter().map(|part| {
        let state = part.paid.then_some("paid");
        view! {
            <tr data-part=part.key data-state=state>
                <th scope="row">{part.name}</th><td>{part.place}</td><td class="num">{amount(part.money)}</td>
            </tr>
        }
    });
    let label = if order.role == Role::Buyer { "You paid" } else { "Paid by the buyer" };
    Some(
        view! {
            <figure class="money-map" aria-labelledby="money-map">
                <figcaption id="money-map">"Where the money is"</figcaption>
                <svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>
                <table>
                    <thead class="unseen"><tr><th scope="col">"Part"</th><th scope="col">"Where"</th><th scope="col">"Amount"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                    <tfoot><tr><th scope="row" colspan="2">{label}</th><td class="num">{amount(total)}</td></tr></tfoot>
                </table>
            </figure>
        }
        .into_any(),
    )
}

fn thousandths(part: Money, total: Money) -> i64 {
    i64::try_from(i128::from(part.minor()) * 1_000 / i128::from(total.minor().max(1))).unwrap_or(0)
}

/// One line of a review: who, a hint, how much.
pub(crate) struct ReviewLine {
    /// Who gets or pays it.
    pub(crate) label: String,
    /// Why, small; may be empty.
    pub(crate) hint: String,
    /// How much.
    pub(crate) money: Money,
}

/// Lines with a total that they add up to.
pub(crate) fn review(lines: Vec<ReviewLine>, total: (&'static str, Money)) -> AnyView {
    let rows = lines.into_iter().filter(|line| line.money.minor() != 0).map(|line| {
        let hint = (!line.hint.is_empty()).then(|| view! { " "<span class="hint">{line.hint}</span> });
        view! { <div><dt>{line.label}{hint}</dt><dd>{amount(line.money)}</dd></div> }
    });
    view! {
        <dl class="review">
            {rows.collect_view()}
            <div class="total"><dt>{total.0}</dt><dd>{amount(total.1)}</dd></div>
        </dl>
    }
    .into_any()
}
