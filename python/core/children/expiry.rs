//! Children that nobody changes any more leave the page, where a family asks for that.
//!
//! An update is to cost nothing for it, so nothing is noted when a child is used. Instead each page compares every child with what
//! the page before saw, and takes those off that have been the same for long enough. A child that the program keeps never leaves: it
//! would go on, unseen.

#![expect(unsafe_code, reason = "counts the references to an object")]

use pyo3::ffi;
use pyo3::prelude::*;

use super::Children;
use crate::metric::Metric;

/// What was seen of a child.
#[derive(Clone, Copy)]
pub(super) struct Watch {
    /// Of all its numbers.
    fingerprint: u64,
    since_seconds: f64,
}

/// The references to a child that nobody keeps: the table's.
const OURS: isize = 1;

impl Children {
    /// Takes out the children that have not changed for `idle_seconds`, as far as earlier calls have seen, and that nobody keeps.
    /// `now_seconds` is of a clock that never goes back. The caller drops them where it holds no lock.
    pub(crate) fn expire(
        &mut self,
        _attached: Python<'_>,
        idle_seconds: f64,
        now_seconds: f64,
    ) -> Vec<Py<Metric>> {
        let mut expired = Vec::new();
        self.watches.resize(self.slots.len(), None);
        for (slot, watch) in self.slots.iter_mut().zip(&mut self.watches) {
            let Some(child) = slot.as_ref().map(|slot| &slot.child) else {
                continue;
            };
            let Some(series) = child.get().series() else {
                continue;
            };
            let fingerprint = series.fingerprint();
            // Who takes a child from the table does it under the lock that our caller holds.
            // SAFETY: the object is alive, and we are attached to the interpreter.
            let is_kept = unsafe { ffi::Py_REFCNT(child.as_ptr()) } > OURS;
            match watch {
                Some(watch) if watch.fingerprint == fingerprint && !is_kept => {
                    if now_seconds - watch.since_seconds >= idle_seconds {
                        expired.extend(slot.take().map(|slot| slot.child));
                    }
                }
                _ => {
                    *watch = Some(Watch {
                        fingerprint,
                        since_seconds: now_seconds,
                    });
                }
            }
        }
        if !expired.is_empty() {
            self.forget_holes();
        }
        expired
    }
}
