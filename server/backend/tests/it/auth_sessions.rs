//! The session store, and ending sessions.

use crate::support::{TestBackend, machine_now, on_each};
use backend::Error;
use backend::session_store::{DatabaseSessions, USER_AGENT_KEY, USER_KEY};
use domain::ids::UserId;
use domain::permission::AccountKind;
use serde_json::json;
use std::sync::Arc;
use time::Duration;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::ExpiredDeletion;
use tower_sessions::{Expiry, Session, SessionStore};

const ADA: &str = "ada@example.com";

fn record(lasts: Duration) -> Record {
    Record { id: Id::default(), data: [("answer".to_owned(), json!(42))].into(), expiry_date: machine_now() + lasts }
}

async fn signed_in(on: &TestBackend, user: UserId, agent: &str) -> Record {
    let data = [(USER_KEY.to_owned(), json!(user)), (USER_AGENT_KEY.to_owned(), json!(agent))].into();
    let mut record = Record { data, ..record(Duration::days(14)) };
    DatabaseSessions::new(on.backend.clone()).create(&mut record).await.unwrap();
    record
}

#[tokio::test]
async fn a_record_is_kept_changed_and_deleted() {
    on_each(async |on| {
        let store = DatabaseSessions::new(on.backend.clone());
        let mut record = record(Duration::hours(1));
        store.create(&mut record).await.unwrap();
        let loaded = store.load(&record.id).await.unwrap().unwrap();
        assert_eq!((loaded.id, &loaded.data), (record.id, &record.data));
        assert!((loaded.expiry_date - record.expiry_date).abs() < Duration::seconds(1));
        assert_ne!(on.text("SELECT id_hash FROM sessions").await, record.id.to_string());

        record.data.insert("answer".to_owned(), json!(43));
        store.save(&record).await.unwrap();
        assert_eq!(store.load(&record.id).await.unwrap().unwrap().data["answer"], 43);

        store.delete(&record.id).await.unwrap();
        store.delete(&record.id).await.unwrap();
        assert_eq!(store.load(&record.id).await.unwrap(), None);
        assert_eq!(store.load(&Id::default()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_session_is_not_brought_back_by_a_late_save() {
    on_each(async |on| {
        let store = DatabaseSessions::new(on.backend.clone());
        let mut record = record(Duration::hours(1));
        store.create(&mut record).await.unwrap();
        store.delete(&record.id).await.unwrap();
        store.save(&record).await.unwrap();
        assert_eq!(store.load(&record.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_taken_id_is_replaced() {
    on_each(async |on| {
        let store = DatabaseSessions::new(on.backend.clone());
        let mut first = record(Duration::hours(1));
        store.create(&mut first).await.unwrap();
        let mut second = Record { data: [("answer".to_owned(), json!(1))].into(), ..first.clone() };
        store.create(&mut second).await.unwrap();
        assert_ne!(second.id, first.id);
        assert_eq!(store.load(&first.id).await.unwrap().unwrap().data["answer"], 42);
        assert_eq!(store.load(&second.id).await.unwrap().unwrap().data["answer"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_the_clock_of_the_backend() {
    on_each(async |on| {
        let store = DatabaseSessions::new(on.backend.clone());
        let (mut short, mut long) = (record(Duration::hours(1)), record(Duration::hours(3)));
        store.create(&mut short).await.unwrap();
        store.create(&mut long).await.unwrap();
        on.later(Duration::minutes(59));
        assert!(store.load(&short.id).await.unwrap().is_some());
        on.later(Duration::minutes(2));
        assert_eq!(store.load(&short.id).await.unwrap(), None);
        assert!(store.load(&long.id).await.unwrap().is_some());
        assert_eq!(on.number("SELECT count(*) FROM sessions").await, 2);
        store.delete_expired().await.unwrap();
        assert_eq!(on.number("SELECT count(*) FROM sessions").await, 1);

        // A clock that was moved far ahead does not keep people out.
        on.later(Duration::days(90));
        let mut late = record(Duration::hours(1));
        store.create(&mut late).await.unwrap();
        assert!(store.load(&late.id).await.unwrap().is_some());
        assert_eq!(on.backend.delete_expired_sessions().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn last_use_is_written_once_a_minute() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::Buyer).await;
        let record = signed_in(on, user, "Firefox").await;
        let store = DatabaseSessions::new(on.backend.clone());
        let started = on.backend.sessions(user, None).await.unwrap()[0].last_seen_at;
        for (later, seen) in [
            (Duration::seconds(59), Duration::ZERO),
            (Duration::seconds(1), Duration::seconds(60)),
            (Duration::seconds(30), Duration::seconds(60)),
        ] {
            on.later(later);
            store.load(&record.id).await.unwrap().unwrap();
            assert_eq!(on.backend.sessions(user, None).await.unwrap()[0].last_seen_at - started, seen);
        }
    })
    .await;
}

#[tokio::test]
async fn a_user_sees_and_ends_their_own_sessions_only() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::Buyer).await;
        let other = on.user("bola@example.com", AccountKind::Buyer).await;
        let here = signed_in(on, user, "Firefox").await;
        on.later(Duration::minutes(1));
        let phone = signed_in(on, user, &"x".repeat(1_000)).await;
        let theirs = signed_in(on, other, "Chrome").await;
        let store = DatabaseSessions::new(on.backend.clone());

        let list = on.backend.sessions(user, Some(here.id)).await.unwrap();
        assert_eq!(list.iter().map(|session| session.current).collect::<Vec<_>>(), [false, true]);
        assert_eq!(list[1].user_agent.as_deref(), Some("Firefox"));
        assert_eq!(list[0].user_agent.as_deref().map(str::len), Some(300));
        assert_eq!(list[0].created_at - list[1].created_at, Duration::minutes(1));

        let foreign = on.backend.sessions(other, None).await.unwrap()[0].id;
        assert!(matches!(on.backend.revoke_session(user, foreign).await, Err(Error::NotFound)));
        assert!(store.load(&theirs.id).await.unwrap().is_some());

        on.backend.revoke_session(user, list[0].id).await.unwrap();
        assert_eq!(store.load(&phone.id).await.unwrap(), None);
        assert!(matches!(on.backend.revoke_session(user, list[0].id).await, Err(Error::NotFound)));

        signed_in(on, user, "Tablet").await;
        signed_in(on, user, "Library").await;
        assert_eq!(on.backend.revoke_other_sessions(user, Some(here.id)).await.unwrap(), 2);
        assert!(store.load(&here.id).await.unwrap().is_some());
        assert!(store.load(&theirs.id).await.unwrap().is_some());
        assert_eq!(on.backend.revoke_other_sessions(user, None).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn signing_in_changes_the_id_of_the_session() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::Buyer).await;
        let store = Arc::new(DatabaseSessions::new(on.backend.clone()));
        let planted = Session::new(None, store.clone(), Some(Expiry::OnInactivity(Duration::days(14))));
        planted.insert("seen", true).await.unwrap();
        planted.save().await.unwrap();
        let before = planted.id().unwrap();
        assert_eq!(on.backend.signed_in(&planted).await.unwrap(), None);

        let session = Session::new(Some(before), store.clone(), Some(Expiry::OnInactivity(Duration::days(14))));
        on.backend.attach(&session, user, Some("Firefox")).await.unwrap();
        let after = session.id().unwrap();
        assert_ne!(after, before);
        assert_eq!(store.load(&before).await.unwrap(), None);

        let next = Session::new(Some(after), store.clone(), None);
        assert_eq!(on.backend.signed_in(&next).await.unwrap(), Some(user));
        let listed = on.backend.sessions(user, Some(after)).await.unwrap();
        assert!(listed[0].current && listed[0].user_agent.as_deref() == Some("Firefox"), "{listed:?}");
        on.backend.sign_out(&next).await.unwrap();
        assert_eq!(store.load(&after).await.unwrap(), None);
    })
    .await;
}
