//! Forms on orders.

#![expect(missing_docs, clippy::too_many_arguments, reason = "server functions take the fields of their form")]

use super::upload::read;
use super::{Post, id};
use crate::pages::order_act::kind_of;
use crate::request::Seed;
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::command::OrderCommand;
use backend::service::place::NewOrder;
use domain::ids::QuoteId;
use domain::order::{Command, CommandKind, Commission, RejectReason, RulingReason, Status};
use domain::text::FieldError;
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};
use std::collections::BTreeMap;

/// Makes an order for a buyer's e-mail.
///
/// # Errors
/// Never for a form; a refused one goes back filled in.
#[server(prefix = "/do", endpoint = "place-order")]
pub async fn place_order(
    #[server(default)] buyer_email: String,
    #[server(default)] buyer_name: String,
    #[server(default)] title: String,
    #[server(default)] description: String,
    #[server(default)] kind: String,
    #[server(default)] currency: String,
    #[server(default)] amount: String,
    #[server(default)] shipping: String,
    #[server(default)] delivery_days: String,
    #[server(default)] inspection_hours: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = NewOrder {
        buyer_email,
        buyer_name,
        title,
        description,
        kind,
        currency,
        amount,
        shipping,
        delivery_days,
        inspection_hours,
    };
    let Some(viewer) = post.request.viewer.clone() else {
        return post.refuse(Error::NotFound, "/orders/new", "", &[]).await;
    };
    match post.request.backend.place_order(&viewer, form.clone(), &key).await {
        Ok(placed) => {
            let message = format!("Order {} is made. The buyer was sent a link to pay.", placed.number);
            post.done(&message, &format!("/orders/{}", placed.order)).await
        }
        Err(error) => {
            let mut typed = vec![("buyer_email", form.buyer_email.as_str()), ("buyer_name", form.buyer_name.as_str())];
            typed.extend(agreement(&form));
            post.refuse(error, "/orders/new", "new_order", &typed).await
        }
    }
}

/// A buyer proposes an order to a seller.
///
/// # Errors
/// Never for a form; a refused one goes back filled in.
#[server(prefix = "/do", endpoint = "propose-order")]
pub async fn propose_order(
    #[server(default)] seller_email: String,
    #[server(default)] title: String,
    #[server(default)] description: String,
    #[server(default)] kind: String,
    #[server(default)] currency: String,
    #[server(default)] amount: String,
    #[server(default)] shipping: String,
    #[server(default)] delivery_days: String,
    #[server(default)] inspection_hours: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = NewOrder {
        title,
        description,
        kind,
        currency,
        amount,
        shipping,
        delivery_days,
        inspection_hours,
        ..NewOrder::default()
    };
    let proposed = match &post.request.viewer {
        Some(viewer) => post.request.backend.propose_order(viewer, &seller_email, form.clone(), &key).await,
        None => Err(Error::NotFound),
    };
    match proposed {
        Ok(placed) => {
            let message = format!("Order {} is proposed. The seller was asked to agree.", placed.number);
            post.done(&message, &format!("/orders/{}", placed.order)).await
        }
        Err(error) => {
            let mut typed = vec![("seller_email", seller_email.as_str())];
            typed.extend(agreement(&form));
            post.refuse(error, "/orders/propose", "propose_order", &typed).await
        }
    }
}

/// The fields of an agreement as they were typed.
fn agreement(form: &NewOrder) -> [(&'static str, &str); 8] {
    [
        ("title", form.title.as_str()),
        ("description", &form.description),
        ("kind", &form.kind),
        ("currency", &form.currency),
        ("amount", &form.amount),
        ("shipping", &form.shipping),
        ("delivery_days", &form.delivery_days),
        ("inspection_hours", &form.inspection_hours),
    ]
}

/// Makes a quote and shows it.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "quote")]
pub async fn make_quote(#[server(default)] order: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let back = format!("/orders/{order}");
    let made = match OrderRef::parse(&order) {
        Ok(reference) => post.request.backend.make_quote(post.request.viewer.as_ref(), &reference).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(quote) => {
            post.go(&format!("{back}/pay/{quote}"));
            Ok(())
        }
        Err(error) => post.refuse(error, &back, "quote", &[]).await,
    }
}

/// Starts paying a quote: the browser goes to the payment provider's page.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "pay")]
pub async fn pay(
    #[server(default)] order: String,
    #[server(default)] quote: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let back = format!("/orders/{order}");
    let started = async {
        let (reference, quote) = quoted(&order, &quote)?;
        post.request.backend.start_payment(post.request.viewer.as_ref(), &reference, quote, &key).await
    };
    match started.await {
        Ok(url) => {
            post.go_outside(&url);
            Ok(())
        }
        Err(error) => post.refuse(error, &back, "pay", &[]).await,
    }
}

/// Starts paying a shop's order on its hosted page: the browser goes to the payment provider's page.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "checkout-pay")]
pub async fn checkout_pay(
    #[server(default)] order: String,
    #[server(default)] alt_recipient: String,
    #[server(default)] total: String,
    #[server(default)] framed: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let framed = framed == "1";
    let started = post.request.backend.pay_checkout(&order, &alt_recipient, total.parse().ok(), framed, &key).await;
    match started {
        Ok(url) => {
            post.go_outside(&url);
            Ok(())
        }
        // A browser keeps no cookie for a frame of another site, so the message is in the address.
        Err(error) if framed && !matches!(error, Error::NotFound) => {
            let problem = match error {
                Error::Invalid(_) => "recipient",
                Error::Expired(_) => "price",
                _ => "refused",
            };
            post.go(&format!("/checkout/{order}?framed=1&problem={problem}"));
            Ok(())
        }
        Err(error) => {
            post.refuse(error, &format!("/checkout/{order}"), "checkout", &[("alt_recipient", &alt_recipient)]).await
        }
    }
}

/// The order and the quote of it that a form is about.
fn quoted(order: &str, quote: &str) -> backend::Result<(OrderRef, QuoteId)> {
    Ok((OrderRef::parse(order)?, id(quote)?))
}

/// Starts paying by bank transfer and shows what to send.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "pay-by-transfer")]
pub async fn pay_by_transfer(
    #[server(default)] order: String,
    #[server(default)] quote: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let back = format!("/orders/{order}");
    let started = async {
        let (reference, quote) = quoted(&order, &quote)?;
        post.request.backend.start_transfer(post.request.viewer.as_ref(), &reference, quote, &key).await
    };
    match started.await {
        Ok(()) => {
            post.go(&format!("{back}/transfer"));
            Ok(())
        }
        Err(error) => post.refuse(error, &back, "pay", &[]).await,
    }
}

/// Any act of a party on an order, with proof where the act takes it.
///
/// # Errors
/// The form could not be read at all.
#[server(prefix = "/do", endpoint = "order-act", input = MultipartFormData)]
pub async fn order_act(data: MultipartData) -> Result<(), ServerFnError> {
    let seed = Seed::capture();
    let form = read(data).await?;
    let post = Post::load(seed).await?;
    let field = |name: &str| form.fields.get(name).map_or("", String::as_str);
    let order = field("order").to_owned();
    let act = field("act").to_owned();
    let command = OrderRef::parse(&order).and_then(|reference| {
        Ok(OrderCommand {
            order: reference,
            command: command(&form.fields, &act)?,
            version: field("version").parse().ok(),
            refund: field("refund").parse().ok(),
            key: field("key").to_owned(),
            files: form.files.clone(),
        })
    });
    let done = match command {
        Ok(command) => post.request.backend.act(post.request.viewer.as_ref(), command).await,
        Err(error) => Err(error),
    };
    let page = format!("/orders/{order}");
    match done {
        Ok(done) => {
            let room = matches!(act.as_str(), "offer-split" | "withdraw-split" | "rule" | "raise-dispute");
            let next = if room { format!("{page}/dispute") } else { page };
            post.done(&success(&act, done.status), &next).await
        }
        Err(error) => {
            let name = act.replace('-', "_");
            // A step with fields of its own is shown again; a changed order is shown as it is now.
            let step = kind_of(&act).is_some() && matches!(error, Error::Invalid(_));
            let chosen = field("to_buyer").parse::<i64>().map(|part| format!("?to_buyer={part}")).unwrap_or_default();
            let back = if step { format!("{page}/{act}{chosen}") } else { page };
            let typed: Vec<(&str, &str)> =
                ["note", "tracking", "reason", "text"].map(|name| (name, field(name))).to_vec();
            post.refuse(error, &back, &name, &typed).await
        }
    }
}

/// Writes in the dispute room.
///
/// # Errors
/// The form could not be read at all.
#[server(prefix = "/do", endpoint = "message", input = MultipartFormData)]
pub async fn post_message(data: MultipartData) -> Result<(), ServerFnError> {
    let seed = Seed::capture();
    let form = read(data).await?;
    let post = Post::load(seed).await?;
    let field = |name: &str| form.fields.get(name).map_or("", String::as_str);
    let room = format!("/orders/{}/dispute", field("order"));
    let posted = match OrderRef::parse(field("order")) {
        Ok(reference) => {
            let (backend, viewer) = (&post.request.backend, post.request.viewer.as_ref());
            backend.post_message(viewer, &reference, field("text"), form.files.clone(), field("key")).await
        }
        Err(error) => Err(error),
    };
    match posted {
        Ok(()) => post.done("Your message was sent.", &room).await,
        Err(error) => post.refuse(error, &room, "message", &[("text", field("text"))]).await,
    }
}

/// Says to which bank account a refund goes that could not go back the way it was paid.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "refund-bank")]
pub async fn refund_to_bank(
    #[server(default)] order: String,
    #[server(default)] currency: String,
    #[server(default)] bank_name: String,
    #[server(default)] account_number: String,
    #[server(default)] account_name: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let back = format!("/orders/{order}");
    let form = BankDetails { currency, bank_name, account_number, account_name };
    let given = match OrderRef::parse(&order) {
        Ok(reference) => post.request.backend.refund_to_bank(post.request.viewer.as_ref(), &reference, &form).await,
        Err(error) => Err(error),
    };
    match given {
        Ok(()) => post.done("Thank you. Your refund is sent there next.", &back).await,
        Err(error) => {
            let typed = [
                ("bank_name", form.bank_name.as_str()),
                ("account_number", &form.account_number),
                ("account_name", &form.account_name),
            ];
            post.refuse(error, &back, "refund_bank", &typed).await
        }
    }
}

fn command(fields: &BTreeMap<String, String>, act: &str) -> backend::Result<Command> {
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    // Everything else is refused by the rules, which know who may do what; this only reads.
    Ok(match CommandKind::from_key(&act.replace('-', "_")).ok_or(Error::NotFound)? {
        CommandKind::MarkDelivered => Command::MarkDelivered { note: field("note"), tracking: Some(field("tracking")) },
        CommandKind::Agree => Command::Agree,
        CommandKind::Accept => Command::Accept,
        CommandKind::AcceptAndCarry => {
            Command::carry_over(fields.get("carry").and_then(|carry| carry.parse().ok()).ok_or(Error::Stale)?)
        }
        CommandKind::Cancel => Command::Cancel,
        CommandKind::ConfirmGoodCondition => Command::ConfirmGoodCondition,
        CommandKind::OfferSecondDelivery => Command::OfferSecondDelivery,
        CommandKind::AgreeSecondDelivery => Command::AgreeSecondDelivery,
        CommandKind::Withdraw => Command::Withdraw,
        CommandKind::SayNotGoodCondition => Command::SayNotGoodCondition { text: field("text") },
        CommandKind::RaiseDispute => Command::RaiseDispute { text: field("text") },
        CommandKind::Reject => reject(&field("reason"), field("text"))?,
        CommandKind::OfferSplit => Command::OfferSplit { to_buyer: part(fields)? },
        CommandKind::AcceptSplit => Command::AcceptSplit { to_buyer: part(fields)? },
        CommandKind::WithdrawSplit => Command::WithdrawSplit,
        CommandKind::SetCommission => {
            let read = Commission::parse(&field("percent")).map_err(|message| Error::field("percent", message))?;
            Command::SetCommission { commission: read, provider: None }
        }
        CommandKind::Rule => rule(part(fields)?, &field("reason"), field("text"))?,
        _ => return Err(Error::NotFound),
    })
}

/// Both fields are looked at, so that a form with two mistakes names two.
fn reject(reason: &str, text: String) -> backend::Result<Command> {
    let reason_missing = || FieldError::new("reason", "Choose the reason that fits best.");
    match RejectReason::from_key(reason) {
        Some(reason) => Ok(Command::Reject { reason, text }),
        None if text.trim().is_empty() => {
            let text_missing = FieldError::new("text", "Say what is wrong, so that the seller can answer.");
            Err(Error::Invalid(vec![reason_missing(), text_missing]))
        }
        None => Err(Error::Invalid(vec![reason_missing()])),
    }
}

/// The buyer's part as the confirmation step carried it, in minor units.
fn part(fields: &BTreeMap<String, String>) -> backend::Result<i64> {
    fields.get("to_buyer").and_then(|part| part.parse().ok()).ok_or(Error::Stale)
}

/// Both fields are looked at, so that a form with two mistakes names two.
fn rule(to_buyer: i64, reason: &str, text: String) -> backend::Result<Command> {
    let mut wrong = Vec::new();
    let reason = RulingReason::from_key(reason);
    if reason.is_none() {
        wrong.push(FieldError::new("reason", "Choose the reason that the ruling rests on."));
    }
    if text.trim().is_empty() {
        wrong.push(FieldError::new("text", "Explain the ruling to both sides."));
    }
    match reason {
        Some(reason) if wrong.is_empty() => Ok(Command::Rule { to_buyer, reason, text }),
        _ => Err(Error::Invalid(wrong)),
    }
}

fn success(act: &str, status: Status) -> String {
    match act {
        "agree" => "Agreed. The buyer was told and can pay now.".to_owned(),
        "accept" => "Accepted. The money is released and the payouts are under way.".to_owned(),
        "accept-and-carry" => "Accepted. A part is released and the rest is held for the next milestone.".to_owned(),
        "reject" => "Rejected. The money stays held until the seller has answered.".to_owned(),
        "mark-delivered" => "Marked as delivered. The buyer was told and can now accept or reject.".to_owned(),
        "confirm-good-condition" => "Confirmed. The refund is under way.".to_owned(),
        "offer-split" => "Your offer was sent. It stands until you take it back or the dispute ends.".to_owned(),
        "accept-split" => "Agreed. The money is divided and the payments are under way.".to_owned(),
        "withdraw-split" => "Your offer was taken back.".to_owned(),
        "set-commission" => "The commission is changed.".to_owned(),
        "rule" => "Your ruling is made. Both sides were told, and the money is divided.".to_owned(),
        "offer-second-delivery" => "Offered. The other side was told and can agree.".to_owned(),
        _ => format!("Done. The order is now {status}."),
    }
}
