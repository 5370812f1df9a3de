//! Sums and differences of histograms, bucket by bucket.
//!
//! Two histograms with different buckets meet on buckets that both can be turned into: the coarser schema, the larger
//! zero bucket, or those custom bounds that both have.
//!
//! Source: "Native Histograms" specification of the Prometheus project, "Coarsening" and "Zero bucket".

use super::layout::{bound, coarser_index, indexed, packed};
use super::{Histogram, ResetHint};

/// One histogram has custom bounds, the other exponential ones: they have no buckets in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot apply this operation on histograms with a mix of exponential and custom bucket schemas"
)]
pub struct IncompatibleBuckets;

/// A sum or difference, and what was lost on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// The result.
    pub histogram: Histogram,
    /// One side said that the counter was reset, the other that it was not.
    pub reset_hints_collide: bool,
    /// The custom bounds differed, so that only the common ones are left.
    pub bounds_reconciled: bool,
}

impl Histogram {
    /// This histogram plus the other.
    ///
    /// # Errors
    ///
    /// When one of them has custom bounds and the other has not.
    pub fn plus(&self, other: &Self) -> Result<Combined, IncompatibleBuckets> {
        combine(self, other, 1.0)
    }

    /// This histogram minus the other. Counts may become negative.
    ///
    /// # Errors
    ///
    /// When one of them has custom bounds and the other has not.
    pub fn minus(&self, other: &Self) -> Result<Combined, IncompatibleBuckets> {
        combine(self, other, -1.0)
    }
}

/// `left + factor * right`.
fn combine(
    left: &Histogram,
    right: &Histogram,
    factor: f64,
) -> Result<Combined, IncompatibleBuckets> {
    if left.has_custom_buckets() != right.has_custom_buckets() {
        return Err(IncompatibleBuckets);
    }
    let (reset_hint, reset_hints_collide) = common_hint(left.reset_hint, right.reset_hint);
    let mut histogram = Histogram {
        count: left.count + factor * right.count,
        sum: left.sum + factor * right.sum,
        reset_hint,
        integer: left.integer && right.integer,
        ..Histogram::default()
    };
    let bounds_reconciled = if left.has_custom_buckets() {
        custom(&mut histogram, left, right, factor)
    } else {
        exponential(&mut histogram, left, right, factor);
        false
    };
    Ok(Combined {
        histogram,
        reset_hints_collide,
        bounds_reconciled,
    })
}

/// What both hints together say, and whether they contradict each other. A gauge makes the result a gauge.
fn common_hint(left: ResetHint, right: ResetHint) -> (ResetHint, bool) {
    use ResetHint::{Gauge, NotReset, Reset, Unknown};
    match (left, right) {
        (a, b) if a == b => (a, false),
        (Gauge, _) | (_, Gauge) => (Gauge, false),
        (Reset, NotReset) | (NotReset, Reset) => (Unknown, true),
        _ => (Unknown, false),
    }
}

/// Buckets by ascending index.
type Buckets = Vec<(i32, f64)>;

/// An exponential histogram on its way to the common zero bucket.
struct Exponential {
    schema: i8,
    zero_threshold: f64,
    zero_count: f64,
    positive: Buckets,
    negative: Buckets,
}

impl Exponential {
    fn of(histogram: &Histogram) -> Self {
        Self {
            schema: histogram.schema,
            zero_threshold: histogram.zero_threshold,
            zero_count: histogram.zero_count,
            positive: indexed(&histogram.positive_spans, &histogram.positive_buckets).collect(),
            negative: indexed(&histogram.negative_spans, &histogram.negative_buckets).collect(),
        }
    }

    /// Takes all buckets that begin below `threshold` into the zero bucket, which may have to become larger than that,
    /// because it can't end within a bucket that has observations.
    fn widen_zero_bucket(&mut self, threshold: f64) {
        self.zero_threshold = threshold;
        loop {
            let mut reached = self.zero_threshold;
            for buckets in [&mut self.positive, &mut self.negative] {
                let schema = self.schema;
                let inside = buckets
                    .iter()
                    .take_while(|(index, _)| bound(schema, index - 1) < reached)
                    .count();
                for (index, count) in buckets.drain(..inside) {
                    self.zero_count += count;
                    if count != 0.0 {
                        reached = reached.max(bound(schema, index));
                    }
                }
            }
            if reached <= self.zero_threshold {
                return;
            }
            self.zero_threshold = reached;
        }
    }

    fn coarsen(&mut self, target: i8) {
        for buckets in [&mut self.positive, &mut self.negative] {
            let coarse = buckets
                .iter()
                .map(|(index, count)| (coarser_index(*index, self.schema, target), *count));
            *buckets = gathered(coarse);
        }
        self.schema = target;
    }
}

fn exponential(result: &mut Histogram, left: &Histogram, right: &Histogram, factor: f64) {
    let mut left = Exponential::of(left);
    let mut right = Exponential::of(right);
    // Each step may carry one zero bucket past the other, so they climb in turn until they meet. NaN meets everything.
    loop {
        if left.zero_threshold < right.zero_threshold {
            left.widen_zero_bucket(right.zero_threshold);
        } else if right.zero_threshold < left.zero_threshold {
            right.widen_zero_bucket(left.zero_threshold);
        } else {
            break;
        }
    }
    let schema = left.schema.min(right.schema);
    left.coarsen(schema);
    right.coarsen(schema);

    result.schema = schema;
    result.zero_threshold = left.zero_threshold;
    result.zero_count = left.zero_count + factor * right.zero_count;
    (result.positive_spans, result.positive_buckets) =
        packed(&merged(&left.positive, &right.positive, factor));
    (result.negative_spans, result.negative_buckets) =
        packed(&merged(&left.negative, &right.negative, factor));
}

/// Fills in the buckets and answers whether bounds were given up.
fn custom(result: &mut Histogram, left: &Histogram, right: &Histogram, factor: f64) -> bool {
    let same = left.custom_values == right.custom_values;
    let bounds: Vec<f64> = left
        .custom_values
        .iter()
        .filter(|bound| right.custom_values.contains(bound))
        .copied()
        .collect();
    let left = onto_bounds(left, &bounds);
    let right = onto_bounds(right, &bounds);
    (result.positive_spans, result.positive_buckets) = packed(&merged(&left, &right, factor));
    result.schema = super::CUSTOM_BUCKETS_SCHEMA;
    result.custom_values = bounds;
    !same
}

/// The buckets of a histogram with custom bounds, gathered into those between some of its bounds.
fn onto_bounds(histogram: &Histogram, bounds: &[f64]) -> Buckets {
    let buckets = indexed(&histogram.positive_spans, &histogram.positive_buckets);
    gathered(buckets.map(|(index, count)| {
        let upper = usize::try_from(index)
            .ok()
            .and_then(|index| histogram.custom_values.get(index))
            .copied()
            .unwrap_or(f64::INFINITY);
        let target = bounds.partition_point(|bound| *bound < upper);
        (i32::try_from(target).unwrap_or(i32::MAX), count)
    }))
}

/// Adds up neighbours of the same index.
fn gathered(buckets: impl Iterator<Item = (i32, f64)>) -> Buckets {
    let mut gathered: Buckets = Vec::new();
    for (index, count) in buckets {
        match gathered.last_mut() {
            Some((last, total)) if *last == index => *total += count,
            _ => gathered.push((index, count)),
        }
    }
    gathered
}

fn merged(left: &[(i32, f64)], right: &[(i32, f64)], factor: f64) -> Buckets {
    let mut merged = Vec::with_capacity(left.len().max(right.len()));
    let mut right = right.iter().peekable();
    for &(index, count) in left {
        while let Some((at, count)) = right.next_if(|(at, _)| *at < index) {
            merged.push((*at, factor * count));
        }
        let other = right
            .next_if(|(at, _)| *at == index)
            .map_or(0.0, |(_, count)| factor * count);
        merged.push((index, count + other));
    }
    merged.extend(right.map(|(index, count)| (*index, factor * count)));
    merged
}

#[cfg(test)]
mod tests;
