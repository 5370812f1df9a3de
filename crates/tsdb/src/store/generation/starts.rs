//! When counters began to count.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::Timestamp;

use crate::store::registry::Place;

/// Start times by series: each with the time of the first sample that it holds for. They change when a program starts anew, so there are few.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    by_series: HashMap<Place, Vec<(Timestamp, Timestamp)>, RandomState>,
}

impl Starts {
    pub(crate) fn note(&mut self, place: Place, time: Timestamp, start: Timestamp) {
        let own = self.by_series.entry(place).or_default();
        let at = own.partition_point(|(other, _)| *other < time);
        let there = own.get(at).is_some_and(|(other, _)| *other == time);
        // The one before may hold on.
        let holds = at > 0 && own[at - 1].1 == start;
        if there {
            own[at].1 = start;
        } else if !holds {
            own.insert(at, (time, start));
        }
    }

    pub(crate) fn of(&self, place: Place) -> &[(Timestamp, Timestamp)] {
        self.by_series.get(&place).map_or(&[], Vec::as_slice)
    }
}
