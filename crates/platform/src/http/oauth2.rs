//! Tokens by client credentials (RFC 6749, section 4.4), kept until shortly before they expire.
//!
//! The client says who it is by HTTP's basic authorisation. Servers that don't take that get the same in the form;
//! what worked is remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::authorize::{basic_value, read};
use super::url::form_escaped;
use super::{HttpClient, OAuth2, Reason, Request};

/// A token is renewed so long before it expires.
const EARLY: Duration = Duration::from_secs(10);
/// Time for the token server's answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The largest answer of a token server.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Fetches and keeps a token.
pub(super) struct Tokens {
    options: OAuth2,
    client: Arc<dyn HttpClient>,
    current: Mutex<Option<Token>>,
    /// Whether the server wants the client's secret in the form.
    in_form: AtomicBool,
}

struct Token {
    authorization: String,
    /// `None`: never.
    expires: Option<Instant>,
}

impl Tokens {
    pub(super) fn new(options: OAuth2, client: Arc<dyn HttpClient>) -> Self {
        Self {
            options,
            client,
            current: Mutex::new(None),
            in_form: AtomicBool::new(false),
        }
    }

    /// The value of `Authorization`. While one request fetches a token, the others wait for it.
    pub(super) async fn authorization(&self) -> Result<String, Reason> {
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref()
            && token
                .expires
                .is_none_or(|expires| Instant::now() + EARLY < expires)
        {
            return Ok(token.authorization.clone());
        }
        let token = self.fetch().await?;
        let authorization = token.authorization.clone();
        *current = Some(token);
        Ok(authorization)
    }

    async fn fetch(&self) -> Result<Token, Reason> {
        let secret = read("client's secret", &self.options.client_secret)?;
        let in_form = self.in_form.load(Ordering::Relaxed);
        match self.ask(&secret, in_form).await {
            Err(Refused::Status(_)) if !in_form => {
                let token = self
                    .ask(&secret, true)
                    .await
                    .map_err(Refused::into_reason)?;
                self.in_form.store(true, Ordering::Relaxed);
                Ok(token)
            }
            answer => answer.map_err(Refused::into_reason),
        }
    }

    async fn ask(&self, secret: &str, in_form: bool) -> Result<Token, Refused> {
        let options = &self.options;
        let mut fields = vec![("grant_type", "client_credentials".to_owned())];
        if !options.scopes.is_empty() {
            fields.push(("scope", options.scopes.join(" ")));
        }
        if in_form {
            fields.push(("client_id", options.client_id.clone()));
            fields.push(("client_secret", secret.to_owned()));
        }
        let extra = options.endpoint_params.iter();
        fields.extend(extra.map(|(name, value)| (name.as_str(), value.clone())));
        let form: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", form_escaped(name), form_escaped(value)))
            .collect();

        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        let mut request = Request::post(
            &options.token_url,
            form.join("&"),
            TIMEOUT,
            ANSWER_BYTES_MAX,
        )
        .with(CONTENT_TYPE, form_type);
        if !in_form {
            let value = basic_value(&form_escaped(&options.client_id), &form_escaped(secret));
            let value = HeaderValue::try_from(value)
                .map_err(|_| Refused::Other("client_id can't be sent".to_owned()))?;
            request = request.with(AUTHORIZATION, value);
        }
        let mut body = Vec::new();
        let reply = Box::pin(self.client.send(&request, &mut body)).await;
        let reply = reply.map_err(|error| Refused::Other(error.to_string()))?;
        if !reply.status.is_success() {
            return Err(Refused::Status(reply.status.to_string()));
        }
        token(&body)
    }
}

/// Why there is no token.
enum Refused {
    /// The server said no, perhaps to the way we asked.
    Status(String),
    Other(String),
}

impl Refused {
    fn into_reason(self) -> Reason {
        match self {
            Self::Status(text) | Self::Other(text) => Reason::Token(text),
        }
    }
}

fn token(body: &[u8]) -> Result<Token, Refused> {
    let answer: serde_json::Value =
        serde_json::from_slice(body).map_err(|error| Refused::Other(error.to_string()))?;
    let Some(access) = answer["access_token"]
        .as_str()
        .filter(|text| !text.is_empty())
    else {
        return Err(Refused::Other(
            "server response missing access_token".to_owned(),
        ));
    };
    let kind = match answer["token_type"].as_str() {
        None | Some("") => "Bearer",
        Some(kind) if kind.eq_ignore_ascii_case("bearer") => "Bearer",
        Some(kind) => kind,
    };
    // Some servers write the number as text.
    let seconds = match &answer["expires_in"] {
        serde_json::Value::String(text) => text.parse().ok(),
        number => number.as_f64().map(|seconds| seconds as u64),
    };
    let expires = seconds
        .filter(|seconds| *seconds > 0)
        .and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
    Ok(Token {
        authorization: format!("{kind} {access}"),
        expires,
    })
}
