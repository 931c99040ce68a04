//! What a marketplace can do with a payment: settle with merchants, fulfil, refund, and claw back. Only what the rules of
//! instamojo.md section 8.3 leave room for is offered.

use crate::components::collection::rupees;
use crate::components::{amount, icon};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use crate::pages::collections::{HERE, figures};
use backend::Result;
use backend::service::instamojo::{CollectionView, SettlementKind, SettlementStatus};
use domain::collection::{MerchantPart, RefundReason, Standing, may_credit, may_debit, may_refund};
use domain::ids::AccountId;
use leptos::prelude::*;

/// Characters of an id that a form proposes.
const PROPOSED_ID_CHARS: usize = 12;

/// The forms that can be used now; nothing where the payment brought no money. A merchant's own payment is not divided.
pub(crate) fn forms(visit: &Visit, viewed: &CollectionView) -> Option<AnyView> {
    let payment = &viewed.collection;
    if !payment.succeeded() {
        return None;
    }
    let own = !viewed.owned_by_merchant;
    let standing = standing(viewed);
    Some(
        view! {
            {(own && may_credit(&standing, 1).is_ok()).then(|| settle(visit, viewed, standing.amount - standing.credited))}
            {(!standing.fulfilled).then(|| to_fulfil(viewed))}
            {may_refund(&standing, 1).is_ok().then(|| refund(visit, viewed, standing.amount - standing.refunded))}
            {own.then(|| debit(visit, viewed, &standing))}
        }
        .into_any(),
    )
}

/// How a payment stands for the rules of its split.
fn standing(viewed: &CollectionView) -> Standing {
    let payment = &viewed.collection;
    let queued = viewed.settlements.iter().filter(|row| row.status == SettlementStatus::Queued);
    Standing {
        amount: payment.amount,
        credited: payment.credited,
        debited: payment.debited + queued.map(|row| row.amount).sum::<i64>(),
        refunded: payment.refunded,
        fulfilled: payment.fulfilled_at.is_some(),
    }
}

/// An id that nobody used, so that a form which is sent twice does its thing once.
fn fresh_id(visit: &Visit) -> String {
    visit.request.form_key().chars().filter(char::is_ascii_alphanumeric).take(PROPOSED_ID_CHARS).collect()
}

/// A list to choose from; the first entry says so.
fn select(
    form: &Form,
    name: &'static str,
    label: &'static str,
    ask: &'static str,
    options: Vec<(String, String)>,
) -> AnyView {
    let chosen = form.value(name);
    let options = options.into_iter().map(|(value, words)| {
        let selected = chosen == value;
        view! { <option value=value selected=selected>{words}</option> }
    });
    let invalid = form.error(name).is_some().then_some("true");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name aria-invalid=invalid aria-describedby=form.described_by(name, false)>
                <option value="">{ask}</option>{options.collect_view()}
            </select>
            {form.error_line(name)}
        </div>
    }
    .into_any()
}

const fn money(name: &'static str, label: &'static str) -> Field {
    Field { inputmode: "decimal", autocomplete: "off", short: true, ..Field::text(name, label) }
}

/// A merchant as programs name it.
fn wire(merchant: AccountId) -> String {
    merchant.0.simple().to_string()
}

fn settle(visit: &Visit, viewed: &CollectionView, room: i64) -> AnyView {
    let payment = &viewed.collection;
    let body = if viewed.merchants.is_empty() {
        view! { <p class="hint">"Your marketplace has no merchants yet. Your application signs them up."</p> }
            .into_any()
    } else {
        let form = Form::of(&visit.flash, "collection_settle").or("settlement_id", fresh_id(visit));
        let merchants = viewed.merchants.iter().map(|(id, name)| (wire(*id), name.clone())).collect();
        let id = Field {
            autocomplete: "off",
            hint: "Used once for this payment.",
            ..Field::text("settlement_id", "Settlement id")
        };
        view! {
            <p>"Up to "{amount(rupees(room))}" can still be credited to merchants."</p>
            <form method="post" action="/do/collection-settle" class="form" novalidate>
                {form.summary()}
                {hidden("payment", payment.code.clone())}
                {select(&form, "submerchant", "Merchant", "Choose a merchant", merchants)}
                {money("amount", "Amount").show(&form)}
                {id.show(&form)}
                <div class="actions"><button class="button primary">"Settle"</button></div>
            </form>
        }
        .into_any()
    };
    view! { <section class="panel" aria-labelledby="settle"><h2 id="settle">"Settle with a merchant"</h2>{body}</section> }.into_any()
}

fn to_fulfil(viewed: &CollectionView) -> AnyView {
    let href = format!("/payments/{}/fulfil", viewed.collection.code);
    let what = if viewed.owned_by_merchant {
        "Makes it final. What is left is paid to the merchant whose payment it is."
    } else {
        "Makes the split final. What is left becomes your commission."
    };
    view! {
        <section class="panel" aria-labelledby="fulfil"><h2 id="fulfil">"Fulfil"</h2>
            <p>{what}</p>
            <div class="actions"><a class="button" href=href>"Review and fulfil"</a></div>
        </section>
    }
    .into_any()
}

/// Asks before a payment is fulfilled, with what the commission becomes.
pub(crate) async fn fulfil(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewed = request.backend.marketplace_collection(request.signed_in()?, request.segment("payments")).await?;
    let payment = &viewed.collection;
    let back = format!("/payments/{}", payment.code);
    if !payment.succeeded() || payment.fulfilled_at.is_some() {
        return Ok(Page::redirect(back));
    }
    let left = rupees(payment.left);
    let outcome = if payment.left < 0 {
        format!("You have no commission and owe {}: more was divided than is left after fees.", rupees(-payment.left))
    } else if viewed.owned_by_merchant {
        format!("{left} is paid to the merchant whose payment it is.")
    } else {
        format!("{left} becomes your commission and is paid to your bank.")
    };
    let body = view! {
        <section class="confirm">
            <h1>"Fulfil this payment?"</h1>
            <p>{outcome}" The split is final then: nothing more of this payment can be settled with merchants. This cannot be undone."</p>
            {figures(&viewed)}
            <form method="post" action="/do/collection-fulfil">
                {hidden("payment", payment.code.clone())}
                <div class="pair"><button class="button primary">"Fulfil"</button><a class="button" href=back>"Go back"</a></div>
            </form>
        </section>
    };
    Ok(Page::new("Fulfil a payment", HERE, body))
}

fn refund(visit: &Visit, viewed: &CollectionView, room: i64) -> AnyView {
    let payment = &viewed.collection;
    let form = Form::of(&visit.flash, "collection_refund")
        .or("refund_amount", rupees(room).plain())
        .or("transaction_id", fresh_id(visit));
    let reasons = RefundReason::ALL.into_iter().map(|reason| (reason.key().to_owned(), reason.words().to_owned()));
    let body = Field { rows: 3, hint: "What happened, in your words.", ..Field::text("body", "Explanation") };
    let id = if viewed.cases.is_empty() {
        hidden("transaction_id", form.value("transaction_id"))
    } else {
        let hint = "Used once for this payment, so that no refund is made twice.";
        Field { autocomplete: "off", hint, ..Field::text("transaction_id", "Transaction id") }.show(&form)
    };
    view! {
        <section class="panel" aria-labelledby="refund"><h2 id="refund">"Refund the buyer"</h2>
            <p>"Up to "{amount(rupees(room))}". It leaves your account, also where it was settled with merchants before."</p>
            <form method="post" action="/do/collection-refund" class="form" novalidate>
                {form.summary()}
                {hidden("payment", payment.code.clone())}
                {select(&form, "reason", "Reason", "Choose a reason", reasons.collect())}
                {body.show(&form)}
                {money("refund_amount", "Amount to refund").show(&form)}
                {id}
                <div class="actions"><button class="button danger">"Refund"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// A merchant who may be debited for a payment, and how much at most.
struct Debtor {
    merchant: AccountId,
    name: String,
    most: i64,
}

/// The merchants who may be debited now, even if it waits for their later credits.
fn debtors(viewed: &CollectionView, standing: &Standing) -> Vec<Debtor> {
    let mut parts: Vec<(Debtor, MerchantPart)> = Vec::new();
    for row in viewed.settlements.iter().filter(|row| row.status != SettlementStatus::Cancelled) {
        let known = parts.iter_mut().find(|(debtor, _)| debtor.merchant == row.merchant);
        let (credited, debited) = match row.kind {
            SettlementKind::Credit => (row.amount, 0),
            SettlementKind::Debit => (0, row.amount),
        };
        if let Some((_, part)) = known {
            part.credited += credited;
            part.debited += debited;
        } else {
            let debtor = Debtor { merchant: row.merchant, name: row.merchant_name.clone(), most: 0 };
            parts.push((debtor, MerchantPart { credited, debited, available: 0 }));
        }
    }
    parts.retain(|(_, part)| may_debit(standing, part, 1, true).is_ok());
    let most = |part: MerchantPart| (part.credited - part.debited).min(standing.refunded - standing.debited);
    parts.into_iter().map(|(debtor, part)| Debtor { most: most(part), ..debtor }).collect()
}

fn debit(visit: &Visit, viewed: &CollectionView, standing: &Standing) -> Option<AnyView> {
    let debtors = debtors(viewed, standing);
    if debtors.is_empty() {
        return None;
    }
    let form = Form::of(&visit.flash, "collection_debit").or("debit_id", fresh_id(visit));
    let options = debtors.iter().map(|debtor| {
        let balance = viewed.balances.iter().find(|(merchant, _)| *merchant == debtor.merchant);
        let balance = balance.map_or_else(String::new, |(_, paise)| format!(", balance {}", rupees(*paise)));
        (wire(debtor.merchant), format!("{}: at most {}{balance}", debtor.name, rupees(debtor.most)))
    });
    let ticked = !form.value("queue").is_empty();
    let id =
        Field { autocomplete: "off", hint: "Used once for this payment.", ..Field::text("debit_id", "Settlement id") };
    Some(
        view! {
            <section class="panel" aria-labelledby="debit"><h2 id="debit">"Claw back from a merchant"</h2>
                <p>"Takes back what you refunded from who was credited for it."</p>
                <form method="post" action="/do/collection-debit" class="form" novalidate>
                    {form.summary()}
                    {hidden("payment", viewed.collection.code.clone())}
                    {select(&form, "debit_submerchant", "Credited merchant", "Choose a merchant", options.collect())}
                    {money("debit_amount", "Amount to claw back").show(&form)}
                    {id.show(&form)}
                    <label class="check"><input type="checkbox" name="queue" value="1" checked=ticked/><span>"Take it from later credits where the balance is too small"</span></label>
                    <div class="actions"><button class="button danger">{icon("undo-2")}"Claw back"</button></div>
                </form>
            </section>
        }
        .into_any(),
    )
}
