//! The terms a seller offers: what every new order starts from (rules.md sections 4 and 5).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::{accounts, delivery_terms};
use crate::service::bank::selling;
use crate::service::platform;
use crate::service::typed;
use crate::service::viewer::Viewer;
use domain::fee::Bearer;
use domain::ids::AccountId;
use domain::money::{Currency, Money};
use domain::order::{OnSilence, RefundPolicy, Terms};
use domain::permission::{AccountKind, Capability};
use domain::text::FieldError;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// What a seller typed; every field as text, so that a refused form comes back as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsForm {
    /// ISO code of the currency that the amounts are in.
    pub currency: String,
    /// Hours to pay.
    pub payment_hours: String,
    /// Days to deliver.
    pub delivery_days: String,
    /// Hours to accept or reject.
    pub inspection_hours: String,
    /// Hours to answer a rejection.
    pub answer_hours: String,
    /// `accept` or `refund_less_fee`.
    pub on_silence: String,
    /// `refund` or `replacement_only`.
    pub refund_policy: String,
    /// Hours of free cancellation.
    pub cancellation_free_hours: String,
    /// Fee of a later cancellation, as typed.
    pub cancellation_fee: String,
    /// The part that is never shared, as typed.
    pub non_split: String,
    /// `buyer`, `seller` or `half_each`.
    pub escrow_fee_bearer: String,
    /// `buyer`, `seller` or `half_each`.
    pub gateway_fee_bearer: String,
    /// `seller` or `provider`: out of whose share the fee of a service provider's payout is taken.
    pub payout_fee_bearer: String,
}

impl Backend {
    /// The terms the viewer's new orders in a currency start from.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who sells nothing.
    pub async fn delivery_terms(&self, viewer: &Viewer, currency: Currency) -> Result<Terms> {
        terms_of(self.db().read(), selling(viewer)?.account, currency).await
    }

    /// Sets the terms of the viewer's new orders in a currency. Orders that exist keep theirs.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field, [`Error::NotFound`] for who sells nothing.
    pub async fn set_delivery_terms(&self, viewer: &Viewer, form: &TermsForm) -> Result<()> {
        let seller = selling(viewer)?.may(Capability::Catalogue)?;
        let now = self.now();
        let tx = self.db().begin().await?;
        let before = |currency| terms_of(&tx, seller.account, currency);
        let currency = traded(&form.currency)?;
        let terms = check(form, currency, before(currency).await?)?;
        delivery_terms::set(&tx, seller.account, currency, &terms, now).await?;
        Ok(tx.commit().await?)
    }
}

/// The terms of an account in a currency: its own, or the platform's.
pub(crate) async fn terms_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
    currency: Currency,
) -> Result<Terms> {
    let times = platform::default_times(connection).await?;
    let own = delivery_terms::of(connection, account, currency).await?;
    let terms = own.map_or_else(|| times.terms(), |own| times.over(own));
    let private = accounts::by_id(connection, account).await?.kind == AccountKind::IndividualSeller;
    Ok(Terms { private, ..terms })
}

fn traded(code: &str) -> Result<Currency> {
    typed::traded(code).map_err(|message| Error::field("currency", message))
}

/// Reads every field over the terms of before, and reports all that is wrong at once.
fn check(form: &TermsForm, currency: Currency, before: Terms) -> Result<Terms> {
    let mut wrong = Vec::new();
    let mut terms = before;
    let mut whole = |field: &'static str, text: &str, into: &mut u32| match text.trim().parse() {
        Ok(number) => *into = number,
        Err(_) => wrong.push(FieldError::new(field, "Enter a whole number.")),
    };
    whole("payment_hours", &form.payment_hours, &mut terms.payment_hours);
    whole("delivery_days", &form.delivery_days, &mut terms.delivery_days);
    whole("inspection_hours", &form.inspection_hours, &mut terms.inspection_hours);
    whole("answer_hours", &form.answer_hours, &mut terms.answer_hours);
    whole("cancellation_free_hours", &form.cancellation_free_hours, &mut terms.cancellation_free_hours);
    let mut amount = |field: &'static str, text: &str, into: &mut i64| {
        if text.trim().is_empty() {
            *into = 0;
            return;
        }
        match Money::parse(text, currency) {
            Ok(money) => *into = money.minor(),
            Err(error) => wrong.push(FieldError::new(field, error.to_string())),
        }
    };
    amount("cancellation_fee", &form.cancellation_fee, &mut terms.cancellation_fee);
    amount("non_split", &form.non_split, &mut terms.non_split);
    terms.on_silence = if form.on_silence == "refund_less_fee" { OnSilence::RefundLessFee } else { OnSilence::Accept };
    terms.refund_policy =
        if form.refund_policy == "replacement_only" { RefundPolicy::ReplacementOnly } else { RefundPolicy::Refund };
    terms.provider_bears_payout_fee = form.payout_fee_bearer == "provider";
    terms.escrow_fee_bearer = Bearer::from_key(&form.escrow_fee_bearer).unwrap_or(Bearer::Buyer);
    terms.gateway_fee_bearer = Bearer::from_key(&form.gateway_fee_bearer).unwrap_or(Bearer::Seller);
    if let Err(errors) = terms.validate(domain::limits::PRICE_MINOR_MAX) {
        let message = |min: i64, max: i64| format!("Enter a number from {min} to {max}.");
        wrong.extend(errors.into_iter().map(|error| FieldError::new(error.field, message(error.min, error.max))));
    }
    if wrong.is_empty() { Ok(terms) } else { Err(Error::Invalid(wrong)) }
}
