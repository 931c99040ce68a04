//! A shop that is away is told later: ever more slowly over three days, and then when the administrator says so.

use super::plugin::woocommerce;
use super::program::{Program, next_try, queue};
use super::receiver::{Answer, Receiver};
use super::{ACCEPTED, DELIVERED, Said, Scene};
use crate::support::on_each;
use crate::support::shop::deliver;
use backend::Error;
use backend::service::api::EndpointForm;
use domain::order::Command;
use domain::permission::StaffRole;
use std::collections::BTreeSet;
use time::Duration;

#[tokio::test]
async fn a_shop_that_refuses_is_tried_over_three_days_and_then_given_up_until_somebody_says_again() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        let (program, began) = (&scene.program, on.backend.now());
        program.receiver.answers(Answer::Says(503, "come back later"));
        program.tests(1).await;
        let mut waits = Vec::new();
        loop {
            on.backend.run_until_idle().await.unwrap();
            assert_eq!(program.receiver.count(), waits.len() + 1);
            if queue(on).await != (1, 0) {
                break;
            }
            let wait = next_try(on, &on.backend).await;
            let ideal = (30_000 << waits.len()).min(6 * 3_600_000);
            assert!((ideal * 8 / 10..=ideal * 12 / 10).contains(&wait), "try {}: {wait} ms", waits.len() + 1);
            waits.push(wait);
            on.later(Duration::milliseconds(wait - 1));
            on.backend.run_until_idle().await.unwrap();
            assert_eq!(program.receiver.count(), waits.len(), "not before its time");
            on.later(Duration::milliseconds(1));
        }
        assert_eq!(queue(on).await, (0, 1));
        assert_eq!(waits.len() + 1, 22);
        let whole = on.backend.now() - began;
        assert!((Duration::hours(60)..Duration::hours(90)).contains(&whole), "about three days: {whole}");
        assert!(waits.iter().enumerate().any(|(index, wait)| *wait != (30_000 << index).min(21_600_000)), "jitter");

        // The same message every time, and each try dated and signed anew.
        let tries = program.receiver.take();
        let headers = |name: &str| tries.iter().map(|one| one.header(name).to_owned()).collect::<BTreeSet<_>>().len();
        let different = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(headers);
        assert_eq!(different, [1, 22, 22]);
        assert!(tries.iter().all(|one| one.body == tries[0].body));

        on.later(Duration::days(30));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(program.receiver.count(), 0, "given up");
        program.receiver.answers(Answer::Says(200, ""));
        assert!(matches!(on.backend.dead_letters(&scene.shop.seller).await, Err(Error::NotFound)));
        let letter = on.backend.dead_letters(&administrator).await.unwrap().remove(0);
        assert!(letter.can_retry && letter.what.starts_with("Notification ") && letter.attempts == 22, "{letter:?}");
        assert!(letter.error.contains("503"), "{letter:?}");
        let refused = on.backend.retry_dead_letter(&scene.shop.seller, letter.id).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
        on.backend.retry_dead_letter(&administrator, letter.id).await.unwrap();
        let news = Program::only(program.news().await);
        assert_eq!(news.id(), tries[0].header("webhook-id"));
        assert_eq!(queue(on).await, (0, 0));
        let log = program.log().await.remove(0);
        let tries: Vec<i32> = log.attempts.iter().map(|attempt| attempt.attempt).collect();
        assert_eq!(tries, (1..=23).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn every_answer_but_success_is_tried_again() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        let elsewhere = Receiver::start().await;
        let failures = [
            Answer::Says(500, "broken"),
            Answer::Says(404, "not here"),
            Answer::Says(401, "who are you"),
            Answer::Says(429, "slower"),
            Answer::Redirects(elsewhere.url()),
            Answer::HangsUp,
        ];
        let count = failures.len();
        program.receiver.answers_next(failures);
        program.tests(1).await;
        for failed in 0..count {
            on.backend.run_until_idle().await.unwrap();
            assert_eq!((program.receiver.count(), queue(on).await), (failed + 1, (1, 0)));
            on.later(Duration::hours(6));
        }
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((program.receiver.count(), queue(on).await), (count + 1, (0, 0)), "and then it is taken");
        assert_eq!(elsewhere.connections(), 0, "a redirect is not followed");
        let log = program.log().await.remove(0);
        let statuses: Vec<_> = log.attempts.iter().map(|attempt| attempt.status).collect();
        assert_eq!(statuses, [Some(500), Some(404), Some(401), Some(429), Some(302), None, Some(200)]);
        assert!(log.attempts[5].error.is_some() && log.attempts[4].error.is_none());
    })
    .await;
}

#[tokio::test]
async fn any_success_is_taken() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        program.receiver.answers_next([Answer::Says(201, ""), Answer::Says(202, "later"), Answer::Says(299, "")]);
        program.tests(3).await;
        assert_eq!(program.news().await.len(), 3);
        assert_eq!(queue(on).await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_happened_while_the_shop_was_away_arrives_as_it_was_then() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.paid().await;
        scene.program.receiver.answers(Answer::Says(503, ""));
        scene.seller(order, deliver()).await;
        on.backend.run_until_idle().await.unwrap();
        scene.program.receiver.take();
        scene.buyer(&link, Command::Accept).await;
        scene.program.receiver.answers(Answer::Says(200, ""));
        on.later(Duration::minutes(1));
        let news = scene.program.news().await;
        let of = |said: Said| news.iter().find(|news| news.said() == said).unwrap();
        assert_eq!(news.len(), 2);
        assert!(of(DELIVERED).data["payout"].is_null(), "the order as it stood when it was delivered");
        assert_eq!(of(ACCEPTED).data["payout"]["amount"], 1_230_500);
    })
    .await;
}

/// The plugin takes every notification as the order's newest state, whatever it heard before.
#[tokio::test]
async fn a_shop_that_was_away_for_a_moment_ends_with_the_order_as_it_stands() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.paid().await;
        scene.program.receiver.answers_next([Answer::Says(503, "")]);
        scene.seller(order, deliver()).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(scene.program.receiver.take().len(), 1, "refused");
        scene.buyer(&link, Command::Accept).await;
        let mut heard = scene.program.news().await;
        for _ in 0..5 {
            on.later(Duration::hours(1));
            heard.extend(scene.program.news().await);
        }
        let statuses: Vec<&str> = heard.iter().map(|news| woocommerce(&news.status).unwrap()).collect();
        assert_eq!(statuses.last(), Some(&"completed"), "what WooCommerce was told, in this order: {statuses:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_address_gets_what_the_old_one_refused() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.program.receiver.answers(Answer::Says(500, ""));
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(scene.program.receiver.take().len(), 1);
        assert_eq!(scene.program.endpoint().await.failing.map(|(_, tries)| tries), Some(1));
        let mut program = scene.program;
        program.receiver = Receiver::start().await;
        program.save(EndpointForm { url: program.receiver.url(), ..EndpointForm::default() }).await;
        assert_eq!(program.endpoint().await.failing, None, "it starts afresh");
        on.later(Duration::minutes(1));
        program.hears(DELIVERED).await;
    })
    .await;
}
