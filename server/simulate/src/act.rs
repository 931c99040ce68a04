//! What people do to an order.

use crate::chance::Chance;
use backend::service::order_view::OrderView;
use domain::order::{Command, CommandKind, RejectReason, RulingReason};

/// What people can do.
pub(crate) const KINDS: [CommandKind; 15] = [
    CommandKind::Agree,
    CommandKind::Cancel,
    CommandKind::MarkDelivered,
    CommandKind::Accept,
    CommandKind::Reject,
    CommandKind::ConfirmGoodCondition,
    CommandKind::OfferSecondDelivery,
    CommandKind::AgreeSecondDelivery,
    CommandKind::SayNotGoodCondition,
    CommandKind::RaiseDispute,
    CommandKind::Withdraw,
    CommandKind::OfferSplit,
    CommandKind::AcceptSplit,
    CommandKind::WithdrawSplit,
    CommandKind::Rule,
];

/// A command of a kind, with contents that are mostly right.
pub(crate) fn make(kind: CommandKind, view: &OrderView, chance: &mut Chance) -> Command {
    let text = || "As I said".to_owned();
    let price = u64::try_from(view.order.price.total()).unwrap_or(1);
    // Sometimes beyond the price, which must be refused.
    let part = |chance: &mut Chance| i64::try_from(chance.between(0..price + price / 20 + 2)).unwrap_or(0);
    let standing = view.order.split_offers.first().map(|offer| offer.to_buyer);
    match kind {
        CommandKind::Agree => Command::Agree,
        CommandKind::MarkDelivered => Command::MarkDelivered { note: text(), tracking: None },
        CommandKind::Accept => Command::Accept,
        CommandKind::Reject => Command::Reject { reason: *chance.one(&RejectReason::ALL), text: text() },
        CommandKind::ConfirmGoodCondition => Command::ConfirmGoodCondition,
        CommandKind::OfferSecondDelivery => Command::OfferSecondDelivery,
        CommandKind::AgreeSecondDelivery => Command::AgreeSecondDelivery,
        CommandKind::SayNotGoodCondition => Command::SayNotGoodCondition { text: text() },
        CommandKind::RaiseDispute => Command::RaiseDispute { text: text() },
        CommandKind::Withdraw => Command::Withdraw,
        CommandKind::OfferSplit => Command::OfferSplit { to_buyer: part(chance) },
        CommandKind::AcceptSplit => Command::AcceptSplit { to_buyer: standing.unwrap_or_else(|| part(chance)) },
        CommandKind::WithdrawSplit => Command::WithdrawSplit,
        CommandKind::Rule => {
            Command::Rule { to_buyer: part(chance), reason: *chance.one(&RulingReason::ALL), text: text() }
        }
        _ => Command::Cancel,
    }
}
