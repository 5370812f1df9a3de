//! Up to [`CHUNK_ROWS`] values of one series, one per row.

use std::ops::Range;

use model::Value;

/// Rows per chunk. Chunks of all columns begin at multiples of it, so that a shard's oldest rows go in one piece.
pub(super) const CHUNK_ROWS: usize = 128;

/// "No sample in this row": a NaN that a client can hardly send; if it does, the value is kept as [`Chunk::Values`].
pub(super) const HOLE: u64 = 0x7ff0_0000_0000_0003;

/// The values of consecutive rows.
#[derive(Clone, Debug)]
pub(super) enum Chunk {
    /// The same bits so many times.
    Constant(u64, usize),
    /// Floats, with [`HOLE`] where there is none.
    Floats(Vec<f64>),
    /// Anything.
    Values(Vec<Option<Value>>),
}

impl Chunk {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Constant(_, length) => *length,
            Self::Floats(floats) => floats.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> u64 {
        let bytes = match self {
            Self::Constant(..) => 0,
            Self::Floats(floats) => floats.capacity() * size_of::<f64>(),
            Self::Values(values) => {
                let histograms = values.iter().flatten().map(histogram_bytes).sum::<usize>();
                values.capacity() * size_of::<Option<Value>>() + histograms
            }
        };
        bytes as u64
    }

    /// Appends one row.
    pub(super) fn push(&mut self, value: Option<Value>) {
        assert!(self.len() < CHUNK_ROWS, "a full chunk takes no more rows");
        match (&mut *self, bits(value.as_ref())) {
            (Self::Values(values), _) => values.push(value),
            (Self::Constant(_, length @ 0), Some(bits)) => {
                *length = 1;
                *self = Self::Constant(bits, 1);
            }
            (Self::Constant(own, length), Some(bits)) if *own == bits => *length += 1,
            (Self::Constant(own, length), Some(bits)) => {
                let mut floats = Vec::with_capacity(CHUNK_ROWS);
                floats.resize(*length, f64::from_bits(*own));
                floats.push(f64::from_bits(bits));
                *self = Self::Floats(floats);
            }
            (Self::Floats(floats), Some(bits)) => floats.push(f64::from_bits(bits)),
            (_, None) => {
                let mut values: Vec<_> = (0..self.len()).map(|row| self.get(row)).collect();
                values.push(value);
                *self = Self::Values(values);
            }
        }
    }

    /// The value in `row`; `None` when there is none.
    pub(super) fn get(&self, row: usize) -> Option<Value> {
        let bits = match self {
            Self::Constant(bits, length) => (row < *length).then_some(*bits)?,
            Self::Floats(floats) => floats.get(row)?.to_bits(),
            Self::Values(values) => return values.get(row).cloned().flatten(),
        };
        (bits != HOLE).then(|| Value::Float(f64::from_bits(bits)))
    }

    /// Appends the values of `rows` as floats, with [`HOLE`] where there is none; false when some are no floats.
    pub(super) fn extend_floats(&self, rows: Range<usize>, out: &mut Vec<f64>) -> bool {
        match self {
            Self::Constant(bits, _) => out.resize(out.len() + rows.len(), f64::from_bits(*bits)),
            Self::Floats(floats) => out.extend_from_slice(&floats[rows]),
            Self::Values(_) => return false,
        }
        true
    }

    /// Removes the value in `row`.
    pub(super) fn remove(&mut self, row: usize) {
        match self {
            Self::Constant(bits, length) => {
                let mut floats = vec![f64::from_bits(*bits); *length];
                floats[row] = f64::from_bits(HOLE);
                *self = Self::Floats(floats);
            }
            Self::Floats(floats) => floats[row] = f64::from_bits(HOLE),
            Self::Values(values) => values[row] = None,
        }
    }
}

/// The bits under which a row without a histogram is kept; `None` when they can't be.
fn bits(value: Option<&Value>) -> Option<u64> {
    match value {
        None => Some(HOLE),
        Some(Value::Float(value)) => (value.to_bits() != HOLE).then_some(value.to_bits()),
        Some(Value::Histogram(_)) => None,
    }
}

/// Roughly what a histogram takes.
fn histogram_bytes(value: &Value) -> usize {
    match value {
        Value::Float(_) => 0,
        Value::Histogram(histogram) => {
            let numbers = histogram.positive_buckets.len() + histogram.negative_buckets.len();
            size_of::<model::Histogram>() + 8 * (numbers + histogram.custom_values.len())
        }
    }
}
