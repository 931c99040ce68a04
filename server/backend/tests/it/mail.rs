//! The words of the mails with the links of a real backend behind their buttons.

use crate::support::{TestBackend, on_each};
use backend::mail::{Mail, OrderMail, OrderNotice};
use backend::port::RenderedMail;
use domain::ids::{OrderId, OutboxId};
use domain::order::Role;
use domain::text::Email;
use domain::{Currency, Money};
use uuid::Uuid;

fn rendered(on: &TestBackend, mail: &Mail) -> RenderedMail {
    mail.render(&on.backend, OutboxId(Uuid::nil()), &Email::parse("ada@example.com").unwrap()).unwrap()
}

fn says(mail: &RenderedMail, subject: &str, parts: &[&str]) {
    assert_eq!(mail.subject, subject);
    assert_eq!(mail.to, "ada@example.com");
    for part in parts {
        assert!(mail.text.contains(part), "{part:?} is missing in\n{}", mail.text);
    }
    for url in mail.text.split_whitespace().filter(|word| word.starts_with("https://")) {
        assert!(mail.html.contains(&format!(r#"href="{url}""#)), "{url} is missing in\n{}", mail.html);
    }
}

fn order(notice: OrderNotice, signed_link: bool) -> Mail {
    Mail::Order(OrderMail {
        notice,
        to_role: Role::Buyer,
        order: OrderId(Uuid::nil()),
        number: 1042,
        title: "Blue <bicycle>".to_owned(),
        counterpart: "Bello & Sons".to_owned(),
        amount: Money::new(1_250_000, Currency::Ngn).unwrap(),
        part: None,
        text: None,
        deadline: None,
        signed_link,
    })
}

#[tokio::test]
async fn account_mails_say_what_happened_and_what_to_do() {
    on_each(async |on| {
        let name = || "Ada Okafor".to_owned();
        let token = || "the-token".to_owned();
        says(
            &rendered(on, &Mail::VerifyEmail { name: name(), token: token() }),
            "Confirm your e-mail address",
            &[
                "Welcome to Holdfast, Ada Okafor",
                "\nhttps://holdfast.example/verify-email?token=the-token\n",
                "once, for 24 hours",
            ],
        );
        says(
            &rendered(on, &Mail::AlreadyRegistered { name: name() }),
            "You already have an account",
            &["Nothing was changed.", "\nhttps://holdfast.example/sign-in\n"],
        );
        says(
            &rendered(on, &Mail::ResetPassword { name: name(), token: token() }),
            "Choose a new password",
            &[
                "\nhttps://holdfast.example/reset-password?token=the-token\n",
                "once, for 1 hour",
                "every device is signed out",
            ],
        );
        says(
            &rendered(on, &Mail::PasswordChanged { name: name() }),
            "Your password was changed",
            &["every device was signed out", "\nhttps://holdfast.example/forgot-password\n"],
        );
        says(
            &rendered(on, &Mail::BankDetailsChanged { name: name(), account_ending: "6789".to_owned() }),
            "Your bank details were changed",
            &["the account ending 6789", "held for 24 hours", "\nhttps://holdfast.example/settings/payouts\n"],
        );
    })
    .await;
}

#[tokio::test]
async fn order_mails_link_to_where_the_action_is() {
    on_each(async |on| {
        let account = rendered(on, &order(OrderNotice::Delivered, false));
        says(
            &account,
            "Order 1042: delivered, accept or reject",
            &["\nhttps://holdfast.example/orders/ord_00000000000000000000000000000000\n"],
        );
        assert!(
            account.html.contains("Blue &#60;bicycle&#62;") && account.html.contains("Bello &#38; Sons"),
            "{}",
            account.html
        );
        let guest = rendered(on, &order(OrderNotice::Delivered, true));
        says(&guest, "Order 1042: delivered, accept or reject", &["\nhttps://holdfast.example/orders/lnk_"]);
        let Mail::Order(owed) = order(OrderNotice::BankDetailsMissing, false) else { unreachable!() };
        let bank = rendered(on, &Mail::Order(OrderMail { to_role: Role::Seller, ..owed }));
        says(
            &bank,
            "Order 1042: ₦12,500.00 waits for your bank details",
            &["\nhttps://holdfast.example/settings/payouts\n"],
        );
        let guests_bank = rendered(on, &order(OrderNotice::BankDetailsMissing, true));
        says(
            &guests_bank,
            "Order 1042: ₦12,500.00 waits for your bank details",
            &["\nhttps://holdfast.example/orders/lnk_"],
        );
    })
    .await;
}

#[tokio::test]
async fn a_mail_does_not_print_its_secret() {
    let mail = Mail::ResetPassword { name: "Ada".to_owned(), token: "the-token".to_owned() };
    assert_eq!(format!("{mail:?}"), "Mail(reset_password)");
}
