//! Throw-away PostgreSQL databases, copied from one that was migrated once.

use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

const PREFIX: &str = "holdfast_it_";
/// Advisory lock under which the template is made and left-overs are dropped, whichever test comes first.
const LOCK: i64 = 7_217_301_998;

/// The address of a fresh, migrated database; `None` where no server is named.
pub async fn fresh_database() -> Option<String> {
    let server = std::env::var("HOLDFAST_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())?;
    let admin = Database::connect(&server).await.unwrap();
    let template = template(&admin, &server).await;
    let name = format!("{PREFIX}{}_{}", std::process::id(), uuid::Uuid::new_v4().simple());
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    admin.close().await.unwrap();
    Some(with_database(&server, &name))
}

/// Drops a database of [`fresh_database`], whoever is still connected.
pub async fn drop_database(url: &str) {
    let server = std::env::var("HOLDFAST_TEST_POSTGRES_URL").unwrap();
    let name = url.rsplit('/').next().and_then(|rest| rest.split('?').next()).unwrap();
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    admin.close().await.unwrap();
}

/// The migrated database to copy from; named after the migrations, so that changed ones make a new one.
async fn template(admin: &DatabaseConnection, server: &str) -> String {
    let name = format!("{PREFIX}template_{:016x}", fingerprint());
    // The lock belongs to this transaction's session, while databases can only be made outside of one.
    let lock = admin.begin().await.unwrap();
    lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await.unwrap();
    drop_leftovers(admin, &name).await;
    if !databases(admin).await.contains(&name) {
        let unfinished = format!("{name}_unfinished");
        admin.execute_unprepared(&format!("CREATE DATABASE {unfinished}")).await.unwrap();
        let database = Database::connect(with_database(server, &unfinished)).await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        database.close().await.unwrap();
        admin.execute_unprepared(&format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await.unwrap();
    }
    lock.commit().await.unwrap();
    name
}

/// Drops templates of other migrations and databases of test runs that are over; once in a process.
async fn drop_leftovers(admin: &DatabaseConnection, template: &str) {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::SeqCst) {
        return;
    }
    for name in databases(admin).await.into_iter().filter(|name| name != template) {
        let process = name.trim_start_matches(PREFIX).split('_').next().unwrap_or_default();
        if process == "template" || !Path::new("/proc").join(process).exists() {
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

async fn databases(admin: &DatabaseConnection) -> Vec<String> {
    let sql = "SELECT datname FROM pg_database WHERE datname LIKE $1";
    let statement = Statement::from_sql_and_values(admin.get_database_backend(), sql, [format!("{PREFIX}%").into()]);
    let rows = admin.query_all_raw(statement).await.unwrap();
    rows.into_iter().map(|row| row.try_get("", "datname").unwrap()).collect()
}

/// A fingerprint of the migrations' source, the same for the tests of every crate.
fn fingerprint() -> u64 {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("migrations/src"));
    let source = above.find(|folder| folder.is_dir()).unwrap();
    let mut files: Vec<_> = std::fs::read_dir(source).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files.into_iter().filter(|file| file.is_file()) {
        std::fs::read(file).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}

/// The same server with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) =
        server.split_once('?').map_or((server, String::new()), |(address, options)| (address, format!("?{options}")));
    let (host, _) = address.rsplit_once('/').unwrap();
    format!("{host}/{name}{options}")
}
