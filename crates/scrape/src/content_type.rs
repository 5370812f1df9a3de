//! Which format a page has, and which ones we ask for.

#[cfg(test)]
mod tests;

use ferula_exposition::Format;

use crate::options::Protocol;

/// An answer in a format that we don't know, in Prometheus' words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentTypeError {
    /// Nothing said.
    #[error(
        "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target"
    )]
    Blank,
    /// Not of the form `type/subtype; name=value`.
    #[error("cannot parse Content-Type {0:?} and no fallback_scrape_protocol for target")]
    Malformed(String),
    /// Something else, say HTML.
    #[error(
        "received unsupported Content-Type {0:?} and no fallback_scrape_protocol specified for target"
    )]
    Unsupported(String),
    /// The binary format.
    #[error(
        "received Content-Type {0:?}: the protobuf format is not supported yet, scrape a text format"
    )]
    Protobuf(String),
}

/// The format of a page with this content type; without or with an unknown one, `fallback`'s.
///
/// # Errors
///
/// When there is no format to read it as.
pub fn negotiate(
    content_type: &str,
    fallback: Option<Protocol>,
) -> Result<Format, ContentTypeError> {
    let or_fallback = |error: ContentTypeError| match fallback {
        Some(protocol) => format_of(protocol).ok_or(ContentTypeError::Protobuf(
            protocol_name(protocol).to_owned(),
        )),
        None => Err(error),
    };
    if content_type.is_empty() {
        return or_fallback(ContentTypeError::Blank);
    }
    let Some(media_type) = media_type(content_type) else {
        return or_fallback(ContentTypeError::Malformed(content_type.to_owned()));
    };
    match media_type.as_str() {
        "application/openmetrics-text" => Ok(Format::OpenMetrics),
        "text/plain" => Ok(Format::Text),
        "application/vnd.google.protobuf" => {
            Err(ContentTypeError::Protobuf(content_type.to_owned()))
        }
        _ => or_fallback(ContentTypeError::Unsupported(content_type.to_owned())),
    }
}

/// `type/subtype` in lower case, if the parameters are well-formed too.
fn media_type(content_type: &str) -> Option<String> {
    let mut parts = content_type.split(';');
    let media_type = parts.next()?.trim().to_ascii_lowercase();
    let (kind, subtype) = media_type.split_once('/').unwrap_or((&media_type, "x"));
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    for parameter in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = parameter.split_once('=')?;
        let quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
        if !is_token(name.trim()) || !(quoted || is_token(value.trim())) {
            return None;
        }
    }
    Some(media_type)
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_plain)
}

/// The header `Accept`: the formats with falling weights, and anything as a last resort. The binary format isn't asked for, since
/// we can't read it.
#[must_use]
pub fn accept(protocols: &[Protocol]) -> String {
    let known: Vec<&str> = protocols
        .iter()
        .filter_map(|protocol| media_range(*protocol))
        .collect();
    let mut header = String::new();
    for (media_range, weight) in known.iter().zip((2..=known.len() + 1).rev()) {
        header.push_str(&format!("{media_range};q=0.{weight},"));
    }
    header + "*/*;q=0.1"
}

fn format_of(protocol: Protocol) -> Option<Format> {
    match protocol {
        Protocol::PrometheusProto => None,
        Protocol::PrometheusText004 | Protocol::PrometheusText100 => Some(Format::Text),
        Protocol::OpenMetricsText001 | Protocol::OpenMetricsText100 => Some(Format::OpenMetrics),
    }
}

fn protocol_name(protocol: Protocol) -> &'static str {
    media_range(protocol).unwrap_or("application/vnd.google.protobuf")
}

fn media_range(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::PrometheusProto => None,
        Protocol::PrometheusText004 => Some("text/plain;version=0.0.4"),
        Protocol::PrometheusText100 => Some("text/plain;version=1.0.0;escaping=allow-utf-8"),
        Protocol::OpenMetricsText001 => Some("application/openmetrics-text;version=0.0.1"),
        Protocol::OpenMetricsText100 => {
            Some("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8")
        }
    }
}
