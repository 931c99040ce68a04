//! An order on a marketplace: its operator and its seller are both told, each by its own keys.

use super::program::Program;
use super::{DELIVERED, Said};
use crate::support::shop::{CARD, Shop, deliver};
use crate::support::{TestBackend, on_each};
use backend::service::access::OrderRef;
use backend::service::api::Encoding;
use backend::service::listings::ListingForm;
use backend::service::storefront::BuyForm;
use backend::service::viewer::Viewer;
use domain::ids::{ListingId, OrderId};
use domain::order::Command;
use domain::permission::AccountKind;

struct Market<'a> {
    on: &'a TestBackend,
    shop: Shop<'a>,
    operator: Viewer,
    listing: ListingId,
}

impl<'a> Market<'a> {
    async fn open(on: &'a TestBackend) -> Self {
        let (shop, text) = (Shop::open(on).await, str::to_owned);
        let operator = on.user("operator@example.com", AccountKind::MarketplaceOperator).await;
        let operator = on.backend.viewer(operator).await.unwrap().unwrap();
        on.backend.set_storefront(&operator, "lagos-market", "Lagos Market", "").await.unwrap();
        on.backend.invite_seller(&operator, "seller@example.com", "10").await.unwrap();
        let asked = on.backend.marketplaces(&shop.seller).await.unwrap().remove(0).association.id;
        on.backend.answer_invitation(&shop.seller, asked, true).await.unwrap();
        let form = ListingForm {
            title: text("A chair"),
            currency: text("NGN"),
            amount: text("12,500"),
            state: text("publish"),
            ..ListingForm::default()
        };
        let listing = on.backend.save_listing(&shop.seller, None, &form).await.unwrap();
        Self { on, shop, operator, listing }
    }

    async fn paid(&self) -> (OrderId, OrderRef) {
        let (backend, guest) =
            (&self.on.backend, BuyForm { email: "buyer@example.com".to_owned(), name: String::new() });
        let link = backend.buy(None, "lagos-market", self.listing, &guest, &backend.form_key()).await.unwrap();
        self.shop.pay(&link, CARD).await;
        (backend.order_view(None, &link).await.unwrap().order.id, link)
    }
}

#[tokio::test]
async fn the_operator_and_the_seller_are_both_told_each_by_its_own_keys() {
    on_each(async |on| {
        let market = Market::open(on).await;
        let seller = Program::open(on, &market.shop.seller).await;
        let operator = Program::open_with(on, &market.operator, Encoding::Json).await;
        let (order, link) = market.paid().await;
        market.shop.by_seller(order, deliver()).await.unwrap();
        let by_seller = seller.hears(DELIVERED).await;
        let by_operator = operator.hears(DELIVERED).await;
        assert_eq!(by_seller.data, by_operator.data);
        assert_eq!(by_seller.data["is_marketplace"], 1);
        assert!(!by_seller.proves(&operator.key) && !by_operator.proves(&seller.key));
        assert_ne!(by_seller.id(), by_operator.id(), "each account's event is its own");
        market.shop.by_buyer(&link, Command::Accept).await.unwrap();
        for program in [&seller, &operator] {
            program.hears(super::ACCEPTED).await;
            let fed = [(1_001, "Pending"), (1_002, "Delivered"), (1_003, "Accepted")];
            assert_eq!(program.feed().await, fed.map(|(number, status)| (number, status.to_owned())));
        }
    })
    .await;
}

#[tokio::test]
async fn an_operator_hears_of_its_sellers_who_have_no_keys_and_of_no_other_orders() {
    on_each(async |on| {
        let market = Market::open(on).await;
        let operator = Program::open(on, &market.operator).await;
        let (order, link) = market.paid().await;
        market.shop.by_buyer(&link, Command::Cancel).await.unwrap();
        let said: Said = ("Rejected", "Transaction is canceled", 9, "Canceled");
        let news = operator.hears(said).await;
        assert_eq!(news.data["id"], market.shop.view(order).await.facts.number);
        let before = operator.feed().await.len();
        // The seller's own order, on no marketplace.
        market.shop.delivered().await;
        operator.hears_nothing().await;
        assert_eq!(operator.feed().await.len(), before);
        assert_eq!(on.number("SELECT count(DISTINCT account_id) FROM api_events").await, 1);
    })
    .await;
}

#[tokio::test]
async fn each_account_has_its_own_word_for_a_buyer_who_cancels() {
    on_each(async |on| {
        let market = Market::open(on).await;
        let seller = Program::open(on, &market.shop.seller).await;
        let operator = Program::open(on, &market.operator).await;
        let mut form = operator.form();
        form.cancel_status = "Canceled".to_owned();
        operator.save(form).await;
        let (_, link) = market.paid().await;
        market.shop.by_buyer(&link, Command::Cancel).await.unwrap();
        seller.hears(("Rejected", "Transaction is canceled", 9, "Canceled")).await;
        operator.hears(super::CANCELED).await;
    })
    .await;
}
