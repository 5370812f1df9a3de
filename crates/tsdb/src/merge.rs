//! Merging parts: fewer, larger and smaller ones.
//!
//! # The picture
//!
//! ```text
//!  flushes of one window ─► 2 h, hot ─► 1 d, cold ─► 8 d, cold         plan: which parts next, a pure function of what there is
//!
//!  part 3   target a  ├─────────┤ 500 series              Merge: a source like any other, so what is written is a part like any other
//!  part 5   target a            ├─────────┤ 498    ─►     target a  ├───────────────────┤ 502 series
//!  part 6   target a     ├─┤ 1 late series                target a  ├──┼────────────────┤ 1 series, with times of its own
//! ```
//!
//! What one target said is joined: rows follow each other or, where parts overlap, are merged by time. A series that a part lacks has a gap in
//! its rows; only few series that overlap others get times of their own, since a row for them would be a gap to all others.
//!
//! # Invariants
//!
//! - What is read from the merged part is what was read from those it replaces, to the bit, less what was deleted.
//! - Where two have a sample of one series at one time, the older part's stands.
//! - The merged part has no series twice, however its sources split label sets.
//! - Memory is bounded by the tables of the sources and a few pages of each, not by samples.
//!
//! # What is absent, and why
//!
//! No clock, thread or loop: `Store::maintain` asks for the next [`plan`](plan::plan) and carries it out.

mod clock;
mod input;
mod join;
mod nodes;
mod places;
pub mod plan;
mod series;
mod splits;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::catalog::{Catalog, CatalogError, OpenPart};
use crate::part::{Facts, Level, Sizes};
use join::Merge;

type Map<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// What a merge did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The parts that are gone.
    pub replaced: Vec<u64>,
    /// The new part and what takes its room; `None` if everything was deleted.
    pub part: Option<(u64, Sizes)>,
}

/// Writes the parts of these `numbers` anew as one, and puts it in their place.
///
/// # Errors
///
/// When the disk fails or is full, or a part is damaged ([`CatalogError::Part`] names it). Then all is as it was.
pub fn merge(catalog: &mut Catalog, numbers: &[u64], level: Level) -> Result<Merged, CatalogError> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    let parts: Vec<Arc<OpenPart>> = numbers
        .iter()
        .filter_map(|number| catalog.part(*number).cloned())
        .collect();
    let facts = parts.iter().map(|part| part.part().facts());
    let facts = Facts {
        log_sequence: facts
            .clone()
            .map(|facts| facts.log_sequence)
            .max()
            .unwrap_or(0),
        resolution_ms: facts.map(|facts| facts.resolution_ms).max().unwrap_or(0),
        replaced: parts.iter().map(|part| part.number()).collect(),
    };
    let replaced = facts.replaced.clone();
    let mut parts = parts;
    parts.sort_by_key(|part| part.age());
    let written = {
        let mut merge = Merge::of_parts(&parts)?;
        let written = catalog.write(&mut merge, level, &facts);
        written.map_err(|error| match (error, merge.failed()) {
            (CatalogError::Part { source, .. }, Some(failed)) => CatalogError::Part {
                number: parts[failed].number(),
                source,
            },
            (error, _) => error,
        })?
    };
    let part = written.as_ref().map(|one| (one.number, one.sizes));
    match written {
        Some(written) => catalog.publish(vec![written])?,
        None => catalog.remove(&replaced),
    }
    Ok(Merged { replaced, part })
}
