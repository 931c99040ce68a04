//! Whom a settling order waits for, where it is not the payment provider.

use super::{accepted, delivered_by, plumber};
use crate::support::on_each;
use crate::support::shop::Shop;
use backend::service::access::OrderRef;
use domain::order::{Command, Role, Status};
use time::Duration;

#[tokio::test]
async fn an_accepted_order_waits_for_the_bank_details_of_its_seller_for_90_days() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = accepted(&shop, "bob@example.com", "12,500").await;
        let settled = on.backend.now();
        on.later(Duration::days(3));
        on.backend.run_until_idle().await.unwrap();
        let view = shop.view(order).await;
        assert!(view.waits_for_reader());
        let waiting = view.waiting.unwrap();
        assert_eq!((waiting.who, waiting.act), (Role::Seller, "give their bank details"));
        assert_eq!(waiting.until, Some(settled + Duration::days(90)));
        assert!(waiting.otherwise.contains("set aside"), "{}", waiting.otherwise);
        let seen = on.backend.order_view(None, &link).await.unwrap();
        assert_eq!(seen.waiting, Some(waiting), "the buyer reads the same");
        // What the line says is what happens.
        on.later(waiting.until.unwrap() - on.backend.now() - Duration::minutes(1));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Accepted);
        on.later(Duration::minutes(1));
        on.backend.run_until_idle().await.unwrap();
        let view = shop.view(order).await;
        assert_eq!((view.order.status, view.waiting), (Status::Completed, None));
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn it_waits_for_the_seller_too_where_its_service_provider_has_no_bank_account() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let provider = on.backend.add_provider(&shop.seller, &plumber("")).await.unwrap();
        let (order, link) = delivered_by(&shop, provider).await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let waiting = shop.view(order).await.waiting.unwrap();
        assert_eq!((waiting.who, waiting.act), (Role::Seller, "give the bank details of the service provider"));
        on.backend.edit_provider(&shop.seller, provider, &plumber("2222222222")).await.unwrap();
        let waiting = shop.view(order).await.waiting.unwrap();
        assert_eq!((waiting.who, waiting.until), (Role::Rail, None), "under way, and nobody's to do");
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_cannot_go_back_waits_for_the_buyer() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (order, link) = shop.place().await;
        shop.pay(&link, "4000 0000 0000 5126").await;
        shop.by_seller(order, Command::Cancel).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        for (viewer, reference) in [(None, link), (Some(&shop.seller), OrderRef::Id(order))] {
            let waiting = on.backend.order_view(viewer, &reference).await.unwrap().waiting.unwrap();
            assert_eq!((waiting.who, waiting.act), (Role::Buyer, "say where the refund goes"));
            assert_eq!(waiting.until, Some(on.backend.now() + Duration::days(90)));
        }
    })
    .await;
}
