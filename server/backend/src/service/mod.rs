//! The use cases. One command is one transaction; only this module opens transactions.

pub mod access;
pub mod bank;
pub mod command;
mod execute;
mod guard;
pub mod home;
pub mod mail_link;
pub mod notify;
pub mod order_list;
pub mod order_view;
pub mod outbox;
pub mod password;
pub mod payments;
pub mod payouts;
pub mod place;
pub mod quote;
pub mod reset_password;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;
pub mod staff;
pub mod statement;
pub mod timers;
pub mod uploads;
pub mod verify;
pub mod verify_email;
pub mod viewer;
