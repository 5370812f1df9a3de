//! The public face of the client.

mod page;
mod text;
mod threads;
mod written;
