//! Where merchants are paid: an Indian bank account, given by the branch's code (instamojo.md section 4.3).

use super::tokens::Bearer;
use super::users::{find, required};
use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::merchants;
use crate::service::bank::{self, BankAccount};
use crate::service::payouts;
use crate::service::typed::keep;
use domain::ids::{AccountId, BankAccountId, PartyId};
use domain::limits::NAME_CHARS_MAX;
use domain::money::Currency;
use domain::text;
use time::OffsetDateTime;
use uuid::Uuid;

/// Where a merchant is paid, as sent; what is missing is empty.
#[derive(Debug, Clone, Default)]
pub struct MerchantBank {
    /// The holder's name.
    pub account_holder_name: String,
    /// The account number.
    pub account_number: String,
    /// The code of the bank's branch.
    pub ifsc_code: String,
}

/// Where a merchant is paid, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBank {
    /// Whose it is.
    pub account: AccountId,
    /// The holder's name.
    pub account_holder_name: String,
    /// The account number.
    pub account_number: String,
    /// The code of the bank's branch.
    pub ifsc_code: String,
    /// When it was given.
    pub updated_at: OffsetDateTime,
}

impl Backend {
    /// Sets or changes where a merchant is paid, with the alert and the cool-off that every change has.
    ///
    /// # Errors
    /// [`Error::NotFound`] as in [`Self::merchant_for`]; [`Error::Invalid`] with every refused field: `account_holder_name`,
    /// `account_number`, `ifsc_code`.
    pub async fn set_merchant_bank(&self, caller: &Bearer, id: &str, bank: MerchantBank) -> Result<StoredBank> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let row = find(&tx, caller, id).await?;
        let bank = check_bank(&bank)?;
        let account = BankAccount {
            id: BankAccountId(Uuid::nil()),
            bank: format!("IFSC {}", bank.ifsc_code),
            number: bank.account_number.clone(),
            holder: bank.account_holder_name.clone(),
            usable_from: now,
        };
        bank::replace(&tx, row.account.into(), Currency::Inr, account, now).await?;
        merchants::set_bank(&tx, row.account, &bank.ifsc_code, now).await?;
        payouts::queue_waiting(&tx, PartyId::Account(row.account), now).await?;
        tx.commit().await?;
        self.wake_workers();
        let MerchantBank { account_holder_name, account_number, ifsc_code } = bank;
        Ok(StoredBank { account: row.account, account_holder_name, account_number, ifsc_code, updated_at: now })
    }
}

/// Bank details as they are stored, or all that is wrong with them.
fn check_bank(given: &MerchantBank) -> Result<MerchantBank> {
    let mut wrong = Vec::new();
    let holder = required(&given.account_holder_name)
        .and_then(|holder| text::line(holder, "the account holder's name", NAME_CHARS_MAX));
    let holder = keep(&mut wrong, "account_holder_name", holder);
    let number = keep(&mut wrong, "account_number", required(&given.account_number).and_then(account_number));
    let ifsc = keep(&mut wrong, "ifsc_code", required(&given.ifsc_code).and_then(ifsc));
    match (holder, number, ifsc) {
        (Some(account_holder_name), Some(account_number), Some(ifsc_code)) => {
            Ok(MerchantBank { account_holder_name, account_number, ifsc_code })
        }
        _ => Err(Error::Invalid(wrong)),
    }
}

fn account_number(typed: &str) -> std::result::Result<String, String> {
    let number: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let right = (5..=30).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    if right { Ok(number) } else { Err("Enter a valid account number.".to_owned()) }
}

/// The code of a branch: four letters of the bank, a zero, and six letters or digits.
fn ifsc(typed: &str) -> std::result::Result<String, String> {
    let code = typed.trim().to_uppercase();
    let mut bytes = code.bytes();
    let right = code.len() == 11
        && bytes.by_ref().take(4).all(|byte| byte.is_ascii_uppercase())
        && bytes.next() == Some(b'0')
        && bytes.all(|byte| byte.is_ascii_alphanumeric());
    if right { Ok(code) } else { Err("Enter a valid IFSC code.".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::super::users::REQUIRED;
    use super::*;

    #[test]
    fn bank_details_are_told_all_at_once() {
        let Err(Error::Invalid(wrong)) = check_bank(&MerchantBank::default()) else { panic!("accepted") };
        let fields: Vec<&str> = wrong.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["account_holder_name", "account_number", "ifsc_code"]);
        assert!(wrong.iter().all(|error| error.message == REQUIRED));
        assert_eq!(account_number("1234 5678-9").as_deref(), Ok("123456789"));
        assert!(account_number("1234").is_err() && account_number("12345x").is_err());
        assert_eq!(ifsc("sbin0000111").as_deref(), Ok("SBIN0000111"));
        for bad in ["SBIN1000111", "SBI00000111", "SBIN000011", "SBIN00001111", "SBIN0000ä1"] {
            assert!(ifsc(bad).is_err(), "{bad}");
        }
    }
}
