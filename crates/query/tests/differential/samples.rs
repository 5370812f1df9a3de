//! The samples that queries are asked of.

mod newer;

use std::collections::BTreeMap;

use model::labels::METRIC_NAME;
use model::{Histogram, Labels, Timestamp};
use query::Window;
use storage::memory::MemoryOptions;
use storage::{Appender, MemoryStore, Sample, SeriesKey, Store};

use crate::random::Random;

/// When the first sample was taken, in milliseconds: a whole hour, so that round times are on the grids of subqueries.
pub(crate) const BEGIN_MS: i64 = 1_699_999_200_000;

/// Distance of samples.
const STEP_MS: i64 = 15_000;

/// Samples of a series, gaps apart.
const ROWS: i64 = 120;

/// A series.
pub(crate) struct Series {
    pub(crate) labels: Labels,
    /// Times in milliseconds, and values; the stale marker among them.
    pub(crate) samples: Vec<(i64, f64)>,
    /// The same of native histograms.
    pub(crate) histograms: Vec<(i64, Histogram)>,
    /// When counters began, by the time of the sample.
    pub(crate) starts: BTreeMap<i64, i64>,
}

impl Series {
    /// All samples, by time.
    fn points(&self) -> Vec<(i64, Sample<'_>)> {
        let floats = self.samples.iter();
        let floats = floats.map(|(time, value)| (*time, Sample::float(*value)));
        let histograms = self.histograms.iter();
        let histograms = histograms.map(|(time, value)| (*time, Sample::histogram(value)));
        let mut points: Vec<(i64, Sample<'_>)> = floats.chain(histograms).collect();
        points.sort_by_key(|(time, _)| *time);
        for (time, sample) in &mut points {
            sample.start = self.starts.get(time).copied().map(Timestamp);
        }
        points
    }

    /// Of floats alone.
    fn floats(labels: Labels, samples: Vec<(i64, f64)>) -> Self {
        Self {
            labels,
            samples,
            histograms: Vec::new(),
            starts: BTreeMap::new(),
        }
    }
}

/// Some series, and a store that holds them.
pub(crate) struct Samples {
    pub(crate) series: Vec<Series>,
    pub(crate) store: MemoryStore,
}

/// When a query is evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    pub(crate) start_ms: i64,
    pub(crate) step_ms: i64,
    pub(crate) steps: i64,
}

impl When {
    pub(crate) fn end_ms(self) -> i64 {
        self.start_ms + (self.steps - 1) * self.step_ms
    }

    pub(crate) fn window(self) -> Window {
        Window::Range {
            start: Timestamp(self.start_ms),
            end: Timestamp(self.end_ms()),
            step_ms: self.step_ms,
        }
    }
}

impl Samples {
    /// Counters, gauges and a classic histogram; samples lie `offset_ms` behind multiples of their distance.
    pub(crate) fn new(random: &mut Random, offset_ms: i64) -> Self {
        let mut series = Vec::new();
        for (job, instance) in [("a", "0"), ("a", "1"), ("b", "0"), ("b", "1"), ("b", "2")] {
            let of = |name: &str, more: &[(&str, &str)]| {
                let own = [("__name__", name), ("job", job), ("instance", instance)];
                Labels::from_pairs(own.into_iter().chain(more.iter().copied()))
            };
            for code in ["200", "500"] {
                let labels = of("requests_total", &[("code", code)]);
                let samples = counter(random, offset_ms, false);
                series.push(Series::floats(labels, samples));
            }
            let labels = of("restarted_total", &[]);
            let samples = counter(random, offset_ms, true);
            series.push(Series::floats(labels, samples));
            let labels = of("temperature", &[]);
            let samples = gauge(random, offset_ms);
            series.push(Series::floats(labels, samples));
            if instance == "0" {
                let buckets = histogram(random, offset_ms);
                for (bound, samples) in ["0.1", "0.5", "1", "+Inf"].into_iter().zip(buckets) {
                    let labels = of("latency_seconds_bucket", &[("le", bound)]);
                    series.push(Series::floats(labels, samples));
                }
            }
        }
        let store = filled(&series);
        Self { series, store }
    }

    /// The same, and what 2.42 doesn't know: native histograms, info metrics, counters that say when they began.
    pub(crate) fn with_all(random: &mut Random) -> Self {
        let mut series = Self::new(random, 0).series;
        series.extend(newer::series(random));
        let store = filled(&series);
        Self { series, store }
    }

    /// A moment, or some: on multiples of samples' distance if `on_edges`, else never on the grid of a subquery.
    pub(crate) fn when(&self, random: &mut Random, on_edges: bool) -> When {
        let grid_ms = if on_edges { STEP_MS } else { 60_000 };
        let shift_ms = if on_edges { 0 } else { 7000 };
        let at = random.below((ROWS * STEP_MS / grid_ms) as usize) as i64 * grid_ms;
        When {
            start_ms: BEGIN_MS + at + shift_ms,
            step_ms: [15_000, 30_000, 60_000, 90_000][random.below(4)],
            steps: 1 + random.below(8) as i64,
        }
    }
}

/// A sample of a row, with the labels of its series.
pub(crate) type Cell<'a> = (&'a Labels, Sample<'a>);

impl Samples {
    /// All samples, by time.
    pub(crate) fn rows(&self) -> BTreeMap<i64, Vec<Cell<'_>>> {
        let mut rows: BTreeMap<i64, Vec<Cell<'_>>> = BTreeMap::new();
        for one in &self.series {
            for (time, sample) in one.points() {
                rows.entry(time).or_default().push((&one.labels, sample));
            }
        }
        rows
    }
}

/// Takes all labels but the name for those of a target, so that there are groups to share out among threads.
pub(crate) fn append(appender: &mut dyn Appender, labels: &Labels, time: i64, sample: Sample<'_>) {
    let is_name = |name: &str| name == METRIC_NAME;
    let target = labels.filtered(|name| !is_name(name));
    appender.row(&target, Timestamp(time));
    let taken = appender.append(SeriesKey::InTarget(&labels.filtered(is_name)), sample);
    taken.expect("a sample in order");
}

fn filled(series: &[Series]) -> MemoryStore {
    let store = MemoryStore::new(MemoryOptions {
        bytes_max: 1 << 28,
        late_window_ms: i64::MAX / 4,
        exemplars_max: 0,
    });
    let mut appender = store.appender();
    for one in series {
        for (time, sample) in one.points() {
            append(&mut *appender, &one.labels, time, sample);
        }
    }
    appender.commit().expect("a store in memory");
    store
}

/// The times of a series: some are missing, and it may begin late or end early, with a stale marker or without.
fn times(random: &mut Random, offset_ms: i64) -> Vec<(i64, bool)> {
    let begin = if random.one_in(3) {
        random.below(60) as i64
    } else {
        0
    };
    let end = if random.one_in(3) {
        60 + random.below(60) as i64
    } else {
        ROWS
    };
    let mut times = Vec::new();
    for row in begin..end {
        let is_stale = random.one_in(25) || (row == end - 1 && random.one_in(2));
        if !random.one_in(12) {
            times.push((BEGIN_MS + row * STEP_MS + offset_ms, is_stale));
        }
    }
    times
}

/// Far from zero unless it `resets`: near zero, 2.42 guesses otherwise what lies before a window's first sample.
const FAR: f64 = 1e7;

fn counter(random: &mut Random, offset_ms: i64, resets: bool) -> Vec<(i64, f64)> {
    let mut value = if resets { 0.0 } else { FAR };
    times(random, offset_ms)
        .into_iter()
        .map(|(time, is_stale)| {
            if is_stale {
                return (time, model::STALE_NAN);
            }
            value = match random.below(20) {
                0 if resets => 0.0,
                1..4 => value,
                _ => value + random.below(1000) as f64 / 8.0,
            };
            (time, value)
        })
        .collect()
}

fn gauge(random: &mut Random, offset_ms: i64) -> Vec<(i64, f64)> {
    times(random, offset_ms)
        .into_iter()
        .map(|(time, is_stale)| {
            if is_stale {
                return (time, model::STALE_NAN);
            }
            // Values that differ, so that no order is a matter of taste.
            (
                time,
                random.below(1 << 40) as f64 / f64::from(1 << 30) - 500.0,
            )
        })
        .collect()
}

/// Four buckets, each holding those below it, at the same times.
fn histogram(random: &mut Random, offset_ms: i64) -> [Vec<(i64, f64)>; 4] {
    let mut counts = [FAR, 2.0 * FAR, 3.0 * FAR, 4.0 * FAR];
    let mut buckets: [Vec<(i64, f64)>; 4] = Default::default();
    for (time, is_stale) in times(random, offset_ms) {
        let more: Vec<f64> = (0..4).map(|_| random.below(9) as f64).collect();
        for (index, count) in counts.iter_mut().enumerate() {
            *count += more[..=index].iter().sum::<f64>();
            let value = if is_stale { model::STALE_NAN } else { *count };
            buckets[index].push((time, value));
        }
    }
    buckets
}
