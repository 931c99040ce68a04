//! What marketplaces collect: payments, their division, refunds, payouts of balances and the tokens that open them.

mod dice;
mod histories;
mod model;
mod payouts;
mod queued;
mod refunds;
mod requests;
mod step;
mod together;
mod tokens;
mod told;
mod world;
