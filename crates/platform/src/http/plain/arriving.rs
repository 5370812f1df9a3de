//! An answer's first bytes.
//!
//! ```text
//!  one read ──►  | head: as long as the last one |  body: as long as the last one, and some more  |
//! ```
//!
//! A server's next answer has nearly always a head as long as the last one, and a body about as long. So one read that knows both puts the body where it is to stay: a page costs
//! one system call when all of it is there, and nothing is moved. When the head turns out to be longer or shorter, what was read is put together again.

use std::io::{self, IoSliceMut};

use tokio::io::Interest;
use tokio::net::TcpStream;

use super::broken;
use super::message::{self, Head};
use crate::http::Reason;
use crate::http::buffers::Buffers;

/// What is read at first when nothing is known: a usual head, and the beginning of the body.
const HEAD_BYTES: usize = 4 << 10;
/// The longest head of an answer.
const HEAD_BYTES_MAX: usize = 256 << 10;
/// A body may be longer than the last one by this, and by a part of it. A read that fills its room makes the next one ask the kernel in vain.
const BODY_BYTES_MORE: usize = 256;
const BODY_PART_MORE: usize = 16;
/// The most that is held ready for a body: a server that once sent much may have nothing to say now.
const BODY_BYTES_MAX: usize = 1 << 20;

/// How long an answer was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sizes {
    pub(super) head: usize,
    /// As it came over the wire.
    pub(super) body: usize,
}

impl Sizes {
    fn head_room(self) -> usize {
        match self.head {
            0 => HEAD_BYTES,
            head => head,
        }
    }

    fn body_room(self) -> usize {
        match self.head {
            0 => 0,
            _ => (self.body + self.body / BODY_PART_MORE + BODY_BYTES_MORE).min(BODY_BYTES_MAX),
        }
    }
}

/// Reads an answer's head, and what comes of its body at once. Interim answers (1xx) are passed over.
pub(super) async fn read(
    socket: &mut TcpStream,
    sizes: Sizes,
    buffers: &Buffers,
) -> Result<(Head, Vec<u8>), Reason> {
    let mut first = vec![0; sizes.head_room()];
    // A buffer is taken when there is something to read, not while the server thinks.
    let (mut body, mut length) = loop {
        socket.readable().await.map_err(|error| broken(&error))?;
        let mut body = buffers.take();
        body.resize(sizes.body_room(), 0);
        match read_into(socket, &mut first, &mut body) {
            Ok(length) => break (body, length),
            Err(error) => {
                buffers.put(body);
                if error.kind() != io::ErrorKind::WouldBlock {
                    return Err(broken(&error));
                }
            }
        }
    };
    if length == 0 {
        return Err(Reason::Closed);
    }
    if length >= first.len()
        && let Some(head) = message::parse(&first)?
        && head.length == first.len()
        && !head.status.is_informational()
    {
        body.truncate(length - first.len());
        return Ok((head, body));
    }
    let in_body = length.saturating_sub(first.len());
    first.truncate(length);
    first.extend_from_slice(&body[..in_body]);
    buffers.put(body);
    loop {
        while let Some(head) = message::parse(&first)? {
            let rest = first.split_off(head.length);
            if !head.status.is_informational() {
                return Ok((head, rest));
            }
            first = rest;
        }
        if first.len() > HEAD_BYTES_MAX {
            return Err(message::malformed("the head is too long"));
        }
        length = read_more(socket, &mut first).await?;
        if length == 0 {
            return Err(Reason::Closed);
        }
    }
}

async fn read_more(socket: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<usize, Reason> {
    use tokio::io::AsyncReadExt as _;
    bytes.reserve(HEAD_BYTES);
    socket.read_buf(bytes).await.map_err(|error| broken(&error))
}

/// Reads what is there into one after the other; says how many bytes that were.
fn read_into(socket: &TcpStream, head: &mut [u8], body: &mut [u8]) -> io::Result<usize> {
    let room = head.len() + body.len();
    let mut length = None;
    let result = socket.try_io(Interest::READABLE, || {
        let mut parts = [IoSliceMut::new(head), IoSliceMut::new(body)];
        let read = rustix::io::readv(socket, &mut parts)?;
        length = Some(read);
        // Less than there was room for is all that is there. To say so now saves asking the kernel once more before the next answer.
        match read > 0 && read < room {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => Ok(()),
        }
    });
    match (length, result) {
        (Some(length), _) => Ok(length),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(io::ErrorKind::WouldBlock.into()),
    }
}
