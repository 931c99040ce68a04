//! Imported bank statements and what became of each movement.

use super::convert::{from_ms, key, money, to_ms};
use crate::bank_file::Movement;
use crate::entity::{statement_import, statement_line as entity};
use crate::error::{Error, Result};
use crate::secret::sha256_hex;
use domain::ids::{PaymentId, StatementLineId, UserId};
use domain::money::Money;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;
use uuid::Uuid;

/// What became of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStatus {
    /// It paid something, or was what we paid.
    Matched,
    /// Nothing here explains it yet.
    Open,
    /// The administrator said that it is none of ours.
    PutAside,
}

impl LineStatus {
    const ALL: [Self; 3] = [Self::Matched, Self::Open, Self::PutAside];

    const fn key(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Open => "open",
            Self::PutAside => "put_aside",
        }
    }
}

/// A movement as stored.
#[derive(Debug, Clone)]
pub struct StatementLine {
    /// Identity.
    pub id: StatementLineId,
    /// The line of its file.
    pub line: i32,
    /// When the bank booked it, as `2026-12-25`.
    pub booked_on: String,
    /// How much.
    pub amount: Money,
    /// Whether money came in.
    pub credit: bool,
    /// What was written with it.
    pub reference: String,
    /// Who paid or was paid.
    pub counterparty: String,
    /// Their account.
    pub counterparty_account: String,
    /// What became of it.
    pub status: LineStatus,
    /// What it was matched with, or why it was not.
    pub matched: String,
}

/// A file that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its name.
    pub name: String,
    /// `camt.053` or `CSV`.
    pub format: String,
    /// How many movements it had.
    pub lines: i32,
    /// When.
    pub created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<StatementLine> {
    let status = LineStatus::ALL.into_iter().find(|status| status.key() == row.status);
    Ok(StatementLine {
        id: StatementLineId(row.id),
        line: row.line,
        booked_on: row.booked_on,
        amount: money(row.amount_minor, &row.currency)?,
        credit: row.credit,
        reference: row.reference,
        counterparty: row.counterparty,
        counterparty_account: row.counterparty_account,
        status: key(status, "statement_lines.status")?,
        matched: row.matched,
    })
}

/// Inserts an import; `None` where the very same file was imported before.
pub(crate) async fn insert_import(
    tx: &impl ConnectionTrait,
    import: &Import,
    body: &[u8],
    by: UserId,
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let row = statement_import::ActiveModel {
        id: Set(id),
        name: Set(import.name.clone()),
        format: Set(import.format.clone()),
        sha256: Set(sha256_hex(body)),
        user_id: Set(by.0),
        lines: Set(import.lines),
        created_at: Set(to_ms(import.created_at)),
    };
    let inserted = statement_import::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok((inserted == 1).then_some(id))
}

/// Inserts a movement as open; `None` where another statement had it already. Two alike of one statement are two: the
/// `nth` of them is told apart.
pub(crate) async fn insert_line(
    tx: &impl ConnectionTrait,
    import: Uuid,
    movement: &Movement,
    nth: usize,
    now: OffsetDateTime,
) -> Result<Option<StatementLineId>> {
    let id = StatementLineId(Uuid::now_v7());
    let (day, currency) = (movement.booked_on.to_string(), movement.amount.currency().code());
    let told = [
        day.as_str(),
        currency,
        &movement.amount.minor().to_string(),
        if movement.credit { "credit" } else { "debit" },
        &movement.bank_reference,
        &movement.end_to_end,
        &movement.reference,
        &movement.counterparty_account,
        &nth.to_string(),
    ];
    let row = entity::ActiveModel {
        id: Set(id.0),
        import_id: Set(import),
        line: Set(i32::try_from(movement.line).unwrap_or(i32::MAX)),
        booked_on: Set(day.clone()),
        amount_minor: Set(movement.amount.minor()),
        currency: Set(currency.to_owned()),
        credit: Set(movement.credit),
        reference: Set(movement.reference.clone()),
        end_to_end: Set(movement.end_to_end.clone()),
        counterparty: Set(movement.counterparty.clone()),
        counterparty_account: Set(movement.counterparty_account.clone()),
        returned: Set(movement.returned.clone()),
        fingerprint: Set(sha256_hex(told.join("\u{1f}").as_bytes())),
        status: Set(LineStatus::Open.key().to_owned()),
        matched: Set(String::new()),
        payment_id: Set(None),
        note: Set(None),
        decided_by_user_id: Set(None),
        created_at: Set(to_ms(now)),
        updated_at: Set(to_ms(now)),
    };
    let inserted = entity::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok((inserted == 1).then_some(id))
}

/// What is decided about a movement.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    /// What became of it.
    pub(crate) status: LineStatus,
    /// With what it was matched, or why not.
    pub(crate) matched: String,
    /// The payment it became.
    pub(crate) payment: Option<PaymentId>,
    /// Who decided by hand, and their reason.
    pub(crate) by_hand: Option<(UserId, String)>,
}

/// Writes what became of a movement.
pub(crate) async fn decide(
    tx: &impl ConnectionTrait,
    id: StatementLineId,
    decision: Decision,
    now: OffsetDateTime,
) -> Result<()> {
    let (user, note) = decision.by_hand.unzip();
    let row = entity::ActiveModel {
        status: Set(decision.status.key().to_owned()),
        matched: Set(decision.matched),
        payment_id: Set(decision.payment.map(|payment| payment.0)),
        note: Set(note),
        decided_by_user_id: Set(user.map(|user| user.0)),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// One movement, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: StatementLineId) -> Result<StatementLine> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The movements with a status, newest first.
pub(crate) async fn lines(
    connection: &impl ConnectionTrait,
    status: LineStatus,
    limit: u64,
) -> Result<Vec<StatementLine>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Status.eq(status.key()))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Line)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The account that a payment came from, as its statement named it: holder and number.
pub(crate) async fn payer_of(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Option<(String, String)>> {
    let row = entity::Entity::find().filter(entity::Column::PaymentId.eq(payment.0)).one(connection).await?;
    Ok(row.map(|row| (row.counterparty, row.counterparty_account)))
}

/// The newest imports.
pub(crate) async fn imports(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Import>> {
    let rows = statement_import::Entity::find()
        .order_by_desc(statement_import::Column::CreatedAt)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Import { name: row.name, format: row.format, lines: row.lines, created_at: from_ms(row.created_at)? })
        })
        .collect()
}
