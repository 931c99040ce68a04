//! What an audit found and is mended: each test fails without its mend.

mod audit;
mod bank_details;
mod by_hand;
mod confirmed;
mod found;
mod shares;
mod staff;
mod times;
mod told;
mod unsent;
mod waiting;
mod workers;

use crate::support::TestBackend;
use crate::support::shop::{CARD, Shop, bank_details, deliver};
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::listings::ListingForm;
use backend::service::providers::ProviderForm;
use backend::service::storefront::BuyForm;
use backend::service::viewer::Viewer;
use domain::ids::{ListingId, OrderId, ProviderId};
use domain::order::{Command, RejectReason};
use domain::permission::AccountKind;

const BUYER: &str = "buyer@example.com";
const SELLER: &str = "seller@example.com";
const OPERATOR: &str = "operator@example.com";
const PROVIDER: &str = "bisi@example.com";

async fn person(on: &TestBackend, email: &str, kind: AccountKind) -> Viewer {
    let user = on.user(email, kind).await;
    on.backend.viewer(user).await.unwrap().unwrap()
}

/// Subjects of the mails to exactly this address, oldest first.
async fn subjects(on: &TestBackend, email: &str) -> Vec<String> {
    let mails = on.mails_to(email).await;
    mails.into_iter().filter(|mail| mail.to == email).map(|mail| mail.subject).collect()
}

/// How often the rail sent money to the account with this number.
async fn sent_to(on: &TestBackend, number: &str) -> i64 {
    on.number(&format!("SELECT COUNT(*) FROM sandbox_transfers WHERE account_number = '{number}'")).await
}

/// A paid and delivered order of so much that its buyer accepted; nobody is paid before the workers run.
async fn accepted(shop: &Shop<'_>, buyer: &str, amount: &str) -> (OrderId, OrderRef) {
    let (order, link) = shop.place_for(buyer, amount).await;
    shop.pay(&link, CARD).await;
    shop.by_seller(order, deliver()).await.unwrap();
    shop.by_buyer(&link, Command::Accept).await.unwrap();
    (order, link)
}

fn reject() -> Command {
    Command::Reject { reason: RejectReason::Damaged, text: "The leg is broken".to_owned() }
}

/// A delivered order that was rejected and of which the seller says that it came back worn.
async fn disagreed(shop: &Shop<'_>, (order, link): (OrderId, OrderRef)) -> (OrderId, OrderRef) {
    shop.pay(&link, CARD).await;
    shop.by_seller(order, deliver()).await.unwrap();
    shop.by_buyer(&link, reject()).await.unwrap();
    shop.by_seller(order, Command::SayNotGoodCondition { text: "Worn".to_owned() }).await.unwrap();
    (order, link)
}

/// The same, raised by the seller.
async fn raised(shop: &Shop<'_>, placed: (OrderId, OrderRef)) -> OrderId {
    let (order, _) = disagreed(shop, placed).await;
    shop.by_seller(order, Command::RaiseDispute { text: "Look at the pictures".to_owned() }).await.unwrap();
    order
}

/// A plumber of whose orders the seller keeps 20 %, paid to this account; to none where it is empty.
fn plumber(number: &str) -> ProviderForm {
    let bank = if number.is_empty() { BankDetails::default() } else { bank_details(number) };
    ProviderForm {
        name: "Bisi the plumber".to_owned(),
        email: PROVIDER.to_owned(),
        commission: "20".to_owned(),
        bank,
        ..ProviderForm::default()
    }
}

/// What the seller offers for 12,500 naira, delivered by the provider or by itself.
async fn listed(shop: &Shop<'_>, provider: Option<ProviderId>) -> ListingId {
    let text = str::to_owned;
    let form = ListingForm {
        kind: text("service"),
        title: text("Two hours of plumbing"),
        currency: text("NGN"),
        amount: text("12,500"),
        provider: provider.map(|provider| provider.to_string()).unwrap_or_default(),
        state: text("publish"),
        ..ListingForm::default()
    };
    shop.on.backend.save_listing(&shop.seller, None, &form).await.unwrap()
}

/// A guest buys it from a storefront and pays.
async fn bought(shop: &Shop<'_>, slug: &str, listing: ListingId) -> (OrderId, OrderRef) {
    let backend = &shop.on.backend;
    let guest = BuyForm { email: BUYER.to_owned(), name: String::new() };
    let link = backend.buy(None, slug, listing, &guest, &backend.form_key()).await.unwrap();
    let order = backend.order_view(None, &link).await.unwrap().order.id;
    shop.pay(&link, CARD).await;
    (order, link)
}

/// A paid order that this provider of the seller delivers, marked as delivered.
async fn delivered_by(shop: &Shop<'_>, provider: ProviderId) -> (OrderId, OrderRef) {
    shop.on.backend.set_storefront(&shop.seller, "okafor", "Okafor Services", "").await.unwrap();
    let listing = listed(shop, Some(provider)).await;
    let (order, link) = bought(shop, "okafor", listing).await;
    shop.by_seller(order, deliver()).await.unwrap();
    (order, link)
}

/// An operator who keeps 10 %, with the seller on its marketplace, and the slug of that.
async fn operated(shop: &Shop<'_>) -> (Viewer, &'static str) {
    let on = shop.on;
    let operator = person(on, OPERATOR, AccountKind::MarketplaceOperator).await;
    on.backend.set_storefront(&operator, "lagos-market", "Lagos Market", "").await.unwrap();
    on.backend.invite_seller(&operator, SELLER, "10").await.unwrap();
    let asked = on.backend.marketplaces(&shop.seller).await.unwrap().remove(0).association.id;
    on.backend.answer_invitation(&shop.seller, asked, true).await.unwrap();
    (operator, "lagos-market")
}
