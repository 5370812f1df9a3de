//! Pushes what a registry shows to a Pushgateway: for jobs that end before anybody scrapes them.

mod send;

use std::fmt;
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
/// let group = PushGroup::new("https://pushgateway.example", "backup")
///     .with("host", "db/1")
///     .basic_auth("backup", "open sesame");
/// group.replace(&registry)?;
/// # Ok::<(), ferula::PushError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a group does nothing until something is pushed to it"]
pub struct PushGroup {
    gateway: String,
    path: String,
    authorization: Option<Secret>,
    /// PEM text, in the place of what the system trusts.
    authorities: Option<Vec<u8>>,
    timeout: Duration,
}

/// What is shown to the gateway, and not to whoever reads a log.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// Why a push failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The gateway's address, or what is to be sent there, is none.
    #[error("cannot push to this address: {url}, {why}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The certificates to be trusted are none.
    #[error("cannot read the authorities to be trusted: {why}")]
    Authorities {
        /// What is wrong with them.
        why: String,
    },
    /// There was no connection, or it broke.
    #[error("cannot reach the Pushgateway {url}: {why}")]
    Unreachable {
        /// The gateway.
        url: String,
        /// What the system says.
        why: String,
    },
    /// Whoever answered has not proved to be the gateway.
    #[error(
        "the Pushgateway {url} is not trusted: {why}, an authority of your own is named with `authorities`"
    )]
    Tls {
        /// The gateway.
        url: String,
        /// What is wrong with its certificate, or with the way we tried to agree.
        why: String,
    },
    /// There was no answer in time.
    #[error("no answer from the Pushgateway {url} within {timeout:?}")]
    TooSlow {
        /// The gateway.
        url: String,
        /// How long a push may take.
        timeout: Duration,
    },
    /// The answer was no.
    #[error("the Pushgateway refused with status {status}: {body}")]
    Refused {
        /// The status.
        status: u16,
        /// What it said, of which a kilobyte is kept.
        body: String,
    },
}

impl PushGroup {
    /// The group of `job` at a gateway's URL, `http://` or `https://` with or without a path; `http://` if it doesn't say.
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
            authorities: None,
            timeout: PATIENCE,
        }
        .with("job", job)
    }

    /// A label more that tells the group from others.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.path.push('/');
        self.path.push_str(name);
        // The gateway's own rule: a value that is empty, or would be more than one part of a path, comes in base64.
        if value.is_empty() {
            self.path.push_str("@base64/=");
        } else if value.contains('/') {
            self.path.push_str("@base64/");
            self.path.push_str(&base64(value.as_bytes(), &FOR_URLS));
        } else {
            self.path.push('/');
            self.path.push_str(&percent(value));
        }
        self
    }

    /// Who we are, by name and password.
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        let pair = base64(format!("{user}:{password}").as_bytes(), &STANDARD);
        self.authorization(&format!("Basic {pair}"))
    }

    /// Who we are, by a token.
    pub fn bearer(self, token: &str) -> Self {
        self.authorization(&format!("Bearer {token}"))
    }

    /// What the header `Authorization` shall be, for other schemes.
    pub fn authorization(mut self, value: &str) -> Self {
        self.authorization = Some(Secret(value.to_owned()));
        self
    }

    /// The certificates of the authorities that may vouch for the gateway, as PEM text, in the place of those that the system trusts.
    pub fn authorities(mut self, pem: &[u8]) -> Self {
        self.authorities = Some(pem.to_owned());
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
        send::send(
            self,
            "PUT",
            &Answer::TEXT.page(collector, &Selection::all()),
        )
    }

    /// Puts what `collector` shows in the place of families of the same name, and leaves others.
    ///
    /// # Errors
    /// [`PushError`].
    pub fn add(&self, collector: &dyn Collector) -> Result<(), PushError> {
        send::send(
            self,
            "POST",
            &Answer::TEXT.page(collector, &Selection::all()),
        )
    }

    /// Deletes the group.
    ///
    /// # Errors
    /// [`PushError`].
    pub fn delete(&self) -> Result<(), PushError> {
        send::send(self, "DELETE", &[])
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

/// RFC 4648's alphabet of headers.
const STANDARD: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The same for URLs.
const FOR_URLS: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| {
            word << 8 | u32::from(three.get(at).copied().unwrap_or(0))
        });
        for digit in 0..=three.len() {
            let index = word >> (18 - 6 * digit) & 63;
            out.push(char::from(alphabet[index as usize]));
        }
    }
    let padding = (3 - bytes.len() % 3) % 3;
    out.extend(std::iter::repeat_n('=', padding));
    out
}

#[cfg(test)]
mod tests;
