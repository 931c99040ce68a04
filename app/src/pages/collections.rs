//! What a marketplace collected through its payment links: the list, and each payment with where its money went.

use crate::components::collection::{chip, rupees, sent, state};
use crate::components::money::{ReviewLine, review};
use crate::components::shell::Shell;
use crate::components::when::day;
use crate::components::{amount, empty, icon, table, when};
use crate::form::hidden;
use crate::page::{Page, Visit};
use crate::pages::collection_forms::forms;
use backend::Result;
use backend::service::instamojo::{
    Collection, CollectionList, CollectionRow, CollectionStatus, CollectionView, RefundCase, Settlement,
    SettlementKind, SettlementStatus,
};
use domain::clock_text::Zone;
use domain::text::page_number;
use leptos::prelude::*;

pub(crate) const HERE: Shell = Shell::Work("/payments");

/// The list, with what the marketplace kept and what it is short of.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let asked = page_number(request.query("page"));
    let list = request.backend.marketplace_collections(request.signed_in()?, asked).await?;
    let rows = if list.rows.is_empty() {
        empty(
            "credit-card",
            "No payments yet",
            "A payment stands here when a buyer opens one of your payment links and pays.",
            None,
        )
    } else {
        rows(&list.rows, request.zone)
    };
    let pages = table::pagination(list.total, list.size, list.page, |page| format!("/payments?page={}", page + 1));
    let body = view! {
        <div class="page-head"><h1>"Payments"</h1><p class="lede">"What buyers paid by your payment links, and how each payment was divided."</p></div>
        {balance(&list)}
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{rows}{pages}</section>
    };
    Ok(Page::new("Payments", HERE, body))
}

fn balance(list: &CollectionList) -> AnyView {
    let short = (list.short > 0).then(|| {
        view! {
            <div class="notice" data-tone="turn">{icon("triangle-alert")}<div><p>"You are short of "{amount(rupees(list.short))}": more was settled and refunded than was left of your payments. It is taken from your commission; you can claw it back from the merchants who were credited."</p></div></div>
        }
    });
    view! {
        <section aria-labelledby="balance">
            <div class="section-head"><h2 id="balance">"Your balance"</h2><a href="/balance">"History and payouts"</a></div>
            <p class="amount big"><span class="currency">{rupees(0).currency().symbol()}</span>{rupees(list.balance).number()}</p>
            <p class="hint">"Your commission of fulfilled payments that was not paid to your bank yet."</p>
            {short}
        </section>
    }
    .into_any()
}

fn rows(rows: &[CollectionRow], zone: Zone) -> AnyView {
    let rows = rows.iter().map(|row| {
        let payment = &row.collection;
        let href = format!("/payments/{}", payment.code);
        view! {
            <tr>
                <th scope="row" class="lead"><a class="row-link" href=href>{payment.code.clone()}</a>" "<span class="hint">{row.purpose.clone()}</span></th>
                <td class="wide">{payment.buyer_name.clone()}</td>
                <td class="wide">{day(payment.created_at, zone)}</td>
                <td class="sub">{state(payment)}</td>
                <td class="num">{amount(rupees(payment.amount))}</td>
                <td class="num wide">{amount(rupees(payment.credited))}</td>
                <td class="num wide">{amount(rupees(payment.debited))}</td>
                <td class="num wide">{amount(rupees(payment.refunded))}</td>
                <td class="num end">{amount(rupees(payment.left))}</td>
            </tr>
        }
    });
    view! {
        <div class="table"><table>
            <caption class="unseen">"Payments"</caption>
            <thead><tr>
                <th scope="col">"Payment"</th><th scope="col" class="wide">"Buyer"</th><th scope="col" class="wide">"Made on"</th><th scope="col">"State"</th>
                <th scope="col" class="num">"Amount"</th><th scope="col" class="num wide">"Settled"</th><th scope="col" class="num wide">"Clawed back"</th>
                <th scope="col" class="num wide">"Refunded"</th><th scope="col" class="num">"Left"</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

/// One payment: its figures, its settlements and refunds, and what can be done with it now.
pub(crate) async fn one(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewed = request.backend.marketplace_collection(request.signed_in()?, request.last_segment()).await?;
    let (payment, zone) = (&viewed.collection, request.zone);
    let body = view! {
        <div class="page-head">
            {breadcrumb(payment)}
            <h1>{viewed.purpose.clone()}</h1>
            <p class="lede">{state(payment)}</p>
        </div>
        <div class="columns">
            <div>{money(&viewed)}{settlements(&viewed, zone)}{cases(&viewed, zone)}{lines(&viewed, zone)}</div>
            <div class="side">{forms(&visit, &viewed)}{facts(&viewed, zone)}</div>
        </div>
    };
    Ok(Page::new(payment.code.clone(), HERE, body))
}

fn breadcrumb(payment: &Collection) -> AnyView {
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol><li><a href="/payments">"Payments"</a></li><li aria-current="page">{payment.code.clone()}</li></ol>
        </nav>
    }
    .into_any()
}

/// Where the money of a payment went, line by line to what is left.
fn money(viewed: &CollectionView) -> AnyView {
    let payment = &viewed.collection;
    let body = match payment.status {
        CollectionStatus::Succeeded => figures(viewed),
        CollectionStatus::Started => view! { <p>"The buyer has not paid yet."</p> }.into_any(),
        CollectionStatus::Pending => {
            view! { <p>"The payment is on its way. The bank has not confirmed it yet."</p> }.into_any()
        }
        CollectionStatus::Failed => {
            let reason = payment.failure.clone().unwrap_or_else(|| "The payment failed.".to_owned());
            view! { <p>{reason}" Nothing was collected."</p> }.into_any()
        }
        CollectionStatus::Returned => {
            view! { <p>"The money that arrived did not fit this payment. It is sent back to the buyer, and nothing was collected."</p> }
                .into_any()
        }
    };
    view! { <section aria-labelledby="money"><h2 id="money">"Where the money is"</h2>{body}</section> }.into_any()
}

/// The lines of a payment that was collected; they add up to what is left.
pub(crate) fn figures(viewed: &CollectionView) -> AnyView {
    let payment = &viewed.collection;
    let line = |label: &str, hint: &str, paise| ReviewLine {
        label: label.to_owned(),
        hint: hint.to_owned(),
        money: rupees(paise),
    };
    let charges = payment.fees + payment.taxes;
    let undivided = payment.amount - charges - payment.credited + payment.debited - payment.refunded;
    let swept = payment.left - undivided;
    let (label, hint) = match (viewed.owned_by_merchant, swept > 0) {
        // A merchant's own payment is the merchant's, less the marketplace's share of it.
        (true, false) => ("Paid to balances", "your share and the merchant's"),
        (true, true) => ("Covered", "from the merchant's balance"),
        (false, false) => ("Your commission", "in your balance"),
        (false, true) => ("Covered", "from your commission of other payments"),
    };
    let lines = vec![
        line("Collected", "from the buyer", payment.amount),
        line("Fees", "with taxes", -charges),
        line("Settled", "with merchants", -payment.credited),
        line("Clawed back", "from merchants", payment.debited),
        line("Refunded", "to the buyer", -payment.refunded),
        line(label, hint, swept),
    ];
    review(lines, (if payment.left < 0 { "Short" } else { "Left" }, rupees(payment.left)))
}

fn facts(viewed: &CollectionView, zone: Zone) -> AnyView {
    let payment = &viewed.collection;
    let method = payment.method.clone().map(|method| view! { <div><dt>"Paid by"</dt><dd>{method}</dd></div> });
    let fulfilled = payment.fulfilled_at.map(|at| view! { <div><dt>"Fulfilled"</dt><dd>{when(at, zone)}</dd></div> });
    let (href, link) = (viewed.longurl.clone(), viewed.longurl.clone());
    view! {
        <section aria-labelledby="facts"><h2 id="facts">"Payment"</h2>
            <dl class="facts">
                <div><dt>"Payment id"</dt><dd>{payment.code.clone()}</dd></div>
                <div><dt>"Buyer"</dt><dd>{payment.buyer_name.clone()}</dd></div>
                <div><dt>"E-mail"</dt><dd>{payment.email.clone()}</dd></div>
                <div><dt>"Phone"</dt><dd>{payment.phone.clone()}</dd></div>
                {method}
                <div><dt>"Made"</dt><dd>{when(payment.created_at, zone)}</dd></div>
                {fulfilled}
                <div><dt>"Payment link"</dt><dd><a href=href>{link}</a></dd></div>
            </dl>
        </section>
    }
    .into_any()
}

fn settlements(viewed: &CollectionView, zone: Zone) -> Option<AnyView> {
    if viewed.settlements.is_empty() {
        return None;
    }
    let code = &viewed.collection.code;
    let rows = viewed.settlements.iter().map(|row| settlement(row, code, zone)).collect_view();
    Some(
        view! { <section aria-labelledby="settlements"><h2 id="settlements">"Settlements"</h2><ul class="rows">{rows}</ul></section> }
            .into_any(),
    )
}

fn settlement(row: &Settlement, code: &str, zone: Zone) -> AnyView {
    let (title, paise) = match row.kind {
        SettlementKind::Credit => (format!("Settled with {}", row.merchant_name), row.amount),
        SettlementKind::Debit => (format!("Clawed back from {}", row.merchant_name), -row.amount),
    };
    let state = match row.status {
        SettlementStatus::Done => None,
        SettlementStatus::Queued => Some(chip("clock", "turn", "Waits for later credits")),
        SettlementStatus::Cancelled => Some(chip("circle-x", "neutral", "Cancelled")),
    };
    let cancel = (row.status == SettlementStatus::Queued).then(|| {
        let which = format!(" settlement {}", row.settlement_id);
        view! {
            <form method="post" action="/do/collection-debit-cancel">
                {hidden("payment", code)}
                {hidden("settlement_id", row.settlement_id.clone())}
                <button class="button">"Cancel"<span class="unseen">{which}</span></button>
            </form>
        }
    });
    view! {
        <li>
            <div class="what"><b>{title}</b>" "{state}<p>{row.kind.key()}", settlement id "{row.settlement_id.clone()}</p><p>{when(row.created_at, zone)}</p></div>
            {amount(rupees(paise))}
            {cancel}
        </li>
    }
    .into_any()
}

fn cases(viewed: &CollectionView, zone: Zone) -> Option<AnyView> {
    if viewed.cases.is_empty() {
        return None;
    }
    let rows = viewed.cases.iter().map(|case| refund(case, zone)).collect_view();
    Some(
        view! { <section aria-labelledby="refunds"><h2 id="refunds">"Refunds"</h2><ul class="rows">{rows}</ul></section> }
            .into_any(),
    )
}

fn refund(case: &RefundCase, zone: Zone) -> AnyView {
    let reference = case.progress.reference.clone().map(|reference| format!(", reference {reference}"));
    view! {
        <li>
            <div class="what"><b>{case.reason.words()}</b>" "{sent(case.status(), "Refunded")}<p>{case.body.clone()}</p><p>{format!("Case {}", case.code)}{reference}", "{when(case.created_at, zone)}</p></div>
            {amount(rupees(case.amount))}
        </li>
    }
    .into_any()
}

fn lines(viewed: &CollectionView, zone: Zone) -> Option<AnyView> {
    if viewed.lines.is_empty() {
        return None;
    }
    let rows = viewed.lines.iter().map(|line| {
        view! {
            <tr>
                <th scope="row" class="lead">{line.what}</th>
                <td class="sub">{line.account.clone()}</td>
                <td class="end">{when(line.at, zone)}</td>
                <td class="num">{amount(rupees(line.change))}</td>
            </tr>
        }
    });
    Some(
        view! {
            <section aria-labelledby="ledger"><h2 id="ledger">"Ledger"</h2>
                <div class="table dense"><table>
                    <caption class="unseen">"Ledger"</caption>
                    <thead><tr><th scope="col">"Movement"</th><th scope="col">"Account"</th><th scope="col">"Time"</th><th scope="col" class="num">"Amount"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table></div>
            </section>
        }
        .into_any(),
    )
}
