//! Children that nobody changes any more leave the page, where a family asks for that.
//!
//! An update is to cost nothing for it, so nothing is noted when a child is used. Instead each page compares every child with
//! what the page before saw, and removes those that have been the same for long enough. So a gauge that is
//! set to the same value again and again counts as idle. A child of which a handle is kept never leaves: its handle
//! would go on, unseen.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::table::Table;
use super::{Births, Family};
use crate::exemplar::checksum;
use crate::node::Metric;

/// What was seen of each child, by its place in the table.
#[derive(Debug, Default)]
pub(super) struct Watches(Vec<Watch>);

#[derive(Clone, Copy, Debug)]
struct Watch {
    /// Of all its words.
    sum: u64,
    since_seconds: f64,
}

impl Watches {
    /// Follows the living into the table that comes after `old`.
    pub(super) fn keep<M: Metric>(&mut self, old: &Table<M>) {
        let mut place = 0;
        self.0.retain(|_| {
            let alive = old
                .get(place)
                .is_some_and(|metric| !metric.handle().is_removed());
            place += 1;
            alive
        });
    }
}

impl<M: Metric> Family<M> {
    /// Removes the children that have not changed for `idle_seconds`, as far as earlier calls have seen, and of which no handle is
    /// kept. `now_seconds` only has to be of the same clock in all calls.
    pub fn expire(&self, idle_seconds: f64, now_seconds: f64) -> usize {
        self.changed(|births| births.expire(idle_seconds, now_seconds))
    }
}

impl<M: Metric> Births<M> {
    fn expire(&mut self, idle_seconds: f64, now_seconds: f64) -> usize {
        let table = Arc::clone(&self.table);
        let mut removed = 0;
        for (place, metric) in (0..table.len()).filter_map(|place| Some((place, table.get(place)?)))
        {
            let now = Watch {
                sum: sum(metric),
                since_seconds: now_seconds,
            };
            let Some(watch) = self.watches.0.get_mut(place) else {
                self.watches.0.push(now);
                continue;
            };
            if watch.sum != now.sum || metric.handle().holders() > 0 {
                *watch = now;
            } else if now_seconds - watch.since_seconds >= idle_seconds {
                removed += usize::from(self.bury(metric));
            }
        }
        removed
    }
}

fn sum<M: Metric>(metric: &M) -> u64 {
    let words = metric.handle().words().iter();
    checksum(&words.map(|word| word.load(Relaxed)).collect::<Vec<_>>())
}
