//! Sums and differences of histograms.
//!
//! Two histograms must have one layout before their counts can be added. With exponential buckets that is the coarser schema and the
//! wider zero bucket of the two, widened further if it would cut a bucket that holds something; with custom bounds it is the
//! bounds that both have. Exponential and custom buckets have no layout in common.

use model::Histogram;
use model::histogram::{CUSTOM_BUCKETS_SCHEMA, ResetHint};

use crate::kernel::histogram::bounds::exponential;
use crate::kernel::histogram::layout::{Buckets, expand, pack};

/// One has exponential buckets, the other custom ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Incompatible;

/// What should be said about a sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    /// One says that its counter was reset, the other that it was not.
    pub conflicting_resets: bool,
    /// Their custom bounds differed.
    pub reconciled_bounds: bool,
}

/// A histogram to compute with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expanded {
    pub schema: i8,
    pub zero_threshold: f64,
    pub zero_count: f64,
    pub count: f64,
    pub sum: f64,
    /// By ascending index.
    pub positive: Buckets,
    /// By ascending index, so away from zero.
    pub negative: Buckets,
    pub custom_values: Vec<f64>,
    pub reset_hint: ResetHint,
}

impl Expanded {
    pub(crate) fn new(histogram: &Histogram) -> Self {
        Self {
            schema: histogram.schema,
            zero_threshold: histogram.zero_threshold,
            zero_count: histogram.zero_count,
            count: histogram.count,
            sum: histogram.sum,
            positive: expand(&histogram.positive_spans, &histogram.positive_buckets),
            negative: expand(&histogram.negative_spans, &histogram.negative_buckets),
            custom_values: histogram.custom_values.clone(),
            reset_hint: histogram.reset_hint,
        }
    }

    /// Without empty buckets.
    pub(crate) fn to_histogram(&self) -> Histogram {
        let (positive_spans, positive_buckets) = pack(&self.positive);
        let (negative_spans, negative_buckets) = pack(&self.negative);
        Histogram {
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            zero_count: self.zero_count,
            count: self.count,
            sum: self.sum,
            positive_spans,
            positive_buckets,
            negative_spans,
            negative_buckets,
            custom_values: self.custom_values.clone(),
            reset_hint: self.reset_hint,
            integer: false,
        }
    }

    fn is_custom(&self) -> bool {
        self.schema == CUSTOM_BUCKETS_SCHEMA
    }

    /// Adds `other` times `sign`, which is 1 or -1.
    pub(crate) fn add(&mut self, other: &Self, sign: f64) -> Result<Remarks, Incompatible> {
        let mut other = other.clone();
        let remarks = self.align(&mut other)?;
        self.zero_count += sign * other.zero_count;
        self.count += sign * other.count;
        self.sum += sign * other.sum;
        self.positive = sum(&self.positive, &other.positive, sign);
        self.negative = sum(&self.negative, &other.negative, sign);
        Ok(remarks)
    }

    /// Brings both to one layout, and takes over what `other` knows of resets.
    pub(crate) fn align(&mut self, other: &mut Self) -> Result<Remarks, Incompatible> {
        if self.is_custom() != other.is_custom() {
            return Err(Incompatible);
        }
        let mut remarks = Remarks {
            conflicting_resets: self.merge_hint(other.reset_hint),
            reconciled_bounds: false,
        };
        if self.is_custom() {
            remarks.reconciled_bounds = self.share_bounds(other);
        } else {
            self.share_layout(other);
        }
        Ok(remarks)
    }

    /// Takes over the layout of `other`, which is no finer than its own.
    pub(crate) fn follow(&mut self, other: &Self) {
        if self.is_custom() {
            if self.custom_values != other.custom_values {
                self.map_to_bounds(&other.custom_values);
            }
        } else {
            if self.zero_threshold != other.zero_threshold {
                self.widen_zero_bucket(other.zero_threshold);
                self.zero_threshold = other.zero_threshold;
            }
            self.reduce_to(other.schema);
        }
    }

    /// Takes over what is still known of resets; true when the two contradict each other.
    fn merge_hint(&mut self, other: ResetHint) -> bool {
        use ResetHint::{Gauge, NotReset, Reset, Unknown};
        let (hint, conflict) = match (self.reset_hint, other) {
            (a, b) if a == b => (a, false),
            (Gauge, _) | (_, Gauge) => (Gauge, false),
            (Reset, NotReset) | (NotReset, Reset) => (Unknown, true),
            _ => (Unknown, false),
        };
        self.reset_hint = hint;
        conflict
    }

    /// Brings both to the bounds that both have; true when they had different ones.
    fn share_bounds(&mut self, other: &mut Self) -> bool {
        if self.custom_values == other.custom_values {
            return false;
        }
        let common: Vec<f64> = self
            .custom_values
            .iter()
            .copied()
            .filter(|bound| other.custom_values.contains(bound))
            .collect();
        self.map_to_bounds(&common);
        other.map_to_bounds(&common);
        true
    }

    /// Puts each bucket where its upper bound lies among fewer bounds.
    pub(crate) fn map_to_bounds(&mut self, bounds: &[f64]) {
        let mut mapped = Buckets::new();
        for (index, count) in &self.positive {
            let upper = usize::try_from(*index)
                .ok()
                .and_then(|index| self.custom_values.get(index))
                .copied()
                .unwrap_or(f64::INFINITY);
            let place = bounds.partition_point(|bound| *bound < upper) as i32;
            push(&mut mapped, place, *count);
        }
        self.positive = mapped;
        self.custom_values = bounds.to_vec();
    }

    /// Brings both to the coarser schema and the wider zero bucket.
    fn share_layout(&mut self, other: &mut Self) {
        while self.zero_threshold != other.zero_threshold {
            if self.zero_threshold < other.zero_threshold {
                self.widen_zero_bucket(other.zero_threshold);
            } else {
                other.widen_zero_bucket(self.zero_threshold);
            }
        }
        let schema = self.schema.min(other.schema);
        self.reduce_to(schema);
        other.reduce_to(schema);
    }

    /// Merges buckets until they have this coarser schema.
    pub(crate) fn reduce_to(&mut self, schema: i8) {
        if schema >= self.schema {
            return;
        }
        let shift = (i32::from(self.schema) - i32::from(schema)).min(31);
        for buckets in [&mut self.positive, &mut self.negative] {
            let mut reduced = Buckets::with_capacity(buckets.len());
            for (index, count) in buckets.iter() {
                push(&mut reduced, (index.saturating_sub(1) >> shift) + 1, *count);
            }
            *buckets = reduced;
        }
        self.schema = schema;
    }

    /// Moves what lies within `threshold` of zero to the zero bucket; the threshold grows to the bound of the last bucket
    /// that holds something, since a count can't be divided.
    pub(crate) fn widen_zero_bucket(&mut self, threshold: f64) {
        let mut threshold = threshold;
        let schema = self.schema;
        loop {
            let reach = |buckets: &Buckets| {
                buckets
                    .iter()
                    .filter(|(index, count)| {
                        *count != 0.0 && exponential(schema, index.saturating_sub(1)) < threshold
                    })
                    .map(|(index, _)| exponential(schema, *index))
                    .fold(threshold, f64::max)
            };
            let widest = reach(&self.positive).max(reach(&self.negative));
            if widest == threshold {
                break;
            }
            threshold = widest;
        }
        for buckets in [&mut self.positive, &mut self.negative] {
            buckets.retain(|(index, count)| {
                let is_inside = exponential(schema, index.saturating_sub(1)) < threshold;
                if is_inside {
                    self.zero_count += count;
                }
                !is_inside
            });
        }
        self.zero_threshold = threshold;
    }
}

/// Adds to the last bucket, or begins the next.
fn push(buckets: &mut Buckets, index: i32, count: f64) {
    match buckets.last_mut() {
        Some((last, sum)) if *last == index => *sum += count,
        _ => buckets.push((index, count)),
    }
}

/// Both lists, equal indices added up.
fn sum(a: &Buckets, b: &Buckets, sign: f64) -> Buckets {
    let mut out = Buckets::with_capacity(a.len().max(b.len()));
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let take_a = match (a.peek(), b.peek()) {
            (None, None) => return out,
            (Some((i, _)), Some((j, _))) => i <= j,
            (next, _) => next.is_some(),
        };
        if take_a && let Some((index, count)) = a.next() {
            push(&mut out, *index, *count);
        } else if let Some((index, count)) = b.next() {
            push(&mut out, *index, sign * count);
        }
    }
}

#[cfg(test)]
mod tests;
