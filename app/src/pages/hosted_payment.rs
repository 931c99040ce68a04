//! The simulated provider's own page.

use crate::components::amount;
use crate::components::shell::Shell;
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::sandbox::rail::TEST_NUMBERS;
use backend::{Error, Result};
use leptos::prelude::*;

/// Paying with a test number. Not found in live mode.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let rail = visit.request.backend.sandbox_rail().ok_or(Error::NotFound)?;
    let charge = rail.charge(visit.request.last_segment()).await?;
    let form = Form::of(&visit.flash, "sandbox_pay");
    let lost = visit.flash.form.is_none() && visit.request.query("problem") == "number";
    let refused = lost.then(|| {
        view! { <div class="error-summary" role="alert"><p>"Use one of the test numbers below."</p></div> }
    });
    let number = Field {
        inputmode: "numeric",
        // A browser must not offer a real card here.
        autocomplete: "off",
        hint: "A test number from the table; no real card works here.",
        ..Field::text("number", "Card or bank account number")
    };
    let back = charge.return_url.clone();
    let act = if charge.open {
        view! {
            <form method="post" action="/do/sandbox-pay" class="form" novalidate>
                {form.summary()}
                {refused}
                {hidden("reference", charge.reference.clone())}
                {number.show(&form)}
                <button class="button primary big">"Pay "{amount(charge.amount)}</button>
                <a class="button quiet" href=back>"Cancel and go back"</a>
            </form>
        }
        .into_any()
    } else {
        view! { <p>"This payment was made already."</p><a class="button primary big" href=back>"Go back"</a> }
            .into_any()
    };
    let body = view! {
        <section class="checkout">
            <header>
                <p>{format!("Pay {}", visit.request.backend.platform_name())}</p>
                <h1>{amount_big(charge.amount)}</h1>
                <p class="hint">{charge.description.clone()}</p>
            </header>
            {act}
        </section>
        <section class="test-cards"><h2>"Test numbers"</h2>{numbers()}</section>
    };
    let page = Page::new("Sandbox Pay", Shell::Provider, body);
    let shop_origin = shop_origin(&visit, &charge.return_url).await;
    Ok(Page { shop_origin, ..page })
}

/// The shop that the buyer goes back to: one that shows our page in a frame sees the provider's in it too, and browsers let
/// a form lead to a shop's page only where the page of the form names it.
async fn shop_origin(visit: &Visit, return_url: &str) -> Option<String> {
    let backend = &visit.request.backend;
    let behind = |path: &str| return_url.split_once(path).and_then(|(_, rest)| rest.split(['/', '?']).next());
    if let Some(token) = behind("/checkout/") {
        return backend.checkout(token).await.ok().and_then(|checkout| checkout.origin);
    }
    let returned = backend.collection_return(behind("/pay/")?).await.ok()?;
    origin(&returned.request.redirect_url)
}

/// Scheme, host and port of a web address.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    (web && plain && !host.is_empty()).then(|| format!("{scheme}://{host}").to_ascii_lowercase())
}

fn amount_big(money: domain::Money) -> AnyView {
    view! { <span class="amount big"><span class="currency">{money.currency().symbol()}</span>{money.number()}</span> }
        .into_any()
}

/// The documented numbers and what each leads to.
pub(crate) fn numbers() -> AnyView {
    let rows = TEST_NUMBERS.into_iter().map(|number| {
        view! {
            <tr>
                <th scope="row" class="lead">{number.card}</th>
                <td class="sub">{number.words}</td>
                <td class="end">{number.account}</td>
            </tr>
        }
    });
    view! {
        <p class="hint">"Each row: a card number, what happens, and a bank account number that leads to the same."</p>
        <div class="table dense"><table>
            <caption class="unseen">"Test numbers"</caption>
            <thead><tr><th scope="col">"Card"</th><th scope="col">"What happens"</th><th scope="col">"Bank account"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
    }
    .into_any()
}
