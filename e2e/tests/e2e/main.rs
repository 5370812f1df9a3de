//! The whole of Ferula as its users meet it: the real binary, beside the real peers.
//!
//! One program, so that it is linked once. Tests don't know each other and may run side by side.

#![expect(
    clippy::disallowed_methods,
    reason = "tests of whole processes read the clock and files"
)]

mod cli;
mod clients;
mod difference;
mod hostile;
mod lifecycle;
mod live;
mod peers;
mod recorded;
mod secrets;
