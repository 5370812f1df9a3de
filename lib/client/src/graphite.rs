//! Sends what a registry shows to Graphite, in its plaintext protocol: `path value time`, one line for each sample.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::Collector;
use crate::node::now_seconds;
use crate::samples::{Flat, plain, samples};

/// How long a connection, and a page on it, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bridge to one Graphite.
///
/// ```no_run
/// use ferula::{Graphite, Registry};
///
/// let registry = Registry::new();
/// Graphite::new("prod.web1").tagged(true).push("graphite.example.org:2003", &registry)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Graphite {
    prefix: String,
    tagged: bool,
}

impl Graphite {
    /// A bridge whose paths begin with `prefix` and a dot, unless it is empty.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            tagged: false,
        }
    }

    /// Whether labels become tags (`requests_total;code=200`), which Graphite knows since 1.1, or parts of the path
    /// (`requests_total.code.200`), which is what happens if nothing is said.
    #[must_use]
    pub fn tagged(self, tagged: bool) -> Self {
        Self { tagged, ..self }
    }

    /// Sends one page over a connection of its own.
    ///
    /// # Errors
    /// When there is no connection, or it breaks.
    pub fn push(&self, address: impl ToSocketAddrs, collector: &dyn Collector) -> io::Result<()> {
        let page = self.page(collector, now_seconds() as u64);
        let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(mut stream) => {
                    stream.set_write_timeout(Some(PATIENCE))?;
                    return stream.write_all(page.as_bytes());
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// The lines, at a time in seconds since 1970. What is no number is left out, since Graphite has no word for it.
    #[must_use]
    pub fn page(&self, collector: &dyn Collector, seconds: u64) -> String {
        let mut page = String::new();
        for sample in samples(collector) {
            if sample.value.is_finite() {
                self.push_path(&mut page, &sample);
                let _infallible = writeln!(page, " {} {seconds}", sample.value);
            }
        }
        page
    }

    fn push_path(&self, page: &mut String, sample: &Flat) {
        if !self.prefix.is_empty() {
            page.push_str(&self.prefix);
            page.push('.');
        }
        page.push_str(&plain(&sample.name));
        for (name, value) in &sample.labels {
            let (before, between) = if self.tagged { (';', '=') } else { ('.', '.') };
            page.push(before);
            page.push_str(&plain(name));
            page.push(between);
            page.push_str(&plain(value));
        }
    }
}
