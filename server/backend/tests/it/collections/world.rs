//! A marketplace with an application and merchants.

use crate::support::{PASSWORD, TestBackend, password};
use backend::Error;
use backend::service::instamojo::{
    Bearer, Collection, GrantRequest, Granted, IssuedClient, ListPage, Merchant, MerchantBank, MerchantForm, NewRefund,
    NewSettlement, PayForm, PaymentRequest, RefundCase, RequestForm, Settlement, TokenError,
};
use backend::service::viewer::Viewer;
use domain::ids::{AccountId, PaymentRequestId};
use domain::ledger::LedgerAccount;
use domain::permission::{AccountKind, StaffRole};
use time::OffsetDateTime;

/// Every settlement or refund that a test lists.
pub const ALL: ListPage = ListPage { page: 1, limit: 500 };
/// The branch of every bank account.
pub const IFSC: &str = "SBIN0000111";

/// A marketplace whose identity was checked, its application, and merchants of it.
pub struct World<'a> {
    pub on: &'a TestBackend,
    pub admin: Viewer,
    /// The person who runs the marketplace.
    pub operator: Viewer,
    pub marketplace: AccountId,
    pub client: IssuedClient,
    /// The token of the application.
    pub app: Bearer,
    pub merchants: Vec<Merchant>,
}

impl<'a> World<'a> {
    /// With three merchants.
    pub async fn open(on: &'a TestBackend) -> Self {
        let mut world = Self::without_merchants(on).await;
        for name in ["asha", "bala", "chitra"] {
            let merchant = world.sign_up(name).await;
            world.merchants.push(merchant);
        }
        on.backend.run_until_idle().await.unwrap();
        world
    }

    /// Nobody signed up yet.
    pub async fn without_merchants(on: &'a TestBackend) -> Self {
        let admin = on.staff("administrator@example.com", StaffRole::Administrator).await;
        let user = on.user("operator@example.com", AccountKind::MarketplaceOperator).await;
        let operator = on.backend.viewer(user).await.unwrap().unwrap();
        let marketplace = operator.operating().unwrap().account;
        on.backend.verify_identity_in_sandbox(&operator).await.unwrap();
        let client = on.backend.issue_oauth_client(&admin, "operator@example.com", "Bazaar").await.unwrap();
        let app = token_of(on, &client, "client_credentials", |_| {}).await.unwrap();
        let app = on.backend.bearer(&app.access_token).await.unwrap().unwrap();
        Self { on, admin, operator, marketplace, client, app, merchants: Vec::new() }
    }

    /// Signs a merchant up who is called so.
    pub async fn sign_up(&self, name: &str) -> Merchant {
        let form = MerchantForm {
            email: format!("{name}@example.com"),
            password: PASSWORD.to_owned(),
            phone: "+919988776655".to_owned(),
            referrer: self.client.referrer.clone(),
            username: Some(name.to_owned()),
        };
        self.on.backend.sign_up_merchant(&self.app, form).await.unwrap()
    }

    pub fn merchant(&self, index: usize) -> AccountId {
        self.merchants[index].account
    }

    /// Asks for a token with the application's secret and whatever else is set.
    pub async fn token(&self, grant: &str, set: impl FnOnce(&mut GrantRequest)) -> Result<Granted, TokenError> {
        token_of(self.on, &self.client, grant, set).await
    }

    /// A merchant's pair of tokens.
    pub async fn pair_of(&self, username: &str) -> Granted {
        let granted = self.token("password", |request| {
            request.username = Some(username.to_owned());
            request.password = Some(password(PASSWORD));
        });
        granted.await.unwrap()
    }

    /// Whom an access token opens for; `None` where it opens nothing.
    pub async fn opens(&self, token: &str) -> Option<Bearer> {
        self.on.backend.bearer(token).await.unwrap()
    }

    /// A merchant's own token.
    pub async fn user(&self, username: &str) -> Bearer {
        self.opens(&self.pair_of(username).await.access_token).await.unwrap()
    }

    /// Sets where an account is paid.
    pub async fn bank(&self, account: AccountId, number: &str) {
        let bank = MerchantBank {
            account_holder_name: "Foo Bar".to_owned(),
            account_number: number.to_owned(),
            ifsc_code: IFSC.to_owned(),
        };
        self.on.backend.set_merchant_bank(&self.app, &account.0.simple().to_string(), bank).await.unwrap();
    }

    /// A request of the marketplace's own for so many rupees.
    pub async fn request(&self, amount: &str) -> PaymentRequest {
        self.request_by(&self.app, form(amount)).await
    }

    pub async fn request_by(&self, caller: &Bearer, form: RequestForm) -> PaymentRequest {
        self.on.backend.create_payment_request(caller, form).await.unwrap()
    }

    /// A buyer opens the hosted page; answers the rail's reference.
    pub async fn begin(&self, request: PaymentRequestId) -> String {
        let url = self.on.backend.pay_request(request, buyer(), &self.on.backend.form_key()).await.unwrap();
        url.rsplit('/').next().unwrap().to_owned()
    }

    /// The buyer pays with a test number; the workers do not know yet.
    pub async fn submit(&self, reference: &str, number: &str) {
        self.on.backend.sandbox_rail().unwrap().submit(reference, number).await.unwrap();
    }

    /// A buyer pays a request with a test number, and the workers hear of it.
    pub async fn pay(&self, request: PaymentRequestId, number: &str) -> Collection {
        let reference = self.begin(request).await;
        self.submit(&reference, number).await;
        self.on.backend.run_until_idle().await.unwrap();
        let all = self.on.backend.collections_of_request(request).await.unwrap();
        all.into_iter().find(|it| it.reference.as_deref() == Some(&reference)).unwrap()
    }

    /// A paid request of the marketplace's own; answers the payment's name.
    pub async fn paid(&self, amount: &str) -> String {
        self.paid_with(amount, crate::support::shop::CARD).await
    }

    /// The same with this test number.
    pub async fn paid_with(&self, amount: &str, number: &str) -> String {
        let request = self.request(amount).await;
        let it = self.pay(request.id, number).await;
        self.on.later(time::Duration::seconds(1));
        it.code
    }

    pub async fn collection(&self, code: &str) -> Collection {
        self.on.backend.collection(&self.app, code).await.unwrap()
    }

    pub async fn settle(
        &self,
        code: &str,
        id: &str,
        kind: &str,
        merchant: usize,
        amount: &str,
    ) -> Result<Settlement, Error> {
        let new = NewSettlement {
            settlement_id: id.to_owned(),
            kind: kind.to_owned(),
            submerchant: self.merchant(merchant).0.simple().to_string(),
            amount: amount.to_owned(),
            queue: false,
        };
        self.on.backend.settle(self.marketplace, code, new).await
    }

    pub async fn credit(&self, code: &str, id: &str, merchant: usize, amount: &str) {
        self.settle(code, id, "CREDIT", merchant, amount).await.unwrap();
    }

    pub async fn debit(&self, code: &str, id: &str, merchant: usize, amount: &str) -> Result<Settlement, Error> {
        self.settle(code, id, "DEBIT", merchant, amount).await
    }

    /// A debit that may wait.
    pub async fn queue(&self, code: &str, id: &str, merchant: usize, amount: &str) -> Result<Settlement, Error> {
        let new = NewSettlement {
            settlement_id: id.to_owned(),
            kind: "DEBIT".to_owned(),
            submerchant: self.merchant(merchant).0.simple().to_string(),
            amount: amount.to_owned(),
            queue: true,
        };
        self.on.backend.settle(self.marketplace, code, new).await
    }

    /// Refunds so many rupees under this name.
    pub async fn refund(&self, code: &str, amount: &str, transaction: &str) -> Result<RefundCase, Error> {
        let new = NewRefund {
            reason: "QFL".to_owned(),
            body: "The customer is not satisfied".to_owned(),
            amount: Some(amount.to_owned()),
            transaction_id: Some(transaction.to_owned()),
        };
        self.on.backend.refund_collection(self.marketplace, code, new).await
    }

    /// The refunds of a payment, as stored.
    pub async fn cases(&self, code: &str) -> Vec<RefundCase> {
        self.on.backend.refund_cases_of(self.collection(code).await.id).await.unwrap()
    }

    pub async fn fulfil(&self, code: &str) {
        self.on.backend.fulfil(self.marketplace, code).await.unwrap();
    }

    pub async fn work(&self) {
        self.on.backend.run_until_idle().await.unwrap();
    }

    /// Moves the clock to an instant, and lets the workers work.
    pub async fn until(&self, at: OffsetDateTime) {
        self.on.later(at - self.on.backend.now());
        self.work().await;
    }

    /// The ledger's balance of an account, paise.
    pub async fn balance(&self, account: AccountId) -> i64 {
        self.ledger(&LedgerAccount::Balance(account)).await
    }

    pub async fn ledger(&self, account: &LedgerAccount) -> i64 {
        let code = account.code();
        self.on.number(&format!("SELECT {} FROM ledger_accounts WHERE code = '{code}'", sum("balance_minor"))).await
    }

    /// What of a balance is on its way to the bank, paise.
    pub async fn on_the_way(&self, account: AccountId) -> i64 {
        self.payouts(account, "'queued', 'sent', 'unknown'").await
    }

    /// What of a balance arrived at the bank, paise.
    pub async fn paid_out(&self, account: AccountId) -> i64 {
        self.payouts(account, "'paid'").await
    }

    async fn payouts(&self, account: AccountId, statuses: &str) -> i64 {
        let id = self.on.uuid_literal(account.0);
        let sum = sum("amount_minor");
        let sql = format!("SELECT {sum} FROM balance_payouts WHERE account_id = {id} AND status IN ({statuses})");
        self.on.number(&sql).await
    }

    /// Every posting has its other side, and what the rows say is what the ledger says.
    pub async fn books_are_right(&self) {
        let signed = sum("CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END");
        assert_eq!(self.on.number(&format!("SELECT {signed} FROM ledger_postings")).await, 0);
        assert_eq!(self.on.backend.verify().await.unwrap().findings, []);
    }
}

/// A sum that is a number on both databases, also of nothing.
pub fn sum(of: &str) -> String {
    format!("CAST(COALESCE(SUM({of}), 0) AS BIGINT)")
}

/// What is asked of a buyer.
pub fn form(amount: &str) -> RequestForm {
    RequestForm { amount: amount.to_owned(), purpose: "FIFA 16".to_owned(), ..RequestForm::default() }
}

pub fn buyer() -> PayForm {
    PayForm { name: "John Doe".to_owned(), email: "john@example.com".to_owned(), phone: "9999999999".to_owned() }
}

/// The sentence with which a rule refuses.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(done: Result<T, Error>) -> &'static str {
    match done {
        Err(Error::Refused(words)) => words,
        other => panic!("not refused: {other:?}"),
    }
}

/// The fields that are refused.
#[track_caller]
pub fn fields<T: std::fmt::Debug>(done: Result<T, Error>) -> Vec<String> {
    match done {
        Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.field.to_string()).collect(),
        other => panic!("no field refused: {other:?}"),
    }
}

/// Asks for a token as this application does.
pub async fn token_of(
    on: &TestBackend,
    client: &IssuedClient,
    grant: &str,
    set: impl FnOnce(&mut GrantRequest),
) -> Result<Granted, TokenError> {
    let mut request = GrantRequest {
        grant_type: Some(grant.to_owned()),
        client_id: Some(client.client_id.clone()),
        client_secret: Some(client.client_secret.clone()),
        ..GrantRequest::default()
    };
    set(&mut request);
    on.backend.grant_token(request).await.unwrap()
}
