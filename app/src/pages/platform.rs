//! What the administrator sets for the whole platform.

use crate::components::shell::Shell;
use crate::components::{amount, when};
use crate::form::{Field, Form, file_field, hidden};
use crate::page::{Page, Visit};
use crate::pages::settings::{bank_fields, currencies};
use backend::Result;
use backend::service::api::ExchangeRate;
use backend::service::platform::{FeeHistoryRow, Platform};
use domain::clock_text::Zone;
use domain::fee::FeeSchedule;
use domain::money::{Currency, Money};
use leptos::prelude::*;

const LOG_ROWS: u64 = 50;

/// Name, fees, limits, accounts, payouts and what staff did.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let history = request.backend.fee_history(viewer).await?;
    let log = request.backend.staff_log(viewer, LOG_ROWS).await?;
    let platform = request.backend.platform().await?;
    let rate = request.backend.exchange_rate(Currency::Usd).await?;
    let log = log.into_iter().map(|(event, by)| {
        let what = format!("{by}: {} {}", event.action.replace('_', " "), event.subject);
        view! { <li><div class="what"><b>{what}</b><p>{event.detail}</p></div>{when(event.at, request.zone)}</li> }
    });
    let body = view! {
        <div class="page-head"><h1>"Platform"</h1><p class="lede">"What counts for everybody. Orders keep the fees and terms they were paid under; a change counts from then on."</p></div>
        {name(&platform, &visit)}
        {fees(&platform, &history, &visit)}
        {limits(&platform, &visit)}
        {times(&platform, &visit)}
        {rates(&rate, &visit)}
        {banks(&platform, &visit)}
        {payouts(&platform, &visit)}
        <section aria-labelledby="log"><h2 id="log">"What staff did"</h2><ul class="rows">{log.collect_view()}</ul></section>
    };
    Ok(Page::new("Platform", Shell::Work("/admin/settings"), body))
}

fn name(platform: &Platform, visit: &Visit) -> AnyView {
    let form = Form::of(&visit.flash, "platform_name").or("name", platform.settings.name.clone());
    let logo = Form::of(&visit.flash, "logo");
    view! {
        <section aria-labelledby="name-title"><h2 id="name-title">"Name and logo"</h2>
            <form method="post" action="/do/platform-name" class="form" novalidate>
                {form.summary()}
                {Field { hint: "In the header, in page titles and in mails.", ..Field::text("name", "Name") }.show(&form)}
                <div class="actions"><button class="button">"Save name"</button></div>
            </form>
            <form method="post" action="/do/platform-logo" enctype="multipart/form-data" class="form" novalidate>
                {logo.summary()}
                {file_field(&logo, "Logo", "image/png,image/jpeg,image/webp", "PNG, JPEG or WebP, square, at least 64 pixels wide.")}
                <div class="actions"><button class="button">"Save logo"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn typed(minor: i64, currency: Currency) -> String {
    Money::or_zero(minor, currency).number()
}

fn fees(platform: &Platform, history: &[FeeHistoryRow], visit: &Visit) -> AnyView {
    let now = platform.fees.iter().map(|fees| {
        let money = |minor| amount(Money::or_zero(minor, fees.currency));
        view! {
            <tr>
                <th scope="row" class="lead">{fees.currency.name()}</th>
                <td data-label="Escrow">{fees.escrow.rate.to_string()}", "{money(fees.escrow.min)}" to "{money(fees.escrow.max)}</td>
                <td data-label="Private">{money(fees.escrow_p2p.max)}</td>
                <td data-label="Payment">{fees.gateway.rate.to_string()}" + "{money(fees.gateway.fixed)}", at most "{money(fees.gateway.max)}</td>
                <td class="num" data-label="Each payout">{money(fees.payout)}</td>
            </tr>
        }
    });
    let past = history.iter().map(|row| history_row(row, visit.request.zone)).collect_view();
    let past = (!history.is_empty()).then(|| view! { <h3>"What was set"</h3><ul class="rows">{past}</ul> });
    let first = platform.fees.first().copied();
    let back = Form::came_back(&visit.flash, "fees");
    let form = Form::of(&visit.flash, "fees");
    let form = match first.filter(|_| !back) {
        Some(fees) => prefilled(form, &fees),
        None => form,
    };
    let field = |name, label, hint| Field { inputmode: "decimal", hint, ..Field::text(name, label) }.show(&form);
    view! {
        <section aria-labelledby="fees-title"><h2 id="fees-title">"Fees"</h2>
            <div class="table"><table>
                <caption class="unseen">"Fees that count now"</caption>
                <thead><tr><th scope="col">"Currency"</th><th scope="col">"Escrow fee"</th><th scope="col">"At most between private persons"</th><th scope="col">"Payment fee"</th><th scope="col" class="num">"Each payout"</th></tr></thead>
                <tbody>{now.collect_view()}</tbody>
            </table></div>
            <details open=back><summary>"Change the fees of a currency"</summary>
            <form method="post" action="/do/platform-fees" class="form" novalidate>
                {form.summary()}
                {currencies(&form)}
                <div class="field-row">{field("escrow_rate", "Escrow fee in percent", "")}{field("escrow_min", "At least", "")}{field("escrow_max", "At most", "")}</div>
                {field("private_max", "At most between private persons", "")}
                <div class="field-row">{field("gateway_rate", "Payment fee in percent", "What the card or bank charges.")}{field("gateway_fixed", "And besides", "")}{field("gateway_max", "At most in all", "")}</div>
                {field("payout", "For each payout to a service provider", "")}
                {Field { kind: "date", short: true, hint: "Empty: from now on.", ..Field::text("from", "From") }.show(&form)}
                <div class="actions"><button class="button primary">"Set fees"</button></div>
            </form></details>
            {past}
        </section>
    }
    .into_any()
}

fn prefilled(form: Form, fees: &FeeSchedule) -> Form {
    let amount = |minor| typed(minor, fees.currency);
    form.or("currency", fees.currency.code())
        .or("escrow_rate", fees.escrow.rate.typed())
        .or("escrow_min", amount(fees.escrow.min))
        .or("escrow_max", amount(fees.escrow.max))
        .or("private_max", amount(fees.escrow_p2p.max))
        .or("gateway_rate", fees.gateway.rate.typed())
        .or("gateway_fixed", amount(fees.gateway.fixed))
        .or("gateway_max", amount(fees.gateway.max))
        .or("payout", amount(fees.payout))
}

fn history_row(row: &FeeHistoryRow, zone: Zone) -> AnyView {
    let fees = &row.fees;
    let shown = |minor| Money::or_zero(minor, fees.currency).to_string();
    let what = format!(
        "Escrow {} ({} to {}, private {}), payment {} + {} up to {}, payout {}",
        fees.escrow.rate,
        shown(fees.escrow.min),
        shown(fees.escrow.max),
        shown(fees.escrow_p2p.max),
        fees.gateway.rate,
        shown(fees.gateway.fixed),
        shown(fees.gateway.max),
        shown(fees.payout),
    );
    view! { <li><div class="what"><b>{fees.currency.name()}", from "{when(row.from, zone)}</b><p>{what}</p></div></li> }
        .into_any()
}

fn limits(platform: &Platform, visit: &Visit) -> AnyView {
    let now = Currency::TRADED.into_iter().map(|currency| {
        let limits = platform.limits(currency);
        let four_eyes = platform.four_eyes(currency).map(|minor| Money::or_zero(minor, currency).to_string());
        view! {
            <tr><th scope="row" class="lead">{currency.name()}</th><td class="num" data-label="From">{amount(Money::or_zero(limits.min, currency))}</td><td class="num" data-label="To">{amount(Money::or_zero(limits.max, currency))}</td><td class="num" data-label="Four eyes above">{four_eyes.unwrap_or_else(|| "never".to_owned())}</td></tr>
        }
    });
    let first = Currency::Ngn;
    let set = platform.limits(first);
    let form = Form::of(&visit.flash, "limits")
        .or("currency", first.code())
        .or("price_min", typed(set.min, first))
        .or("price_max", typed(set.max, first))
        .or("four_eyes", platform.four_eyes(first).map(|minor| typed(minor, first)).unwrap_or_default());
    let field = |name, label, hint| Field { inputmode: "decimal", hint, ..Field::text(name, label) }.show(&form);
    view! {
        <section aria-labelledby="limits-title"><h2 id="limits-title">"Limits"</h2>
            <div class="table"><table>
                <caption class="unseen">"Limits that count now"</caption>
                <thead><tr><th scope="col">"Currency"</th><th scope="col" class="num">"Least price"</th><th scope="col" class="num">"Greatest price"</th><th scope="col" class="num">"Four eyes above"</th></tr></thead>
                <tbody>{now.collect_view()}</tbody>
            </table></div>
            <details open=Form::came_back(&visit.flash, "limits")><summary>"Change the limits of a currency"</summary>
            <form method="post" action="/do/platform-limits" class="form" novalidate>
                {form.summary()}
                {currencies(&form)}
                <div class="field-row">{field("price_min", "Least price", "")}{field("price_max", "Greatest price", "")}</div>
                {field("four_eyes", "Four eyes above", "A payout or a batch of more than this needs a second administrator. Empty: never.")}
                <div class="actions"><button class="button primary">"Set limits"</button></div>
            </form></details>
        </section>
    }
    .into_any()
}

fn times(platform: &Platform, visit: &Visit) -> AnyView {
    let set = platform.settings.times;
    let form = Form::of(&visit.flash, "times")
        .or("payment_hours", set.payment_hours.to_string())
        .or("delivery_days", set.delivery_days.to_string())
        .or("inspection_hours", set.inspection_hours.to_string())
        .or("answer_hours", set.answer_hours.to_string())
        .or("raise_days", set.raise_days.to_string())
        .or("ruling_days", set.ruling_days.to_string())
        .or("escalation_days", set.escalation_days.to_string());
    let field =
        |name, label, hint| Field { inputmode: "numeric", short: true, hint, ..Field::text(name, label) }.show(&form);
    view! {
        <section aria-labelledby="times-title"><h2 id="times-title">"Times"</h2>
            <p>"Every silence ends. A seller's own delivery terms come before the first four; disputes take the same time everywhere."</p>
            <details open=Form::came_back(&visit.flash, "times")><summary>"Change the times"</summary>
            <form method="post" action="/do/platform-times" class="form" novalidate>
                {form.summary()}
                <div class="field-row">{field("payment_hours", "Hours to pay", "1 to 720")}{field("delivery_days", "Days to deliver", "1 to 90")}</div>
                <div class="field-row">{field("inspection_hours", "Hours to accept or reject", "24 to 720")}{field("answer_hours", "Hours to answer a rejection", "24 to 336")}</div>
                <div class="field-row">{field("raise_days", "Days to raise a dispute", "1 to 30")}{field("ruling_days", "Days of the dispute manager", "1 to 60")}{field("escalation_days", "Days of the administrator", "1 to 30")}</div>
                <div class="actions"><button class="button primary">"Set times"</button></div>
            </form></details>
        </section>
    }
    .into_any()
}

fn rates(rate: &Option<ExchangeRate>, visit: &Visit) -> AnyView {
    let zone = visit.request.zone;
    let now = rate.as_ref().map_or_else(
        || view! { <p class="hint">"No rate is set: shops that price in dollars are refused."</p> }.into_any(),
        |rate| {
            view! { <p>{format!("1 US dollar is {} naira since ", rate.decimal())}{when(rate.set_at, zone)}"."</p> }
                .into_any()
        },
    );
    let form = Form::of(&visit.flash, "rate").or("base", "USD");
    view! {
        <section aria-labelledby="rate-title"><h2 id="rate-title">"Exchange rate"</h2>
            {now}
            <form method="post" action="/do/platform-rate" class="form" novalidate>
                {form.summary()}
                {hidden("base", "USD")}
                {Field { inputmode: "decimal", short: true, hint: "Such as 1520.50. What shops ask for; orders keep the rate they were made at.", ..Field::text("rate", "Naira for one US dollar") }.show(&form)}
                <div class="actions"><button class="button">"Set rate"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn banks(platform: &Platform, visit: &Visit) -> AnyView {
    let rows = platform.settings.banks.iter().map(|(currency, own)| {
        let code = if own.code.is_empty() { String::new() } else { format!(" ({})", own.code) };
        view! { <li><div class="what"><b>{currency.name()}</b><p>{format!("{}{code}, {}, {}", own.bank, own.number, own.holder)}</p></div></li> }
    });
    let form = Form::of(&visit.flash, "own_bank").or("currency", Currency::Ngn.code());
    view! {
        <section aria-labelledby="banks-title"><h2 id="banks-title">"The platform's bank accounts"</h2>
            <p>"Buyers who pay by bank transfer send to the account of the order's currency, and payouts by file leave it."</p>
            <ul class="rows">{rows.collect_view()}</ul>
            <details open=Form::came_back(&visit.flash, "own_bank")><summary>"Set an account"</summary>
            <form method="post" action="/do/platform-bank" class="form" novalidate>
                {form.summary()}
                {bank_fields(&form, visit.request.backend.is_sandbox())}
                {Field { short: true, hint: "As the bank wants it in payment files; may be empty.", ..Field::text("code", "BIC or bank code") }.show(&form)}
                <div class="actions"><button class="button primary">"Set account"</button></div>
            </form></details>
        </section>
    }
    .into_any()
}

fn payouts(platform: &Platform, visit: &Visit) -> AnyView {
    let days: Vec<String> = platform.settings.holidays.iter().map(ToString::to_string).collect();
    let form = Form::of(&visit.flash, "payout_settings")
        .or("holidays", days.join("\n"))
        .or("by_file", if platform.settings.payouts_by_file { "on" } else { "" });
    let by_file = form.value("by_file") == "on";
    view! {
        <section aria-labelledby="payouts-title"><h2 id="payouts-title">"Payouts"</h2>
            <form method="post" action="/do/platform-payouts" class="form" novalidate>
                {form.summary()}
                <label class="choice"><input type="checkbox" name="by_file" checked=by_file/><span><b>"Pay out by bank file"</b><span class="hint">"Payouts to bank accounts wait on the payout desk until they are put into a batch and exported. Otherwise the payment rail sends them by itself."</span></span></label>
                {Field { rows: 4, hint: "Days on which banks do not work, besides weekends: one a line, such as 2026-12-25.", ..Field::text("holidays", "Holidays") }.show(&form)}
                <div class="actions"><button class="button">"Save"</button></div>
            </form>
        </section>
    }
    .into_any()
}
