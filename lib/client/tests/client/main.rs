//! The public face of the client.

#[cfg(feature = "endpoint")]
mod endpoint;
mod page;
mod text;
mod threads;
#[cfg(feature = "tower")]
mod tower;
mod written;
