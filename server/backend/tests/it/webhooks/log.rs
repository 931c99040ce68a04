//! The log of tries: what was sent and answered and how long it took, and never what proves that it was us.

use super::Scene;
use super::plugin::authtoken;
use super::program::{Program, queue};
use super::receiver::Answer;
use crate::support::on_each;
use crate::support::shop::{Shop, deliver};
use backend::service::api::{Encoding, WebhookAttempt};
use std::fmt::Write;

impl Program<'_> {
    /// The tries of the newest notification.
    async fn tries(&self) -> Vec<WebhookAttempt> {
        self.log().await.remove(0).attempts
    }
}

#[tokio::test]
async fn each_try_shows_request_answer_and_duration() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        program.receiver.answers_next([
            Answer::Says(500, "PHP Fatal error"),
            Answer::HangsUp,
            Answer::After(std::time::Duration::from_millis(60)),
        ]);
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        for _ in 0..3 {
            on.backend.run_until_idle().await.unwrap();
            on.later(time::Duration::minutes(2));
        }
        let requests = program.receiver.take();
        let log = program.log().await;
        assert_eq!(log.len(), 1);
        assert_eq!((log[0].event.status.as_str(), log[0].event.order), ("Delivered", Some(order)));
        let tries = &log[0].attempts;
        let answers: Vec<_> = tries.iter().map(|one| (one.attempt, one.status, one.answer.as_str())).collect();
        assert_eq!(answers, [(1, Some(500), "PHP Fatal error"), (2, None, ""), (3, Some(200), "at last")]);
        assert_eq!(tries.iter().map(|one| one.error.is_some()).collect::<Vec<_>>(), [false, true, false]);
        assert!((60..15_000).contains(&tries[2].duration_ms), "{} ms", tries[2].duration_ms);
        assert!(tries.windows(2).all(|two| two[1].at - two[0].at == time::Duration::minutes(2)));
        for (request, tried) in requests.iter().zip(tries) {
            assert_eq!(tried.url, program.receiver.url());
            for (name, value) in tried.headers.lines().map(|line| line.split_once(": ").unwrap()) {
                assert_eq!(request.header(name), value, "as it was sent");
            }
            for name in ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature"] {
                assert!(tried.headers.contains(&format!("{name}: ")), "{}", tried.headers);
            }
            // All of the body but the token.
            let token = super::plugin::Notification::read(request.clone(), Encoding::MultipartRaw).token;
            assert_eq!(tried.body, request.text().replace(&token, "(not shown)"));
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_never_shows_what_proves_a_notification() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        for encoding in [Encoding::Json, Encoding::MultipartRaw] {
            let program = Program::open_with(on, &shop.seller, encoding).await;
            program.receiver.answers_next([Answer::Says(500, "no"), Answer::HangsUp]);
            let (order, _) = shop.delivered().await;
            on.later(time::Duration::minutes(1));
            on.backend.run_until_idle().await.unwrap();
            on.later(time::Duration::minutes(3));
            on.backend.run_until_idle().await.unwrap();
            let request = program.receiver.take().pop().unwrap();
            let token = super::plugin::Notification::read(request, encoding).token;
            let mut shown = String::new();
            for delivery in program.log().await {
                writeln!(shown, "{delivery:?}").unwrap();
            }
            let queries = ["SELECT payload FROM outbox WHERE topic = 'webhook'", "SELECT private_sealed FROM api_keys"];
            for query in queries {
                writeln!(shown, "{}", on.text(query).await).unwrap();
            }
            let secret = program.endpoint().await.secret;
            for hidden in [&program.key.private, &token, &authtoken(&program.key), &secret] {
                assert!(!shown.contains(hidden.as_str()), "{hidden} in {shown}");
            }
            assert!(shown.contains(&order.to_string()) || shown.contains(&format!("{:?}", order.0)), "{shown}");
            on.execute("DELETE FROM outbox WHERE topic = 'webhook'", []).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_shop_that_prints_what_it_was_sent_does_not_bring_the_token_into_the_log() {
    for encoding in [Encoding::Json, Encoding::MultipartRaw] {
        on_each(async |on| {
            let shop = Shop::open(on).await;
            let program = Program::open_with(on, &shop.seller, encoding).await;
            program.receiver.answers(Answer::Echoes);
            program.tests(1).await;
            let news = Program::only(program.news().await);
            let answer = program.tries().await.remove(0).answer;
            assert!(answer.contains("Test"), "the rest of it is shown: {answer}");
            assert!(!answer.contains(&news.token), "{answer}");
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_is_kept_up_to_a_limit_and_whatever_it_holds_delivers_once() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        let answers = [
            (Answer::Endless, "xxx"),
            (Answer::Says(200, "null \0 byte"), "null"),
            (Answer::Says(200, "\u{202e}<script>alert(1)</script>"), "<script>"),
        ];
        for (answer, kept) in answers {
            program.receiver.answers_next([answer.clone()]);
            program.tests(1).await;
            on.backend.run_until_idle().await.unwrap();
            assert_eq!((program.receiver.take().len(), queue(on).await), (1, (0, 0)), "{answer:?}");
            let tried = program.tries().await.remove(0);
            assert_eq!(tried.status, Some(200), "{answer:?}");
            assert!(tried.answer.contains(kept) && tried.answer.len() <= 2_048, "{}", tried.answer);
        }
    })
    .await;
}

#[tokio::test]
async fn the_log_shows_the_newest_fifty_first() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.delivered().await;
        scene.program.tests(52).await;
        assert_eq!(scene.program.news().await.len(), 52);
        let log = scene.program.log().await;
        let numbers: Vec<i64> = log.iter().map(|delivery| delivery.event.number).collect();
        assert_eq!(numbers, (1_005..=1_054).rev().collect::<Vec<_>>());
        assert!(log.iter().all(|delivery| delivery.attempts.len() == 1));
    })
    .await;
}
