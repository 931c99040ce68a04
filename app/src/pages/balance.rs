//! The balance of a merchant, or of a marketplace's own account: what was settled with it, and what was paid to its bank.

use crate::components::collection::{chip, rupees, sent};
use crate::components::shell::Shell;
use crate::components::when::day;
use crate::components::{amount, empty, icon, table};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::instamojo::{BalancePayout, MerchantPage, Settlement, SettlementKind, SettlementStatus};
use domain::clock_text::Zone;
use domain::text::page_number;
use leptos::prelude::*;

/// The balance with its history.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let own = request.backend.merchant_page(viewer, page_number(request.query("page"))).await?;
    let zone = request.zone;
    let lede = if viewer.operating().is_some() {
        "Your commission of fulfilled payments, and what was paid to your bank.".to_owned()
    } else {
        format!("What {} settled with you, and what was paid to your bank.", own.marketplace_name)
    };
    let body = view! {
        <div class="page-head">
            <h1>"Balance"</h1>
            <p class="lede">{lede}</p>
            <div class="actions"><a class="button" href="/settings/payouts">{icon("landmark")}"Bank details"</a></div>
        </div>
        {figures(&own)}
        {history(&own, zone)}
        {settlements(&own, zone)}
        {payouts(&own.payouts, zone)}
    };
    Ok(Page::new("Balance", Shell::Work("/balance"), body))
}

fn figures(own: &MerchantPage) -> AnyView {
    view! {
        <section aria-labelledby="now"><h2 id="now" class="unseen">"Now"</h2>
            <dl class="facts across">
                <div><dt>"Balance"</dt><dd>{amount(rupees(own.balance))}</dd></div>
                <div><dt>"Payable now"</dt><dd>{amount(rupees(own.payable))}</dd></div>
                <div><dt>"On the way to your bank"</dt><dd>{amount(rupees(own.on_the_way))}</dd></div>
            </dl>
            <p class="hint">{format!("What comes in is payable after {} working days, and is then paid to your bank account by itself.", own.working_days)}</p>
        </section>
    }
    .into_any()
}

fn history(own: &MerchantPage, zone: Zone) -> AnyView {
    if own.lines.is_empty() {
        let nothing = empty(
            "banknote",
            "No movements yet",
            "What is credited to you, and what is paid to your bank, stands here.",
            None,
        );
        return view! { <section aria-labelledby="history"><h2 id="history" class="unseen">"History"</h2>{nothing}</section> }.into_any();
    }
    let rows = own.lines.iter().map(|line| {
        view! {
            <tr>
                <th scope="row" class="lead">{line.reason}</th>
                <td class="sub">{day(line.at, zone)}</td>
                <td class="num">{amount(line.change)}</td>
                <td class="num end">{amount(line.balance)}</td>
            </tr>
        }
    });
    let pages = table::pagination(own.total, own.size, own.page, |page| format!("/balance?page={}#history", page + 1));
    view! {
        <section aria-labelledby="history"><h2 id="history">"History"</h2>
            <div class="table dense"><table>
                <caption class="unseen">"History"</caption>
                <thead><tr><th scope="col">"Movement"</th><th scope="col">"Date"</th><th scope="col" class="num">"Amount"</th><th scope="col" class="num">"Balance"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
            {pages}
        </section>
    }
    .into_any()
}

fn settlements(own: &MerchantPage, zone: Zone) -> Option<AnyView> {
    if own.settlements.is_empty() {
        return None;
    }
    let rows = own.settlements.iter().map(|(row, code)| settlement(row, code, zone)).collect_view();
    Some(
        view! {
            <section aria-labelledby="settlements"><h2 id="settlements">"Settlements"</h2>
                <div class="table dense"><table>
                    <caption class="unseen">"Settlements"</caption>
                    <thead><tr><th scope="col">"Settlement"</th><th scope="col">"Payment"</th><th scope="col">"State"</th><th scope="col">"Date"</th><th scope="col" class="num">"Amount"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any(),
    )
}

fn settlement(row: &Settlement, code: &str, zone: Zone) -> AnyView {
    let (what, paise) = match row.kind {
        SettlementKind::Credit => ("Credit", row.amount),
        SettlementKind::Debit => ("Debit for a refund", -row.amount),
    };
    let state = match row.status {
        SettlementStatus::Done => chip("circle-check", "done", "Done"),
        SettlementStatus::Queued => chip("clock", "neutral", "Taken from your next credits"),
        SettlementStatus::Cancelled => chip("circle-x", "neutral", "Cancelled"),
    };
    view! {
        <tr>
            <th scope="row" class="lead">{what}</th>
            <td class="sub">{code.to_owned()}</td>
            <td class="sub">{state}</td>
            <td class="end">{day(row.created_at, zone)}</td>
            <td class="num">{amount(rupees(paise))}</td>
        </tr>
    }
    .into_any()
}

fn payouts(payouts: &[BalancePayout], zone: Zone) -> Option<AnyView> {
    if payouts.is_empty() {
        return None;
    }
    let rows = payouts.iter().map(|payout| {
        let failure =
            payout.progress.failure.clone().map(|reason| view! { <span class="hint">{format!(" {reason}")}</span> });
        view! {
            <tr>
                <th scope="row" class="lead">{payout.bank.clone()}</th>
                <td class="sub">{sent(payout.status(), "Paid")}{failure}</td>
                <td class="end">{day(payout.updated_at, zone)}</td>
                <td class="num">{amount(rupees(payout.amount))}</td>
            </tr>
        }
    });
    Some(
        view! {
            <section aria-labelledby="payouts"><h2 id="payouts">"Payouts"</h2>
                <div class="table dense"><table>
                    <caption class="unseen">"Payouts"</caption>
                    <thead><tr><th scope="col">"To"</th><th scope="col">"State"</th><th scope="col">"Date"</th><th scope="col" class="num">"Amount"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table></div>
            </section>
        }
        .into_any(),
    )
}
