//! The body of an answer, on its way from the socket into the caller's buffer.

use std::io;

use http::Method;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::Sockets;
use super::arriving::Sizes;
use super::message::{Framing, Head};
use crate::http::body::BodyReader;
use crate::http::{BodyError, Reason};
use crate::words;

/// What is read at once when nothing says how much will come.
const PIECE_BYTES: usize = 64 << 10;
/// The longest line with a chunk's size, or trailer.
const LINE_BYTES_MAX: usize = 8 << 10;

/// A body that is still to come.
pub(in crate::http) struct Incoming {
    socket: TcpStream,
    framing: Framing,
    head_bytes: usize,
    /// What came with the head.
    early: Vec<u8>,
    /// Where the socket goes afterwards, if it goes on.
    home: Option<(Sockets, Box<str>)>,
}

impl Incoming {
    pub(super) fn new(
        socket: TcpStream,
        method: &Method,
        (head, early): (&Head, Vec<u8>),
        sockets: Sockets,
        server: &str,
    ) -> Result<Self, Reason> {
        let framing = head.framing(method)?;
        let goes_on = framing != Framing::ToTheEnd && head.keeps_alive();
        Ok(Self {
            socket,
            framing,
            head_bytes: head.length,
            early,
            home: goes_on.then(|| (sockets, server.into())),
        })
    }

    /// Reads it to its end; says how many bytes came over the wire.
    pub(in crate::http) async fn receive(
        mut self,
        mut reader: BodyReader<'_>,
    ) -> Result<u64, BodyError> {
        let is_exact = match self.framing {
            Framing::Length(length) => self.receive_length(length, &mut reader).await?,
            Framing::Chunked => self.receive_chunks(&mut reader).await?,
            Framing::ToTheEnd => self.receive_all(&mut reader).await?,
        };
        if is_exact && let Some((sockets, server)) = self.home.take() {
            let sizes = Sizes {
                head: self.head_bytes,
                body: reader.wire(0).len(),
            };
            sockets.put(&server, self.socket, sizes);
        }
        reader.finish()
    }

    /// Answers whether nothing came after it.
    async fn receive_length(
        &mut self,
        length: u64,
        reader: &mut BodyReader<'_>,
    ) -> Result<bool, BodyError> {
        let length = reader.check_length(length)?;
        let mut early = std::mem::take(&mut self.early);
        let mut is_exact = early.len() <= length;
        early.truncate(length);
        reader.begin(early)?;
        let buffer = reader.wire(length);
        while buffer.len() < length {
            // One byte of room more than will come: a read that fills its buffer makes the next one ask the kernel in vain.
            buffer.reserve_exact(length - buffer.len() + 1);
            if read(&mut self.socket, buffer).await? == 0 {
                return Err(BodyError::Truncated);
            }
        }
        is_exact &= buffer.len() <= length;
        buffer.truncate(length);
        Ok(is_exact)
    }

    async fn receive_all(&mut self, reader: &mut BodyReader<'_>) -> Result<bool, BodyError> {
        let mut piece = std::mem::take(&mut self.early);
        loop {
            reader.push(&piece)?;
            piece.clear();
            piece.reserve(PIECE_BYTES);
            if read(&mut self.socket, &mut piece).await? == 0 {
                reader.reclaim(piece);
                return Ok(false);
            }
        }
    }

    async fn receive_chunks(&mut self, reader: &mut BodyReader<'_>) -> Result<bool, BodyError> {
        let mut piece = std::mem::take(&mut self.early);
        let mut chunks = Chunks::default();
        loop {
            let taken = chunks.take(&piece, reader)?;
            if chunks.state == State::End {
                let is_exact = taken == piece.len();
                reader.reclaim(piece);
                return Ok(is_exact);
            }
            piece.drain(..taken);
            piece.reserve(PIECE_BYTES);
            if read(&mut self.socket, &mut piece).await? == 0 {
                return Err(BodyError::Truncated);
            }
        }
    }
}

async fn read(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<usize, BodyError> {
    match socket.read_buf(buffer).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Err(BodyError::Truncated),
        Err(error) => Err(BodyError::Connection(words::of_io(&error))),
    }
}

/// Takes chunks apart (RFC 9112, section 7.1).
#[derive(Debug, Default)]
struct Chunks {
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before a line with a size.
    #[default]
    Size,
    /// So many bytes are left of the chunk.
    Inside(u64),
    /// Before the line feed behind a chunk.
    After,
    /// After the last chunk, before a line of the trailer or the empty one.
    Trailer,
    End,
}

impl Chunks {
    /// Takes what it can; the rest is to come again with what follows it.
    fn take(&mut self, bytes: &[u8], reader: &mut BodyReader<'_>) -> Result<usize, BodyError> {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            match self.state {
                State::End => return Ok(at),
                State::Inside(left) => {
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                    reader.push(&rest[..count])?;
                    at += count;
                    self.state = match left - count as u64 {
                        0 => State::After,
                        left => State::Inside(left),
                    };
                    if self.state != State::After {
                        return Ok(at);
                    }
                }
                State::Size | State::After | State::Trailer => {
                    let Some(line) = line(rest)? else {
                        return Ok(at);
                    };
                    at += line.len() + 1;
                    self.state = self.after_line(line.trim_ascii())?;
                }
            }
        }
    }

    fn after_line(&self, line: &[u8]) -> Result<State, BodyError> {
        match self.state {
            State::Size => match size(line) {
                Some(0) => Ok(State::Trailer),
                Some(size) => Ok(State::Inside(size)),
                None => Err(malformed()),
            },
            State::After if line.is_empty() => Ok(State::Size),
            State::After => Err(malformed()),
            _ if line.is_empty() => Ok(State::End),
            other => Ok(other),
        }
    }
}

/// The line that `bytes` begins with, without its line feed.
fn line(bytes: &[u8]) -> Result<Option<&[u8]>, BodyError> {
    match bytes
        .iter()
        .take(LINE_BYTES_MAX)
        .position(|byte| *byte == b'\n')
    {
        Some(end) => Ok(Some(&bytes[..end])),
        None if bytes.len() >= LINE_BYTES_MAX => Err(malformed()),
        None => Ok(None),
    }
}

/// A chunk's size in hexadecimal digits; what follows a semicolon is no matter of ours.
fn size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u64::from_str_radix(digits, 16).ok())?
}

fn malformed() -> BodyError {
    BodyError::Connection("malformed chunked encoding".to_owned())
}

#[cfg(test)]
mod tests;
