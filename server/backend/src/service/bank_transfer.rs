//! Paying by bank transfer: the buyer sends the money with a reference, and the bank's statement tells that it arrived.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::payments::{self, Payment};
use crate::secret::random_bytes;
use crate::service::access::OrderRef;
use crate::service::order_view::OrderView;
use crate::service::platform::OwnBank;
use crate::service::viewer::Viewer;
use domain::ids::QuoteId;
use domain::money::Money;

/// The stored name of the rail of bank transfers, as in `clearing:bank`.
pub(crate) const BANK_RAIL: &str = "bank";
/// What every reference begins with.
const PREFIX: &str = "HF";
/// Letters behind the order's number.
const LETTERS: usize = 4;

/// What a buyer needs to send a bank transfer.
#[derive(Debug, Clone)]
pub struct TransferInstructions {
    /// The order.
    pub order: OrderView,
    /// Exactly this must arrive.
    pub amount: Money,
    /// Where it goes.
    pub to: OwnBank,
    /// What must stand in the transfer.
    pub reference: String,
}

impl Backend {
    /// Whether buyers can pay by bank transfer in the currency of an order.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn takes_transfers(&self, order: &OrderView) -> Result<bool> {
        Ok(self.platform().await?.settings.banks.contains_key(&order.order.price.currency))
    }

    /// Whether buyers can pay by the payment rail.
    #[must_use]
    pub fn takes_cards(&self) -> bool {
        self.rail().takes_payments()
    }

    /// Starts paying a quote by bank transfer; an earlier transfer of the same amount that did not arrive yet is taken up
    /// again, so that its reference stays good.
    ///
    /// # Errors
    /// As for starting a payment by the rail; [`Error::Refused`] where the platform has no account in the currency.
    pub async fn start_transfer(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        quote: QuoteId,
        key: &str,
    ) -> Result<()> {
        let (access, stored) = self.open_order(self.db().read(), viewer, reference).await?;
        let access = access.to_act()?;
        if !self.platform().await?.settings.banks.contains_key(&stored.order.price.currency) {
            return Err(Error::Refused("Bank transfers are not offered in this currency. Pay by card."));
        }
        let (payment, _) = self.record_payment(access, quote, key, BANK_RAIL).await?;
        if payment.reference.is_some() {
            return Ok(());
        }
        let letters: String = random_bytes::<LETTERS>().into_iter().map(|byte| char::from(b'A' + byte % 26)).collect();
        let tx = self.db().begin().await?;
        payments::set_reference(&tx, payment.id, &format!("{PREFIX}{}{letters}", stored.facts.number)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the buyer has to send, while it did not arrive.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the buyer, and where no transfer is expected.
    pub async fn transfer_instructions(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
    ) -> Result<TransferInstructions> {
        let order = self.order_view(viewer, reference).await?;
        let expected = open_transfer(&order).filter(|_| order.role == domain::order::Role::Buyer);
        let payment = expected.cloned().ok_or(Error::NotFound)?;
        let reference = payment.reference.ok_or(Error::NotFound)?;
        let banks = self.platform().await?.settings.banks;
        let to = banks.get(&payment.amount.currency()).cloned().ok_or(Error::NotFound)?;
        Ok(TransferInstructions { order, amount: payment.amount, to, reference: spaced(&reference) })
    }
}

/// The transfer of an order that is announced and did not arrive.
#[must_use]
pub fn open_transfer(order: &OrderView) -> Option<&Payment> {
    let announced = order.payments.iter().find(|payment| payment.rail == BANK_RAIL && payment.status.is_open());
    announced.filter(|payment| payment.reference.is_some())
}

/// A reference as people read it: `HF 1042 ABCD`.
fn spaced(reference: &str) -> String {
    let Some(rest) = reference.strip_prefix(PREFIX) else { return reference.to_owned() };
    let (number, letters) = rest.split_at(rest.len().saturating_sub(LETTERS));
    format!("{PREFIX} {number} {letters}")
}

/// The references that may stand in what a payer wrote, whatever spaces, dashes and words are around them.
pub(crate) fn references_in(written: &str) -> Vec<String> {
    let plain: String = written.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let mut found = Vec::new();
    for (start, _) in plain.match_indices(PREFIX) {
        let rest = &plain[start + PREFIX.len()..];
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let letters: String = rest.chars().skip(digits).take(LETTERS).collect();
        if digits > 0 && letters.len() == LETTERS && letters.chars().all(|c| c.is_ascii_uppercase()) {
            found.push(format!("{PREFIX}{}{letters}", &rest[..digits]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{references_in, spaced};

    #[test]
    fn a_reference_is_found_however_the_payer_wrote_it() {
        for written in ["HF1042ABCD", "hf 1042 abcd", "Order HF-1042-ABCD, thank you", "/INV/HF 1042ABCD/ROC"] {
            assert_eq!(references_in(written).first().map(String::as_str), Some("HF1042ABCD"), "{written}");
        }
        for written in ["", "HF", "HF1042", "HF1042AB", "1042ABCD", "HFABCD", "HF 1042 AB1D"] {
            assert_eq!(references_in(written), Vec::<String>::new(), "{written}");
        }
        assert_eq!(spaced("HF1042ABCD"), "HF 1042 ABCD");
    }
}
