//! The administrator's work: money that does not fit, payouts that are stuck, and messages that were given up.

use crate::components::shell::Shell;
use crate::components::{amount, empty, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::order_view::PayoutStatus;
use backend::service::outbox::DeadLetter;
use backend::service::stuck_payouts::StuckPayout;
use backend::service::suspense::{SuspenseRow, SuspenseStatus};
use domain::clock_text::Zone;
use leptos::prelude::*;

const STUCK_SHOWN: u64 = 200;

/// Money in suspense.
pub(crate) async fn suspense(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let rows = request.backend.suspense(request.signed_in()?).await?;
    let (open, done): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| matches!(row.item.status, SuspenseStatus::Open | SuspenseStatus::Failed));
    let to_decide = if open.is_empty() {
        empty(
            "wallet",
            "Nothing in suspense",
            "Money that arrives late, twice, short or in another currency stands here until you return or apply it.",
            None,
        )
    } else {
        open.iter().map(|row| decide(row, &visit, request.zone)).collect_view().into_any()
    };
    let history = (!done.is_empty()).then(|| {
        let rows = done.iter().map(|row| decided(row, request.zone));
        view! { <section aria-labelledby="done"><h2 id="done">"Decided"</h2><ul class="rows">{rows.collect_view()}</ul></section> }
    });
    let body = view! {
        <div class="page-head"><h1>"Suspense"</h1><p class="lede">"Money that did not fit an order. It is never lost and never guessed: you decide, with a reason."</p></div>
        <section aria-labelledby="open"><h2 id="open" class="unseen">"To decide"</h2>{to_decide}</section>
        {history}
    };
    Ok(Page::new("Suspense", Shell::Work("/admin/suspense"), body))
}

fn decide(row: &SuspenseRow, visit: &Visit, zone: Zone) -> AnyView {
    let item = &row.item;
    let id = item.id.to_string();
    let form = Form::of(&visit.flash, &format!("suspense_{id}"));
    let heading = format!("h-{id}");
    let failure =
        item.failure.clone().map(|reason| view! { <div><dt>"Could not be returned"</dt><dd>{reason}</dd></div> });
    let order_path = format!("/orders/{}", item.order);
    let by_hand = visit.request.backend.is_returned_by_hand(item);
    let candidates = row.candidates.iter().enumerate().map(|(index, (order, number, title))| {
        view! { <label class="choice"><input type="radio" name="order" value=order.to_string() checked=index == 0/><span><b>{format!("Order {number}")}</b><span class="hint">{title.clone()}</span></span></label> }
    });
    let apply = (!row.candidates.is_empty()).then(|| {
        view! {
            <fieldset class="choices"><legend>"Unpaid orders of this buyer that cost exactly this"</legend>{candidates.collect_view()}</fieldset>
            <button class="button" formaction="/do/suspense-apply">"Apply to this order"</button>
        }
    });
    let labelled = heading.clone();
    view! {
        <section class="panel" aria-labelledby=labelled>
            <h3 id=heading>{amount(item.amount)}" from "{row.buyer.clone()}</h3>
            <dl class="facts">
                <div><dt>"Meant for"</dt><dd><a href=order_path>{format!("Order {}", row.number)}</a></dd></div>
                <div><dt>"Why it does not fit"</dt><dd>{item.cause.clone()}</dd></div>
                <div><dt>"Arrived"</dt><dd>{when(item.created_at, zone)}</dd></div>
                {failure}
            </dl>
            <form method="post" action="/do/suspense-return" class="form" novalidate>
                {form.summary()}
                {hidden("item", id)}
                {Field { hint: "The buyer is told what you decide; the reason stays in the records.", ..Field::text("note", "Reason") }.show(&form)}
                {apply}
                {by_hand.then(|| view! { <p class="hint">"It came by bank transfer. Send it back at your bank first, then write down here that you did, with the bank's reference as the reason."</p> })}
                <div class="actions"><button class="button primary">{if by_hand { "It was sent back" } else { "Send it back" }}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn decided(row: &SuspenseRow, zone: Zone) -> AnyView {
    let note = row.item.note.clone().unwrap_or_default();
    view! {
        <li><div class="what"><b>{format!("{}, order {}, {}", row.item.status.words(), row.number, row.buyer)}</b><p>{note}</p>{when(row.item.updated_at, zone)}</div>{amount(row.item.amount)}</li>
    }
    .into_any()
}

/// Payouts and refunds that wait for a person.
pub(crate) async fn payouts(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let stuck = request.backend.stuck_payouts(request.signed_in()?, STUCK_SHOWN).await?;
    let groups = [
        (PayoutStatus::Failed, "Refused by the bank", "Try again, or wait for the beneficiary to give other details."),
        (
            PayoutStatus::WaitingForBank,
            "Wait for bank details",
            "The beneficiary was told. After 90 days the money is set aside as unclaimed.",
        ),
        (PayoutStatus::Unclaimed, "Unclaimed", "Still owed. It is paid as soon as the beneficiary gives bank details."),
        (PayoutStatus::Sent, "Sent, and no answer for three days", "Look at the bank's statement, or ask the bank."),
        (
            PayoutStatus::Unknown,
            "The provider does not know",
            "It is asked again every few minutes. Ask the provider yourself.",
        ),
    ];
    let sections = groups.into_iter().map(|(status, title, text)| {
        let rows: Vec<AnyView> = stuck.iter().filter(|row| row.payout.status == status).map(|row| stuck_row(row, request.zone)).collect();
        let count = rows.len();
        let list = if rows.is_empty() {
            view! { <p class="hint">"None."</p> }.into_any()
        } else {
            view! { <p class="hint">{text}</p><ul class="rows">{rows}</ul> }.into_any()
        };
        view! { <section><div class="section-head"><h2>{title}</h2><span class="count">{count}</span></div>{list}</section> }
    });
    let body = view! {
        <div class="page-head"><h1>"Payouts that need somebody"</h1><p class="lede">"Everything else is sent by itself."</p></div>
        {sections.collect_view()}
    };
    Ok(Page::new("Payouts that need somebody", Shell::Work("/admin/desk"), body))
}

fn stuck_row(row: &StuckPayout, zone: Zone) -> AnyView {
    let payout = &row.payout;
    let href = format!("/orders/{}", payout.order);
    let failure = payout.failure.clone().map(|reason| view! { <p>{reason}</p> });
    let again = match payout.status {
        PayoutStatus::Failed => true,
        PayoutStatus::Unclaimed => payout.bank_account.is_some(),
        _ => false,
    };
    let retry = again.then(|| {
        let which = format!(" the payout of order {}", row.number);
        view! { <form method="post" action="/do/payout-retry">{hidden("payout", payout.id.to_string())}<button class="button">"Try again"<span class="unseen">{which}</span></button></form> }
    });
    view! {
        <li>
            <div class="what"><b>{row.beneficiary.clone()}</b>", "<a href=href>{format!("order {}", row.number)}</a>{failure}<p>"Since "{when(payout.updated_at, zone)}</p></div>
            {amount(payout.amount)}
            {retry}
        </li>
    }
    .into_any()
}

/// Messages that were given up.
pub(crate) async fn messages(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let letters = request.backend.dead_letters(request.signed_in()?).await?;
    let list = if letters.is_empty() {
        empty(
            "mail",
            "Every message arrived or is on its way",
            "A message that was tried too often stands here with its last error.",
            None,
        )
    } else {
        let rows = letters.iter().map(|letter| letter_row(letter, request.zone));
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Messages that were given up"</h1><p class="lede">"Each was tried again and again, ever more slowly. Send it anew once the cause is gone."</p></div>
        <section aria-labelledby="letters"><h2 id="letters" class="unseen">"Messages"</h2>{list}</section>
    };
    Ok(Page::new("Messages that were given up", Shell::Work("/admin/messages"), body))
}

fn letter_row(letter: &DeadLetter, zone: Zone) -> AnyView {
    let again = if letter.can_retry {
        view! { <form method="post" action="/do/message-retry">{hidden("message", letter.id.to_string())}<button class="button">"Send again"</button></form> }.into_any()
    } else {
        view! { <p class="hint">"Its secret was deleted; whoever it was for asks for a new one."</p> }.into_any()
    };
    let tries = format!("{} tries. {}", letter.attempts, letter.error);
    view! { <li><div class="what"><b>{letter.what.clone()}</b><p>{tries}</p>"Queued "{when(letter.created_at, zone)}</div>{again}</li> }.into_any()
}
