//! The sandbox's clock: the machine's, moved forward by hand, the same in every process of one database.

use crate::Db;
use crate::entity::setting as entity;
use crate::error::Result;
use crate::port::{Clock, SystemClock};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait, QuerySelect};
use std::sync::atomic::{AtomicI64, Ordering};
use time::{Duration, OffsetDateTime};

/// Row of `settings` that keeps how far the clock was moved, in milliseconds.
const SETTING: &str = "sandbox_clock_ms";
/// Farthest the clock may be moved in all.
const FARTHEST: Duration = Duration::days(3_650);

/// The machine's clock plus what it was moved by.
#[derive(Debug, Default)]
pub struct SandboxClock {
    moved_ms: AtomicI64,
}

impl SandboxClock {
    /// How far the clock is ahead of the machine's.
    #[must_use]
    pub fn moved(&self) -> Duration {
        Duration::milliseconds(self.moved_ms.load(Ordering::Relaxed))
    }

    /// Takes over how far another process moved the clock.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refresh(&self, db: &Db) -> Result<()> {
        let row = entity::Entity::find_by_id(SETTING).one(db.read()).await?;
        let moved = row.and_then(|row| row.value.parse().ok()).unwrap_or(0);
        self.moved_ms.store(moved, Ordering::Relaxed);
        Ok(())
    }

    /// Takes over how far the clock was moved, once that is committed.
    pub(crate) fn set_moved(&self, moved_ms: i64) {
        self.moved_ms.store(moved_ms, Ordering::Relaxed);
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + self.moved()
    }
}

/// Writes that the clock of every process is to go forward, and answers how far it then is ahead in all, in milliseconds.
/// Never further than ten years.
///
/// # Errors
/// The database does not answer.
pub(crate) async fn advance(tx: &DatabaseTransaction, by: Duration) -> Result<i64> {
    let fresh = entity::ActiveModel { key: Set(SETTING.to_owned()), value: Set("0".to_owned()) };
    entity::Entity::insert(fresh)
        .on_conflict(OnConflict::column(entity::Column::Key).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    let row = entity::Entity::find_by_id(SETTING).lock_exclusive().one(tx).await?;
    let before: i64 = row.and_then(|row| row.value.parse().ok()).unwrap_or(0);
    let by = i64::try_from(by.whole_milliseconds()).unwrap_or(0).max(0);
    let farthest = i64::try_from(FARTHEST.whole_milliseconds()).unwrap_or(i64::MAX);
    let after = before.saturating_add(by).min(farthest);
    let moved = entity::ActiveModel { key: Set(SETTING.to_owned()), value: Set(after.to_string()) };
    entity::Entity::update(moved).exec(tx).await?;
    Ok(after)
}
