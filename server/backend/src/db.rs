//! The database: one writer and many readers on SQLite, one pool on PostgreSQL.

use crate::error::Result;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::time::Duration;

/// Connections to one database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
}

impl Db {
    /// Connects to `sqlite://…` or `postgres://…`.
    ///
    /// SQLite runs in WAL mode with `synchronous=FULL` and foreign keys on; its single writing connection makes commands
    /// queue instead of failing with "database is locked", and readers stay beside it.
    ///
    /// # Errors
    /// The address is wrong or the database does not answer.
    pub async fn connect(url: &str) -> std::result::Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            let write = Database::connect(sqlite_options(url, 1)).await?;
            let read = Database::connect(sqlite_options(url, 8)).await?;
            return Ok(Self { write, read });
        }
        let mut options = ConnectOptions::new(url.to_owned());
        options.max_connections(20).acquire_timeout(Duration::from_secs(15)).sqlx_logging(false);
        let pool = Database::connect(options).await?;
        Ok(Self { write: pool.clone(), read: pool })
    }

    /// Opens the transaction of one command. SQLite takes the writer's lock at once.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        begin_whole(self.write.clone(), options).await
    }

    /// Opens a transaction that reads everything as it stood at one instant, beside the writers.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let isolation_level = (self.backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
        let options = TransactionOptions { isolation_level, ..TransactionOptions::default() };
        begin_whole(self.read.clone(), options).await
    }

    /// A connection for queries that change nothing.
    #[must_use]
    pub const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The connection that migrations run on.
    #[must_use]
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }
}

/// Begins in a task of its own, which a caller that goes away cannot cut off.
///
/// sqlx does not roll back a PostgreSQL `BEGIN` whose caller was dropped before the answer came: the connection would go
/// back to the pool inside an open transaction, and the next writes on it would never be committed. A finished `BEGIN`
/// is safe, as dropping the transaction rolls it back.
async fn begin_whole(pool: DatabaseConnection, options: TransactionOptions) -> Result<DatabaseTransaction> {
    let begun = tokio::spawn(async move { pool.begin_with_options(options).await });
    Ok(begun.await.map_err(|error| DbErr::Custom(format!("the transaction was not begun: {error}")))??)
}

fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(15))
        });
    options
}
