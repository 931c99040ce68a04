//! Orders that a shop's program sent and acts on: told by the shop's own number, and nothing in them breaks the frame.

use super::program::Program;
use super::{CANCELED, DELIVERED, Said};
use crate::support::on_each;
use crate::support::shop::{CARD, Shop};
use backend::service::api::{CheckoutRequest, Encoding, ShopAct, ShopDetails};
use domain::ids::OrderId;
use domain::money::Currency;
use domain::order::Command;
use domain::text::Email;

impl Program<'_> {
    /// An order that the shop sent its buyer to pay, and that was paid on the hosted page.
    async fn sold(&self, product_id: &str, details: ShopDetails) -> OrderId {
        let backend = &self.on.backend;
        let request = CheckoutRequest {
            email: Email::parse("buyer@example.com").unwrap(),
            currency: Currency::Ngn,
            minor: 400_000,
            product_id: product_id.to_owned(),
            kind: "good",
            callback_url: Some("https://shop.example/wc-api/at_wc_atara_gateway".to_owned()),
            provider: None,
            project: None,
            seller_phone: None,
            details,
        };
        let order = backend.start_checkout(&self.caller().await, &request).await.unwrap();
        let path = backend.checkout_path(order);
        let page = path.rsplit('/').next().unwrap();
        let url = backend.pay_checkout(page, "", None, false, &backend.form_key()).await.unwrap();
        backend.pay_in_sandbox(url.rsplit('/').next().unwrap(), CARD).await.unwrap();
        self.hears_nothing().await;
        order
    }

    async fn acts(&self, number: i64, act: ShopAct, key: &str) -> bool {
        self.on.backend.api_act(&self.caller().await, number, act, key).await.is_ok()
    }
}

async fn number(shop: &Shop<'_>, order: OrderId) -> i64 {
    shop.view(order).await.facts.number
}

#[tokio::test]
async fn what_a_shop_does_by_its_program_is_told_as_if_it_was_done_by_hand() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let program = Program::open(on, &shop.seller).await;
        let by_buyer: Said = ("Rejected", "Transaction is canceled", 9, "Canceled");
        let acts = [(ShopAct::Delivered, DELIVERED), (ShopAct::Cancel, CANCELED), (ShopAct::BuyerCancels, by_buyer)];
        for (index, (act, said)) in acts.into_iter().enumerate() {
            let product_id = (1_447 + index).to_string();
            let order = program.sold(&product_id, ShopDetails::default()).await;
            let number = number(&shop, order).await;
            assert!(program.acts(number, act, &product_id).await);
            let news = program.hears(said).await;
            assert!(news.data["product_id"] == product_id && news.data["id"] == number, "{:#}", news.data);
            // The plugin asks again when it heard nothing in five seconds.
            assert!(program.acts(number, act, &product_id).await);
            assert!(!program.acts(number, act, "another form").await);
            program.hears_nothing().await;
        }
        assert_eq!(program.feed().await.len() as i64, on.number("SELECT count(*) FROM api_events").await);
    })
    .await;
}

#[tokio::test]
async fn what_the_program_may_not_do_is_not_told() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let program = Program::open(on, &shop.seller).await;
        let order = program.sold("1447", ShopDetails::default()).await;
        let number = number(&shop, order).await;
        assert!(program.acts(number, ShopAct::Delivered, "one").await);
        program.hears(DELIVERED).await;
        for act in [ShopAct::Delivered, ShopAct::Cancel, ShopAct::BuyerCancels] {
            assert!(!program.acts(number, act, "two").await, "{act:?} after the delivery");
        }
        assert!(!program.acts(number + 1, ShopAct::Cancel, "three").await, "nobody's order");
        program.hears_nothing().await;
        assert_eq!(program.fed().await, ["Pending", "Delivered"]);
        let path = on.backend.signed_order_path(order);
        let link = backend::service::access::OrderRef::parse(path.trim_start_matches("/orders/")).unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        program.hears(super::ACCEPTED).await;
    })
    .await;
}

/// Everything that separates something on the wire: lines, a boundary of ours, a header, quotes, other scripts.
const HOSTILE: &str = "Chair\r\n--holdfast-00000000000000000000000000000007--\r\nContent-Disposition: form-data; \
                       name=\"token\"\r\n\r\n\"evil\" \\ & product=1 <b>₦ 椅子</b>\u{2028} 🪑\n--";

#[tokio::test]
async fn nothing_that_a_shop_or_buyer_wrote_breaks_the_frame() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let mut program = Program::open(on, &shop.seller).await;
        for encoding in [Encoding::MultipartRaw, Encoding::Json] {
            program.encoding = encoding;
            program.save(program.form()).await;
            let details = ShopDetails {
                firstname: HOSTILE.to_owned(),
                lastname: "--".to_owned(),
                product_name: HOSTILE.to_owned(),
                product_desc: HOSTILE.to_owned(),
                delivery_location: HOSTILE.to_owned(),
                phone: HOSTILE.to_owned(),
                ..ShopDetails::default()
            };
            let order = program.sold(&format!("{encoding:?}\r\n--x"), details).await;
            assert!(program.acts(number(&shop, order).await, ShopAct::Delivered, "one").await);
            let data = program.hears(DELIVERED).await.data;
            let said = [
                &data["product_name"],
                &data["product_desc"],
                &data["delivery_location"],
                &data["customers"]["firstname"],
                &data["customers"]["phone_number"],
            ];
            assert!(said.iter().all(|said| **said == HOSTILE), "{data:#}");
            assert_eq!(data["product_id"], format!("{encoding:?}\r\n--x"));
        }
    })
    .await;
}
