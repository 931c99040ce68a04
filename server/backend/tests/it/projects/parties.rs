//! Who starts a project, who sees it and acts in it, and who is told.

use super::stage::{BUYER, OF_BUYER, SELLER, Stage, denied, of_seller, person, plan, wrong_fields};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::projects::{Happened, NewProject, ProjectEventKind};
use backend::service::viewer::Viewer;
use domain::ids::{ChangeRequestId, MilestoneId, ProjectId};
use domain::order::{Denied, Role};
use domain::permission::{AccountKind, MemberRole};
use domain::project::{ProjectDenied, ProjectStatus};
use uuid::Uuid;

/// The subjects of the mails that tell an address about the project, sorted.
async fn told_by_mail(on: &TestBackend, email: &str) -> Vec<String> {
    let mails = on.mails_to(email).await.into_iter().filter(|mail| mail.to == email);
    about_the_project(mails.map(|mail| mail.subject))
}

/// The same inside the application.
async fn told_inside(on: &TestBackend, viewer: &Viewer) -> Vec<String> {
    about_the_project(on.backend.notifications(viewer).await.unwrap().into_iter().map(|told| told.title))
}

fn about_the_project(told: impl Iterator<Item = String>) -> Vec<String> {
    let mut about: Vec<String> = told.filter(|title| title.starts_with("A house: ")).collect();
    about.sort();
    about
}

#[tokio::test]
async fn both_sides_see_a_project_and_are_told_of_it_once() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let seller = &stage.shop.seller;
        let key = on.backend.form_key();
        let other = on.another_process().await;
        let form = of_seller();
        let (one, two) =
            tokio::join!(on.backend.start_project(seller, &form, &key), other.start_project(seller, &form, &key));
        let project = one.unwrap();
        assert_eq!(two.unwrap(), project, "the same form sent twice");
        let first = stage.add(project, "Foundations", "40,000").await;
        stage.add(project, "Walls", "60,000").await;
        stage.completed(project, first).await;
        let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
        one.and(two).unwrap();
        let (to_buyer, to_seller) = (told_by_mail(on, BUYER).await, told_by_mail(on, SELLER).await);
        let started = "A house: Okafor Bicycles started a project with you";
        assert_eq!(to_buyer, [started, "A house: “Walls” can be paid now"]);
        assert_eq!(to_seller, ["A house: “Foundations” was added", "A house: “Walls” was added"]);
        assert_eq!(told_inside(on, &stage.buyer).await, to_buyer);
        assert_eq!(told_inside(on, seller).await, to_seller);
        let mails = on.mails_to(BUYER).await;
        let link = format!("https://holdfast.example/projects/{project}");
        let mut mine = mails.iter().filter(|mail| mail.subject.starts_with("A house: "));
        assert!(mine.all(|mail| mail.text.contains(&link)), "the mail leads to the project");

        for (viewer, role, counterpart) in
            [(&stage.buyer, Role::Buyer, "Okafor Bicycles"), (seller, Role::Seller, BUYER)]
        {
            let list = on.backend.project_list(viewer, 0).await.unwrap();
            assert_eq!((list.total, list.rows.len()), (1, 1));
            let row = &list.rows[0];
            assert_eq!((row.project.id, row.role, row.counterpart.as_str()), (project, role, counterpart));
            assert_eq!((row.ended, row.milestones), (1, 2));
            assert_eq!(row.current.as_ref().map(|(title, _)| title.as_str()), Some("Walls"));
            let view = on.backend.project_view(viewer, project).await.unwrap();
            assert_eq!((view.role, view.acts, view.project.status), (role, true, ProjectStatus::Open));
            assert_eq!((view.seller.as_str(), view.buyer.as_str()), ("Okafor Bicycles", BUYER));
            assert_eq!(view.project.description, "Four rooms in Enugu");
            let first = view.history.last().unwrap();
            assert_eq!(first.role, Role::Seller);
            assert!(matches!(&first.what, Happened::Project(ProjectEventKind::Started, name) if name == "A house"));
            assert!(
                view.history
                    .iter()
                    .any(|line| matches!(&line.what, Happened::Order(_, _, title, _) if title == "Foundations"))
            );
            assert_eq!(on.backend.project_names(viewer).await.unwrap(), [(project, "A house".to_owned())]);
        }
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_buyer_who_signs_up_later_finds_the_project_and_one_who_starts_it_names_a_seller() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let form = NewProject {
            email: "late@example.com".to_owned(),
            buyer_name: "Late Bloomer".to_owned(),
            phone: "+234 (803) 123-4567".to_owned(),
            ..of_seller()
        };
        let theirs = stage.start(&form).await;
        assert_eq!(told_by_mail(on, "late@example.com").await.len(), 1);
        let late = person(on, "late@example.com", AccountKind::Buyer).await;
        let view = on.backend.project_view(&late, theirs).await.unwrap();
        assert_eq!((view.role, view.acts, view.buyer.as_str()), (Role::Buyer, true, "Late Bloomer"));
        assert_eq!(view.project.phone.as_deref(), Some("+2348031234567"));
        let key = on.backend.form_key();
        on.backend.add_milestone(&late, theirs, &plan("Roof", "9,000"), &key).await.unwrap();
        assert!(matches!(on.backend.project_view(&stage.buyer, theirs).await, Err(Error::NotFound)));

        let form = NewProject { part: "buyer".to_owned(), email: SELLER.to_owned(), ..of_seller() };
        let own = stage.start(&form).await;
        let view = on.backend.project_view(&stage.shop.seller, own).await.unwrap();
        assert_eq!(
            (view.role, view.project.started_by, view.project.rolls_forward),
            (Role::Seller, Role::Buyer, false)
        );
        let started = "A house: Ada Okafor started a project with you";
        assert_eq!(told_by_mail(on, SELLER).await, [started, "A house: “Roof” was added"]);
        assert!(told_by_mail(on, BUYER).await.is_empty(), "who starts it is not told");
        assert_eq!(on.backend.project_list(&stage.shop.seller, 0).await.unwrap().total, 2);
        assert_eq!(on.backend.project_list(&stage.buyer, 0).await.unwrap().total, 1);
    })
    .await;
}

#[tokio::test]
async fn a_form_to_start_is_refused_with_every_field_and_starts_nothing() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (seller, buyer) = (&stage.shop.seller, &stage.buyer);
        let key = on.backend.form_key();
        let wrong = NewProject {
            part: "seller".to_owned(),
            name: " ".to_owned(),
            description: "x".repeat(4_001),
            email: "nobody".to_owned(),
            phone: "12 34".to_owned(),
            buyer_name: "x".repeat(101),
            currency: "EUR".to_owned(),
            marketplace: "77".to_owned(),
            rolls_forward: String::new(),
        };
        let refused = wrong_fields(on.backend.start_project(seller, &wrong, &key).await);
        let fields = ["name", "description", "email", "phone", "buyer_name", "currency", "marketplace"];
        assert_eq!(refused, fields);
        let own = NewProject { email: SELLER.to_owned(), ..of_seller() };
        assert_eq!(wrong_fields(on.backend.start_project(seller, &own, &key).await), ["email"]);
        let of_buyer = |email: &str| NewProject { part: "buyer".to_owned(), email: email.to_owned(), ..of_seller() };
        for email in ["nobody@example.com", BUYER] {
            assert_eq!(
                wrong_fields(on.backend.start_project(buyer, &of_buyer(email), &key).await),
                ["email"],
                "{email}"
            );
        }
        let selling = on.backend.start_project(buyer, &of_seller(), &key).await;
        assert!(matches!(selling, Err(Error::NotFound)), "a buyer sells nothing: {selling:?}");
        assert_eq!(on.number("SELECT count(*) FROM projects").await, 0);
        // The refused key was not used up.
        let project = on.backend.start_project(seller, &of_seller(), &key).await.unwrap();
        assert_eq!(stage.view(project).await.project.name, "A house");
        let other = on.backend.start_project(seller, &NewProject { name: "Two".to_owned(), ..of_seller() }, &key).await;
        assert!(matches!(other, Err(Error::KeyReused)), "{other:?}");
    })
    .await;
}

#[tokio::test]
async fn who_is_no_party_finds_no_project() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, milestones) = stage.project(&["10,000", "20,000"]).await;
        let at = (project, milestones[0], ChangeRequestId(Uuid::now_v7()));
        let stranger = person(on, "stranger@example.com", AccountKind::BusinessSeller).await;
        let passer_by = person(on, "passer@example.com", AccountKind::Buyer).await;
        for viewer in [&stranger, &passer_by] {
            for (command, answer) in stage.everything(viewer, at).await {
                assert!(matches!(answer, Err(Error::NotFound)), "{command}: {answer:?}");
            }
            assert!(matches!(on.backend.project_view(viewer, project).await, Err(Error::NotFound)));
            assert_eq!(on.backend.project_list(viewer, 0).await.unwrap().total, 0);
            assert_eq!(on.backend.project_names(viewer).await.unwrap(), []);
        }
        // A party with an address that is not proved is nobody yet.
        let unproved = Viewer { verified: false, ..stage.buyer.clone() };
        assert!(matches!(on.backend.project_view(&unproved, project).await, Err(Error::NotFound)));
        assert_eq!(on.backend.project_list(&unproved, 0).await.unwrap().total, 0);
        let gone = (ProjectId(Uuid::now_v7()), MilestoneId(Uuid::now_v7()), at.2);
        for (command, answer) in stage.everything(&stage.buyer, gone).await {
            assert!(matches!(answer, Err(Error::NotFound)), "{command}: {answer:?}");
        }
        assert_eq!(stage.titles(project).await, ["Phase 1", "Phase 2"]);
    })
    .await;
}

#[tokio::test]
async fn each_side_does_its_part_and_not_the_others() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, milestones) = stage.project(&["10,000", "20,000"]).await;
        let at = (project, milestones[0], ChangeRequestId(Uuid::now_v7()));
        let answers = stage.everything(&stage.shop.seller, at).await;
        for (command, answer) in answers.into_iter().take(OF_BUYER) {
            assert_eq!(denied(answer), ProjectDenied::OnlyBuyer, "{command}");
        }
        assert_eq!(stage.titles(project).await, ["Phase 1", "Phase 2"]);
        let answers = stage.everything(&stage.buyer, (project, milestones[1], at.2)).await;
        for (command, answer) in answers.into_iter().skip(OF_BUYER) {
            // The buyer cancelled it a moment ago, but is told first that it is not theirs to do.
            assert_eq!(denied(answer), ProjectDenied::OnlySeller, "{command}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_member_who_only_reads_sees_the_project_and_does_nothing() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, milestones) = stage.project(&["10,000", "20,000"]).await;
        let eve = person(on, "eve@example.com", AccountKind::Buyer).await;
        let seller = &stage.shop.seller;
        on.backend.invite_member(seller, "eve@example.com", MemberRole::ReadOnly.key()).await.unwrap();
        let invited = on.backend.team_invitations(&eve).await.unwrap().remove(0);
        on.backend.answer_team_invitation(&eve, invited.id, true).await.unwrap();
        let eve = on.backend.viewer(eve.user).await.unwrap().unwrap();
        let view = on.backend.project_view(&eve, project).await.unwrap();
        assert_eq!((view.role, view.acts), (Role::Seller, false));
        assert_eq!(on.backend.project_list(&eve, 0).await.unwrap().total, 1);
        let at = (project, milestones[0], ChangeRequestId(Uuid::now_v7()));
        for (index, (command, answer)) in stage.everything(&eve, at).await.into_iter().enumerate() {
            if index < OF_BUYER {
                assert_eq!(denied(answer), ProjectDenied::OnlyBuyer, "{command}");
            } else {
                assert!(matches!(answer, Err(Error::Denied(Denied::ReadOnly))), "{command}: {answer:?}");
            }
        }
        let started = on.backend.start_project(&eve, &of_seller(), &on.backend.form_key()).await;
        assert!(matches!(started, Err(Error::Refused(_))), "{started:?}");
        assert_eq!(stage.titles(project).await, ["Phase 1", "Phase 2"]);
        assert_eq!(on.number("SELECT count(*) FROM projects").await, 1);
        // Who may act on orders may ask.
        on.backend.set_member_role(seller, eve.user, MemberRole::Support.key()).await.unwrap();
        let eve = on.backend.viewer(eve.user).await.unwrap().unwrap();
        assert!(on.backend.project_view(&eve, project).await.unwrap().acts);
    })
    .await;
}
