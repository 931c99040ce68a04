//! The few words that SQLite and PostgreSQL say differently.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs statements in order. In them `UUID` and `BYTES` stand for the database's own types.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        let text = match manager.get_database_backend() {
            DbBackend::Sqlite => statement.replace(" UUID", " BLOB").replace(" BYTES", " BLOB"),
            _ => statement.replace(" BYTES", " BYTEA"),
        };
        connection.execute_unprepared(&text).await?;
    }
    Ok(())
}

/// Drops tables, newest first.
pub(crate) async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        manager.get_connection().execute_unprepared(&format!("DROP TABLE {table}")).await?;
    }
    Ok(())
}

/// A trigger that refuses with `message` where `condition` holds before `event` on `table`. Triggers only refuse; no logic
/// of the application lives in the database.
pub(crate) async fn refuse(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &str,
    event: &str,
    condition: &str,
    message: &str,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Sqlite {
        let text = format!(
            "CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        );
        connection.execute_unprepared(&text).await?;
        return Ok(());
    }
    let row = if event == "DELETE" { "OLD" } else { "NEW" };
    let function = format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN \
         RAISE EXCEPTION '{message}'; END IF; RETURN {row}; END $$"
    );
    connection.execute_unprepared(&function).await?;
    let trigger = format!("CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()");
    connection.execute_unprepared(&trigger).await?;
    Ok(())
}

/// Makes a table append-only: no row is ever changed or deleted.
pub(crate) async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let message = format!("{table}_is_append_only");
    refuse(manager, &format!("tr_{table}_no_update"), table, "UPDATE", "TRUE", &message).await?;
    refuse(manager, &format!("tr_{table}_no_delete"), table, "DELETE", "TRUE", &message).await
}

/// Drops the functions that PostgreSQL's triggers call; the triggers go with their tables.
pub(crate) async fn drop_functions(manager: &SchemaManager<'_>, names: &[&str]) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    for name in names {
        manager.get_connection().execute_unprepared(&format!("DROP FUNCTION IF EXISTS {name}() CASCADE")).await?;
    }
    Ok(())
}
