//! Who hears of what: the operator, the staff who decide, and who gets less than before.

use super::{BUYER, OPERATOR, SELLER, bought, disagreed, listed, operated, raised, subjects};
use crate::support::shop::{Shop, act, deliver};
use crate::support::{TestBackend, on_each};
use backend::service::access::OrderRef;
use backend::service::notifications::Topic;
use domain::order::{Command, Commission};
use domain::permission::StaffRole;
use time::Duration;

const MANAGER: &str = "manager@example.com";
const BOSS: &str = "boss@example.com";

/// What was mailed to an address about orders.
async fn of_orders(on: &TestBackend, email: &str) -> Vec<String> {
    subjects(on, email).await.into_iter().filter(|subject| subject.starts_with("Order ")).collect()
}

/// How often an address heard that somebody wrote.
async fn heard(on: &TestBackend, email: &str) -> usize {
    subjects(on, email).await.iter().filter(|subject| subject.contains(" wrote to you")).count()
}

#[tokio::test]
async fn an_operator_hears_of_every_transition_of_its_orders() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (operator, slug) = operated(&shop).await;
        let listing = listed(&shop, None).await;
        let (order, link) = bought(&shop, slug, listing).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, Command::Accept).await.unwrap();
        let number = shop.view(order).await.facts.number;
        let expected = [
            format!("Order {number}: paid, delivery is under way"),
            format!("Order {number}: delivered, the buyer looks at it"),
            format!("Order {number}: accepted, everybody is paid next"),
        ];
        let told = of_orders(on, OPERATOR).await;
        for subject in &expected {
            assert!(told.contains(subject), "{told:?}");
        }
        let inside = on.backend.notifications(&operator).await.unwrap();
        let inside: Vec<_> = inside.iter().filter(|one| one.topic == Topic::Orders).map(|one| &one.title).collect();
        for subject in &expected {
            assert!(inside.contains(&subject), "{inside:?}");
        }
        // It has no bank account yet, which nobody but it can mend.
        let owed = format!("Order {number}: ₦1,230.50 waits for your bank details");
        assert!(told.contains(&owed), "{told:?}");
        // Nothing of orders that are not its own.
        let before = of_orders(on, OPERATOR).await;
        shop.delivered().await;
        assert_eq!(of_orders(on, OPERATOR).await, before);
    })
    .await;
}

#[tokio::test]
async fn an_operator_hears_how_a_dispute_goes() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (_, slug) = operated(&shop).await;
        let listing = listed(&shop, None).await;
        let (order, link) = bought(&shop, slug, listing).await;
        shop.by_seller(order, deliver()).await.unwrap();
        shop.by_buyer(&link, super::reject()).await.unwrap();
        shop.by_seller(order, Command::SayNotGoodCondition { text: "Worn".to_owned() }).await.unwrap();
        shop.by_seller(order, Command::RaiseDispute { text: "Look".to_owned() }).await.unwrap();
        shop.by_buyer(&link, Command::Withdraw).await.unwrap();
        let told = of_orders(on, OPERATOR).await;
        for what in
            ["rejected, the seller answers", "in dispute", "the dispute is being decided", "the dispute is resolved"]
        {
            assert_eq!(told.iter().filter(|subject| subject.ends_with(what)).count(), 1, "{what}: {told:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_seller_is_told_when_its_operator_takes_more() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (operator, slug) = operated(&shop).await;
        let listing = listed(&shop, None).await;
        let (order, _) = bought(&shop, slug, listing).await;
        let before = (of_orders(on, BUYER).await, of_orders(on, OPERATOR).await);
        let more = Command::SetCommission { commission: Commission::parse("25").unwrap(), provider: None };
        on.backend.act(Some(&operator), act(OrderRef::Id(order), more, "k")).await.unwrap();
        let number = shop.view(order).await.facts.number;
        let told = of_orders(on, SELLER).await;
        assert_eq!(told.last().unwrap(), &format!("Order {number}: the commission changed"));
        let inside = on.backend.notifications(&shop.seller).await.unwrap();
        assert!(inside.iter().any(|one| one.title.ends_with("the commission changed")), "{inside:?}");
        let after = (of_orders(on, BUYER).await, of_orders(on, OPERATOR).await);
        assert_eq!(after, before, "nothing to the buyer, and the operator knows");
    })
    .await;
}

#[tokio::test]
async fn who_decides_hears_what_is_written() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let manager = on.staff(MANAGER, StaffRole::DisputeManager).await;
        on.staff(BOSS, StaffRole::Administrator).await;
        let (order, link) = disagreed(&shop, shop.place().await).await;
        let id = OrderRef::Id(order);
        let say = |key: &'static str| on.backend.post_message(None, &link, "Look at the picture", Vec::new(), key);
        say("one").await.unwrap();
        assert_eq!((heard(on, MANAGER).await, heard(on, BOSS).await), (0, 0), "nobody decides anything yet");
        shop.by_seller(order, Command::RaiseDispute { text: "See above".to_owned() }).await.unwrap();
        say("two").await.unwrap();
        assert_eq!((heard(on, MANAGER).await, heard(on, BOSS).await), (1, 0));
        on.backend.post_message(Some(&shop.seller), &id, "It is worn", Vec::new(), "three").await.unwrap();
        assert_eq!((heard(on, MANAGER).await, heard(on, BOSS).await), (2, 0));
        let inside = on.backend.notifications(&manager).await.unwrap();
        let inside = inside.iter().filter(|one| one.topic == Topic::Messages).count();
        assert_eq!(inside, 2);
        let (buyer, seller) = (heard(on, BUYER).await, heard(on, SELLER).await);
        on.backend.post_message(Some(&manager), &id, "Which leg?", Vec::new(), "four").await.unwrap();
        assert_eq!((heard(on, BUYER).await, heard(on, SELLER).await), (buyer + 1, seller + 1));
        assert_eq!(heard(on, MANAGER).await, 2, "not of its own words");
        // From the administrator's days on it is the administrator who reads.
        on.later(Duration::days(10));
        on.backend.run_until_idle().await.unwrap();
        assert!(shop.view(order).await.order.escalated);
        say("five").await.unwrap();
        assert_eq!((heard(on, MANAGER).await, heard(on, BOSS).await), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn the_ruling_comes_with_its_reason() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let manager = on.staff(MANAGER, StaffRole::DisputeManager).await;
        let order = raised(&shop, shop.place().await).await;
        let reason = domain::order::RulingReason::SharedFault;
        let rule = Command::Rule { to_buyer: 625_000, reason, text: "Half each".to_owned() };
        on.backend.act(Some(&manager), act(OrderRef::Id(order), rule, "k")).await.unwrap();
        for email in [BUYER, SELLER] {
            let mails = on.mails_to(email).await;
            let ruling = mails.iter().find(|mail| mail.to == email && mail.subject.contains("the dispute is resolved"));
            let text = &ruling.unwrap().text;
            assert!(text.contains("Both share the fault: Half each"), "{text}");
        }
    })
    .await;
}
