//! The public face of the client.

#[cfg(all(feature = "bridges", feature = "push"))]
mod bridges;
#[cfg(feature = "derive")]
mod derived;
#[cfg(feature = "endpoint")]
mod endpoint;
mod family;
mod page;
mod text;
mod threads;
#[cfg(feature = "tower")]
mod tower;
mod written;
