//! By which keys a notification proves itself, and that both change over without a shop missing anything.

use super::Scene;
use super::plugin::{Notification, authtoken, token};
use super::program::Program;
use crate::support::on_each;
use crate::support::shop::deliver;
use backend::service::api::{EndpointForm, IssuedKey};
use time::Duration;

impl Program<'_> {
    /// A notification as it is sent now, for whichever keys.
    async fn any_news(&self) -> Notification {
        self.tests(1).await;
        self.on.backend.run_until_idle().await.unwrap();
        let mut requests = self.receiver.take();
        assert_eq!(requests.len(), 1);
        Notification::read(requests.remove(0), self.encoding)
    }

    /// The shop calls with these keys, a while later.
    async fn calls_with(&self, key: &IssuedKey) -> bool {
        self.on.later(Duration::minutes(2));
        self.on.backend.api_caller(&authtoken(key)).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn while_keys_change_over_the_token_is_of_those_the_shop_used_last() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (program, owner) = (&scene.program, &scene.shop.seller);
        let old = &program.key;
        let new = on.backend.rotate_api_key(owner, old.id).await.unwrap();
        assert!(program.any_news().await.proves(old), "nobody typed the new ones into the shop yet");
        assert!(program.calls_with(old).await);
        assert!(program.any_news().await.proves(old));
        assert!(program.calls_with(&new).await);
        assert!(program.any_news().await.proves(&new), "the shop changed over");
        assert!(program.calls_with(old).await);
        assert!(program.any_news().await.proves(old), "and back again");
        on.later(Duration::days(7));
        assert!(!program.calls_with(old).await, "over");
        assert!(program.any_news().await.proves(&new));
    })
    .await;
}

#[tokio::test]
async fn keys_that_were_ended_prove_nothing_any_more() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (program, owner) = (&scene.program, &scene.shop.seller);
        let second = on.backend.issue_api_key(owner).await.unwrap();
        assert!(program.any_news().await.proves(&program.key), "the oldest of those nobody used");
        assert!(program.calls_with(&program.key).await);
        on.backend.revoke_api_key(owner, program.key.id).await.unwrap();
        assert!(program.any_news().await.proves(&second));
        on.backend.revoke_api_key(owner, second.id).await.unwrap();
        let news = program.any_news().await;
        assert!(![&program.key, &second].iter().any(|key| news.proves(key)));
        assert_eq!(news.token, "", "nothing of an ended key goes out");
        let secret = program.endpoint().await.secret;
        assert_eq!(news.signed_with(&[&secret], on.backend.now().unix_timestamp()), [secret.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn what_waited_over_a_change_of_keys_comes_with_those_that_work() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (order, _) = scene.paid().await;
        scene.seller(order, deliver()).await;
        let new = on.backend.issue_api_key(&scene.shop.seller).await.unwrap();
        on.backend.revoke_api_key(&scene.shop.seller, scene.program.key.id).await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let news = Notification::read(scene.program.receiver.take().remove(0), scene.program.encoding);
        assert_eq!(news.token, token(&new.public, &new.private, &news.data["id"], &news.data["amount_payed"]));
        assert!(news.proves(&new) && !news.proves(&scene.program.key));
    })
    .await;
}

#[tokio::test]
async fn both_secrets_sign_for_seven_days_after_a_rotation() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let (program, owner) = (&scene.program, &scene.shop.seller);
        let now = || on.backend.now().unix_timestamp();
        let first = program.endpoint().await.secret;
        assert_eq!(program.any_news().await.signed_with(&[&first], now()), [first.as_str()]);
        assert_eq!(program.endpoint().await.old_until, None);

        on.backend.rotate_webhook_secret(owner).await.unwrap();
        let view = program.endpoint().await;
        let second = view.secret;
        assert_ne!(first, second);
        assert_eq!(view.old_until, Some(on.backend.now() + Duration::days(7)));
        let both = [second.as_str(), first.as_str()];
        assert_eq!(program.any_news().await.signed_with(&both, now()), both, "whichever the shop has");
        on.later(Duration::days(7) - Duration::seconds(1));
        assert_eq!(program.any_news().await.signed_with(&both, now()), both);
        on.later(Duration::seconds(1));
        assert_eq!(program.any_news().await.signed_with(&both, now()), [second.as_str()]);
        assert_eq!(program.endpoint().await.old_until, None);

        on.backend.rotate_webhook_secret(owner).await.unwrap();
        let third = program.endpoint().await.secret;
        let signed = program.any_news().await.signed_with(&[&third, &second, &first], now()).len();
        assert_eq!(signed, 2, "the first is over for good");
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_shown_to_owners_alone_and_another_address_of_the_account_keeps_it() {
    on_each(async |on| {
        let scene = Scene::open(on).await;
        let secret = scene.program.endpoint().await.secret;
        let mut looker = scene.shop.seller.clone();
        looker.memberships[0].role = domain::permission::MemberRole::ReadOnly;
        let seen = on.backend.webhook_endpoint(&looker).await.unwrap().unwrap();
        assert_eq!((seen.secret.as_str(), seen.url), ("", scene.program.receiver.url()));
        let changes = [
            on.backend.set_webhook(&looker, &EndpointForm::default()).await,
            on.backend.rotate_webhook_secret(&looker).await,
            on.backend.send_test_webhook(&looker).await,
            on.backend.replay_webhooks(&looker, 0, 9_999).await.map(drop),
        ];
        assert!(changes.iter().all(|change| matches!(change, Err(backend::Error::Refused(_)))), "{changes:?}");
        let other = super::receiver::Receiver::start().await;
        scene.program.save(EndpointForm { url: other.url(), ..EndpointForm::default() }).await;
        assert_eq!(scene.program.endpoint().await.secret, secret);
        assert_eq!(on.number("SELECT count(*) FROM outbox WHERE topic = 'webhook'").await, 0, "nothing was sent by it");
        let stored = on.text("SELECT secret_sealed FROM webhook_endpoints").await;
        assert!(!stored.contains(secret.trim_start_matches("whsec_")), "sealed in the database");
    })
    .await;
}
