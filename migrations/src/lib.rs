//! The database's history. Every migration runs on SQLite and on PostgreSQL, from the same text.
//!
//! Migrations depend on nothing of ours: an old one must not change when the code does. See README.md for the rules.

mod dialect;
mod m20261120_000001_people;
mod m20261120_000002_orders;
mod m20261120_000003_ledger;
mod m20261120_000004_history;
mod m20261120_000005_sandbox;
mod m20261121_000001_disputes;
mod m20261122_000001_marketplace;
mod m20261123_000001_team;
mod m20261123_000002_platform;
mod m20261123_000003_desk;
mod m20261123_000004_views;
mod m20261124_000001_indexes;
mod m20261124_000002_projects;
mod m20261127_000001_api;
mod m20261128_000001_collections;

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::{MigrationTrait, async_trait};

/// All migrations, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_people::Migration),
            Box::new(m20261120_000002_orders::Migration),
            Box::new(m20261120_000003_ledger::Migration),
            Box::new(m20261120_000004_history::Migration),
            Box::new(m20261120_000005_sandbox::Migration),
            Box::new(m20261121_000001_disputes::Migration),
            Box::new(m20261122_000001_marketplace::Migration),
            Box::new(m20261123_000001_team::Migration),
            Box::new(m20261123_000002_platform::Migration),
            Box::new(m20261123_000003_desk::Migration),
            Box::new(m20261123_000004_views::Migration),
            Box::new(m20261124_000001_indexes::Migration),
            Box::new(m20261124_000002_projects::Migration),
            Box::new(m20261127_000001_api::Migration),
            Box::new(m20261128_000001_collections::Migration),
        ]
    }
}
