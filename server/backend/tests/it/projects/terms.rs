//! What the seller sets for the milestones, and a project on a marketplace.

use super::stage::{Stage, denied, of_seller, person, plan, wrong_fields};
use crate::support::shop::{Shop, bank_details};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::projects::{MilestoneTermsForm, NewProject};
use backend::service::providers::ProviderForm;
use backend::service::viewer::Viewer;
use domain::ids::{ChangeRequestId, MilestoneId, ProjectId, ProviderId};
use domain::order::{Command, Commission, Denied, Role, Status};
use domain::permission::AccountKind;
use domain::project::ProjectDenied;
use uuid::Uuid;

fn terms(provider: Option<ProviderId>, commission: &str, free_hours: &str, fee: &str) -> MilestoneTermsForm {
    MilestoneTermsForm {
        provider: provider.map(|provider| provider.to_string()).unwrap_or_default(),
        commission: commission.to_owned(),
        cancellation_free_hours: free_hours.to_owned(),
        cancellation_fee: fee.to_owned(),
        rolls_forward: String::new(),
    }
}

async fn provider(on: &TestBackend, seller: &Viewer, name: &str) -> ProviderId {
    let bank = bank_details("2222222222");
    let form = ProviderForm { name: name.to_owned(), commission: "50".to_owned(), bank, ..ProviderForm::default() };
    on.backend.add_provider(seller, &form).await.unwrap()
}

impl Stage<'_> {
    async fn set(
        &self,
        project: ProjectId,
        milestone: Option<MilestoneId>,
        form: &MilestoneTermsForm,
    ) -> Result<(), Error> {
        self.on.backend.set_milestone_terms(&self.shop.seller, project, milestone, form).await
    }
}

#[tokio::test]
async fn a_milestone_has_its_own_terms_or_the_projects_or_the_sellers() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let seller = &stage.shop.seller;
        on.backend.set_delivery_terms(seller, &crate::every_row::platform_terms()).await.unwrap();
        let (bisi, musa) = (provider(on, seller, "Bisi").await, provider(on, seller, "Musa").await);
        let (project, ids) = stage.project(&["12,500", "12,500", "12,500"]).await;
        stage.set(project, None, &terms(Some(bisi), "20", "", "2,000")).await.unwrap();
        stage.set(project, Some(ids[1]), &terms(Some(musa), "10", "0", "")).await.unwrap();
        let shown: Vec<_> = stage.view(project).await.milestones.into_iter().map(|one| one.provider).collect();
        assert_eq!(shown.iter().map(|name| name.as_deref().unwrap()).collect::<Vec<_>>(), ["Bisi", "Musa", "Bisi"]);
        let percent = |typed| Commission::parse(typed).unwrap();

        let first = stage.completed(project, ids[0]).await;
        let order = stage.order(first).await.order;
        assert_eq!((order.parties.provider, &order.terms.commission), (Some(bisi), &percent("20")));
        assert_eq!((order.terms.cancellation_free_hours, order.terms.cancellation_fee), (24, 200_000));
        assert_eq!(
            stage.shop.ledger_of(first).await[3..],
            [
                "release expense:gateway credit 19500",
                "release fee_hold:… debit 50000",
                "release hold:… debit 1250000",
                "release payable:… credit 245100",
                "release payable:… credit 980400",
                "release revenue:escrow_fee credit 50000",
                "release revenue:payout_fee credit 5000",
                "payout clearing:sandbox credit 245100",
                "payout payable:… debit 245100",
                "payout clearing:sandbox credit 980400",
                "payout payable:… debit 980400",
            ]
        );

        let second = stage.pay(project, ids[1]).await;
        let order = stage.order(second).await.order;
        assert_eq!((order.parties.provider, &order.terms.commission), (Some(musa), &percent("10")));
        assert_eq!((order.terms.cancellation_free_hours, order.terms.cancellation_fee), (0, 200_000));
        assert_eq!(denied(stage.set(project, Some(ids[1]), &terms(None, "5", "", "")).await), ProjectDenied::Paid);
        on.later(time::Duration::minutes(1));
        stage.by_buyer(second, Command::Cancel).await.unwrap();
        let lines = stage.shop.ledger_of(second).await;
        assert!(lines.contains(&"refund refund_due:… credit 1050000".to_owned()), "less the fee: {lines:?}");
        stage.idle().await;

        // Without any the seller's own terms count, and what was placed keeps what it was placed with.
        stage.set(project, None, &MilestoneTermsForm::default()).await.unwrap();
        let third = stage.order_of(project, ids[2]).await.unwrap();
        let order = stage.order(third).await.order;
        assert_eq!((order.parties.provider, &order.terms.commission), (None, &Commission::default()));
        assert_eq!((order.terms.cancellation_free_hours, order.terms.cancellation_fee), (24, 100_000));
        assert_eq!(stage.order(first).await.order.terms.cancellation_fee, 200_000);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn wrong_terms_name_every_field_and_set_nothing() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.project(&["12,500"]).await;
        let stranger = person(on, "stranger@example.com", AccountKind::BusinessSeller).await;
        let theirs = provider(on, &stranger, "Theirs").await;
        stage.set(project, None, &terms(None, "20", "12", "500")).await.unwrap();
        let before = stage.view(project).await.project;
        let wrong = terms(Some(theirs), "101", "8761", "much");
        for milestone in [None, Some(ids[0])] {
            let fields = wrong_fields(stage.set(project, milestone, &wrong).await);
            assert_eq!(fields, ["provider", "commission", "cancellation_free_hours", "cancellation_fee"]);
        }
        let unknown = MilestoneTermsForm { provider: "Bisi".to_owned(), ..MilestoneTermsForm::default() };
        assert_eq!(wrong_fields(stage.set(project, None, &unknown).await), ["provider"]);
        assert_eq!(stage.view(project).await.project, before);
        let form = MilestoneTermsForm::of(&before.defaults, before.currency);
        assert_eq!(form, terms(None, "20", "12", "500.00"), "the form shows what is set");
        stage.set(project, Some(ids[0]), &form).await.unwrap();
        let order = stage.order_of(project, ids[0]).await.unwrap();
        assert_eq!(stage.order(order).await.order.terms.cancellation_fee, 50_000);
    })
    .await;
}

#[tokio::test]
async fn new_terms_hold_for_the_next_payment_and_a_removed_provider_for_none() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let seller = &stage.shop.seller;
        let (bisi, musa) = (provider(on, seller, "Bisi").await, provider(on, seller, "Musa").await);
        let (project, ids) = stage.project(&["12,500", "12,500"]).await;
        stage.set(project, None, &terms(Some(bisi), "20", "", "2,000")).await.unwrap();
        let old = stage.order_of(project, ids[0]).await.unwrap();
        // Set for another milestone, it stays; set for it or for all, it is made anew.
        stage.set(project, Some(ids[1]), &terms(None, "5", "", "")).await.unwrap();
        assert_eq!(stage.order_of(project, ids[0]).await.unwrap(), old);
        let mut before = old;
        for (milestone, commission) in [(Some(ids[0]), "10"), (None, "30")] {
            stage.set(project, milestone, &terms(Some(musa), commission, "", "3,000")).await.unwrap();
            assert_eq!(stage.status(before).await, Status::Expired);
            if milestone.is_none() {
                stage.set(project, Some(ids[0]), &MilestoneTermsForm::default()).await.unwrap();
            }
            let order = stage.order_of(project, ids[0]).await.unwrap();
            assert_ne!(order, before);
            let placed = stage.order(order).await.order;
            assert_eq!(placed.parties.provider, Some(musa), "{milestone:?}");
            assert_eq!(placed.terms.commission, Commission::parse(commission).unwrap());
            before = order;
        }
        let path = stage.view(project).await;
        assert_eq!(path.totals.planned.minor(), 2_500_000);

        on.backend.remove_provider(seller, musa).await.unwrap();
        let again = stage.set(project, None, &terms(Some(musa), "10", "", "")).await;
        assert_eq!(wrong_fields(again), ["provider"]);
        assert_eq!(stage.status(before).await, Status::AwaitingPayment, "a refusal cancels nothing");
        on.backend.edit_milestone(&stage.buyer, project, ids[0], &plan("Phase 1", "13,000")).await.unwrap();
        let order = stage.order_of(project, ids[0]).await.unwrap();
        assert_eq!(stage.order(order).await.order.parties.provider, None);
        stage.pay_order(order).await;
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn what_money_was_carried_into_keeps_its_order_and_its_terms() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let (project, ids) = stage.rolling(&["100,000", "50,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        stage.idle().await;
        let before = stage.order(next).await.order;
        stage.set(project, None, &terms(None, "10", "", "3,000")).await.unwrap();
        let one = stage.set(project, Some(ids[1]), &terms(None, "10", "", "3,000")).await;
        assert_eq!(denied(one), ProjectDenied::Paid);
        assert_eq!(stage.order(next).await.order, before);
        stage.pay_order(next).await;
        assert_eq!(stage.order(next).await.order.terms, before.terms);
        stage.shop.books_are_right().await;
    })
    .await;
}

/// An operator, and the shop on its marketplace for ten per cent.
async fn on_a_marketplace(on: &TestBackend, shop: &Shop<'_>) -> Viewer {
    let operator = person(on, "operator@example.com", AccountKind::MarketplaceOperator).await;
    on.backend.set_bank_details(&operator, &bank_details("3333333333")).await.unwrap();
    on.backend.verify_identity_in_sandbox(&operator).await.unwrap();
    assert_eq!(on.backend.own_marketplaces(&shop.seller).await.unwrap(), []);
    on.backend.invite_seller(&operator, "seller@example.com", "10").await.unwrap();
    let asked = on.backend.marketplaces(&shop.seller).await.unwrap().remove(0).association.id;
    on.backend.answer_invitation(&shop.seller, asked, true).await.unwrap();
    operator
}

#[tokio::test]
async fn a_project_on_a_marketplace_pays_the_operator_who_only_looks() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let seller = &stage.shop.seller;
        let operator = on_a_marketplace(on, &stage.shop).await;
        let number = on.backend.own_marketplaces(seller).await.unwrap()[0].0;
        let form = NewProject { marketplace: number.to_string(), rolls_forward: "on".to_owned(), ..of_seller() };
        let project = stage.start(&form).await;
        let private = stage.start(&of_seller()).await;
        let first = stage.add(project, "Phase 1", "12,500").await;
        let second = stage.add(project, "Phase 2", "12,500").await;
        // A provider is for the seller's own projects.
        let bisi = provider(on, seller, "Bisi").await;
        stage.set(project, Some(first), &terms(Some(bisi), "50", "", "")).await.unwrap();

        let order = stage.delivered(project, first).await;
        let placed = stage.order(order).await.order;
        assert_eq!((placed.parties.provider, placed.parties.operator), (None, Some(operator.memberships[0].account)));
        assert_eq!(placed.terms.commission, Commission::parse("10").unwrap());
        let next = stage.carried(order, 250_000).await;
        // Of 10,000 less the whole 195 for the rail, a tenth is the operator's.
        let lines = stage.shop.ledger_of(order).await;
        for expected in ["release payable:… credit 98050", "release payable:… credit 882450"] {
            assert!(lines.iter().any(|line| line == expected), "{lines:?}");
        }
        stage.idle().await;
        stage.pay_order(next).await;
        stage.shop.by_seller(next, crate::support::shop::deliver()).await.unwrap();
        stage.by_buyer(next, Command::Accept).await.unwrap();
        stage.idle().await;
        assert_eq!(stage.status(next).await, Status::Completed);
        // The rail's 157.50 are of the 10,500 that were paid for the rest.
        let lines = stage.shop.ledger_of(next).await;
        for expected in ["release payable:… credit 123425", "release payable:… credit 1110825"] {
            assert!(lines.iter().any(|line| line == expected), "{lines:?}");
        }

        let list = on.backend.project_list(&operator, 0).await.unwrap();
        assert_eq!((list.total, list.rows[0].project.id, list.rows[0].role), (1, project, Role::Operator));
        let view = on.backend.project_view(&operator, project).await.unwrap();
        assert_eq!((view.role, view.operator.as_deref()), (Role::Operator, Some("Okafor Bicycles")));
        assert!(!view.acts && stage.view(project).await.acts);
        assert!(matches!(on.backend.project_view(&operator, private).await, Err(Error::NotFound)));
        let at = (project, second, ChangeRequestId(Uuid::now_v7()));
        for (command, answer) in stage.everything(&operator, at).await {
            let why = denied(answer);
            assert!(matches!(why, ProjectDenied::OnlyBuyer | ProjectDenied::OnlySeller), "{command}: {why:?}");
        }
        let acted = crate::support::shop::act(backend::service::access::OrderRef::Id(next), Command::Cancel, "k");
        let acted = on.backend.act(Some(&operator), acted).await;
        assert!(
            matches!(acted, Err(Error::Denied(Denied::WrongActor { .. } | Denied::WrongStatus { .. }))),
            "{acted:?}"
        );
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_seller_who_left_the_marketplace_goes_on_alone() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let seller = &stage.shop.seller;
        let operator = on_a_marketplace(on, &stage.shop).await;
        let number = on.backend.own_marketplaces(seller).await.unwrap()[0].0;
        let form = NewProject { marketplace: number.to_string(), ..of_seller() };
        let project = stage.start(&form).await;
        let first = stage.add(project, "Phase 1", "12,500").await;
        let second = stage.add(project, "Phase 2", "12,500").await;
        let paid = stage.pay(project, first).await;
        let association = on.backend.marketplaces(seller).await.unwrap().remove(0).association.id;
        on.backend.leave_marketplace(seller, association).await.unwrap();
        stage.shop.by_seller(paid, crate::support::shop::deliver()).await.unwrap();
        stage.by_buyer(paid, Command::Accept).await.unwrap();
        stage.idle().await;
        let lines = stage.shop.ledger_of(paid).await;
        assert!(lines.contains(&"release payable:… credit 123050".to_owned()), "paid under it: {lines:?}");
        let alone = stage.completed(project, second).await;
        assert_eq!(stage.order(alone).await.order.parties.operator, None);
        let lines = stage.shop.ledger_of(alone).await;
        assert!(lines.contains(&"release payable:… credit 1230500".to_owned()), "{lines:?}");
        let again = on.backend.start_project(seller, &form, &on.backend.form_key()).await;
        assert_eq!(wrong_fields(again), ["marketplace"]);
        let edited = on.backend.edit_milestone(&operator, project, second, &plan("Phase 2", "1,000")).await;
        assert_eq!(denied(edited), ProjectDenied::OnlyBuyer);
        stage.shop.books_are_right().await;
    })
    .await;
}
