//! `quantile`: over the values of a group at each step.

use crate::aggregate::{Accumulator, Notes};
use crate::column::{Column, is_absent};
use crate::context::Room;
use crate::kernel::quantile::quantile;
use crate::operator::Result;

/// All values per step.
pub(crate) struct Quantile {
    q: Vec<f64>,
    values: Vec<Vec<f64>>,
    held: Room,
}

impl Quantile {
    pub(crate) fn new(steps: usize, q: &[f64]) -> Self {
        Self {
            q: q.to_vec(),
            values: vec![Vec::new(); steps],
            held: Room::default(),
        }
    }
}

impl Accumulator for Quantile {
    fn add(&mut self, column: &Column, notes: &Notes<'_>) -> Result<()> {
        let room = Room::floats(column.floats.len());
        notes.context.hold(room)?;
        self.held = self.held.plus(room);
        for (value, values) in column.floats.iter().zip(&mut self.values) {
            if !is_absent(*value) {
                values.push(*value);
            }
        }
        notes.ignore_histograms(column);
        Ok(())
    }

    fn finish(&mut self, out: &mut Column, notes: &Notes<'_>) -> Result<()> {
        out.clear(self.values.len());
        let columns = out.floats.iter_mut().zip(&mut self.values).zip(&self.q);
        for ((slot, values), q) in columns {
            if !values.is_empty() {
                *slot = quantile(*q, values);
            }
        }
        self.values.clear();
        notes.context.release(self.held);
        Ok(())
    }
}
