//! What a person sets: where they are signed in, and where they are paid.

use crate::components::shell::Shell;
use crate::components::{icon, notice, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::sandbox::rail::PAYOUT_ENDINGS;
use backend::service::bank::{BankAccount, PayoutSetup};
use backend::service::sessions::SessionInfo;
use domain::bank::{NIGERIAN_BANKS, SANDBOX_BANK};
use domain::clock_text::Zone;
use domain::money::{Currency, Money};
use domain::schedule::{PayoutSchedule, Rhythm};
use leptos::prelude::*;

/// The profile and the sessions.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let sessions = request.backend.sessions(viewer.user, request.session.id()).await?;
    let others = sessions.len() > 1;
    let payouts = viewer.selling().map(|_| {
        view! {
            <a class="button" href="/settings/payouts">{icon("wallet")}"Where you are paid"</a>
            <a class="button" href="/settings/terms">{icon("file-text")}"Delivery terms"</a>
        }
    });
    let payouts = view! {
        <div class="actions">{payouts}<a class="button" href="/settings/security">{icon("shield-check")}"Two-factor sign-in"</a><a class="button" href="/settings/notifications">{icon("bell")}"How you are told"</a></div>
    };
    let selling = viewer.selling().map(|account| {
        view! { <div><dt>"Sells as"</dt><dd>{account.name.clone()}", account "{account.number}</dd></div> }
    });
    let rows = sessions.iter().map(|session| row(session, request.zone));
    let all = others.then(|| {
        view! { <form method="post" action="/do/revoke-other-sessions"><button class="button">"Sign out everywhere else"</button></form> }
    });
    let body = view! {
        <div class="page-head"><h1>"Settings"</h1>{payouts}</div>
        <section aria-labelledby="you"><h2 id="you">"You"</h2>
            <dl class="facts">
                <div><dt>"Name"</dt><dd>{viewer.name.clone()}</dd></div>
                <div><dt>"E-mail"</dt><dd>{viewer.email.to_string()}</dd></div>
                {selling}
            </dl>
            <p class="hint"><a href="/forgot-password">"Change your password"</a>" by a link to your e-mail."</p>
        </section>
        <section aria-labelledby="sessions"><h2 id="sessions">"Where you are signed in"</h2>
            <ul class="rows">{rows.collect_view()}</ul>
            {all}
        </section>
    };
    Ok(Page::new("Settings", Shell::Work("/settings"), body))
}

fn row(session: &SessionInfo, zone: Zone) -> AnyView {
    let browser = browser(session.user_agent.as_deref().unwrap_or_default());
    let this = session.current.then(|| view! { " "<span class="tag">"This one"</span> });
    let act = (!session.current).then(|| {
        let which = format!(" of {browser}");
        view! {
            <form method="post" action="/do/revoke-session">
                {hidden("session", session.id.to_string())}
                <button class="button">"Sign out"<span class="unseen">{which}</span></button>
            </form>
        }
    });
    view! {
        <li>
            {icon("monitor")}
            <div class="what"><b>{browser.clone()}</b>{this}<p>"Last seen "{when(session.last_seen_at, zone)}</p></div>
            {act}
        </li>
    }
    .into_any()
}

/// A browser as its owner would say it, such as `Chrome on Linux`.
fn browser(agent: &str) -> String {
    // Newer browsers also call themselves by the older ones they descend from, so the newer come first.
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.is_empty() => "A browser".to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

/// Where a seller is paid.
pub(crate) async fn payouts(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let setup = request.backend.payout_setup(viewer).await?;
    let form = Form::of(&visit.flash, "bank").or("currency", Currency::Ngn.code());
    let sandbox = request.backend.is_sandbox();
    let hint = sandbox.then(|| {
        let endings: Vec<String> = PAYOUT_ENDINGS.iter().map(|(ending, words)| format!("…{ending}: {words}")).collect();
        view! { <p class="hint">{format!("Sandbox: every account number of the Sandbox Bank is paid, but for {}.", endings.join("; "))}</p> }
    });
    let schedules = request.backend.payout_schedules(viewer).await?;
    let body = view! {
        <div class="page-head"><h1>"Where you are paid"</h1><p class="lede">"A verified identity and a bank account are needed before the first payout."</p></div>
        {form.summary()}
        {missing(&setup)}
        {identity(&setup, sandbox)}
        {present(&setup, request.zone)}
        <section aria-labelledby="bank"><h2 id="bank">"Set a bank account"</h2>
            <p>"One account for each currency. Changed details are used after 24 hours, and we tell you by mail."</p>
            <form method="post" action="/do/bank-details" class="form" novalidate>
                {bank_fields(&form, sandbox)}
                {hint}
                <div class="actions"><button class="button primary">"Save bank account"</button></div>
            </form>
        </section>
        {schedule(&schedules, &visit)}
    };
    Ok(Page::new("Where you are paid", Shell::Work("/settings/payouts"), body))
}

/// When somebody is paid, by currency.
fn schedule(schedules: &[(Currency, PayoutSchedule)], visit: &Visit) -> AnyView {
    let rows = schedules.iter().map(|(currency, schedule)| {
        let when = match schedule.rhythm {
            Rhythm::AtOnce => "as soon as there is something".to_owned(),
            Rhythm::Daily => "every working day".to_owned(),
            Rhythm::Weekly(day) => format!("every {day}"),
            Rhythm::Monthly(day) => format!("every month on day {day}"),
        };
        let least = (schedule.least > 0).then(|| format!(", from {} on", Money::or_zero(schedule.least, *currency)));
        view! { <li><div class="what"><b>{currency.name()}</b><p>{when}{least}</p></div></li> }
    });
    let form = Form::of(&visit.flash, "schedule").or("currency", Currency::Ngn.code()).or("rhythm", "at_once");
    let chosen = form.value("rhythm");
    let options = [
        ("at_once", "As soon as there is something"),
        ("daily", "Every working day"),
        ("weekly", "Every week"),
        ("monthly", "Every month"),
    ]
    .map(|(key, words)| view! { <option value=key selected=key == chosen>{words}</option> });
    view! {
        <section aria-labelledby="schedule"><h2 id="schedule">"When you are paid"</h2>
            <ul class="rows">{rows.collect_view()}</ul>
            <details open=Form::came_back(&visit.flash, "schedule")><summary>"Change when you are paid"</summary>
            <form method="post" action="/do/payout-schedule" class="form" novalidate>
                {form.summary()}
                {currencies(&form)}
                <div class="field"><label for="rhythm">"How often"</label><select id="rhythm" name="rhythm">{options.into_iter().collect_view()}</select></div>
                {Field { inputmode: "numeric", short: true, hint: "Of a week: 1 for Monday to 7 for Sunday. Of a month: 1 to 28. On weekends and holidays it is the next working day.", ..Field::text("day", "On which day") }.show(&form)}
                {Field { inputmode: "decimal", short: true, hint: "Less than this waits for more, for 30 days at most. Empty: any amount.", ..Field::text("least", "From which amount on") }.show(&form)}
                <div class="actions"><button class="button">"Save"</button></div>
            </form></details>
        </section>
    }
    .into_any()
}

fn missing(setup: &PayoutSetup) -> Option<AnyView> {
    let text = match (setup.verified, setup.banks.is_empty()) {
        (true, false) => return None,
        (false, true) => "Verify your identity and add a bank account; until then your money waits here, safe.",
        (false, false) => "Verify your identity; until then your money waits here, safe.",
        (true, true) => "Add a bank account; until then your money waits here, safe.",
    };
    Some(notice("turn", text.to_owned()))
}

fn identity(setup: &PayoutSetup, sandbox: bool) -> AnyView {
    let state = if setup.verified {
        view! { <p><span class="status" data-tone="safe">{icon("shield-check")}"Your identity is verified"</span></p> }
            .into_any()
    } else if sandbox {
        view! {
            <p>"In the sandbox one click stands for the check."</p>
            <form method="post" action="/do/verify-identity"><button class="button primary">"Verify my identity"</button></form>
        }
        .into_any()
    } else {
        view! { <p>"The administrator of this installation verifies your identity. Please get in touch with them."</p> }
            .into_any()
    };
    view! { <section aria-labelledby="identity"><h2 id="identity">"Identity"</h2>{state}</section> }.into_any()
}

fn present(setup: &PayoutSetup, zone: Zone) -> Option<AnyView> {
    if setup.banks.is_empty() {
        return None;
    }
    let rows = bank_rows(&setup.banks, zone);
    Some(view! { <section aria-labelledby="banks"><h2 id="banks">"Your bank accounts"</h2>{rows}</section> }.into_any())
}

/// Bank accounts by currency; of a number only its end is shown.
pub(crate) fn bank_rows(banks: &[(Currency, BankAccount)], zone: Zone) -> AnyView {
    let rows = banks.iter().map(|(currency, bank)| {
        view! {
            <li>{icon("landmark")}<div class="what">
                <b>{format!("{} account {}", currency.name(), bank.ending())}</b>
                <p>{bank.bank.clone()}", "{bank.holder.clone()}". Used for payouts from "{when(bank.usable_from, zone)}</p>
            </div></li>
        }
    });
    view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
}

/// The fields of a bank account in a currency that is chosen there too.
pub(crate) fn bank_fields(form: &Form, sandbox: bool) -> AnyView {
    view! { {currencies(form)}{account_fields(form, sandbox)} }.into_any()
}

/// The fields of a bank account in a known currency.
pub(crate) fn account_fields(form: &Form, sandbox: bool) -> AnyView {
    let banks = NIGERIAN_BANKS.into_iter().chain(sandbox.then_some(SANDBOX_BANK));
    view! {
        {Field { list: "bank-list", hint: "For naira a bank of the list.", ..Field::text("bank_name", "Bank") }.show(form)}
        <datalist id="bank-list">{banks.map(|bank| view! { <option value=bank.name></option> }).collect_view()}</datalist>
        {Field { autocomplete: "off", hint: "Ten digits for naira; an IBAN or account number otherwise.", ..Field::text("account_number", "Account number") }.show(form)}
        {Field::text("account_name", "Account holder").show(form)}
    }
    .into_any()
}

/// The choice of a currency.
pub(crate) fn currencies(form: &Form) -> AnyView {
    let chosen = form.value("currency");
    let options = Currency::TRADED.into_iter().map(|currency| {
        let selected = chosen == currency.code();
        view! { <option value=currency.code() selected=selected>{format!("{} – {}", currency.code(), currency.name())}</option> }
    });
    let invalid = form.error("currency").is_some().then_some("true");
    view! {
        <div class="field">
            <label for="currency">"Currency"</label>
            <select id="currency" name="currency" aria-invalid=invalid aria-describedby=form.described_by("currency", false)>{options.collect_view()}</select>
            {form.error_line("currency")}
        </div>
    }
    .into_any()
}
