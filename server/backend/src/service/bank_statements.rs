//! Importing the bank's statements: what we paid is marked as paid or returned, what buyers sent pays their orders, and what
//! nothing here explains stays open until the administrator decides (rules.md sections 5.6 and 5.7).

use crate::Backend;
use crate::bank_file::{Movement, camt053, statement_csv};
use crate::error::{Error, Result};
use crate::port::{ConfirmedPayment, SendState};
use crate::repo::bank_statements::{self, Decision, Import, LineStatus, StatementLine};
use crate::repo::payments::{self, Payment, PaymentStatus};
use crate::repo::payouts::{self, PayoutStatus};
use crate::repo::{orders, staff_events};
use crate::service::bank_transfer::{BANK_RAIL, references_in};
use crate::service::payouts::Answered;
use crate::service::uploads::Upload;
use crate::service::viewer::Viewer;
use domain::ids::{PaymentId, PayoutId, StatementLineId};
use domain::money::Money;
use domain::text;
use sea_orm::DatabaseTransaction;
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

pub use crate::repo::bank_statements::{Import as StatementImport, StatementLine as Line};

const ROWS: u64 = 200;
const IMPORTS: u64 = 20;
/// Most movements of one file.
const MOVEMENTS_MAX: usize = 10_000;

/// What an import came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Movements in the file.
    pub movements: usize,
    /// Of them, what was known from an earlier statement.
    pub known: usize,
    /// Of the new ones, what was matched.
    pub matched: usize,
    /// Of the new ones, what stays open.
    pub open: usize,
}

/// The page of statements.
#[derive(Debug, Clone)]
pub struct Statements {
    /// What stays open.
    pub open: Vec<StatementLine>,
    /// What was matched lately.
    pub matched: Vec<StatementLine>,
    /// The newest imports.
    pub imports: Vec<Import>,
}

/// What a movement turned out to be.
struct Verdict {
    status: LineStatus,
    words: String,
    payment: Option<PaymentId>,
}

impl Verdict {
    fn open(words: impl Into<String>) -> Self {
        Self { status: LineStatus::Open, words: words.into(), payment: None }
    }

    fn matched(words: impl Into<String>) -> Self {
        Self { status: LineStatus::Matched, words: words.into(), payment: None }
    }
}

impl Backend {
    /// What was imported and what became of it, for the administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn bank_statements(&self, viewer: &Viewer) -> Result<Statements> {
        self.administrator(viewer)?;
        let connection = self.db().read();
        Ok(Statements {
            open: bank_statements::lines(connection, LineStatus::Open, ROWS).await?,
            matched: bank_statements::lines(connection, LineStatus::Matched, ROWS).await?,
            imports: bank_statements::imports(connection, IMPORTS).await?,
        })
    }

    /// Imports a statement, camt.053 or CSV. Malformed files are refused whole; what an earlier statement had is left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Invalid`] at `files`, with the
    /// line that is wrong.
    pub async fn import_statement(&self, viewer: &Viewer, uploads: Vec<Upload>) -> Result<Imported> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let upload = uploads.into_iter().find(|upload| !upload.body.is_empty());
        let upload = upload.ok_or_else(|| Error::field("files", "Choose a statement first."))?;
        let (format, movements) = read(&upload)?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let import = Import {
            name: upload.name.chars().filter(|c| !c.is_control()).take(100).collect(),
            format: format.to_owned(),
            lines: i32::try_from(movements.len()).unwrap_or(i32::MAX),
            created_at: now,
        };
        let Some(id) = bank_statements::insert_import(&tx, &import, &upload.body, viewer.user).await? else {
            return Err(Error::field("files", "This very file was imported before."));
        };
        let mut imported = Imported { movements: movements.len(), ..Imported::default() };
        let mut alike: HashMap<String, usize> = HashMap::new();
        for movement in &movements {
            let nth = alike.entry(format!("{:?}", Movement { line: 0, ..movement.clone() })).or_default();
            *nth += 1;
            match self.take_movement(&tx, id, movement, *nth, now).await? {
                None => imported.known += 1,
                Some(LineStatus::Matched) => imported.matched += 1,
                Some(_) => imported.open += 1,
            }
        }
        let detail = format!("{} movements, {} matched, {} open", imported.movements, imported.matched, imported.open);
        staff_events::record(&tx, self.staff_event(viewer, "import_statement", import.name, detail)).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(imported)
    }

    async fn take_movement(
        &self,
        tx: &DatabaseTransaction,
        import: Uuid,
        movement: &Movement,
        nth: usize,
        now: OffsetDateTime,
    ) -> Result<Option<LineStatus>> {
        let Some(id) = bank_statements::insert_line(tx, import, movement, nth, now).await? else { return Ok(None) };
        let verdict = self.explain(tx, id, movement, now).await?;
        let status = verdict.status;
        let decision = Decision { status, matched: verdict.words, payment: verdict.payment, by_hand: None };
        bank_statements::decide(tx, id, decision, now).await?;
        Ok(Some(status))
    }

    async fn explain(
        &self,
        tx: &DatabaseTransaction,
        line: StatementLineId,
        movement: &Movement,
        now: OffsetDateTime,
    ) -> Result<Verdict> {
        let written = format!("{} {}", movement.end_to_end, movement.reference);
        if let Some(payout) = payout_in(&written) {
            return self.explain_payout(tx, payout, movement, line, now).await;
        }
        if !movement.credit {
            return Ok(Verdict::open("Money went out that no payout explains."));
        }
        for reference in references_in(&written) {
            let found = payments::lock_by_reference(tx, BANK_RAIL, &reference).await;
            let payment = match found {
                Ok(payment) => payment,
                Err(Error::NotFound) => continue,
                Err(error) => return Err(error),
            };
            let payment = self.arrive(tx, payment, movement.amount, &movement.counterparty, line, now).await?;
            return Ok(Verdict { payment: Some(payment), ..Verdict::matched(format!("Payment {reference}")) });
        }
        Ok(Verdict::open("No reference of an order."))
    }

    /// What we paid went out, or came back.
    async fn explain_payout(
        &self,
        tx: &DatabaseTransaction,
        id: PayoutId,
        movement: &Movement,
        line: StatementLineId,
        now: OffsetDateTime,
    ) -> Result<Verdict> {
        let order = match payouts::order_of(tx, id).await {
            Ok(order) => order,
            Err(Error::NotFound) => return Ok(Verdict::open("A reference like a payout's, but of none here.")),
            Err(error) => return Err(error),
        };
        let mut stored = orders::lock(tx, order).await?;
        let payout = payouts::lock(tx, id).await?;
        if payout.amount != movement.amount {
            return Ok(Verdict::open(format!("The payout is {}, not {}.", payout.amount, movement.amount)));
        }
        let number = stored.facts.number;
        let by_file = payout.batch.is_some();
        match (payout.status, movement.credit) {
            (PayoutStatus::Sent | PayoutStatus::Unknown, back) if by_file => {
                let (state, said) = if back {
                    (SendState::Failed(reason_of(movement)), " came back")
                } else {
                    (SendState::Paid { reference: bank_name_of(movement) }, "")
                };
                self.settle_payout(tx, &mut stored, &payout, Answered { attempt: payout.attempts, state }, now).await?;
                Ok(Verdict::matched(format!("Payout of order {number}{said}")))
            }
            (PayoutStatus::Paid, true) if by_file => {
                let key = format!("payout:{id}:returned:{line}");
                self.return_payout(tx, &stored, &payout, &reason_of(movement), &key, now).await?;
                Ok(Verdict::matched(format!("Payout of order {number} came back")))
            }
            (status, _) => Ok(Verdict::open(format!(
                "The payout of order {number} is “{}”, so the bank should not have booked this.",
                status.words()
            ))),
        }
    }

    /// A buyer's transfer arrived. A second one under the same reference is a payment of its own, so that it is never lost.
    async fn arrive(
        &self,
        tx: &DatabaseTransaction,
        payment: Payment,
        received: Money,
        payer: &str,
        line: StatementLineId,
        now: OffsetDateTime,
    ) -> Result<PaymentId> {
        let payment = if payment.status.is_open() {
            payment
        } else {
            let again = Payment {
                id: PaymentId(Uuid::now_v7()),
                reference: Some(format!("{}:{line}", payment.reference.clone().unwrap_or_default())),
                status: PaymentStatus::Started,
                method: None,
                failure: None,
                created_at: now,
                ..payment
            };
            payments::insert(tx, &again).await?;
            again
        };
        let method = if payer.is_empty() { "Bank transfer".to_owned() } else { format!("Bank transfer from {payer}") };
        self.money_arrived(tx, &payment, ConfirmedPayment { received, method }, now).await?;
        Ok(payment.id)
    }

    /// Decides by hand that money which came in was for the order with this number. Where it does not fit, it goes to
    /// suspense like any other.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Invalid`] at `order` or
    /// `note`; [`Error::Refused`] where it was decided, or money went out.
    pub async fn assign_line(&self, viewer: &Viewer, id: StatementLineId, order: &str, note: &str) -> Result<()> {
        let (tx, line, note) = self.decide_line(viewer, id, note).await?;
        if !line.credit {
            return Err(Error::Refused("Money that went out cannot pay an order."));
        }
        let unknown = || Error::field("order", "Enter the number of an order, such as 1042.");
        let number = order.trim().parse::<i64>().map_err(|_| unknown())?;
        let stored = orders::by_number(&tx, number).await?.ok_or_else(unknown)?;
        self.same_rail(&tx, &stored, BANK_RAIL).await?;
        let now = self.now();
        let quote = self.quote_for_transfer(&tx, &stored, now).await?;
        let payment = Payment {
            id: PaymentId(Uuid::now_v7()),
            order: stored.order.id,
            quote,
            rail: BANK_RAIL.to_owned(),
            reference: Some(format!("statement:{id}")),
            amount: line.amount,
            status: PaymentStatus::Started,
            method: None,
            failure: None,
            created_at: now,
        };
        payments::insert(&tx, &payment).await?;
        let payment = self.arrive(&tx, payment, line.amount, &line.counterparty, id, now).await?;
        let words = format!("Order {number}, by hand");
        let by_hand = Some((viewer.user, note.clone()));
        let decision = Decision { status: LineStatus::Matched, matched: words, payment: Some(payment), by_hand };
        bank_statements::decide(&tx, id, decision, now).await?;
        staff_events::record(&tx, self.staff_event(viewer, "assign_movement", format!("order {number}"), note)).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Decides by hand that a movement is none of ours, such as the bank's own charge.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Unconfirmed`]; [`Error::Invalid`] at `note`;
    /// [`Error::Refused`] where it was decided.
    pub async fn put_line_aside(&self, viewer: &Viewer, id: StatementLineId, note: &str) -> Result<()> {
        let (tx, line, note) = self.decide_line(viewer, id, note).await?;
        let by_hand = Some((viewer.user, note.clone()));
        let decision = Decision { status: LineStatus::PutAside, matched: line.matched, payment: None, by_hand };
        bank_statements::decide(&tx, id, decision, self.now()).await?;
        let subject = format!("{} {}", line.booked_on, line.amount);
        staff_events::record(&tx, self.staff_event(viewer, "put_movement_aside", subject, note)).await?;
        Ok(tx.commit().await?)
    }

    async fn decide_line(
        &self,
        viewer: &Viewer,
        id: StatementLineId,
        note: &str,
    ) -> Result<(DatabaseTransaction, StatementLine, String)> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let note = text::paragraph(note).map_err(|message| Error::field("note", message))?;
        if note.is_empty() {
            return Err(Error::field("note", "Give a reason; it stays in the records."));
        }
        let tx = self.db().begin().await?;
        let line = bank_statements::lock(&tx, id).await?;
        if line.status != LineStatus::Open {
            return Err(Error::Refused("This movement was decided already."));
        }
        Ok((tx, line, note))
    }
}

/// Reads a file by what it is, not by what it is called.
fn read(upload: &Upload) -> Result<(&'static str, Vec<Movement>)> {
    let first = upload.body.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte));
    let (format, movements) = match first {
        Some(b'<') => ("camt.053", camt053::read(&upload.body)),
        _ => ("CSV", statement_csv::read(&upload.body)),
    };
    let movements = movements.map_err(|malformed| Error::field("files", malformed.to_string()))?;
    if movements.len() > MOVEMENTS_MAX {
        return Err(Error::field("files", format!("A statement has at most {MOVEMENTS_MAX} movements here.")));
    }
    Ok((format, movements))
}

/// The payout that a reference names: 32 hexadecimal digits in a row.
fn payout_in(written: &str) -> Option<PayoutId> {
    let mut words = written.split(|c: char| !c.is_ascii_hexdigit());
    words.find(|word| word.len() == 32).and_then(|word| Uuid::try_parse(word).ok()).map(PayoutId)
}

fn bank_name_of(movement: &Movement) -> String {
    if movement.bank_reference.is_empty() {
        format!("statement of {}", movement.booked_on)
    } else {
        movement.bank_reference.clone()
    }
}

fn reason_of(movement: &Movement) -> String {
    let code = movement.returned.as_deref().unwrap_or_default();
    let words = match code {
        "AC01" => "the account number is wrong",
        "AC04" => "the account is closed",
        "AC06" => "the account is blocked",
        "AM04" => "the money did not suffice",
        "BE04" => "the address is missing",
        "MS03" | "" => "the bank gave no reason",
        other => return format!("The bank sent it back: {other}."),
    };
    format!("The bank sent it back: {words}.")
}
