//! A body on its way into the caller's buffer: unpacked, and never larger than the caller wants.
//!
//! Both the bytes on the wire and the unpacked ones are counted, so that neither an endless body nor a bomb of packed
//! zeros gets further than the limit.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::BodyError;

/// Takes a body piece by piece.
pub(super) struct BodyReader<'a> {
    form: Form<'a>,
    wire_bytes: usize,
    limit_bytes: usize,
}

enum Form<'a> {
    Plain(Capped<'a>),
    Gzip(Box<MultiGzDecoder<Capped<'a>>>),
}

impl<'a> BodyReader<'a> {
    /// Reads the body of an answer with `headers` into `buffer`, which is emptied first.
    pub(super) fn new(headers: &HeaderMap, buffer: &'a mut Vec<u8>, limit_bytes: usize) -> Self {
        buffer.clear();
        let capped = Capped {
            buffer,
            limit_bytes,
        };
        let packed = headers
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
        Self {
            form: match packed {
                true => Form::Gzip(Box::new(MultiGzDecoder::new(capped))),
                false => Form::Plain(capped),
            },
            wire_bytes: 0,
            limit_bytes,
        }
    }

    /// The next piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        self.wire_bytes = self.wire_bytes.saturating_add(piece.len());
        if self.wire_bytes > self.limit_bytes {
            return Err(self.too_large());
        }
        let written = match &mut self.form {
            Form::Plain(capped) => capped.write_all(piece),
            Form::Gzip(decoder) => decoder.write_all(piece),
        };
        written.map_err(|error| self.wrong(&error))
    }

    /// The end; says how many bytes came over the wire.
    pub(super) fn finish(mut self) -> Result<u64, BodyError> {
        // A packed body of no bytes at all is what some servers send with an error status.
        // (The decoder can't tell a missing end from a wrong check sum.)
        if let Form::Gzip(decoder) = &mut self.form
            && self.wire_bytes > 0
            && let Err(error) = decoder.try_finish()
        {
            return match self.wrong(&error) {
                BodyError::Gzip(_) => {
                    Err(BodyError::Gzip("truncated or corrupt stream".to_owned()))
                }
                other => Err(other),
            };
        }
        Ok(self.wire_bytes as u64)
    }

    fn too_large(&self) -> BodyError {
        BodyError::TooLarge {
            limit_bytes: self.limit_bytes,
        }
    }

    fn wrong(&self, error: &io::Error) -> BodyError {
        match error.kind() {
            io::ErrorKind::FileTooLarge => self.too_large(),
            io::ErrorKind::UnexpectedEof => BodyError::Truncated,
            _ => BodyError::Gzip(error.to_string()),
        }
    }
}

/// A buffer that refuses to grow beyond its limit.
struct Capped<'a> {
    buffer: &'a mut Vec<u8>,
    limit_bytes: usize,
}

impl Write for Capped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.limit_bytes - self.buffer.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
