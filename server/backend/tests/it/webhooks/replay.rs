//! Sending again: one notification or a range, under the same name as before, and a test that is about no order.

use super::program::{Program, queue};
use super::receiver::Answer;
use super::{ACCEPTED, DELIVERED, REJECTED, Scene, reject};
use crate::support::on_each;
use domain::order::Command;
use std::collections::BTreeMap;

impl Program<'_> {
    async fn replays(&self, from: i64, to: i64) -> usize {
        self.on.backend.replay_webhooks(&self.owner, from, to).await.unwrap()
    }

    /// The names and statuses of what comes in, by name.
    async fn again(&self) -> BTreeMap<String, String> {
        let news = self.news().await;
        let count = news.len();
        let by_id: BTreeMap<_, _> = news.into_iter().map(|news| (news.id().to_owned(), news.status)).collect();
        assert_eq!(by_id.len(), count, "each once");
        by_id
    }
}

#[tokio::test]
async fn one_or_a_range_is_sent_again_under_the_same_name() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        let (order, link) = scene.paid().await;
        scene.seller(order, crate::support::shop::deliver()).await;
        let delivered = program.hears(DELIVERED).await;
        scene.buyer(&link, reject()).await;
        let rejected = program.hears(REJECTED).await;
        scene.buyer(&link, Command::Accept).await;
        let accepted = program.hears(ACCEPTED).await;
        let feed = program.feed().await;
        let numbers: Vec<i64> = feed.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1_001, 1_002, 1_003, 1_004], "the payment has a number too");

        assert_eq!(program.replays(1_003, 1_003).await, 1);
        let again = program.hears(REJECTED).await;
        assert_eq!((again.id(), &again.request.body), (rejected.id(), &rejected.request.body));

        let named = |news: &[&super::plugin::Notification]| -> BTreeMap<String, String> {
            news.iter().map(|news| (news.id().to_owned(), news.status.clone())).collect()
        };
        let all = named(&[&delivered, &rejected, &accepted]);
        for (from, to) in [(1_001, 1_004), (1_004, 1_001), (i64::MIN, i64::MAX)] {
            assert_eq!(program.replays(from, to).await, 3, "a payment is not sent");
            assert_eq!(program.again().await, all);
        }
        assert_eq!(program.replays(1_002, 1_003).await, 2, "both ends are in it");
        assert_eq!(program.again().await, named(&[&delivered, &rejected]));
        for (from, to) in [(1_001, 1_001), (1_005, 9_999), (0, 0)] {
            assert_eq!(program.replays(from, to).await, 0);
        }
        program.hears_nothing().await;
        assert_eq!(program.feed().await, feed, "nothing happened again");
        let tries = program.log().await.into_iter().map(|delivery| (delivery.event.number, delivery.attempts.len()));
        assert_eq!(tries.collect::<Vec<_>>(), [(1_004, 4), (1_003, 6), (1_002, 5)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_again_twice_comes_twice_and_is_tried_again_as_any() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        program.tests(1).await;
        let first = Program::only(program.news().await);
        program.receiver.answers_next([Answer::Says(500, ""), Answer::Says(500, "")]);
        assert_eq!(program.replays(1_001, 1_001).await + program.replays(1_001, 1_001).await, 2);
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(queue(on).await, (2, 0));
        on.later(time::Duration::minutes(1));
        on.backend.run_until_idle().await.unwrap();
        let tries = program.receiver.take();
        assert!(tries.len() == 4 && tries.iter().all(|one| one.header("webhook-id") == first.id()));
        assert_eq!(queue(on).await, (0, 0));
        let attempts = program.log().await.remove(0).attempts;
        assert_eq!(attempts.iter().map(|one| one.attempt).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    })
    .await;
}

#[tokio::test]
async fn a_test_is_about_no_order_and_a_plugin_ignores_it() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        program.tests(1).await;
        let news = program.hears(("Test", "This is a test. It is about no order.", 0, "Test")).await;
        assert_eq!(super::plugin::woocommerce(&news.status), None);
        assert_eq!((&news.data["id"], &news.data["amount_payed"]), (&0.into(), &0.into()));
        assert_eq!(news.data["product_id"], "0", "no order of the shop's has this number");
        assert_eq!(program.fed().await, ["Test"]);
        let log = program.log().await.remove(0);
        assert_eq!((log.event.order, log.attempts.len()), (None, 1));
        // The same as anything, it is tried again and sent again.
        assert_eq!(program.replays(1_001, 1_001).await, 1);
        assert_eq!(Program::only(program.news().await).id(), news.id());
    })
    .await;
}
