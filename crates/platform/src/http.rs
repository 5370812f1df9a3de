//! Outbound HTTP.

mod options;

pub use options::{
    Authorization, BasicAuth, ClientOptions, OAuth2, Proxy, Secret, SecretSource, TlsOptions,
    TlsVersion,
};
