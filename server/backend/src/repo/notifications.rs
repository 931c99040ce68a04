//! What users are told inside the application, and how they want to be told.

use super::convert::{from_enum_key, from_ms, to_ms};
use crate::entity::{notification as entity, notification_preference as preference};
use crate::error::Result;
use domain::ids::{NotificationId, OrderId, UserId};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// What a notification is about; preferences are kept for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// An order changed or needs the reader.
    Orders,
    /// Somebody wrote in a dispute room.
    Messages,
    /// A deadline comes closer.
    Reminders,
    /// A payout or refund arrived.
    Money,
}

impl Topic {
    /// Every topic, in the order of the settings page.
    pub const ALL: [Self; 4] = [Self::Orders, Self::Messages, Self::Reminders, Self::Money];

    /// The stored name; never changes.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Messages => "messages",
            Self::Reminders => "reminders",
            Self::Money => "money",
        }
    }

    /// What it covers, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Orders => "Orders that change or need you",
            Self::Messages => "Messages in a dispute",
            Self::Reminders => "Reminders before a deadline",
            Self::Money => "Payouts and refunds that arrived",
        }
    }

    /// Whether its mails cannot be switched off, because a silence has consequences.
    #[must_use]
    pub const fn is_always_mailed(self) -> bool {
        matches!(self, Self::Orders)
    }
}

/// How a user wants to be told of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preference {
    /// About what.
    pub topic: Topic,
    /// By mail.
    pub mail: bool,
    /// Inside the application.
    pub in_app: bool,
}

/// A notification as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Identity.
    pub id: NotificationId,
    /// About what.
    pub topic: Topic,
    /// One line.
    pub title: String,
    /// What it means for the reader.
    pub text: String,
    /// The path of the page where the action is.
    pub path: String,
    /// When.
    pub at: OffsetDateTime,
    /// Whether it was read.
    pub read: bool,
}

/// What to insert.
pub(crate) struct NewNotification<'a> {
    /// For whom.
    pub(crate) user: UserId,
    /// About which order.
    pub(crate) order: Option<OrderId>,
    /// About what.
    pub(crate) topic: Topic,
    /// One line.
    pub(crate) title: &'a str,
    /// What it means.
    pub(crate) text: &'a str,
    /// Where the action is.
    pub(crate) path: &'a str,
    /// Told once for each user and key.
    pub(crate) dedupe_key: &'a str,
}

/// Inserts a notification; the same key tells a user once.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &NewNotification<'_>, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        user_id: Set(new.user.0),
        order_id: Set(new.order.map(|order| order.0)),
        topic: Set(new.topic.key().to_owned()),
        title: Set(new.title.to_owned()),
        text: Set(new.text.to_owned()),
        path: Set(new.path.to_owned()),
        dedupe_key: Set(new.dedupe_key.to_owned()),
        created_at: Set(to_ms(now)),
        read_at: Set(None),
    };
    let once = OnConflict::columns([entity::Column::UserId, entity::Column::DedupeKey]).do_nothing().to_owned();
    entity::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

/// The newest notifications of a user.
pub(crate) async fn newest(connection: &impl ConnectionTrait, user: UserId, limit: u64) -> Result<Vec<Notification>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.0))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Notification {
                id: NotificationId(row.id),
                topic: from_enum_key(&row.topic)?,
                title: row.title,
                text: row.text,
                path: row.path,
                at: from_ms(row.created_at)?,
                read: row.read_at.is_some(),
            })
        })
        .collect()
}

/// How many a user has not read.
pub(crate) async fn unread(connection: &impl ConnectionTrait, user: UserId) -> Result<u64> {
    let unread =
        entity::Entity::find().filter(entity::Column::UserId.eq(user.0)).filter(entity::Column::ReadAt.is_null());
    Ok(unread.count(connection).await?)
}

/// Marks a user's notifications as read: one, those of an order, or all.
pub(crate) async fn mark_read(
    tx: &impl ConnectionTrait,
    user: UserId,
    which: Which,
    now: OffsetDateTime,
) -> Result<()> {
    let mut query = entity::Entity::update_many()
        .col_expr(entity::Column::ReadAt, Expr::value(to_ms(now)))
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::ReadAt.is_null());
    query = match which {
        Which::One(id) => query.filter(entity::Column::Id.eq(id.0)),
        Which::OfOrder(order) => query.filter(entity::Column::OrderId.eq(order.0)),
        Which::All => query,
    };
    query.exec(tx).await?;
    Ok(())
}

/// Which notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(NotificationId),
    /// Those about an order.
    OfOrder(OrderId),
    /// All.
    All,
}

/// A user's preference for a topic; everything is on where none was set.
pub(crate) async fn preference(connection: &impl ConnectionTrait, user: UserId, topic: Topic) -> Result<Preference> {
    let row = preference::Entity::find_by_id((user.0, topic.key().to_owned())).one(connection).await?;
    Ok(row.map_or(Preference { topic, mail: true, in_app: true }, |row| Preference {
        topic,
        mail: row.mail || topic.is_always_mailed(),
        in_app: row.in_app,
    }))
}

/// Writes a preference.
pub(crate) async fn set_preference(tx: &impl ConnectionTrait, user: UserId, chosen: Preference) -> Result<()> {
    let row = preference::ActiveModel {
        user_id: Set(user.0),
        topic: Set(chosen.topic.key().to_owned()),
        mail: Set(chosen.mail),
        in_app: Set(chosen.in_app),
    };
    let replace = OnConflict::columns([preference::Column::UserId, preference::Column::Topic])
        .update_columns([preference::Column::Mail, preference::Column::InApp])
        .to_owned();
    preference::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
