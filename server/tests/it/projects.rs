//! Projects through the router: planning by form, refusals that come back filled in, and the path as each side reads it.

use crate::harness::TestApp;
use backend::Mode;
use domain::permission::AccountKind;

#[tokio::test]
async fn a_project_is_started_planned_and_paid_by_forms() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (_, buyer) = app.person("buyer@example.test", AccountKind::Buyer).await;
    let (_, seller) = app.person("seller@example.test", AccountKind::BusinessSeller).await;

    let wrong =
        [("part", "buyer"), ("name", ""), ("email", "nobody@example.test"), ("phone", "12"), ("currency", "NGN")];
    assert_eq!(buyer.post("/do/project-start", &wrong).await.location(), "/projects/new?as=buyer");
    let page = buyer.get("/projects/new?as=buyer").await.body;
    assert!(page.contains("things to correct") && page.contains("nobody@example.test"), "comes back filled in");
    assert!(page.contains("Enter a telephone number such as"));

    let right =
        [("part", "buyer"), ("name", "A kitchen"), ("email", "seller@example.test"), ("currency", "NGN"), ("key", "k")];
    let project = buyer.post("/do/project-start", &right).await.location().to_owned();
    assert_eq!(buyer.post("/do/project-start", &right).await.location(), project, "once");
    assert!(seller.get("/projects").await.body.contains("A kitchen"));
    let id = project.trim_start_matches("/projects/").to_owned();

    let add = async |title: &str, amount: &str, key: &str| {
        let fields =
            [("project", id.as_str()), ("title", title), ("amount", amount), ("delivery_days", "7"), ("key", key)];
        buyer.post("/do/milestone-add", &fields).await.location().to_owned()
    };
    assert_eq!(add("", "abc", "1").await, format!("{project}/plan"));
    let form = buyer.get(&format!("{project}/plan")).await.body;
    assert!(form.contains("2 things to correct") && form.contains("value=\"abc\""), "{form}");
    assert_eq!(add("Cupboards", "100,000", "2").await, project);
    assert_eq!(add("Worktop", "40,000", "3").await, project);
    let page = buyer.get(&project).await.body;
    assert!(page.contains("Review and pay milestone 1"));
    assert!(page.contains("Milestone 1 is not completed yet"), "the second says why it is locked");
    assert!(page.contains("140,000.00"), "planned in all");
    let theirs = seller.get(&project).await.body;
    assert!(!theirs.contains("Review and pay") && theirs.contains("Ask for another milestone"));

    let milestones: Vec<&str> = page.match_indices("mst_").map(|(at, _)| &page[at..at + 36]).collect();
    let (first, second) = (milestones[0], *milestones.iter().find(|id| **id != milestones[0]).unwrap());
    let locked = buyer.post("/do/milestone-pay", &[("project", &id), ("milestone", second)]).await;
    assert_eq!(locked.location(), project);
    assert!(buyer.get(&project).await.body.contains("must be paid out or refunded before this one can be paid"));
    let pay = buyer.post("/do/milestone-pay", &[("project", &id), ("milestone", first)]).await.location().to_owned();
    assert!(pay.starts_with("/orders/ord_") && pay.contains("/pay/quo_"), "{pay}");
    let quote = buyer.get(&pay).await.body;
    assert!(quote.contains("Cupboards") && quote.contains("101,500.00"), "price and escrow fee: {quote}");
    let list = buyer.get(&format!("/orders?of=bought&project={id}")).await.body;
    assert!(list.contains("Cupboards"));
    let other = buyer.get("/orders?of=bought&project=prj_00000000000000000000000000000000").await.body;
    assert!(!other.contains("Cupboards"), "another project's orders are not among them");
}

#[tokio::test]
async fn a_seller_asks_and_the_buyer_decides() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (buyer, buying) = app.person("buyer@example.test", AccountKind::Buyer).await;
    let (seller, selling) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (project, milestone) = app.project(&seller, &buyer).await;
    let (project, milestone) = (project.to_string(), milestone.to_string());
    let path = format!("/projects/{project}");

    let taken = selling.post("/do/milestone-edit", &[("project", &project), ("milestone", &milestone)]).await;
    assert_eq!(taken.location(), format!("{path}/milestones/{milestone}"));
    assert!(selling.get(&path).await.body.contains("Only the buyer changes a project"));

    let fields = [
        ("project", project.as_str()),
        ("milestone", &milestone),
        ("kind", "edit"),
        ("title", "Cupboards of oak"),
        ("amount", "60,000"),
        ("delivery_days", "9"),
        ("reason", "<b>Oak</b> costs more"),
    ];
    assert_eq!(selling.post("/do/change-ask", &fields).await.location(), path);
    let page = buying.get(&path).await.body;
    assert!(page.contains("Cupboards of oak") && page.contains("50,000.00"), "asked, not done");
    assert!(page.contains("&lt;b&gt;Oak"), "what people write is text");
    let at = page.find("chg_").unwrap();
    let request = page[at..at + 36].to_owned();
    let answer = [("project", project.as_str()), ("request", &request), ("answer", "apply")];
    assert_eq!(buying.post("/do/change-answer", &answer).await.location(), path);
    let page = buying.get(&path).await.body;
    assert!(page.contains("60,000.00") && page.contains("9 days to deliver"));
    assert_eq!(buying.post("/do/change-answer", &answer).await.location(), path, "a second click");
    assert!(buying.get(&path).await.body.contains("answered or taken back already"));

    let end = [("project", project.as_str()), ("as", "completed")];
    buying.post("/do/project-end", &end).await;
    assert!(buying.get(&path).await.body.contains("was never paid"), "not with a planned milestone");
    let end = [("project", project.as_str()), ("as", "cancelled")];
    buying.post("/do/project-end", &end).await;
    let page = buying.get(&path).await.body;
    assert!(page.contains("Cancelled") && !page.contains("Add a milestone"));
}
