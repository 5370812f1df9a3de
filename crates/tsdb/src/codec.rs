//! Numbers to bytes and back, exact to the bit.
//!
//! ```text
//!  floats ──► decimal ──► shape ──► residuals ──► packed │ pco │ squeezed      (hot: packed; cold: the smallest)
//!             mantissas   constant, stride,
//!             + exponent  offsets, differences
//!        └──► raw ─────────────────────────────► pco │ planes
//! ```
//!
//! - [`decimal`] finds that most floats are short decimals in disguise, which is the largest gain of all;
//! - [`shape`] takes out what is regular;
//! - [`packed`], [`pco`] and [`squeezed`] write what remains; [`floats`] writes floats that are no decimals.
//!
//! Each codec is a file with an estimate of what it would take, an encoder and a decoder. Decoders take bytes from a disk: on damaged ones they
//! answer with [`Damage`] and never panic, and they allocate no more than the caller's count asks for.
//!
//! The format is written in `docs/formats/part.md`.

pub mod bytes;
pub mod decimal;
pub mod floats;
pub mod packed;
pub mod pco;
pub mod shape;
pub mod squeezed;
pub mod stream;

/// Bytes that no encoder wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("damaged {what} at byte: {offset}")]
pub struct Damage {
    /// What was being read.
    pub what: &'static str,
    /// Where, from the start of the bytes that the decoder was given.
    pub offset: usize,
}

impl Damage {
    pub(crate) fn new(what: &'static str, offset: usize) -> Self {
        Self { what, offset }
    }
}
