//! The file of a batch for the bank.

use crate::Backend;
use crate::bank_file::pain001::{self, CreditTransfer, PartyAccount, PaymentOrder};
use crate::bank_file::payments_csv;
use crate::error::{Error, Result};
use crate::repo::{bank_accounts, batches, desk_payouts};
use crate::service::desk::own_bank;
use crate::service::viewer::Viewer;
use domain::bank::find_bank;
use domain::ids::{BatchId, PayoutId};

/// How a batch is written for the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// ISO 20022.
    Pain001,
    /// Comma-separated values.
    Csv,
}

impl Backend {
    /// The file of a batch that was handed to the bank; the same at every download.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator, and before the batch was exported.
    pub async fn batch_file(&self, viewer: &Viewer, id: BatchId, format: FileFormat) -> Result<String> {
        self.administrator(viewer)?;
        let connection = self.db().read();
        let batch = batches::by_id(connection, id).await?;
        let made_at = batch.exported_at.ok_or(Error::NotFound)?;
        let platform = self.platform().await?;
        let own = own_bank(&platform, batch.currency)?;
        let mut transfers = Vec::new();
        for row in self.desk_rows(desk_payouts::of_batch(connection, id).await?).await? {
            let bank = match row.payout.bank_account {
                Some(bank) => bank_accounts::by_id(connection, bank).await?,
                None => None,
            };
            let bank = bank.ok_or_else(|| Error::internal("batch file", "a payout without a bank account"))?;
            transfers.push(CreditTransfer {
                end_to_end: end_to_end(row.payout.id),
                minor: row.payout.amount.minor(),
                to: PartyAccount {
                    name: bank.holder,
                    number: bank.number,
                    code: find_bank(&bank.bank).map(|bank| bank.code.to_owned()).unwrap_or_default(),
                    bank: bank.bank,
                },
                remittance: format!("{} order {}", platform.settings.name, row.number),
            });
        }
        let from = PartyAccount {
            name: own.holder.clone(),
            number: own.number.clone(),
            bank: own.bank.clone(),
            code: own.code.clone(),
        };
        let order = PaymentOrder {
            id: format!("BATCH-{}", batch.number),
            made_at,
            execute_on: made_at.date(),
            from,
            currency: batch.currency,
            transfers,
        };
        let printed = match format {
            FileFormat::Pain001 => pain001::print(&order),
            FileFormat::Csv => payments_csv::print(&order),
        };
        printed.map_err(|source| Error::internal("batch file", source))
    }
}

/// What comes back on the bank's statement for a payout: 32 letters and digits.
fn end_to_end(payout: PayoutId) -> String {
    payout.0.simple().to_string()
}
