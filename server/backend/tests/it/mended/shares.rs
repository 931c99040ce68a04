//! Who gets what, and whose receipt says so.

use super::{bought, delivered_by, listed, operated, plumber};
use crate::every_row::platform_terms;
use crate::support::on_each;
use crate::support::shop::{Shop, bank_details, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::delivery_terms::TermsForm;
use backend::service::order_view::PayoutStatus;
use backend::service::receipts::ReceiptKind;
use domain::money::Currency;
use domain::order::Command;
use domain::order::share::ShareOf;
use time::Duration;

#[tokio::test]
async fn the_receipt_of_a_payout_is_of_the_readers_own() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        // The bank refuses the seller's payout, and takes the provider's.
        shop.bank("1111110002").await;
        let provider = on.backend.add_provider(&shop.seller, &plumber("2222222222")).await.unwrap();
        let (order, link) = delivered_by(&shop, provider).await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let view = shop.view(order).await;
        let mut legs: Vec<_> = view.payouts.iter().map(|leg| (leg.amount.minor(), leg.status)).collect();
        legs.sort_by_key(|(minor, _)| *minor);
        assert_eq!(legs, [(245_100, PayoutStatus::Failed), (980_400, PayoutStatus::Paid)], "it sees both");
        let id = OrderRef::Id(order);
        let early = on.backend.receipt(Some(&shop.seller), &id, ReceiptKind::Payout).await;
        assert!(matches!(early, Err(Error::NotFound)), "the seller was paid nothing yet");
        let (_, receipts) = on.backend.receipts(Some(&shop.seller), &id).await.unwrap();
        assert!(receipts.iter().all(|receipt| receipt.kind != ReceiptKind::Payout));
        on.backend.set_bank_details(&shop.seller, &bank_details("3333333333")).await.unwrap();
        on.later(Duration::hours(25));
        on.backend.run_until_idle().await.unwrap();
        let (_, receipt) = on.backend.receipt(Some(&shop.seller), &id, ReceiptKind::Payout).await.unwrap();
        assert_eq!((receipt.total.0, receipt.total.1.minor()), ("Paid out", 245_100));
        assert_eq!(receipt.lines.iter().map(|(_, money)| money.minor()).collect::<Vec<_>>(), [245_100]);
        let own = view.payouts.iter().find(|leg| leg.amount.minor() == 245_100).unwrap().id;
        let reference = receipt.facts.iter().find(|(fact, _)| *fact == "Reference").unwrap().1.clone();
        assert!(reference.contains(&own.0.simple().to_string()), "{reference}");
        let buyers = on.backend.receipt(None, &link, ReceiptKind::Payout).await;
        assert!(matches!(buyers, Err(Error::NotFound)));
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn an_operator_has_a_receipt_of_its_commission() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let (operator, slug) = operated(&shop).await;
        on.backend.set_bank_details(&operator, &bank_details("3333333333")).await.unwrap();
        on.backend.verify_identity_in_sandbox(&operator).await.unwrap();
        let listing = listed(&shop, None).await;
        let (order, link) = bought(&shop, slug, listing).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        for (reader, minor) in [(&operator, 123_050), (&shop.seller, 1_107_450)] {
            let receipt = on.backend.receipt(Some(reader), &OrderRef::Id(order), ReceiptKind::Payout).await.unwrap().1;
            assert_eq!(receipt.total.1.minor(), minor);
        }
    })
    .await;
}

#[tokio::test]
async fn the_fee_of_a_providers_payout_is_borne_as_the_terms_say() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let provider = on.backend.add_provider(&shop.seller, &plumber("2222222222")).await.unwrap();
        // Out of the price before it is shared, or out of the provider's share: 12,500 less 195 is 12,305.
        for (bearer, seller, of_provider) in [("seller", 245_100, 980_400), ("provider", 246_100, 979_400)] {
            let form = TermsForm { payout_fee_bearer: bearer.to_owned(), ..platform_terms() };
            on.backend.set_delivery_terms(&shop.seller, &form).await.unwrap();
            let terms = on.backend.delivery_terms(&shop.seller, Currency::Ngn).await.unwrap();
            assert_eq!(terms.provider_bears_payout_fee, bearer == "provider", "the form shows what was chosen");
            let (order, link) = delivered_by(&shop, provider).await;
            let shown = shop.view(order).await.on_accept;
            let shares: Vec<_> = shown.shares.iter().map(|share| (share.of, share.minor)).collect();
            assert_eq!(shares, [(ShareOf::Seller, seller), (ShareOf::Provider, of_provider)], "shown before");
            // Terms that change later touch no order.
            let other = if bearer == "seller" { "provider" } else { "seller" };
            let form = TermsForm { payout_fee_bearer: other.to_owned(), ..platform_terms() };
            on.backend.set_delivery_terms(&shop.seller, &form).await.unwrap();
            shop.by_buyer(&link, Command::Accept).await.unwrap();
            on.backend.run_until_idle().await.unwrap();
            let lines = shop.ledger_of(order).await;
            for expected in [
                format!("release payable:… credit {seller}"),
                format!("release payable:… credit {of_provider}"),
                "release revenue:payout_fee credit 5000".to_owned(),
                "release expense:gateway credit 19500".to_owned(),
                format!("payout clearing:sandbox credit {of_provider}"),
            ] {
                assert!(lines.contains(&expected), "{bearer}: {expected} is missing in {lines:?}");
            }
        }
        shop.books_are_right().await;
    })
    .await;
}
