//! Layers joined, against what anybody would expect: of each label set its samples in order, of two at one time that of the older layer.
//!
//! The layers are plain lists of columns here, made at random: overlapping and not, with late beginnings, ends, gaps, series that have times of their
//! own, and label sets that one layer splits and another doesn't.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Labels, Matcher, STALE_NAN, TimeRange, Timestamp, Value, is_stale};
use storage::{Broken, Column, Columns, Hints, Querier, Selection};

use super::super::layer::{Layer, PartLayer, Place, Stretch, Wanted};
use super::StoreQuerier;
use crate::catalog::Deletion;
use crate::part::{Facts, Level, Part, PartError, Source, write};

const SEEDS: u64 = 600;
/// Parts take longer to make.
const PART_SEEDS: u64 = 100;

/// Samples by label set and time, each with its start.
type Model = BTreeMap<Labels, Samples>;
type Samples = BTreeMap<i64, (f64, Option<i64>)>;

/// A layer that keeps columns as they are.
#[derive(Default)]
struct Plain {
    stretches: Vec<(Stretch, Columns)>,
}

impl Layer for Plain {
    fn range(&self) -> TimeRange {
        let times = self.stretches.iter().flat_map(|(_, c)| &c.timestamps);
        let (min, max) = (times.clone().min(), times.max());
        TimeRange::new(
            Timestamp(min.copied().unwrap_or(1)),
            Timestamp(max.copied().unwrap_or(0)),
        )
    }

    fn select(&self, matchers: &[Matcher], _: TimeRange) -> Result<Vec<Stretch>, Broken> {
        let filtered = |(stretch, _): &(Stretch, Columns)| {
            let matches = |metric: &Labels| {
                let labels = stretch.target.merged(metric);
                matchers
                    .iter()
                    .all(|matcher| matcher.matches_labels(&labels))
            };
            if stretch.metrics.iter().all(matches) {
                return stretch.clone();
            }
            let both = stretch.metrics.iter().zip(stretch.columns.iter());
            let (metrics, columns): (Vec<Labels>, Vec<u32>) = both
                .filter(|(metric, _)| matches(metric))
                .map(|(metric, column)| (metric.clone(), *column))
                .unzip();
            Stretch {
                metrics: metrics.into(),
                columns: columns.into(),
                ..stretch.clone()
            }
        };
        let found = self.stretches.iter().map(filtered);
        Ok(found
            .filter(|stretch| !stretch.metrics.is_empty())
            .collect())
    }

    fn read(
        &self,
        place: Place,
        columns: &[u32],
        wanted: Wanted,
        out: &mut Columns,
    ) -> Result<(), Broken> {
        let all = &self.stretches[place.number as usize].1;
        let from = all
            .timestamps
            .partition_point(|t| *t < wanted.range.start.0);
        let to = all.timestamps.partition_point(|t| *t <= wanted.range.end.0);
        out.timestamps = all.timestamps[from..to].to_vec();
        out.columns = columns
            .iter()
            .map(|column| cut(&all.columns[*column as usize], from, to))
            .collect();
        Ok(())
    }
}

impl Source for Plain {
    fn groups(&self) -> usize {
        self.stretches.len()
    }

    fn target(&self, group: usize) -> &Labels {
        &self.stretches[group].0.target
    }

    fn series(&self, group: usize) -> &[Labels] {
        &self.stretches[group].0.metrics
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        out.clone_from(&self.stretches[group].1.timestamps);
        Ok(())
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        out.clone_from(&self.stretches[group].1.columns[series]);
        Ok(())
    }
}

/// The same samples as a part.
fn part(mut plain: Plain, level: Level, deletions: &[Deletion]) -> Box<dyn Layer> {
    let mut bytes = Vec::new();
    write(&mut plain, level, &Facts::default(), &mut bytes).expect("a vector takes all");
    let part = Part::open(bytes).expect("a part");
    Box::new(PartLayer::new(
        Arc::new(part),
        "part".to_owned(),
        deletions.to_vec(),
    ))
}

/// The rows from `from` to `to` of a column.
fn cut(column: &Column, from: usize, to: usize) -> Column {
    let mut out = Column::default();
    let mut missing = 0;
    for row in from..to {
        let in_gap = column.gaps.iter().any(|gap| gap.contains(&row));
        let index = row.checked_sub(column.first_row);
        match index.and_then(|index| column.values.get(index)) {
            Some(value) if !in_gap => {
                out.push_missing(missing);
                missing = 0;
                out.values.push(value);
            }
            _ => missing += 1,
        }
    }
    out.find_stale();
    out.starts.clone_from(&column.starts);
    out
}

/// Random numbers that a seed decides.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn is(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }
}

fn targets() -> [Labels; 4] {
    [
        Labels::empty(),
        Labels::from_pairs([("job", "a"), ("instance", "1")]),
        Labels::from_pairs([("job", "a"), ("instance", "2")]),
        Labels::from_pairs([("job", "a")]),
    ]
}

fn metrics(target: &Labels) -> Vec<Labels> {
    let names = ["up", "cpu", "load", "temp"];
    let own = names.map(|name| Labels::from_pairs([("__name__", name)]));
    let own = own.into_iter();
    if !target.is_empty() {
        let instance = (target.get("instance").is_none())
            .then(|| Labels::from_pairs([("__name__", "cpu"), ("instance", "2")]));
        return own.chain(instance).collect();
    }
    // The same label sets as other targets have, not split.
    let whole = targets();
    let split = own.take(2).map(|metric| whole[1].merged(&metric));
    split
        .chain([Labels::from_pairs([("__name__", "pushed")])])
        .collect()
}

/// A layer with samples between about `start` and `end`, which are noted in the model unless an older layer has others.
fn layer(dice: &mut Dice, start: i64, end: i64, model: &mut Model) -> Plain {
    let mut plain = Plain::default();
    let mut seen = BTreeSet::new();
    for target in targets() {
        if dice.is(30) {
            continue;
        }
        let mut shared = Vec::new();
        for metric in metrics(&target) {
            let labels = target.merged(&metric);
            if dice.is(20) || !seen.insert(labels) {
                continue;
            }
            if dice.is(15) {
                plain.add(dice, &target, &[metric], (start, end), model);
            } else {
                shared.push(metric);
            }
        }
        if !shared.is_empty() {
            plain.add(dice, &target, &shared, (start, end), model);
        }
    }
    plain
}

impl Plain {
    fn add(
        &mut self,
        dice: &mut Dice,
        target: &Labels,
        metrics: &[Labels],
        (start, end): (i64, i64),
        model: &mut Model,
    ) {
        let mut times = Vec::new();
        let mut time = start + dice.roll(7) as i64;
        while time < end {
            times.push(time);
            time += 1 + dice.roll(20) as i64;
        }
        let series = |metric: &Labels| {
            random(
                dice,
                &times,
                model.entry(target.merged(metric)).or_default(),
            )
        };
        let columns: Vec<Column> = metrics.iter().map(series).collect();
        let stretch = Stretch {
            place: Place {
                number: self.stretches.len() as u32,
                alone: metrics.len() == 1,
            },
            target: target.clone(),
            metrics: metrics.into(),
            columns: (0..metrics.len() as u32).collect(),
        };
        let columns = Columns {
            timestamps: times,
            columns,
        };
        self.stretches.push((stretch, columns));
    }
}

fn random(dice: &mut Dice, times: &[i64], model: &mut Samples) -> Column {
    let mut out = Column::default();
    let (begins, ends) = (dice.roll(3) * 2, dice.roll(12));
    let (gaps, stale, constant) = (dice.roll(3) * 10, dice.roll(3) * 8, dice.is(40));
    let start = dice.is(50).then(|| times.first().map_or(0, |t| t - 5));
    let mut missing = 0;
    let mut is_over = true;
    let last = times.len().saturating_sub(ends as usize);
    for (row, time) in times.iter().enumerate() {
        if (row as u64) < begins || row >= last || dice.is(gaps) {
            missing += 1;
            continue;
        }
        let value = if dice.is(stale) && !is_over {
            STALE_NAN
        } else if constant {
            5.0
        } else {
            dice.roll(1000) as f64
        };
        is_over = is_stale(value);
        out.push_missing(std::mem::take(&mut missing));
        out.values.push(Value::Float(value));
        out.starts.note(*time, start, i64::MIN);
        let known = model.entry(*time).or_insert((value, start));
        if is_stale(known.0) {
            *known = (value, start);
        }
    }
    out.find_stale();
    out
}

/// What a series is at each time that it or others of its group have a sample: its newest sample's time and value, if it hasn't ended.
fn lives(times: &[i64], column: &Column) -> Vec<(i64, Option<u64>)> {
    let mut newest = None;
    let mut all = Vec::new();
    for (row, time) in times.iter().enumerate() {
        let in_gap = column.gaps.iter().any(|gap| gap.contains(&row));
        let index = row.checked_sub(column.first_row);
        if let Some(value) = index.and_then(|index| column.values.get(index))
            && !in_gap
        {
            newest = match value {
                Value::Float(value) if !is_stale(value) => Some(value.to_bits()),
                _ => None,
            };
        }
        all.push((*time, newest));
    }
    all
}

/// How samples are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kept {
    Plain,
    /// Each layer as a part of this level.
    Parts(Level),
}

fn check(kept: Kept, seed: u64) {
    let mut dice = Dice(seed);
    let mut model = Model::new();
    let overlap = dice.roll(3) as i64 * 40;
    let made: Vec<Plain> = (0..1 + dice.roll(4) as i64)
        .map(|number| {
            let start = number * 100 - overlap;
            layer(&mut dice, start, start + 100 + overlap, &mut model)
        })
        .collect();
    let mut deletions = Vec::new();
    if kept != Kept::Plain && overlap == 0 && dice.is(50) {
        let start = dice.roll(300) as i64;
        deletions.push(Deletion {
            log_sequence: 0,
            matchers: vec![Matcher::equal(
                "__name__",
                ["cpu", "up"][dice.roll(2) as usize],
            )],
            range: TimeRange::new(Timestamp(start), Timestamp(start + dice.roll(200) as i64)),
        });
    }
    for Deletion {
        matchers, range, ..
    } in &deletions
    {
        for (labels, samples) in &mut model {
            if matchers
                .iter()
                .all(|matcher| matcher.matches_labels(labels))
            {
                samples.retain(|time, _| !range.contains(Timestamp(*time)));
            }
        }
    }
    let layers = made.into_iter().map(|plain| match kept {
        Kept::Plain => Box::new(plain) as Box<dyn Layer>,
        Kept::Parts(level) => part(plain, level, &deletions),
    });
    let layers: Vec<Box<dyn Layer>> = layers.collect();
    let querier = StoreQuerier::new(layers, TimeRange::ALL, Vec::new(), Arc::default());
    let start = dice.roll(300) as i64 - 50;
    let end = start + dice.roll(300) as i64;
    for range in [(i64::MIN, i64::MAX), (start, end)] {
        for matchers in [
            vec![],
            vec![Matcher::equal("__name__", "cpu")],
            vec![Matcher::equal("instance", "2")],
            vec![Matcher::equal("instance", "")],
        ] {
            let range = TimeRange::new(Timestamp(range.0), Timestamp(range.1));
            compare(
                &querier,
                &model,
                range,
                &matchers,
                &format!("{kept:?}, seed {seed}, {range:?}, {matchers:?}"),
            );
        }
    }
}

fn compare(
    querier: &StoreQuerier<'_>,
    model: &Model,
    range: TimeRange,
    matchers: &[Matcher],
    place: &str,
) {
    let matching = model
        .iter()
        .filter(|(labels, _)| matchers.iter().all(|m| m.matches_labels(labels)));
    let mut expected: Model = matching
        .map(|(labels, samples)| {
            let inside = samples
                .iter()
                .filter(|(t, _)| range.contains(Timestamp(**t)));
            (labels.clone(), inside.map(|(t, v)| (*t, *v)).collect())
        })
        .collect();
    expected.retain(|_, samples| !samples.is_empty());
    for (newest_only, backwards) in [(false, false), (true, false), (false, true)] {
        let hints = Hints {
            newest_only,
            ..Hints::default()
        };
        let selection = Selection {
            matchers,
            range,
            hints,
        };
        let mut seen = BTreeSet::new();
        let mut columns = Columns::default();
        let mut groups = querier.select(&selection).expect("a selection");
        if backwards {
            groups.reverse();
        }
        for group in groups {
            group.read(range, &mut columns).expect("plain layers");
            assert!(columns.timestamps.is_sorted_by(|a, b| a < b), "{place}");
            assert_eq!(columns.columns.len(), group.labels().len(), "{place}");
            for (labels, column) in group.labels().iter().zip(&columns.columns) {
                assert!(seen.insert(labels.clone()), "{place}: twice: {labels}");
                let samples = expected.get(&labels).cloned().unwrap_or_default();
                one(
                    &labels,
                    &samples,
                    &columns.timestamps,
                    column,
                    newest_only,
                    place,
                );
            }
        }
        let missing: Vec<_> = expected
            .keys()
            .filter(|labels| !seen.contains(*labels))
            .collect();
        assert_eq!(missing, Vec::<&Labels>::new(), "{place}");
    }
}

fn one(
    labels: &Labels,
    samples: &Samples,
    times: &[i64],
    column: &Column,
    newest_only: bool,
    place: &str,
) {
    let expected: Vec<(i64, Option<u64>)> = times
        .iter()
        .map(|time| {
            let newest = samples.range(..=*time).next_back();
            let living = newest.filter(|(_, (value, _))| !is_stale(*value));
            (*time, living.map(|(_, (value, _))| value.to_bits()))
        })
        .collect();
    let found = lives(times, column);
    if newest_only {
        assert_eq!(found.last(), expected.last(), "{place}: newest of {labels}");
        return;
    }
    assert_eq!(found, expected, "{place}: {labels}");
    let found = column.samples(times);
    let found = found.map(|(t, value)| (t, (bits(&value), column.starts.at(t))));
    let living = samples.iter().filter(|(_, (value, _))| !is_stale(*value));
    let expected = living.map(|(t, (value, start))| (*t, (value.to_bits(), *start)));
    let (found, expected): (Vec<_>, Vec<_>) = (found.collect(), expected.collect());
    assert_eq!(found, expected, "{place}: samples of {labels}");
}

fn bits(value: &Value) -> u64 {
    match value {
        Value::Float(value) => value.to_bits(),
        Value::Histogram(_) => 0,
    }
}

#[test]
fn joins_layers_as_a_list_of_samples_would() {
    for seed in 0..SEEDS {
        check(Kept::Plain, seed);
    }
}

#[test]
fn joins_parts_as_a_list_of_samples_would() {
    for seed in 0..PART_SEEDS {
        let level = if seed % 2 == 0 {
            Level::Hot
        } else {
            Level::Cold
        };
        check(Kept::Parts(level), seed);
    }
}

/// So many series that groups are read several at a time, in order and not.
#[test]
fn reads_many_families_of_many_targets() {
    for seed in 0..5 {
        let mut dice = Dice(seed);
        let mut model = Model::new();
        let mut plain = Plain::default();
        let metrics: Vec<Labels> = (0..48)
            .map(|n| {
                let name = format!("m{}", n / 4);
                Labels::from_pairs([("__name__", name), ("device", (n % 4).to_string())])
            })
            .collect();
        for target in 0..6 {
            let target = Labels::from_pairs([("instance", target.to_string())]);
            plain.add(&mut dice, &target, &metrics, (0, 200), &mut model);
        }
        let layers = vec![part(plain, Level::Hot, &[])];
        let querier = StoreQuerier::new(layers, TimeRange::ALL, Vec::new(), Arc::default());
        for (start, end) in [(0, 300), (50, 120), (150, 160)] {
            let range = TimeRange::new(Timestamp(start), Timestamp(end));
            compare(
                &querier,
                &model,
                range,
                &[],
                &format!("seed {seed}, {range:?}"),
            );
        }
    }
}

/// A wide target comes in pieces, whatever each layer has of it.
#[test]
fn a_wide_target_is_cut() {
    const WIDTH: usize = 200;
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let mut model = Model::new();
        let target = Labels::from_pairs([("job", "a")]);
        let metric = |n: usize| Labels::from_pairs([("__name__", "m"), ("pod", &n.to_string())]);
        let mut layers: Vec<Box<dyn Layer>> = Vec::new();
        for start in [0, 100, 200] {
            let whole = dice.is(50);
            let there = (0..WIDTH).filter(|_| whole || dice.is(70));
            let metrics: Vec<Labels> = there.map(metric).collect();
            let mut plain = Plain::default();
            plain.add(
                &mut dice,
                &target,
                &metrics,
                (start, start + 100),
                &mut model,
            );
            layers.push(Box::new(plain));
        }
        let querier = StoreQuerier::new(layers, TimeRange::ALL, Vec::new(), Arc::default());
        let selection = Selection {
            matchers: &[],
            range: TimeRange::ALL,
            hints: Hints::default(),
        };
        let groups = querier.select(&selection).expect("groups");
        assert!(groups.iter().all(|group| group.labels().len() < WIDTH));
        let range = TimeRange::new(Timestamp(30), Timestamp(250));
        compare(&querier, &model, range, &[], &format!("seed {seed}"));
    }
}

/// Targets with the same metrics share what was made of them, however many there are.
#[test]
fn like_targets_share_their_lists() {
    let metrics: Arc<[Labels]> = metrics(&targets()[1]).into();
    let columns: Arc<[u32]> = (0..metrics.len() as u32).collect();
    let stretch = |number: u32, metrics: &Arc<[Labels]>| Stretch {
        place: Place {
            number,
            alone: false,
        },
        target: Labels::from_pairs([("instance", number.to_string())]),
        metrics: Arc::clone(metrics),
        columns: Arc::clone(&columns),
    };
    let other: Arc<[Labels]> = metrics.to_vec().into();
    let early = (0..3).map(|number| (0, stretch(number, &metrics)));
    let late = (0..3).map(|number| (1, stretch(number, &other)));
    let lines = super::lines(early.chain(late).collect());
    let lists = lines.iter().map(|line| line.metrics.as_ptr());
    assert_eq!((lines.len(), lists.collect::<BTreeSet<_>>().len()), (3, 1));
    assert!(
        lines
            .iter()
            .flat_map(|line| &line.segments)
            .all(|one| one.members.is_none())
    );
}
