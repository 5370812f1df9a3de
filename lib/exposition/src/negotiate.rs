//! How a scraper and its target agree on a format: the `Accept` header of the one, the `Content-Type` of the other.
//!
//! The words are Prometheus 3's, since configuration files, dashboards and scripts know them. Since 3.0 a target must say what it
//! sends: without a `Content-Type` that is known, only a configured fallback makes its page readable.

#[cfg(test)]
mod tests;

use thiserror::Error;

use crate::Format;
use crate::escape::Escaping;

/// A format and version that a scraper may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `PrometheusProto`
    PrometheusProto,
    /// `PrometheusText0.0.4`
    PrometheusText004,
    /// `PrometheusText1.0.0`
    PrometheusText100,
    /// `OpenMetricsText0.0.1`
    OpenMetricsText001,
    /// `OpenMetricsText1.0.0`
    OpenMetricsText100,
}

/// The weight of the first protocol in an `Accept` header, in tenths; each further one weighs one less.
const FIRST_WEIGHT: usize = 6;

impl Protocol {
    /// All of them, best first.
    pub const ALL: [Self; FIRST_WEIGHT - 1] = [
        Self::PrometheusProto,
        Self::OpenMetricsText100,
        Self::OpenMetricsText001,
        Self::PrometheusText100,
        Self::PrometheusText004,
    ];

    /// The name in configuration files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrometheusProto => "PrometheusProto",
            Self::PrometheusText004 => "PrometheusText0.0.4",
            Self::PrometheusText100 => "PrometheusText1.0.0",
            Self::OpenMetricsText001 => "OpenMetricsText0.0.1",
            Self::OpenMetricsText100 => "OpenMetricsText1.0.0",
        }
    }

    /// The protocol of a name in a configuration file.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.as_str() == name)
    }

    /// The media type without parameters.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::PrometheusProto => "application/vnd.google.protobuf",
            Self::PrometheusText004 | Self::PrometheusText100 => "text/plain",
            Self::OpenMetricsText001 | Self::OpenMetricsText100 => "application/openmetrics-text",
        }
    }

    fn parameters(self) -> &'static str {
        match self {
            Self::PrometheusProto => "proto=io.prometheus.client.MetricFamily;encoding=delimited",
            Self::PrometheusText004 => "version=0.0.4",
            Self::OpenMetricsText001 => "version=0.0.1",
            Self::PrometheusText100 | Self::OpenMetricsText100 => "version=1.0.0",
        }
    }

    /// Whether this version knows the parameter `escaping`.
    fn escapes(self) -> bool {
        matches!(self, Self::PrometheusText100 | Self::OpenMetricsText100)
    }
}

/// The `Accept` header that asks for `protocols`, best first, and for anything else rather than nothing.
#[must_use]
pub fn accept(protocols: &[Protocol], escaping: Escaping) -> String {
    use std::fmt::Write as _;
    let mut header = String::new();
    let mut weight = FIRST_WEIGHT;
    for protocol in protocols {
        header.push_str(protocol.media_type());
        header.push(';');
        header.push_str(protocol.parameters());
        if protocol.escapes() {
            header.push_str(";escaping=");
            header.push_str(escaping.as_str());
        }
        let _infallible = write!(header, ";q=0.{weight},");
        weight = weight.saturating_sub(1);
    }
    let _infallible = write!(header, "*/*;q=0.{weight}");
    header
}

/// What a page is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFormat {
    /// Lines, for [`Entries`](crate::Entries).
    Text(Format),
    /// Messages, for [`translate`](crate::protobuf::translate).
    Protobuf,
}

/// How to read a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The format.
    pub format: PageFormat,
    /// Why the fallback was needed, if it was.
    pub warning: Option<ContentTypeWarning>,
}

/// The format of a page that came with `content_type`, or in the `fallback` protocol if that says nothing we know.
///
/// # Errors
///
/// When the format isn't known.
pub fn format_of(
    content_type: Option<&str>,
    fallback: Option<Protocol>,
) -> Result<Agreed, ContentTypeError> {
    let content_type = content_type.unwrap_or_default();
    let media_type = if content_type.is_empty() {
        Err(Fallback::Blank)
    } else {
        media_type(content_type).ok_or(Fallback::Malformed)
    };
    let failed = match media_type {
        Ok(media_type) => match known(&media_type) {
            Some(format) => {
                return Ok(Agreed {
                    format,
                    warning: None,
                });
            }
            None => Fallback::Unsupported,
        },
        Err(failed) => failed,
    };
    let content_type = content_type.to_owned();
    let Some(fallback) = fallback else {
        return Err(match failed {
            Fallback::Blank => ContentTypeError::Blank,
            Fallback::Malformed => ContentTypeError::Malformed(content_type),
            Fallback::Unsupported => ContentTypeError::Unsupported(content_type),
        });
    };
    let fallback = fallback.media_type();
    let warning = match failed {
        Fallback::Blank => ContentTypeWarning::Blank { fallback },
        Fallback::Malformed => ContentTypeWarning::Malformed {
            content_type,
            fallback,
        },
        Fallback::Unsupported => ContentTypeWarning::Unsupported {
            content_type,
            fallback,
        },
    };
    match known(fallback) {
        Some(format) => Ok(Agreed {
            format,
            warning: Some(warning),
        }),
        None => Err(ContentTypeError::Unsupported(fallback.to_owned())),
    }
}

/// Why the fallback is asked for.
enum Fallback {
    Blank,
    Malformed,
    Unsupported,
}

/// What a media type stands for.
fn known(media_type: &str) -> Option<PageFormat> {
    Some(match media_type {
        "text/plain" => PageFormat::Text(Format::Text),
        "application/openmetrics-text" => PageFormat::Text(Format::OpenMetrics),
        "application/vnd.google.protobuf" => PageFormat::Protobuf,
        _ => return None,
    })
}

/// The media type of a header, in lower case; `None` if the header is malformed.
fn media_type(header: &str) -> Option<String> {
    let mut parts = split_parameters(header)?.into_iter();
    let media_type = parts.next()?.trim().to_ascii_lowercase();
    // A single word is unknown, but well-formed.
    if !media_type.splitn(2, '/').all(is_token) {
        return None;
    }
    let mut rest = parts.map(str::trim).peekable();
    while let Some(parameter) = rest.next() {
        // A semicolon at the end does no harm.
        if parameter.is_empty() && rest.peek().is_none() {
            break;
        }
        let (name, value) = parameter.split_once('=')?;
        let quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
        if !is_token(name) || !(quoted || is_token(value)) {
            return None;
        }
    }
    Some(media_type)
}

/// Splits at the semicolons that are not within quotes; `None` if a quote has no end.
fn split_parameters(header: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (index, byte) in header.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b';' if !quoted => {
                parts.push(&header[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&header[start..]);
    (!quoted).then_some(parts)
}

/// A token of RFC 2045.
fn is_token(text: &str) -> bool {
    let part = |b: u8| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&b);
    !text.is_empty() && text.bytes().all(part)
}

/// Why a page can't be read by what its header says.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContentTypeError {
    /// There is no header.
    #[error(
        "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target"
    )]
    Blank,
    /// The header is no media type.
    #[error("cannot parse Content-Type {0:?} and no fallback_scrape_protocol for target")]
    Malformed(String),
    /// It is the media type of something else.
    #[error(
        "received unsupported Content-Type {0:?} and no fallback_scrape_protocol specified for target"
    )]
    Unsupported(String),
}

/// Why the fallback was needed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContentTypeWarning {
    /// There is no header.
    #[error(
        "non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol {fallback:?}"
    )]
    Blank {
        /// The media type that was used.
        fallback: &'static str,
    },
    /// The header is no media type.
    #[error(
        "could not parse received Content-Type {content_type:?}, using fallback_scrape_protocol {fallback:?}"
    )]
    Malformed {
        /// The header.
        content_type: String,
        /// The media type that was used.
        fallback: &'static str,
    },
    /// It is the media type of something else.
    #[error(
        "received unsupported Content-Type {content_type:?}, using fallback_scrape_protocol {fallback:?}"
    )]
    Unsupported {
        /// The header.
        content_type: String,
        /// The media type that was used.
        fallback: &'static str,
    },
}
