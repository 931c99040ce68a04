//! What the demo's marketplace collects through payment links: an application, two merchants, and payments in every state.

use super::people::OPERATOR;
use super::{MadeClient, PASSWORD};
use anyhow::{Context, Result, anyhow};
use backend::Backend;
use backend::service::instamojo::{
    Bearer, GrantRequest, IssuedClient, MerchantBank, MerchantForm, NewRefund, NewSettlement, PayForm, RequestForm,
};
use backend::service::viewer::Viewer;

/// The merchants who sign in, with their telephone numbers and bank accounts.
pub(super) const MERCHANTS: [(&str, &str, &str); 2] = [
    ("kolam.studio@example.test", "+919812345670", "00112233445566"),
    ("chai.point@example.test", "+919812345671", "00112233445577"),
];

/// What the marketplace collects, and how far each goes.
const SALES: [(&str, &str, Course); 5] = [
    ("1800", "Block print workshop, two seats", Course::ClawedBack),
    ("2400", "Chai tasting for six", Course::Fulfilled),
    ("950", "Cotton tote, hand printed", Course::Credited),
    ("3200", "Studio hire, one evening", Course::Paid),
    ("640", "Masala sampler", Course::Declined),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Declined,
    Paid,
    Credited,
    Fulfilled,
    ClawedBack,
}

/// Issues the application, signs the merchants up and takes the payments.
pub(super) async fn collect(backend: &Backend, operator: &Viewer) -> Result<()> {
    let client = backend.sandbox_oauth_client(operator, "Eko Market checkout").await?;
    let application = bearer(backend, &client, None).await?;
    let mut merchants = Vec::new();
    for (email, phone, account) in MERCHANTS {
        let form = MerchantForm {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            phone: phone.to_owned(),
            referrer: client.referrer.clone(),
            username: None,
        };
        let merchant = backend.sign_up_merchant(&application, form).await?;
        let id = merchant.account.0.simple().to_string();
        let theirs = bearer(backend, &client, Some(email)).await?;
        let bank = MerchantBank {
            account_holder_name: email.split('@').next().unwrap_or(email).replace('.', " "),
            account_number: account.to_owned(),
            ifsc_code: "SBIN0000111".to_owned(),
        };
        backend.set_merchant_bank(&theirs, &id, bank).await?;
        merchants.push(id);
    }
    for (index, sale) in SALES.iter().enumerate() {
        sell(backend, &application, &merchants, index, sale).await.with_context(|| format!("“{}”", sale.1))?;
    }
    Ok(())
}

/// A program that can be used, whose secret is shown to who made the demo.
///
/// # Errors
/// The demo's marketplace is missing.
pub(super) async fn client(backend: &Backend) -> Result<MadeClient> {
    let user = backend.account_of(OPERATOR.email).await?.context("the operator is missing")?;
    let operator = backend.viewer(user).await?.context("the operator is missing")?;
    let issued = backend.sandbox_oauth_client(&operator, "Demo program").await?;
    Ok(MadeClient {
        account: OPERATOR.email,
        client_id: issued.client_id,
        client_secret: issued.client_secret,
        referrer: issued.referrer,
        salt: issued.salt,
    })
}

async fn bearer(backend: &Backend, client: &IssuedClient, user: Option<&str>) -> Result<Bearer> {
    let request = GrantRequest {
        grant_type: Some(if user.is_some() { "password" } else { "client_credentials" }.to_owned()),
        client_id: Some(client.client_id.clone()),
        client_secret: Some(client.client_secret.clone()),
        username: user.map(str::to_owned),
        password: user.map(|_| PASSWORD.to_owned().into()),
        ..GrantRequest::default()
    };
    let granted = backend.grant_token(request).await?.map_err(|error| anyhow!("no token: {}", error.code()))?;
    backend.bearer(&granted.access_token).await?.context("a fresh token opens nothing")
}

async fn sell(
    backend: &Backend,
    application: &Bearer,
    merchants: &[String],
    index: usize,
    (amount, purpose, course): &(&str, &str, Course),
) -> Result<()> {
    let form = RequestForm {
        amount: (*amount).to_owned(),
        purpose: (*purpose).to_owned(),
        buyer_name: "Asha Rao".to_owned(),
        email: "asha.rao@example.test".to_owned(),
        phone: "9812345699".to_owned(),
        ..RequestForm::default()
    };
    let request = backend.create_payment_request(application, form).await?;
    let buyer = PayForm { name: request.buyer_name, email: request.email, phone: request.phone };
    let url = backend.pay_request(request.id, buyer, "demo").await?;
    let card = if *course == Course::Declined { "4000 0000 0000 0002" } else { "4242 4242 4242 4242" };
    backend.pay_in_sandbox(url.rsplit('/').next().unwrap_or_default(), card).await?;
    backend.run_until_idle().await?;
    if matches!(course, Course::Declined | Course::Paid) {
        return Ok(());
    }
    let payment = backend.collections_of_request(request.id).await?;
    let payment = payment.first().context("the payment is missing")?;
    let marketplace = application.owner();
    let settlement = |kind: &str, number: usize, merchant: &String, rupees: i64| NewSettlement {
        settlement_id: format!("{}-{index}-{number}", kind.to_lowercase()),
        kind: kind.to_owned(),
        submerchant: merchant.clone(),
        amount: rupees.to_string(),
        queue: false,
    };
    let share = payment.amount / 100 * 45 / 100;
    for (number, merchant) in merchants.iter().enumerate() {
        backend.settle(marketplace, &payment.code, settlement("CREDIT", number, merchant, share)).await?;
    }
    if *course == Course::Credited {
        return Ok(());
    }
    backend.fulfil(marketplace, &payment.code).await?;
    if *course == Course::ClawedBack {
        let refund = NewRefund {
            reason: "QFL".to_owned(),
            body: "One of the two seats was given back.".to_owned(),
            amount: Some((payment.amount / 200).to_string()),
            transaction_id: None,
        };
        backend.refund_collection(marketplace, &payment.code, refund).await?;
        for (number, merchant) in merchants.iter().enumerate() {
            let back = settlement("DEBIT", number, merchant, share / 2);
            backend.settle(marketplace, &payment.code, back).await?;
        }
    }
    backend.run_until_idle().await?;
    Ok(())
}
