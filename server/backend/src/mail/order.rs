//! The mails about an order: for each notice and reader what happened, what it means in money, and whom it waits for.

use super::letter::Letter;
use super::paths;
use crate::Backend;
use crate::repo::notifications::Topic;
use domain::Money;
use domain::clock_text::{self, Zone};
use domain::ids::OrderId;
use domain::order::Role;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use words::Words;

/// What a mail about an order tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderNotice {
    /// The order was made and waits for payment.
    Placed,
    /// The other side proposed the order; it waits for the reader's agreement.
    Proposed,
    /// The money arrived and is held.
    Paid,
    /// The seller says it is delivered.
    Delivered,
    /// The delivery is accepted.
    Accepted,
    /// The buyer rejected; the seller answers.
    Rejected,
    /// A second delivery is agreed.
    SecondDelivery,
    /// The seller says the returned item is not in good condition.
    Dispute,
    /// The dispute manager decides.
    Disputed,
    /// The dispute is over.
    Resolved,
    /// The rejection stands; the refund is under way.
    Refunding,
    /// The order is cancelled.
    Cancelled,
    /// An order that only holds carried money was cancelled: the money is released.
    CarriedReleased,
    /// The same, and it goes back to the buyer.
    CarriedRefunded,
    /// Never paid.
    Expired,
    /// A payout arrived.
    PaidOut,
    /// A refund arrived.
    RefundPaid,
    /// Money waits for bank details.
    BankDetailsMissing,
    /// The bank refused a payout.
    PayoutFailed,
    /// The same two of a service provider, told to the Business Seller that keeps its details; `counterpart` is its name.
    ProviderUnpaid,
    /// The other side offers a second delivery.
    SecondOffered,
    /// The other side offers to divide the money.
    SplitOffered,
    /// The other side took its offer back.
    SplitWithdrawn,
    /// The administrator decides.
    Escalated,
    /// The operator or the seller changed what it keeps.
    CommissionChanged,
    /// Somebody wrote in the dispute room.
    Message,
    /// A deadline comes closer.
    Reminder,
    /// A refund could not go back the way it was paid.
    RefundFailed,
    /// Money was set aside for want of bank details.
    Unclaimed,
    /// Money arrived that does not fit.
    SuspenseHeld,
    /// Money that did not fit was sent back.
    SuspenseReturned,
    /// Money that did not fit was used for this order.
    SuspenseApplied,
}

impl OrderNotice {
    /// What preferences it falls under.
    #[must_use]
    pub const fn topic(self) -> Topic {
        match self {
            Self::PaidOut | Self::RefundPaid | Self::SuspenseReturned | Self::SuspenseApplied => Topic::Money,
            Self::Message => Topic::Messages,
            Self::Reminder => Topic::Reminders,
            _ => Topic::Orders,
        }
    }

    /// What happened, for who looks on.
    const fn for_onlookers(self) -> &'static str {
        match self {
            Self::Paid => "paid, delivery is under way",
            Self::Delivered => "delivered, the buyer looks at it",
            Self::Accepted => "accepted, everybody is paid next",
            Self::Rejected => "rejected, the seller answers",
            Self::SecondDelivery => "delivered a second time next",
            Self::Dispute => "in dispute",
            Self::Disputed | Self::Escalated => "the dispute is being decided",
            Self::Resolved => "the dispute is resolved",
            Self::Refunding => "the buyer is refunded",
            Self::Cancelled => "cancelled",
            _ => "the order changed",
        }
    }

    /// Whether it is about what happens in the dispute room.
    const fn is_in_the_room(self) -> bool {
        matches!(
            self,
            Self::Rejected
                | Self::Dispute
                | Self::Disputed
                | Self::SecondOffered
                | Self::SplitOffered
                | Self::SplitWithdrawn
                | Self::Escalated
                | Self::Message
        )
    }
}

/// A mail about one order to one of its parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderMail {
    /// What it tells.
    pub notice: OrderNotice,
    /// The reader's part in the order.
    pub to_role: Role,
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub number: i64,
    /// What is bought.
    pub title: String,
    /// Name of the other side.
    pub counterpart: String,
    /// The price.
    pub amount: Money,
    /// What the reader gets or got.
    pub part: Option<Money>,
    /// A delivery note, the reason of a rejection, a ruling, or why a bank refused.
    pub text: Option<String>,
    /// Until when somebody must act.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deadline: Option<OffsetDateTime>,
    /// Whether the link lets its holder act without signing in, for a buyer without an account.
    pub signed_link: bool,
}

impl OrderMail {
    pub(super) fn letter(&self, backend: &Backend) -> Letter {
        let path = if self.signed_link {
            format!("{}{}", backend.signed_order_path(self.order), self.room())
        } else {
            self.path()
        };
        self.written(backend.url(&path))
    }

    /// The path of the page where the action is, for who signs in.
    pub(crate) fn path(&self) -> String {
        match (self.notice, self.to_role) {
            (OrderNotice::SuspenseHeld, Role::Administrator) => paths::SUSPENSE.to_owned(),
            (
                OrderNotice::BankDetailsMissing | OrderNotice::PayoutFailed | OrderNotice::Unclaimed,
                Role::Seller | Role::Operator,
            ) => paths::BANK.to_owned(),
            (OrderNotice::ProviderUnpaid, _) => paths::PROVIDERS.to_owned(),
            _ => format!("/orders/{}{}", self.order, self.room()),
        }
    }

    const fn room(&self) -> &'static str {
        match (self.notice.is_in_the_room(), self.to_role) {
            (true, _) | (_, Role::DisputeManager | Role::Administrator) => "/dispute",
            _ => "",
        }
    }

    /// The mail in two lines, as it stands among the reader's notifications: what, and what it means.
    pub(crate) fn in_short(&self) -> (String, String) {
        let words = self.words();
        let mut lines = words.says;
        lines.extend(Some(words.waits).filter(|line| !line.is_empty()));
        (format!("Order {}: {}", self.number, words.subject), lines.join(" "))
    }

    fn words(&self) -> Words {
        if let Some(words) = self.news() {
            return words;
        }
        match self.to_role {
            Role::Buyer => self.to_buyer(),
            Role::Seller => self.to_seller(),
            _ => self.to_staff(),
        }
    }

    /// The letter with `url` behind its button.
    fn written(&self, url: String) -> Letter {
        let words = self.words();
        let facts = format!("Order {}, “{}”, {}.", self.number, self.title, self.amount);
        let mut letter = Letter::new(format!("Order {}: {}", self.number, words.subject), words.heading).say(facts);
        for sentence in words.says {
            letter = letter.say(sentence);
        }
        // A reminder keeps the awaited act in its text, which is no quotation.
        let quoted = self.text.as_deref().filter(|_| self.notice != OrderNotice::Reminder);
        letter.quote(self.quoted_from(), quoted).say(words.waits).button(words.button, url).footer(
            "You get this mail because you are part of this order. Opening the link changes nothing; a button does.",
        )
    }

    fn to_buyer(&self) -> Words {
        let (seller, amount) = (&self.counterpart, self.amount);
        match self.notice {
            OrderNotice::Placed => Words::new(format!("{seller} asks you to pay {amount}"), format!("{seller} placed an order for you"))
                .say(format!("Pay {amount} and we hold it until you accept what was delivered. Fees, if any, are shown before you pay."))
                .waits(self.waits("you to pay", "After that the order expires; no money moves."))
                .button("See the order and pay"),
            OrderNotice::Paid => Words::new(format!("{amount} is held for you"), "Your payment arrived")
                .say(format!("We hold {amount}. {seller} is paid only when you accept the delivery."))
                .waits(self.waits("the seller to deliver", "If nothing is delivered by then, you get everything back, fees included.")),
            OrderNotice::Delivered => Words::new("delivered, accept or reject", format!("{seller} delivered"))
                .say(format!("Check what you received. If you accept, {seller} is paid. If you reject, the money stays held and the seller answers."))
                .waits(self.waits("you to accept or reject", "The order's page says what happens without an answer."))
                .button("Accept or reject"),
            OrderNotice::Accepted => Words::new("accepted", "The delivery counts as accepted")
                .say(format!("The time to reject it is over. {seller} is paid, and there is nothing more to do.")),
            OrderNotice::Rejected => Words::new("you rejected the delivery", "You rejected the delivery")
                .say(format!("{amount} stays held."))
                .waits(self.waits("the seller to answer", "Without an answer your rejection stands and you are refunded.")),
            OrderNotice::SecondDelivery => Words::new("a second delivery is agreed", "A second delivery is agreed")
                .say(format!("{amount} stays held until you accept."))
                .waits(self.waits("the seller to deliver again", "If nothing is delivered by then, you get everything back, fees included.")),
            OrderNotice::Dispute => Words::new("the seller disagrees with your rejection", format!("{seller} disagrees with your rejection"))
                .say(format!("The seller says that the returned item is not in good condition. {amount} stays held."))
                .say("You can still agree on how to divide the money, or withdraw.")
                .waits(self.waits("the seller to raise the dispute or settle", "Otherwise your rejection stands and you are refunded.")),
            OrderNotice::Disputed => Words::new("the dispute manager decides", format!("{seller} asked the dispute manager to decide"))
                .say(format!("{amount} stays held. You can still agree on how to divide the money, or withdraw."))
                .waits(self.waits("the dispute manager to rule", "")),
            OrderNotice::Resolved => Words::new("the dispute is resolved", "The dispute is resolved")
                .say(self.part.map_or_else(|| format!("The money goes to {seller}."), |part| format!("You get {part} back. {PAID_NEXT}"))),
            OrderNotice::Refunding => Words::new(self.back("your rejection stands"), "Your rejection stands")
                .say(self.part.map_or_else(String::new, |part| format!("You get {part} back. {PAID_NEXT}"))),
            OrderNotice::Cancelled => Words::new(self.back("cancelled"), "The order is cancelled")
                .say(self.part.map_or_else(String::new, |part| format!("You get {part} back. {PAID_NEXT}"))),
            OrderNotice::Expired => closed(),
            _ => self.about_money(),
        }
    }

    fn to_seller(&self) -> Words {
        let (buyer, amount) = (&self.counterpart, self.amount);
        let fee = || {
            self.part.map_or_else(String::new, |part| format!("You get {part} as the cancellation fee of your terms."))
        };
        match self.notice {
            OrderNotice::Placed => Words::new(format!("{buyer} placed an order"), format!("{buyer} placed an order"))
                .say(format!("Deliver when it is paid: we then hold {amount} until the buyer accepts."))
                .waits(self.waits("the buyer to pay", "After that the order expires; no money moves.")),
            OrderNotice::Paid => Words::new("paid, please deliver", format!("{buyer} paid {amount}"))
                .say("We hold the money and pay you when the buyer accepts. Deliver, then mark the order as delivered.")
                .waits(self.waits("you to deliver", "After that the order is cancelled and the buyer gets everything back."))
                .button("Open the order"),
            OrderNotice::Delivered => Words::new("marked as delivered", "You marked the order as delivered")
                .say(format!("{amount} stays held until the buyer accepts."))
                .waits(self.waits("the buyer to accept or reject", "")),
            OrderNotice::Accepted => Words::new(self.gets("accepted"), "The delivery is accepted")
                .say(self.part.map_or_else(|| PAID_NEXT.to_owned(), |part| format!("You get {part}. {PAID_NEXT}"))),
            OrderNotice::Rejected => Words::new("rejected, please answer", format!("{buyer} rejected the delivery"))
                .say(format!("{amount} stays held. Confirm that the item is back in good condition, say that it is not, or agree on a second delivery or on how to divide the money."))
                .waits(self.waits("you to answer", "Without an answer the rejection stands and the buyer is refunded."))
                .button("Answer the rejection"),
            OrderNotice::SecondDelivery => Words::new("please deliver again", "A second delivery is agreed")
                .say(format!("{amount} stays held until the buyer accepts."))
                .waits(self.waits("you to deliver again", "After that the order is cancelled and the buyer gets everything back.")),
            OrderNotice::Dispute => Words::new("raise the dispute or settle", "You said that the item is not in good condition")
                .say(format!("{amount} stays held. Raise the dispute, or agree with the buyer on how to divide the money."))
                .waits(self.waits("you to raise the dispute or settle", "Otherwise the rejection stands and the buyer is refunded.")),
            OrderNotice::Disputed => Words::new("the dispute manager decides", "The dispute manager decides")
                .say(format!("{amount} stays held. You can still agree on how to divide the money, or withdraw."))
                .waits(self.waits("the dispute manager to rule", "")),
            OrderNotice::Resolved => Words::new("the dispute is resolved", "The dispute is resolved")
                .say(self.part.map_or_else(|| "The money goes back to the buyer.".to_owned(), |part| format!("You get {part}. {PAID_NEXT}"))),
            OrderNotice::Refunding => Words::new("the rejection stands", "The rejection stands").say("The buyer is refunded.").say(fee()),
            OrderNotice::Cancelled => Words::new("cancelled", "The order is cancelled").say("There is nothing to deliver any more.").say(fee()),
            OrderNotice::Expired => closed(),
            _ => self.about_money(),
        }
    }

    /// For the operator, who looks on, and for staff, who rule.
    fn to_staff(&self) -> Words {
        match (self.notice, self.to_role) {
            (OrderNotice::Disputed, Role::DisputeManager | Role::Administrator) => {
                Words::new("a dispute waits for your ruling", "A dispute waits for your ruling")
                    .say(format!("{} is held.", self.amount))
                    .waits(self.waits("you to rule", ""))
                    .button("Open the dispute")
            }
            (OrderNotice::Expired, _) => closed(),
            (
                OrderNotice::PaidOut
                | OrderNotice::RefundPaid
                | OrderNotice::BankDetailsMissing
                | OrderNotice::PayoutFailed,
                _,
            ) => self.about_money(),
            (notice, _) => {
                let what = notice.for_onlookers();
                Words::new(what, format!("Order {}: {what}", self.number))
                    .say("Its page shows where it stands, whom it waits for, and where each part of the money is.")
            }
        }
    }

    /// The notices that say the same to everybody who is owed money.
    fn about_money(&self) -> Words {
        let part = self.part.unwrap_or(self.amount);
        match self.notice {
            OrderNotice::PaidOut => Words::new(format!("{part} was paid to you"), format!("{part} was paid to you"))
                .say("It was sent to your bank account. Banks take up to two working days to show it."),
            OrderNotice::RefundPaid => Words::new(format!("{part} was paid back to you"), format!("{part} was paid back to you"))
                .say("It went back the way you paid. Banks take up to two working days to show it."),
            OrderNotice::BankDetailsMissing => {
                Words::new(format!("{part} waits for your bank details"), format!("{part} waits for your bank details"))
                    .say("The money is yours. Say which bank account it goes to, and it is paid next.")
                    .button("Give your bank details")
            }
            OrderNotice::ProviderUnpaid => {
                let who = &self.counterpart;
                Words::new(format!("{part} waits for {who}"), format!("{part} could not be paid to {who}"))
                    .say("Its bank details are missing, or the bank refused them. The money is held here until you correct them.")
                    .button("Open your service providers")
            }
            _ => Words::new(format!("{part} could not be paid to you"), format!("{part} could not be paid to you"))
                .say("Your bank did not take the money. It stays yours and is held here. Check your bank details; then it is tried again.")
                .button("Check the bank details"),
        }
    }

    fn back(&self, otherwise: &str) -> String {
        self.part.map_or_else(|| otherwise.to_owned(), |part| format!("{otherwise}, you get {part} back"))
    }

    fn gets(&self, otherwise: &str) -> String {
        self.part.map_or_else(|| otherwise.to_owned(), |part| format!("{otherwise}, you get {part}"))
    }

    /// "Waits for you to pay until Fri 20 Nov 2026, 14:00 UTC. After that …"
    fn waits(&self, whom: &str, otherwise: &str) -> String {
        match self.deadline {
            Some(deadline) => {
                format!("Waits for {whom} until {}. {otherwise}", clock_text::instant(deadline, Zone::UTC))
                    .trim_end()
                    .to_owned()
            }
            None => format!("Waits for {whom}."),
        }
    }

    fn quoted_from(&self) -> String {
        match self.notice {
            OrderNotice::Resolved => "Explanation of the ruling".to_owned(),
            OrderNotice::PayoutFailed => "The bank's reason".to_owned(),
            OrderNotice::Rejected => format!("Reason from {}", self.counterpart),
            _ => format!("Note from {}", self.counterpart),
        }
    }
}

const PAID_NEXT: &str = "Another mail tells you when it is paid.";

fn closed() -> Words {
    Words::new("closed without payment", "The order is closed").say("It was not paid. No money has moved.")
}

mod news;
#[cfg(test)]
mod tests;
mod words;
