//! The double-entry ledger: the only writer of its tables.

use super::convert::{enum_key, to_ms};
use crate::entity::{ledger_account, ledger_posting, ledger_transfer};
use crate::error::{Error, Result};
use domain::ids::{OrderId, TransferId};
use domain::ledger::{LedgerAccount, Line, Transfer};
use domain::money::Currency;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Name space of transfer ids made from idempotency keys.
const TRANSFERS: Uuid = Uuid::from_u128(0x6d1c_3f0a_6f0e_5b7d_9b1e_4a52_0c1f_77aa);

/// A transfer about to be posted.
#[derive(Debug)]
pub(crate) struct Posting<'a> {
    /// The balanced lines.
    pub(crate) transfer: &'a Transfer,
    /// Derived from the command's idempotency: the same key is the same transfer.
    pub(crate) key: &'a str,
    /// The order, where the money is one order's.
    pub(crate) order: Option<OrderId>,
    /// A reason in words, for movements by hand.
    pub(crate) note: Option<&'a str>,
}

/// Posts a transfer and brings the cached balances forward. The postings come first and the header seals them: the
/// database refuses a header whose postings do not balance, and postings to a sealed transfer.
pub(crate) async fn post(tx: &impl ConnectionTrait, posting: &Posting<'_>, now: OffsetDateTime) -> Result<TransferId> {
    let id = Uuid::new_v5(&TRANSFERS, posting.key.as_bytes());
    let currency = posting.transfer.currency();
    let mut rows = Vec::new();
    // Accounts are locked in the order of their codes, so that two transfers never wait for each other.
    let mut lines: Vec<&Line> = posting.transfer.lines().iter().collect();
    lines.sort_by_key(|line| line.account.code());
    for (index, line) in lines.into_iter().enumerate() {
        let account = change_balance(tx, &line.account, currency, line.change()).await?;
        rows.push(ledger_posting::ActiveModel {
            id: Set(Uuid::now_v7()),
            transfer_id: Set(id),
            account_id: Set(account),
            side: Set(enum_key(&line.side)?),
            amount_minor: Set(line.minor),
            line: Set(i32::try_from(index).unwrap_or(i32::MAX)),
        });
    }
    ledger_posting::Entity::insert_many(rows).exec_without_returning(tx).await?;
    let header = ledger_transfer::ActiveModel {
        id: Set(id),
        idempotency_key: Set(posting.key.to_owned()),
        order_id: Set(posting.order.map(|order| order.0)),
        reason: Set(posting.transfer.reason().key().to_owned()),
        currency: Set(currency.code().to_owned()),
        note: Set(posting.note.map(ToOwned::to_owned)),
        created_at: Set(to_ms(now)),
    };
    ledger_transfer::Entity::insert(header).exec_without_returning(tx).await?;
    Ok(TransferId(id))
}

async fn change_balance(
    tx: &impl ConnectionTrait,
    account: &LedgerAccount,
    currency: Currency,
    change: i64,
) -> Result<Uuid> {
    let code = account.code();
    make_account(tx, &code, currency).await?;
    let same = same(&code, currency);
    ledger_account::Entity::update_many()
        .col_expr(ledger_account::Column::BalanceMinor, Expr::col(ledger_account::Column::BalanceMinor).add(change))
        .filter(same.clone())
        .exec(tx)
        .await?;
    let row = ledger_account::Entity::find().filter(same).one(tx).await?;
    row.map(|row| row.id).ok_or_else(|| Error::internal("ledger account", "the account vanished"))
}

async fn make_account(tx: &impl ConnectionTrait, code: &str, currency: Currency) -> Result<()> {
    let fresh = ledger_account::ActiveModel {
        id: Set(Uuid::now_v7()),
        code: Set(code.to_owned()),
        currency: Set(currency.code().to_owned()),
        balance_minor: Set(0),
    };
    let conflict =
        OnConflict::columns([ledger_account::Column::Code, ledger_account::Column::Currency]).do_nothing().to_owned();
    ledger_account::Entity::insert(fresh).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

fn same(code: &str, currency: Currency) -> SimpleExpr {
    ledger_account::Column::Code.eq(code).and(ledger_account::Column::Currency.eq(currency.code()))
}

/// Every balance of one account code, by currency, minor units.
pub(crate) async fn balances(
    connection: &impl ConnectionTrait,
    account: &LedgerAccount,
) -> Result<BTreeMap<String, i64>> {
    let rows =
        ledger_account::Entity::find().filter(ledger_account::Column::Code.eq(account.code())).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.currency, row.balance_minor)).collect())
}

/// A posting with its account and transfer.
#[derive(Debug, Clone)]
pub(crate) struct PostedLine {
    /// Why the money moved, as stored.
    pub(crate) reason: String,
    /// When, unix milliseconds.
    pub(crate) at_ms: i64,
    /// The account's code.
    pub(crate) account: String,
    /// `debit` or `credit`.
    pub(crate) side: String,
    /// Minor units.
    pub(crate) minor: i64,
}

/// The lines of one order, oldest first.
pub(crate) async fn lines(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<PostedLine>> {
    let transfers =
        ledger_transfer::Entity::find().filter(ledger_transfer::Column::OrderId.eq(order.0)).all(connection).await?;
    let headers: BTreeMap<Uuid, ledger_transfer::Model> = transfers.into_iter().map(|row| (row.id, row)).collect();
    let postings = ledger_posting::Entity::find()
        .filter(ledger_posting::Column::TransferId.is_in(headers.keys().copied().collect::<Vec<_>>()))
        .all(connection)
        .await?;
    let accounts: BTreeMap<Uuid, String> = ledger_account::Entity::find()
        .filter(ledger_account::Column::Id.is_in(postings.iter().map(|row| row.account_id).collect::<Vec<_>>()))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| (row.id, row.code))
        .collect();
    // Posting ids rise with time, so they order transfers of the same millisecond.
    let mut first: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for row in &postings {
        let id = first.entry(row.transfer_id).or_insert(row.id);
        *id = std::cmp::min(row.id, *id);
    }
    let mut lines: Vec<((i64, Uuid, i32), PostedLine)> = postings
        .into_iter()
        .filter_map(|row| {
            let header = headers.get(&row.transfer_id)?;
            let line = PostedLine {
                reason: header.reason.clone(),
                at_ms: header.created_at,
                account: accounts.get(&row.account_id)?.clone(),
                side: row.side,
                minor: row.amount_minor,
            };
            let order = (line.at_ms, *first.get(&row.transfer_id)?, row.line);
            Some((order, line))
        })
        .collect();
    lines.sort_by_key(|(order, _)| *order);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// The balances of accounts in one currency, minor units, each locked until the transaction ends, in the order of their
/// codes. One that does not exist yet is made, so that there is something to lock.
pub(crate) async fn lock_balances(
    tx: &impl ConnectionTrait,
    accounts: &[LedgerAccount],
    currency: Currency,
) -> Result<BTreeMap<String, i64>> {
    let mut codes: Vec<String> = accounts.iter().map(LedgerAccount::code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut balances = BTreeMap::new();
    for code in codes {
        make_account(tx, &code, currency).await?;
        let row = ledger_account::Entity::find().filter(same(&code, currency)).lock_exclusive().one(tx).await?;
        let row = row.ok_or_else(|| Error::internal("ledger account", "the account vanished"))?;
        balances.insert(code, row.balance_minor);
    }
    Ok(balances)
}

/// What was posted to the growing side of an account since an instant, minor units.
pub(crate) async fn grown_since(
    connection: &impl ConnectionTrait,
    account: &LedgerAccount,
    currency: Currency,
    since: OffsetDateTime,
) -> Result<i64> {
    let transfer = ledger_posting::Entity::belongs_to(ledger_transfer::Entity)
        .from(ledger_posting::Column::TransferId)
        .to(ledger_transfer::Column::Id);
    let of_account = ledger_posting::Entity::belongs_to(ledger_account::Entity)
        .from(ledger_posting::Column::AccountId)
        .to(ledger_account::Column::Id);
    let sum: Option<Option<i64>> = ledger_posting::Entity::find()
        .select_only()
        .column_as(Expr::col(ledger_posting::Column::AmountMinor).sum().cast_as("BIGINT"), "sum")
        .join(JoinType::InnerJoin, transfer.into())
        .join(JoinType::InnerJoin, of_account.into())
        .filter(same(&account.code(), currency))
        .filter(ledger_posting::Column::Side.eq(enum_key(&account.normal_side())?))
        .filter(ledger_transfer::Column::CreatedAt.gte(to_ms(since)))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}

/// Accounts of a kind that hold money, by what stands behind the colon.
pub(crate) async fn holding(
    connection: &impl ConnectionTrait,
    kind: &str,
    currency: Currency,
) -> Result<Vec<LedgerAccount>> {
    let rows = ledger_account::Entity::find()
        .filter(ledger_account::Column::Code.starts_with(format!("{kind}:")))
        .filter(ledger_account::Column::Currency.eq(currency.code()))
        .filter(ledger_account::Column::BalanceMinor.gt(0))
        .order_by_asc(ledger_account::Column::Code)
        .all(connection)
        .await?;
    Ok(rows.iter().filter_map(|row| LedgerAccount::from_code(&row.code)).collect())
}
