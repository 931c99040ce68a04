//! The mails about offers, messages, deadlines and money that is stuck: what happens beside an order's main road.

use super::{OrderMail, OrderNotice, PAID_NEXT, Words};
use domain::order::Role;

impl OrderMail {
    /// The words of a notice that says the same to every reader, but for who they are.
    pub(super) fn news(&self) -> Option<Words> {
        let (other, amount) = (&self.counterpart, self.amount);
        Some(match self.notice {
            OrderNotice::Proposed => Words::new(format!("{other} proposes an order"), format!("{other} proposes an order"))
                .say(format!("If you agree, {amount} is paid into escrow next and held until the delivery is accepted. If you do not, decline it; no money has moved."))
                .waits(self.waits("you to agree", "After that the order expires."))
                .button("Look at the order"),
            OrderNotice::SecondOffered => Words::new("a second delivery is offered", format!("{other} offers a second delivery"))
                .say(format!("If you agree, the order is delivered once more and {amount} stays held until then. There is no third time."))
                .waits(self.waits(self.answerer(), "Without an answer the rejection stands and the buyer is refunded."))
                .button("See the offer"),
            OrderNotice::SplitOffered => {
                let share = self.part.map_or_else(|| "nothing".to_owned(), |part| part.to_string());
                Words::new(format!("you are offered {share}"), format!("{other} offers to divide the money: {share} for you"))
                    .say("You can accept it, make another offer, or leave it. It stands until it is taken back or the dispute ends.")
                    .button("See the offer")
            }
            OrderNotice::SplitWithdrawn => Words::new("the offer was taken back", format!("{other} took the offer back"))
                .say("It cannot be accepted any more. You can make an offer of your own."),
            OrderNotice::Escalated => Words::new("the administrator decides", "The dispute passed to the administrator")
                .say(format!("The dispute manager did not rule in time. {amount} stays held; you can still settle it between you."))
                .waits(self.waits(
                    if self.to_role == Role::Administrator { "you to decide" } else { "the administrator to decide" },
                    "Then the last standing offer counts; without one the buyer is refunded.",
                ))
                .button("Open the dispute"),
            OrderNotice::CommissionChanged => Words::new("the commission changed", "The commission of this order changed")
                .say("Its page shows who gets what once the buyer accepts. It can be changed until then."),
            OrderNotice::Message => Words::new(format!("{other} wrote to you"), format!("{other} wrote to you")).button("Read and answer"),
            OrderNotice::Reminder => {
                let act = self.text.as_deref().unwrap_or("look at the order");
                Words::new(format!("please {act}"), "Somebody waits for you")
                    .waits(self.waits(&format!("you to {act}"), "The order's page says what happens without an answer."))
            }
            OrderNotice::CarriedReleased | OrderNotice::CarriedRefunded => self.carried(),
            _ => return self.stuck_money(),
        })
    }

    /// An order that holds nothing but what was carried over into it is cancelled.
    fn carried(&self) -> Words {
        let part = self.part.unwrap_or(self.amount);
        let words = Words::new("cancelled", "The order is cancelled").say("The rest of it was not paid.");
        match (self.notice, self.to_role) {
            (OrderNotice::CarriedReleased, Role::Seller) => {
                words.say(format!("What was carried over is released: you get {part}. {PAID_NEXT}"))
            }
            (OrderNotice::CarriedReleased, _) => words.say(format!(
                "{part} that was carried over into it is released, because you accepted the delivery that it was paid for."
            )),
            (_, Role::Buyer) => {
                words.say(format!("{part} that was carried over into it goes back to you. {PAID_NEXT}"))
            }
            _ => words.say(format!("{part} that was carried over into it goes back to the buyer.")),
        }
    }

    /// Money that needs somebody before it can arrive.
    fn stuck_money(&self) -> Option<Words> {
        let part = self.part.unwrap_or(self.amount);
        Some(match self.notice {
            OrderNotice::RefundFailed => {
                Words::new(format!("where shall we send your {part}?"), format!("Your refund of {part} did not go through"))
                    .say("It could not go back the way you paid. The money is yours and is held here: say which bank account it goes to.")
                    .button("Give a bank account")
            }
            OrderNotice::Unclaimed => Words::new(format!("{part} is kept for you"), format!("{part} is kept for you"))
                .say("For 90 days nobody told us where to pay it. It stays yours, without an end: give your bank details and it is paid next.")
                .button("Give your bank details"),
            OrderNotice::SuspenseHeld if self.to_role == Role::Administrator => {
                Words::new(format!("{part} needs your decision"), format!("{part} arrived that does not fit"))
                    .say("It is kept in suspense. Return it, or apply it to an order of the same buyer.")
                    .button("Open suspense")
            }
            OrderNotice::SuspenseHeld => Words::new(format!("{part} does not fit the order"), format!("We got {part} that does not fit the order"))
                .say("It is kept safe. The administrator looks at it, and then sends it back or uses it for an order of yours. You need not do anything."),
            OrderNotice::SuspenseReturned => Words::new(format!("{part} was sent back to you"), format!("{part} was sent back to you"))
                .say("It went back the way you paid. Banks take up to two working days to show it."),
            OrderNotice::SuspenseApplied => {
                Words::new(format!("{part} was used for this order"), format!("{part} that you paid was used for this order"))
                    .say(format!("It arrived without fitting an order and was kept safe. Now it is held for this one. {}", PAID_NEXT.replace("paid", "delivered")))
            }
            _ => return None,
        })
    }

    const fn answerer(&self) -> &'static str {
        match self.to_role {
            Role::Seller => "you to answer",
            _ => "the seller to answer",
        }
    }
}
