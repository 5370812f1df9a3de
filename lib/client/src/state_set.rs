//! Says which of several named states hold.

use std::sync::Arc;

use crate::cell::Count;
use crate::node::{Node, Sealed, refuse_label};
use crate::point::{LabelPairs, Point};
use crate::{Builder, Error, Kind, Points};

/// Named booleans; each state is a series, with the metric's own name as label.
///
/// Clones show the same states.
#[derive(Clone, Debug)]
pub struct StateSet(Arc<Node<StateSetCells>>);

/// The states' names, at most [`STATES_MAX`], all different.
#[derive(Clone, Debug, Default)]
pub struct States(Box<[Box<str>]>);

/// One bit per state.
#[derive(Debug)]
pub struct StateSetCells {
    shape: Arc<States>,
    bits: Count,
}

/// As many as a word has bits, so that going from one state to another is one store.
pub(crate) const STATES_MAX: usize = 64;

impl StateSet {
    /// Begins a state set; the first of `states` holds until told otherwise.
    pub fn builder(name: &str, help: &str, states: &[&str]) -> Builder<Self> {
        let names = states.iter().map(|&state| state.into()).collect();
        Builder::new(name, help, States(names))
    }

    /// Makes `state` the one that holds. Answers whether there is such a state; if not, nothing changes.
    pub fn set(&self, state: &str) -> bool {
        let cells = &self.0.cells;
        let found = cells.shape.0.iter().position(|name| **name == *state);
        if let Some(index) = found {
            cells.bits.set(1 << index);
        }
        found.is_some()
    }

    /// Whether `state` holds.
    #[must_use]
    pub fn holds(&self, state: &str) -> bool {
        self.0
            .cells
            .states()
            .any(|(name, holds)| name == state && holds)
    }
}

impl StateSetCells {
    fn states(&self) -> impl Iterator<Item = (&str, bool)> {
        let bits = self.bits.get();
        let names = self.shape.0.iter().enumerate();
        names.map(move |(index, name)| (name.as_ref(), bits & (1 << index) != 0))
    }
}

impl Sealed for StateSet {
    type Shape = States;
    type Cells = StateSetCells;
    const KIND: Kind = Kind::StateSet;

    fn settle(name: &str, states: &mut States, labels: &[Box<str>]) -> Result<(), Error> {
        let names = &states.0;
        let repeated = (1..names.len()).any(|index| names[..index].contains(&names[index]));
        if names.is_empty() || names.len() > STATES_MAX || repeated {
            let states = names.iter().map(ToString::to_string).collect();
            return Err(Error::States {
                states,
                max: STATES_MAX,
            });
        }
        // The state is shown as a label that has the metric's name.
        refuse_label(name, labels)
    }

    fn cells(shape: &Arc<States>) -> StateSetCells {
        let bits = Count::default();
        bits.set(1);
        StateSetCells {
            shape: Arc::clone(shape),
            bits,
        }
    }

    fn of_node(node: Arc<Node<StateSetCells>>) -> Self {
        Self(node)
    }

    fn show(cells: &StateSetCells, labels: LabelPairs<'_>, points: &mut Points<'_>) {
        let states = cells.states().collect::<Vec<_>>();
        points.point(labels, &Point::StateSet(&states));
    }
}
