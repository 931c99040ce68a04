//! Paying an order, and what the rail tells about it (rules.md sections 5.3 and 5.6).

use crate::Backend;
use crate::error::{Error, Result};
use crate::port::{ConfirmedPayment, OpenPayment, PaymentState};
use crate::repo::idempotency::{self, Key};
use crate::repo::orders::{self, Stored};
use crate::repo::payments::{self, Outcome, Payment, PaymentStatus};
use crate::repo::{collections, quotes};
use crate::sandbox::rail::Charge;
use crate::service::access::{Access, OrderRef};
use crate::service::attempts::Attempts;
use crate::service::bank_transfer::BANK_RAIL;
use crate::service::execute::execute_over;
use crate::service::payouts::paid_by;
use crate::service::quote::may_pay;
use crate::service::suspense;
use crate::service::viewer::Viewer;
use domain::Money;
use domain::ids::{PaymentId, QuoteId};
use domain::order::{Actor, Command, Denied, Guard, Role};
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;
use uuid::Uuid;

impl Backend {
    /// Starts paying a quote; answers the address of the rail's hosted page. The same key opens the same page again.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Expired`] for an old quote, [`Error::Denied`] before any charge
    /// where the order cannot be paid now, [`Error::Refused`] while another payment is on its way.
    pub async fn start_payment(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        quote: QuoteId,
        key: &str,
    ) -> Result<String> {
        let back = format!("/orders/{reference}/paid");
        self.start_payment_back_to(viewer, reference, quote, key, &back).await
    }

    /// The same, with the path that the provider sends the buyer back to.
    pub(crate) async fn start_payment_back_to(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        quote: QuoteId,
        key: &str,
        back: &str,
    ) -> Result<String> {
        let access = self.open_order(self.db().read(), viewer, reference).await?.0.to_act()?;
        let (payment, title) = self.record_payment(access, quote, key, self.rail().name()).await?;
        let request =
            OpenPayment { payment: payment.id, amount: payment.amount, description: title, return_url: self.url(back) };
        let opened =
            self.rail().open_payment(request).await.map_err(|source| Error::internal("open payment", source))?;
        let tx = self.db().begin().await?;
        payments::set_reference(&tx, payment.id, &opened.reference).await?;
        tx.commit().await?;
        Ok(opened.url)
    }

    /// Writes down that a quote is about to be paid by a rail; answers the payment and what it is for.
    pub(crate) async fn record_payment(
        &self,
        access: Access,
        quote: QuoteId,
        key: &str,
        rail: &str,
    ) -> Result<(Payment, String)> {
        let now = self.now();
        let key = Key {
            scope: format!("{}:start_payment", access.order),
            request_hash: quote.to_string(),
            key: key.to_owned(),
        };
        let tx = self.db().begin().await?;
        let earlier: Option<PaymentId> = idempotency::claim(&tx, &key, now).await?;
        let stored = orders::lock(&tx, access.order).await?;
        let Stored { order, facts } = &stored;
        let description = format!("Order {} – {}", facts.number, facts.title);
        let existing = payments::of_order(&tx, order.id).await?;
        if let Some(payment) = earlier.and_then(|id| existing.iter().find(|payment| payment.id == id)) {
            return Ok((payment.clone(), description));
        }
        may_pay(order, access.actor, now)?;
        self.same_rail(&tx, &stored, rail).await?;
        if existing.iter().any(|payment| payment.status == PaymentStatus::Pending) {
            return Err(Error::Refused("A payment for this order is on its way already. Wait for it to be confirmed."));
        }
        let quote = quotes::of_order(&tx, quote, order.id).await?;
        if now > quote.expires_at {
            return Err(Error::Expired("This quote is over its time. Look at the new one and pay that."));
        }
        let amount = Money::new(quote.quote.total(), quote.quote.currency)
            .map_err(|source| Error::internal("quote total", source))?;
        let announced = existing.iter().find(|payment| {
            payment.rail == BANK_RAIL && rail == BANK_RAIL && payment.status.is_open() && payment.amount == amount
        });
        if let Some(payment) = announced {
            return Ok((payment.clone(), description));
        }
        let payment = Payment {
            id: PaymentId(Uuid::now_v7()),
            order: order.id,
            quote: quote.id,
            rail: rail.to_owned(),
            reference: None,
            amount,
            status: PaymentStatus::Started,
            method: None,
            failure: None,
            created_at: now,
        };
        payments::insert(&tx, &payment).await?;
        idempotency::record(&tx, &key, &payment.id).await?;
        tx.commit().await?;
        Ok((payment, description))
    }

    /// The rest of an order that money was carried into is paid where that money is, so that no rail pays out what it never
    /// had.
    pub(crate) async fn same_rail(&self, tx: &DatabaseTransaction, stored: &Stored, rail: &str) -> Result<()> {
        if stored.order.carried == 0 {
            return Ok(());
        }
        match paid_by(tx, stored).await? {
            Some(origin) if origin.rail != rail => Err(Error::Refused(
                "Money was carried into this milestone. Pay the rest the same way as the milestone before it.",
            )),
            _ => Ok(()),
        }
    }

    /// The rail says that something is new about one of its payments. It is asked what, and told twice does nothing twice.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a reference that is not ours; an internal error where the rail does not answer.
    pub async fn payment_news(&self, reference: &str) -> Result<()> {
        let state = self.rail().payment(reference).await.map_err(|source| Error::internal("ask the rail", source));
        if let Some(collection) = collections::by_reference(self.db().read(), self.rail().name(), reference).await? {
            return self.collection_news(collection.id, state).await;
        }
        let now = self.now();
        let tx = self.db().begin().await?;
        let payment = payments::lock_by_reference(&tx, self.rail().name(), reference).await?;
        if !payment.status.is_open() {
            return Ok(());
        }
        let state = match state {
            Ok(state) => state,
            Err(error) => {
                payments::touch(&tx, payment.id, now).await?;
                tx.commit().await?;
                return Err(error);
            }
        };
        match state {
            // Written down all the same, so that those that were asked about longest ago are asked about first.
            PaymentState::Open => payments::touch(&tx, payment.id, now).await?,
            PaymentState::Pending => {
                let outcome = Outcome { status: PaymentStatus::Pending, method: None, failure: None, received: None };
                payments::set_outcome(&tx, payment.id, outcome, now).await?;
            }
            PaymentState::Failed(reason) => {
                let outcome =
                    Outcome { status: PaymentStatus::Failed, method: None, failure: Some(reason), received: None };
                payments::set_outcome(&tx, payment.id, outcome, now).await?;
            }
            PaymentState::Succeeded(confirmed) => self.money_arrived(&tx, &payment, confirmed, now).await?,
        }
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Holds the money for the order, or puts it into suspense where it does not fit: never lost and never guessed.
    pub(crate) async fn money_arrived(
        &self,
        tx: &DatabaseTransaction,
        payment: &Payment,
        confirmed: ConfirmedPayment,
        now: OffsetDateTime,
    ) -> Result<()> {
        let mut stored = orders::lock(tx, payment.order).await?;
        let quote = quotes::of_order(tx, payment.quote, payment.order).await?;
        let command = Command::Pay { amount: confirmed.received, quote: Box::new(quote.quote) };
        let received = Some(confirmed.received.minor());
        let by_rail = (Actor::new(Role::Rail), None);
        let outcome = match execute_over(self, tx, &mut stored, command, by_rail, &payment.rail).await {
            Ok(_) => {
                Outcome { status: PaymentStatus::Succeeded, method: Some(confirmed.method), failure: None, received }
            }
            Err(Error::Denied(denied)) => {
                let cause = denied.to_string();
                suspense::suspend(tx, &stored, payment, confirmed.received, &cause, now).await?;
                tracing::warn!(payment = %payment.id, order = %payment.order, reason = %denied, "money put into suspense");
                let failure = Some(cause);
                Outcome { status: PaymentStatus::Suspense, method: Some(confirmed.method), failure, received }
            }
            Err(error) => return Err(error),
        };
        payments::set_outcome(tx, payment.id, outcome, now).await
    }

    /// The buyer pays on the simulated provider's page, which then tells us that something is new. Not found in live mode.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a reference of nobody, [`Error::Invalid`] at `number`, [`Error::Refused`] where it was paid.
    pub async fn pay_in_sandbox(&self, reference: &str, number: &str) -> Result<Charge> {
        let rail = self.sandbox_rail().ok_or(Error::NotFound)?;
        self.still_in_turn(reference).await?;
        let charge = rail.submit(reference, number).await?;
        self.payment_news(reference).await?;
        self.wake_workers();
        Ok(charge)
    }

    /// Refuses before any charge where the order's turn in its project is not there, or not any more.
    async fn still_in_turn(&self, reference: &str) -> Result<()> {
        let connection = self.db().read();
        if collections::by_reference(connection, self.rail().name(), reference).await?.is_some() {
            return Ok(());
        }
        let payment = payments::by_reference(connection, self.rail().name(), reference).await?;
        let order = orders::by_id(connection, payment.order).await?.order;
        match order.milestone {
            Some(milestone) if milestone.earlier_open > 0 => Err(Denied::Guard(Guard::MilestoneTurn).into()),
            _ => Ok(()),
        }
    }

    /// Asks the rail about payments whose news may have been lost; answers how many were asked about.
    ///
    /// # Errors
    /// The first that failed, after all others were asked about.
    pub async fn ask_about_open_payments(&self, limit: u64) -> Result<usize> {
        let mut references = payments::open_references(self.db().read(), self.rail().name(), limit).await?;
        references.extend(collections::open_references(self.db().read(), self.rail().name(), limit).await?);
        let mut asked = Attempts::default();
        for reference in references {
            asked.note(self.payment_news(&reference).await);
        }
        asked.end()
    }
}
