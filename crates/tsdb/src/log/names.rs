//! The names of columns, read once.
//!
//! Targets of one kind name the same columns in the same order, so what comes next is mostly known, and its bytes need only be compared.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use model::Labels;

use super::bytes::{Malformed, Reader};

/// Names that are kept, at most: a log of a million series without a name in common must not be in memory twice.
const KEPT_MAX: usize = 1 << 14;

/// Label sets that were read, in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct ReadNames {
    kept: Vec<(Box<[u8]>, Labels)>,
    places: HashMap<Box<[u8]>, usize, FixedState>,
    /// Which of them is expected next.
    next: usize,
}

impl ReadNames {
    /// Reads labels. Equal ones share their text.
    pub(super) fn get(&mut self, reader: &mut Reader<'_>) -> Result<Labels, Malformed> {
        if let Some((bytes, labels)) = self.kept.get(self.next)
            && reader.rest().starts_with(bytes)
        {
            self.next += 1;
            reader.take(bytes.len())?;
            return Ok(labels.clone());
        }
        let rest = reader.rest();
        let labels = reader.labels()?;
        let bytes = &rest[..rest.len() - reader.rest().len()];
        if let Some(place) = self.places.get(bytes) {
            self.next = place + 1;
        } else if self.kept.len() < KEPT_MAX {
            self.places.insert(bytes.into(), self.kept.len());
            self.kept.push((bytes.into(), labels.clone()));
            self.next = self.kept.len();
        }
        Ok(labels)
    }
}
