//! The feed: everything an account is told, in one order without gaps, for a shop that was out of reach.

use super::Scene;
use super::receiver::in_time;
use crate::support::on_each;
use crate::support::shop::{CARD, act, deliver};
use backend::service::access::OrderRef;
use domain::ids::OrderId;
use domain::order::Command;
use std::collections::BTreeMap;

const ORDERS: usize = 30;

/// Pays so many orders, all at once.
async fn paid_at_once(scene: &Scene<'_>) -> Vec<(OrderId, OrderRef)> {
    let backend = &scene.on.backend;
    let orders = futures::future::join_all((0..ORDERS).map(|_| scene.shop.place())).await;
    let pay = async |link: &OrderRef| {
        let quote = backend.make_quote(None, link).await.unwrap();
        let url = backend.start_payment(None, link, quote, &backend.form_key()).await.unwrap();
        backend.pay_in_sandbox(url.rsplit('/').next().unwrap(), CARD).await.unwrap();
    };
    futures::future::join_all(orders.iter().map(|(_, link)| pay(link))).await;
    backend.run_until_idle().await.unwrap();
    orders
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_orders_at_once_are_read_in_order_without_gaps_while_they_happen() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.shop.bank("0123456789").await;
        let caller = scene.program.caller().await;
        let other = on.another_process().await;
        let orders = paid_at_once(&scene).await;

        let all = |command: Command, by_seller: bool| {
            let tasks = orders.iter().enumerate().map(|(index, (order, link))| {
                let backend = if index % 2 == 0 { on.backend.clone() } else { other.clone() };
                let viewer = by_seller.then(|| scene.shop.seller.clone());
                let reference = if by_seller { OrderRef::Id(*order) } else { link.clone() };
                let form = act(reference, command.clone(), &backend.form_key());
                tokio::spawn(async move { backend.act(viewer.as_ref(), form).await.map(drop).unwrap() })
            });
            futures::future::join_all(tasks.collect::<Vec<_>>())
        };
        // A shop that reads all the time goes on from the last number it saw; what it passes by it never sees.
        let reader = async {
            let mut seen = Vec::new();
            while seen.len() < ORDERS * 3 {
                let after = seen.last().map_or(0, |(number, _, _)| *number);
                let page = on.backend.api_events(&caller, after).await.unwrap();
                seen.extend(page.into_iter().map(|event| (event.number, event.order.unwrap(), event.status)));
            }
            seen
        };
        let writers = async {
            for (command, by_seller) in [(deliver(), true), (Command::Accept, false)] {
                for done in all(command, by_seller).await {
                    done.unwrap();
                }
            }
        };
        let (seen, ()) = in_time("the feed", futures::future::join(reader, writers)).await;

        let numbers: Vec<i64> = seen.iter().map(|(number, _, _)| *number).collect();
        assert_eq!(numbers, (1_001..1_001 + ORDERS as i64 * 3).collect::<Vec<_>>());
        let mut by_order: BTreeMap<OrderId, Vec<&str>> = BTreeMap::new();
        for (_, order, status) in &seen {
            by_order.entry(*order).or_default().push(status);
        }
        assert_eq!(by_order.len(), ORDERS);
        assert!(by_order.values().all(|told| told == &["Pending", "Delivered", "Accepted"]), "{by_order:?}");

        // The shop was told the same, each once, and everything completes.
        let news = scene.program.news().await;
        let mut ids: Vec<&str> = news.iter().map(|news| news.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((news.len(), ids.len()), (ORDERS * 2, ORDERS * 2));
        let feed = scene.program.feed().await;
        let numbers = feed.iter().map(|(number, _)| *number);
        assert!(numbers.eq(1_001..1_001 + ORDERS as i64 * 4), "{feed:?}");
        assert!(feed[ORDERS * 3..].iter().all(|(_, status)| status == "Complete"));
    })
    .await;
}

#[tokio::test]
async fn a_page_holds_a_hundred_and_the_next_goes_on_behind_it() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        scene.program.tests(103).await;
        let caller = scene.program.caller().await;
        let page = async |after| {
            let page = on.backend.api_events(&caller, after).await.unwrap();
            page.into_iter().map(|event| event.number).collect::<Vec<_>>()
        };
        assert_eq!(page(0).await, (1_001..=1_100).collect::<Vec<_>>());
        assert_eq!(page(1_100).await, [1_101, 1_102, 1_103]);
        assert_eq!(page(1_102).await, [1_103]);
        for after in [1_103, 5_000, i64::MAX] {
            assert!(page(after).await.is_empty(), "{after}");
        }
        assert_eq!(page(-1).await.len() + page(i64::MIN).await.len(), 200);
    })
    .await;
}

#[tokio::test]
async fn the_feed_and_the_notification_say_the_same() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        let told = scene.program.news().await.remove(0);
        let fed = on.backend.api_events(&scene.program.caller().await, 1_001).await.unwrap().remove(0);
        assert_eq!((fed.status, fed.message), (told.status.clone(), told.message.clone()));
        assert_eq!(fed.id.to_string(), told.id());
        assert_eq!(fed.order, Some(order));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&fed.object).unwrap(), told.data);
    })
    .await;
}
