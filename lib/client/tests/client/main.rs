//! The public face of the client.

mod bridges;
#[cfg(feature = "derive")]
mod derived;
mod endpoint;
mod family;
#[cfg(target_os = "linux")]
mod format;
#[cfg(feature = "axum")]
mod layer;
mod messages;
mod page;
#[cfg(feature = "push")]
mod pushed;
#[cfg(target_os = "linux")]
mod segment;
mod text;
mod threads;
#[cfg(target_os = "linux")]
mod torn;
mod written;
