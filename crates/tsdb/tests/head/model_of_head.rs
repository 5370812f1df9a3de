//! The head against maps, over random rows: gaps, stale markers, NaN payloads, histograms, late samples, freezes and releases.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Histogram, Labels, STALE_NAN, TimeRange, Timestamp, Value};
use proptest::prelude::*;
use storage::{Column, Columns, SampleValue};
use tsdb::head::{Head, HeadOptions};
use tsdb::log::{Detail, DetailKind, Names as _, Row, Scope, TargetId};
use tsdb::part::{Facts, Level, PageCache, Part, write};

use super::Numbered;

const TARGETS: u32 = 3;
const COLUMNS: u32 = 6;

#[derive(Clone, Debug)]
enum Step {
    /// A row of a target, so much after its clock; for each column what it says.
    Row(u32, i64, Vec<Said>),
    /// A part of everything older than this long before the newest sample, and then its release.
    Flush(i64),
    Forget(u32, u32),
    /// Deletes from so long before the newest sample, so much.
    Delete(u32, u32, i64, i64),
}

#[derive(Clone, Debug)]
enum Said {
    Nothing,
    /// The value that it said last.
    Same,
    /// So much more than it said last.
    Step(f64),
    Float(f64),
    Histogram(f64),
    /// At so much after the row's time.
    FloatAt(i64, f64),
    HistogramAt(i64, f64),
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (-50i32..5000).prop_map(|n| f64::from(n) / 100.0),
        2 => Just(STALE_NAN),
        2 => any::<u64>().prop_map(f64::from_bits),
        1 => prop::sample::select(vec![0.0, -0.0, 0.1 + 0.2, 1e300, 5e18, -5e18, 9.3e18, -9.3e18, 2f64.powi(53), f64::INFINITY]),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        2 => Just(Said::Nothing),
        4 => Just(Said::Same),
        6 => (-3i32..1000).prop_map(|n| Said::Step(f64::from(n))),
        2 => (1i32..9).prop_map(|n| Said::Step(f64::from(n) / 4.0)),
        3 => float().prop_map(Said::Float),
        1 => prop_oneof![Just(STALE_NAN), (0i32..3).prop_map(f64::from)].prop_map(Said::Histogram),
        1 => (-40i64..20, float()).prop_map(|(after, value)| Said::FloatAt(after, value)),
        1 => (-40i64..20).prop_map(|after| Said::HistogramAt(after, 1.0)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let row = |said: BoxedStrategy<Said>| {
        let all = prop::collection::vec(said, 0..=COLUMNS as usize);
        // Mostly forwards, at times back or not at all.
        let advance = prop_oneof![8 => 1i64..12, 1 => -40i64..1];
        (0..TARGETS, advance, all)
            .prop_map(|(target, advance, all)| Step::Row(target, advance, all))
    };
    let regular = prop_oneof![
        3 => Just(Said::Same),
        3 => (-3i32..1000).prop_map(|n| Said::Step(f64::from(n))),
    ];
    prop_oneof![
        20 => row(said().boxed()),
        20 => row(regular.boxed()),
        2 => (0i64..80).prop_map(Step::Flush),
        1 => (0..TARGETS, 0..COLUMNS).prop_map(|(target, column)| Step::Forget(target, column)),
        1 => (0..TARGETS, 0..COLUMNS, 0i64..60, 0i64..60)
            .prop_map(|(target, column, back, length)| Step::Delete(target, column, back, length)),
    ]
}

type Samples = BTreeMap<i64, Value>;

struct World {
    head: Head,
    late_window_ms: i64,
    released_ms: i64,
    clock_ms: i64,
    series: BTreeMap<(u32, u32), Samples>,
    last: BTreeMap<(u32, u32), f64>,
}

fn histogram(count: f64) -> Histogram {
    Histogram {
        count,
        sum: count,
        zero_count: count,
        ..Histogram::default()
    }
}

/// To be compared: histograms by their text, since a stale one is not equal to itself.
fn text(value: &Value) -> String {
    match value {
        Value::Float(value) => format!("{:x}", value.to_bits()),
        Value::Histogram(histogram) => format!("{histogram:?}"),
    }
}

fn texts<'a>(samples: impl Iterator<Item = (i64, &'a Value)>) -> Vec<(i64, String)> {
    samples
        .map(|(time_ms, value)| (time_ms, text(value)))
        .collect()
}

/// The samples of a column as it stands, stale markers and all.
fn all_of(column: &Column, timestamps: &[i64]) -> Vec<(i64, String)> {
    let values = (0..column.values.len()).filter_map(|index| column.values.get(index));
    let times = timestamps[column.first_row..].iter();
    times
        .zip(values)
        .map(|(t, value)| (*t, text(&value)))
        .collect()
}

impl World {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Row(target, advance, all) => {
                self.clock_ms += advance;
                self.row(*target, all);
            }
            Step::Flush(back_ms) => self.flush(self.clock_ms - back_ms),
            Step::Delete(target, column, back_ms, length_ms) => {
                let start = self.clock_ms - back_ms;
                let range = TimeRange::new(Timestamp(start), Timestamp(start + length_ms));
                self.delete(*target, *column, range);
            }
            Step::Forget(target, column) => {
                self.head.forget(TargetId(*target), *column);
                self.series.remove(&(*target, *column));
            }
        }
    }

    fn delete(&mut self, target: u32, column: u32, range: TimeRange) {
        let deleted = self.head.delete(TargetId(target), column, range);
        let samples = self.series.entry((target, column)).or_default();
        let before = samples.len();
        samples.retain(|time_ms, _| !range.contains(Timestamp(*time_ms)));
        assert_eq!(deleted, before != samples.len());
    }

    fn row(&mut self, target: u32, all: &[Said]) {
        let (mut columns, mut values, mut details) = (Vec::new(), Vec::new(), Vec::new());
        let now = self.clock_ms;
        for (column, said) in (0..).zip(all) {
            let last = self.last.entry((target, column)).or_insert(1.0);
            let mut detail = |kind| details.push(Detail { column, kind });
            let float = match said {
                Said::Nothing => continue,
                Said::Same => *last,
                Said::Step(step) => *last + step,
                Said::Float(value) => *value,
                Said::Histogram(count) => {
                    detail(DetailKind::Histogram(histogram(*count)));
                    continue;
                }
                Said::FloatAt(after, value) => {
                    detail(DetailKind::FloatAt(Timestamp(now + after), *value));
                    continue;
                }
                Said::HistogramAt(after, count) => {
                    let time = Timestamp(now + after);
                    detail(DetailKind::HistogramAt(time, histogram(*count)));
                    continue;
                }
            };
            *last = float;
            columns.push(column);
            values.push(float);
        }
        let row = Row {
            target: TargetId(target),
            time: Timestamp(now),
            columns: &columns,
            values: &values,
            details: &details,
        };
        let mut samples: Vec<(u32, i64, Value)> = Vec::new();
        samples.extend(
            columns
                .iter()
                .zip(&values)
                .map(|(c, v)| (*c, now, Value::Float(*v))),
        );
        samples.extend(details.iter().map(|detail| match &detail.kind {
            DetailKind::Histogram(h) => (detail.column, now, Value::Histogram(Arc::new(h.clone()))),
            DetailKind::FloatAt(time, value) => (detail.column, time.0, Value::Float(*value)),
            DetailKind::HistogramAt(time, h) => {
                (detail.column, time.0, Value::Histogram(Arc::new(h.clone())))
            }
            _ => unreachable!("not drawn"),
        }));
        let mut taken = 0;
        for (column, time_ms, value) in samples {
            let checked = self.head.check(
                TargetId(target),
                column,
                Timestamp(time_ms),
                time_ms == now,
                match &value {
                    Value::Float(value) => SampleValue::Float(*value),
                    Value::Histogram(histogram) => SampleValue::Histogram(histogram),
                },
            );
            let is_taken = self.take((target, column), time_ms, value);
            assert_eq!(checked.is_ok(), is_taken);
            taken += u64::from(is_taken);
        }
        let applied = self.head.apply(&row);
        assert_eq!(applied.samples, taken);
    }

    /// The rule of refusal, without rows.
    fn take(&mut self, key: (u32, u32), time_ms: i64, value: Value) -> bool {
        let samples = self.series.entry(key).or_default();
        if let Some(there) = samples.get(&time_ms) {
            return text(there) == text(&value);
        }
        let newest_ms = samples
            .keys()
            .next_back()
            .copied()
            .unwrap_or(self.released_ms);
        let taken = time_ms >= newest_ms.saturating_sub(self.late_window_ms);
        if taken {
            samples.insert(time_ms, value);
        }
        taken
    }

    fn check(&self, range: TimeRange) {
        let mut out = Columns::default();
        for target in 0..TARGETS {
            let id = TargetId(target);
            let regular: Vec<u32> = (0..COLUMNS)
                .filter(|column| self.head.is_regular(id, *column))
                .collect();
            for column in 0..COLUMNS {
                self.head.read_alone(id, column, range, &mut out);
                assert_eq!(
                    all_of(&out.columns[0], &out.timestamps),
                    self.wanted(target, column, range)
                );
            }
            self.head.read(id, &regular, range, &mut out);
            for (column, read) in regular.iter().zip(&out.columns) {
                self.check_column(read, &out.timestamps, &self.wanted(target, *column, range));
            }
            let mut presence = Columns::default();
            self.head
                .read_presence(id, &regular, range, false, &mut presence);
            let times = |columns: &Columns| -> Vec<Vec<i64>> {
                let columns_of = columns.columns.iter();
                let samples = columns_of.map(|column| column.samples(&columns.timestamps));
                samples
                    .map(|all| all.map(|(time_ms, _)| time_ms).collect())
                    .collect()
            };
            assert_eq!(times(&presence), times(&out));
            self.head
                .read_presence(id, &regular, range, true, &mut presence);
            for (some, all) in presence.columns.iter().zip(&out.columns) {
                let newest = |column: &Column| {
                    let last = column.values.len().checked_sub(1)?;
                    let is_stale = column.values.get(last)?.is_stale();
                    Some((column.first_row + last, is_stale))
                };
                assert_eq!(newest(some), newest(all));
            }
        }
        let series = self
            .series
            .values()
            .filter(|samples| !samples.is_empty())
            .count();
        assert_eq!(self.head.series(), series);
    }

    /// A column in rows: each sample at its time, and stale markers where there is none.
    fn check_column(&self, read: &Column, timestamps: &[i64], wanted: &[(i64, String)]) {
        assert!(timestamps.is_sorted_by(|a, b| a < b));
        let mut all = all_of(read, timestamps);
        let stale = text(&Value::Float(STALE_NAN));
        assert!(read.has_stale || all.iter().all(|(_, value)| *value != stale));
        all.retain(|sample| wanted.contains(sample) || sample.1 != stale);
        assert_eq!(all, wanted);
    }

    fn wanted(&self, target: u32, column: u32, range: TimeRange) -> Vec<(i64, String)> {
        let samples = self.series.get(&(target, column)).into_iter().flatten();
        let all = samples.map(|(time_ms, value)| (*time_ms, value));
        texts(all.filter(|(time_ms, _)| range.contains(Timestamp(*time_ms))))
    }

    /// Freezes into a part, reads that back, and releases.
    fn flush(&mut self, before_ms: i64) {
        let range = TimeRange::new(Timestamp::MIN, Timestamp(before_ms - 1));
        let mut frozen = self.head.freeze(range, &Numbered);
        let mut bytes = Vec::new();
        write(&mut frozen, Level::Hot, &Facts::default(), &mut bytes).expect("a vector takes all");
        let mut wanted: BTreeMap<(Labels, Labels), Vec<(i64, String)>> = BTreeMap::new();
        for (target, column) in self.series.keys() {
            let samples = self.wanted(*target, *column, range);
            let (scope, labels) = Numbered.column(TargetId(*target), *column);
            let target = match scope {
                Scope::InTarget => Numbered.target(TargetId(*target)),
                Scope::Whole => Labels::empty(),
            };
            if !samples.is_empty() {
                wanted.insert((target, labels), samples);
            }
        }
        let part = Part::open(&bytes).expect("own bytes");
        let mut out = Columns::default();
        let mut cache = PageCache::default();
        let tables = part.tables().expect("own bytes");
        for group in 0..tables.groups() {
            let metrics = tables.series(group);
            part.read(group, metrics, TimeRange::ALL, &mut cache, &mut out)
                .expect("own bytes");
            for (metric, read) in metrics.iter().zip(&out.columns) {
                let labels = tables.metric(*metric);
                let key = (tables.target(group).clone(), labels);
                let samples = wanted.remove(&key).expect("a series that has samples");
                self.check_column(read, &out.timestamps, &samples);
            }
        }
        assert!(wanted.is_empty(), "not in the part: {wanted:?}");
        self.release(before_ms);
    }

    fn release(&mut self, before_ms: i64) {
        let released = self.head.release(Timestamp(before_ms));
        self.released_ms = self.released_ms.max(before_ms - 1);
        let gone = |samples: &Samples| samples.is_empty();
        let was_gone: Vec<_> = self
            .series
            .iter()
            .filter(|(_, s)| gone(s))
            .map(|(key, _)| *key)
            .collect();
        for samples in self.series.values_mut() {
            samples.retain(|time_ms, _| *time_ms >= before_ms);
        }
        for (key, samples) in &self.series {
            let said = released.series.contains(&(TargetId(key.0), key.1))
                || released.targets.contains(&TargetId(key.0));
            assert!(was_gone.contains(key) || said == gone(samples), "{key:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn reads_what_was_applied(
        late_window_ms in prop_oneof![Just(0i64), 1i64..60],
        steps in prop::collection::vec(step(), 1..60),
        start in -10i64..200,
        length in 0i64..200,
    ) {
        let mut world = World {
            head: Head::new(HeadOptions { late_window_ms }),
            late_window_ms,
            released_ms: i64::MIN,
            clock_ms: 0,
            series: BTreeMap::new(),
            last: BTreeMap::new(),
        };
        for (number, step) in steps.iter().enumerate() {
            world.step(step);
            if number % 5 == 0 || matches!(step, Step::Flush(_)) {
                world.check(TimeRange::ALL);
            }
        }
        world.check(TimeRange::ALL);
        world.check(TimeRange::new(Timestamp(start), Timestamp(start + length)));
    }
}
