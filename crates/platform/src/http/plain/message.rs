//! Heads of requests and answers.

use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

use super::{Outgoing, authority};
use crate::http::connections::HEADERS_MAX;
use crate::http::{Reason, url};

/// Headers of nearly all answers.
const HEADERS_USUAL: usize = 24;

/// The head of a request.
pub(super) fn write(request: &Outgoing<'_>) -> Vec<u8> {
    let Outgoing {
        method,
        uri,
        headers,
        body,
    } = request;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut message = Vec::with_capacity(512);
    let mut push = |parts: &[&[u8]]| {
        for part in parts {
            message.extend_from_slice(part);
        }
    };
    push(&[
        method.as_str().as_bytes(),
        b" ",
        path.as_bytes(),
        b" HTTP/1.1\r\n",
    ]);
    if !headers.contains_key(HOST) {
        push(&[b"host: ", host(uri).as_bytes(), b"\r\n"]);
    }
    for (name, value) in *headers {
        push(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"]);
    }
    let is_bodiless = matches!(**method, Method::GET | Method::HEAD);
    if !(body.is_empty() && is_bodiless || headers.contains_key(CONTENT_LENGTH)) {
        push(&[
            b"content-length: ",
            body.len().to_string().as_bytes(),
            b"\r\n",
        ]);
    }
    push(&[b"\r\n"]);
    message
}

/// Host and port, the port only if it isn't the usual one.
fn host(uri: &Uri) -> &str {
    match authority(uri).strip_suffix(":80") {
        Some(host) if url::port(uri) == 80 => host,
        _ => authority(uri),
    }
}

/// The head of an answer.
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Whether it is HTTP/1.0, in which connections end unless they are said to go on.
    pub(super) is_old: bool,
    /// Its own bytes.
    pub(super) length: usize,
}

/// The head that `bytes` begins with, if all of it is there.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Head>, Reason> {
    match parse_with(bytes, &mut [httparse::EMPTY_HEADER; HEADERS_USUAL]) {
        Err(httparse::Error::TooManyHeaders) => {
            let headers = &mut [httparse::EMPTY_HEADER; HEADERS_MAX];
            parse_with(bytes, headers).map_err(|error| malformed(&error.to_string()))?
        }
        parsed => parsed.map_err(|error| malformed(&error.to_string()))?,
    }
    .transpose()
}

type Parsed = Option<Result<Head, Reason>>;

fn parse_with<'b>(
    bytes: &'b [u8],
    headers: &mut [httparse::Header<'b>],
) -> Result<Parsed, httparse::Error> {
    let mut head = httparse::Response::new(headers);
    match head.parse(bytes)? {
        httparse::Status::Complete(length) => Ok(Some(read(&head, length))),
        httparse::Status::Partial => Ok(None),
    }
}

fn read(head: &httparse::Response<'_, '_>, length: usize) -> Result<Head, Reason> {
    let status = head.code.and_then(|code| StatusCode::from_u16(code).ok());
    let mut headers = HeaderMap::with_capacity(head.headers.len());
    for header in head.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_bytes(header.value);
        match (name, value) {
            (Ok(name), Ok(value)) => headers.append(name, value),
            _ => return Err(malformed("invalid header")),
        };
    }
    Ok(Head {
        status: status.ok_or_else(|| malformed("invalid status"))?,
        headers,
        is_old: head.version == Some(0),
        length,
    })
}

/// How a body is delimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// So many bytes.
    Length(u64),
    Chunked,
    /// All until the connection ends.
    ToTheEnd,
}

impl Head {
    /// How the body of the answer to a request of this method is delimited (RFC 9112, section 6.3).
    pub(super) fn framing(&self, method: &Method) -> Result<Framing, Reason> {
        let has_none = matches!(self.status.as_u16(), 100..=199 | 204 | 304);
        if has_none || *method == Method::HEAD {
            return Ok(Framing::Length(0));
        }
        if let Some(encoding) = self.headers.get_all(TRANSFER_ENCODING).iter().next_back() {
            let last = encoding.as_bytes().rsplit(|byte| *byte == b',').next();
            let is_chunked =
                last.is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(b"chunked"));
            return Ok(if is_chunked {
                Framing::Chunked
            } else {
                Framing::ToTheEnd
            });
        }
        let mut lengths = self.headers.get_all(CONTENT_LENGTH).iter();
        let Some(first) = lengths.next() else {
            return Ok(Framing::ToTheEnd);
        };
        let digits = first.to_str().ok();
        let digits = digits.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match digits.and_then(|text| text.parse().ok()) {
            Some(length) if lengths.all(|other| other == first) => Ok(Framing::Length(length)),
            _ => Err(malformed("invalid content-length")),
        }
    }

    /// Whether the connection goes on after the body, if that ends before it.
    pub(super) fn keeps_alive(&self) -> bool {
        let says = |word: &[u8]| {
            let values = self.headers.get_all(http::header::CONNECTION);
            let mut words = values
                .iter()
                .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
            words.any(|own| own.trim_ascii().eq_ignore_ascii_case(word))
        };
        let is_ambiguous = self.headers.contains_key(TRANSFER_ENCODING)
            && self.headers.contains_key(CONTENT_LENGTH);
        !is_ambiguous && !says(b"close") && (!self.is_old || says(b"keep-alive"))
    }
}

pub(super) fn malformed(what: &str) -> Reason {
    Reason::Malformed(what.to_owned())
}
