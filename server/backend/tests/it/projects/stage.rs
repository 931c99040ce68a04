//! A seller who can be paid, a buyer with an account, and their projects.

use crate::support::TestBackend;
use crate::support::shop::{CARD, Shop, act, deliver};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::order_view::OrderView;
use backend::service::projects::{ChangeForm, ChangeKind, MilestoneForm, MilestoneTermsForm, NewProject};
use backend::service::projects::{ProjectView, Totals};
use backend::service::viewer::Viewer;
use domain::ids::{ChangeRequestId, MilestoneId, OrderId, ProjectId};
use domain::order::{Command, Status};
use domain::permission::AccountKind;
use domain::project::ProjectDenied;
use std::fmt::Debug;
use uuid::Uuid;

pub const BUYER: &str = "ngozi@example.com";
pub const SELLER: &str = "seller@example.com";

pub struct Stage<'a> {
    pub on: &'a TestBackend,
    pub shop: Shop<'a>,
    pub buyer: Viewer,
}

impl<'a> Stage<'a> {
    pub async fn open(on: &'a TestBackend) -> Self {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let buyer = person(on, BUYER, AccountKind::Buyer).await;
        Self { on, shop, buyer }
    }

    /// A project with milestones of these amounts, called “Phase 1” and so on.
    pub async fn project(&self, amounts: &[&str]) -> (ProjectId, Vec<MilestoneId>) {
        let project = self.start(&of_seller()).await;
        let mut milestones = Vec::new();
        for amount in amounts {
            milestones.push(self.add(project, &format!("Phase {}", milestones.len() + 1), amount).await);
        }
        (project, milestones)
    }

    /// The same where acceptance may carry a part into the next milestone.
    pub async fn rolling(&self, amounts: &[&str]) -> (ProjectId, Vec<MilestoneId>) {
        let (project, milestones) = self.project(amounts).await;
        let form = MilestoneTermsForm { rolls_forward: "on".to_owned(), ..MilestoneTermsForm::default() };
        self.on.backend.set_milestone_terms(&self.shop.seller, project, None, &form).await.unwrap();
        (project, milestones)
    }

    pub async fn start(&self, form: &NewProject) -> ProjectId {
        let by = if form.part == "seller" { &self.shop.seller } else { &self.buyer };
        self.on.backend.start_project(by, form, &self.on.backend.form_key()).await.unwrap()
    }

    pub async fn add(&self, project: ProjectId, title: &str, amount: &str) -> MilestoneId {
        let key = self.on.backend.form_key();
        self.on.backend.add_milestone(&self.buyer, project, &plan(title, amount), &key).await.unwrap()
    }

    pub async fn view(&self, project: ProjectId) -> ProjectView {
        self.on.backend.project_view(&self.buyer, project).await.unwrap()
    }

    /// The titles of the milestones, in their order.
    pub async fn titles(&self, project: ProjectId) -> Vec<String> {
        self.view(project).await.milestones.into_iter().map(|path| path.milestone.title).collect()
    }

    pub async fn order_of(&self, project: ProjectId, milestone: MilestoneId) -> Result<OrderId, Error> {
        self.on.backend.order_of_milestone(&self.buyer, project, milestone).await
    }

    pub async fn order(&self, order: OrderId) -> OrderView {
        self.on.backend.order_view(Some(&self.buyer), &OrderRef::Id(order)).await.unwrap()
    }

    pub async fn status(&self, order: OrderId) -> Status {
        self.order(order).await.order.status
    }

    /// Opens the rail's page for an order; answers its reference.
    pub async fn page(&self, order: OrderId) -> Result<String, Error> {
        let (backend, id) = (&self.on.backend, OrderRef::Id(order));
        let quote = backend.make_quote(Some(&self.buyer), &id).await?;
        let url = backend.start_payment(Some(&self.buyer), &id, quote, &backend.form_key()).await?;
        Ok(url.rsplit('/').next().unwrap().to_owned())
    }

    /// Places the order of a milestone and pays it; the workers do what is due.
    pub async fn pay(&self, project: ProjectId, milestone: MilestoneId) -> OrderId {
        let order = self.order_of(project, milestone).await.unwrap();
        self.pay_order(order).await;
        order
    }

    pub async fn pay_order(&self, order: OrderId) {
        let reference = self.page(order).await.unwrap();
        self.on.backend.pay_in_sandbox(&reference, CARD).await.unwrap();
        self.idle().await;
    }

    pub async fn delivered(&self, project: ProjectId, milestone: MilestoneId) -> OrderId {
        let order = self.pay(project, milestone).await;
        self.shop.by_seller(order, deliver()).await.unwrap();
        order
    }

    /// Accepts what was delivered; nobody is paid before the workers run.
    pub async fn accepted(&self, project: ProjectId, milestone: MilestoneId) -> OrderId {
        let order = self.delivered(project, milestone).await;
        self.by_buyer(order, Command::Accept).await.unwrap();
        order
    }

    pub async fn completed(&self, project: ProjectId, milestone: MilestoneId) -> OrderId {
        let order = self.accepted(project, milestone).await;
        self.idle().await;
        assert_eq!(self.status(order).await, Status::Completed);
        order
    }

    pub async fn by_buyer(&self, order: OrderId, command: Command) -> Result<(), Error> {
        let act = act(OrderRef::Id(order), command, &self.on.backend.form_key());
        self.on.backend.act(Some(&self.buyer), act).await.map(|_| ())
    }

    /// Accepts so many minor units less than the whole and carries those over; answers the next milestone's order.
    pub async fn carried(&self, order: OrderId, minor: i64) -> OrderId {
        self.by_buyer(order, carry(minor)).await.unwrap();
        let (project, milestone) = self.order(order).await.facts.milestone.unwrap();
        let path = self.view(project).await.milestones;
        let index = path.iter().position(|one| one.milestone.step.id == milestone).unwrap();
        path[index + 1].order.as_ref().unwrap().order.id
    }

    pub async fn idle(&self) {
        self.on.backend.run_until_idle().await.unwrap();
    }

    /// Planned, paid in, held, released, refunded and fees in minor units; what was paid in is all of the last four.
    pub async fn totals(&self, project: ProjectId) -> [i64; 6] {
        let Totals { planned, paid_in, held, released, refunded, fees } = self.view(project).await.totals;
        let all = [planned, paid_in, held, released, refunded, fees].map(|money| money.minor());
        assert_eq!(all[1], all[2..].iter().sum::<i64>(), "{all:?}");
        all
    }

    /// Rows that only a payment leaves behind.
    pub async fn traces_of_payment(&self) -> [i64; 4] {
        let mut rows = [0; 4];
        for (count, table) in rows.iter_mut().zip(["quotes", "payments", "sandbox_charges", "ledger_transfers"]) {
            *count = self.on.number(&format!("SELECT count(*) FROM {table}")).await;
        }
        rows
    }

    /// What every command of a project and reading it answers to somebody.
    pub async fn everything(&self, by: &Viewer, at: (ProjectId, MilestoneId, ChangeRequestId)) -> Vec<Answer> {
        let (backend, (id, milestone, request)) = (&self.on.backend, at);
        let (form, terms, key) = (plan("More", "5,000"), MilestoneTermsForm::default(), backend.form_key());
        let asked = ChangeForm { plan: form.clone(), reason: "Why not".to_owned() };
        let answers = [
            ("add", backend.add_milestone(by, id, &form, &key).await.map(drop)),
            ("edit", backend.edit_milestone(by, id, milestone, &form).await),
            ("move", backend.move_milestone(by, id, milestone, 1).await),
            ("pay", backend.order_of_milestone(by, id, milestone).await.map(drop)),
            ("apply", backend.apply_change(by, id, request).await),
            ("decline", backend.decline_change(by, id, request).await),
            ("facts", backend.change_project_facts(by, id, "Another name", "").await),
            ("remove", backend.remove_milestone(by, id, milestone).await),
            ("close", backend.end_project(by, id, true).await),
            ("cancel", backend.end_project(by, id, false).await),
            ("ask", backend.ask_for_change(by, id, ChangeKind::Edit, Some(milestone), &asked).await),
            ("withdraw", backend.withdraw_change(by, id, request).await),
            ("terms", backend.set_milestone_terms(by, id, None, &terms).await),
            ("terms of one", backend.set_milestone_terms(by, id, Some(milestone), &terms).await),
        ];
        answers.into_iter().collect()
    }
}

pub type Answer = (&'static str, Result<(), Error>);

/// How many of the commands of [`Stage::everything`] are the buyer's; they come first, and the others are the seller's.
pub const OF_BUYER: usize = 10;

pub async fn person(on: &TestBackend, email: &str, kind: AccountKind) -> Viewer {
    let user = on.user(email, kind).await;
    on.backend.viewer(user).await.unwrap().unwrap()
}

/// What the seller types to start a project with the buyer.
pub fn of_seller() -> NewProject {
    let text = str::to_owned;
    NewProject {
        part: text("seller"),
        name: text("A house"),
        description: text("Four rooms in Enugu"),
        email: text(BUYER),
        currency: text("NGN"),
        ..NewProject::default()
    }
}

/// What is typed about a milestone.
pub fn plan(title: &str, amount: &str) -> MilestoneForm {
    let text = str::to_owned;
    MilestoneForm { title: text(title), description: text("As drawn"), amount: text(amount), delivery_days: text("14") }
}

/// Acceptance that carries so many minor units; the service says where.
pub fn carry(minor: i64) -> Command {
    Command::AcceptAndCarry { carry: minor, into: OrderId(Uuid::nil()) }
}

/// Why the rules of projects refused.
pub fn denied<T: Debug>(outcome: Result<T, Error>) -> ProjectDenied {
    match outcome {
        Err(Error::Project(why)) => why,
        other => panic!("not refused by the project: {other:?}"),
    }
}

/// The fields that were refused, in their order.
pub fn wrong_fields<T: Debug>(outcome: Result<T, Error>) -> Vec<String> {
    match outcome {
        Err(Error::Invalid(fields)) => fields.into_iter().map(|field| field.field.to_string()).collect(),
        other => panic!("no field was refused: {other:?}"),
    }
}
