//! What the administrator sets: fees by currency with their history, and pictures of the platform.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE fee_schedules ( \
     id UUID NOT NULL, currency TEXT NOT NULL, schedule TEXT NOT NULL, effective_from_at BIGINT NOT NULL, user_id UUID NOT NULL, \
     created_at BIGINT NOT NULL, \
     CONSTRAINT pk_fee_schedules PRIMARY KEY (id), \
     CONSTRAINT fk_fee_schedules_user FOREIGN KEY (user_id) REFERENCES users (id), \
     CONSTRAINT ck_fee_schedules_currency CHECK (LENGTH(currency) = 3))",
    "CREATE INDEX ix_fee_schedules_currency ON fee_schedules (currency, effective_from_at)",
    "CREATE TABLE platform_files ( \
     name TEXT NOT NULL, content_type TEXT NOT NULL, body BYTES NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_platform_files PRIMARY KEY (name))",
];

const TABLES: &[&str] = &["platform_files", "fee_schedules"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
