//! What nobody is told: what the contract has no notification of, what did not happen, and what concerns others.

use super::plugin::authtoken;
use super::program::{Program, queue};
use super::receiver::Receiver;
use super::{ACCEPTED, CANCELED, DELIVERED, Scene};
use crate::support::on_each;
use crate::support::shop::{CARD, Shop, act, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::api::EndpointForm;
use backend::service::command::OrderCommand;
use domain::order::{Command, Commission, Status};
use domain::permission::AccountKind;
use serde_json::Value;
use time::Duration;

#[tokio::test]
async fn payment_and_completion_stand_in_the_feed_alone() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.shop.bank("0123456789").await;
        let (order, link) = scene.delivered().await;
        scene.buyer(&link, Command::Accept).await;
        scene.program.hears(ACCEPTED).await;
        assert_eq!(scene.shop.view(order).await.order.status, Status::Completed);
        let events = on.backend.api_events(&scene.program.caller().await, 0).await.unwrap();
        let told: Vec<_> = events.iter().map(|event| (event.status.as_str(), event.delivers)).collect();
        assert_eq!(told, [("Pending", false), ("Delivered", true), ("Accepted", true), ("Complete", false)]);
        let titles = events.iter().map(|event| {
            let object: Value = serde_json::from_str(&event.object).unwrap();
            object["status"]["title"].as_str().unwrap().to_owned()
        });
        let expected = ["Pending", "Awaiting Buyer Response", "Accepted", "Complete"];
        assert_eq!(titles.collect::<Vec<_>>(), expected);
        assert_eq!(scene.program.log().await.len(), 2, "the log shows what is sent");
        assert_eq!(queue(on).await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn an_order_that_was_never_paid_and_what_changes_no_status_is_no_news() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (dropped, _) = scene.shop.place().await;
        scene.seller(dropped, Command::Cancel).await;
        let (expired, link) = scene.shop.place().await;
        scene.shop.pay(&link, "4000 0000 0000 0002").await;
        scene.deadline(expired).await;
        scene.program.hears_nothing().await;
        assert_eq!(scene.shop.view(expired).await.order.status, Status::Expired);
        assert_eq!(scene.program.fed().await, Vec::<String>::new());

        let (order, _) = scene.rejected().await;
        let before = scene.program.fed().await;
        scene.seller(order, Command::OfferSecondDelivery).await;
        scene.seller(order, Command::OfferSplit { to_buyer: 1 }).await;
        scene.program.hears_nothing().await;
        assert_eq!(scene.program.fed().await, before);
    })
    .await;
}

#[tokio::test]
async fn a_refused_command_leaves_no_event_and_no_gap() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.paid().await;
        let by_seller = |command, edit: fn(&mut OrderCommand)| {
            let mut command = act(OrderRef::Id(order), command, &on.backend.form_key());
            edit(&mut command);
            scene.act(&scene.shop.seller, command)
        };
        // By the rules, for a form that is too old, for words that are missing, and after everything was written already.
        assert!(matches!(by_seller(Command::Accept, |_| {}).await, Err(Error::Denied(_))));
        let set = Command::SetCommission { commission: Commission::default(), provider: None };
        assert!(matches!(by_seller(set, |_| {}).await, Err(Error::Denied(_))));
        assert!(matches!(by_seller(deliver(), |form| form.version = Some(0)).await, Err(Error::Stale)));
        let silent = Command::MarkDelivered { note: String::new(), tracking: None };
        assert!(matches!(by_seller(silent, |_| {}).await, Err(Error::Invalid(_))));
        assert!(matches!(by_seller(Command::Cancel, |form| form.refund = Some(1)).await, Err(Error::Stale)));
        scene.program.hears_nothing().await;
        assert_eq!(scene.program.feed().await, [(1_001, "Pending".to_owned())]);
        assert_eq!(on.number("SELECT count(*) FROM api_events").await, 1);

        scene.seller(order, deliver()).await;
        scene.program.hears(DELIVERED).await;
        let late = scene.shop.by_buyer(&link, Command::Cancel).await;
        assert!(matches!(late, Err(Error::Denied(_))), "{late:?}");
        scene.program.hears_nothing().await;
        assert_eq!(scene.program.feed().await[1..], [(1_002, "Delivered".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn the_same_form_twice_is_told_once() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        let form = act(OrderRef::Id(order), deliver(), "the same");
        let twice = [scene.act(&scene.shop.seller, form.clone()), scene.act(&scene.shop.seller, form)];
        for done in futures::future::join_all(twice).await {
            done.unwrap();
        }
        scene.program.hears(DELIVERED).await;
        assert_eq!(scene.program.fed().await, ["Pending", "Delivered"]);
    })
    .await;
}

#[tokio::test]
async fn an_account_without_keys_is_told_nothing_and_nothing_is_stored() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let receiver = Receiver::start().await;
        let form = EndpointForm { url: receiver.url(), ..EndpointForm::default() };
        on.backend.set_webhook(&shop.seller, &form).await.unwrap();
        let (order, link) = shop.delivered().await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((receiver.connections(), queue(on).await), (0, (0, 0)));
        assert_eq!(on.number("SELECT count(*) FROM api_events").await, 0);
        assert_eq!(shop.view(order).await.order.status, Status::Accepted, "people go on as ever");

        // With keys it is told from then on, of orders that are older too.
        let (order, _) = shop.place().await;
        let key = on.backend.issue_api_key(&shop.seller).await.unwrap();
        shop.by_seller(order, Command::Cancel).await.unwrap();
        let (_, link) = shop.delivered().await;
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(receiver.count(), 2);
        let caller = on.backend.api_caller(&authtoken(&key)).await.unwrap().unwrap();
        let numbers = on.backend.api_events(&caller, 0).await.unwrap().into_iter().map(|event| event.number);
        assert_eq!(numbers.collect::<Vec<_>>(), [1_001, 1_002, 1_003]);
    })
    .await;
}

#[tokio::test]
async fn without_a_callback_url_everything_waits_in_the_feed() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.program.save(EndpointForm::default()).await;
        assert!(on.backend.webhook_endpoint(&scene.shop.seller).await.unwrap().is_none());
        let (order, link) = scene.shop.place().await;
        scene.shop.pay(&link, CARD).await;
        scene.seller(order, deliver()).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((scene.program.receiver.connections(), queue(on).await), (0, (0, 0)));
        assert_eq!(scene.program.fed().await, ["Pending", "Delivered"]);
        assert!(matches!(on.backend.send_test_webhook(&scene.shop.seller).await, Err(Error::Refused(_))));
        assert!(matches!(on.backend.replay_webhooks(&scene.shop.seller, 0, i64::MAX).await, Err(Error::Refused(_))));
        // What was missed is sent when there is somewhere to send it.
        scene.program.save(scene.program.form()).await;
        scene.program.hears_nothing().await;
        assert_eq!(on.backend.replay_webhooks(&scene.shop.seller, 0, i64::MAX).await.unwrap(), 1);
        scene.program.hears(DELIVERED).await;
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_an_address_that_was_taken_away_is_not_sent() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        scene.program.save(EndpointForm::default()).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((scene.program.receiver.connections(), queue(on).await), (0, (0, 1)));
        on.later(Duration::days(30));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(scene.program.receiver.connections(), 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_hears_of_orders_of_others() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let stranger = on.user("stranger@example.com", AccountKind::BusinessSeller).await;
        let stranger = on.backend.viewer(stranger).await.unwrap().unwrap();
        let other = Program::open(on, &stranger).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, Command::Cancel).await;
        scene.program.hears(CANCELED).await;
        assert_eq!(other.receiver.connections(), 0);
        assert_eq!(other.feed().await, []);
        assert!(other.log().await.is_empty());
        // Numbers of another account's events send nothing of them.
        assert_eq!(on.backend.replay_webhooks(&stranger, 0, i64::MAX).await.unwrap(), 0);
        other.hears_nothing().await;
        // Who only buys has nothing to tell programs.
        let buyer = on.user("ada@example.com", AccountKind::Buyer).await;
        let buyer = on.backend.viewer(buyer).await.unwrap().unwrap();
        let form = EndpointForm { url: other.receiver.url(), ..EndpointForm::default() };
        assert!(matches!(on.backend.set_webhook(&buyer, &form).await, Err(Error::NotFound)));
        assert!(matches!(on.backend.webhook_deliveries(&buyer).await, Err(Error::NotFound)));
        assert!(matches!(on.backend.send_test_webhook(&buyer).await, Err(Error::NotFound)));
    })
    .await;
}
