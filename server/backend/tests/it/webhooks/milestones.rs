//! Milestones are orders: each is told as any other, also where money is carried from one into the next.

use super::program::Program;
use super::receiver::{in_time, until};
use super::{ACCEPTED, CANCELED, DELIVERED};
use crate::support::shop::{CARD, Shop, act, deliver};
use crate::support::{TestBackend, on_each};
use backend::service::access::OrderRef;
use backend::service::projects::{MilestoneForm, NewProject};
use backend::service::viewer::Viewer;
use domain::ids::{MilestoneId, OrderId, ProjectId};
use domain::order::{Command, Status};
use domain::permission::AccountKind;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, TransactionTrait};

const PLANNER: &str = "planner@example.com";

/// A project of two milestones of ₦12,500 that carries over, and the seller's shop.
struct Build<'a> {
    on: &'a TestBackend,
    shop: Shop<'a>,
    program: Program<'a>,
    buyer: Viewer,
    project: ProjectId,
    milestones: Vec<MilestoneId>,
}

impl<'a> Build<'a> {
    async fn open(on: &'a TestBackend) -> Self {
        let (shop, text) = (Shop::open(on).await, str::to_owned);
        shop.bank("0123456789").await;
        let program = Program::open(on, &shop.seller).await;
        let buyer = on.user(PLANNER, AccountKind::Buyer).await;
        let buyer = on.backend.viewer(buyer).await.unwrap().unwrap();
        let new = NewProject {
            part: text("seller"),
            name: text("Two chairs"),
            email: text(PLANNER),
            currency: text("NGN"),
            rolls_forward: text("on"),
            ..NewProject::default()
        };
        let project = on.backend.start_project(&shop.seller, &new, &on.backend.form_key()).await.unwrap();
        let plan = MilestoneForm {
            title: text("A chair"),
            amount: text("12,500"),
            delivery_days: text("7"),
            ..MilestoneForm::default()
        };
        let mut milestones = Vec::new();
        for _ in 0..2 {
            let key = on.backend.form_key();
            milestones.push(on.backend.add_milestone(&buyer, project, &plan, &key).await.unwrap());
        }
        Self { on, shop, program, buyer, project, milestones }
    }

    /// The first milestone's order, paid and delivered.
    async fn first(&self) -> OrderId {
        let backend = &self.on.backend;
        let order = backend.order_of_milestone(&self.buyer, self.project, self.milestones[0]).await.unwrap();
        let id = OrderRef::Id(order);
        let quote = backend.make_quote(Some(&self.buyer), &id).await.unwrap();
        let url = backend.start_payment(Some(&self.buyer), &id, quote, &backend.form_key()).await.unwrap();
        backend.pay_in_sandbox(url.rsplit('/').next().unwrap(), CARD).await.unwrap();
        self.program.hears_nothing().await;
        self.shop.by_seller(order, deliver()).await.unwrap();
        self.program.hears(DELIVERED).await;
        order
    }

    async fn by_buyer(&self, order: OrderId, command: Command) {
        let form = act(OrderRef::Id(order), command, &self.on.backend.form_key());
        self.on.backend.act(Some(&self.buyer), form).await.unwrap();
    }

    /// The order that money was carried into.
    async fn next(&self) -> OrderId {
        let view = self.on.backend.project_view(&self.buyer, self.project).await.unwrap();
        view.milestones[1].order.as_ref().unwrap().order.id
    }
}

#[tokio::test]
async fn a_part_that_is_accepted_is_told_and_so_is_the_order_it_pays() {
    on_each(async |on| {
        let build = Build::open(on).await;
        let first = build.first().await;
        build.by_buyer(first, Command::carry_over(500_000)).await;
        let news = build.program.hears(ACCEPTED).await;
        assert_eq!(news.data["payout"]["amount"], 730_500, "the rest is held for the next");
        assert_eq!(build.shop.view(first).await.order.status, Status::Completed);
        assert_eq!(build.program.fed().await, ["Pending", "Delivered", "Accepted", "Complete"]);
    })
    .await;
}

#[tokio::test]
async fn an_order_that_only_carried_money_is_told_with_what_was_carried() {
    on_each(async |on| {
        let build = Build::open(on).await;
        let first = build.first().await;
        build.by_buyer(first, Command::carry_over(500_000)).await;
        build.program.hears(ACCEPTED).await;
        let next = build.next().await;
        build.shop.by_seller(next, Command::Cancel).await.unwrap();
        let data = build.program.hears(CANCELED).await.data;
        assert_eq!(data["refund"]["amount"], 500_000);
        assert_eq!(data["amount_payed"], 0, "the buyer paid nothing for this order itself");
        assert_eq!(build.shop.view(next).await.order.status, Status::Completed);
        build.shop.books_are_right().await;
    })
    .await;
}

/// Sessions of this database that wait for a lock.
async fn waiting(on: &TestBackend) -> i64 {
    on.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        .await
}

/// Holds the numbers of every account's events, so that whoever writes one waits.
async fn hold_numbers(on: &TestBackend) -> DatabaseTransaction {
    let held = on.backend.db().writer().begin().await.unwrap();
    let sql = "SELECT key FROM settings WHERE key LIKE 'sequence:events:%' FOR UPDATE";
    let statement = Statement::from_string(on.backend.db().backend(), sql);
    assert_eq!(held.query_all_raw(statement).await.unwrap().len(), 1);
    held
}

/// The first milestone's last payout completes it, which looks at the next order; meanwhile the seller cancels that. Both
/// write an event of the same account. One may come first; neither may fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn completing_one_milestone_and_cancelling_the_next_at_once_do_not_lock_each_other_out() {
    on_each(async |on| {
        if on.database != "PostgreSQL" {
            // One writer at a time: nothing waits for anything.
            return;
        }
        let build = Build::open(on).await;
        let first = build.first().await;
        build.by_buyer(first, Command::carry_over(500_000)).await;
        let next = build.next().await;
        let held = hold_numbers(on).await;
        let other = on.another_process().await;
        let completes = tokio::spawn(async move { other.send_due_payouts(10).await });
        until("the payout waits for a number", async || waiting(on).await == 1).await;
        let form = act(OrderRef::Id(next), Command::Cancel, "the only");
        let (backend, seller) = (on.backend.clone(), build.shop.seller.clone());
        let cancels = tokio::spawn(async move { backend.act(Some(&seller), form).await });
        until("and the cancellation for its turn", async || waiting(on).await == 2).await;
        held.commit().await.unwrap();
        let (completed, cancelled) = in_time("both end", futures::future::join(completes, cancels)).await;
        let (completed, cancelled) = (completed.unwrap(), cancelled.unwrap());
        assert!(completed.is_ok() && cancelled.is_ok(), "{completed:?} {cancelled:?}");
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(build.shop.view(first).await.order.status, Status::Completed);
        assert_eq!(build.shop.view(next).await.order.status, Status::Completed);
        build.shop.books_are_right().await;
    })
    .await;
}
