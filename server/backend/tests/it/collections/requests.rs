//! Payment requests: when their payments are fulfilled, what the marketplace takes, and how often they are paid.

use super::world::{World, buyer, fields, form, refused};
use crate::support::on_each;
use crate::support::shop::CARD;
use backend::Error;
use backend::service::instamojo::{CollectionStatus, PayForm, RequestForm, RequestStatus};
use domain::collection::SplitDenied;
use domain::ids::AccountId;
use time::Duration;

/// What the rail charges for a payment of 1000 rupees, with the tax on it.
const FEES: i64 = 2_300 + 414;

#[tokio::test]
async fn a_payment_of_a_request_that_is_marked_so_is_born_fulfilled() {
    on_each(async |on| {
        let world = World::open(on).await;
        let marked = RequestForm { mark_fulfilled: Some(true), ..form("1000") };
        let it = world.pay(world.request_by(&world.app, marked).await.id, CARD).await;
        assert_eq!((it.fulfilled_at, it.left), (Some(on.backend.now()), 0));
        assert_eq!(world.balance(world.marketplace).await, 100_000 - FEES);
        assert_eq!(refused(world.settle(&it.code, "1", "CREDIT", 0, "1").await), SplitDenied::Fulfilled.words());
        world.fulfil(&it.code).await;
        // Where it is not said, the marketplace divides its payments first.
        let code = world.paid("1000").await;
        assert_eq!(world.collection(&code).await.fulfilled_at, None);
        world.fulfil(&code).await;
        let at = world.collection(&code).await.fulfilled_at;
        on.later(Duration::hours(1));
        world.fulfil(&code).await;
        assert_eq!(world.collection(&code).await.fulfilled_at, at, "once more changes nothing");
        assert_eq!(refused(world.settle(&code, "1", "CREDIT", 0, "1").await), SplitDenied::Fulfilled.words());
        assert_eq!(world.balance(world.marketplace).await, 2 * (100_000 - FEES));
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_merchants_own_request_is_theirs_but_for_the_marketplaces_fee() {
    on_each(async |on| {
        let world = World::open(on).await;
        let user = world.user("asha").await;
        let (asha, own) = (world.merchant(0), world.marketplace);
        let (mut theirs, mut ours) = (0, 0);
        for (kind, fee, share) in
            [("percent", "10", 10_000), ("fixed", "25.50", 2_550), ("fixed", "1000", 100_000 - FEES), ("", "", 0)]
        {
            let wanted = RequestForm {
                partner_fee_type: kind.to_owned(),
                partner_fee: fee.to_owned(),
                mark_fulfilled: Some(true),
                ..form("1000")
            };
            let it = world.pay(world.request_by(&user, wanted).await.id, CARD).await;
            assert_eq!((it.owner, it.marketplace, it.left), (asha, own, 0));
            assert_eq!(it.fulfilled_at, Some(on.backend.now()));
            (theirs, ours) = (theirs + 100_000 - FEES - share, ours + share);
            assert_eq!((world.balance(asha).await, world.balance(own).await), (theirs, ours), "{kind} {fee}");
            assert_eq!(on.backend.collection(&user, &it.code).await.unwrap().id, it.id);
            world.books_are_right().await;
        }
        // The marketplace's own request takes no fee of itself.
        let wanted =
            RequestForm { partner_fee_type: "percent".to_owned(), partner_fee: "10".to_owned(), ..form("1000") };
        let it = world.pay(world.request_by(&world.app, wanted).await.id, CARD).await;
        assert_eq!((it.left, world.balance(own).await), (100_000 - FEES, ours));
    })
    .await;
}

#[tokio::test]
async fn a_merchants_own_payment_is_held_fulfilled_and_refunded_but_not_divided() {
    on_each(async |on| {
        let world = World::open(on).await;
        let user = world.user("asha").await;
        let asha = world.merchant(0);
        let held = RequestForm { mark_fulfilled: Some(false), ..form("1000") };
        let it = world.pay(world.request_by(&user, held).await.id, CARD).await;
        assert_eq!((it.left, it.fulfilled_at, world.balance(asha).await), (100_000 - FEES, None, 0));
        for merchant in 0..2 {
            let divided = world.settle(&it.code, "1", "CREDIT", merchant, "1").await;
            assert!(matches!(divided, Err(Error::NotFound)), "{divided:?}");
        }
        world.fulfil(&it.code).await;
        assert_eq!((world.balance(asha).await, world.balance(world.marketplace).await), (100_000 - FEES, 0));
        world.refund(&it.code, "400", "first").await.unwrap();
        world.work().await;
        assert_eq!((world.balance(asha).await, world.cases(&it.code).await[0].status().key()), (57_286, "paid"));
        world.books_are_right().await;
        // Another merchant sees none of it, another marketplace neither.
        let other = world.user("bala").await;
        assert!(matches!(on.backend.collection(&other, &it.code).await, Err(Error::NotFound)));
        let stranger = on.backend.fulfil(AccountId(uuid::Uuid::now_v7()), &it.code).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_a_merchant_owes_keeps_nothing_from_the_marketplace() {
    on_each(async |on| {
        let world = World::open(on).await;
        let user = world.user("asha").await;
        let asha = world.merchant(0);
        world.bank(asha, "123456789").await;
        world.bank(world.marketplace, "555556789").await;
        let it = world.pay(world.request_by(&user, form("1000")).await.id, CARD).await;
        on.later(Duration::days(7));
        world.work().await;
        assert_eq!(world.paid_out(asha).await, 100_000 - FEES);
        world.refund(&it.code, "1000", "first").await.unwrap();
        let code = world.paid("2000").await;
        world.fulfil(&code).await;
        on.later(Duration::days(7));
        world.work().await;
        assert_eq!(world.collection(&it.code).await.left, -100_000, "the merchant's own, with an empty balance");
        assert_eq!(world.cases(&it.code).await[0].status().key(), "queued");
        let commission = 200_000 - 4_300 - 774;
        assert_eq!((world.balance(world.marketplace).await, world.paid_out(world.marketplace).await), (0, commission));
        // What the merchant earns next covers it before it is paid out.
        let next = world.paid("2000").await;
        world.credit(&next, "1", 0, "1500").await;
        on.later(Duration::days(7));
        world.work().await;
        assert_eq!(world.cases(&it.code).await[0].status().key(), "paid");
        assert_eq!(world.paid_out(asha).await, 100_000 - FEES + 50_000);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_link_is_paid_as_often_as_it_allows() {
    on_each(async |on| {
        let world = World::open(on).await;
        let repeated = world.request("1000").await;
        for paid in 1..4 {
            let it = world.pay(repeated.id, CARD).await;
            assert_eq!(it.status, CollectionStatus::Succeeded);
            on.later(Duration::seconds(1));
            assert_eq!(on.backend.collections_of_request(repeated.id).await.unwrap().len(), paid);
        }
        let once = RequestForm { allow_repeated_payments: Some(false), ..form("1000") };
        let once = world.request_by(&world.app, once).await;
        let failed = world.pay(once.id, "4000 0000 0000 0002").await;
        assert_eq!((failed.status, failed.left), (CollectionStatus::Failed, 0));
        let paid = world.pay(once.id, CARD).await;
        assert_eq!(paid.status, CollectionStatus::Succeeded);
        let again = on.backend.pay_request(once.id, buyer(), &on.backend.form_key()).await;
        assert!(refused(again).starts_with("This link was paid already"));
        let request = on.backend.payment_request(world.marketplace, &once.id.0.simple().to_string()).await.unwrap();
        assert_eq!(request.status, RequestStatus::Completed);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_off_or_over_its_time_takes_no_new_payment() {
    on_each(async |on| {
        let world = World::open(on).await;
        let request = world.request("1000").await;
        let begun = world.begin(request.id).await;
        let id = request.id.0.simple().to_string();
        on.backend.enable_payment_request(&world.app, &id, false).await.unwrap();
        refused(on.backend.pay_request(request.id, buyer(), "another").await);
        // Who is at the rail's page already pays all the same.
        world.submit(&begun, CARD).await;
        world.work().await;
        let all = on.backend.collections_of_request(request.id).await.unwrap();
        assert_eq!(all[0].status, CollectionStatus::Succeeded);
        on.backend.enable_payment_request(&world.app, &id, true).await.unwrap();
        world.pay(request.id, CARD).await;
        let soon = (on.backend.now() + Duration::minutes(10)).format(&time::format_description::well_known::Rfc3339);
        let short = RequestForm { expires_at: soon.unwrap(), ..form("1000") };
        let short = world.request_by(&world.app, short).await;
        on.later(Duration::minutes(10));
        refused(on.backend.pay_request(short.id, buyer(), "another").await);
        world.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_form_opens_the_same_charge() {
    on_each(async |on| {
        let world = World::open(on).await;
        let request = world.request("1000").await;
        let pay = |key: &'static str| on.backend.pay_request(request.id, buyer(), key);
        let (one, two) = tokio::join!(pay("same"), pay("same"));
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(on.backend.collections_of_request(request.id).await.unwrap().len(), 1);
        pay("other").await.unwrap();
        assert_eq!(on.backend.collections_of_request(request.id).await.unwrap().len(), 2);
        let nobody = PayForm { name: " ".to_owned(), email: "nobody".to_owned(), phone: "12".to_owned() };
        let wrong = on.backend.pay_request(request.id, nobody, "third").await;
        assert_eq!(fields(wrong), ["name", "email", "phone"]);
    })
    .await;
}
