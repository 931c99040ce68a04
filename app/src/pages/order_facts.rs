//! What stands beside an order: its facts, payouts and refund.

use crate::components::{amount, notice, when};
use crate::form::{Form, hidden};
use crate::pages::settings::account_fields;
use backend::service::order_view::{OrderPayout, OrderView, PayoutKind, PayoutStatus};
use domain::clock_text::Zone;
use domain::ids::PartyId;
use domain::money::Money;
use domain::order::Role;
use leptos::prelude::*;

/// How the buyer's refund stands; and where it goes, when that is asked for.
pub(crate) fn refund_facts(order: &OrderView, form: &Form, zone: Zone, sandbox: bool) -> Option<AnyView> {
    let refund = order.payouts.iter().find(|payout| payout.kind == PayoutKind::Refund)?;
    let failure = refund.failure.clone().map(|reason| view! { <div><dt>"Reason"</dt><dd>{reason}</dd></div> });
    Some(
        view! {
            <section aria-labelledby="refund">
                <h2 id="refund">"Your refund"</h2>
                <dl class="facts">
                    <div><dt>"Amount"</dt><dd>{amount(refund.amount)}</dd></div>
                    <div><dt>"State"</dt><dd>{refund.status.words()}</dd></div>
                    {failure}
                    <div><dt>"Last change"</dt><dd>{when(refund.updated_at, zone)}</dd></div>
                </dl>
                {waits_for_bank(refund.status).then(|| refund_bank(order, refund.amount, form, sandbox))}
            </section>
        }
        .into_any(),
    )
}

const fn waits_for_bank(status: PayoutStatus) -> bool {
    matches!(status, PayoutStatus::Failed | PayoutStatus::WaitingForBank | PayoutStatus::Unclaimed)
}

/// Where a refund goes that could not go back the way it was paid.
fn refund_bank(order: &OrderView, refund: Money, form: &Form, sandbox: bool) -> AnyView {
    view! {
        {notice("turn", "The refund could not go back the way you paid. The money is yours and safe: say where it goes.".to_owned())}
        <form method="post" action="/do/refund-bank" class="form" novalidate>
            {form.summary()}
            {hidden("order", order.reference.to_string())}
            {hidden("currency", refund.currency().code())}
            {account_fields(form, sandbox)}
            <div class="actions"><button class="button primary">"Send my refund of "{amount(refund)}</button></div>
        </form>
    }
    .into_any()
}

/// Who, whose and when, for the seller.
pub(crate) fn facts(order: &OrderView, zone: Zone) -> AnyView {
    let email = (order.buyer != order.facts.buyer_email).then(|| view! { <br/>{order.facts.buyer_email.clone()} });
    let paid = order.order.paid_at.map(|at| view! { <div><dt>"Paid"</dt><dd>{when(at, zone)}</dd></div> });
    view! {
        <section aria-labelledby="facts">
            <h2 id="facts">"Order"</h2>
            <dl class="facts">
                <div><dt>"Number"</dt><dd>{order.facts.number}</dd></div>
                <div><dt>"Buyer"</dt><dd>{order.buyer.clone()}{email}</dd></div>
                {order.provider.clone().map(|name| view! { <div><dt>"Delivered by"</dt><dd>{name}</dd></div> })}
                {order.operator.clone().map(|name| view! { <div><dt>"Marketplace"</dt><dd>{name}</dd></div> })}
                <div><dt>"Made"</dt><dd>{when(order.facts.created_at, zone)}</dd></div>
                {paid}
            </dl>
        </section>
    }
    .into_any()
}

/// The payouts that the reader may see: their own, and a seller also its service provider's.
pub(crate) fn payouts(order: &OrderView, zone: Zone) -> Vec<AnyView> {
    let paid = order.payouts.iter().filter(|payout| payout.kind == PayoutKind::Payout);
    paid.map(|payout| payout_facts(order, payout, zone)).collect()
}

fn payout_facts(order: &OrderView, payout: &OrderPayout, zone: Zone) -> AnyView {
    let parties = &order.order.parties;
    let (id, title, details) = match payout.party {
        PartyId::Provider(provider) => {
            let name = order.provider.as_deref().unwrap_or("your service provider");
            ("provider-payout", format!("Payout to {name}"), format!("/providers/{provider}"))
        }
        PartyId::Account(account) if Some(account) == parties.operator && order.role != Role::Operator => {
            let name = order.operator.as_deref().unwrap_or("the marketplace");
            ("operator-payout", format!("Payout to {name}"), String::new())
        }
        PartyId::Account(_) if matches!(order.role, Role::Seller | Role::Operator) => {
            ("payout", "Your payout".to_owned(), "/settings/payouts".to_owned())
        }
        PartyId::Account(_) => ("payout", format!("Payout to {}", order.seller), String::new()),
    };
    let missing = (payout.status == PayoutStatus::WaitingForBank && !details.is_empty())
        .then(|| view! { <p class="hint"><a href=details>"Add the bank details and verify your identity"</a>", and it is paid."</p> });
    let failure = payout.failure.clone().map(|reason| view! { <p class="hint">{reason}</p> });
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <dl class="facts">
                <div><dt>"Amount"</dt><dd>{amount(payout.amount)}</dd></div>
                <div><dt>"State"</dt><dd>{payout.status.words()}</dd></div>
                <div><dt>"Last change"</dt><dd>{when(payout.updated_at, zone)}</dd></div>
            </dl>
            {missing}{failure}
        </section>
    }
    .into_any()
}
