//! Plays one case on a fresh order.

use crate::support::TestBackend;
use crate::support::shop::{CARD, Shop};
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use backend::service::delivery_terms::TermsForm;
use backend::service::listings::ListingForm;
use backend::service::projects::{MilestoneForm, NewProject};
use backend::service::providers::ProviderForm;
use backend::service::storefront::BuyForm;
use backend::service::viewer::Viewer;
use domain::ids::{OrderId, ProviderId};
use domain::order::{Actor, Command, CommandKind, Order, Role, Status, TABLE};
use domain::permission::{AccountKind, StaffRole};
use time::Duration;

/// The buyer of every project.
const PLANNER: &str = "planner@example.com";

/// What somebody does.
#[derive(Debug, Clone)]
pub enum Step {
    /// The buyer pays exactly what is quoted.
    Pay,
    /// A party or a member of staff gives a command.
    By(Role, Command),
    /// The deadline comes, and the workers with it.
    Deadline,
    /// The workers send what is due, and the rail pays it.
    Paid,
    /// Time passes.
    Hours(i64),
    /// The order was proposed by one side and waits for this one to agree.
    Proposed(Role),
    /// The order is delivered by the seller's service provider, and on no marketplace.
    WithProvider,
    /// From here on it is about the first milestone of a project that carries over; another that costs as much follows.
    Milestone,
    /// From here on it is about the order of the milestone after it.
    Next,
}

/// A history, one step, and what it must do.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: &'static str,
    /// What the seller's terms say beyond the platform's.
    pub terms: fn(&mut TermsForm),
    pub before: Vec<Step>,
    pub step: Step,
    pub then: Status,
    /// Every posting of the step.
    pub posts: &'static [&'static str],
}

/// A row that was taken.
#[derive(Debug)]
pub struct Done {
    pub row: usize,
    pub role: Role,
    pub from: Option<Status>,
    pub then: Status,
}

/// Everybody who acts, on one database.
pub struct Stage<'a> {
    shop: Shop<'a>,
    manager: Viewer,
    administrator: Viewer,
    operator: Viewer,
    planner: Viewer,
    provider: ProviderId,
    pub done: Vec<Done>,
}

impl<'a> Stage<'a> {
    pub async fn open(on: &'a TestBackend) -> Self {
        let shop = Shop::open(on).await;
        shop.bank("0123456789").await;
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        let operator = on.user("operator@example.com", AccountKind::MarketplaceOperator).await;
        let operator = on.backend.viewer(operator).await.unwrap().unwrap();
        let planner = on.user(PLANNER, AccountKind::Buyer).await;
        let planner = on.backend.viewer(planner).await.unwrap().unwrap();
        let form = ProviderForm { name: "Bisi".to_owned(), ..ProviderForm::default() };
        let provider = on.backend.add_provider(&shop.seller, &form).await.unwrap();
        Self { shop, manager, administrator, operator, planner, provider, done: Vec::new() }
    }

    /// A buyer places an order from a storefront.
    pub async fn buy(&mut self) {
        let backend = &self.shop.on.backend;
        backend.set_storefront(&self.shop.seller, "okafor", "Okafor", "").await.unwrap();
        let form = ListingForm {
            title: "A chair".to_owned(),
            currency: "NGN".to_owned(),
            amount: "12,500".to_owned(),
            state: "publish".to_owned(),
            ..ListingForm::default()
        };
        let listing = backend.save_listing(&self.shop.seller, None, &form).await.unwrap();
        let guest = BuyForm { email: "guest@example.com".to_owned(), name: String::new() };
        let link = backend.buy(None, "okafor", listing, &guest, &backend.form_key()).await.unwrap();
        let order = backend.order_view(None, &link).await.unwrap().order;
        assert_eq!(self.shop.ledger_of(order.id).await, Vec::<String>::new());
        self.done.push(Done { row: 0, role: Role::Buyer, from: None, then: order.status });
    }

    /// Plays a case; panics with its name where it does not do as it says.
    pub async fn play(&mut self, case: &Case) {
        let mut terms = platform_terms();
        (case.terms)(&mut terms);
        self.shop.on.backend.set_delivery_terms(&self.shop.seller, &terms).await.unwrap();
        let mut at = self.shop.place().await;
        let placed = self.order(at.0).await;
        self.done.push(Done { row: 0, role: Role::Seller, from: None, then: placed.status });
        let account = self.operator.memberships[0].account.0;
        self.shop
            .on
            .execute("UPDATE orders SET operator_account_id = $1 WHERE id = $2", [account.into(), at.0.0.into()])
            .await;
        for step in &case.before {
            match step {
                Step::Milestone => at = self.milestone().await,
                Step::Next => at = self.next(at.0).await,
                step => self.take(at.0, &at.1, step, case.name).await,
            }
        }
        let (id, link) = at;
        let before = self.order(id).await;
        let posted = self.shop.ledger_of(id).await.len();
        self.take(id, &link, &case.step, case.name).await;
        let then = self.order(id).await.status;
        assert_eq!(then, case.then, "{}", case.name);
        assert_eq!(&self.shop.ledger_of(id).await[posted..], case.posts, "{}", case.name);
        if let Some((role, kind)) = taken(&case.step) {
            let row = row_of(&before, role, kind, self.shop.on.backend.now());
            let row = row.unwrap_or_else(|| panic!("{}: no row allows it", case.name));
            self.done.push(Done { row, role, from: Some(before.status), then });
        }
    }

    /// The order of the first of two milestones, placed by their buyer.
    async fn milestone(&self) -> (OrderId, OrderRef) {
        let (backend, text) = (&self.shop.on.backend, str::to_owned);
        let new = NewProject {
            part: text("seller"),
            name: text("Two chairs"),
            email: text(PLANNER),
            currency: text("NGN"),
            rolls_forward: text("on"),
            ..NewProject::default()
        };
        let project = backend.start_project(&self.shop.seller, &new, &backend.form_key()).await.unwrap();
        let plan = MilestoneForm {
            title: text("A chair"),
            amount: text("12,500"),
            delivery_days: text("7"),
            ..MilestoneForm::default()
        };
        let first = backend.add_milestone(&self.planner, project, &plan, &backend.form_key()).await.unwrap();
        backend.add_milestone(&self.planner, project, &plan, &backend.form_key()).await.unwrap();
        let order = backend.order_of_milestone(&self.planner, project, first).await.unwrap();
        (order, self.link(order))
    }

    /// The order that money was carried into.
    async fn next(&self, order: OrderId) -> (OrderId, OrderRef) {
        let (project, _) = self.shop.view(order).await.facts.milestone.unwrap();
        let view = self.shop.on.backend.project_view(&self.planner, project).await.unwrap();
        let next = view.milestones[1].order.as_ref().unwrap().order.id;
        (next, self.link(next))
    }

    fn link(&self, order: OrderId) -> OrderRef {
        let path = self.shop.on.backend.signed_order_path(order);
        OrderRef::parse(path.trim_start_matches("/orders/")).unwrap()
    }

    async fn order(&self, id: OrderId) -> Order {
        self.shop.view(id).await.order
    }

    async fn take(&self, id: OrderId, link: &OrderRef, step: &Step, name: &str) {
        let on = self.shop.on;
        match step {
            Step::Pay => self.shop.pay(link, CARD).await,
            Step::Paid => on.backend.run_until_idle().await.unwrap(),
            Step::Hours(hours) => on.later(Duration::hours(*hours)),
            Step::Deadline => {
                let deadline = self.order(id).await.deadline.unwrap_or_else(|| panic!("{name}: no deadline"));
                on.later(deadline - on.backend.now() - Duration::milliseconds(1));
                let early = self.order(id).await.version;
                on.backend.fire_deadlines(1_000).await.unwrap();
                assert_eq!(self.order(id).await.version, early, "{name}: fired before its time");
                on.later(Duration::milliseconds(1));
                on.backend.fire_deadlines(1_000).await.unwrap();
            }
            Step::Proposed(to) => {
                let sql = "UPDATE orders SET awaits_agreement_of = $1 WHERE id = $2";
                on.execute(sql, [to.key().into(), id.0.into()]).await;
            }
            Step::WithProvider => {
                let sql = "UPDATE orders SET operator_account_id = NULL, provider_id = $1 WHERE id = $2";
                on.execute(sql, [self.provider.0.into(), id.0.into()]).await;
            }
            Step::Milestone | Step::Next => panic!("{name}: this goes before what is played"),
            Step::By(role, command) => {
                let (viewer, order) = match role {
                    Role::Buyer => (None, link.clone()),
                    Role::Seller => (Some(&self.shop.seller), OrderRef::Id(id)),
                    Role::Operator => (Some(&self.operator), OrderRef::Id(id)),
                    Role::DisputeManager => (Some(&self.manager), OrderRef::Id(id)),
                    Role::Administrator => (Some(&self.administrator), OrderRef::Id(id)),
                    Role::Rail | Role::System => panic!("{name}: {role:?} does not act through a service"),
                };
                let key = on.backend.form_key();
                let act = OrderCommand {
                    order,
                    command: command.clone(),
                    refund: None,
                    version: None,
                    key,
                    files: Vec::new(),
                };
                on.backend.act(viewer, act).await.unwrap_or_else(|error| panic!("{name}, {command:?}: {error}"));
            }
        }
    }
}

/// Who gave which command; waiting is nobody's.
fn taken(step: &Step) -> Option<(Role, CommandKind)> {
    match step {
        Step::Pay => Some((Role::Rail, CommandKind::Pay)),
        Step::By(role, command) => Some((*role, command.kind())),
        Step::Deadline => Some((Role::System, CommandKind::TimeOut)),
        Step::Paid => Some((Role::System, CommandKind::Complete)),
        Step::Hours(_) | Step::Proposed(_) | Step::WithProvider | Step::Milestone | Step::Next => None,
    }
}

/// The row of the table by which an order takes a command.
fn row_of(order: &Order, role: Role, kind: CommandKind, now: time::OffsetDateTime) -> Option<usize> {
    TABLE.iter().position(|row| {
        row.command == kind
            && row.from.contains(&order.status)
            && row.actors.contains(&role)
            && row.guards.iter().all(|guard| guard.holds(order, Actor::new(role), None, now))
    })
}

/// The platform's terms with a late-cancellation fee.
pub fn platform_terms() -> TermsForm {
    let text = str::to_owned;
    TermsForm {
        currency: text("NGN"),
        payment_hours: text("72"),
        delivery_days: text("7"),
        inspection_hours: text("72"),
        answer_hours: text("72"),
        on_silence: text("accept"),
        refund_policy: text("refund"),
        cancellation_free_hours: text("24"),
        cancellation_fee: text("1,000"),
        non_split: String::new(),
        escrow_fee_bearer: text("buyer"),
        gateway_fee_bearer: text("seller"),
        payout_fee_bearer: "seller".to_owned(),
    }
}
