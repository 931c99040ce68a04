//! Service providers of Business Sellers, sellers under operators, storefronts and what they list.
//!
//! The columns added to older tables carry no foreign key: SQLite could not drop such a column again.

use crate::dialect::{drop_tables, run};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait};

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE service_providers ( \
     id UUID NOT NULL, number BIGINT NOT NULL, account_id UUID NOT NULL, name TEXT NOT NULL, email TEXT, phone TEXT, \
     commission TEXT NOT NULL, removed_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_service_providers PRIMARY KEY (id), CONSTRAINT uq_service_providers_number UNIQUE (number), \
     CONSTRAINT fk_service_providers_account FOREIGN KEY (account_id) REFERENCES accounts (id))",
    "CREATE INDEX ix_service_providers_account ON service_providers (account_id, name)",
    "CREATE TABLE associations ( \
     id UUID NOT NULL, operator_account_id UUID NOT NULL, seller_account_id UUID NOT NULL, status TEXT NOT NULL, \
     commission TEXT NOT NULL, created_at BIGINT NOT NULL, answered_at BIGINT, ended_at BIGINT, \
     CONSTRAINT pk_associations PRIMARY KEY (id), \
     CONSTRAINT fk_associations_operator FOREIGN KEY (operator_account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_associations_seller FOREIGN KEY (seller_account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_associations_parties CHECK (operator_account_id <> seller_account_id), \
     CONSTRAINT ck_associations_status CHECK (status IN ('invited', 'active', 'declined', 'left', 'removed')))",
    "CREATE UNIQUE INDEX uq_associations_standing ON associations (operator_account_id, seller_account_id) \
     WHERE status IN ('invited', 'active')",
    "CREATE INDEX ix_associations_seller ON associations (seller_account_id, status)",
    "CREATE TABLE storefronts ( \
     account_id UUID NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_storefronts PRIMARY KEY (account_id), CONSTRAINT uq_storefronts_slug UNIQUE (slug), \
     CONSTRAINT fk_storefronts_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT ck_storefronts_slug CHECK (slug = LOWER(slug) AND LENGTH(slug) BETWEEN 3 AND 40))",
    "CREATE TABLE listings ( \
     id UUID NOT NULL, account_id UUID NOT NULL, provider_id UUID, kind TEXT NOT NULL, title TEXT NOT NULL, \
     description TEXT NOT NULL, category TEXT NOT NULL, currency TEXT NOT NULL, product_minor BIGINT NOT NULL, \
     shipping_minor BIGINT NOT NULL, stock BIGINT, commission TEXT, status TEXT NOT NULL, \
     created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
     CONSTRAINT pk_listings PRIMARY KEY (id), \
     CONSTRAINT fk_listings_account FOREIGN KEY (account_id) REFERENCES accounts (id), \
     CONSTRAINT fk_listings_provider FOREIGN KEY (provider_id) REFERENCES service_providers (id), \
     CONSTRAINT ck_listings_kind CHECK (kind IN ('good', 'service')), CONSTRAINT ck_listings_currency CHECK (LENGTH(currency) = 3), \
     CONSTRAINT ck_listings_price CHECK (product_minor > 0 AND shipping_minor >= 0), \
     CONSTRAINT ck_listings_stock CHECK (stock >= 0), \
     CONSTRAINT ck_listings_status CHECK (status IN ('draft', 'published', 'archived')))",
    "CREATE INDEX ix_listings_account ON listings (account_id, status, created_at)",
    "CREATE TABLE listing_pictures ( \
     id UUID NOT NULL, listing_id UUID NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, body BYTES NOT NULL, \
     small BYTES NOT NULL, created_at BIGINT NOT NULL, \
     CONSTRAINT pk_listing_pictures PRIMARY KEY (id), \
     CONSTRAINT fk_listing_pictures_listing FOREIGN KEY (listing_id) REFERENCES listings (id))",
    "CREATE INDEX ix_listing_pictures_listing ON listing_pictures (listing_id)",
    "ALTER TABLE orders ADD COLUMN provider_id UUID",
    "ALTER TABLE orders ADD COLUMN listing_id UUID",
    "CREATE INDEX ix_orders_provider ON orders (provider_id) WHERE provider_id IS NOT NULL",
    "ALTER TABLE bank_accounts ADD COLUMN provider_id UUID",
    "DROP INDEX uq_bank_accounts_current",
    "CREATE UNIQUE INDEX uq_bank_accounts_current ON bank_accounts (account_id, currency) \
     WHERE replaced_at IS NULL AND provider_id IS NULL",
    "CREATE UNIQUE INDEX uq_bank_accounts_provider ON bank_accounts (provider_id, currency) \
     WHERE replaced_at IS NULL AND provider_id IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX uq_bank_accounts_provider",
    "DROP INDEX uq_bank_accounts_current",
    "UPDATE payouts SET bank_account_id = NULL WHERE bank_account_id IN (SELECT id FROM bank_accounts WHERE provider_id IS NOT NULL)",
    "DELETE FROM bank_accounts WHERE provider_id IS NOT NULL",
    "CREATE UNIQUE INDEX uq_bank_accounts_current ON bank_accounts (account_id, currency) WHERE replaced_at IS NULL",
    "ALTER TABLE bank_accounts DROP COLUMN provider_id",
    "DROP INDEX ix_orders_provider",
    "ALTER TABLE orders DROP COLUMN provider_id",
    "ALTER TABLE orders DROP COLUMN listing_id",
];

const TABLES: &[&str] = &["listing_pictures", "listings", "storefronts", "associations", "service_providers"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await?;
        drop_tables(manager, TABLES).await
    }
}
