//! What a marketplace's program is told of a payment: once, the same words at every try, and again by the administrator.

use super::world::{World, form};
use crate::support::on_each;
use crate::support::shop::CARD;
use crate::webhooks::receiver::{Answer, Receiver, Request};
use backend::Error;
use backend::service::instamojo::{Collection, RequestForm, mac};
use time::Duration;
use url::form_urlencoded;

impl World<'_> {
    /// A payment of which this receiver is told.
    async fn told(&self, receiver: &Receiver, number: &str) -> Collection {
        let request = RequestForm { webhook: receiver.url(), ..form("2500") };
        self.pay(self.request_by(&self.app, request).await.id, number).await
    }
}

fn pairs(request: &Request) -> Vec<(String, String)> {
    form_urlencoded::parse(&request.body).into_owned().collect()
}

#[tokio::test]
async fn a_payment_is_told_once_with_a_mac_of_the_private_salt() {
    on_each(async |on| {
        let world = World::open(on).await;
        let receiver = Receiver::start().await;
        // The rail says it twice.
        let it = world.told(&receiver, "4000 0000 0000 0077").await;
        world.work().await;
        let request = receiver.take().remove(0);
        assert_eq!(receiver.count(), 0);
        assert!(request.line.starts_with("POST "));
        assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
        let said = pairs(&request);
        let value = |name: &str| said.iter().find(|(known, _)| known == name).unwrap().1.as_str();
        let request = on.backend.payment_request(world.marketplace, &it.request.0.simple().to_string()).await.unwrap();
        let expected = [
            ("amount", "2500.00"),
            ("buyer", "john@example.com"),
            ("buyer_name", "John Doe"),
            ("buyer_phone", "+919999999999"),
            ("currency", "INR"),
            ("fees", "53.00"),
            ("longurl", &on.backend.longurl(&request).await.unwrap()),
            ("payment_id", &it.code),
            ("payment_request_id", &it.request.0.simple().to_string()),
            ("purpose", "FIFA 16"),
            ("shorturl", ""),
            ("status", "Credit"),
        ];
        for (name, expected) in expected {
            assert_eq!(value(name), expected, "{name}");
        }
        assert_eq!(said.len(), expected.len() + 1);
        let fields: Vec<(&str, String)> = said.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        assert_eq!(value("mac"), mac(&world.client.salt, &fields).unwrap());
        assert_eq!(on.number("SELECT COUNT(*) FROM outbox WHERE topic = 'payment_webhook'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn no_failure_no_return_and_nothing_else_is_told() {
    on_each(async |on| {
        let world = World::open(on).await;
        let receiver = Receiver::start().await;
        world.told(&receiver, "4000 0000 0000 0002").await;
        world.told(&receiver, "4000 0000 0000 0093").await;
        assert_eq!(receiver.count(), 0);
        let it = world.told(&receiver, CARD).await;
        world.credit(&it.code, "1", 0, "100").await;
        world.fulfil(&it.code).await;
        world.refund(&it.code, "100", "first").await.unwrap();
        world.work().await;
        assert_eq!(receiver.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn every_try_says_the_same_and_what_was_given_up_is_sent_again() {
    on_each(async |on| {
        let world = World::open(on).await;
        let receiver = Receiver::start().await;
        receiver.answers_next([Answer::Says(302, "over there"), Answer::HangsUp, Answer::Redirects(receiver.url())]);
        receiver.answers(Answer::Says(500, "not now"));
        let it = world.told(&receiver, CARD).await;
        let stored = on.text("SELECT payload FROM outbox WHERE topic = 'payment_webhook'").await;
        let status = async || on.text("SELECT status FROM outbox WHERE topic = 'payment_webhook'").await;
        assert_eq!(status().await, "queued");
        let mut days = Duration::ZERO;
        while status().await != "dead" {
            on.later(Duration::hours(8));
            days += Duration::hours(8);
            world.work().await;
            assert!(days < Duration::days(30), "it is never given up");
        }
        let heard = receiver.take();
        assert_eq!(heard.len(), 22);
        assert!(heard.iter().all(|request| request.body == heard[0].body));
        assert_eq!(on.text("SELECT payload FROM outbox WHERE topic = 'payment_webhook'").await, stored);
        // The money does not depend on it.
        world.credit(&it.code, "1", 0, "100").await;
        let letters = on.backend.dead_letters(&world.admin).await.unwrap();
        assert_eq!(
            (letters.len(), letters[0].what.as_str()),
            (1, format!("Notification of payment {}", it.code).as_str())
        );
        assert!(letters[0].can_retry && letters[0].error.contains("500"), "{}", letters[0].error);
        let stranger = on.backend.retry_dead_letter(&world.operator, letters[0].id).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        receiver.answers(Answer::Says(204, ""));
        // The application ended since; what it made is still told, in the same words.
        on.backend.revoke_oauth_client(&world.admin, world.client.id).await.unwrap();
        on.backend.retry_dead_letter(&world.admin, letters[0].id).await.unwrap();
        world.work().await;
        assert_eq!((receiver.take()[0].body.clone(), status().await), (heard[0].body.clone(), "delivered".to_owned()));
        assert!(on.backend.dead_letters(&world.admin).await.unwrap().is_empty());
    })
    .await;
}
