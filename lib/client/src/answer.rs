//! How a page is asked for, and what is answered: which format, which escaping, compressed or not.

use ferula_exposition::Protocol;

use crate::{Collector, Escaping, Format, Numbers, Selection, Style, encode, encode_protobuf};

/// What a reader and we have agreed upon.
///
/// ```
/// use ferula::{Answer, Registry, Selection};
///
/// let registry = Registry::new();
/// let answer = Answer::negotiate("application/openmetrics-text; version=1.0.0", "gzip, br");
/// let page = answer.page(&registry, &Selection::all());
/// assert_eq!(answer.content_type(), "application/openmetrics-text; version=1.0.0; charset=utf-8");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The format and its version.
    pub protocol: Protocol,
    /// What becomes of strange names.
    pub escaping: Escaping,
    /// Whether the reader has said so, and wants to hear it.
    escaping_said: bool,
    /// Whether the page is compressed.
    pub gzip: bool,
    /// How numbers look in text.
    pub numbers: Numbers,
    /// Whether text says when counting began.
    pub created: bool,
}

/// One of the things that a header `Accept` lists.
struct Accepted<'a> {
    media_type: &'a str,
    version: Option<&'a str>,
    proto: Option<&'a str>,
    encoding: Option<&'a str>,
    escaping: Option<&'a str>,
    weight: f32,
}

impl Answer {
    /// The plain text that everybody reads.
    pub const TEXT: Self = Self {
        protocol: Protocol::PrometheusText004,
        escaping: Escaping::Underscores,
        escaping_said: false,
        gzip: false,
        numbers: Numbers::Go,
        created: false,
    };

    /// The answer that the headers `Accept` and `Accept-Encoding` like best of those we have: text 0.0.4 if they don't say.
    #[must_use]
    pub fn negotiate(accept: &str, accept_encoding: &str) -> Self {
        let mut best = Self::TEXT;
        let mut weight = 0.0;
        for accepted in accept.split(',').map(Accepted::parse) {
            let Some(protocol) = accepted.protocol() else {
                continue;
            };
            if accepted.weight > weight {
                weight = accepted.weight;
                best.protocol = protocol;
                let escaping = accepted.escaping.and_then(Escaping::from_word);
                best.escaping_said = escaping.is_some();
                best.escaping = escaping.unwrap_or_default();
            }
        }
        best.gzip = takes_gzip(accept_encoding);
        best
    }

    /// The header `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> String {
        let (media_type, version) = match self.protocol {
            Protocol::PrometheusProto => (
                "application/vnd.google.protobuf",
                "proto=io.prometheus.client.MetricFamily; encoding=delimited",
            ),
            Protocol::OpenMetricsText100 => (
                "application/openmetrics-text",
                "version=1.0.0; charset=utf-8",
            ),
            Protocol::OpenMetricsText001 => (
                "application/openmetrics-text",
                "version=0.0.1; charset=utf-8",
            ),
            Protocol::PrometheusText100 => ("text/plain", "version=1.0.0; charset=utf-8"),
            Protocol::PrometheusText004 => ("text/plain", "version=0.0.4; charset=utf-8"),
        };
        let escaping = self.escaping.as_str();
        if self.escaping_said {
            format!("{media_type}; {version}; escaping={escaping}")
        } else {
            format!("{media_type}; {version}")
        }
    }

    /// The header `Content-Encoding`, if there is one.
    #[must_use]
    pub fn content_encoding(&self) -> Option<&'static str> {
        self.gzip.then_some("gzip")
    }

    /// What `collector`, usually a [`Registry`](crate::Registry), shows and `selection` wants.
    #[must_use]
    pub fn page(&self, collector: &dyn Collector, selection: &Selection) -> Vec<u8> {
        let mut page = Vec::new();
        let format = match self.protocol {
            Protocol::PrometheusProto => None,
            Protocol::OpenMetricsText100 | Protocol::OpenMetricsText001 => {
                Some(Format::OpenMetrics)
            }
            Protocol::PrometheusText100 | Protocol::PrometheusText004 => Some(Format::Text),
        };
        match format {
            None => encode_protobuf(collector, selection, self.escaping, &mut page),
            Some(format) => {
                let style = Style {
                    escaping: self.escaping,
                    numbers: self.numbers,
                    created: self.created,
                    ..Style::new(format)
                };
                encode(collector, selection, style, &mut page);
            }
        }
        if self.gzip { compressed(&page) } else { page }
    }
}

impl<'a> Accepted<'a> {
    fn parse(entry: &'a str) -> Self {
        let mut parameters = entry.split(';').map(str::trim);
        let mut accepted = Self {
            media_type: parameters.next().unwrap_or_default(),
            version: None,
            proto: None,
            encoding: None,
            escaping: None,
            weight: 1.0,
        };
        for (name, value) in parameters.filter_map(|parameter| parameter.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match name.trim() {
                "version" => accepted.version = Some(value),
                "proto" => accepted.proto = Some(value),
                "encoding" => accepted.encoding = Some(value),
                "escaping" => accepted.escaping = Some(value),
                "q" => accepted.weight = value.parse().unwrap_or(0.0),
                _ => {}
            }
        }
        accepted
    }

    /// The protocol that fits; `None` when we have none.
    fn protocol(&self) -> Option<Protocol> {
        Some(match (self.media_type, self.version) {
            ("application/vnd.google.protobuf", _) => {
                let is_known = self.proto == Some("io.prometheus.client.MetricFamily");
                let is_known = is_known && self.encoding == Some("delimited");
                return is_known.then_some(Protocol::PrometheusProto);
            }
            ("application/openmetrics-text", Some("1.0.0")) => Protocol::OpenMetricsText100,
            ("application/openmetrics-text", None | Some("0.0.1")) => Protocol::OpenMetricsText001,
            ("text/plain", Some("1.0.0")) => Protocol::PrometheusText100,
            ("text/plain" | "text/*" | "*/*", _) => Protocol::PrometheusText004,
            _ => return None,
        })
    }
}

/// Whether a header `Accept-Encoding` lists gzip, and doesn't refuse it.
fn takes_gzip(accept_encoding: &str) -> bool {
    accept_encoding.split(',').any(|entry| {
        let mut parameters = entry.split(';').map(str::trim);
        let is_gzip = parameters.next() == Some("gzip");
        let weight = parameters.find_map(|parameter| parameter.strip_prefix("q="));
        is_gzip && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

fn compressed(page: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(page.len() / 8), LEVEL);
    // A vector takes whatever it is given.
    match encoder.write_all(page).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed,
        Err(never) => unreachable!("a vector refused bytes: {never}"),
    }
}

/// The fastest: a page has so much in common with itself that more effort gains little.
const LEVEL: flate2::Compression = flate2::Compression::fast();

#[cfg(test)]
mod tests;
