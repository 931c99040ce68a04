//! What a seller earned and was paid, movement by movement.

use crate::components::shell::Shell;
use crate::components::when::day;
use crate::components::{amount, empty, table};
use crate::page::{Page, Visit};
use backend::service::order_view::OrderPayout;
use backend::service::statement::{STATEMENT_ROWS, Statement, StatementPage};
use backend::{Error, Result};
use domain::clock_text::Zone;
use domain::money::Currency;
use domain::text::page_number;
use leptos::prelude::*;

/// The statement and the payouts.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let earnings = request.backend.earnings(request.signed_in()?, asked(&visit)).await?;
    let zone = request.zone;
    let statements = if earnings.statements.is_empty() {
        let (text, action) = if request.signed_in()?.selling().is_some() {
            ("When a buyer accepts an order, its money stands here.", ("New order", "/orders/new"))
        } else {
            (
                "When a buyer accepts an order of one of your sellers, your commission stands here.",
                ("Your sellers", "/sellers"),
            )
        };
        let nothing = empty("landmark", "Nothing earned yet", text, Some(action));
        view! { <section aria-labelledby="statements"><h2 id="statements" class="unseen">"Statements"</h2>{nothing}</section> }.into_any()
    } else {
        earnings
            .statements
            .iter()
            .map(|statement| show(statement, zone, "Owed to you", "/earnings"))
            .collect_view()
            .into_any()
    };
    let payouts = (!earnings.payouts.is_empty()).then(|| payouts(&earnings.payouts, zone, Some("/settings/payouts")));
    let body = view! {
        <div class="page-head"><h1>"Earnings"</h1><p class="lede">"What was released to you, and what was paid to your bank."</p></div>
        {statements}
        {payouts}
    };
    Ok(Page::new("Earnings", Shell::Work("/earnings"), body))
}

/// One beneficiary's statements and payouts, for the administrator.
pub(crate) async fn beneficiary(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let party = request.last_segment().parse().map_err(|_| Error::NotFound)?;
    let (name, earnings) = request.backend.beneficiary(request.signed_in()?, party, asked(&visit)).await?;
    let zone = request.zone;
    let path = format!("/admin/beneficiaries/{party}");
    let statements = earnings.statements.iter().map(|statement| show(statement, zone, "Owed", &path)).collect_view();
    let payouts = (!earnings.payouts.is_empty()).then(|| payouts(&earnings.payouts, zone, None));
    let nothing = earnings.statements.is_empty().then(|| {
        let empty = empty("landmark", "Nothing earned yet", "What is released to this beneficiary stands here.", None);
        view! { <section aria-label="Statements">{empty}</section> }
    });
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/admin/desk">"Payout desk"</a></li><li aria-current="page">{name.clone()}</li></ol></nav>
            <h1>{name.clone()}</h1>
        </div>
        {nothing}
        {statements}
        {payouts}
    };
    Ok(Page::new(name, Shell::Work("/admin/desk"), body))
}

/// The page of a statement that the address names.
fn asked(visit: &Visit) -> StatementPage {
    let request = &visit.request;
    StatementPage { currency: Currency::from_code(request.query("currency")), page: page_number(request.query("page")) }
}

fn show(statement: &Statement, zone: Zone, owed: &'static str, path: &str) -> AnyView {
    let currency = statement.balance.currency();
    let rows = statement.lines.iter().map(|line| {
        let order = line.order.map(|(id, number)| {
            let href = format!("/orders/{id}");
            view! { <a href=href>{format!("Order {number}")}</a> }
        });
        view! {
            <tr>
                <th scope="row" class="lead">{line.reason}</th>
                <td class="sub">{order}</td>
                <td class="end">{day(line.at, zone)}</td>
                <td class="num">{amount(line.change)}</td>
                <td class="num end">{amount(line.balance)}</td>
            </tr>
        }
    });
    let title = format!("Statement in {}", currency.name());
    let id = format!("statement-{currency}");
    let pages = table::pagination(statement.total, STATEMENT_ROWS, statement.page, |page| {
        format!("{path}?currency={currency}&page={}#statement-{currency}", page + 1)
    });
    let labelled_by = id.clone();
    view! {
        <section aria-labelledby=labelled_by>
            <div class="section-head"><h2 id=id>{title.clone()}</h2><p>{format!("{owed} now ")}<b>{amount(statement.balance)}</b></p></div>
            <div class="table dense"><table>
                <caption class="unseen">{title}</caption>
                <thead><tr>
                    <th scope="col">"Movement"</th><th scope="col">"Order"</th><th scope="col">"Date"</th>
                    <th scope="col" class="num">"Amount"</th><th scope="col" class="num">{owed}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
            {pages}
        </section>
    }
    .into_any()
}

fn payouts(payouts: &[OrderPayout], zone: Zone, bank: Option<&'static str>) -> AnyView {
    let rows = payouts.iter().map(|payout| {
        let href = format!("/orders/{}", payout.order);
        let failure = payout.failure.clone().map(|reason| view! { <span class="hint">{format!(" {reason}")}</span> });
        view! {
            <tr>
                <th scope="row" class="lead"><a class="row-link" href=href>{payout.status.words()}</a></th>
                <td class="sub">{payout.reference.clone()}{failure}</td>
                <td class="end">{day(payout.updated_at, zone)}</td>
                <td class="num">{amount(payout.amount)}</td>
            </tr>
        }
    });
    view! {
        <section aria-labelledby="payouts">
            <div class="section-head"><h2 id="payouts">"Payouts"</h2>{bank.map(|href| view! { <a href=href>"Bank details"</a> })}</div>
            <div class="table dense"><table>
                <caption class="unseen">"Payouts"</caption>
                <thead><tr>
                    <th scope="col">"State"</th><th scope="col">"Reference"</th><th scope="col">"Date"</th><th scope="col" class="num">"Amount"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}
