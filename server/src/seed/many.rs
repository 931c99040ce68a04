//! Many orders of one seller, to measure with.

use super::people::AMAKA;
use anyhow::{Context, Result};
use backend::Backend;
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use backend::service::place::NewOrder;
use backend::service::viewer::Viewer;
use domain::order::Command;

/// What is sold, so that a search finds a part.
const TITLES: [&str; 5] =
    ["Dried fish, 5 kg", "Palm oil, 25 litres", "Ankara fabric", "Ofada rice", "Honey, 10 litres"];

/// Makes `count` orders: a third paid, a third of those delivered, a third of those accepted. A second run adds nothing.
pub(super) async fn orders(backend: &Backend, count: usize) -> Result<()> {
    let user = backend.account_of(AMAKA.email).await?.context("the demo's seller is missing")?;
    let seller = backend.viewer(user).await?.context("the demo's seller is missing")?;
    for index in 0..count {
        let form = NewOrder {
            buyer_email: format!("buyer-{}@example.test", index % 500),
            title: TITLES[index % TITLES.len()].to_owned(),
            currency: "NGN".to_owned(),
            amount: format!("{}", 5_000 + index % 9_000),
            ..NewOrder::default()
        };
        let key = format!("many-{index}");
        let placed = backend.place_order(&seller, form, &key).await?;
        let buyer = OrderRef::parse(backend.signed_order_path(placed.order).trim_start_matches("/orders/"))?;
        if index % 3 == 0 {
            advance(backend, &seller, &buyer, OrderRef::Id(placed.order), index, &key).await?;
        }
        if index % 200 == 0 {
            backend.run_until_idle().await?;
        }
    }
    Ok(backend.run_until_idle().await?)
}

async fn advance(
    backend: &Backend,
    seller: &Viewer,
    buyer: &OrderRef,
    order: OrderRef,
    index: usize,
    key: &str,
) -> Result<()> {
    let Ok(quote) = backend.make_quote(None, buyer).await else { return Ok(()) };
    let url = backend.start_payment(None, buyer, quote, key).await?;
    backend.pay_in_sandbox(url.rsplit('/').next().unwrap_or_default(), "4242 4242 4242 4242").await?;
    if !index.is_multiple_of(9) {
        return Ok(());
    }
    // The provider tells of the payment a moment later.
    backend.run_until_idle().await?;
    let act = |order: OrderRef, command| OrderCommand {
        order,
        command,
        refund: None,
        version: None,
        key: key.to_owned(),
        files: Vec::new(),
    };
    let deliver = Command::MarkDelivered { note: "Handed over".to_owned(), tracking: None };
    backend.act(Some(seller), act(order, deliver)).await?;
    if index.is_multiple_of(27) {
        backend.act(None, act(buyer.clone(), Command::Accept)).await?;
    }
    Ok(())
}
