//! What a querier looks at.

use std::sync::Arc;

use super::generation::Generation;
use crate::catalog::OpenPart;

/// Where samples are, at one moment. It is never changed: a flush or a merge puts another in its place, and whoever has this one keeps what it
/// names.
#[derive(Clone)]
pub struct View {
    /// Files, by ascending time.
    pub(crate) parts: Arc<[Arc<OpenPart>]>,
    /// Rows in memory, oldest first; the last one takes rows.
    pub(crate) generations: Arc<[Arc<Generation>]>,
    /// Whether the log is still being read, so that rows are missing.
    pub(crate) is_replaying: bool,
}

impl View {
    /// The generation that takes rows.
    pub(crate) fn active(&self) -> &Arc<Generation> {
        self.generations.last().expect("there is always one")
    }
}
