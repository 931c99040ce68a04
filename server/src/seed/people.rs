//! The people of the demo.

use super::{MadeAccount, PASSWORD};
use anyhow::{Context, Result};
use backend::Backend;
use backend::service::bank::BankDetails;
use backend::service::sign_up::SignUp;
use backend::service::staff::NewStaff;
use backend::service::viewer::Viewer;
use domain::permission::{AccountKind, StaffRole};

/// Somebody who signs up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    /// Address.
    pub(super) email: &'static str,
    name: &'static str,
    business: Option<&'static str>,
    pub(super) kind: AccountKind,
}

const SELLER: AccountKind = AccountKind::BusinessSeller;

/// Sells food and cloth, with bank details in naira and dollars.
pub(super) const AMAKA: Person =
    Person { email: "amaka.foods@example.test", name: "Amaka Eze", business: Some("Amaka Foods"), kind: SELLER };
/// Sells print work; has no bank details yet.
pub(super) const LAGOS: Person = Person {
    email: "lagos.print@example.test",
    name: "Tunde Bello",
    business: Some("Lagos Print Works"),
    kind: SELLER,
};
/// Buys.
pub(super) const ADA: Person =
    Person { email: "ada.buyer@example.test", name: "Ada Nwosu", business: None, kind: AccountKind::Buyer };
/// Buys.
pub(super) const CHIDI: Person =
    Person { email: "chidi.buyer@example.test", name: "Chidi Obi", business: None, kind: AccountKind::Buyer };
/// Runs a marketplace.
pub(super) const OPERATOR: Person = Person {
    email: "eko.market@example.test",
    name: "Yemi Balogun",
    business: Some("Eko Market"),
    kind: AccountKind::MarketplaceOperator,
};
/// Buys without an account.
pub(super) const GUEST: &str = "guest.buyer@example.test";
/// Who sells.
pub(super) const SELLERS: [Person; 2] = [AMAKA, LAGOS];

const ADMINISTRATOR: &str = "admin@example.test";
const DISPUTE_MANAGER: &str = "disputes@example.test";

/// Everybody who can sign in.
pub(super) fn listing() -> Vec<MadeAccount> {
    let account = |email, role| MadeAccount { email, password: PASSWORD, role };
    let merchants = super::collections::MERCHANTS.map(|(email, ..)| account(email, "merchant"));
    let mut all = vec![
        account(AMAKA.email, "business_seller"),
        account(LAGOS.email, "business_seller"),
        account(ADA.email, "buyer"),
        account(CHIDI.email, "buyer"),
        account(OPERATOR.email, "marketplace_operator"),
        account(ADMINISTRATOR, "administrator"),
        account(DISPUTE_MANAGER, "dispute_manager"),
    ];
    all.extend(merchants);
    all
}

/// Signs somebody up, reads their mail and confirms the address.
pub(super) async fn join(backend: &Backend, person: Person) -> Result<Viewer> {
    let form = SignUp {
        email: person.email.to_owned(),
        name: person.name.to_owned(),
        password: PASSWORD.to_owned().into(),
        kind: person.kind,
        business_name: person.business.map(str::to_owned),
    };
    backend.sign_up(form).await?;
    backend.run_until_idle().await?;
    let mails = backend.sandbox_mails(Some(person.email), 1).await?;
    let token =
        mails.first().and_then(|mail| mail.text.split("token=").nth(1)).and_then(|rest| rest.split_whitespace().next());
    let user = backend.verify_email(token.context("the confirmation mail did not come")?).await?;
    backend.viewer(user).await?.context("somebody who just joined is missing")
}

/// Makes the platform's staff.
pub(super) async fn staff(backend: &Backend) -> Result<()> {
    let people = [
        (ADMINISTRATOR, "Grace Adeyemi", StaffRole::Administrator),
        (DISPUTE_MANAGER, "Ibrahim Musa", StaffRole::DisputeManager),
    ];
    for (email, name, role) in people {
        let password = PASSWORD.to_owned().into();
        backend.create_staff(NewStaff { email: email.to_owned(), name: name.to_owned(), password, role }).await?;
    }
    Ok(())
}

/// Names the platform's own accounts, to which buyers send bank transfers.
pub(super) async fn own_banks(backend: &Backend) -> Result<()> {
    let user = backend.account_of(ADMINISTRATOR).await?.context("the administrator is missing")?;
    let viewer = backend.viewer(user).await?.context("the administrator is missing")?;
    for (currency, bank, number, code) in
        [("NGN", "Zenith Bank", "0123456788", "057"), ("USD", "Barclays", "GB29NWBK60161331926819", "NWBKGB2L")]
    {
        let details = BankDetails {
            currency: currency.to_owned(),
            bank_name: bank.to_owned(),
            account_number: number.to_owned(),
            account_name: "Holdfast client money".to_owned(),
        };
        backend.set_own_bank(&viewer, &details, code).await?;
    }
    backend.set_exchange_rate(&viewer, "USD", "1520.50").await?;
    Ok(())
}

/// Gives a seller a bank account and a verified identity.
pub(super) async fn pay_to(backend: &Backend, seller: &Viewer, currency: &str, number: &str) -> Result<()> {
    let details = BankDetails {
        currency: currency.to_owned(),
        bank_name: "Guaranty Trust Bank".to_owned(),
        account_number: number.to_owned(),
        account_name: seller.memberships.first().map(|account| account.name.clone()).unwrap_or_default(),
    };
    backend.set_bank_details(seller, &details).await?;
    backend.verify_identity_in_sandbox(seller).await?;
    Ok(())
}
