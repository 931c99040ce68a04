//! What the buyer's home lists of a project, and who hears what by mail.

use super::stage::{BUYER, SELLER, Stage, plan};
use crate::support::on_each;
use crate::support::shop::bank_details;
use backend::service::outbox::SandboxMail;
use backend::service::projects::{ChangeForm, ChangeKind, ProjectDuty};
use domain::ids::{OrderId, ProjectId};
use domain::money::{Currency, Money};
use domain::order::{Command, Status};
use time::Duration;

impl Stage<'_> {
    /// The mails to an address since the first `from`.
    async fn since(&self, email: &str, from: usize) -> Vec<SandboxMail> {
        let mails = self.on.mails_to(email).await.into_iter().filter(|mail| mail.to == email);
        mails.skip(from).collect()
    }

    /// The mail which says that an order was cancelled; it knows no fee for that.
    async fn told_cancelled(&self, email: &str, from: usize) -> String {
        let mails = self.since(email, from).await;
        let mut told: Vec<_> = mails.into_iter().filter(|mail| mail.subject.contains("cancelled")).collect();
        assert_eq!(told.len(), 1, "{email}: {told:?}");
        let text = told.remove(0).text;
        assert!(!text.to_lowercase().contains("cancellation fee"), "{text}");
        text
    }

    /// ₦30,000 of ₦100,000 were carried into a milestone of ₦50,000; how many mails each side got so far.
    async fn carried_once(&self) -> (ProjectId, OrderId, [usize; 2]) {
        let (project, ids) = self.rolling(&["100,000", "50,000"]).await;
        let first = self.delivered(project, ids[0]).await;
        let next = self.carried(first, 3_000_000).await;
        self.idle().await;
        (project, next, [self.since(BUYER, 0).await.len(), self.since(SELLER, 0).await.len()])
    }
}

/// The words about carried money, with its amount.
fn about(text: &str, words: &str) -> bool {
    text.contains("₦30,000.00") && text.contains(words) && text.contains("carried over")
}

#[tokio::test]
async fn the_home_lists_what_may_be_paid_and_asked_and_not_what_is_locked() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let home = async || on.backend.buyer_home(&stage.buyer).await.unwrap();
        let listed = async || home().await.needs_you.iter().map(|row| row.id).collect::<Vec<_>>();
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let duty = |to_pay: Option<i64>, asked| {
            let to_pay = to_pay.map(|minor| ("Phase 1".to_owned(), Money::new(minor, Currency::Ngn).unwrap()));
            vec![ProjectDuty { project, name: "A house".to_owned(), to_pay, asked }]
        };
        assert_eq!((home().await.projects, listed().await), (duty(Some(10_000_000), 0), vec![]));
        let wish = ChangeForm { plan: plan("Drains", "5,000"), reason: "The ground is wet".to_owned() };
        on.backend.ask_for_change(&stage.shop.seller, project, ChangeKind::Add, None, &wish).await.unwrap();
        assert_eq!(home().await.projects, duty(Some(10_000_000), 1));
        let first = stage.order_of(project, ids[0]).await.unwrap();
        assert_eq!((home().await.projects, listed().await), (duty(None, 1), vec![first]), "it is an order now");
        let request = stage.view(project).await.requests.remove(0).id;
        on.backend.decline_change(&stage.buyer, project, request).await.unwrap();
        assert_eq!(home().await.projects, []);
        stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        assert_eq!((home().await.projects, listed().await), (vec![], vec![]), "locked");
        stage.idle().await;
        assert_eq!((home().await.projects, listed().await), (vec![], vec![next]));
    })
    .await;
}

#[tokio::test]
async fn both_sides_hear_what_becomes_of_carried_money() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (_, next, [_, seller]) = stage.carried_once().await;
        stage.by_buyer(next, Command::Cancel).await.unwrap();
        let text = stage.told_cancelled(SELLER, seller).await;
        assert!(about(&text, "released: you get"), "{text}");

        let (_, next, [buyer, _]) = stage.carried_once().await;
        stage.shop.by_seller(next, Command::Cancel).await.unwrap();
        let text = stage.told_cancelled(BUYER, buyer).await;
        assert!(about(&text, "goes back to you"), "{text}");

        let (_, next, [buyer, seller]) = stage.carried_once().await;
        on.later(Duration::hours(720));
        stage.idle().await;
        assert_eq!(stage.status(next).await, Status::Completed);
        let text = stage.told_cancelled(BUYER, buyer).await;
        assert!(about(&text, "released, because you accepted"), "{text}");
        let text = stage.told_cancelled(SELLER, seller).await;
        assert!(about(&text, "released: you get"), "{text}");

        // The bank refuses the seller's account, so the next never has its turn.
        on.backend.set_bank_details(&stage.shop.seller, &bank_details("1111110002")).await.unwrap();
        on.later(Duration::hours(25));
        let (_, next, [buyer, seller]) = stage.carried_once().await;
        on.later(Duration::hours(720));
        stage.idle().await;
        assert_eq!(stage.status(next).await, Status::Completed);
        let text = stage.told_cancelled(BUYER, buyer).await;
        assert!(about(&text, "goes back to you"), "{text}");
        let text = stage.told_cancelled(SELLER, seller).await;
        assert!(about(&text, "goes back to the buyer"), "{text}");
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_never_paid_is_no_news_to_the_seller() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let before = stage.since(SELLER, 0).await.len();
        let changed = stage.order_of(project, ids[0]).await.unwrap();
        on.backend.edit_milestone(&stage.buyer, project, ids[0], &plan("Phase 1", "12,000")).await.unwrap();
        let expired = stage.order_of(project, ids[0]).await.unwrap();
        on.later(Duration::hours(720));
        stage.idle().await;
        assert_eq!((stage.status(changed).await, stage.status(expired).await), (Status::Expired, Status::Expired));
        let told = stage.since(SELLER, before).await;
        assert!(told.is_empty(), "{told:?}");
        // What the seller asked for is told in one mail.
        let wish = ChangeForm { plan: plan("Drains", "5,000"), reason: "The ground is wet".to_owned() };
        on.backend.ask_for_change(&stage.shop.seller, project, ChangeKind::Add, None, &wish).await.unwrap();
        let request = stage.view(project).await.requests.remove(0).id;
        on.backend.apply_change(&stage.buyer, project, request).await.unwrap();
        assert_eq!(stage.titles(project).await.len(), 3);
        let told = stage.since(SELLER, before).await;
        assert_eq!(
            told.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(),
            ["A house: your change was made"]
        );
    })
    .await;
}
