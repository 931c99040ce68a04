//! The seller asks for a change; it takes effect only by the buyer.

use super::stage::{BUYER, SELLER, Stage, denied, plan, wrong_fields};
use crate::support::on_each;
use backend::Error;
use backend::service::projects::{ChangeForm, ChangeKind, ChangeRequest};
use domain::ids::{MilestoneId, ProjectId};
use domain::order::Status;
use domain::project::ProjectDenied;

/// What the seller asks for.
type Asked = (ChangeKind, Option<MilestoneId>, ChangeForm);

fn wish(title: &str, amount: &str) -> ChangeForm {
    ChangeForm { plan: plan(title, amount), reason: "The ground is wet".to_owned() }
}

impl Stage<'_> {
    async fn ask(&self, project: ProjectId, (kind, milestone, form): Asked) -> Result<(), Error> {
        self.on.backend.ask_for_change(&self.shop.seller, project, kind, milestone, &form).await
    }

    async fn requests(&self, project: ProjectId) -> Vec<ChangeRequest> {
        self.view(project).await.requests
    }

    /// The titles and amounts of the milestones.
    async fn planned(&self, project: ProjectId) -> Vec<(String, i64)> {
        let path = self.view(project).await.milestones;
        path.into_iter().map(|one| (one.milestone.title, one.amount.minor())).collect()
    }

    async fn subjects(&self, email: &str) -> Vec<String> {
        let mails = self.on.mails_to(email).await.into_iter().filter(|mail| mail.to == email);
        mails.map(|mail| mail.subject).filter(|subject| subject.contains("change")).collect()
    }
}

fn all(ids: &[MilestoneId]) -> [Asked; 3] {
    [
        (ChangeKind::Add, None, wish("Drains", "5,000")),
        (ChangeKind::Edit, Some(ids[0]), wish("Deeper", "15,000")),
        (ChangeKind::Remove, Some(ids[1]), ChangeForm { reason: "Not needed".to_owned(), ..ChangeForm::default() }),
    ]
}

fn shown(titles: &[(&str, i64)]) -> Vec<(String, i64)> {
    titles.iter().map(|(title, minor)| ((*title).to_owned(), *minor)).collect()
}

#[tokio::test]
async fn nothing_changes_before_the_buyer_makes_the_change() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let as_planned = shown(&[("Phase 1", 1_000_000), ("Phase 2", 2_000_000)]);
        for asked in all(&ids) {
            stage.ask(project, asked).await.unwrap();
        }
        assert_eq!(stage.planned(project).await, as_planned);
        let requests = stage.requests(project).await;
        let kinds: Vec<_> = requests.iter().map(|request| (request.kind, request.reason.as_str())).collect();
        let wet = "The ground is wet";
        assert_eq!(kinds, [(ChangeKind::Add, wet), (ChangeKind::Edit, wet), (ChangeKind::Remove, "Not needed")]);
        assert_eq!((requests[2].title.as_str(), requests[2].amount), ("Phase 2", 2_000_000), "what would go");
        let unpaid = stage.order_of(project, ids[0]).await.unwrap();
        let steps = [
            shown(&[("Phase 1", 1_000_000), ("Phase 2", 2_000_000), ("Drains", 500_000)]),
            shown(&[("Deeper", 1_500_000), ("Phase 2", 2_000_000), ("Drains", 500_000)]),
            shown(&[("Deeper", 1_500_000), ("Drains", 500_000)]),
        ];
        for (request, then) in requests.iter().zip(steps) {
            on.backend.apply_change(&stage.buyer, project, request.id).await.unwrap();
            assert_eq!(stage.planned(project).await, then);
        }
        assert_eq!(stage.status(unpaid).await, Status::Expired, "the price of before is not paid any more");
        assert_eq!(stage.requests(project).await, []);
        assert_eq!(stage.subjects(BUYER).await, vec!["A house: Okafor Bicycles asks for a change"; 3]);
        assert_eq!(stage.subjects(SELLER).await, vec!["A house: your change was made"; 3]);
        for request in &requests {
            for answer in [
                on.backend.apply_change(&stage.buyer, project, request.id).await,
                on.backend.decline_change(&stage.buyer, project, request.id).await,
                on.backend.withdraw_change(&stage.shop.seller, project, request.id).await,
            ] {
                assert!(matches!(answer, Err(Error::Refused(_))), "answered already: {answer:?}");
            }
        }
        assert_eq!(stage.titles(project).await, ["Deeper", "Drains"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_declined_or_taken_back_changes_nothing() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let unpaid = stage.order_of(project, ids[0]).await.unwrap();
        for declined in [true, false] {
            for asked in all(&ids) {
                stage.ask(project, asked).await.unwrap();
            }
            for request in stage.requests(project).await {
                if declined {
                    on.backend.decline_change(&stage.buyer, project, request.id).await.unwrap();
                } else {
                    on.backend.withdraw_change(&stage.shop.seller, project, request.id).await.unwrap();
                }
                let again = on.backend.apply_change(&stage.buyer, project, request.id).await;
                assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
            }
        }
        assert_eq!(stage.planned(project).await, shown(&[("Phase 1", 1_000_000), ("Phase 2", 2_000_000)]));
        assert_eq!((stage.requests(project).await, stage.status(unpaid).await), (vec![], Status::AwaitingPayment));
        assert_eq!(stage.subjects(SELLER).await, vec!["A house: your change was declined"; 3]);
    })
    .await;
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, _) = stage.project(&["10,000"]).await;
        let other = on.another_process().await;
        for _ in 0..4 {
            stage.ask(project, (ChangeKind::Add, None, wish("Drains", "5,000"))).await.unwrap();
            let before = stage.titles(project).await.len();
            let id = stage.requests(project).await[0].id;
            let (applied, again, declined) = tokio::join!(
                on.backend.apply_change(&stage.buyer, project, id),
                other.apply_change(&stage.buyer, project, id),
                other.decline_change(&stage.buyer, project, id)
            );
            let counted = [&applied, &again, &declined].into_iter().filter(|answer| answer.is_ok()).count();
            assert_eq!(counted, 1, "{applied:?} {again:?} {declined:?}");
            let added = usize::from(declined.is_err());
            assert_eq!(stage.titles(project).await.len(), before + added);
        }
    })
    .await;
}

#[tokio::test]
async fn a_paid_milestone_is_not_changed_by_asking() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000", "20,000"]).await;
        let edit = || (ChangeKind::Edit, Some(ids[0]), wish("Deeper", "15,000"));
        let remove = || (ChangeKind::Remove, Some(ids[0]), wish("", ""));
        stage.ask(project, edit()).await.unwrap();
        stage.ask(project, remove()).await.unwrap();
        stage.pay(project, ids[0]).await;
        for request in stage.requests(project).await {
            let late = on.backend.apply_change(&stage.buyer, project, request.id).await;
            assert_eq!(denied(late), ProjectDenied::Paid, "paid meanwhile");
        }
        for asked in [edit(), remove()] {
            assert_eq!(denied(stage.ask(project, asked).await), ProjectDenied::Paid);
        }
        assert_eq!(stage.requests(project).await.len(), 2, "they wait for an answer still");
        // One about a milestone that is gone cannot be made.
        stage.ask(project, (ChangeKind::Edit, Some(ids[1]), wish("Higher", "1,000"))).await.unwrap();
        on.backend.remove_milestone(&stage.buyer, project, ids[1]).await.unwrap();
        let gone = on.backend.apply_change(&stage.buyer, project, stage.requests(project).await[2].id).await;
        assert!(matches!(gone, Err(Error::Refused(_))), "{gone:?}");
        assert_eq!(stage.planned(project).await, shown(&[("Phase 1", 1_000_000)]));
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_request_names_every_field_and_too_many_wait_for_answers() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["10,000"]).await;
        let (another, _) = stage.project(&["10,000"]).await;
        let wrong = ChangeForm { plan: plan("", "much"), reason: "x".repeat(4_001) };
        for (kind, milestone) in [(ChangeKind::Add, None), (ChangeKind::Edit, Some(ids[0]))] {
            let asked = stage.ask(project, (kind, milestone, wrong.clone())).await;
            assert_eq!(wrong_fields(asked), ["reason", "title", "amount"]);
        }
        for asked in [(ChangeKind::Edit, None, wish("A", "1,000")), (ChangeKind::Remove, None, wish("A", "1,000"))] {
            let nothing = stage.ask(project, asked).await;
            assert!(matches!(nothing, Err(Error::NotFound)), "of which milestone? {nothing:?}");
        }
        let elsewhere = stage.ask(another, (ChangeKind::Edit, Some(ids[0]), wish("A", "1,000"))).await;
        assert!(matches!(elsewhere, Err(Error::NotFound)), "{elsewhere:?}");
        assert_eq!(on.number("SELECT count(*) FROM change_requests").await, 0);
        for n in 0..20 {
            stage.ask(project, (ChangeKind::Add, None, wish(&format!("Extra {n}"), "1,000"))).await.unwrap();
        }
        let more = stage.ask(project, (ChangeKind::Add, None, wish("One more", "1,000"))).await;
        assert!(matches!(more, Err(Error::Refused(_))), "{more:?}");
        let first = stage.requests(project).await.remove(0);
        let by_another = on.backend.apply_change(&stage.buyer, another, first.id).await;
        assert!(matches!(by_another, Err(Error::NotFound)), "a request of another project: {by_another:?}");
    })
    .await;
}
