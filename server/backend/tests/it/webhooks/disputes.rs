//! The events of an order that is argued about, up to every way in which that ends (atarapay.md sections 6.2 and 7.1).

use super::{Said, Scene, not_good, raise};
use crate::support::on_each;
use backend::service::access::OrderRef;
use domain::ids::OrderId;
use domain::order::{Command, RulingReason};
use domain::permission::StaffRole;
use serde_json::Value;

const DISPUTE: Said = ("Dispute", "Order is in dispute", 7, "Dispute");
const DISPUTED: Said = ("Disputed", "Dispute is raised, Dispute manager decides", 8, "Disputed");
const BUYER_GAVE_IN: Said = ("Complete", "Dispute is cancelled, Transaction Completed", 5, "Complete");
const SELLER_GAVE_IN: Said = ("Refunded", "Dispute is cancelled, Buyer is refunded", 10, "Dispute Resolved");
const RESOLVED: Said = ("Complete", "Dispute is resolved, Transaction Completed", 10, "Dispute Resolved");

impl Scene<'_> {
    async fn dispute(&self) -> (OrderId, OrderRef) {
        let (order, link) = self.rejected().await;
        self.seller(order, not_good()).await;
        self.program.hears(DISPUTE).await;
        (order, link)
    }

    async fn disputed(&self) -> (OrderId, OrderRef) {
        let (order, link) = self.dispute().await;
        self.seller(order, raise()).await;
        self.program.hears(DISPUTED).await;
        (order, link)
    }

    /// What goes back to the buyer and out to the seller, as the shop is told with `said`.
    async fn divides(&self, said: Said) -> [Option<i64>; 2] {
        let data = self.program.hears(said).await.data;
        for (leg, kind) in [("refund", 7), ("payout", 2)] {
            assert!(data[leg].is_null() || data[leg]["type"] == kind, "{leg} {:?}", data[leg]);
        }
        ["refund", "payout"].map(|leg| data[leg]["amount"].as_i64())
    }
}

const ALL_BACK: [Option<i64>; 2] = [Some(1_300_000), None];
const ALL_OUT: [Option<i64>; 2] = [None, Some(1_230_500)];
const SPLIT: [Option<i64>; 2] = [Some(520_000), Some(738_300)];

#[tokio::test]
async fn a_buyer_who_gives_in_completes_the_transaction() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        for raised in [false, true] {
            let (_, link) = if raised { scene.disputed().await } else { scene.dispute().await };
            scene.buyer(&link, Command::Withdraw).await;
            assert_eq!(scene.divides(BUYER_GAVE_IN).await, ALL_OUT);
        }
    })
    .await;
}

#[tokio::test]
async fn a_seller_who_gives_in_refunds() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        for raised in [false, true] {
            let (order, _) = if raised { scene.disputed().await } else { scene.dispute().await };
            scene.seller(order, Command::Withdraw).await;
            assert_eq!(scene.divides(SELLER_GAVE_IN).await, ALL_BACK);
        }
    })
    .await;
}

#[tokio::test]
async fn a_dispute_that_is_never_raised_leaves_the_rejection() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.dispute().await;
        scene.deadline(order).await;
        let confirmed = ("Refunded", "Rejection is confirmed, Buyer is refunded", 3, "Rejected");
        assert_eq!(scene.divides(confirmed).await, ALL_BACK);
    })
    .await;
}

#[tokio::test]
async fn a_split_is_told_when_it_is_taken() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        for stage in 0..3 {
            let (order, link) = match stage {
                0 => scene.rejected().await,
                1 => scene.dispute().await,
                _ => scene.disputed().await,
            };
            scene.seller(order, Command::OfferSplit { to_buyer: 400_000 }).await;
            scene.seller(order, Command::WithdrawSplit).await;
            scene.seller(order, Command::OfferSplit { to_buyer: 500_000 }).await;
            scene.program.hears_nothing().await;
            scene.buyer(&link, Command::AcceptSplit { to_buyer: 500_000 }).await;
            assert_eq!(scene.divides(RESOLVED).await, SPLIT);
        }
    })
    .await;
}

#[tokio::test]
async fn a_ruling_is_told_with_what_each_side_gets() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        for (to_buyer, divided) in [(500_000, SPLIT), (0, ALL_OUT), (1_250_000, ALL_BACK)] {
            let (order, _) = scene.disputed().await;
            scene.staff(&manager, order, rule(to_buyer)).await;
            assert_eq!(scene.divides(RESOLVED).await, divided, "{to_buyer} to the buyer");
        }
        let (order, _) = scene.disputed().await;
        escalate(&scene, order).await;
        scene.staff(&administrator, order, rule(500_000)).await;
        assert_eq!(scene.divides(RESOLVED).await, SPLIT);
    })
    .await;
}

#[tokio::test]
async fn a_dispute_that_nobody_rules_ends_by_the_offer_that_stands_or_a_refund() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        for (offered, divided) in [(true, SPLIT), (false, ALL_BACK)] {
            let (order, _) = scene.disputed().await;
            if offered {
                scene.seller(order, Command::OfferSplit { to_buyer: 500_000 }).await;
            }
            escalate(&scene, order).await;
            scene.deadline(order).await;
            assert_eq!(scene.divides(RESOLVED).await, divided);
        }
    })
    .await;
}

/// The manager does not rule, so the administrator is asked; that changes no status.
async fn escalate(scene: &Scene<'_>, order: OrderId) {
    scene.deadline(order).await;
    scene.program.hears_nothing().await;
    assert!(scene.shop.view(order).await.order.escalated);
}

fn rule(to_buyer: i64) -> Command {
    Command::Rule { to_buyer, reason: RulingReason::SharedFault, text: "Both erred".to_owned() }
}

#[tokio::test]
async fn a_notification_carries_what_the_order_status_call_answers() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, link) = scene.disputed().await;
        scene.seller(order, Command::OfferSplit { to_buyer: 500_000 }).await;
        scene.buyer(&link, Command::AcceptSplit { to_buyer: 500_000 }).await;
        let told = scene.program.hears(RESOLVED).await.data;
        let caller = scene.program.caller().await;
        let asked = on.backend.api_order(&caller, scene.number(order).await).await.unwrap();
        let mut asked: Value = serde_json::from_str(&asked).unwrap();
        assert_eq!((&told["refund"]["status"], &asked["refund"]["status"]), (&0.into(), &1.into()), "paid meanwhile");
        asked["refund"] = told["refund"].clone();
        assert_eq!(asked, told);
    })
    .await;
}
