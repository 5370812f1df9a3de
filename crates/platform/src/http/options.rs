//! How to speak to a server: who we are, what we trust, which way we go.
//!
//! Plain values without defaults: the configuration resolves every one of them.

use std::fmt;
use std::path::PathBuf;

/// Text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// Where a secret comes from. Files are read anew for each use, so that secrets can be rotated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// Written in the configuration.
    Inline(Secret),
    /// In a file; white space at the ends does not count.
    File(PathBuf),
}

/// All that one client needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// Who we say we are.
    pub authorization: Authorization,
    /// What we trust and show.
    pub tls: TlsOptions,
    /// Which way requests go.
    pub proxy: Proxy,
    /// Whether to follow redirects.
    pub follow_redirects: bool,
    /// Whether HTTP/2 may be used, where TLS negotiates it.
    pub enable_http2: bool,
    /// Headers that every request carries: name and values.
    pub headers: Vec<(String, Vec<SecretSource>)>,
}

/// How requests are authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// Not at all.
    None,
    /// User and password.
    Basic(BasicAuth),
    /// `Authorization: <kind> <credentials>`.
    Header {
        /// The first word, by default `Bearer`.
        kind: String,
        /// The rest.
        credentials: SecretSource,
    },
    /// A token fetched from a token server.
    OAuth2(Box<OAuth2>),
}

/// User and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicAuth {
    /// The user.
    pub username: SecretSource,
    /// The password.
    pub password: SecretSource,
}

/// OAuth 2.0 with client credentials (RFC 6749, 4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    /// The client's name.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: SecretSource,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Where tokens come from.
    pub token_url: String,
    /// Further parameters of the token request.
    pub endpoint_params: Vec<(String, String)>,
    /// TLS towards the token server.
    pub tls: TlsOptions,
}

/// What we trust and show in TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsOptions {
    /// Certificates (PEM) to trust instead of the system's.
    pub ca: Option<SecretSource>,
    /// Our own certificate (PEM) and its key.
    pub certificate: Option<(SecretSource, SecretSource)>,
    /// The name that the server's certificate must have, if not the host's.
    pub server_name: Option<String>,
    /// Trust everybody.
    pub insecure_skip_verify: bool,
    /// The oldest version to speak.
    pub min_version: Option<TlsVersion>,
    /// The newest version to speak.
    pub max_version: Option<TlsVersion>,
}

/// A version of TLS. Older ones than 1.2 can be named in a configuration but not spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.0
    Tls10,
    /// TLS 1.1
    Tls11,
    /// TLS 1.2
    Tls12,
    /// TLS 1.3
    Tls13,
}

/// Which way requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Straight.
    None,
    /// As `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.
    FromEnvironment,
    /// Through a proxy.
    Url {
        /// The proxy.
        url: String,
        /// Hosts that are reached straight, in the form of `NO_PROXY`.
        no_proxy: String,
        /// Headers of the CONNECT request.
        connect_headers: Vec<(String, Vec<SecretSource>)>,
    },
}
