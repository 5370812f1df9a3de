//! Sends what a registry shows to a StatsD server, in datagrams: counts as what was added since the last time, everything
//! else as gauges.

use std::io;
use std::net::UdpSocket;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::Collector;
use crate::samples::{Flat, plain, samples};

/// The most bytes of a datagram: what fits a packet of an Ethernet, with what is around it.
const DATAGRAM_BYTES_MAX: usize = 1432;

/// A bridge to one StatsD server, which remembers what it has sent.
///
/// ```no_run
/// use ferula::{Registry, StatsD};
///
/// let registry = Registry::new();
/// let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
/// socket.connect("statsd.example.org:8125")?;
/// let mut statsd = StatsD::new("app").tagged(true);
/// statsd.push(&socket, &registry)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct StatsD {
    prefix: String,
    tagged: bool,
    /// What was sent of each total.
    sent: HashMap<String, f64, RandomState>,
}

impl StatsD {
    /// A bridge whose names begin with `prefix` and a dot, unless it is empty.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
            ..Self::default()
        }
    }

    /// Whether labels become tags in the manner of Datadog (`requests_total:1|c|#code:200`), which most servers know by now, or
    /// parts of the name (`requests_total.code.200:1|c`), which is what happens if nothing is said.
    #[must_use]
    pub fn tagged(self, tagged: bool) -> Self {
        Self { tagged, ..self }
    }

    /// Sends one page over a socket that is connected.
    ///
    /// # Errors
    /// When the socket refuses. What it has refused counts as sent, as what is lost on the way does.
    pub fn push(&mut self, socket: &UdpSocket, collector: &dyn Collector) -> io::Result<()> {
        for datagram in self.datagrams(collector) {
            socket.send(datagram.as_bytes())?;
        }
        Ok(())
    }

    /// The datagrams of one page.
    pub fn datagrams(&mut self, collector: &dyn Collector) -> Vec<String> {
        let mut datagrams: Vec<String> = Vec::new();
        for sample in samples(collector) {
            for line in self.lines(&sample) {
                match datagrams.last_mut() {
                    Some(last) if last.len() + line.len() < DATAGRAM_BYTES_MAX => {
                        last.push('\n');
                        last.push_str(&line);
                    }
                    _ => datagrams.push(line),
                }
            }
        }
        datagrams
    }

    /// The lines of one sample: none when nothing was added, or there is no number to send.
    fn lines(&mut self, sample: &Flat) -> Vec<String> {
        let (name, tags) = self.name(sample);
        if !sample.value.is_finite() {
            return Vec::new();
        }
        if !sample.is_total {
            // A sign before the number would mean that it is to be added.
            let reset = (sample.value < 0.0).then(|| format!("{name}:0|g{tags}"));
            let value = format!("{name}:{}|g{tags}", sample.value);
            return reset.into_iter().chain([value]).collect();
        }
        let before = self.sent.insert(format!("{name}{tags}"), sample.value);
        // A total that is smaller than before has begun anew.
        let before = before.filter(|&before| before <= sample.value);
        let added = sample.value - before.unwrap_or(0.0);
        if added == 0.0 {
            return Vec::new();
        }
        vec![format!("{name}:{added}|c{tags}")]
    }

    /// The name, and the tags if there are any.
    fn name(&self, sample: &Flat) -> (String, String) {
        let mut name = match &*self.prefix {
            "" => plain(&sample.name),
            prefix => format!("{prefix}.{}", plain(&sample.name)),
        };
        if self.tagged {
            let tags = sample.labels.iter();
            let tags = tags.map(|(name, value)| format!("{}:{}", plain(name), tag(value)));
            let tags = tags.collect::<Vec<_>>().join(",");
            let tags = if tags.is_empty() {
                tags
            } else {
                format!("|#{tags}")
            };
            return (name, tags);
        }
        for (label, value) in &sample.labels {
            name.push('.');
            name.push_str(&plain(label));
            name.push('.');
            name.push_str(&plain(value));
        }
        (name, String::new())
    }
}

/// A tag's value may have nearly everything in it but what divides tags and lines.
fn tag(value: &str) -> String {
    let keep = |c: char| {
        if matches!(c, ',' | '|' | '#' | '\n' | '\r') {
            '_'
        } else {
            c
        }
    };
    value.chars().map(keep).collect()
}
