//! Small consecutive integers for people and for wire formats that want them.

use crate::error::{Error, Result};
use sea_orm::{ConnectionTrait, Statement};

/// The next number of `sequence`, from 1001. Locks the sequence until the transaction ends, so numbers have no gaps from
/// refused commands.
pub(crate) async fn next(tx: &impl ConnectionTrait, sequence: &str) -> Result<i64> {
    let sql = "INSERT INTO settings (key, value) VALUES ($1, '1001') \
               ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT) RETURNING value";
    let statement =
        Statement::from_sql_and_values(tx.get_database_backend(), sql, [format!("sequence:{sequence}").into()]);
    let row = tx.query_one_raw(statement).await?.ok_or(Error::NotFound)?;
    let value: String = row.try_get("", "value")?;
    value.parse().map_err(|source: std::num::ParseIntError| Error::internal("sequence", source))
}
