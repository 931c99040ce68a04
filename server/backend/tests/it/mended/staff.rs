//! Staff who bought before they were staff.

use super::{BUYER, raised};
use crate::support::on_each;
use crate::support::shop::{Shop, act};
use backend::Error;
use backend::service::access::OrderRef;
use domain::order::{Command, Role, RulingReason, Status};
use domain::permission::StaffRole;

fn rule() -> Command {
    let (reason, text) = (RulingReason::NotAsAgreed, "I know this chair".to_owned());
    Command::Rule { to_buyer: 1_250_000, reason, text }
}

#[tokio::test]
async fn who_bought_as_a_guest_cannot_rule_on_that_order_as_staff() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let order = raised(&shop, shop.place().await).await;
        let id = OrderRef::Id(order);
        let own = on.staff(BUYER, StaffRole::DisputeManager).await;
        assert_eq!(on.backend.order_view(Some(&own), &id).await.unwrap().role, Role::Buyer);
        let refused = on.backend.act(Some(&own), act(id.clone(), rule(), "own")).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
        assert_eq!(shop.view(order).await.order.status, Status::Disputed);
        // Somebody else can.
        let manager = on.staff("manager@example.com", StaffRole::DisputeManager).await;
        on.backend.act(Some(&manager), act(id, rule(), "other")).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(order).await.order.status, Status::Completed);
        // On orders of others they rule like all their colleagues.
        let other = raised(&shop, shop.place_for("other@example.com", "12,500").await).await;
        on.backend.act(Some(&own), act(OrderRef::Id(other), rule(), "of another")).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(shop.view(other).await.order.status, Status::Completed);
        shop.books_are_right().await;
    })
    .await;
}
