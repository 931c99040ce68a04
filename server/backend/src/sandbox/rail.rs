//! A simulated payment provider with documented outcomes. It exists in the sandbox only, and stands behind the same port
//! as a real one: its own tables, its own hosted page, its own late and repeated notifications.

use crate::db::Db;
use crate::entity::{sandbox_charge as charge, sandbox_transfer as transfer};
use crate::error::{Error, Result};
use crate::port::{
    Clock, ConfirmedPayment, OpenPayment, OpenedPayment, PaymentState, Rail, RailError, Send, SendState, Target,
};
use crate::repo::convert::{from_json, money, to_json, to_ms};
use async_trait::async_trait;
use domain::Money;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use time::Duration;
use uuid::Uuid;

/// What a test number leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The money arrives.
    Success,
    /// The bank refuses.
    Declined,
    /// Not enough money.
    Insufficient,
    /// Some seconds later the money arrives.
    PendingSuccess,
    /// Some seconds later the bank refuses.
    PendingFailure,
    /// The money arrives and the provider says so twice.
    ReportedTwice,
    /// Less arrives than was asked for.
    WrongAmount,
    /// The money arrives; a later refund is refused.
    RefundFails,
    /// The money arrives; a later refund is unknown at first.
    RefundUnknown,
}

/// A documented number.
#[derive(Debug, Clone, Copy)]
pub struct TestNumber {
    /// The card number.
    pub card: &'static str,
    /// The account number for a bank transfer.
    pub account: &'static str,
    /// What it leads to.
    pub outcome: Outcome,
    /// That in words.
    pub words: &'static str,
}

/// Every documented number of the hosted page.
pub const TEST_NUMBERS: [TestNumber; 9] = [
    TestNumber { card: "4242 4242 4242 4242", account: "0000000001", outcome: Outcome::Success, words: "Succeeds" },
    TestNumber {
        card: "4000 0000 0000 0002",
        account: "0000000002",
        outcome: Outcome::Declined,
        words: "Declined by the bank",
    },
    TestNumber {
        card: "4000 0000 0000 9995",
        account: "0000000003",
        outcome: Outcome::Insufficient,
        words: "Not enough money",
    },
    TestNumber {
        card: "4000 0000 0000 3220",
        account: "0000000004",
        outcome: Outcome::PendingSuccess,
        words: "Pending, then succeeds",
    },
    TestNumber {
        card: "4000 0000 0000 3238",
        account: "0000000005",
        outcome: Outcome::PendingFailure,
        words: "Pending, then fails",
    },
    TestNumber {
        card: "4000 0000 0000 0077",
        account: "0000000006",
        outcome: Outcome::ReportedTwice,
        words: "Succeeds, reported twice",
    },
    TestNumber {
        card: "4000 0000 0000 0093",
        account: "0000000007",
        outcome: Outcome::WrongAmount,
        words: "A smaller amount arrives",
    },
    TestNumber {
        card: "4000 0000 0000 5126",
        account: "0000000008",
        outcome: Outcome::RefundFails,
        words: "Succeeds; a refund fails",
    },
    TestNumber {
        card: "4000 0000 0000 7726",
        account: "0000000009",
        outcome: Outcome::RefundUnknown,
        words: "Succeeds; a refund is unknown at first",
    },
];

/// Endings of a payout's account number with their outcome; every other number is paid.
pub const PAYOUT_ENDINGS: [(&str, &str); 2] =
    [("0002", "refused: the account is closed"), ("0009", "unknown at first, paid when asked again")];

/// How long a pending payment stays pending.
const PENDING_FOR: Duration = Duration::seconds(8);

/// A payment as the hosted page shows it.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The provider's reference.
    pub reference: String,
    /// What is asked for.
    pub amount: Money,
    /// For what.
    pub description: String,
    /// Where the browser goes afterwards.
    pub return_url: String,
    /// Whether the buyer still has to pay.
    pub open: bool,
}

/// The simulated provider.
#[derive(Clone)]
pub struct SandboxRail {
    db: Db,
    clock: Arc<dyn Clock>,
    public_url: String,
}

impl SandboxRail {
    /// A provider that keeps its books in `db`.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, public_url: String) -> Self {
        Self { db, clock, public_url }
    }

    /// The charge behind a hosted page.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a reference of nobody.
    pub async fn charge(&self, reference: &str) -> Result<Charge> {
        let row = self.row(reference).await?;
        Ok(Charge {
            amount: money(row.amount_minor, &row.currency)?,
            reference: row.reference,
            description: row.description,
            return_url: row.return_url,
            open: row.status == "open",
        })
    }

    /// The buyer pays with a test number; the answer comes later, as from a real provider.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `number`, [`Error::Refused`] where it was paid already.
    pub async fn submit(&self, reference: &str, number: &str) -> Result<Charge> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let same = |known: &str| known.chars().filter(char::is_ascii_digit).eq(digits.chars());
        let found = TEST_NUMBERS.into_iter().find(|known| same(known.card) || same(known.account));
        let known = found
            .ok_or_else(|| Error::field("number", "Use one of the test numbers below; no real card works here."))?;
        let method = if same(known.card) { "Card ending" } else { "Bank account ending" };
        let ending: String = digits.chars().skip(digits.len().saturating_sub(4)).collect();
        let later = matches!(known.outcome, Outcome::PendingSuccess | Outcome::PendingFailure);
        let now = self.clock.now();
        let row = charge::ActiveModel {
            status: Set("pending".to_owned()),
            outcome: Set(Some(to_json(&(known.outcome, format!("{method} {ending}")))?)),
            confirm_at: Set(Some(to_ms(if later { now + PENDING_FOR } else { now }))),
            ..Default::default()
        };
        let written = charge::Entity::update_many()
            .set(row)
            .filter(charge::Column::Reference.eq(reference))
            .filter(charge::Column::Status.eq("open"))
            .exec(self.db.writer())
            .await?;
        if written.rows_affected == 0 {
            self.row(reference).await?;
            return Err(Error::Refused("This payment was made already. Go back to the shop."));
        }
        self.charge(reference).await
    }

    /// References whose answer is due now; each is told to the shop as often as its outcome says.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn due_notifications(&self, limit: u64) -> Result<Vec<String>> {
        let rows = charge::Entity::find()
            .filter(charge::Column::ConfirmAt.lte(to_ms(self.clock.now())))
            .order_by_asc(charge::Column::ConfirmAt)
            .limit(limit)
            .all(self.db.read())
            .await?;
        let mut due = Vec::new();
        for row in rows {
            let (outcome, _) = outcome_of(&row)?;
            let tell = if outcome == Outcome::ReportedTwice { 2 } else { 1 };
            let told = row.notify_count + 1;
            let change = charge::ActiveModel {
                status: Set(if succeeds(outcome) { "succeeded" } else { "failed" }.to_owned()),
                notify_count: Set(told),
                confirm_at: Set(if told < tell { row.confirm_at } else { None }),
                ..Default::default()
            };
            charge::Entity::update_many()
                .set(change)
                .filter(charge::Column::Id.eq(row.id))
                .exec(self.db.writer())
                .await?;
            due.push(row.reference);
        }
        Ok(due)
    }

    async fn row(&self, reference: &str) -> Result<charge::Model> {
        charge::Entity::find()
            .filter(charge::Column::Reference.eq(reference))
            .one(self.db.read())
            .await?
            .ok_or(Error::NotFound)
    }

    async fn open(&self, request: OpenPayment) -> Result<OpenedPayment> {
        let reference = format!("sbx_{}", request.payment.0.simple());
        let row = charge::ActiveModel {
            id: Set(Uuid::now_v7()),
            reference: Set(reference.clone()),
            payment_id: Set(request.payment.0),
            amount_minor: Set(request.amount.minor()),
            currency: Set(request.amount.currency().code().to_owned()),
            description: Set(request.description),
            return_url: Set(request.return_url),
            status: Set("open".to_owned()),
            outcome: Set(None),
            confirm_at: Set(None),
            notify_count: Set(0),
            created_at: Set(to_ms(self.clock.now())),
        };
        charge::Entity::insert(row)
            .on_conflict(OnConflict::column(charge::Column::Reference).do_nothing().to_owned())
            .exec_without_returning(self.db.writer())
            .await?;
        Ok(OpenedPayment { url: format!("{}/sandbox/pay/{reference}", self.public_url), reference })
    }

    async fn state(&self, reference: &str) -> Result<PaymentState> {
        let row = self.row(reference).await?;
        if row.status == "open" {
            return Ok(PaymentState::Open);
        }
        if row.status == "pending" {
            return Ok(PaymentState::Pending);
        }
        let (outcome, method) = outcome_of(&row)?;
        let short = if outcome == Outcome::WrongAmount { 100.min(row.amount_minor - 1) } else { 0 };
        Ok(match outcome {
            Outcome::Declined => {
                PaymentState::Failed("The bank declined the payment. Try another card or bank account.".to_owned())
            }
            Outcome::Insufficient => PaymentState::Failed(
                "There is not enough money on this account. Try another card or bank account.".to_owned(),
            ),
            Outcome::PendingFailure => {
                PaymentState::Failed("The bank refused the payment. You were not charged.".to_owned())
            }
            _ => PaymentState::Succeeded(ConfirmedPayment {
                received: money(row.amount_minor - short, &row.currency)?,
                method,
            }),
        })
    }

    async fn transfer(&self, send: &Send) -> Result<SendState> {
        let reference = format!("sbt_{}_{}", send.payout.0.simple(), send.attempt);
        let (kind, number) = match &send.target {
            Target::Bank { number, .. } => ("payout", Some(number.clone())),
            Target::Payment { .. } => ("refund", None),
        };
        let known =
            transfer::Entity::find().filter(transfer::Column::Reference.eq(&reference)).one(self.db.read()).await?;
        if let Some(known) = known {
            // The second time it is asked, the provider knows.
            return Ok(if known.outcome == "failed" { failed() } else { SendState::Paid { reference } });
        }
        let outcome = self.transfer_outcome(&send.target).await?;
        let row = transfer::ActiveModel {
            id: Set(Uuid::now_v7()),
            reference: Set(reference.clone()),
            kind: Set(kind.to_owned()),
            account_number: Set(number),
            amount_minor: Set(send.amount.minor()),
            currency: Set(send.amount.currency().code().to_owned()),
            outcome: Set(outcome.to_owned()),
            created_at: Set(to_ms(self.clock.now())),
        };
        transfer::Entity::insert(row)
            .on_conflict(OnConflict::column(transfer::Column::Reference).do_nothing().to_owned())
            .exec_without_returning(self.db.writer())
            .await?;
        Ok(match outcome {
            "failed" => failed(),
            "unknown" => SendState::Unknown,
            _ => SendState::Paid { reference },
        })
    }

    async fn transfer_outcome(&self, target: &Target) -> Result<&'static str> {
        Ok(match target {
            Target::Bank { number, .. } if number.ends_with("0002") => "failed",
            Target::Bank { number, .. } if number.ends_with("0009") => "unknown",
            Target::Bank { .. } => "paid",
            Target::Payment { reference } => match outcome_of(&self.row(reference).await?)?.0 {
                Outcome::RefundFails => "failed",
                Outcome::RefundUnknown => "unknown",
                _ => "paid",
            },
        })
    }
}

fn failed() -> SendState {
    SendState::Failed("The receiving account is closed.".to_owned())
}

const fn succeeds(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Declined | Outcome::Insufficient | Outcome::PendingFailure)
}

fn outcome_of(row: &charge::Model) -> Result<(Outcome, String)> {
    let text = row.outcome.as_deref().ok_or_else(|| Error::internal("sandbox charge", "paid without an outcome"))?;
    from_json(text)
}

fn rail_error(error: Error) -> RailError {
    RailError(Box::new(error))
}

#[async_trait]
impl Rail for SandboxRail {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn open_payment(&self, request: OpenPayment) -> std::result::Result<OpenedPayment, RailError> {
        self.open(request).await.map_err(rail_error)
    }

    async fn payment(&self, reference: &str) -> std::result::Result<PaymentState, RailError> {
        self.state(reference).await.map_err(rail_error)
    }

    async fn send(&self, send: &Send) -> std::result::Result<SendState, RailError> {
        self.transfer(send).await.map_err(rail_error)
    }
}
