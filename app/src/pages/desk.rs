//! The payout desk: balances, what waits, batches, and the bank's statements.

use crate::components::shell::Shell;
use crate::components::{amount, empty, icon, notice, when};
use crate::form::{Field, Form, file_field, hidden};
use crate::page::{Page, Visit};
use backend::service::bank_statements::Line;
use backend::service::desk::{BatchView, BeneficiaryBalance, DeskPayout, PayoutBatch, PayoutBatchStatus};
use backend::{Error, Result};
use domain::clock_text::Zone;
use domain::money::Currency;
use leptos::prelude::*;

const STATEMENT_HINT: &str = "camt.053, or CSV whose first line names the columns date, amount and currency, and where there are any reference, end_to_end, name, account, bank_reference and returned.";
const HERE: Shell = Shell::Work("/admin/desk");

/// The desk.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let desk = request.backend.payout_desk(request.signed_in()?).await?;
    let how = if desk.by_file {
        "Payouts to bank accounts wait here until they are put into a batch, exported, and found on the bank's statement."
    } else {
        "The rail sends payouts by itself. Those above the limit wait here for a batch that two administrators stand for."
    };
    let waiting = if desk.waiting.is_empty() {
        empty("banknote", "Nothing waits", "Payouts that need a batch stand here.", None)
    } else {
        desk.waiting.iter().map(|(currency, rows)| waiting(*currency, rows, request.zone)).collect_view().into_any()
    };
    let batches = (!desk.batches.is_empty()).then(|| {
        let rows = desk.batches.iter().map(|batch| batch_row(batch, request.zone)).collect_view();
        view! { <section aria-labelledby="batches"><h2 id="batches">"Batches"</h2><ul class="rows">{rows}</ul></section> }
    });
    let body = view! {
        <div class="page-head"><h1>"Payout desk"</h1><p class="lede">{how}</p>
            <div class="actions"><a class="button" href="/admin/statements">{icon("file-text")}"Bank statements"</a><a class="button" href="/admin/payouts">"Payouts that need somebody"</a></div>
        </div>
        <section aria-labelledby="waiting"><h2 id="waiting">"Waits for a batch"</h2>{waiting}</section>
        {batches}
        <section aria-labelledby="balances"><h2 id="balances">"Owed to beneficiaries"</h2>{balances(&desk.balances)}</section>
    };
    Ok(Page::new("Payout desk", HERE, body))
}

fn waiting(currency: Currency, rows: &[DeskPayout], zone: Zone) -> AnyView {
    let heading = format!("waiting-{}", currency.code());
    let list = rows.iter().enumerate().map(|(index, row)| {
        let name = format!("payouts[{index}]");
        view! {
            <li><label class="choice"><input type="checkbox" name=name value=row.payout.id.to_string() checked/><span>
                <b>{row.beneficiary.clone()}", "{amount(row.payout.amount)}</b>
                <span class="hint">{format!("Order {}, {}. Since ", row.number, row.to)}{when(row.payout.created_at, zone)}</span>
            </span></label></li>
        }
    });
    let labelled = heading.clone();
    view! {
        <form method="post" action="/do/batch-make" class="form" aria-labelledby=labelled>
            <h3 id=heading>{currency.name()}</h3>
            <ul class="rows">{list.collect_view()}</ul>
            <div class="actions"><button class="button primary">"Put into a batch"</button></div>
        </form>
    }
    .into_any()
}

fn batch_row(batch: &PayoutBatch, zone: Zone) -> AnyView {
    let href = format!("/admin/batches/{}", batch.id);
    view! {
        <li><div class="what"><b><a href=href>{format!("Batch {}", batch.number)}</a></b><p>{batch.status.words()}", made "{when(batch.made_at, zone)}</p></div>{amount(batch.total)}</li>
    }
    .into_any()
}

fn balances(rows: &[BeneficiaryBalance]) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="hint">"Everybody is paid."</p> }.into_any();
    }
    let rows = rows.iter().map(|row| {
        let href = format!("/admin/beneficiaries/{}", row.party);
        view! {
            <tr><th scope="row" class="lead"><a href=href>{row.name.clone()}</a></th><td class="num" data-label="Payouts">{row.payouts}</td><td class="num" data-label="Stuck">{amount(row.stuck)}</td><td class="num" data-label="Owed">{amount(row.owed)}</td></tr>
        }
    });
    view! {
        <div class="table"><table>
            <caption class="unseen">"Owed to beneficiaries"</caption>
            <thead><tr><th scope="col">"Beneficiary"</th><th scope="col" class="num">"Payouts"</th><th scope="col" class="num">"Of it stuck"</th><th scope="col" class="num">"Owed"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}

/// One batch.
pub(crate) async fn batch(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let id = request.last_segment().parse().map_err(|_| Error::NotFound)?;
    let view = request.backend.payout_batch(viewer, id).await?;
    let batch = &view.batch;
    let title = format!("Batch {}", batch.number);
    let rows = view.payouts.iter().map(|row| {
        let href = format!("/orders/{}", row.payout.order);
        view! {
            <tr><th scope="row" class="lead">{row.beneficiary.clone()}</th><td class="sub">{row.to.clone()}</td><td><a href=href>{row.number}</a></td><td>{row.payout.status.words()}</td><td class="num">{amount(row.payout.amount)}</td></tr>
        }
    });
    let rows = rows.collect_view();
    let limit = view.limit.map(|limit| view! { <div><dt>"Four eyes above"</dt><dd>{amount(limit)}</dd></div> });
    let approved = view.approved_by.clone().zip(batch.approved_at).map(|(by, at)| {
        view! { <div><dt>"Approved"</dt><dd>{by}", "{when(at, request.zone)}</dd></div> }
    });
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/admin/desk">"Payout desk"</a></li><li aria-current="page">{title.clone()}</li></ol></nav>
            <h1>{title.clone()}</h1>
        </div>
        <dl class="facts">
            <div><dt>"Total"</dt><dd>{amount(batch.total)}</dd></div>
            <div><dt>"State"</dt><dd>{batch.status.words()}</dd></div>
            <div><dt>"Leaves"</dt><dd>{if batch.by_file { "by a file for the bank" } else { "by the payment rail" }}</dd></div>
            <div><dt>"Made"</dt><dd>{view.made_by.clone()}", "{when(batch.made_at, request.zone)}</dd></div>
            {approved}
            {limit}
        </dl>
        {acts(&view)}
        <section aria-labelledby="payouts"><h2 id="payouts">"Payouts"</h2>
            <div class="table"><table>
                <caption class="unseen">"Payouts of the batch"</caption>
                <thead><tr><th scope="col">"Beneficiary"</th><th scope="col">"Account"</th><th scope="col">"Order"</th><th scope="col">"State"</th><th scope="col" class="num">"Amount"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    };
    Ok(Page::new(title, HERE, body))
}

fn acts(view: &BatchView) -> AnyView {
    let batch = &view.batch;
    let id = batch.id.to_string();
    let act = |act: &'static str, class: &'static str, word: &'static str| {
        view! { <form method="post" action="/do/batch-act">{hidden("batch", id.clone())}<button class=class name="act" value=act>{word}</button></form> }
    };
    match batch.status {
        PayoutBatchStatus::Made => {
            let approve = view.not_by_viewer.is_none().then(|| act("approve", "button primary", "Approve"));
            let why = view.not_by_viewer.map(|why| notice("turn", why.to_owned()));
            view! { {why}<div class="actions">{approve}{act("dissolve", "button", "Take apart")}</div> }.into_any()
        }
        PayoutBatchStatus::Approved if batch.by_file => view! {
            <div class="actions">{act("export", "button primary", "Hand to the bank")}{act("dissolve", "button", "Take apart")}</div>
        }
        .into_any(),
        PayoutBatchStatus::Sent => {
            let file = |name: &str| format!("/admin/batches/{id}/{name}");
            view! {
                <div class="actions">
                    <a class="button primary" href=file("pain001.xml") download>{icon("download")}"ISO 20022 (pain.001)"</a>
                    <a class="button" href=file("payments.csv") download>{icon("download")}"CSV"</a>
                </div>
                <p class="hint">"When the bank has sent it, import its statement: what it booked is marked as paid."</p>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

/// The bank's statements.
pub(crate) async fn statements(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let found = request.backend.bank_statements(request.signed_in()?).await?;
    let form = Form::of(&visit.flash, "statement");
    let open = if found.open.is_empty() {
        view! { <p class="hint">"Every movement is explained."</p> }.into_any()
    } else {
        found.open.iter().map(|line| decide(line, &visit)).collect_view().into_any()
    };
    let listed = |rows: Vec<AnyView>, nothing: &'static str| {
        if rows.is_empty() {
            view! { <p class="hint">{nothing}</p> }.into_any()
        } else {
            view! { <ul class="rows">{rows}</ul> }.into_any()
        }
    };
    let matched = listed(found.matched.iter().map(movement).collect(), "Nothing was matched yet.");
    let imports = found.imports.iter().map(|import| {
        view! { <li><div class="what"><b>{import.name.clone()}</b><p>{format!("{}, {} movements", import.format, import.lines)}</p></div>{when(import.created_at, request.zone)}</li> }.into_any()
    });
    let imports = listed(imports.collect(), "No statement was imported yet.");
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/admin/desk">"Payout desk"</a></li><li aria-current="page">"Bank statements"</li></ol></nav>
            <h1>"Bank statements"</h1><p class="lede">"What the bank booked: payouts that left or came back, and transfers of buyers."</p>
        </div>
        <section aria-labelledby="import"><h2 id="import">"Import a statement"</h2>
            <form method="post" action="/do/statement-import" enctype="multipart/form-data" class="form" novalidate>
                {form.summary()}
                {file_field(&form, "File", ".xml,.csv,text/xml,text/csv", STATEMENT_HINT)}
                <div class="actions"><button class="button primary">"Import"</button></div>
            </form>
        </section>
        <section aria-labelledby="open"><h2 id="open">"Not explained"</h2>{open}</section>
        <section aria-labelledby="matched"><h2 id="matched">"Matched lately"</h2>{matched}</section>
        <section aria-labelledby="imports"><h2 id="imports">"Imported"</h2>{imports}</section>
    };
    Ok(Page::new("Bank statements", HERE, body))
}

fn heading(line: &Line) -> String {
    let way = if line.credit { "from" } else { "to" };
    let who = if line.counterparty.is_empty() { "an unnamed account" } else { &line.counterparty };
    format!("{} {way} {who}", line.booked_on)
}

fn movement(line: &Line) -> AnyView {
    view! { <li><div class="what"><b>{line.matched.clone()}</b><p>{heading(line)}</p></div>{amount(line.amount)}</li> }
        .into_any()
}

fn decide(line: &Line, visit: &Visit) -> AnyView {
    let id = line.id.to_string();
    let form = Form::of(&visit.flash, &format!("movement_{id}"));
    let (title, labelled) = (format!("m-{id}"), format!("m-{id}"));
    let direction = if line.credit { "Came in" } else { "Went out" };
    let order = line.credit.then(|| {
        view! {
            {Field { inputmode: "numeric", short: true, hint: "The order this money is for, where it is for one.", ..Field::text("order", "Order number") }.show(&form)}
        }
    });
    let assign = line
        .credit
        .then(|| view! { <button class="button primary" name="act" value="assign">"It pays this order"</button> });
    view! {
        <section class="panel" aria-labelledby=labelled>
            <h3 id=title>{amount(line.amount)}", "{heading(line)}</h3>
            <dl class="facts">
                <div><dt>"Direction"</dt><dd>{direction}</dd></div>
                <div><dt>"Text"</dt><dd>{line.reference.clone()}</dd></div>
                <div><dt>"Account"</dt><dd>{line.counterparty_account.clone()}</dd></div>
                <div><dt>"Why it is open"</dt><dd>{line.matched.clone()}</dd></div>
            </dl>
            <form method="post" action="/do/movement-decide" class="form" novalidate>
                {form.summary()}
                {hidden("movement", id)}
                {order}
                {Field { hint: "It stays in the records.", ..Field::text("note", "Reason") }.show(&form)}
                <div class="actions">{assign}<button class="button" name="act" value="aside">"None of ours"</button></div>
            </form>
        </section>
    }
    .into_any()
}
