//! What comes alive with WebAssembly. Each island shows on the server what a browser without it keeps.

mod countdown;
mod instant_quote;
mod split_slider;

pub use countdown::Countdown;
pub use instant_quote::InstantQuote;
pub use split_slider::{Divided, SplitSlider};
