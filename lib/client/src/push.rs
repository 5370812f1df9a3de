//! Pushes what a registry shows to a Pushgateway: for jobs that end before anybody scrapes them.

use std::time::Duration;

use crate::{Answer, Collector, Selection};

/// How long a push may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A group of a Pushgateway: a job, and what tells its instances apart.
///
/// ```no_run
/// use ferula::{PushGroup, Registry};
///
/// let registry = Registry::new();
/// let group = PushGroup::new("http://pushgateway:9091", "backup").with("host", "db/1");
/// group.replace(&registry)?;
/// # Ok::<(), ferula::PushError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a group does nothing until something is pushed to it"]
pub struct PushGroup {
    gateway: String,
    path: String,
    authorization: Option<String>,
    timeout: Duration,
}

/// Why a push failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// There was no answer.
    #[error("cannot reach the Pushgateway: {0}")]
    Unreachable(String),
    /// The answer was no.
    #[error("the Pushgateway refused with status {status}: {body}")]
    Refused {
        /// The status.
        status: u16,
        /// What it said.
        body: String,
    },
}

impl PushGroup {
    /// The group of `job` at a gateway's URL, `http://host:9091` with or without a path. Only `http://`: who needs TLS, or more than a
    /// header, has an HTTP client of their own to send [`Answer::page`](crate::Answer::page) to [`url`](Self::url) with.
    pub fn new(gateway: &str, job: &str) -> Self {
        let gateway = gateway.trim_end_matches('/');
        let has_scheme = gateway.contains("://");
        Self {
            gateway: if has_scheme {
                gateway.to_owned()
            } else {
                format!("http://{gateway}")
            },
            path: String::from("/metrics"),
            authorization: None,
            timeout: PATIENCE,
        }
        .with("job", job)
    }

    /// A label more that tells the group from others.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.path.push('/');
        self.path.push_str(name);
        // The gateway's own rule: a value that is empty, or would be more than one part of a path, comes in base64.
        if value.is_empty() || value.contains('/') {
            self.path.push_str("@base64/");
            self.path.push_str(&base64(value.as_bytes()));
        } else {
            self.path.push('/');
            self.path.push_str(&percent(value));
        }
        self
    }

    /// What the header `Authorization` shall be.
    pub fn authorization(mut self, value: &str) -> Self {
        self.authorization = Some(value.to_owned());
        self
    }

    /// How long a push may take, 30 s if not said.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Where the group is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.gateway, self.path)
    }

    /// Puts what `collector` shows in the place of all that the group has.
    ///
    /// # Errors
    /// [`PushError`].
    pub fn replace(&self, collector: &dyn Collector) -> Result<(), PushError> {
        self.send("PUT", &Answer::TEXT.page(collector, &Selection::all()))
    }

    /// Puts what `collector` shows in the place of families of the same name, and leaves others.
    ///
    /// # Errors
    /// [`PushError`].
    pub fn add(&self, collector: &dyn Collector) -> Result<(), PushError> {
        self.send("POST", &Answer::TEXT.page(collector, &Selection::all()))
    }

    /// Deletes the group.
    ///
    /// # Errors
    /// [`PushError`].
    pub fn delete(&self) -> Result<(), PushError> {
        self.send("DELETE", &[])
    }

    fn send(&self, method: &str, body: &[u8]) -> Result<(), PushError> {
        let unreachable = |error: &dyn std::error::Error| PushError::Unreachable(error.to_string());
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(self.timeout))
            .http_status_as_error(false)
            .build()
            .new_agent();
        let mut request = http::Request::builder()
            .method(method)
            .uri(self.url())
            .header("Content-Type", Answer::TEXT.content_type());
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let request = request.body(body).map_err(|error| unreachable(&error))?;
        let mut answer = agent.run(request).map_err(|error| unreachable(&error))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(PushError::Refused {
            status: answer.status().as_u16(),
            body: answer
                .body_mut()
                .read_to_string()
                .unwrap_or_default()
                .trim()
                .to_owned(),
        })
    }
}

/// Everything but letters, digits and `-._~` as `%41`.
fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// RFC 4648's alphabet for URLs; an empty text is `=`, as the gateway has it.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if bytes.is_empty() {
        return "=".to_owned();
    }
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| {
            word << 8 | u32::from(three.get(at).copied().unwrap_or(0))
        });
        for digit in 0..=three.len() {
            let index = word >> (18 - 6 * digit) & 63;
            out.push(char::from(ALPHABET[index as usize]));
        }
    }
    let padding = (3 - bytes.len() % 3) % 3;
    out.extend(std::iter::repeat_n('=', padding));
    out
}

#[cfg(test)]
mod tests;
