//! Signing up, in and out; proving an address; a forgotten password.

use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::words::query_value;
use backend::service::mail_link::TokenPurpose;
use backend::{Error, Result};
use leptos::prelude::*;

const EMAIL: Field = Field { kind: "email", autocomplete: "email", ..Field::text("email", "E-mail") };

/// Opening an account.
pub(crate) async fn sign_up(visit: Visit) -> Result<Page> {
    if visit.request.viewer.as_ref().is_some_and(|viewer| viewer.verified) {
        return Ok(Page::redirect("/home"));
    }
    let wanted = match visit.request.query("as") {
        "seller" => "business_seller",
        "operator" => "marketplace_operator",
        _ => "buyer",
    };
    let form = Form::of(&visit.flash, "sign_up").or("kind", wanted);
    let password = Field {
        kind: "password",
        autocomplete: "new-password",
        hint: "At least 10 characters, hard to guess. Four words that do not belong together are good.",
        ..Field::text("password", "Password")
    };
    let business = Field {
        autocomplete: "organization",
        hint: "Others see this name. Leave it empty as a private person.",
        ..Field::text("business_name", "Name of your business (if you have one)")
    };
    let body = view! {
        <section class="auth">
            <h1>"Create your account"</h1>
            <p class="lede">"You buy or you sell; the money waits in escrow until the delivery is accepted."</p>
            <form method="post" action="/do/sign-up" class="form" novalidate>
                {form.summary()}
                {kinds(&form)}
                {Field { autocomplete: "name", ..Field::text("name", "Your name") }.show(&form)}
                {business.show(&form)}
                {EMAIL.show(&form)}
                {password.show(&form)}
                <div class="actions"><button class="button primary">"Create account"</button></div>
            </form>
            <p class="other">"Have an account? "<a href="/sign-in">"Sign in"</a></p>
        </section>
    };
    Ok(Page::new("Create your account", Shell::Public, body))
}

fn kinds(form: &Form) -> AnyView {
    let chosen = form.value("kind");
    let choice = |value: &'static str, title: &'static str, hint: &'static str| {
        let checked = chosen == value;
        // The link of the error summary goes to the first choice, as a fieldset takes no focus.
        let id = (value == "buyer").then_some("kind");
        view! {
            <label class="choice">
                <input type="radio" id=id name="kind" value=value checked=checked/><span><b>{title}</b><span class="hint">{hint}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="choices row" aria-describedby=form.described_by("kind", false)>
            <legend>"What will you do?"</legend>
            {choice("buyer", "I buy", "Pay into escrow, release when you are happy.")}
            {choice("individual_seller", "I sell now and then", "As a private person, in your own name.")}
            {choice("business_seller", "I sell as a business", "Make orders, offer listings, pay service providers.")}
            {choice("marketplace_operator", "I run a marketplace", "Invite sellers and keep a commission.")}
            {form.error_line("kind")}
        </fieldset>
    }
    .into_any()
}

/// Signing in.
pub(crate) async fn sign_in(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    if request.viewer.as_ref().is_some_and(|viewer| viewer.verified) {
        return Ok(Page::redirect("/home"));
    }
    let form = Form::of(&visit.flash, "sign_in").or("next", request.query("next"));
    let password = Field { kind: "password", autocomplete: "current-password", ..Field::text("password", "Password") };
    let body = view! {
        <section class="auth">
            <h1>"Sign in"</h1>
            <form method="post" action="/do/sign-in" class="form" novalidate>
                {form.summary()}
                {hidden("next", form.value("next"))}
                {Field { autocomplete: "username", ..EMAIL }.show(&form)}
                {password.show(&form)}
                <div class="actions"><button class="button primary">"Sign in"</button><a class="button quiet" href="/forgot-password">"Forgot your password?"</a></div>
            </form>
            <p class="other">"No account yet? "<a href="/sign-up">"Create one"</a></p>
        </section>
    };
    Ok(Page::new("Sign in", Shell::Public, body))
}

/// After signing up: look into your mail.
pub(crate) async fn check_mail(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    if request.viewer.as_ref().is_some_and(|viewer| viewer.verified) {
        return Ok(Page::redirect("/home"));
    }
    let known = request.viewer.as_ref().map(|viewer| viewer.email.to_string()).unwrap_or_default();
    let form = Form::of(&visit.flash, "resend").or("email", known);
    let sandbox = request.backend.is_sandbox().then(|| {
        let href = format!("/sandbox/mail?q={}", query_value(&form.value("email")));
        view! { <p>"This is a sandbox, so the mail is shown "<a href=href>"on the sandbox's mail page"</a>"."</p> }
    });
    let body = view! {
        <section class="auth">
            <h1>"Look into your mail"</h1>
            <p class="lede">"We sent you a link. Open it and confirm that the address is yours; then your account is ready."</p>
            {sandbox}
            {resend(&form)}
        </section>
    };
    Ok(Page::new("Look into your mail", Shell::Public, body))
}

fn resend(form: &Form) -> AnyView {
    view! {
        <form method="post" action="/do/resend-verification" class="form" novalidate>
            {form.summary()}
            {EMAIL.show(form)}
            <div class="actions"><button class="button">"Send the mail again"</button></div>
        </form>
    }
    .into_any()
}

/// What is shown for a mailed link: a button where it still works, and else how to get a new one.
async fn mailed(visit: &Visit, purpose: TokenPurpose) -> Result<Option<String>> {
    let token = visit.request.query("token").to_owned();
    match visit.request.backend.peek_token(&token, purpose).await {
        Ok(()) => Ok(Some(token)),
        Err(Error::NotFound | Error::Expired(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Proving an address: opening the link does nothing, the button does.
pub(crate) async fn verify_email(visit: Visit) -> Result<Page> {
    let body = match mailed(&visit, TokenPurpose::VerifyEmail).await? {
        Some(token) => view! {
            <section class="auth">
                <h1>"Confirm your e-mail"</h1>
                <p class="lede">"Press the button to confirm that this address is yours."</p>
                <form method="post" action="/do/verify-email" class="form" novalidate>
                    {hidden("token", token)}
                    <div class="actions"><button class="button primary">"Confirm my e-mail"</button></div>
                </form>
            </section>
        }
        .into_any(),
        None => view! {
            <section class="auth">
                <h1>"This link does not work any more"</h1>
                <p class="lede">"It was used already, or it is over its time. If your address is confirmed, simply sign in; else ask for a new mail."</p>
                {resend(&Form::of(&visit.flash, "resend"))}
                <p class="other">"Confirmed already? "<a href="/sign-in">"Sign in"</a></p>
            </section>
        }
        .into_any(),
    };
    Ok(Page::new("Confirm your e-mail", Shell::Public, body))
}

/// A forgotten password.
pub(crate) async fn forgot_password(visit: Visit) -> Result<Page> {
    let form = Form::of(&visit.flash, "forgot");
    let body = view! {
        <section class="auth">
            <h1>"Forgot your password?"</h1>
            <p class="lede">"We send a link to set a new one, if there is an account with this address."</p>
            <form method="post" action="/do/forgot-password" class="form" novalidate>
                {form.summary()}
                {EMAIL.show(&form)}
                <div class="actions"><button class="button primary">"Send the link"</button></div>
            </form>
        </section>
    };
    Ok(Page::new("Forgot your password?", Shell::Public, body))
}

/// Setting a new password.
pub(crate) async fn reset_password(visit: Visit) -> Result<Page> {
    let form = Form::of(&visit.flash, "reset");
    let password = Field {
        kind: "password",
        autocomplete: "new-password",
        hint: "At least 10 characters. You are signed out everywhere else.",
        ..Field::text("password", "New password")
    };
    let body = match mailed(&visit, TokenPurpose::ResetPassword).await? {
        Some(token) => view! {
            <section class="auth">
                <h1>"Set a new password"</h1>
                <form method="post" action="/do/reset-password" class="form" novalidate>
                    {form.summary()}
                    {hidden("token", token)}
                    {password.show(&form)}
                    <div class="actions"><button class="button primary">"Set the password"</button></div>
                </form>
            </section>
        }
        .into_any(),
        None => view! {
            <section class="auth">
                <h1>"This link does not work any more"</h1>
                <p class="lede">"It was used already, or it is over its time."</p>
                <div class="actions"><a class="button primary" href="/forgot-password">"Ask for a new link"</a></div>
            </section>
        }
        .into_any(),
    };
    Ok(Page::new("Set a new password", Shell::Public, body))
}
