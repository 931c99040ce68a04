//! Which layer may name which, as data, held against the sources.

use super::sources::{Mention, Source};

/// A folder of sources and the check for its files.
pub struct SourceRule {
    /// The folder below the workspace root.
    pub folder: &'static str,
    /// Gives the violations of one file, each starting with its path in the folder.
    pub check: fn(&Source) -> Vec<String>,
}

/// All rules about sources.
pub const RULES: [SourceRule; 3] = [
    SourceRule { folder: "app/src", check: check_app },
    SourceRule { folder: "server/backend/src", check: check_backend },
    SourceRule { folder: "server/src", check: check_server },
];

/// What app may not name: it speaks to services and their read models.
const CLOSED_TO_APP: [&str; 2] = ["entity", "repo"];

/// For each layer of backend those it must not name: service → repo → entity, service → port, jobs → service.
const BACKEND_LAYERS: [(&str, &[&str]); 6] = [
    ("service", &["entity", "jobs"]),
    ("repo", &["service", "port", "jobs"]),
    ("entity", &["service", "repo", "port", "jobs"]),
    ("port", &["service", "repo", "entity", "jobs"]),
    ("jobs", &["repo", "entity"]),
    // The simulated outside world keeps its own books, so it has rows of its own.
    ("sandbox", &["service", "jobs"]),
];

/// Files of no layer (errors, sessions and the like) are above repo.
const BACKEND_REST: &[&str] = &["entity"];

/// Where transactions may begin.
const TRANSACTION_PLACES: [&str; 2] = ["service/", "db.rs"];

/// Crates that speak SQL.
const SQL_CRATES: [&str; 3] = ["sea_orm", "sea_orm_migration", "sqlx"];

/// Where the server may open the database.
const START_UP: [&str; 3] = ["main.rs", "cli/", "cli.rs"];

fn check_app(source: &Source) -> Vec<String> {
    violations(source, |mention| {
        let closed = names(mention, "backend").filter(|part| CLOSED_TO_APP.contains(part))?;
        Some(format!("app must not name backend::{closed}, ask a service"))
    })
}

fn check_server(source: &Source) -> Vec<String> {
    if is_in(&source.file, &START_UP) {
        return Vec::new();
    }
    violations(source, |mention| {
        let first = mention.path.first()?;
        SQL_CRATES.contains(&first.as_str()).then(|| format!("{first} is for start-up, ask a service"))
    })
}

fn check_backend(source: &Source) -> Vec<String> {
    let layer = source.file.split(['/', '.']).next().unwrap_or_default();
    let closed = BACKEND_LAYERS.iter().find(|(name, _)| *name == layer).map_or(BACKEND_REST, |(_, closed)| closed);
    let mut found = violations(source, |mention| {
        let other = names(mention, "crate").filter(|part| closed.contains(part))?;
        Some(format!("{layer} must not name {other}"))
    });
    if !is_in(&source.file, &TRANSACTION_PLACES) {
        for (line, method) in &source.calls {
            if method == "begin" || method.starts_with("begin_with") {
                found.push(format!("{}:{line}: only service begins a transaction", source.file));
            }
        }
    }
    found
}

/// The second name of a path whose first is `root`.
fn names<'a>(mention: &'a Mention, root: &str) -> Option<&'a str> {
    let mut path = mention.path.iter().map(String::as_str);
    (path.next()? == root).then(|| path.next())?
}

fn violations(source: &Source, complaint: impl Fn(&Mention) -> Option<String>) -> Vec<String> {
    let told = source.mentions.iter().filter_map(|mention| Some((mention.line, complaint(mention)?)));
    told.map(|(line, why)| format!("{}:{line}: {why}", source.file)).collect()
}

fn is_in(file: &str, places: &[&str]) -> bool {
    places.iter().any(|place| if place.ends_with('/') { file.starts_with(place) } else { file == *place })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&Source) -> Vec<String>;

    fn assert_found(check: Check, file: &str, text: &str) {
        let found = check(&Source::read(file, text));
        assert_eq!(found.len(), 1, "{file}: {text}: {found:?}");
        assert!(found[0].starts_with(&format!("{file}:1: ")), "{found:?}");
    }

    fn assert_fine(check: Check, file: &str, text: &str) {
        assert_eq!(check(&Source::read(file, text)), Vec::<String>::new(), "{file}: {text}");
    }

    #[test]
    fn app_asks_services_only() {
        assert_found(check_app, "pages/order.rs", "use backend::{service::orders, repo::orders as rows};");
        assert_found(check_app, "ssr.rs", "fn f(row: backend::entity::order::Model) {}");
        assert_fine(check_app, "ssr.rs", "use backend::service::orders; // not backend::repo");
    }

    #[test]
    fn backend_layers_point_downwards() {
        assert_found(check_backend, "service/pay.rs", "use crate::entity::order;");
        assert_found(check_backend, "repo/orders.rs", "use crate::service::pay;");
        assert_found(check_backend, "entity/order.rs", "use super::super::repo::orders;");
        assert_found(check_backend, "port/clock.rs", "use crate::repo::orders;");
        assert_found(check_backend, "jobs/mail.rs", "use crate::{service, repo::outbox};");
        assert_found(check_backend, "error.rs", "use crate::entity::order;");
        assert_fine(check_backend, "service/pay.rs", "use crate::{repo::orders, port::Clock};");
        assert_fine(check_backend, "repo/orders.rs", "use crate::entity::order;");
        assert_fine(check_backend, "jobs/mail.rs", "use crate::service::outbox;");
        assert_fine(check_backend, "repo/mod.rs", "mod orders; pub use orders::find;");
    }

    #[test]
    fn only_services_begin_transactions() {
        assert_found(check_backend, "repo/orders.rs", "fn f() { db.begin().await?; }");
        assert_found(check_backend, "jobs/mail.rs", "fn f() { db.begin_with_config(None, None).await?; }");
        assert_fine(check_backend, "service/orders/pay.rs", "fn f() { db.begin().await?; }");
        assert_fine(check_backend, "db.rs", "fn f() { db.begin_with_config(None, None).await?; }");
    }

    #[test]
    fn the_server_speaks_sql_at_start_up_only() {
        assert_found(check_server, "http/orders.rs", "use sea_orm::EntityTrait;");
        assert_found(check_server, "worker.rs", "fn f() { sqlx::query(\"select 1\"); }");
        assert_fine(check_server, "main.rs", "use sea_orm::Database;");
        assert_fine(check_server, "cli/migrate.rs", "use sea_orm_migration::MigratorTrait;");
    }
}
