//! The public face of the client.

mod page;
mod threads;
mod written;
