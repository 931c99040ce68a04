//! Views of the order list that people keep.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &["CREATE TABLE saved_views ( \
     user_id UUID NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_saved_views PRIMARY KEY (user_id, name), \
     CONSTRAINT fk_saved_views_user FOREIGN KEY (user_id) REFERENCES users (id))"];

const TABLES: &[&str] = &["saved_views"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, TABLES).await
    }
}
