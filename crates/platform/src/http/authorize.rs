//! Who we say we are, on each request.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::oauth2::Tokens;
use super::system::SystemClient;
use super::{Authorization, BuildError, ClientOptions, Reason, SecretSource};

/// Adds authorisation and the options' headers to requests.
pub(super) struct Identity {
    authorization: Authorization,
    headers: Vec<(String, Vec<SecretSource>)>,
    tokens: Option<Tokens>,
}

impl Identity {
    pub(super) fn new(options: &ClientOptions) -> Result<Self, BuildError> {
        let tokens = match &options.authorization {
            Authorization::OAuth2(oauth2) => {
                let client = SystemClient::new(&ClientOptions {
                    authorization: Authorization::None,
                    tls: oauth2.tls.clone(),
                    headers: Vec::new(),
                    ..options.clone()
                })?;
                Some(Tokens::new((**oauth2).clone(), Arc::new(client)))
            }
            _ => None,
        };
        Ok(Self {
            authorization: options.authorization.clone(),
            headers: options.headers.clone(),
            tokens,
        })
    }

    /// Whether there is nothing to add.
    pub(super) fn is_nobody(&self) -> bool {
        self.headers.is_empty() && matches!(self.authorization, Authorization::None)
    }

    /// Adds what is ours to `headers`. What the request says itself stands.
    pub(super) async fn add_to(&self, headers: &mut HeaderMap) -> Result<(), Reason> {
        for (name, values) in &self.headers {
            let header =
                HeaderName::try_from(name.as_str()).map_err(|_| Reason::Header(name.clone()))?;
            for value in values {
                headers.append(
                    header.clone(),
                    value_of(name, &read("header's value", value)?)?,
                );
            }
        }
        if headers.contains_key(AUTHORIZATION) {
            return Ok(());
        }
        let text = match &self.authorization {
            Authorization::None => return Ok(()),
            Authorization::Basic(basic) => {
                let username = read("user's name", &basic.username)?;
                let password = read("password", &basic.password)?;
                basic_value(&username, &password)
            }
            Authorization::Header { kind, credentials } => {
                format!("{kind} {}", read("credentials", credentials)?)
            }
            Authorization::OAuth2(_) => match &self.tokens {
                Some(tokens) => tokens.authorization().await?,
                None => unreachable!("made together with the options"),
            },
        };
        let mut value = value_of("Authorization", &text)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(())
    }
}

/// The value of `Authorization` for a user and a password.
pub(super) fn basic_value(username: &str, password: &str) -> String {
    format!(
        "Basic {}",
        STANDARD.encode(format!("{username}:{password}"))
    )
}

pub(super) fn read(what: &'static str, secret: &SecretSource) -> Result<String, Reason> {
    secret
        .read()
        .map_err(|source| Reason::Secret { what, source })
}

fn value_of(name: &str, text: &str) -> Result<HeaderValue, Reason> {
    HeaderValue::try_from(text).map_err(|_| Reason::Header(name.to_owned()))
}
