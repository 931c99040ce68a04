//! Pages for who builds programs: keys, the callback URL with everything that was sent, and the log of requests.

use crate::components::shell::Shell;
use crate::components::{empty, icon, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::api::{ApiKey, ApiRequest, Delivery, Encoding, EndpointView, WebhookAttempt};
use domain::clock_text::Zone;
use leptos::prelude::*;
use time::OffsetDateTime;

/// Keys, and where everything else is.
pub(crate) async fn keys(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let keys = request.backend.api_keys(viewer).await?;
    let phone = request.backend.account_phone(viewer).await?;
    let (now, zone) = (request.backend.now(), request.zone);
    let mode = if request.backend.is_sandbox() { "sandbox" } else { "live" };
    let rows = keys.iter().map(|key| key_row(key, now, zone)).collect_view();
    let list = if keys.is_empty() {
        empty("lock", "No keys yet", "A program shows a key and acts for this account with it.", None)
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let form = Form::of(&visit.flash, "account_phone").or("phone", phone.unwrap_or_default());
    let body = view! {
        <div class="page-head"><h1>"Developers"</h1><p class="lede">"Shops and programs act for this account with a key, and are told at a callback URL."</p></div>
        {fresh(&visit)?}
        <section aria-labelledby="keys"><div class="section-head"><h2 id="keys">{format!("Keys of the {mode}")}</h2></div>
            <p class="hint">"The public key stands in the shop's payment form. The private key stays on your server: with the public one it makes the authtoken of every call. A key of the sandbox opens nothing in live mode."</p>
            {list}
            <form method="post" action="/do/api-key-issue"><button class="button primary">{icon("plus")}"Make a pair of keys"</button></form>
        </section>
        <section aria-labelledby="more"><h2 id="more">"Where to go on"</h2>
            <ul class="rows">
                <li><div class="what"><b><a href="/developers/webhooks">"Callback URL"</a></b><p>"Where you are told about your orders, what was sent and what came back."</p></div></li>
                <li><div class="what"><b><a href="/developers/requests">"Requests"</a></b><p>"What your programs asked, and what they were answered."</p></div></li>
                <li><div class="what"><b><a href="/developers/guides/keys">"Guides"</a></b><p>"From a key to a completed order, with commands to copy."</p></div></li>
                <li><div class="what"><b><a href="/developers/reference">"Reference"</a></b><p>"Every call with its fields, also as OpenAPI."</p></div></li>
            </ul>
        </section>
        <section aria-labelledby="phone-title"><h2 id="phone-title">"Your phone number"</h2>
            <form method="post" action="/do/account-phone" class="form" novalidate>
                {form.summary()}
                {Field { kind: "tel", autocomplete: "tel", short: true, hint: "Marketplaces that sell for you name you by it in their shops, such as +234 803 123 4567.", ..Field::text("phone", "Phone") }.show(&form)}
                <div class="actions"><button class="button">"Save phone number"</button></div>
            </form>
        </section>
    };
    Ok(Page::new("Developers", Shell::Work("/developers"), body))
}

/// The fresh pair, once.
fn fresh(visit: &Visit) -> Result<Option<AnyView>> {
    let Some(left) = visit.flash.form.as_ref().filter(|form| form.name == "fresh_key") else { return Ok(None) };
    let value = |name: &str| left.values.get(name).cloned().unwrap_or_default();
    let private = visit.request.backend.unseal_for_page(&value("private"))?;
    Ok(Some(
        view! {
            <section class="panel" data-tone="turn" aria-labelledby="fresh">
                <h2 id="fresh">"Your new keys"</h2>
                <p>"Copy the private key now. It is not shown again."</p>
                <dl class="facts">
                    <div><dt>"Public key"</dt><dd><code>{value("public")}</code></dd></div>
                    <div><dt>"Private key"</dt><dd><code>{private}</code></dd></div>
                </dl>
            </section>
        }
        .into_any(),
    ))
}

fn key_row(key: &ApiKey, now: OffsetDateTime, zone: Zone) -> AnyView {
    let works = key.works(now);
    let state = match (works, key.expires_at) {
        (true, Some(end)) => view! { <p>"Works until "{when(end, zone)}", after it was rotated."</p> }.into_any(),
        (true, None) => view! { <p>"Works."</p> }.into_any(),
        (false, _) => view! { <p>"Ended."</p> }.into_any(),
    };
    let used = match key.last_used_at {
        Some(at) => view! { <p>"Last used "{when(at, zone)}</p> }.into_any(),
        None => view! { <p>"Never used."</p> }.into_any(),
    };
    let id = key.id.to_string();
    let which = format!(" the key {}", key.public_key);
    let acts = works.then(|| {
        view! {
            <form method="post" action="/do/api-key-rotate">{hidden("api_key", id.clone())}<button class="button">"Rotate"<span class="unseen">{which.clone()}</span></button></form>
            <form method="post" action="/do/api-key-revoke">{hidden("api_key", id)}<button class="button danger">"End now"<span class="unseen">{which}</span></button></form>
        }
    });
    view! {
        <li>{icon("lock")}<div class="what"><b><code>{key.public_key.clone()}</code></b>{state}{used}<p>"Made "{when(key.created_at, zone)}</p></div>{acts}</li>
    }
    .into_any()
}

/// The callback URL, and what was sent there.
pub(crate) async fn webhooks(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let endpoint = request.backend.webhook_endpoint(viewer).await?;
    let deliveries = request.backend.webhook_deliveries(viewer).await?;
    let zone = request.zone;
    let rows = deliveries.iter().map(|delivery| delivery_row(delivery, zone)).collect_view();
    let list = if deliveries.is_empty() {
        empty("bell", "Nothing was sent yet", "Each notification stands here with every try and its answer.", None)
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let acts = endpoint.as_ref().map(|endpoint| acts(&visit, endpoint, zone));
    let body = view! {
        <div class="page-head"><h1>"Callback URL"</h1><p class="lede">"Your shop is told here what happens to its orders."</p></div>
        {endpoint.as_ref().and_then(|endpoint| state(endpoint, zone))}
        {settings(&visit, endpoint.as_ref())}
        {acts}
        <section aria-labelledby="sent"><h2 id="sent">"What was sent"</h2>{list}</section>
    };
    Ok(Page::new("Callback URL", Shell::Work("/developers"), body))
}

/// What is wrong with the address.
fn state(endpoint: &EndpointView, zone: Zone) -> Option<AnyView> {
    if let Some((at, reason)) = &endpoint.disabled {
        let text = format!("Nothing is sent there any more: {reason}. Save an address to begin again.");
        return Some(
            view! { <div class="notice" data-tone="danger">{icon("triangle-alert")}<div><p>{text}</p><p>"Since "{when(*at, zone)}</p></div></div> }
                .into_any(),
        );
    }
    let (since, failures) = endpoint.failing?;
    let text = match failures {
        1 => "The last try was not accepted. We keep trying for three days.".to_owned(),
        failures => format!("The last {failures} tries were not accepted. We keep trying for three days."),
    };
    Some(
        view! { <div class="notice" data-tone="turn">{icon("triangle-alert")}<div><p>{text}</p><p>"Since "{when(since, zone)}</p></div></div> }
            .into_any(),
    )
}

fn settings(visit: &Visit, endpoint: Option<&EndpointView>) -> AnyView {
    let encoding = endpoint.map_or(Encoding::MultipartRaw, |endpoint| endpoint.encoding).key();
    let cancel = endpoint.map_or_else(|| "Rejected".to_owned(), |endpoint| endpoint.cancel_status.clone());
    let form = Form::of(&visit.flash, "webhook")
        .or("url", endpoint.map(|endpoint| endpoint.url.clone()).unwrap_or_default())
        .or("encoding", encoding)
        .or("cancel_status", cancel);
    let choice = |name: &'static str, value: &'static str, title: &'static str, hint: &'static str| {
        let checked = form.value(name) == value;
        view! { <label class="choice"><input type="radio" name=name value=value checked=checked/><span><b>{title}</b><span class="hint">{hint}</span></span></label> }
    };
    view! {
        <section aria-labelledby="where"><h2 id="where">"Where and how"</h2>
            <form method="post" action="/do/webhook-save" class="form" novalidate>
                {form.summary()}
                {Field { kind: "url", hint: "Such as https://shop.example/wc-api/at_wc_atara_gateway. Use https: the token in each notification opens your account. Empty: nobody is told.", ..Field::text("url", "Callback URL") }.show(&form)}
                <fieldset class="choices"><legend>"How the body is written"</legend>
                    {choice("encoding", "multipart_raw", "Multipart text", "What the WooCommerce plugin reads.")}
                    {choice("encoding", "json", "JSON", "For everybody else.")}
                </fieldset>
                <fieldset class="choices"><legend>"When a buyer cancels, the status says"</legend>
                    {choice("cancel_status", "Rejected", "Rejected", "As documented. The WooCommerce plugin keeps such an order processing.")}
                    {choice("cancel_status", "Canceled", "Canceled", "The WooCommerce plugin cancels the order.")}
                </fieldset>
                <div class="actions"><button class="button primary">"Save"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn acts(visit: &Visit, endpoint: &EndpointView, zone: Zone) -> AnyView {
    let replay = Form::of(&visit.flash, "replay");
    let number = |name, label| Field { inputmode: "numeric", short: true, ..Field::text(name, label) }.show(&replay);
    let secret = (!endpoint.secret.is_empty()).then(|| {
        let overlap = endpoint.old_until.map(|until| {
            view! { <p class="hint">"The secret of before signs too until "{when(until, zone)}"."</p> }
        });
        view! {
            <details><summary>"Show the signing secret"</summary><p><code>{endpoint.secret.clone()}</code></p></details>
            {overlap}
            <form method="post" action="/do/webhook-secret"><button class="button">"Make a new secret"</button></form>
        }
    });
    view! {
        <section aria-labelledby="sign"><h2 id="sign">"Signature"</h2>
            <p class="hint">"Besides the token of the contract each notification carries the headers webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks."</p>
            {secret}
        </section>
        <section aria-labelledby="again"><h2 id="again">"Try it, and send again"</h2>
            <form method="post" action="/do/webhook-test"><button class="button">"Send a test"</button></form>
            <form method="post" action="/do/webhook-replay" class="form" novalidate>
                {replay.summary()}
                <div class="field-row">{number("from", "From number")}{number("to", "To number (optional)")}</div>
                <div class="actions"><button class="button">"Send again"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn delivery_row(delivery: &Delivery, zone: Zone) -> AnyView {
    let event = &delivery.event;
    let number = event.number.to_string();
    let last = delivery.attempts.last();
    let outcome = match last {
        None => "on its way".to_owned(),
        Some(attempt) => answered(attempt),
    };
    let which = format!(" notification {number}");
    let attempts = delivery.attempts.iter().map(|attempt| attempt_row(attempt, zone)).collect_view();
    view! {
        <li>
            <div class="what">
                <b>{format!("{number}: {} – {outcome}", event.status)}</b>
                <p>{event.message.clone()}</p>
                <p>{when(event.created_at, zone)}" "<code>{event.id.to_string()}</code></p>
                {(!delivery.attempts.is_empty()).then(|| view! { <details><summary>{tries(delivery.attempts.len())}</summary>{attempts}</details> })}
            </div>
            <form method="post" action="/do/webhook-replay">{hidden("from", number)}<button class="button">"Send again"<span class="unseen">{which}</span></button></form>
        </li>
    }
    .into_any()
}

fn tries(count: usize) -> String {
    if count == 1 { "1 try".to_owned() } else { format!("{count} tries") }
}

fn answered(attempt: &WebhookAttempt) -> String {
    match (attempt.status, &attempt.error) {
        (Some(status @ 200..=299), _) => format!("accepted ({status})"),
        (Some(status), _) => format!("refused ({status})"),
        (None, Some(error)) => error.clone(),
        (None, None) => "no answer".to_owned(),
    }
}

fn attempt_row(attempt: &WebhookAttempt, zone: Zone) -> AnyView {
    let line = format!("Try {}: {} in {} ms", attempt.attempt, answered(attempt), attempt.duration_ms);
    let sent = format!("POST {}\n{}\n{}", attempt.url, attempt.headers, attempt.body);
    let answer = (!attempt.answer.is_empty()).then(
        || view! { <p class="hint">"Answer"</p><pre tabindex="0" aria-label="Answer">{attempt.answer.clone()}</pre> },
    );
    view! { <p>{line}", "{when(attempt.at, zone)}</p><p class="hint">"Request"</p><pre tabindex="0" aria-label="Request">{sent}</pre>{answer} }
        .into_any()
}

/// What programs asked.
pub(crate) async fn requests(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let rows = request.backend.api_requests(request.signed_in()?).await?;
    let zone = request.zone;
    let list = if rows.is_empty() {
        empty("file-text", "No requests yet", "Each call with a key of this account stands here for 30 days.", None)
    } else {
        let rows = rows.iter().map(|row| request_row(row, zone)).collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Requests"</h1><p class="lede">"The newest 100 calls of your programs. Secrets are struck out."</p></div>
        <section aria-labelledby="requests"><h2 id="requests" class="unseen">"Requests"</h2>{list}</section>
    };
    Ok(Page::new("Requests", Shell::Work("/developers"), body))
}

fn request_row(row: &ApiRequest, zone: Zone) -> AnyView {
    let failed = row.answer.starts_with("{\"status\":\"error\"");
    let outcome = if failed { "error" } else { "success" };
    let title = format!("{} {} – {outcome} ({}) in {} ms", row.method, row.path, row.status, row.duration_ms);
    view! {
        <li><div class="what"><b>{title}</b><p>{when(row.at, zone)}", key "<code>{row.public_key.clone()}</code></p>
            <details><summary>"Fields and answer"</summary><pre tabindex="0" aria-label="Fields">{row.fields.clone()}</pre><pre tabindex="0" aria-label="Answer">{row.answer.clone()}</pre></details>
        </div></li>
    }
    .into_any()
}
