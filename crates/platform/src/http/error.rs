//! What can go wrong with a request, in the words that users of Prometheus search for.

use http::Method;

use super::DialError;
use crate::file::FileError;

/// A client that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file with a certificate or key.
    #[error(transparent)]
    File(#[from] FileError),
    /// Certificates and keys that can't be used.
    #[error("unable to use the {what}: {reason}")]
    Certificate {
        /// Which of them.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A version of TLS that nobody should speak.
    #[error("TLS versions before 1.2 are not supported: raise max_version")]
    OldTls,
    /// min_version above max_version.
    #[error("no TLS version is left between min_version and max_version")]
    NoTlsVersion,
    /// A name that no server can have.
    #[error("invalid TLS server name: {0}")]
    ServerName(String),
    /// A proxy that we can't go through.
    #[error("unsupported proxy: {0}, use a URL that begins with http://")]
    Proxy(String),
}

/// A request without an answer, or with half of one.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing was answered.
    #[error("{} {url:?}: {reason}", in_title_case(method))]
    Exchange {
        /// GET, POST, …
        method: Method,
        /// What was asked for.
        url: String,
        /// Why.
        reason: Reason,
    },
    /// There was an answer, but its body did not arrive.
    #[error(transparent)]
    Body(#[from] BodyError),
}

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The URL is none.
    #[error("invalid URL: {0}")]
    Url(String),
    /// Neither http nor https.
    #[error("unsupported protocol scheme {0:?}")]
    Scheme(String),
    /// A secret could not be read.
    #[error("unable to read the {what}: {source}")]
    Secret {
        /// Which.
        what: &'static str,
        /// Why.
        source: FileError,
    },
    /// A header that can't be sent.
    #[error("invalid value of header {0}")]
    Header(String),
    /// No connection.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// No trust.
    #[error("tls: {0}")]
    Tls(String),
    /// Certificates were replaced by ones that can't be used.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The connection closed where an answer should be.
    #[error("EOF")]
    Closed,
    /// The connection failed.
    #[error("{0}")]
    Connection(String),
    /// Bytes that are no HTTP.
    #[error("malformed HTTP response: {0}")]
    Malformed(String),
    /// The request's time is over.
    #[error("context deadline exceeded")]
    TimedOut,
    /// A server that sends us round in circles.
    #[error("stopped after {0} redirects")]
    Redirects(usize),
    /// A redirect that leads nowhere.
    #[error("{0} response missing Location header")]
    NoLocation(u16),
    /// The token server gave none.
    #[error("oauth2: cannot fetch token: {0}")]
    Token(String),
}

/// Why a body did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More than the caller wants.
    #[error("body size limit exceeded")]
    TooLarge {
        /// What the caller wants at most.
        limit_bytes: usize,
    },
    /// The request's time is over.
    #[error("context deadline exceeded")]
    TimedOut,
    /// The connection ended first.
    #[error("unexpected EOF")]
    Truncated,
    /// Not what its header says.
    #[error("gzip: {0}")]
    Gzip(String),
    /// The connection failed.
    #[error("{0}")]
    Connection(String),
}

/// `Get` rather than `GET`, as Go's client writes it.
fn in_title_case(method: &Method) -> String {
    let (first, rest) = method.as_str().split_at(1);
    format!("{first}{}", rest.to_ascii_lowercase())
}
