//! Outbound HTTP.
//!
//! Everything that Ferula asks of others goes through one kind of client, made from one kind of options: targets, alert
//! receivers, remote stores. [`SystemNetwork`] makes real ones, [`simulated::SimulatedNetwork`] scripted ones.
//!
//! # Invariants
//!
//! - A request has a time and a size that it can't exceed, whatever the server does.
//! - Secrets are not printed, and not sent to where a redirect leads if that is another server.

mod authorize;
mod body;
mod buffers;
mod client;
mod connections;
mod dial;
mod error;
mod oauth2;
mod options;
mod plain;
mod proxy;
mod secret;
pub mod simulated;
mod system;
#[cfg(test)]
mod tests;
mod tls;
mod url;

pub use ::http::header;
pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use client::{HttpClient, Network, Reply, Request};
pub use dial::DialError;
pub use error::{BodyError, BuildError, HttpError, Reason};
pub use options::{
    Authorization, BasicAuth, ClientOptions, OAuth2, Proxy, Secret, SecretSource, TlsOptions,
    TlsVersion,
};
pub use system::{REDIRECTS_MAX, SystemClient, SystemNetwork};
