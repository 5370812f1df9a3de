//! Says which of several named states hold.

use std::sync::atomic::Ordering::Relaxed;

use crate::cell::{AtomicU64, count};
use crate::node::{Handle, Sealed, Seen, refuse_label};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Error, Kind, Points};

/// Named booleans; each state is a series, with the metric's own name as label.
///
/// Clones show the same states.
#[derive(Clone, Debug)]
pub struct StateSet(Handle<States>);

/// The states' names, at most [`STATES_MAX`], all different.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct States(pub(crate) Box<[Box<str>]>);

/// As many as a word has bits, so that going from one state to another is one store.
pub(crate) const STATES_MAX: usize = 64;

impl States {
    /// States as they may be, whoever says so.
    pub(crate) fn checked(names: Box<[Box<str>]>) -> Option<Self> {
        let repeated = (1..names.len()).any(|index| names[..index].contains(&names[index]));
        let states = Self(names);
        (!states.0.is_empty() && states.0.len() <= STATES_MAX && !repeated).then_some(states)
    }
}

impl StateSet {
    /// Begins a state set; the first of `states` holds until told otherwise.
    pub fn builder(name: &str, help: &str, states: &[&str]) -> Builder<Self> {
        let names = states.iter().map(|&state| state.into()).collect();
        Builder::new(name, help, States(names))
    }

    /// Makes `state` the one that holds. Answers whether there is such a state; if not, nothing changes.
    pub fn set(&self, state: &str) -> bool {
        let names = &self.0.shape().0;
        let found = names.iter().position(|name| **name == *state);
        if let Some(index) = found {
            self.0.cells()[0].store(1 << index, Relaxed);
        }
        found.is_some()
    }

    /// Whether `state` holds.
    #[must_use]
    pub fn holds(&self, state: &str) -> bool {
        states(self.0.shape(), self.0.cells()).any(|(name, holds)| name == state && holds)
    }
}

fn states<'a>(shape: &'a States, cells: &[AtomicU64]) -> impl Iterator<Item = (&'a str, bool)> {
    let bits = count(&cells[0]);
    let names = shape.0.iter().enumerate();
    names.map(move |(index, name)| (name.as_ref(), bits & (1 << index) != 0))
}

impl Sealed for StateSet {
    type Shape = States;
    const KIND: Kind = Kind::StateSet;

    fn settle(name: &str, states: &mut States, labels: &[Box<str>]) -> Result<(), Error> {
        if States::checked(states.0.clone()).is_none() {
            let states = states.0.iter().map(ToString::to_string).collect();
            return Err(Error::States {
                states,
                max: STATES_MAX,
            });
        }
        // The state is shown as a label that has the metric's name.
        refuse_label(name, labels)
    }

    fn cells(_: &States) -> usize {
        1
    }

    fn begin(_: &States, cells: &[AtomicU64]) {
        cells[0].store(1, Relaxed);
    }

    #[cfg(target_os = "linux")]
    fn shared(shape: &States) -> crate::segment::Shape {
        crate::segment::Shape::StateSet(shape.clone())
    }

    crate::family::tables!(StateSet);

    fn of_handle(handle: Handle<States>) -> Self {
        Self(handle)
    }

    fn handle(&self) -> &Handle<States> {
        &self.0
    }

    fn show(seen: &Seen<'_, States>, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let states = states(seen.shape, seen.cells()).collect::<Vec<_>>();
        points.point(labels, &Point::StateSet(&states));
    }
}
