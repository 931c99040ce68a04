use super::*;
use domain::Currency;
use time::macros::datetime;
use uuid::Uuid;

const ALL: [OrderNotice; 28] = [
    OrderNotice::Placed,
    OrderNotice::Paid,
    OrderNotice::Delivered,
    OrderNotice::Accepted,
    OrderNotice::Rejected,
    OrderNotice::SecondDelivery,
    OrderNotice::Dispute,
    OrderNotice::Disputed,
    OrderNotice::Resolved,
    OrderNotice::Refunding,
    OrderNotice::Cancelled,
    OrderNotice::Expired,
    OrderNotice::PaidOut,
    OrderNotice::RefundPaid,
    OrderNotice::BankDetailsMissing,
    OrderNotice::PayoutFailed,
    OrderNotice::ProviderUnpaid,
    OrderNotice::SecondOffered,
    OrderNotice::SplitOffered,
    OrderNotice::SplitWithdrawn,
    OrderNotice::Escalated,
    OrderNotice::Message,
    OrderNotice::Reminder,
    OrderNotice::RefundFailed,
    OrderNotice::Unclaimed,
    OrderNotice::SuspenseHeld,
    OrderNotice::SuspenseReturned,
    OrderNotice::SuspenseApplied,
];

fn ngn(minor: i64) -> Money {
    Money::new(minor, Currency::Ngn).unwrap()
}

fn mail(notice: OrderNotice, to_role: Role) -> OrderMail {
    OrderMail {
        notice,
        to_role,
        order: OrderId(Uuid::nil()),
        number: 1042,
        title: "Blue bicycle".to_owned(),
        counterpart: if to_role == Role::Buyer { "Bello Cycles" } else { "Ada" }.to_owned(),
        amount: ngn(1_250_000),
        part: Some(ngn(1_200_000)),
        text: Some("It is scratched.".to_owned()),
        deadline: Some(datetime!(2026-11-20 14:00 UTC)),
        signed_link: false,
    }
}

fn text(notice: OrderNotice, to_role: Role) -> String {
    mail(notice, to_role).written("https://h.example/orders/x".to_owned()).text().unwrap()
}

fn says(notice: OrderNotice, to_role: Role, sentences: &[&str]) {
    let text = text(notice, to_role);
    for sentence in sentences {
        assert!(text.contains(sentence), "{notice:?} to {to_role:?} does not say {sentence:?}:\n{text}");
    }
}

#[test]
fn every_mail_names_the_order_the_amount_and_the_link() {
    for notice in ALL {
        for role in Role::ALL {
            let letter = mail(notice, role).written("https://h.example/orders/x".to_owned());
            assert!(letter.subject().starts_with("Order 1042: "), "{}", letter.subject());
            assert!(letter.subject().chars().count() <= 90, "{}", letter.subject());
            let text = letter.text().unwrap();
            assert!(text.contains("Order 1042, “Blue bicycle”, ₦12,500.00.\n"), "{text}");
            assert!(text.contains("\nhttps://h.example/orders/x\n"), "{text}");
            assert!(!text.contains("  ") && !text.contains("\n\n\n"), "{notice:?} to {role:?}:\n{text}");
        }
    }
}

#[test]
fn one_mail_in_full() {
    let expected = "Bello Cycles delivered\n\n\
        Order 1042, “Blue bicycle”, ₦12,500.00.\n\n\
        Check what you received. If you accept, Bello Cycles is paid. If you reject, the money stays held and the seller answers.\n\n\
        Note from Bello Cycles:\n> It is scratched.\n\n\
        Waits for you to accept or reject until Fri 20 Nov 2026, 14:00 UTC. The order's page says what happens without an answer.\n\n\
        Accept or reject:\nhttps://h.example/orders/x\n\n-- \n\
        You get this mail because you are part of this order. Opening the link changes nothing; a button does.\n";
    assert_eq!(text(OrderNotice::Delivered, Role::Buyer), expected);
}

#[test]
fn before_and_at_delivery() {
    const UNTIL: &str = "until Fri 20 Nov 2026, 14:00 UTC.";
    says(
        OrderNotice::Placed,
        Role::Buyer,
        &["Pay ₦12,500.00 and we hold it", "Waits for you to pay until Fri 20 Nov", "See the order and pay:"],
    );
    says(OrderNotice::Placed, Role::Seller, &["Ada placed an order", "Waits for the buyer to pay", UNTIL]);
    says(
        OrderNotice::Paid,
        Role::Buyer,
        &["We hold ₦12,500.00.", "Waits for the seller to deliver", UNTIL, "you get everything back, fees included"],
    );
    says(OrderNotice::Paid, Role::Seller, &["Ada paid ₦12,500.00", "Waits for you to deliver", UNTIL]);
    says(OrderNotice::Delivered, Role::Seller, &["Waits for the buyer to accept or reject", UNTIL]);
    says(OrderNotice::Accepted, Role::Buyer, &["The delivery counts as accepted", "Bello Cycles is paid"]);
    says(OrderNotice::Accepted, Role::Seller, &["You get ₦12,000.00. Another mail tells you when it is paid."]);
}

#[test]
fn after_a_rejection() {
    says(
        OrderNotice::Rejected,
        Role::Buyer,
        &["Waits for the seller to answer", "Without an answer your rejection stands and you are refunded."],
    );
    says(
        OrderNotice::Rejected,
        Role::Seller,
        &["Reason from Ada:\n> It is scratched.", "Waits for you to answer", "Without an answer the rejection stands"],
    );
    says(OrderNotice::SecondDelivery, Role::Buyer, &["Waits for the seller to deliver again until"]);
    says(OrderNotice::SecondDelivery, Role::Seller, &["Waits for you to deliver again until"]);
    says(
        OrderNotice::Dispute,
        Role::Buyer,
        &["not in good condition", "Waits for the seller to raise the dispute or settle until"],
    );
    says(OrderNotice::Dispute, Role::Seller, &["Waits for you to raise the dispute or settle until"]);
    says(OrderNotice::Disputed, Role::Buyer, &["₦12,500.00 stays held", "Waits for the dispute manager to rule until"]);
    says(OrderNotice::Disputed, Role::Seller, &["Waits for the dispute manager to rule until"]);
    says(
        OrderNotice::Disputed,
        Role::DisputeManager,
        &["A dispute waits for your ruling", "Waits for you to rule until"],
    );
    says(
        OrderNotice::Resolved,
        Role::Buyer,
        &["You get ₦12,000.00 back.", "Explanation of the ruling:\n> It is scratched."],
    );
    says(OrderNotice::Resolved, Role::Seller, &["You get ₦12,000.00."]);
    says(OrderNotice::Refunding, Role::Buyer, &["Your rejection stands", "You get ₦12,000.00 back."]);
    says(OrderNotice::Refunding, Role::Seller, &["The buyer is refunded.", "₦12,000.00 as the cancellation fee"]);
}

#[test]
fn at_the_end() {
    says(OrderNotice::Cancelled, Role::Buyer, &["The order is cancelled", "You get ₦12,000.00 back."]);
    says(OrderNotice::Cancelled, Role::Seller, &["There is nothing to deliver any more."]);
    for role in [Role::Buyer, Role::Seller, Role::Operator] {
        says(OrderNotice::Expired, role, &["It was not paid. No money has moved."]);
        says(OrderNotice::PaidOut, role, &["₦12,000.00 was paid to you"]);
        says(OrderNotice::RefundPaid, role, &["₦12,000.00 was paid back to you"]);
        says(OrderNotice::BankDetailsMissing, role, &["₦12,000.00 waits for your bank details"]);
        says(
            OrderNotice::PayoutFailed,
            role,
            &["The bank's reason:\n> It is scratched.", "₦12,000.00 could not be paid to you", "It stays yours"],
        );
    }
}

#[test]
fn nothing_is_said_about_money_that_the_reader_does_not_get() {
    let without = |notice, role| {
        OrderMail { part: None, text: None, deadline: None, ..mail(notice, role) }
            .written(String::new())
            .text()
            .unwrap()
    };
    assert!(without(OrderNotice::Resolved, Role::Buyer).contains("The money goes to Bello Cycles."));
    assert!(without(OrderNotice::Resolved, Role::Seller).contains("The money goes back to the buyer."));
    for notice in [OrderNotice::Refunding, OrderNotice::Cancelled] {
        assert!(!without(notice, Role::Seller).contains("You get ₦"));
    }
}

#[test]
fn a_stored_mail_reads_back_the_same() {
    for notice in ALL {
        let mail = mail(notice, Role::Seller);
        let stored = serde_json::to_string(&mail).unwrap();
        assert_eq!(serde_json::from_str::<OrderMail>(&stored).unwrap(), mail, "{stored}");
    }
}
