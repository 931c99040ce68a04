//! Paying a payment request, and what the rail tells of it (instamojo.md sections 5 and 6).

use super::money::{self, Balances, INR, Movement};
use super::requests::PaymentRequest;
use super::tokens::Bearer;
use super::{ListPage, webhook};
use crate::Backend;
use crate::error::{Error, Result};
use crate::port::{ConfirmedPayment, OpenPayment, PaymentState};
use crate::repo::collections::{self, Collection, CollectionStatus, Scope};
use crate::repo::refund_cases::{self, CaseKind, RefundCase};
use crate::repo::{balance_payouts, payment_requests};
use crate::secret::{alphanumeric, hex, random_bytes};
use crate::service::typed::keep;
use domain::Money;
use domain::collection::{Moves, RefundReason, gateway_fee, indian_phone};
use domain::ids::{PaymentId, PaymentRequestId};
use domain::ledger::{LedgerAccount, Line, TransferReason};
use domain::limits::NAME_CHARS_MAX;
use domain::text::{self, Email};
use sea_orm::DatabaseTransaction;
use time::OffsetDateTime;
use uuid::Uuid;

/// Letters and digits of a payment's name behind `MOJO`.
const CODE_CHARS: usize = 16;
/// What a hosted page says of money that came twice.
const PAID_TWICE: &str = "This link was paid already. The money goes back to where it came from.";
/// And of money that does not fit.
const WRONG_AMOUNT: &str = "Another amount arrived than was asked for. It goes back to where it came from.";

/// What a buyer types at the hosted page.
#[derive(Debug, Clone, Default)]
pub struct PayForm {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their telephone number.
    pub phone: String,
}

/// A payment whose buyer came back from the rail's page.
#[derive(Debug, Clone)]
pub struct CollectionReturn {
    /// The payment.
    pub collection: Collection,
    /// What it pays.
    pub request: PaymentRequest,
}

impl Bearer {
    /// Whose payments the token opens: an application's its marketplace's, a user's their own.
    pub(super) fn scope(&self) -> Scope {
        self.user.map_or(Scope::Marketplace(self.marketplace), Scope::Owner)
    }
}

impl Backend {
    /// Begins to pay a request; answers the absolute address of the rail's page. The same key opens the same charge again.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown request, [`Error::Refused`] where it takes no payment (any more),
    /// [`Error::Invalid`] at `name`, `email`, `phone`.
    pub async fn pay_request(&self, request: PaymentRequestId, form: PayForm, key: &str) -> Result<String> {
        let now = self.now();
        let tx = self.db().begin().await?;
        let request = payment_requests::lock(&tx, request).await?;
        let collection = match collections::by_key(&tx, request.id, key).await? {
            Some(begun) => begun,
            None => {
                request.accepts(now).map_err(Error::Refused)?;
                let new = self.begun(&request, form, now)?;
                collections::insert(&tx, &new, key).await?;
                new
            }
        };
        tx.commit().await?;
        let amount = Money::new(collection.amount, INR).map_err(|source| Error::internal("request", source))?;
        let return_url = self.url(&format!("/pay/{}", collection.code));
        let open = OpenPayment { payment: collection.id, amount, description: request.purpose, return_url };
        let opened = self.rail().open_payment(open).await.map_err(|source| Error::internal("open payment", source))?;
        let tx = self.db().begin().await?;
        let mut collection = collections::lock(&tx, collection.id).await?;
        collection.reference = Some(opened.reference);
        collections::update(&tx, &collection, now).await?;
        tx.commit().await?;
        Ok(opened.url)
    }

    fn begun(&self, request: &PaymentRequest, form: PayForm, now: OffsetDateTime) -> Result<Collection> {
        let mut wrong = Vec::new();
        let name = keep(&mut wrong, "name", text::line(&form.name, "your name", NAME_CHARS_MAX));
        let email = keep(&mut wrong, "email", Email::parse(&form.email).map_err(str::to_owned));
        let phone = keep(&mut wrong, "phone", indian_phone(&form.phone));
        let (Some(buyer_name), Some(email), Some(phone)) = (name, email, phone) else {
            return Err(Error::Invalid(wrong));
        };
        let (fees, taxes) = gateway_fee(request.amount);
        Ok(Collection {
            id: PaymentId(Uuid::now_v7()),
            code: format!("MOJO{}", alphanumeric::<CODE_CHARS>().to_ascii_uppercase()),
            request: request.id,
            owner: request.owner,
            marketplace: request.marketplace,
            rail: self.rail().name().to_owned(),
            reference: None,
            amount: request.amount,
            fees,
            taxes,
            buyer_name,
            email: email.to_string(),
            phone,
            status: CollectionStatus::Started,
            method: None,
            failure: None,
            credited: 0,
            debited: 0,
            refunded: 0,
            left: 0,
            fulfilled_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Writes what the rail tells of a payment. Told twice does nothing twice.
    pub(crate) async fn collection_news(&self, id: PaymentId, state: Result<PaymentState>) -> Result<()> {
        let now = self.now();
        let tx = self.db().begin().await?;
        // The request is locked before its payments, so that of two that arrive at once one is the first.
        let request = collections::by_id(&tx, id).await?.request;
        let request = payment_requests::lock(&tx, request).await?;
        let mut it = collections::lock(&tx, id).await?;
        if !it.status.is_open() {
            return Ok(());
        }
        let state = match state {
            Ok(state) => state,
            Err(error) => {
                collections::update(&tx, &it, now).await?;
                tx.commit().await?;
                return Err(error);
            }
        };
        match state {
            PaymentState::Open => {}
            PaymentState::Pending => it.status = CollectionStatus::Pending,
            PaymentState::Failed(reason) => {
                it.status = CollectionStatus::Failed;
                it.failure = Some(reason);
            }
            PaymentState::Succeeded(confirmed) => self.collected(&tx, &mut it, &request, confirmed, now).await?,
        }
        collections::update(&tx, &it, now).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// Books what arrived: the payment, or money that goes back because it does not fit.
    async fn collected(
        &self,
        tx: &DatabaseTransaction,
        it: &mut Collection,
        request: &PaymentRequest,
        confirmed: ConfirmedPayment,
        now: OffsetDateTime,
    ) -> Result<()> {
        it.method = Some(confirmed.method);
        let received = confirmed.received;
        if received.currency() != INR || received.minor() != it.amount {
            return self.send_back(tx, it, received, WRONG_AMOUNT, now).await;
        }
        let earlier = collections::of_request(tx, request.id).await?;
        if !request.allow_repeated && earlier.iter().any(Collection::succeeded) {
            return self.send_back(tx, it, received, PAID_TWICE, now).await;
        }
        it.status = CollectionStatus::Succeeded;
        it.fulfilled_at = request.mark_fulfilled.then_some(now);
        let fees = it.fees + it.taxes;
        let partner =
            if it.owner == it.marketplace { 0 } else { request.partner_share(it.amount).min(it.amount - fees) };
        let moves = Moves {
            left: it.amount - fees - partner,
            merchant: (partner > 0).then_some((it.marketplace, partner)),
            fees,
            ..Moves::default()
        };
        let balances = Balances::lock(tx, &[it.owner, it.marketplace]).await?;
        let key = format!("collection:{}", it.id);
        let movement = Movement { reason: TransferReason::Hold, key: &key, arrived: it.amount, moves };
        money::post(tx, it, &balances, movement, now).await?;
        payment_requests::complete(tx, request.id, now).await?;
        webhook::enqueue(self, tx, it, request, now).await
    }

    /// Books money that does not fit, and sends it back.
    async fn send_back(
        &self,
        tx: &DatabaseTransaction,
        it: &mut Collection,
        received: Money,
        cause: &'static str,
        now: OffsetDateTime,
    ) -> Result<()> {
        it.status = CollectionStatus::Returned;
        it.failure = Some(cause.to_owned());
        if received.currency() != INR {
            return Err(Error::internal("collection", "money of another currency arrived"));
        }
        let minor = received.minor();
        let lines = vec![
            Line::debit(LedgerAccount::Clearing(it.rail.clone()), minor),
            Line::credit(LedgerAccount::PaymentRefund(it.id), minor),
        ];
        money::write(tx, TransferReason::Suspense, lines, &format!("collection:{}", it.id), now).await?;
        let case = RefundCase {
            id: Uuid::now_v7(),
            code: case_code(),
            payment: it.id,
            kind: CaseKind::Return,
            reason: RefundReason::Rfd,
            body: cause.to_owned(),
            amount_text: money::in_rupees(minor),
            amount: minor,
            transaction_id: None,
            progress: balance_payouts::Progress::queued(now),
            created_at: now,
            updated_at: now,
        };
        refund_cases::insert(tx, &case).await
    }

    /// A payment that a token opens.
    ///
    /// # Errors
    /// [`Error::NotFound`] for every other.
    pub async fn collection(&self, caller: &Bearer, code: &str) -> Result<Collection> {
        collections::scoped(self.db().read(), caller.scope(), code).await
    }

    /// A page of the payments that a token opens, newest first, with how many there are.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn collections(&self, caller: &Bearer, page: ListPage) -> Result<(Vec<Collection>, u64)> {
        collections::page(self.db().read(), caller.scope(), page.index(), page.limit).await
    }

    /// The payments of a request, newest first. Whoever asks was let see the request.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn collections_of_request(&self, request: PaymentRequestId) -> Result<Vec<Collection>> {
        collections::of_request(self.db().read(), request).await
    }

    /// The browser comes back from the rail's page. The rail is asked first, as its news may be late.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a payment of nobody.
    pub async fn collection_return(&self, code: &str) -> Result<CollectionReturn> {
        let it = collections::by_code(self.db().read(), code).await?;
        if let Some(reference) = it.reference.filter(|_| it.status.is_open())
            && let Err(error) = self.payment_news(&reference).await
        {
            tracing::warn!(%error, "the rail did not tell of a payment whose buyer came back");
        }
        let collection = collections::by_id(self.db().read(), it.id).await?;
        let request = payment_requests::by_id(self.db().read(), collection.request).await?;
        Ok(CollectionReturn { collection, request })
    }
}

/// A fresh name of a refund case.
pub(super) fn case_code() -> String {
    let digits = hex(&random_bytes::<5>());
    format!("C{}", digits.get(..9).unwrap_or(&digits))
}
