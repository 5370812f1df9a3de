//! The whole of Ferula as its users meet it: the real binary, beside the real peers.
//!
//! ```text
//!  live        the seeds' programs under load, watched by Ferula and Prometheus 2.42 at once
//!  instrumented  a program of the client library, asked for protobuf by the one and text by the other
//!  peers       the very same samples in both: every answer to nine digits
//!  clients     promtool and prometheus-api-client, which know nothing of us
//!  lifecycle   start, reload, discovery, stop
//!  secrets     targets behind passwords, tokens, redirects and TLS
//!  hostile     targets, queries and clients that mean no good
//!  storage     the data folder: killed, damaged, locked, imported, exported
//!  cli         `ferula check`, flags, messages
//! ```
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
mod instrumented;
mod lifecycle;
mod live;
mod peers;
mod recorded;
mod secrets;
mod storage;
