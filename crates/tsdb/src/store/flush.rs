//! Rows leave memory for parts.
//!
//! ```text
//!  1  under the log's lock: a new segment and a new generation; the old one is sealed         microseconds
//!  2  its samples are written, a part per window; the last one says up to where it has the log   nobody waits
//!  3  the parts get their names, and the view has them instead of the generation
//!  4  the log is cut, and what nobody has samples of any more is forgotten
//! ```
//!
//! If the disk fails in between, the sealed generation stays in the view and in the log, and the next flush goes on with it. If the process ends, the log
//! has all rows; those that the parts have by then are not read again, since the last part is durable only after the others.

mod source;
mod windows;

use std::sync::{Arc, Weak};

use super::generation::Generation;
use super::maintenance::Maintenance;
use super::registry::Place;
use super::view::View;
use super::{Store, StoreError};
use crate::log::TargetId;
use crate::part::{Facts, Level, Said};
use source::GenerationSource;

/// A generation that is on its way into parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sealed {
    /// The last sequence number of the log that it has.
    up_to: u64,
}

impl Store {
    /// Moves all rows that are in memory now into parts; whether there were any.
    pub(super) fn flush_with(&self, maintenance: &mut Maintenance) -> Result<bool, StoreError> {
        if maintenance.sealed.is_none() {
            maintenance.lingering.retain(|own| own.strong_count() > 0);
            maintenance.sealed = self.seal(maintenance.lingering.is_empty())?;
        }
        let Some(sealed) = maintenance.sealed else {
            return Ok(false);
        };
        let flushed = self.write_parts(maintenance, sealed);
        match &flushed {
            Ok(()) => self.counters.flushes.add(1),
            Err(_) => self.counters.flush_failures.add(1),
        }
        flushed?;
        maintenance.sealed = None;
        if let Some(log) = &mut *self.log() {
            log.cut(sealed.up_to + 1)?;
        }
        Ok(true)
    }

    /// Begins a new generation, unless the active one is empty. `alone`: nobody has generations that are in parts, so what numbers meant there is forgotten.
    fn seal(&self, alone: bool) -> Result<Option<Sealed>, StoreError> {
        let mut log = self.log();
        let Some(log) = &mut *log else {
            return Ok(None);
        };
        let view = self.view();
        if view.active().samples() == 0 {
            return Ok(None);
        }
        let rotated = log.rotate();
        self.note_log(rotated.as_ref().err());
        let up_to = rotated?.up_to;
        let mut registry = self.registry_mut();
        registry.begin_generation(alone);
        let next = Arc::new(Generation::new(self.options.exemplars_max));
        let generations = view.generations.iter().cloned().chain([next]);
        self.set_view(View {
            generations: generations.collect(),
            ..view
        });
        Ok(Some(Sealed { up_to }))
    }

    fn write_parts(&self, maintenance: &mut Maintenance, sealed: Sealed) -> Result<(), StoreError> {
        let view = self.view();
        let old = Arc::clone(view.generations.first().expect("there is always one"));
        let heads = old.heads();
        let newest_ms = old.range().map_or(0, |range| range.end.0);
        let windows = windows::windows(newest_ms, |mut take| {
            heads.iter().for_each(|head| head.times(&mut take));
        });
        let before = maintenance.catalog.log_sequence();
        let mut written = Vec::with_capacity(windows.len());
        for (at, range) in windows.iter().enumerate() {
            let is_last = at + 1 == windows.len();
            let facts = Facts {
                log_sequence: if is_last { sealed.up_to } else { before },
                ..Facts::default()
            };
            let said = match is_last {
                true => self.registry_mut().tell_all(),
                false => Said::default(),
            };
            let mut source = GenerationSource::new(self, &old, &heads, *range, said);
            match maintenance.catalog.write(&mut source, Level::Hot, &facts) {
                Ok(part) => written.extend(part),
                Err(error) => {
                    for part in written {
                        // If that fails too, the next open does it.
                        let _ = maintenance.catalog.discard(part);
                    }
                    return Err(error.into());
                }
            }
        }
        drop(heads);
        maintenance.catalog.publish(written)?;
        self.swap(maintenance, &old);
        self.forget(maintenance, &old);
        maintenance.lingering.push(Arc::downgrade(&old));
        Ok(())
    }

    /// Puts the parts into the view in place of the generation.
    fn swap(&self, maintenance: &Maintenance, old: &Arc<Generation>) {
        // Whoever has the registry sees both or neither.
        let mut registry = self.registry_mut();
        let view = self.view();
        let left = view.generations.iter().filter(|own| !Arc::ptr_eq(own, old));
        self.set_view(View {
            generations: left.cloned().collect(),
            parts: Arc::clone(maintenance.catalog.parts()),
            ..view
        });
        registry.note_parts(self.newest_in_parts());
    }

    /// Forgets series that neither the generation that goes has nor the active one, for the second time; unless a querier has a generation that has them. It finds
    /// series in the registry, so what it may read must not be forgotten: one that reads for an hour keeps the series of that hour, as it keeps their rows.
    fn forget(&self, maintenance: &Maintenance, old: &Generation) {
        let numbers: Vec<TargetId> = self.registry().numbers().collect();
        let active = Arc::clone(self.view().active());
        let lingering = maintenance.lingering.iter();
        let lingering: Vec<Arc<Generation>> = lingering.filter_map(Weak::upgrade).collect();
        for target in numbers {
            let has = |column| {
                let place = Place { target, column };
                let mut lingering = lingering.iter();
                active.has(place) || old.has(place) || lingering.any(|own| own.has(place))
            };
            let removed = self.registry_mut().sweep(target, has);
            self.counters.series_removed.add(removed);
        }
    }
}
