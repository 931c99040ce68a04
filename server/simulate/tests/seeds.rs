//! At least five hundred random histories in every test run: on SQLite always, on PostgreSQL where a server is named.

use simulate::{Database, Options, run};

async fn seeds(database: Database, start: u64, seeds: u64) -> anyhow::Result<()> {
    let summary = run(Options { seeds, start, database, parallel: 2 }).await?;
    assert_eq!(summary.seeds, seeds);
    assert!(summary.crashes > seeds / 4, "too few calls were cut off to mean anything: {summary}");
    assert!(summary.endings.len() >= 6, "too few endings were reached to mean anything: {summary}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_keep_the_books_on_sqlite() -> anyhow::Result<()> {
    seeds(Database::Sqlite, 0, 500).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_keep_the_books_on_postgresql() -> anyhow::Result<()> {
    if std::env::var("HOLDFAST_TEST_POSTGRES_URL").is_ok_and(|url| !url.is_empty()) {
        seeds(Database::Postgres, 1_000, 100).await?;
    }
    Ok(())
}
