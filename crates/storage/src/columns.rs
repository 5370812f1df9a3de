//! Samples as they come out: one column of timestamps, one of values per series.

use std::ops::Range;
use std::sync::Arc;

use model::{Histogram, STALE_NAN, Value, is_stale};

use crate::Starts;

/// The samples of a group. Callers keep one and read group after group into it, so its vectors grow once.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Milliseconds, strictly ascending; shared by all columns.
    pub timestamps: Vec<i64>,
    /// One per series, in the order of the group's labels.
    pub columns: Vec<Column>,
}

/// The values of one series: for the rows from `first_row` on, as many as there are values.
///
/// A series that has ended, or that pauses after a stale marker, has a stale marker in each row without a sample: for
/// PromQL the repeated marker means what the single one does. So a column has no holes.
///
/// A series that misses rows without having ended has stale markers there too, which mean nothing, and `gaps` says where. Whoever skips stale
/// markers need not look; whoever takes one for an end must.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// The row of its first value.
    pub first_row: usize,
    /// The values.
    pub values: Values,
    /// Whether there may be stale markers among them. If not, a kernel need not look.
    pub has_stale: bool,
    /// Rows without a sample, between others: ascending runs that don't touch each other, counted as `first_row` is. With any, `has_stale` is set.
    /// The first value and the last lie in none.
    pub gaps: Vec<Range<usize>>,
    /// When the counter behind each sample began, as far as is known.
    pub starts: Starts,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values {
    /// One value, so many times. Never a stale marker.
    Constant(f64, usize),
    /// `first`, then each `step` more, so many; all exact.
    Stride {
        /// The first value.
        first: f64,
        /// What each adds to the one before.
        step: f64,
        /// How many.
        length: usize,
    },
    /// Floats.
    Floats(Vec<f64>),
    /// Histograms; a stale marker is one whose sum is stale.
    Histograms(Vec<Arc<Histogram>>),
    /// Floats and histograms in one series.
    Mixed(Vec<Value>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Floats(Vec::new())
    }
}

impl Values {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Constant(_, length) | Self::Stride { length, .. } => *length,
            Self::Floats(floats) => floats.len(),
            Self::Histograms(histograms) => histograms.len(),
            Self::Mixed(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index`, for those who don't hurry.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Constant(value, length) => (index < *length).then_some(Value::Float(*value)),
            Self::Stride {
                first,
                step,
                length,
            } => (index < *length).then(|| Value::Float(first + step * index as f64)),
            Self::Floats(floats) => floats.get(index).map(|value| Value::Float(*value)),
            Self::Histograms(all) => all.get(index).cloned().map(Value::Histogram),
            Self::Mixed(values) => values.get(index).cloned(),
        }
    }

    /// An empty list of floats, with the room of one that was here: whoever fills one column after the other need not grow each.
    #[must_use]
    pub fn take_room(&mut self) -> Vec<f64> {
        match std::mem::take(self) {
            Self::Floats(mut floats) => {
                floats.clear();
                floats
            }
            _ => Vec::new(),
        }
    }

    /// Appends a value, changing form when it must.
    pub fn push(&mut self, value: Value) {
        match (&mut *self, value) {
            (Self::Floats(floats), Value::Float(value)) => floats.push(value),
            (Self::Histograms(all), Value::Histogram(histogram)) => all.push(histogram),
            (Self::Mixed(values), value) => values.push(value),
            (Self::Floats(floats), Value::Histogram(histogram)) if floats.is_empty() => {
                *self = Self::Histograms(vec![histogram]);
            }
            (_, value) => {
                let mut values: Vec<Value> = (0..self.len()).filter_map(|i| self.get(i)).collect();
                values.push(value);
                *self = if values.iter().all(|value| matches!(value, Value::Float(_))) {
                    Self::Floats(values.iter().filter_map(as_float).collect())
                } else {
                    Self::Mixed(values)
                };
            }
        }
    }
}

/// Whether one of the floats has these bits.
///
/// Looks at a block at once, with no way out of it, so that the compiler can make vector code of it.
pub(crate) fn contains_bits(floats: &[f64], bits: u64) -> bool {
    floats.chunks(64).any(|block| {
        block
            .iter()
            .fold(false, |found, value| found | (value.to_bits() == bits))
    })
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        Value::Histogram(_) => None,
    }
}

impl Column {
    /// The samples with their times, stale markers left out, for those who don't hurry.
    pub fn samples<'a>(&'a self, timestamps: &'a [i64]) -> impl Iterator<Item = (i64, Value)> + 'a {
        let rows = self.first_row..self.first_row + self.values.len();
        let values = (0..self.values.len()).filter_map(|index| self.values.get(index));
        timestamps[rows]
            .iter()
            .copied()
            .zip(values)
            .filter(|(_, value)| !value.is_stale())
    }

    /// The values as floats, if all of them are; borrowed when they lie there as such, else written to `scratch`.
    #[must_use]
    pub fn floats<'a>(&'a self, scratch: &'a mut Vec<f64>) -> Option<&'a [f64]> {
        match &self.values {
            Values::Floats(floats) => return Some(floats),
            Values::Constant(value, length) => {
                scratch.clear();
                scratch.resize(*length, *value);
            }
            Values::Stride {
                first,
                step,
                length,
            } => {
                scratch.clear();
                scratch.extend((0..*length).map(|index| first + step * index as f64));
            }
            Values::Histograms(_) | Values::Mixed(_) => return None,
        }
        Some(scratch)
    }

    /// Takes all out, and keeps the room of floats for others.
    pub fn clear(&mut self) {
        *self = Self {
            values: Values::Floats(self.values.take_room()),
            ..Self::default()
        };
    }

    /// Appends so many rows without a sample, to be followed by one: a gap, or what is left of a series' end if a stale marker is its newest value.
    /// Before the first value the column only begins later.
    pub fn push_missing(&mut self, rows: usize) {
        let length = self.values.len();
        let Some(last) = length.checked_sub(1).and_then(|last| self.values.get(last)) else {
            self.first_row += rows;
            return;
        };
        if rows > 0 && !last.is_stale() {
            let start = self.first_row + length;
            self.gaps.push(start..start + rows);
        }
        for _ in 0..rows {
            self.values.push(Value::Float(STALE_NAN));
        }
        self.has_stale |= rows > 0;
    }

    /// Notes whether there are stale markers, after the values were filled in.
    pub fn find_stale(&mut self) {
        self.has_stale = match &self.values {
            Values::Constant(value, _) => is_stale(*value),
            Values::Stride { .. } => false,
            Values::Floats(floats) => contains_bits(floats, STALE_NAN.to_bits()),
            Values::Histograms(all) => all.iter().any(|histogram| is_stale(histogram.sum)),
            Values::Mixed(values) => values.iter().any(Value::is_stale),
        };
    }
}
