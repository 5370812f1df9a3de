//! Requests in, bodies out: the router as a whole, over a store in memory and a clock that stands still.

mod admin;
mod contract;
mod errors;
mod harness;
mod manage;
mod metadata;
mod oracle;
mod promtool;
mod queries;
mod running;
mod sockets;
mod status;
mod transport;
mod ui;
