//! Payments with what the wire shows beside them (instamojo.md section 6).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::collections::Collection;
use crate::repo::{payment_requests, refund_cases};
use domain::ids::{PaymentId, PaymentRequestId};
use std::collections::HashMap;

/// A payment as the wire shows it.
#[derive(Debug, Clone)]
pub struct PaymentView {
    /// The payment.
    pub collection: Collection,
    /// What is paid for, as the request says.
    pub purpose: String,
    /// Its refund cases by their names on the wire, oldest first.
    pub cases: Vec<String>,
}

impl Backend {
    /// Payments with what the wire shows beside them, in the same order. Whoever asks was let see the payments.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn payment_views(&self, collections: Vec<Collection>) -> Result<Vec<PaymentView>> {
        let connection = self.db().read();
        let payments: Vec<PaymentId> = collections.iter().map(|it| it.id).collect();
        let requests: Vec<PaymentRequestId> = collections.iter().map(|it| it.request).collect();
        let requests = payment_requests::by_ids(connection, &requests).await?;
        let purposes: HashMap<PaymentRequestId, String> =
            requests.into_iter().map(|request| (request.id, request.purpose)).collect();
        let mut cases = refund_cases::codes(connection, &payments).await?;
        let views = collections.into_iter().map(|collection| {
            let purpose = purposes.get(&collection.request).cloned();
            let purpose = purpose.ok_or_else(|| Error::internal("collections", "a payment without its request"))?;
            Ok(PaymentView { purpose, cases: cases.remove(&collection.id).unwrap_or_default(), collection })
        });
        views.collect()
    }
}
