//! What must hold after every step, read with SQL of its own and not through the code under test.

use crate::world::World;
use anyhow::{Result, ensure};
use domain::ids::OrderId;
use domain::order::{Status, TABLE, To};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};

/// Checks conservation, status and money, and the history of these orders.
pub(crate) async fn check_orders(world: &World, orders: &[OrderId]) -> Result<()> {
    let connection = world.backend().db().read();
    for order in orders {
        check_order(connection, *order).await.map_err(|error| error.context(format!("order {order}")))?;
    }
    balanced(connection).await
}

async fn rows(connection: &DatabaseConnection, sql: &str, order: Option<OrderId>) -> Result<Vec<QueryResult>> {
    let backend = connection.get_database_backend();
    let statement = match order {
        Some(order) => Statement::from_sql_and_values(backend, sql, [order.0.into()]),
        None => Statement::from_string(backend, sql),
    };
    Ok(connection.query_all_raw(statement).await?)
}

async fn check_order(connection: &DatabaseConnection, order: OrderId) -> Result<()> {
    let found = rows(
        connection,
        "SELECT status, version, product_minor, shipping_minor FROM orders WHERE id = $1",
        Some(order),
    )
    .await?;
    let row = found.first().ok_or_else(|| anyhow::anyhow!("the order vanished"))?;
    let status =
        Status::from_key(&row.try_get::<String>("", "status")?).ok_or_else(|| anyhow::anyhow!("unknown status"))?;
    let price: i64 = row.try_get::<i64>("", "product_minor")? + row.try_get::<i64>("", "shipping_minor")?;
    let version: i64 = row.try_get("", "version")?;
    money_of(connection, order, status, price).await?;
    legs_of(connection, order, status).await?;
    history_of(connection, order, status, version).await
}

/// Postings by kind of account, over every transfer of the order.
const MONEY: &str = "SELECT a.code AS code, CAST(SUM(CASE p.side WHEN 'credit' THEN p.amount_minor ELSE -p.amount_minor END) AS BIGINT) AS minor \
     FROM ledger_postings p JOIN ledger_transfers t ON t.id = p.transfer_id JOIN ledger_accounts a ON a.id = p.account_id \
     WHERE t.order_id = $1 GROUP BY a.code";

async fn money_of(connection: &DatabaseConnection, order: OrderId, status: Status, price: i64) -> Result<()> {
    let (mut hold, mut fees, mut all) = (0, 0, 0);
    for row in rows(connection, MONEY, Some(order)).await? {
        let (code, minor): (String, i64) = (row.try_get("", "code")?, row.try_get("", "minor")?);
        all += minor;
        match code.split(':').next() {
            Some("hold") => hold += minor,
            Some("fee_hold") => fees += minor,
            Some("clearing" | "expense") => {}
            _ => ensure!(minor >= 0, "{code} stands at {minor}"),
        }
    }
    ensure!(all == 0, "its transfers do not balance: {all}");
    let expected = if status.holds_money() { price } else { 0 };
    ensure!(hold == expected, "is {status} and holds {hold} instead of {expected}");
    ensure!(status.holds_money() || fees == 0, "is {status} and still holds fees of {fees}");
    Ok(())
}

async fn legs_of(connection: &DatabaseConnection, order: OrderId, status: Status) -> Result<()> {
    let sql =
        "SELECT status, CASE WHEN set_aside_at IS NULL THEN 0 ELSE 1 END AS aside FROM payouts WHERE order_id = $1";
    let legs = rows(connection, sql, Some(order)).await?;
    let mut open = 0;
    for leg in &legs {
        let done = leg.try_get::<String>("", "status")? == "paid" || leg.try_get::<i32>("", "aside")? == 1;
        open += i32::from(!done);
    }
    ensure!(status != Status::Completed || (open == 0 && !legs.is_empty()), "is Completed with {open} legs open");
    ensure!(!status.is_settling() || open > 0, "is {status} though everything is paid");
    ensure!(status.is_settling() || status == Status::Completed || legs.is_empty(), "is {status} and pays already");
    Ok(())
}

async fn history_of(connection: &DatabaseConnection, order: OrderId, status: Status, version: i64) -> Result<()> {
    let sql = "SELECT from_status, to_status, command FROM audit_events WHERE order_id = $1 ORDER BY seq";
    let events = rows(connection, sql, Some(order)).await?;
    ensure!(i64::try_from(events.len())? == version, "has version {version} and {} events", events.len());
    let mut at: Option<Status> = None;
    for event in events {
        let from = event.try_get::<Option<String>>("", "from_status")?.as_deref().and_then(Status::from_key);
        let to = event.try_get::<String>("", "to_status")?;
        let to = Status::from_key(&to).ok_or_else(|| anyhow::anyhow!("went to the unknown status {to}"))?;
        let command: String = event.try_get("", "command")?;
        ensure!(from == at, "an event begins at {from:?} where the order was {at:?}");
        let known = TABLE.iter().any(|row| {
            let starts = from.map_or(row.from.is_empty(), |from| row.from.contains(&from));
            let leads = match row.to {
                To::Status(status) => status == to,
                To::Same => from == Some(to),
            };
            starts && leads && row.command.key() == command
        });
        ensure!(known, "no row of the table leads from {from:?} to {to} by {command}");
        at = Some(to);
    }
    ensure!(at == Some(status), "is {status} but its history ends at {at:?}");
    Ok(())
}

/// Every cached balance is the sum of its postings, and debits equal credits over everything.
async fn balanced(connection: &DatabaseConnection) -> Result<()> {
    let sql = "SELECT a.code AS code, a.balance_minor AS cached, \
         CAST(COALESCE(SUM(CASE p.side WHEN 'credit' THEN p.amount_minor ELSE -p.amount_minor END), 0) AS BIGINT) AS summed \
         FROM ledger_accounts a LEFT JOIN ledger_postings p ON p.account_id = a.id GROUP BY a.id, a.code, a.balance_minor";
    let mut all: i64 = 0;
    for row in rows(connection, sql, None).await? {
        let (code, cached, summed): (String, i64, i64) =
            (row.try_get("", "code")?, row.try_get("", "cached")?, row.try_get("", "summed")?);
        let debit = code.starts_with("clearing:") || code == "expense:gateway";
        let expected = if debit { -summed } else { summed };
        ensure!(cached == expected, "{code} is cached at {cached} and sums to {expected}");
        all += summed;
    }
    ensure!(all == 0, "debits and credits differ by {all}");
    Ok(())
}
