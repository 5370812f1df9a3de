//! Who asks: the address of a request's other end, and what it says of itself.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;

use crate::limits::AGENT_BYTES_MAX;

/// The address at a connection's other end, as requests carry it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Who sent a request, and which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asker {
    /// Where it came from; none for requests that came over no socket.
    pub(crate) address: Option<IpAddr>,
    /// For whom a proxy says that it asks. Anybody may claim anything here.
    pub(crate) forwarded_for: String,
    /// The program, by its own words.
    pub(crate) agent: String,
    /// `GET`, `POST`.
    pub(crate) method: String,
    /// The path that was asked for.
    pub(crate) path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = |name: &str| {
            let value = parts.headers.get(name);
            let text = value.and_then(|value| value.to_str().ok());
            cut(text.unwrap_or_default())
        };
        Ok(Self {
            address: parts.extensions.get::<Peer>().map(|peer| peer.0.ip()),
            forwarded_for: header("x-forwarded-for"),
            agent: header(USER_AGENT.as_str()),
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
        })
    }
}

/// No more than is worth keeping.
fn cut(text: &str) -> String {
    let mut end = text.len().min(AGENT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
