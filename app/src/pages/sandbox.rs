//! The sandbox's own pages: what is simulated, and the mails that would have been sent.

use super::hosted_payment::numbers;
use crate::components::shell::Shell;
use crate::components::when::day;
use crate::components::{empty, icon, when};
use crate::form::{Field, Form};
use crate::page::{Page, Visit};
use crate::words::query_value;
use backend::sandbox::rail::PAYOUT_ENDINGS;
use backend::service::outbox::SandboxMail;
use backend::{Error, Result};
use domain::clock_text::Zone;
use leptos::prelude::*;

const MAILS_SHOWN: u64 = 50;

/// What the sandbox simulates. Not found in live mode.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    if !visit.request.backend.is_sandbox() {
        return Err(Error::NotFound);
    }
    let endings = PAYOUT_ENDINGS.into_iter().map(|(ending, words)| {
        view! { <div><dt>{format!("ends in {ending}")}</dt><dd>{words}</dd></div> }
    });
    let body = view! {
        <div class="page-head">
            <h1>"Sandbox"</h1>
            <p class="lede">"No real money moves, no mail leaves this installation, and time can be moved."</p>
            <div class="actions"><a class="button primary" href="/sandbox/mail">{icon("mail")}"Outgoing mail"</a><a class="button" href="/sandbox/shop">{icon("store")}"Demo shop"</a></div>
        </div>
        {clock(&visit)}
        <section aria-labelledby="pay"><h2 id="pay">"Test numbers for paying"</h2>
            <p>"On the payment provider's page, enter a card or a bank account from this table."</p>
            {numbers()}
        </section>
        <section aria-labelledby="out"><h2 id="out">"Account numbers for being paid"</h2>
            <p>"A payout to any account number succeeds, but for these endings:"</p>
            <dl class="facts">{endings.collect_view()}</dl>
        </section>
    };
    Ok(Page::new("Sandbox", Shell::Public, body))
}

/// The clock, and how to move it; nothing where it cannot be moved.
fn clock(visit: &Visit) -> Option<AnyView> {
    const STEPS: [(&str, &str); 6] =
        [("1", "1 hour"), ("12", "12 hours"), ("24", "1 day"), ("72", "3 days"), ("168", "7 days"), ("720", "30 days")];
    let moved = visit.request.backend.sandbox_clock()?.moved();
    let form = Form::of(&visit.flash, "sandbox_clock");
    let now = visit.request.backend.now();
    let ahead = match moved.whole_hours() {
        0 => "It runs with the machine's clock.".to_owned(),
        hours => format!(
            "It is {} ahead of the machine's clock.",
            domain::clock_text::hours(u32::try_from(hours).unwrap_or(u32::MAX))
        ),
    };
    let steps = STEPS
        .into_iter()
        .map(|(hours, words)| view! { <button class="button" name="hours" value=hours>{words}" later"</button> });
    let hours = Field { inputmode: "numeric", short: true, hint: "1 to 2,880", ..Field::text("hours", "Hours") };
    Some(
        view! {
            <section aria-labelledby="clock"><h2 id="clock">"Clock"</h2>
                <p>"It is "{when(now, visit.request.zone)}". "{ahead}</p>
                <p>"Move it forward, and deadlines, reminders, mails and payouts of every order follow. It cannot be moved back."</p>
                <form method="post" action="/do/sandbox-clock"><div class="actions">{steps.collect_view()}</div></form>
                <form method="post" action="/do/sandbox-clock" class="form" novalidate>
                    {form.summary()}
                    {hours.show(&form)}
                    <div class="actions"><button class="button">"Move the clock"</button></div>
                </form>
            </section>
        }
        .into_any(),
    )
}

/// The mails that would have been sent, newest first. Not found in live mode.
pub(crate) async fn mail(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let query = request.query("q");
    let mails = request.backend.sandbox_mails(Some(query).filter(|query| !query.is_empty()), MAILS_SHOWN).await?;
    let chosen = match request.query("id").parse() {
        Ok(id) => Some(request.backend.sandbox_mail(id).await?),
        Err(_) => mails.first().cloned(),
    };
    let list = mails.iter().map(|mail| {
        let current = chosen.as_ref().is_some_and(|chosen| chosen.id == mail.id).then_some("true");
        let href = format!("/sandbox/mail?id={}&q={}", mail.id, query_value(query));
        view! {
            <li><a href=href aria-current=current>
                <b>{mail.subject.clone()}</b><span>"to "{mail.to.clone()}</span>{day(mail.sent_at, request.zone)}
            </a></li>
        }
    });
    let reading = chosen.as_ref().map(|mail| read(mail, request.zone));
    let box_or_empty = if mails.is_empty() && chosen.is_none() && !query.is_empty() {
        let all = Some(("Show every mail", "/sandbox/mail"));
        empty(
            "mail",
            "No mail found",
            "Search by an address or by words of a subject. A mail may take a few seconds to arrive.",
            all,
        )
    } else if mails.is_empty() && chosen.is_none() {
        empty(
            "mail",
            "No mail yet",
            "Every mail that would be sent stands here. Sign up, or make an order, to see one.",
            None,
        )
    } else {
        view! { <div class="mailbox"><ol class="mail-list">{list.collect_view()}</ol>{reading}</div> }.into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Outgoing mail"</h1><p class="lede">"In the sandbox mail is shown here instead of being sent."</p></div>
        <search class="search">
            <form method="get" action="/sandbox/mail">
                <label class="unseen" for="q">"Search mails"</label>{icon("search")}
                <input id="q" type="search" name="q" value=query.to_owned() placeholder="Address or subject"/>
            </form>
        </search>
        <section aria-labelledby="mails"><h2 id="mails" class="unseen">"Mails"</h2>{box_or_empty}</section>
    };
    Ok(Page::new("Outgoing mail", Shell::Public, body))
}

fn read(mail: &SandboxMail, zone: Zone) -> AnyView {
    let text = mail.text.split_inclusive(char::is_whitespace).map(|word| {
        // Punctuation at the end belongs to the sentence.
        let link = word.trim_end().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>']);
        let rest = word[link.len()..].to_owned();
        if link.starts_with("http://") || link.starts_with("https://") {
            let (href, shown) = (link.to_owned(), link.to_owned());
            view! { <a href=href>{shown}</a>{rest} }.into_any()
        } else {
            word.to_owned().into_any()
        }
    });
    view! {
        <article class="mail">
            <header>
                <h3>{mail.subject.clone()}</h3>
                <dl class="facts">
                    <div><dt>"To"</dt><dd>{mail.to.clone()}</dd></div>
                    <div><dt>"Sent"</dt><dd>{when(mail.sent_at, zone)}</dd></div>
                </dl>
            </header>
            <pre class="mail-text">{text.collect::<Vec<_>>()}</pre>
        </article>
    }
    .into_any()
}
