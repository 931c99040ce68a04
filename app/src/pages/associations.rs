//! Sellers under an operator, seen from both sides.

use crate::components::shell::Shell;
use crate::components::{empty, icon, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::providers::COMMISSION_HINT;
use backend::Result;
use backend::service::associations::{AssociationRow, AssociationStatus};
use domain::clock_text::Zone;
use leptos::prelude::*;

/// An operator's sellers, and inviting one.
pub(crate) async fn sellers(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let rows = request.backend.associated_sellers(request.signed_in()?).await?;
    let form = Form::of(&visit.flash, "invite").or("commission", "10");
    let list = if rows.is_empty() {
        empty(
            "store",
            "No sellers yet",
            "Invite a registered seller. When they accept, their listings stand on your marketplace.",
            None,
        )
    } else {
        let rows = rows.iter().map(|row| seller(row, request.zone));
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Sellers"</h1><p class="lede">"They handle their orders themselves. You see every order on your marketplace and keep a commission of each."</p></div>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{list}</section>
        <section aria-labelledby="invite"><h2 id="invite">"Invite a seller"</h2>
            <form method="post" action="/do/invite-seller" class="form" novalidate>
                {form.summary()}
                {Field { kind: "email", hint: "The address they are registered with.", ..Field::text("email", "Seller's e-mail") }.show(&form)}
                {Field { hint: COMMISSION_HINT, ..Field::text("commission", "Commission you keep") }.show(&form)}
                <div class="actions"><button class="button primary">"Send the invitation"</button></div>
            </form>
        </section>
    };
    Ok(Page::new("Sellers", Shell::Work("/sellers"), body))
}

fn seller(row: &AssociationRow, zone: Zone) -> AnyView {
    let association = &row.association;
    let (verb, invited) = match association.status {
        AssociationStatus::Invited => ("Take back", true),
        _ => ("Remove", false),
    };
    let whose = format!(" {}", row.name);
    view! {
        <li>{icon("store")}<div class="what">
            <b>{row.name.clone()}</b>
            <p>{row.email.clone()}", you keep "{association.commission.to_string()}". "{if invited { "Invited " } else { "On your marketplace since " }}{when(association.created_at, zone)}</p>
            {(!invited).then(|| view! { <p class="hint">{format!("{} orders on your marketplace, {} of them ended", row.orders.0, row.orders.1)}</p> })}
        </div>
        <form method="post" action="/do/remove-seller">{hidden("association", association.id.to_string())}<button class="button">{verb}<span class="unseen">{whose}</span></button></form></li>
    }
    .into_any()
}

/// The marketplaces a seller trades on, or is asked to.
pub(crate) async fn marketplaces(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let rows = request.backend.marketplaces(request.signed_in()?).await?;
    let list = if rows.is_empty() {
        empty(
            "shopping-bag",
            "No marketplaces yet",
            "When the operator of a marketplace invites you, the invitation stands here.",
            None,
        )
    } else {
        let rows = rows.iter().map(|row| marketplace(row, request.zone));
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Marketplaces"</h1><p class="lede">"On an operator's marketplace your listings are found by its buyers. You handle the orders; it keeps a commission of each and sees them."</p></div>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{list}</section>
    };
    Ok(Page::new("Marketplaces", Shell::Work("/marketplaces"), body))
}

fn marketplace(row: &AssociationRow, zone: Zone) -> AnyView {
    let association = &row.association;
    let id = association.id.to_string();
    let whose = format!(" {}", row.name);
    let acts = if association.status == AssociationStatus::Invited {
        let other = whose.clone();
        view! {
            <form method="post" action="/do/answer-invitation">{hidden("association", id.clone())}
                <button class="button primary" name="answer" value="accept">"Accept"<span class="unseen">{whose}</span></button>
                <button class="button" name="answer" value="decline">"Decline"<span class="unseen">{other}</span></button>
            </form>
        }
        .into_any()
    } else {
        view! { <form method="post" action="/do/leave-marketplace">{hidden("association", id)}<button class="button">"Leave"<span class="unseen">{whose}</span></button></form> }
            .into_any()
    };
    let since = if association.status == AssociationStatus::Invited { "Invited you " } else { "Yours since " };
    view! {
        <li>{icon("shopping-bag")}<div class="what">
            <b>{row.name.clone()}</b>
            <p>"Keeps "{association.commission.to_string()}" of what is left after fees. "{since}{when(association.created_at, zone)}</p>
        </div>{acts}</li>
    }
    .into_any()
}
