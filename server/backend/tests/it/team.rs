//! Who works for an account, and what each role may do.

use crate::support::shop::{Shop, act, bank_details, deliver};
use crate::support::{TestBackend, on_each};
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::listings::ListingForm;
use backend::service::order_list::{ListOf, ListQuery};
use backend::service::place::NewOrder;
use backend::service::providers::ProviderForm;
use backend::service::team::Action;
use backend::service::viewer::Viewer;
use domain::order::Denied;
use domain::permission::{AccountKind, MemberRole};

const EVE: &str = "eve@example.com";

async fn again(on: &TestBackend, viewer: &Viewer) -> Viewer {
    on.backend.viewer(viewer.user).await.unwrap().unwrap()
}

/// Eve, in the shop's team with this role and working for it.
async fn joined(on: &TestBackend, shop: &Shop<'_>, role: MemberRole) -> Viewer {
    let eve = on.backend.viewer(on.user(EVE, AccountKind::Buyer).await).await.unwrap().unwrap();
    on.backend.invite_member(&shop.seller, EVE, role.key()).await.unwrap();
    let invited = on.backend.team_invitations(&eve).await.unwrap().remove(0);
    on.backend.answer_team_invitation(&eve, invited.id, true).await.unwrap();
    again(on, &eve).await
}

#[tokio::test]
async fn somebody_is_invited_by_mail_joins_and_sees_the_orders_of_the_account() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (order, _) = shop.delivered().await;
        on.backend.invite_member(&shop.seller, " EVE@example.com", "support").await.unwrap();
        on.backend.run_until_idle().await.unwrap();
        let mail = on.mails_to(EVE).await.pop().unwrap();
        assert!(mail.subject.contains("invites you to its team"), "{}", mail.subject);
        assert!(mail.text.contains("/invitations"), "{}", mail.text);
        // She signs up only now.
        let eve = on.backend.viewer(on.user(EVE, AccountKind::Buyer).await).await.unwrap().unwrap();
        assert!(matches!(on.backend.order_view(Some(&eve), &OrderRef::Id(order)).await, Err(Error::NotFound)));
        let invited = on.backend.team_invitations(&eve).await.unwrap().remove(0);
        assert_eq!(invited.role, MemberRole::Support);
        on.backend.answer_team_invitation(&eve, invited.id, true).await.unwrap();
        let eve = again(on, &eve).await;
        assert_eq!(eve.selling().unwrap().account, shop.seller.selling().unwrap().account);
        on.backend.order_view(Some(&eve), &OrderRef::Id(order)).await.unwrap();
        let list = on.backend.order_list(&eve, ListOf::Sold, ListQuery::default()).await.unwrap();
        assert_eq!(list.total, 1);
        let history = on.backend.team(&shop.seller).await.unwrap().history;
        let actions: Vec<Action> = history.iter().map(|change| change.action).collect();
        assert_eq!(actions, [Action::Joined, Action::Invited]);
        // Once used, the invitation is gone.
        let twice = on.backend.answer_team_invitation(&eve, invited.id, true).await;
        assert!(matches!(twice, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_for_its_address_alone_and_ends_after_a_week_or_when_taken_back() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        on.backend.invite_member(&shop.seller, EVE, "owner").await.unwrap();
        let again = on.backend.invite_member(&shop.seller, EVE, "support").await;
        assert!(matches!(again, Err(Error::Invalid(errors)) if errors[0].field == "email"));
        let open = on.backend.team(&shop.seller).await.unwrap().invitations.remove(0);
        let other = on.backend.viewer(on.user("mallory@example.com", AccountKind::Buyer).await).await.unwrap();
        let stolen = on.backend.answer_team_invitation(&other.unwrap(), open.id, true).await;
        assert!(matches!(stolen, Err(Error::NotFound)));
        let eve = on.backend.viewer(on.user(EVE, AccountKind::Buyer).await).await.unwrap().unwrap();
        on.later(time::Duration::days(7));
        assert!(on.backend.team_invitations(&eve).await.unwrap().is_empty());
        let late = on.backend.answer_team_invitation(&eve, open.id, true).await;
        assert!(matches!(late, Err(Error::NotFound)));
        // One that is over its time does not stand in the way of a new one.
        on.backend.invite_member(&shop.seller, EVE, "support").await.unwrap();
        let open = on.backend.team(&shop.seller).await.unwrap().invitations.remove(0);
        on.backend.take_back_invitation(&shop.seller, open.id).await.unwrap();
        for index in 0..19 {
            on.backend.invite_member(&shop.seller, &format!("many-{index}@example.com"), "support").await.unwrap();
        }
        let twenty_first = on.backend.invite_member(&shop.seller, "one-more@example.com", "support").await;
        assert!(matches!(twenty_first, Err(Error::Refused(_))), "{twenty_first:?}");
        let back = on.backend.answer_team_invitation(&eve, open.id, true).await;
        assert!(matches!(back, Err(Error::NotFound)));
        assert_eq!(on.backend.team(&shop.seller).await.unwrap().members.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn each_role_may_do_what_it_is_for_and_nothing_else() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let eve = joined(on, &shop, MemberRole::ReadOnly).await;
        let (order, _) = shop.place().await;
        let bank = bank_details("0123456789");
        let refused = |outcome: Result<(), Error>| match outcome {
            Err(Error::Refused(_) | Error::Denied(Denied::ReadOnly)) => true,
            // Whatever else the rules say, the role was no obstacle.
            _ => false,
        };
        for role in MemberRole::ALL {
            // Everybody's roles are the owner's to give; the owner that stays is Ada.
            on.backend.set_member_role(&shop.seller, eve.user, role.key()).await.unwrap();
            let eve = again(on, &eve).await;
            let new = NewOrder {
                buyer_email: "bob@example.com".into(),
                title: "A pot".into(),
                currency: "NGN".into(),
                amount: "9,000".into(),
                ..NewOrder::default()
            };
            let key = on.backend.form_key();
            let places = on.backend.place_order(&eve, new, &key).await.map(drop);
            let acts = on.backend.act(Some(&eve), act(OrderRef::Id(order), deliver(), &key)).await.map(drop);
            let lists = on.backend.save_listing(&eve, None, &ListingForm::default()).await.map(drop);
            let provider = ProviderForm { name: "Musa".into(), ..ProviderForm::default() };
            let hires = on.backend.add_provider(&eve, &provider).await.map(drop);
            let banks = on.backend.set_bank_details(&eve, &bank).await;
            let invites = on.backend.invite_member(&eve, "not an address", "support").await;
            let found = [places, acts, lists, hires, banks, invites].map(|outcome| !refused(outcome));
            let expected = match role {
                MemberRole::Owner => [true, true, true, true, true, true],
                MemberRole::Manager => [true, true, true, true, false, false],
                MemberRole::Finance => [false, false, false, false, true, false],
                MemberRole::Support => [true, true, false, false, false, false],
                MemberRole::ReadOnly => [false; 6],
            };
            assert_eq!(found, expected, "{role:?}");
            // Everybody in the team may look.
            let view = on.backend.order_view(Some(&eve), &OrderRef::Id(order)).await.unwrap();
            let buttons = domain::order::CommandKind::ALL.into_iter().filter(|kind| view.may(*kind).is_ok()).count();
            assert_eq!(buttons > 0, expected[1], "{role:?}");
            on.backend.payout_setup(&eve).await.unwrap();
            on.backend.providers(&eve, "").await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_keeps_an_owner_and_who_leaves_sees_nothing_any_more() {
    on_each(async |on: &TestBackend| {
        let shop = Shop::open(on).await;
        let (order, _) = shop.place().await;
        let eve = joined(on, &shop, MemberRole::Manager).await;
        let ada = shop.seller.user;
        for outcome in [
            on.backend.set_member_role(&shop.seller, ada, "manager").await,
            on.backend.remove_member(&shop.seller, ada).await,
            on.backend.remove_member(&eve, ada).await,
            on.backend.set_member_role(&eve, eve.user, "owner").await,
        ] {
            assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
        }
        on.backend.set_member_role(&shop.seller, eve.user, "owner").await.unwrap();
        on.backend.remove_member(&again(on, &eve).await, ada).await.unwrap();
        let ada = again(on, &shop.seller).await;
        assert!(ada.selling().is_none());
        assert!(matches!(on.backend.order_view(Some(&ada), &OrderRef::Id(order)).await, Err(Error::NotFound)));
        let names: Vec<String> =
            on.backend.team(&again(on, &eve).await).await.unwrap().members.into_iter().map(|one| one.email).collect();
        assert_eq!(names, [EVE]);
    })
    .await;
}
