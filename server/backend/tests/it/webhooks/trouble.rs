//! The owner hears that the callback URL does not work: once, and again only after it worked in between; and an address that
//! says it is gone is left alone at once.

use super::program::{Program, queue};
use super::receiver::{Answer, Receiver, in_time, until};
use super::{DELIVERED, Scene};
use crate::support::shop::deliver;
use crate::support::{TestBackend, on_each};
use backend::Error;
use domain::order::Command;
use domain::permission::StaffRole;
use time::Duration;

const FAILING: &str = "Your callback URL does not answer";
const GIVEN_UP: &str = "Your callback URL is given up";

impl Program<'_> {
    /// One notification is refused this often and waits to be tried again.
    async fn fails(&self, times: usize) {
        self.receiver.answers(Answer::Says(500, "broken"));
        for _ in 0..times {
            let before = self.receiver.count();
            self.on.backend.run_until_idle().await.unwrap();
            assert_eq!(self.receiver.count(), before + 1);
            self.on.later(Duration::hours(8));
        }
    }

    async fn works_again(&self) {
        self.receiver.answers(Answer::Says(200, ""));
        self.on.backend.run_until_idle().await.unwrap();
        assert_eq!(queue(self.on).await.0, 0);
        assert_eq!(self.endpoint().await.failing, None);
    }

    /// What the owner was told so far; by mail and inside is the same.
    async fn told(&self) -> Vec<String> {
        let mailed = self.warnings().await;
        let mut inside = self.warned_inside().await;
        inside.reverse();
        assert_eq!(mailed, inside);
        mailed
    }
}

#[tokio::test]
async fn the_owner_is_told_once_after_five_failures_in_a_row_and_again_after_a_success() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        let began = on.backend.now();
        program.tests(1).await;
        program.fails(4).await;
        assert_eq!(program.endpoint().await.failing, Some((began, 4)));
        program.works_again().await;
        // Failures count in a row only; that the clock moved on changes nothing.
        program.tests(1).await;
        program.fails(4).await;
        assert_eq!(mails(on, program).await, 0, "four, and four");
        program.fails(1).await;
        assert_eq!(mails(on, program).await, 1);
        program.fails(9).await;
        assert_eq!(mails(on, program).await, 1, "once, however long it lasts");
        program.works_again().await;
        assert_eq!(program.told().await, [FAILING]);
        program.tests(1).await;
        program.fails(5).await;
        program.works_again().await;
        assert_eq!(program.told().await, [FAILING, FAILING]);
        assert!(program.endpoint().await.disabled.is_none(), "it is tried on and on");
    })
    .await;
}

/// Mails to the owner about the address so far, without doing what is due.
async fn mails(on: &TestBackend, program: &Program<'_>) -> usize {
    let mails = on.backend.sandbox_mails(Some(program.owner.email.as_str()), 1_000).await.unwrap();
    mails.iter().filter(|mail| mail.subject.contains("callback URL")).count()
}

#[tokio::test]
async fn failures_of_several_notifications_count_together() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.program.receiver.answers(Answer::Says(500, "broken"));
        scene.program.tests(7).await;
        assert_eq!(scene.program.told().await, [FAILING]);
        assert_eq!(scene.program.endpoint().await.failing.map(|(_, tries)| tries), Some(7));
        let mail = on.mails_to("seller@example.com").await.pop().unwrap();
        let url = scene.program.receiver.url();
        assert!(mail.text.contains(&url) && mail.text.contains("500"), "{}", mail.text);
        assert!(mail.text.contains("https://holdfast.example/developers/webhooks"), "{}", mail.text);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_gone_is_left_alone_at_once_and_the_owner_is_told() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (program, owner) = (&scene.program, &scene.shop.seller);
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        program.receiver.answers(Answer::Says(410, "moved away"));
        let (order, link) = scene.paid().await;
        scene.seller(order, deliver()).await;
        assert_eq!(program.told().await, [GIVEN_UP]);
        assert_eq!(program.receiver.take().len(), 1);
        let (since, why) = program.endpoint().await.disabled.unwrap();
        assert!(since == on.backend.now() && why.contains("410"), "{why}");

        // Nothing goes there any more, by itself, by hand or by the administrator; the feed goes on.
        scene.buyer(&link, Command::Accept).await;
        assert!(matches!(on.backend.send_test_webhook(owner).await, Err(Error::Refused(_))));
        assert!(matches!(on.backend.replay_webhooks(owner, 0, i64::MAX).await, Err(Error::Refused(_))));
        for letter in on.backend.dead_letters(&administrator).await.unwrap() {
            on.backend.retry_dead_letter(&administrator, letter.id).await.unwrap();
        }
        on.later(Duration::hours(1));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((program.receiver.count(), queue(on).await), (0, (0, 1)));
        assert_eq!(program.fed().await, ["Pending", "Delivered", "Accepted"]);
        assert_eq!(program.told().await, [GIVEN_UP], "once");

        // Saved again it works again, and what was missed can be sent.
        program.receiver.answers(Answer::Says(200, ""));
        program.save(program.form()).await;
        assert!(program.endpoint().await.disabled.is_none());
        program.hears_nothing().await;
        assert_eq!(on.backend.replay_webhooks(owner, 0, i64::MAX).await.unwrap(), 2);
        let mut statuses: Vec<String> = program.news().await.into_iter().map(|news| news.status).collect();
        statuses.sort();
        assert_eq!(statuses, ["Accepted", "Delivered"]);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_gone_ends_what_waits_for_it_too() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let program = &scene.program;
        program.receiver.answers(Answer::Says(503, ""));
        program.tests(3).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((program.receiver.take().len(), queue(on).await), (3, (3, 0)));
        program.receiver.answers(Answer::Says(410, ""));
        program.tests(1).await;
        on.backend.run_until_idle().await.unwrap();
        program.receiver.take();
        on.later(Duration::minutes(5));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!((program.receiver.count(), queue(on).await), (0, (0, 4)));
        assert_eq!(program.told().await, [GIVEN_UP]);
        // What comes after that is told as ever.
        program.receiver.answers(Answer::Says(200, ""));
        program.save(program.form()).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        program.hears(DELIVERED).await;
    })
    .await;
}

#[tokio::test]
async fn what_an_old_address_still_answers_says_nothing_about_the_new_one() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let mut program = scene.program;
        for status in [410, 500] {
            program.tests(1).await;
            let backend = on.backend.clone();
            program.receiver.answers(Answer::Held(status));
            let sending = tokio::spawn(async move { backend.run_until_idle().await });
            until("the old address is asked", async || program.receiver.count() == 1).await;
            let old = std::mem::replace(&mut program.receiver, Receiver::start().await);
            program.save(program.form()).await;
            old.release();
            in_time("it answers", sending).await.unwrap().unwrap();
            let endpoint = program.endpoint().await;
            assert_eq!((endpoint.disabled, endpoint.failing), (None, None), "{status}");
            assert_eq!(program.log().await[0].attempts[0].status, Some(i32::from(status)), "it is written down");
            on.later(Duration::minutes(1));
            program.news().await;
            program.tests(1).await;
            assert_eq!(program.news().await.len(), 1);
        }
        assert_eq!(program.told().await, Vec::<String>::new());
    })
    .await;
}
