//! Milestone projects, what sellers ask to have changed in them, and what happened to them.

use crate::dialect::{append_only, drop_functions, drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE projects ( \
     id UUID NOT NULL, number BIGINT NOT NULL, status TEXT NOT NULL, started_by TEXT NOT NULL, buyer_account_id UUID NOT NULL, \
     seller_account_id UUID NOT NULL, operator_account_id UUID, buyer_email TEXT NOT NULL, buyer_name TEXT, phone TEXT, name TEXT NOT NULL, \
     description TEXT NOT NULL, currency TEXT NOT NULL, rolls_forward BOOLEAN NOT NULL, defaults TEXT NOT NULL, created_at BIGINT NOT NULL, \
     updated_at BIGINT NOT NULL, ended_at BIGINT, \
     CONSTRAINT pk_projects PRIMARY KEY (id), CONSTRAINT uq_projects_number UNIQUE (number), \
     CONSTRAINT fk_projects_buyer FOREIGN KEY (buyer_account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_projects_seller FOREIGN KEY (seller_account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_projects_operator FOREIGN KEY (operator_account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_projects_status CHECK (status IN ('open', 'completed', 'cancelled')), \
     CONSTRAINT ck_projects_started_by CHECK (started_by IN ('buyer', 'seller')), \
     CONSTRAINT ck_projects_parties CHECK (buyer_account_id <> seller_account_id), \
     CONSTRAINT ck_projects_ended CHECK ((status = 'open') = (ended_at IS NULL)))",
    "CREATE INDEX ix_projects_buyer ON projects (buyer_account_id, created_at)",
    "CREATE INDEX ix_projects_seller ON projects (seller_account_id, created_at)",
    "CREATE INDEX ix_projects_operator ON projects (operator_account_id, created_at)",
    "CREATE TABLE milestones ( \
     id UUID NOT NULL, project_id UUID NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL, \
     amount_minor BIGINT NOT NULL, delivery_days INTEGER NOT NULL, terms TEXT NOT NULL, order_id UUID, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_milestones PRIMARY KEY (id), CONSTRAINT uq_milestones_order UNIQUE (order_id), \
     CONSTRAINT fk_milestones_project FOREIGN KEY (project_id) REFERENCES projects (id), \
     CONSTRAINT fk_milestones_order FOREIGN KEY (order_id) REFERENCES orders (id), \
     CONSTRAINT ck_milestones_amount CHECK (amount_minor > 0), CONSTRAINT ck_milestones_days CHECK (delivery_days BETWEEN 1 AND 90))",
    "CREATE INDEX ix_milestones_project ON milestones (project_id, position)",
    "CREATE TABLE change_requests ( \
     id UUID NOT NULL, project_id UUID NOT NULL, milestone_id UUID, kind TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL, \
     amount_minor BIGINT NOT NULL, delivery_days INTEGER NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL, created_at BIGINT NOT NULL, \
     answered_at BIGINT, \
     CONSTRAINT pk_change_requests PRIMARY KEY (id), \
     CONSTRAINT fk_change_requests_project FOREIGN KEY (project_id) REFERENCES projects (id), \
     CONSTRAINT ck_change_requests_kind CHECK (kind IN ('add', 'edit', 'remove')), \
     CONSTRAINT ck_change_requests_status CHECK (status IN ('open', 'applied', 'declined', 'withdrawn')), \
     CONSTRAINT ck_change_requests_answered CHECK ((status = 'open') = (answered_at IS NULL)))",
    "CREATE INDEX ix_change_requests_project ON change_requests (project_id, created_at)",
    "CREATE TABLE project_events ( \
     id UUID NOT NULL, project_id UUID NOT NULL, at BIGINT NOT NULL, role TEXT NOT NULL, user_id UUID, kind TEXT NOT NULL, detail TEXT NOT NULL, \
     CONSTRAINT pk_project_events PRIMARY KEY (id), \
     CONSTRAINT fk_project_events_project FOREIGN KEY (project_id) REFERENCES projects (id), \
     CONSTRAINT fk_project_events_user FOREIGN KEY (user_id) REFERENCES users (id))",
    "CREATE INDEX ix_project_events_project ON project_events (project_id, at)",
    "ALTER TABLE orders ADD COLUMN project_id UUID",
    "ALTER TABLE orders ADD COLUMN milestone_id UUID",
    "ALTER TABLE orders ADD COLUMN carried_minor BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE orders ADD COLUMN carried_from_id UUID",
    "CREATE INDEX ix_orders_project ON orders (project_id, created_at, number) WHERE project_id IS NOT NULL",
];

const TABLES: &[&str] = &["project_events", "change_requests", "milestones", "projects"];

const DOWN: &[&str] = &[
    "DROP INDEX ix_orders_project",
    "ALTER TABLE orders DROP COLUMN carried_from_id",
    "ALTER TABLE orders DROP COLUMN carried_minor",
    "ALTER TABLE orders DROP COLUMN milestone_id",
    "ALTER TABLE orders DROP COLUMN project_id",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        append_only(manager, "project_events").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await?;
        drop_tables(manager, TABLES).await?;
        drop_functions(manager, &["tr_project_events_no_update", "tr_project_events_no_delete"]).await
    }
}
