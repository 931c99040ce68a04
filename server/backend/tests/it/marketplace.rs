//! Both ways to run a marketplace, from "buyer selects" to "paid", and who sees a transaction (rules.md section 6).

use crate::support::shop::{CARD, Shop, act, deliver};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::listings::ListingForm;
use backend::service::order_list::{ListOf, ListQuery};
use backend::service::order_view::PayoutStatus;
use backend::service::place::NewOrder;
use backend::service::providers::ProviderForm;
use backend::service::storefront::{BuyForm, StorefrontQuery};
use backend::service::viewer::Viewer;
use domain::clock_text::Zone;
use domain::ids::{ListingId, OrderId, PartyId};
use domain::order::share::ShareOf;
use domain::order::{Command, Role, Status};
use domain::permission::AccountKind;

fn listing(provider: &str) -> ListingForm {
    ListingForm {
        kind: "service".to_owned(),
        title: "Two hours of plumbing".to_owned(),
        category: "Home".to_owned(),
        currency: "NGN".to_owned(),
        amount: "12,500".to_owned(),
        stock: "2".to_owned(),
        provider: provider.to_owned(),
        state: "publish".to_owned(),
        ..ListingForm::default()
    }
}

fn plumber() -> ProviderForm {
    ProviderForm {
        name: "Bisi the plumber".to_owned(),
        commission: "20".to_owned(),
        bank: bank("2222222222"),
        ..ProviderForm::default()
    }
}

fn bank(number: &str) -> BankDetails {
    BankDetails {
        currency: "NGN".to_owned(),
        bank_name: "Sandbox Bank".to_owned(),
        account_number: number.to_owned(),
        account_name: "Somebody".to_owned(),
    }
}

async fn person(on: &TestBackend, email: &str, kind: AccountKind) -> Viewer {
    let user = on.user(email, kind).await;
    on.backend.viewer(user).await.unwrap().unwrap()
}

async fn ready(on: &TestBackend, viewer: &Viewer, number: &str) {
    on.backend.set_bank_details(viewer, &bank(number)).await.unwrap();
    on.backend.verify_identity_in_sandbox(viewer).await.unwrap();
}

fn guest() -> BuyForm {
    BuyForm { email: "buyer@example.com".to_owned(), name: String::new() }
}

async fn bought(shop: &Shop<'_>, slug: &str, id: ListingId) -> (OrderId, OrderRef) {
    let backend = &shop.on.backend;
    let link = backend.buy(None, slug, id, &guest(), &backend.form_key()).await.unwrap();
    let order = backend.order_view(None, &link).await.unwrap().order.id;
    (order, link)
}

#[tokio::test]
async fn a_business_seller_and_its_provider_are_paid_their_shares() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        on.backend.set_storefront(&shop.seller, "okafor", "Okafor Services", "").await.unwrap();
        let provider = on.backend.add_provider(&shop.seller, &plumber()).await.unwrap();
        let id = on.backend.save_listing(&shop.seller, None, &listing(&provider.to_string())).await.unwrap();
        let offer = on.backend.offer("okafor", id).await.unwrap();
        assert_eq!((offer.provider.as_deref(), offer.quote.total()), (Some("Bisi the plumber"), 1_300_000));
        let shares: Vec<_> = offer.on_accept.shares.iter().map(|share| (share.of, share.minor)).collect();
        assert_eq!(shares, [(ShareOf::Seller, 245_100), (ShareOf::Provider, 980_400)], "shown before paying");
        let (order, link) = bought(&shop, "okafor", id).await;
        shop.pay(&link, CARD).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        assert!(
            on.backend.provider(&shop.seller, provider).await.unwrap().payouts.is_none(),
            "no bank of one's own yet"
        );
        shop.bank("0123456789").await;
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
        assert_eq!(
            shop.ledger_of(order).await[3..],
            [
                "release expense:gateway credit 19500",
                "release fee_hold:… debit 50000",
                "release hold:… debit 1250000",
                "release payable:… credit 245100",
                "release payable:… credit 980400",
                "release revenue:escrow_fee credit 50000",
                "release revenue:payout_fee credit 5000",
                "payout clearing:sandbox credit 245100",
                "payout payable:… debit 245100",
                "payout clearing:sandbox credit 980400",
                "payout payable:… debit 980400",
            ]
        );
        let seen = on.backend.provider(&shop.seller, provider).await.unwrap().payouts.unwrap();
        assert_eq!((seen[0].0.amount.minor(), seen[0].0.status), (980_400, PayoutStatus::Paid));
        shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_seller_and_its_operator_are_paid_their_shares_and_each_sees_its_part() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let operator = person(on, "operator@example.com", AccountKind::MarketplaceOperator).await;
        ready(on, &operator, "3333333333").await;
        on.backend.set_storefront(&operator, "lagos-market", "Lagos Market", "").await.unwrap();
        let id = on.backend.save_listing(&shop.seller, None, &listing("")).await.unwrap();
        assert!(matches!(on.backend.offer("lagos-market", id).await, Err(Error::NotFound)), "not associated");
        on.backend.invite_seller(&operator, "seller@example.com", "10").await.unwrap();
        let again = on.backend.invite_seller(&operator, "seller@example.com", "10").await;
        assert!(matches!(&again, Err(Error::Invalid(fields)) if fields[0].field == "email"), "{again:?}");
        let mails = on.mails_to("seller@example.com").await;
        assert!(mails.iter().any(|mail| mail.subject.contains("invites you")));
        assert!(matches!(on.backend.offer("lagos-market", id).await, Err(Error::NotFound)), "not accepted yet");
        let asked = on.backend.marketplaces(&shop.seller).await.unwrap().remove(0).association.id;
        let stranger = person(on, "stranger@example.com", AccountKind::BusinessSeller).await;
        assert!(matches!(on.backend.answer_invitation(&stranger, asked, true).await, Err(Error::NotFound)));
        on.backend.answer_invitation(&shop.seller, asked, true).await.unwrap();

        let (order, link) = bought(&shop, "lagos-market", id).await;
        shop.pay(&link, CARD).await;
        let id_of = OrderRef::Id(order);
        let seen = on.backend.order_view(Some(&operator), &id_of).await.unwrap();
        assert_eq!(seen.role, Role::Operator);
        let acted = on.backend.act(Some(&operator), act(id_of.clone(), deliver(), "k")).await;
        assert!(matches!(acted, Err(Error::Denied(_))), "an operator never acts on an order: {acted:?}");
        assert!(matches!(on.backend.order_view(Some(&stranger), &id_of).await, Err(Error::NotFound)));
        let listed = on.backend.order_list(&operator, ListOf::Operated, ListQuery::default()).await.unwrap();
        assert_eq!(listed.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [order]);
        assert_eq!(on.backend.order_list(&stranger, ListOf::Operated, ListQuery::default()).await.unwrap().total, 0);

        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let lines = shop.ledger_of(order).await;
        for expected in ["release payable:… credit 123050", "release payable:… credit 1107450"] {
            assert!(lines.iter().any(|line| line == expected), "{lines:?}");
        }
        let seen = on.backend.order_view(Some(&operator), &id_of).await.unwrap();
        assert_eq!((seen.order.status, seen.payouts.len()), (Status::Completed, 1), "its own payout only");
        assert_eq!(seen.payouts[0].amount.minor(), 123_050);
        shop.books_are_right().await;

        on.backend.leave_marketplace(&shop.seller, asked).await.unwrap();
        assert!(matches!(on.backend.offer("lagos-market", id).await, Err(Error::NotFound)), "left");
        assert!(on.backend.order_view(Some(&operator), &id_of).await.is_ok(), "its old orders stay");
    })
    .await;
}

#[tokio::test]
async fn the_last_one_is_sold_once_and_comes_back_when_it_is_never_paid() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        on.backend.set_storefront(&shop.seller, "okafor", "Okafor", "").await.unwrap();
        let form = ListingForm { stock: "1".to_owned(), ..listing("") };
        let id = on.backend.save_listing(&shop.seller, None, &form).await.unwrap();
        let other = on.another_process().await;
        let guest = guest();
        let (one, two) = tokio::join!(
            on.backend.buy(None, "okafor", id, &guest, "one"),
            other.buy(None, "okafor", id, &guest, "two")
        );
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        assert!(matches!(lost, Err(Error::Refused(_))), "{lost:?}");
        let order = on.backend.order_view(None, &won.unwrap()).await.unwrap().order;
        on.later(order.terms.payment_hours * time::Duration::HOUR + time::Duration::MINUTE);
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.number("SELECT stock FROM listings").await, 1);
        bought(&shop, "okafor", id).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_reaches_what_belongs_to_another_seller() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let stranger = person(on, "stranger@example.com", AccountKind::BusinessSeller).await;
        let buyer = person(on, "ada@example.com", AccountKind::Buyer).await;
        let provider = on.backend.add_provider(&shop.seller, &plumber()).await.unwrap();
        let id = on.backend.save_listing(&shop.seller, None, &listing(&provider.to_string())).await.unwrap();
        for other in [&stranger, &buyer] {
            assert!(matches!(on.backend.provider(other, provider).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.edit_provider(other, provider, &plumber()).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.remove_provider(other, provider).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.listing(other, id).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.archive_listing(other, id).await, Err(Error::NotFound)));
            assert!(matches!(on.backend.invite_seller(other, "seller@example.com", "5").await, Err(Error::NotFound)));
        }
        let stolen = on.backend.save_listing(&stranger, None, &listing(&provider.to_string())).await;
        assert!(matches!(&stolen, Err(Error::Invalid(fields)) if fields[0].field == "provider"), "{stolen:?}");
        let wrong = ProviderForm { name: " ".to_owned(), commission: "101".to_owned(), ..plumber() };
        let Err(Error::Invalid(fields)) = on.backend.add_provider(&shop.seller, &wrong).await else { panic!() };
        assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["name", "commission"]);
        on.backend.remove_provider(&shop.seller, provider).await.unwrap();
        assert!(on.backend.providers(&shop.seller, "").await.unwrap().is_empty());
        on.backend.set_storefront(&shop.seller, "okafor", "Okafor", "").await.unwrap();
        let page = on.backend.storefront_page("okafor", StorefrontQuery::default()).await.unwrap();
        assert_eq!(page.total, 0, "what a removed provider would deliver is not offered");
    })
    .await;
}

#[tokio::test]
async fn a_guest_who_buys_has_the_link_in_their_mail() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        on.backend.set_storefront(&shop.seller, "okafor", "Okafor", "").await.unwrap();
        let id = on.backend.save_listing(&shop.seller, None, &listing("")).await.unwrap();
        let (order, _) = bought(&shop, "okafor", id).await;
        let mails = on.mails_to("buyer@example.com").await;
        // The seller's mail names the buyer, so the search finds it too.
        let mine: Vec<_> = mails.iter().filter(|mail| mail.to == "buyer@example.com").collect();
        assert_eq!(mine.len(), 1, "one mail with the way back to the order");
        let link = mine[0].text.split_once("/orders/").unwrap().1.split_whitespace().next().unwrap();
        let opened = on.backend.order_view(None, &OrderRef::parse(link).unwrap()).await.unwrap();
        assert_eq!(opened.order.id, order);
    })
    .await;
}

#[tokio::test]
async fn a_proposal_is_paid_only_after_the_seller_agreed() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let buyer = person(on, "ada@example.com", AccountKind::Buyer).await;
        let form = NewOrder {
            title: "A chair".to_owned(),
            currency: "NGN".to_owned(),
            amount: "12,500".to_owned(),
            ..NewOrder::default()
        };
        let nobody = on.backend.propose_order(&buyer, "nobody@example.com", NewOrder::default(), "k").await;
        let Err(Error::Invalid(fields)) = nobody else { panic!("{nobody:?}") };
        let fields: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert!(fields.contains(&"seller_email") && fields.contains(&"title"), "{fields:?}");
        let placed = on.backend.propose_order(&buyer, "seller@example.com", form.clone(), "k").await.unwrap();
        assert_eq!(on.backend.propose_order(&buyer, "seller@example.com", form, "k").await.unwrap(), placed);
        let id = OrderRef::Id(placed.order);
        assert!(matches!(on.backend.make_quote(Some(&buyer), &id).await, Err(Error::Denied(_))), "not agreed yet");
        let home = on.backend.seller_home(&shop.seller, Zone::UTC).await.unwrap();
        assert_eq!(home.needs_you.iter().map(|row| row.id).collect::<Vec<_>>(), [placed.order]);
        assert!(on.backend.buyer_home(&buyer).await.unwrap().needs_you.is_empty());
        let asked = on.mails_to("seller@example.com").await;
        assert!(asked.last().unwrap().subject.ends_with("proposes an order"), "{:?}", asked.last().unwrap().subject);
        shop.by_seller(placed.order, Command::Agree).await.unwrap();
        let told = on.mails_to("ada@example.com").await;
        assert!(told.last().unwrap().subject.contains("asks you to pay"), "{:?}", told.last().unwrap().subject);
        assert!(on.backend.make_quote(Some(&buyer), &id).await.is_ok());
        assert_eq!(on.backend.buyer_home(&buyer).await.unwrap().needs_you.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn between_private_persons_the_escrow_fee_is_capped_higher() {
    on_each(async |on| {
        let private = person(on, "tunde@example.com", AccountKind::IndividualSeller).await;
        let business = person(on, "seller@example.com", AccountKind::BusinessSeller).await;
        assert_eq!(private.memberships[0].name, private.name, "sells in their own name");
        for (seller, fee) in [(&private, 1_500_000), (&business, 200_000)] {
            let form = NewOrder {
                buyer_email: "buyer@example.com".to_owned(),
                title: "A used car".to_owned(),
                currency: "NGN".to_owned(),
                amount: "1,000,000".to_owned(),
                ..NewOrder::default()
            };
            let order = on.backend.place_order(seller, form, "key").await.unwrap().order;
            let quote = on.backend.order_view(Some(seller), &OrderRef::Id(order)).await.unwrap().quote;
            assert_eq!(quote.escrow.buyer, fee);
        }
        assert!(
            matches!(on.backend.add_provider(&private, &plumber()).await, Err(Error::NotFound)),
            "a business has these"
        );
    })
    .await;
}

#[tokio::test]
async fn a_seller_is_told_of_a_provider_without_an_account_and_a_storefront_has_a_page_for_it() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        on.backend.set_storefront(&shop.seller, "okafor", "Okafor Services", "").await.unwrap();
        let without = ProviderForm {
            name: "Musa".to_owned(),
            commission: "10 % + 500 min 2,000; 1 %".to_owned(),
            ..ProviderForm::default()
        };
        let musa = on.backend.add_provider(&shop.seller, &without).await.unwrap();
        let idle = on.backend.add_provider(&shop.seller, &plumber()).await.unwrap();
        let id = on.backend.save_listing(&shop.seller, None, &listing(&musa.to_string())).await.unwrap();
        on.backend.save_listing(&shop.seller, None, &listing("")).await.unwrap();
        // 12,500 less 195 and 50 for the payout is 12,255: 10 % and 500 is less than 2,000, and 1 % comes on top.
        let offer = on.backend.offer("okafor", id).await.unwrap();
        let kept = offer.on_accept.shares.iter().find(|share| share.of == ShareOf::Seller).unwrap().minor;
        assert_eq!(kept, 200_000 + 12_255);
        let page = async |by: PartyId| {
            let query = StorefrontQuery { by: Some(by), ..StorefrontQuery::default() };
            on.backend.storefront_page("okafor", query).await
        };
        let theirs = page(PartyId::Provider(musa)).await.unwrap();
        assert_eq!((theirs.by.as_deref(), theirs.total), (Some("Musa"), 1));
        let own = page(PartyId::Account(shop.seller.selling().unwrap().account)).await.unwrap();
        assert_eq!(own.total, 1, "what the seller delivers itself");
        assert!(matches!(page(PartyId::Provider(idle)).await, Err(Error::NotFound)), "who offers nothing has no page");
        let (order, link) = bought(&shop, "okafor", id).await;
        shop.pay(&link, CARD).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        let mails = on.mails_to("seller@example.com").await;
        let told = mails.iter().find(|mail| mail.subject.contains("waits for Musa")).unwrap();
        assert!(told.text.contains("/providers"), "{}", told.text);
        shop.books_are_right().await;
    })
    .await;
}
