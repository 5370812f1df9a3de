//! The exemplars of a generation.

use std::collections::VecDeque;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use model::{Exemplar, TimeRange, Timestamp};

use crate::store::registry::Place;

/// A ring: when it is full, the oldest goes.
#[derive(Debug)]
pub(crate) struct Exemplars {
    count_max: usize,
    ring: VecDeque<(Place, Exemplar)>,
    /// Time of each series' newest.
    newest: HashMap<Place, Timestamp, RandomState>,
}

impl Exemplars {
    pub(crate) fn new(count_max: usize) -> Self {
        Self {
            count_max,
            ring: VecDeque::new(),
            newest: HashMap::default(),
        }
    }

    /// Adds one, unless the series has it already or a newer one: targets show the same one again and again.
    pub(crate) fn add(&mut self, place: Place, exemplar: Exemplar) {
        let newest = self.newest.get(&place);
        if self.count_max == 0 || newest.is_some_and(|newest| *newest >= exemplar.timestamp) {
            return;
        }
        if self.ring.len() >= self.count_max
            && let Some((place, oldest)) = self.ring.pop_front()
            && self.newest.get(&place) == Some(&oldest.timestamp)
        {
            self.newest.remove(&place);
        }
        self.newest.insert(place, exemplar.timestamp);
        self.ring.push_back((place, exemplar));
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Place, Exemplar)> {
        self.ring.iter()
    }

    pub(crate) fn delete(&mut self, place: Place, range: TimeRange) {
        if self.newest.contains_key(&place) {
            self.ring
                .retain(|(other, exemplar)| *other != place || !range.contains(exemplar.timestamp));
        }
    }
}
