//! Value pages: a directory of chunks, and streams of what they left.

mod fill;
mod open;

pub(super) use fill::PageWriter;
pub(super) use open::{Mantissas, Page};
