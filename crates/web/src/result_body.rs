//! The result of a query on its way out.
//!
//! ```text
//!  Document ──► pieces ──► written on threads for work that blocks ──► in order to the connection
//!                           (at most PIECES_AHEAD_MAX)                  (asks when it has room)
//! ```
//!
//! Invariants:
//! - a short result is written at once and sent whole, without any other thread;
//! - while a piece is sent, the next ones are written, but no more than [`PIECES_AHEAD_MAX`]: a client that reads slowly holds these, and
//!   no thread;
//! - a client that goes away ends the writing with the pieces that are under way;
//! - pieces are written to buffers that went before.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use hyper::body::{Bytes, Frame, SizeHint};
use query::Lease;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use crate::json::result::{Document, Piece};
use crate::limits::{PIECE_BUFFER_BYTES, PIECES_AHEAD_MAX};
use crate::respond::document;

/// The response that bears a result. `lease` is the result's memory.
pub(crate) fn query_result(result: Document, lease: Lease) -> Response {
    let first = result.first();
    let Some(next) = result.after(first) else {
        return document(StatusCode::OK, result.write(first));
    };
    let body = ResultBody::new(result, lease, first, next);
    document(StatusCode::OK, Body::new(body))
}

/// A result with its memory, which is given back when the result is gone.
struct Leased {
    document: Document,
    _lease: Lease,
    spare: Arc<Spare>,
}

impl Leased {
    fn write(&self, piece: Piece) -> Bytes {
        let spare = self.spare.buffers().pop();
        let mut buffer = spare.unwrap_or_else(|| Vec::with_capacity(PIECE_BUFFER_BYTES));
        self.document.write_to(piece, &mut buffer);
        Bytes::from_owner(Written {
            buffer,
            home: Arc::clone(&self.spare),
        })
    }
}

/// Buffers of pieces that have been sent.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    fn buffers(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A piece, whose buffer goes home when it has been sent.
struct Written {
    buffer: Vec<u8>,
    home: Arc<Spare>,
}

impl AsRef<[u8]> for Written {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        self.home.buffers().push(std::mem::take(&mut self.buffer));
    }
}

/// A body whose pieces are written ahead.
struct ResultBody {
    result: Arc<Leased>,
    first: Option<Bytes>,
    /// Pieces after that, in order.
    ahead: VecDeque<JoinHandle<Bytes>>,
    /// The first piece that nobody writes yet.
    next: Option<Piece>,
}

impl ResultBody {
    /// `first` is written here, while others write from `next` on.
    fn new(document: Document, lease: Lease, first: Piece, next: Piece) -> Self {
        let mut body = Self {
            result: Arc::new(Leased {
                document,
                _lease: lease,
                spare: Arc::default(),
            }),
            first: None,
            ahead: VecDeque::with_capacity(PIECES_AHEAD_MAX),
            next: Some(next),
        };
        body.write_ahead();
        body.first = Some(body.result.write(first));
        body
    }

    fn write_ahead(&mut self) {
        while self.ahead.len() < PIECES_AHEAD_MAX
            && let Some(piece) = self.next
        {
            self.next = self.result.document.after(piece);
            let result = Arc::clone(&self.result);
            self.ahead
                .push_back(spawn_blocking(move || result.write(piece)));
        }
    }
}

impl hyper::body::Body for ResultBody {
    type Data = Bytes;
    type Error = JoinError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, JoinError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let Some(writing) = self.ahead.front_mut() else {
            return Poll::Ready(None);
        };
        let written = ready!(Pin::new(writing).poll(context));
        self.ahead.pop_front();
        self.write_ahead();
        Poll::Ready(Some(written.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.ahead.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}

#[cfg(test)]
mod tests;
