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
//! No clock, thread or loop: `Store::merge_due` asks for the next [`plan`](plan::plan) and carries it out. No lock: the catalog is needed to begin and to end a merge, and
//! not in between, when flushes, deletions and snapshots go on.

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

use crate::catalog::{Catalog, CatalogError, Draft, OpenPart, Written};
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

/// A merge that was chosen. It is carried out without the catalog, since that may take minutes.
#[derive(Debug)]
pub(crate) struct Merging {
    /// By age.
    parts: Vec<Arc<OpenPart>>,
    facts: Facts,
    level: Level,
    draft: Draft,
}

/// A merge that was carried out, and that nobody sees yet.
#[derive(Debug)]
pub(crate) struct Ready {
    parts: Vec<Arc<OpenPart>>,
    replaced: Vec<u64>,
    written: Option<Written>,
}

impl Merging {
    /// Of the parts of these `numbers`.
    pub(crate) fn new(
        catalog: &mut Catalog,
        numbers: &[u64],
        level: Level,
    ) -> Result<Self, CatalogError> {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        let found = numbers.iter().filter_map(|number| catalog.part(*number));
        let mut parts: Vec<Arc<OpenPart>> = found.cloned().collect();
        let facts = parts.iter().map(|part| part.part().facts());
        let sequences = facts.clone().map(|facts| facts.log_sequence);
        let facts = Facts {
            log_sequence: sequences.max().unwrap_or(0),
            resolution_ms: facts.map(|facts| facts.resolution_ms).max().unwrap_or(0),
            replaced: parts.iter().map(|part| part.number()).collect(),
        };
        parts.sort_by_key(|part| part.age());
        Ok(Self {
            parts,
            facts,
            level,
            draft: catalog.draft()?,
        })
    }

    /// Writes them anew as one.
    pub(crate) fn run(self) -> Result<Ready, CatalogError> {
        let Self {
            parts,
            facts,
            level,
            draft,
        } = self;
        let mut merge = Merge::of_parts(&parts)?;
        let written = draft.write(&mut merge, level, &facts);
        let written = written.map_err(|error| match (error, merge.failed()) {
            (CatalogError::Part { source, .. }, Some(failed)) => CatalogError::Part {
                number: parts[failed].number(),
                source,
            },
            (error, _) => error,
        })?;
        drop(merge);
        Ok(Ready {
            parts,
            replaced: facts.replaced,
            written,
        })
    }
}

impl Ready {
    /// Puts the new part in the place of the others, less what was deleted from them meanwhile; `None` if one of them is gone, and with it the reason for
    /// this merge.
    pub(crate) fn publish(self, catalog: &mut Catalog) -> Result<Option<Merged>, CatalogError> {
        let Self {
            parts,
            replaced,
            mut written,
        } = self;
        for part in &parts {
            let Some(now) = catalog.part(part.number()) else {
                if let Some(written) = written {
                    catalog.discard(written)?;
                }
                return Ok(None);
            };
            let before = part.tombstones().deletions();
            let since = now.tombstones().deletions().iter();
            let since = since.filter(|deletion| !before.contains(deletion));
            if let Some(written) = &mut written {
                written.lacks(since.cloned());
            }
        }
        let part = written.as_ref().map(|one| (one.number, one.sizes));
        match written {
            Some(written) => catalog.publish(vec![written])?,
            None => catalog.remove(&replaced),
        }
        Ok(Some(Merged { replaced, part }))
    }
}

/// Writes the parts of these `numbers` anew as one, and puts it in their place.
///
/// # Errors
///
/// When the disk fails or is full, or a part is damaged ([`CatalogError::Part`] names it). Then all is as it was.
pub fn merge(catalog: &mut Catalog, numbers: &[u64], level: Level) -> Result<Merged, CatalogError> {
    let ready = Merging::new(catalog, numbers, level)?.run()?;
    let merged = ready.publish(catalog)?;
    Ok(merged.expect("nobody else has the catalog"))
}
