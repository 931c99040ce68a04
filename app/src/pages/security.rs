//! The second factor, and showing again that it is you.

use crate::actions::security::CODES_FORM;
use crate::components::shell::Shell;
use crate::components::{icon, notice};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::second_factor::{Enrolment, FactorState};
use leptos::prelude::*;

const CODE: Field = Field {
    autocomplete: "one-time-code",
    short: true,
    hint: "The six digits your authenticator shows now.",
    ..Field::text("code", "Code")
};
const ANY_CODE: Field =
    Field { hint: "The six digits your authenticator shows now, or one of your recovery codes.", ..CODE };

/// The code that is asked for after the password.
pub(crate) async fn sign_in_code(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    if request.backend.awaiting_code(&request.session).await?.is_none() {
        return Ok(Page::redirect("/sign-in"));
    }
    let form = Form::of(&visit.flash, "code");
    let body = view! {
        <section class="auth">
            <h1>"Enter your code"</h1>
            <form method="post" action="/do/sign-in-code" class="form" novalidate>
                {form.summary()}
                {hidden("next", request.query("next"))}
                {ANY_CODE.show(&form)}
                <div class="actions"><button class="button primary">"Sign in"</button><a class="button quiet" href="/sign-in">"Start again"</a></div>
            </form>
            <p class="other">"Lost your authenticator and the recovery codes? "<a href="/help">"Ask for help"</a></p>
        </section>
    };
    Ok(Page::new("Enter your code", Shell::Public, body))
}

/// Asks somebody who changes something that matters to show again that it is them.
pub(crate) async fn confirm(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    let state = request.backend.second_factor(viewer).await?;
    // The form that led here waits in the session for the page behind this one.
    if let Some(form) = &visit.flash.form {
        request.leave_flash(crate::form::Flash { notice: None, form: Some(form.clone()) }).await?;
    }
    let form = Form::default();
    let field = if state.on {
        ANY_CODE.show(&form)
    } else {
        Field { kind: "password", autocomplete: "current-password", ..Field::text("password", "Password") }.show(&form)
    };
    let body = view! {
        <section class="auth">
            <h1>"Confirm that it is you"</h1>
            <p class="lede">"What you are about to change matters, so we ask once more. It counts for 15 minutes."</p>
            <form method="post" action="/do/confirm" class="form" novalidate>
                {hidden("next", request.query("next"))}
                {hidden("username", viewer.email.to_string())}
                {field}
                <div class="actions"><button class="button primary">"Confirm"</button><a class="button quiet" href="/home">"Not now"</a></div>
            </form>
        </section>
    };
    Ok(Page::new("Confirm that it is you", Shell::Public, body))
}

/// Turning the second factor on and off.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let state = request.backend.second_factor(viewer).await?;
    let enrolment = request.backend.enrolment(viewer).await?;
    let form = Form::of(&visit.flash, "code");
    let codes = Form::of(&visit.flash, CODES_FORM).value("codes");
    let shown = (!codes.is_empty()).then(|| fresh(&codes));
    let body = match enrolment {
        Some(enrolment) if !state.on => enrol(enrolment, &form),
        _ if state.on => on(state),
        _ => off(),
    };
    let body = view! {
        <div class="page-head"><h1>"Two-factor sign-in"</h1><p class="lede">"A code from your phone besides your password, so that a stolen password opens nothing."</p></div>
        {shown}
        {body}
    };
    Ok(Page::new("Two-factor sign-in", Shell::Work("/settings"), body))
}

fn fresh(codes: &str) -> AnyView {
    let rows: Vec<AnyView> =
        codes.split(' ').map(|code| view! { <li><code>{code.to_owned()}</code></li> }.into_any()).collect();
    view! {
        <section class="panel" aria-labelledby="codes">
            <h2 id="codes">"Your recovery codes"</h2>
            <p>"Each works once in place of a code, should you lose your authenticator. Print them or write them down now: they are not shown again."</p>
            <ul class="codes">{rows}</ul>
        </section>
    }
    .into_any()
}

fn off() -> AnyView {
    view! {
        <section aria-labelledby="state"><h2 id="state">"It is off"</h2>
            <p>"You need an authenticator app on your phone, such as Aegis, Google Authenticator, 1Password or Bitwarden."</p>
            <form method="post" action="/do/second-factor-begin"><div class="actions"><button class="button primary">"Set it up"</button></div></form>
        </section>
    }
    .into_any()
}

fn enrol(enrolment: Enrolment, form: &Form) -> AnyView {
    // The picture is made by us from letters and digits; its prolog does not belong into a page.
    let picture = enrolment.picture.find("<svg").map(|start| enrolment.picture[start..].to_owned()).unwrap_or_default();
    let spaced: Vec<String> =
        enrolment.secret.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    view! {
        <section aria-labelledby="state"><h2 id="state">"Set it up"</h2>
            <ol class="steps">
                <li><p>"Scan this with your authenticator"<span class="hint">", or "<a href=enrolment.url>"open it on this phone"</a>", or type the key by hand."</span></p>
                    <div class="qr" role="img" aria-label="A picture to scan with your authenticator" inner_html=picture></div>
                    <p>"Key: "<code>{spaced.join(" ")}</code></p></li>
                <li><p>"Enter the code it shows."</p>
                    <form method="post" action="/do/second-factor-confirm" class="form" novalidate>
                        {form.summary()}
                        {CODE.show(form)}
                        <div class="actions"><button class="button primary">"Turn it on"</button></div>
                    </form></li>
            </ol>
            <form method="post" action="/do/second-factor-stop"><button class="button quiet">"Stop setting it up"</button></form>
        </section>
    }
    .into_any()
}

fn on(state: FactorState) -> AnyView {
    let few = (state.codes_left < 4).then(|| {
        notice("turn", format!("You have {} recovery codes left. Make new ones before you run out.", state.codes_left))
    });
    view! {
        {few}
        <section aria-labelledby="state"><h2 id="state">"It is on"</h2>
            <p><span class="status" data-tone="safe">{icon("shield-check")}"Signing in takes a code of your authenticator"</span></p>
            <p>{format!("Recovery codes left: {}.", state.codes_left)}</p>
            <div class="actions">
                <form method="post" action="/do/recovery-codes"><button class="button">"Make new recovery codes"</button></form>
                <form method="post" action="/do/second-factor-stop"><button class="button danger">"Turn it off"</button></form>
            </div>
        </section>
    }
    .into_any()
}
