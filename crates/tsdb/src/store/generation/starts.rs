//! When counters began to count.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use storage::{Column, Starts};

use crate::log::{DetailKind, Row, TargetId};
use crate::store::registry::Place;

/// Start times by target and column. They change when a program starts anew, so there are few; of most targets there are none.
#[derive(Debug, Default)]
pub(crate) struct StartTable {
    by_target: HashMap<TargetId, HashMap<u32, Starts, RandomState>, RandomState>,
}

impl StartTable {
    /// Notes what a row says, or no longer says, once its samples are there. `newest_ms` is the time of a column's newest sample.
    pub(crate) fn note(&mut self, row: &Row<'_>, newest_ms: impl Fn(u32) -> i64) {
        let starts = row.details.iter().filter_map(|detail| match detail.kind {
            DetailKind::Start(start) => Some((detail.column, start.0)),
            _ => None,
        });
        let starts: HashMap<u32, i64, RandomState> = starts.collect();
        if !starts.is_empty() {
            self.by_target.entry(row.target).or_default();
        }
        let Some(known) = self.by_target.get_mut(&row.target) else {
            return;
        };
        let others = row.details.iter().filter_map(|detail| match &detail.kind {
            DetailKind::FloatAt(time, _) | DetailKind::HistogramAt(time, _) => {
                Some((detail.column, time.0))
            }
            DetailKind::Histogram(_) => Some((detail.column, row.time.0)),
            DetailKind::Start(_) | DetailKind::Exemplar(_) => None,
        });
        let floats = row.columns.iter().map(|column| (*column, row.time.0));
        for (column, time_ms) in floats.chain(others) {
            let start_ms = starts.get(&column).copied();
            if start_ms.is_some() || known.contains_key(&column) {
                let own = known.entry(column).or_default();
                own.note(time_ms, start_ms, newest_ms(column));
            }
        }
    }

    /// Whether nothing was ever said of any target's series.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_target.is_empty()
    }

    /// Those of one series.
    pub(crate) fn of(&self, place: Place) -> Starts {
        let known = self.by_target.get(&place.target);
        let starts = known.and_then(|known| known.get(&place.column));
        starts.cloned().unwrap_or_default()
    }

    /// Sets the start times of some of a target's columns.
    pub(crate) fn read(&self, target: TargetId, columns: &[u32], out: &mut [Column]) {
        if let Some(known) = self.by_target.get(&target) {
            for (column, out) in columns.iter().zip(out) {
                out.starts = known.get(column).cloned().unwrap_or_default();
            }
        }
    }
}
