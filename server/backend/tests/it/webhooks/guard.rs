//! In live mode nothing is sent into our own network, unless the configuration says so.

use super::plugin::Notification;
use super::program::queue;
use super::receiver::{Answer, Receiver};
use crate::support::shop::Shop;
use crate::support::{PUBLIC_URL, TestBackend, on_each};
use backend::port::Clock;
use backend::port::webhook::{HttpWebhooks, TargetPolicy};
use backend::sandbox::mailer::SandboxMailer;
use backend::sandbox::rail::SandboxRail;
use backend::service::api::{Encoding, EndpointForm};
use backend::service::viewer::Viewer;
use backend::{Backend, Mode, Ports, Settings};
use std::sync::Arc;

/// The same database in live mode, with webhooks that go where `policy` lets them.
async fn live(on: &TestBackend, policy: TargetPolicy) -> Backend {
    let (db, clock): (_, Arc<dyn Clock>) = (on.backend.db().clone(), on.clock.clone());
    let ports = Ports {
        rail: Arc::new(SandboxRail::new(db.clone(), clock.clone(), PUBLIC_URL.to_owned())),
        mailer: Arc::new(SandboxMailer::new(db.clone(), clock.clone())),
        webhooks: Arc::new(HttpWebhooks::new(policy)),
        sandbox_rail: None,
        sandbox_clock: None,
        clock,
    };
    let settings = Settings { mode: Mode::Live, public_url: PUBLIC_URL.to_owned(), secret_key: None };
    Backend::new(db, ports, settings).await.unwrap()
}

fn listed(nets: &[&str]) -> TargetPolicy {
    TargetPolicy { anywhere: false, allowed: nets.iter().map(|net| net.parse().unwrap()).collect() }
}

/// A test goes to this address; what its one try says.
async fn tried(live: &Backend, seller: &Viewer, url: &str) -> (Option<i32>, Option<String>) {
    let form = EndpointForm { url: url.to_owned(), ..EndpointForm::default() };
    live.set_webhook(seller, &form).await.unwrap();
    live.send_test_webhook(seller).await.unwrap();
    live.run_until_idle().await.unwrap();
    let mut attempts = live.webhook_deliveries(seller).await.unwrap().remove(0).attempts;
    assert_eq!(attempts.len(), 1, "{attempts:?}");
    let attempt = attempts.remove(0);
    (attempt.status, attempt.error)
}

#[tokio::test]
async fn live_mode_connects_to_nothing_of_our_own_network() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let receiver = Receiver::start().await;
        let live = live(on, TargetPolicy::default()).await;
        let hosts = [
            "127.0.0.1",
            "localhost",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0.0.0.0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "[fd00:ec2::254]",
            "[fe80::1]",
        ];
        for host in hosts {
            let (status, error) = tried(&live, &shop.seller, &receiver.url_at(host)).await;
            let error = error.unwrap_or_default();
            assert!(status.is_none() && error.contains("public"), "{host}: {status:?} {error}");
        }
        assert_eq!(receiver.connections(), 0, "nothing came, not even a knock");
        assert_eq!(queue(on).await, (hosts.len() as i64, 0), "the owner may mend the address in time");
    })
    .await;
}

#[tokio::test]
async fn an_allow_list_opens_what_it_names_and_nothing_else() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let receiver = Receiver::start().await;
        let open = live(on, listed(&["127.0.0.0/8"])).await;
        for host in ["127.0.0.1", "localhost"] {
            assert_eq!(tried(&open, &shop.seller, &receiver.url_at(host)).await, (Some(200), None), "{host}");
            assert_eq!(receiver.take().len(), 1);
        }
        let (status, error) = tried(&open, &shop.seller, &receiver.url_at("[::1]")).await;
        assert!(status.is_none() && error.is_some_and(|error| error.contains("public")), "not on the list");
        let closed = live(on, listed(&["10.0.0.0/8", "127.0.0.2/32"])).await;
        let (status, _) = tried(&closed, &shop.seller, &receiver.url()).await;
        assert_eq!((status, receiver.take().len()), (None, 0));
    })
    .await;
}

#[tokio::test]
async fn an_open_address_leads_nobody_into_our_network_by_a_redirect() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let (open, inside) = (Receiver::start().await, Receiver::start().await);
        let live = live(on, listed(&["127.0.0.1/32"])).await;
        for to in [inside.url(), inside.url_at("localhost"), "http://169.254.169.254/latest/meta-data".to_owned()] {
            open.answers(Answer::Redirects(to));
            assert_eq!(tried(&live, &shop.seller, &open.url()).await, (Some(302), None));
        }
        assert_eq!((open.take().len(), inside.connections()), (3, 0));
    })
    .await;
}

#[tokio::test]
async fn keys_of_the_sandbox_prove_nothing_in_live_mode() {
    on_each(async |on| {
        let shop = Shop::open(on).await;
        let receiver = Receiver::start().await;
        let of_sandbox = on.backend.issue_api_key(&shop.seller).await.unwrap();
        let live = live(on, listed(&["127.0.0.1/32"])).await;
        let of_live = live.issue_api_key(&shop.seller).await.unwrap();
        assert_eq!(tried(&live, &shop.seller, &receiver.url()).await, (Some(200), None));
        let news = Notification::read(receiver.take().remove(0), Encoding::MultipartRaw);
        assert!(news.proves(&of_live) && !news.proves(&of_sandbox));
    })
    .await;
}
