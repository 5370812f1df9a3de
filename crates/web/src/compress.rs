//! Compresses responses for clients that take gzip.
//!
//! Piece by piece as the body comes, on the lowest level: a result of several megabytes shrinks tenfold either way, and
//! the higher levels take five times as long for a few percent.

use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderValue, VARY};
use hyper::body::{Body as _, Bytes, Frame};

use crate::limits::COMPRESS_BYTES_MIN;

/// Lets a response through, compressed if the client takes that, it isn't yet, and it is worth it.
pub(crate) async fn compress(request: Request, next: Next) -> Response {
    let accepted = accepts_gzip(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    let is_plain = !headers.contains_key(CONTENT_ENCODING) && !headers.contains_key(ETAG);
    let is_small = response
        .body()
        .size_hint()
        .upper()
        .is_some_and(|bytes| bytes < COMPRESS_BYTES_MIN as u64);
    if !accepted || !is_plain || is_small {
        return response;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.remove(CONTENT_LENGTH);
    response.map(|body| {
        Body::new(GzipBody {
            plain: body,
            encoder: Some(GzEncoder::new(Vec::new(), Compression::fast())),
        })
    })
}

/// Whether `Accept-Encoding` names gzip, or everything, and not with a weight of zero.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let mut any = None;
    for entry in texts.flat_map(|text| text.split(',')) {
        let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = parameters.trim().strip_prefix("q=").unwrap_or("1");
        let wanted = weight
            .trim()
            .parse::<f32>()
            .is_ok_and(|weight| weight > 0.0);
        match name.trim() {
            name if name.eq_ignore_ascii_case("gzip") => return wanted,
            "*" => any = Some(wanted),
            _ => {}
        }
    }
    any.unwrap_or(false)
}

/// A body, compressed while it is sent.
struct GzipBody {
    plain: Body,
    /// `None` once the last piece is out.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl hyper::body::Body for GzipBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        loop {
            let Some(mut encoder) = self.encoder.take() else {
                return Poll::Ready(None);
            };
            let frame = match Pin::new(&mut self.plain).poll_frame(context) {
                Poll::Pending => {
                    self.encoder = Some(encoder);
                    return Poll::Pending;
                }
                ready => ready!(ready),
            };
            let packed = match frame {
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => frame
                    .into_data()
                    .map_or(Ok(()), |plain| encoder.write_all(&plain))
                    .map(|()| {
                        let packed = std::mem::take(encoder.get_mut());
                        self.encoder = Some(encoder);
                        packed
                    }),
                None => encoder.finish(),
            };
            match packed {
                Ok(packed) if packed.is_empty() => {}
                Ok(packed) => return Poll::Ready(Some(Ok(Frame::data(packed.into())))),
                Err(error) => return Poll::Ready(Some(Err(axum::Error::new(error)))),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.encoder.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, header.parse().expect("a header value"));
        assert_eq!(accepts_gzip(&headers), expected, "{header}");
    }

    /// RFC 9110, "Accept-Encoding".
    #[test]
    fn weights_count() {
        check("gzip", true);
        check("deflate, GZIP;q=0.5", true);
        check("gzip;q=0", false);
        check("gzip;q=0.0, *", false);
        check("*", true);
        check("*;q=0", false);
        check("br, deflate", false);
        check("identity", false);
        check("", false);
    }
}
