//! Samples of kinds that 2.42 doesn't know, or knows otherwise.

use std::collections::BTreeMap;

use model::histogram::{CUSTOM_BUCKETS_SCHEMA, ResetHint, Span};
use model::{Histogram, Labels, STALE_NAN};

use super::{Series, times};
use crate::random::Random;

/// Narrower than any bucket.
const NARROW: f64 = 1.0 / 1024.0;

/// More than a histogram observes between two samples.
const MOST_AT_ONCE: f64 = 40.0;

/// Histograms of all kinds, what describes targets, and counters that say when they began.
pub(super) fn series(random: &mut Random) -> Vec<Series> {
    let mut series = Vec::new();
    for (job, instance) in [("a", "0"), ("a", "1"), ("b", "0"), ("b", "1"), ("b", "2")] {
        let of = |name: &str| {
            Labels::from_pairs([("__name__", name), ("job", job), ("instance", instance)])
        };
        series.push(histograms(of("sizes"), random, exponential));
        series.push(histograms(of("delays"), random, custom));
        series.push(levels(of("levels"), random));
        series.push(mixed(of("mixed"), random));
        series.push(started(of("begun_total"), random));
        series.extend(described(&of("target_info"), random));
    }
    series
}

/// A counter of observations. `fresh` makes one that holds nothing, with a layout that may be another one after a restart.
fn histograms(labels: Labels, random: &mut Random, fresh: fn(&mut Random) -> Histogram) -> Series {
    let mut now = fresh(random);
    let mut series = Series::floats(labels, Vec::new());
    for (time, is_stale) in times(random, 0) {
        if is_stale {
            // Either kind of marker says the same.
            if random.one_in(2) {
                series.samples.push((time, STALE_NAN));
            } else {
                let sum = STALE_NAN;
                series
                    .histograms
                    .push((time, Histogram { sum, ..now.clone() }));
            }
            continue;
        }
        // So late that what comes is less in any case: no restart goes unnoticed.
        if now.count > MOST_AT_ONCE && random.one_in(8) {
            now = fresh(random);
        }
        observe(&mut now, random);
        series.histograms.push((time, now.clone()));
    }
    series
}

fn observe(histogram: &mut Histogram, random: &mut Random) {
    if histogram.count == 0.0 {
        let buckets = histogram.positive_buckets.iter();
        histogram.count = buckets.chain(&histogram.negative_buckets).sum();
    }
    let buckets = histogram.positive_buckets.iter_mut();
    for count in buckets.chain(&mut histogram.negative_buckets) {
        let more = random.below(4) as f64;
        *count += more;
        histogram.count += more;
        histogram.sum += more * random.below(100) as f64 / 8.0;
    }
    if !histogram.has_custom_buckets() {
        let more = random.below(3) as f64;
        histogram.zero_count += more;
        histogram.count += more;
    }
}

fn side_by_side(offset: i32, length: usize) -> (Vec<Span>, Vec<f64>) {
    let span = Span {
        offset,
        length: length as u32,
    };
    // Each holds something from the first: whether an empty one is there or not makes a difference to the zero bucket.
    (vec![span], vec![1.0; length])
}

fn exponential(random: &mut Random) -> Histogram {
    let (positive_spans, positive_buckets) = side_by_side(random.below(3) as i32 - 1, 3);
    let (negative_spans, negative_buckets) = if random.one_in(2) {
        side_by_side(0, 2)
    } else {
        Default::default()
    };
    Histogram {
        schema: random.below(3) as i8,
        zero_threshold: NARROW,
        positive_spans,
        positive_buckets,
        negative_spans,
        negative_buckets,
        ..Histogram::default()
    }
}

fn custom(random: &mut Random) -> Histogram {
    let custom_values = [vec![1.0, 5.0, 10.0], vec![1.0, 2.0, 10.0], vec![-1.0, 5.0]];
    let custom_values = custom_values[random.below(3)].clone();
    let (positive_spans, positive_buckets) = side_by_side(0, custom_values.len() + 1);
    Histogram {
        schema: CUSTOM_BUCKETS_SCHEMA,
        positive_spans,
        positive_buckets,
        custom_values,
        ..Histogram::default()
    }
}

/// Gauges, with zero buckets of different widths.
fn levels(labels: Labels, random: &mut Random) -> Series {
    let (zero_threshold, offset) = [(0.25, -1), (0.5, 0), (2.0, 2)][random.below(3)];
    let mut series = Series::floats(labels, Vec::new());
    for (time, is_stale) in times(random, 0) {
        if is_stale {
            series.samples.push((time, STALE_NAN));
            continue;
        }
        let (positive_spans, positive_buckets) = side_by_side(offset, 3);
        let mut now = Histogram {
            zero_threshold,
            positive_spans,
            positive_buckets,
            reset_hint: ResetHint::Gauge,
            ..Histogram::default()
        };
        observe(&mut now, random);
        series.histograms.push((time, now));
    }
    series
}

/// Floats for a while, then histograms, and so on.
fn mixed(labels: Labels, random: &mut Random) -> Series {
    let mut series = Series::floats(labels, Vec::new());
    let mut now = exponential(random);
    let mut is_float = true;
    for (time, is_stale) in times(random, 0) {
        is_float ^= random.one_in(12);
        if is_stale {
            series.samples.push((time, STALE_NAN));
        } else if is_float {
            series.samples.push((time, random.below(1000) as f64));
        } else {
            observe(&mut now, random);
            series.histograms.push((time, now.clone()));
        }
    }
    series
}

/// A counter of which it is mostly known when it began; sometimes each sample is a delta.
fn started(labels: Labels, random: &mut Random) -> Series {
    let (mut samples, mut starts) = (Vec::new(), BTreeMap::new());
    let (mut value, mut start, mut before) = (0.0, 0, 0);
    let is_delta = random.one_in(3);
    for (time, is_stale) in times(random, 0) {
        if is_stale {
            samples.push((time, STALE_NAN));
            continue;
        }
        if is_delta {
            (value, start) = (0.0, before);
        } else if random.one_in(10) {
            // It may have risen above what it was.
            (value, start) = (
                random.below(300) as f64,
                time - 1 - random.below(9000) as i64,
            );
        }
        value += random.below(100) as f64;
        samples.push((time, value));
        if start != 0 && !random.one_in(20) {
            starts.insert(time, start);
        }
        before = time;
    }
    Series {
        starts,
        ..Series::floats(labels, samples)
    }
}

/// What describes a target, before and after an upgrade; for a while both may be there.
fn described(labels: &Labels, random: &mut Random) -> [Series; 2] {
    let times = times(random, 0);
    let upgrade = random.below(times.len());
    let (before, after) = (&times[..upgrade], &times[upgrade..]);
    [("1", before), ("2", after)].map(|(version, times)| {
        let mut labels = labels.to_builder();
        labels.set("version", version);
        labels.set("zone", if version == "1" { "east" } else { "" });
        let one = |(time, is_stale): &(i64, bool)| (*time, if *is_stale { STALE_NAN } else { 1.0 });
        Series::floats(labels.build(), times.iter().map(one).collect())
    })
}
