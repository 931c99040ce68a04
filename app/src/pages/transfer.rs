//! How to pay by bank transfer.

use crate::components::shell::Shell;
use crate::components::{amount, notice, when};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::access::OrderRef;
use domain::order::Status;
use leptos::prelude::*;

/// The account, the amount and the reference.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let reference = OrderRef::parse(request.segment("orders"))?;
    let order = request.backend.order_view(request.viewer.as_ref(), &reference).await?;
    if order.order.status != Status::AwaitingPayment {
        return Ok(Page::redirect(order.path()));
    }
    let transfer = request.backend.transfer_instructions(request.viewer.as_ref(), &reference).await?;
    let number = order.facts.number;
    let code = (!transfer.to.code.is_empty())
        .then(|| view! { <div><dt>"BIC or bank code"</dt><dd>{transfer.to.code.clone()}</dd></div> });
    let until = order.waiting.and_then(|waiting| waiting.until).map(|until| {
        view! { <div><dt>"It must arrive by"</dt><dd>{when(until, request.zone)}</dd></div> }
    });
    let path = order.path();
    let body = view! {
        <div class="page-head"><h1>"Pay by bank transfer"</h1><p class="lede">{order.facts.title.clone()}", sold by "{order.seller.clone()}</p></div>
        {notice("turn", "Send exactly this amount with exactly this reference; then it is matched by itself.".to_owned())}
        <dl class="facts">
            <div><dt>"Amount"</dt><dd>{amount(transfer.amount)}</dd></div>
            <div><dt>"Reference"</dt><dd><code>{transfer.reference.clone()}</code></dd></div>
            <div><dt>"To"</dt><dd>{transfer.to.holder.clone()}</dd></div>
            <div><dt>"Account"</dt><dd><code>{transfer.to.number.clone()}</code></dd></div>
            <div><dt>"Bank"</dt><dd>{transfer.to.bank.clone()}</dd></div>
            {code}
            {until}
        </dl>
        <p class="hint">"We tell you by mail when the money arrived. Another amount, or money that arrives late, is kept safe and returned or applied by hand."</p>
        <div class="actions"><a class="button" href=path>"To the order"</a></div>
    };
    Ok(Page::new(format!("Transfer for order {number}"), Shell::Buyer { number }, body))
}
