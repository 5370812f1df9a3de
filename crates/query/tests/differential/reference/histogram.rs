//! Native histograms as maps from index to count: each operation as its definition says, without regard for speed.

use std::collections::BTreeMap;

use model::Histogram;
use model::histogram::{CUSTOM_BUCKETS_SCHEMA, Span};

use crate::reference::value::Quantity;

/// A histogram.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Naive {
    pub(super) schema: i8,
    /// Upper bounds, if they are custom ones.
    pub(super) bounds: Vec<f64>,
    /// Half the width of the zero bucket.
    pub(super) threshold: f64,
    pub(super) zero: f64,
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) positive: BTreeMap<i32, f64>,
    pub(super) negative: BTreeMap<i32, f64>,
}

/// A bucket with its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) count: f64,
}

impl Naive {
    pub(super) fn new(histogram: &Histogram) -> Self {
        Self {
            schema: histogram.schema,
            bounds: histogram.custom_values.clone(),
            threshold: histogram.zero_threshold,
            zero: histogram.zero_count,
            count: histogram.count,
            sum: histogram.sum,
            positive: spread(&histogram.positive_spans, &histogram.positive_buckets),
            negative: spread(&histogram.negative_spans, &histogram.negative_buckets),
        }
    }

    pub(super) fn is_custom(&self) -> bool {
        self.schema == CUSTOM_BUCKETS_SCHEMA
    }

    /// Without buckets that hold nothing.
    pub(super) fn without_empty(&self) -> Self {
        let mut full = self.clone();
        full.positive.retain(|_, count| *count != 0.0);
        full.negative.retain(|_, count| *count != 0.0);
        full
    }

    /// Where a positive bucket begins and ends.
    pub(super) fn edges(&self, index: i32) -> (f64, f64) {
        if self.is_custom() {
            let bound = |index: i32, beyond| {
                let index = usize::try_from(index).ok();
                index
                    .and_then(|index| self.bounds.get(index).copied())
                    .unwrap_or(beyond)
            };
            return (
                bound(index - 1, f64::NEG_INFINITY),
                bound(index, f64::INFINITY),
            );
        }
        let bound = |index: i32| 2f64.powf(2f64.powi(-i32::from(self.schema)) * f64::from(index));
        (bound(index - 1), bound(index))
    }

    /// All buckets that hold something, from the lowest to the highest.
    pub(super) fn buckets(&self) -> Vec<Bucket> {
        let mut buckets = Vec::new();
        for (index, count) in self.negative.iter().rev() {
            let (near, far) = self.edges(*index);
            buckets.push(Bucket {
                lower: -far,
                upper: -near,
                count: *count,
            });
        }
        buckets.push(Bucket {
            lower: -self.threshold,
            upper: self.threshold,
            count: self.zero,
        });
        for (index, count) in &self.positive {
            let (lower, upper) = self.edges(*index);
            buckets.push(Bucket {
                lower,
                upper,
                count: *count,
            });
        }
        buckets.retain(|bucket| bucket.count != 0.0);
        buckets
    }

    /// The buckets of a coarser schema: two neighbours become one for each step.
    fn coarser(&self, schema: i8) -> Self {
        let mut coarse = self.clone();
        while coarse.schema > schema {
            coarse.schema -= 1;
            for buckets in [&mut coarse.positive, &mut coarse.negative] {
                let mut halved = BTreeMap::new();
                for (index, count) in &*buckets {
                    *halved.entry((index + 1).div_euclid(2)).or_insert(0.0) += count;
                }
                *buckets = halved;
            }
        }
        coarse
    }

    /// With a zero bucket that reaches at least so far, and on to the end of a bucket that holds something.
    fn widened(&self, threshold: f64) -> Self {
        let mut wide = self.clone();
        wide.threshold = threshold;
        loop {
            let cut = wide.buckets().into_iter().find_map(|bucket| {
                let near = bucket.lower.abs().min(bucket.upper.abs());
                let far = bucket.lower.abs().max(bucket.upper.abs());
                (near < wide.threshold && wide.threshold < far).then_some(far)
            });
            let Some(far) = cut else { break };
            wide.threshold = far;
        }
        let reach = wide.threshold;
        let inside = |histogram: &Self, index: i32| histogram.edges(index).1 <= reach;
        for (index, count) in self.positive.iter().chain(&self.negative) {
            if inside(self, *index) {
                wide.zero += count;
            }
        }
        wide.positive.retain(|index, _| !inside(self, *index));
        wide.negative.retain(|index, _| !inside(self, *index));
        wide
    }

    /// With those bounds, all of which it has.
    fn with_bounds(&self, bounds: &[f64]) -> Self {
        let mut mapped = self.clone();
        mapped.bounds = bounds.to_vec();
        mapped.positive.clear();
        for (index, count) in &self.positive {
            let upper = self.edges(*index).1;
            let place = bounds.iter().filter(|bound| **bound < upper).count() as i32;
            *mapped.positive.entry(place).or_insert(0.0) += count;
        }
        mapped
    }

    /// Both in one layout.
    fn aligned(&self, other: &Self) -> Option<(Self, Self)> {
        if self.is_custom() != other.is_custom() {
            return None;
        }
        if self.is_custom() {
            let shared = |bound: &&f64| other.bounds.contains(bound);
            let common: Vec<f64> = self.bounds.iter().filter(shared).copied().collect();
            return Some((self.with_bounds(&common), other.with_bounds(&common)));
        }
        let (mut a, mut b) = (self.clone(), other.clone());
        while a.threshold != b.threshold {
            let widest = a.threshold.max(b.threshold);
            (a, b) = (a.widened(widest), b.widened(widest));
        }
        let schema = a.schema.min(b.schema);
        Some((a.coarser(schema), b.coarser(schema)))
    }
}

impl Quantity for Naive {
    fn plus(&self, other: &Self, factor: f64) -> Option<Self> {
        let (mut sum, other) = self.aligned(other)?;
        sum.zero += factor * other.zero;
        sum.count += factor * other.count;
        sum.sum += factor * other.sum;
        for (index, count) in other.positive {
            *sum.positive.entry(index).or_insert(0.0) += factor * count;
        }
        for (index, count) in other.negative {
            *sum.negative.entry(index).or_insert(0.0) += factor * count;
        }
        Some(sum.without_empty())
    }

    fn scaled(&self, factor: f64) -> Self {
        let mut scaled = self.clone();
        scaled.zero *= factor;
        scaled.count *= factor;
        scaled.sum *= factor;
        let counts = scaled.positive.values_mut();
        for count in counts.chain(scaled.negative.values_mut()) {
            *count *= factor;
        }
        scaled
    }

    fn count(&self) -> f64 {
        self.count
    }

    fn is_reset(&self, now: &Self) -> bool {
        if now.count < self.count || self.is_custom() != now.is_custom() {
            return true;
        }
        let is_finer =
            !self.is_custom() && (now.schema > self.schema || now.threshold < self.threshold);
        let Some((before, after)) = self.aligned(now).filter(|_| !is_finer) else {
            return true;
        };
        // A zero bucket that cuts a bucket of before is none that the same counter could have.
        let cuts = !self.is_custom() && before.threshold != now.threshold;
        let fell = |before: &BTreeMap<i32, f64>, after: &BTreeMap<i32, f64>| {
            let held = |index: &i32| after.get(index).copied().unwrap_or(0.0);
            before.iter().any(|(index, count)| held(index) < *count)
        };
        cuts || after.zero < before.zero
            || fell(&before.positive, &after.positive)
            || fell(&before.negative, &after.negative)
    }

    fn nothing(&self) -> Self {
        self.scaled(0.0)
    }

    fn as_coarse_as(&self, others: &[Self]) -> Option<Self> {
        if others
            .iter()
            .any(|other| other.is_custom() != self.is_custom())
        {
            return None;
        }
        let schemas = others.iter().map(|other| other.schema);
        let schema = schemas.fold(self.schema, i8::min);
        Some(self.coarser(schema))
    }
}

/// Spans and counts as a map.
fn spread(spans: &[Span], counts: &[f64]) -> BTreeMap<i32, f64> {
    let mut index = 0;
    let mut indices = Vec::new();
    for span in spans {
        index += span.offset;
        for _ in 0..span.length {
            indices.push(index);
            index += 1;
        }
    }
    indices.into_iter().zip(counts.iter().copied()).collect()
}
