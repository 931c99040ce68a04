//! Who sends: several processes at once, each notification once, and nobody waits for a shop that does not answer.

use super::Scene;
use super::program::{Program, queue};
use super::receiver::{Answer, in_time, until};
use crate::support::shop::deliver;
use crate::support::{TestBackend, on_each, sign_up};
use backend::Backend;
use domain::order::Status;
use domain::permission::AccountKind;
use std::collections::BTreeSet;
use time::Duration;
use tokio_util::sync::CancellationToken;

const MANY: usize = 25;

/// The names of what the shop was told, each once.
fn once_each(program: &Program<'_>) -> BTreeSet<String> {
    let requests = program.receiver.take();
    let ids: BTreeSet<String> = requests.iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), requests.len(), "something was sent twice");
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_send_each_notification_once() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (one, two) = (on.another_process().await, on.another_process().await);
        scene.program.tests(MANY).await;
        let [first, second, third] = [one.run_until_idle(), two.run_until_idle(), one.run_until_idle()];
        let (first, second, third) = futures::join!(first, second, third);
        first.and(second).and(third).unwrap();
        assert_eq!(once_each(&scene.program).len(), MANY);
        assert_eq!(queue(on).await, (0, 0));
        assert!(scene.program.log().await.iter().all(|delivery| delivery.attempts.len() == 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_tell_one_order_once_and_count_failures_together() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let other = on.another_process().await;
        let (order, _) = scene.paid().await;
        let both = async || {
            let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
            one.and(two).unwrap();
        };
        scene.program.receiver.answers(Answer::Says(500, ""));
        scene.program.tests(8).await;
        both().await;
        assert_eq!(once_each(&scene.program).len(), 8);
        assert_eq!(scene.program.endpoint().await.failing.map(|(_, tries)| tries), Some(8));
        assert_eq!(scene.program.warnings().await.len(), 1);
        scene.program.receiver.answers(Answer::Says(200, ""));
        on.later(Duration::minutes(1));
        both().await;
        assert_eq!(once_each(&scene.program).len(), 8);
        scene.seller(order, deliver()).await;
        both().await;
        assert_eq!(once_each(&scene.program).len(), 1);
        assert_eq!(queue(on).await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_process_that_died_over_a_notification_leaves_it_to_the_next() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.program.tests(1).await;
        let until = (on.backend.now() + Duration::minutes(5)).unix_timestamp() * 1_000;
        let sql = "UPDATE outbox SET attempts = 1, leased_until_at = $1, leased_by = 'dead' WHERE topic = 'webhook'";
        on.execute(sql, [until.into()]).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(scene.program.receiver.connections(), 0, "the lease is respected");
        on.later(Duration::minutes(5));
        assert_eq!(scene.program.news().await.len(), 1);
    })
    .await;
}

/// Workers as a server runs them.
struct Running {
    stop: CancellationToken,
    workers: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(backend: &Backend) -> Self {
        let (stop, backend) = (CancellationToken::new(), backend.clone());
        let token = stop.clone();
        Self { stop, workers: tokio::spawn(async move { backend.run_workers(token).await }) }
    }

    async fn end(self) {
        self.stop.cancel();
        in_time("the workers stop", self.workers).await.unwrap();
    }
}

async fn mailed(on: &TestBackend, email: &str) -> bool {
    !on.backend.sandbox_mails(Some(email), 1).await.unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shop_that_never_answers_delays_neither_mail_nor_deadlines_nor_payouts() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.shop.bank("0123456789").await;
        let (order, _) = scene.delivered().await;
        let (unpaid, _) = scene.shop.place().await;
        scene.program.receiver.answers(Answer::Never);
        scene.program.tests(3).await;
        let running = Running::start(&on.backend);
        until("the shop is asked", async || scene.program.receiver.count() == 3).await;
        // From here on the shop holds three of our connections.
        on.backend.sign_up(sign_up("ada@example.com", AccountKind::Buyer)).await.unwrap();
        until("a mail", async || mailed(on, "ada@example.com").await).await;
        on.later(Duration::days(4));
        let is = async |order, status| scene.shop.view(order).await.order.status == status;
        until("silence accepts and is paid out", async || is(order, Status::Completed).await).await;
        until("nobody paid", async || is(unpaid, Status::Expired).await).await;
        let log = scene.program.log().await;
        let mut tests = log.iter().filter(|delivery| delivery.event.status == "Test");
        assert!(tests.all(|test| test.attempts.is_empty()), "and the shop is still asked");
        scene.program.receiver.answers(Answer::Says(200, ""));
        scene.program.receiver.release();
        running.end().await;
    })
    .await;
}

async fn another_shop(on: &TestBackend) -> Program<'_> {
    let stranger = on.user("stranger@example.com", AccountKind::BusinessSeller).await;
    Program::open(on, &on.backend.viewer(stranger).await.unwrap().unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shop_that_never_answers_does_not_hold_up_another_in_the_same_round() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let other = another_shop(on).await;
        scene.program.receiver.answers(Answer::Never);
        scene.program.tests(2).await;
        other.tests(2).await;
        let running = Running::start(&on.backend);
        until("the other shop is told", async || other.receiver.count() == 2).await;
        until("and that is written down", async || other.log().await.iter().all(|one| one.attempts.len() == 1)).await;
        until("the first shop still holds both", async || scene.program.receiver.count() == 2).await;
        assert!(scene.program.log().await.iter().all(|one| one.attempts.is_empty()));
        scene.program.receiver.release();
        running.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shop_that_never_answers_does_not_hold_up_what_comes_after_it() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let other = another_shop(on).await;
        scene.program.receiver.answers(Answer::Never);
        scene.program.tests(1).await;
        let running = Running::start(&on.backend);
        until("the shop is asked", async || scene.program.receiver.count() == 1).await;
        other.tests(1).await;
        until("another shop is told meanwhile", async || other.receiver.count() == 1).await;
        scene.program.receiver.release();
        running.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn running_workers_tell_of_an_order_by_themselves() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        let running = [Running::start(&on.backend), Running::start(&on.another_process().await)];
        scene.seller(order, deliver()).await;
        until("the shop is told", async || scene.program.receiver.count() > 0).await;
        until("nothing waits", async || queue(on).await == (0, 0)).await;
        for running in running {
            running.end().await;
        }
        assert_eq!(once_each(&scene.program).len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn running_workers_forget_tries_after_thirty_days_and_keep_what_was_told() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.program.tests(1).await;
        on.backend.run_until_idle().await.unwrap();
        on.later(Duration::days(29));
        scene.program.tests(1).await;
        on.backend.run_until_idle().await.unwrap();
        on.later(Duration::days(2));
        let fed = scene.program.fed().await;
        let running = Running::start(&on.backend);
        let tries = async || scene.program.log().await.iter().map(|one| one.attempts.len()).collect::<Vec<_>>();
        until("the older try is forgotten", async || tries().await == [1, 0]).await;
        running.end().await;
        assert_eq!((scene.program.fed().await, fed.len()), (fed, 2));
    })
    .await;
}
