//! Groups to write parts from, drawn at random, and how they are compared.

use std::sync::Arc;

use model::histogram::{ResetHint, Span};
use model::metadata::MetricKind;
use model::{Exemplar, Histogram, Labels, Metadata, STALE_NAN, TimeRange, Timestamp, Value};
use proptest::prelude::*;
use storage::{Column, Columns, Values};
use tsdb::part::{Examples, Medium, PageCache, Part, PartError, Said, Source};

/// A target, its timestamps, its series.
pub(crate) type Group = (Labels, Vec<i64>, Vec<(Labels, Column)>);

/// Groups in memory.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) groups: Vec<Group>,
    series: Vec<Vec<Labels>>,
    pub(crate) said: Said,
    pub(crate) examples: Vec<Examples>,
}

impl Given {
    pub(crate) fn new(groups: Vec<Group>) -> Self {
        let names =
            |(_, _, series): &Group| series.iter().map(|(labels, _)| labels.clone()).collect();
        Self {
            series: groups.iter().map(names).collect(),
            groups,
            said: Said::default(),
            examples: Vec::new(),
        }
    }
}

impl Source for Given {
    fn groups(&self) -> usize {
        self.groups.len()
    }

    fn target(&self, group: usize) -> &Labels {
        &self.groups[group].0
    }

    fn series(&self, group: usize) -> &[Labels] {
        &self.series[group]
    }

    fn timestamps(&self, group: usize, out: &mut Vec<i64>) -> Result<(), PartError> {
        out.clone_from(&self.groups[group].1);
        Ok(())
    }

    fn column(&mut self, group: usize, series: usize, out: &mut Column) -> Result<(), PartError> {
        out.clone_from(&self.groups[group].2[series].1);
        Ok(())
    }

    fn metadata(&mut self) -> Result<Said, PartError> {
        Ok(self.said.clone())
    }

    fn exemplars(&mut self) -> Result<Vec<Examples>, PartError> {
        Ok(self.examples.clone())
    }
}

/// All of a part. Exemplars are found again under the series' place in its group.
pub(crate) fn read_all<M: Medium>(part: &Part<M>) -> Result<Given, PartError> {
    let mut cache = PageCache::default();
    let tables = part.tables()?;
    let groups = (0..tables.groups())
        .map(|group| {
            let mut columns = Columns::default();
            let series = tables.series(group);
            part.read(group, series, TimeRange::ALL, &mut cache, &mut columns)?;
            let names = series.iter().map(|metric| tables.metric(*metric));
            let series = names.zip(columns.columns).collect();
            Ok((tables.target(group).clone(), columns.timestamps, series))
        })
        .collect::<Result<Vec<_>, PartError>>()?;
    let mut given = Given::new(groups);
    given.said = part.metadata()?;
    given.examples = part.exemplars()?;
    for one in &mut given.examples {
        let series = tables.series(one.group as usize);
        let place = series.iter().position(|metric| *metric == one.series);
        one.series = place.expect("a series of the group") as u32;
    }
    Ok(given)
}

/// What is said, in order.
fn said(given: &Given) -> Vec<String> {
    let all = given.said.iter();
    let mut all: Vec<String> = all.map(|said| format!("{said:?}")).collect();
    all.sort_unstable();
    all
}

/// The exemplars by series.
fn examples(given: &Given) -> Vec<String> {
    let all = given
        .examples
        .iter()
        .filter(|one| !one.exemplars.is_empty());
    let mut all: Vec<String> = all
        .map(|one| {
            let (target, _, series) = &given.groups[one.group as usize];
            let labels = &series[one.series as usize].0;
            let bits = one.exemplars.iter().map(|example| example.value.to_bits());
            let bits: Vec<u64> = bits.collect();
            format!("{target:?} {labels:?} {:?} {bits:?}", one.exemplars)
        })
        .collect();
    all.sort_unstable();
    all
}

/// The same groups with the same series and values, by their bits; series in any order.
pub(crate) fn check_equal(expected: &Given, actual: &Given) {
    assert_eq!(said(expected), said(actual));
    assert_eq!(examples(expected), examples(actual));
    assert_eq!(expected.groups.len(), actual.groups.len());
    for (expected, actual) in in_order(expected).into_iter().zip(in_order(actual)) {
        assert_eq!(expected.0, actual.0);
        assert_eq!(expected.1, actual.1);
        assert_eq!(expected.2.len(), actual.2.len());
        for (labels, column) in &expected.2 {
            let other = actual.2.iter().find(|(other, _)| other == labels);
            let (_, other) = other.unwrap_or_else(|| panic!("{labels:?} is missing"));
            assert_eq!(text(column), text(other), "{labels:?}");
            assert_eq!(column.gaps, other.gaps, "{labels:?}");
            assert_eq!(column.starts, other.starts, "{labels:?}");
            let mut checked = other.clone();
            checked.find_stale();
            assert!(
                other.has_stale || !checked.has_stale,
                "{labels:?}: markers unseen"
            );
        }
    }
}

/// The groups by target, those of one target by what is in them.
fn in_order(given: &Given) -> Vec<&Group> {
    let mut groups: Vec<&Group> = given.groups.iter().collect();
    groups.sort_by_cached_key(|(target, times, series)| {
        let mut columns: Vec<String> = series
            .iter()
            .map(|(labels, column)| format!("{labels:?} {:?}", text(column)))
            .collect();
        columns.sort_unstable();
        (target.clone(), times.clone(), columns)
    });
    groups
}

/// A column so that equal text means equal bits.
fn text(column: &Column) -> Vec<String> {
    (0..column.values.len())
        .map(|index| match column.values.get(index) {
            Some(Value::Float(float)) => {
                format!("{} {:x}", column.first_row + index, float.to_bits())
            }
            other => format!("{} {other:?}", column.first_row + index),
        })
        .collect()
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-2_000_i64..2_000, 0_i32..4).prop_map(|(m, e)| m as f64 / 10_f64.powi(e)),
        1 => any::<u64>().prop_map(f64::from_bits),
        1 => Just(STALE_NAN),
        1 => Just(-0.0),
        1 => Just(f64::NAN),
    ]
}

fn spans(lengths: &[u32], offset: i32) -> Vec<Span> {
    let spans = lengths.iter().map(|length| Span {
        offset,
        length: *length,
    });
    spans.collect()
}

fn histogram() -> impl Strategy<Value = Value> {
    let lengths = || prop::collection::vec(0_u32..4, 0..3);
    let hint = prop::sample::select(vec![
        ResetHint::Unknown,
        ResetHint::Reset,
        ResetHint::NotReset,
        ResetHint::Gauge,
    ]);
    let schema = prop_oneof![-4_i8..9, Just(-53)];
    (
        schema,
        lengths(),
        lengths(),
        -5_i32..5,
        any::<u64>(),
        any::<bool>(),
        hint,
    )
        .prop_map(
            |(schema, positive, negative, offset, sum, integer, reset_hint)| {
                let custom = schema == -53;
                let negative = if custom { Vec::new() } else { negative };
                let buckets = |lengths: &[u32]| {
                    let count = lengths.iter().sum::<u32>();
                    (0..count)
                        .map(|n| f64::from(n) + if integer { 0.0 } else { 0.25 })
                        .collect()
                };
                Value::Histogram(Arc::new(Histogram {
                    schema,
                    zero_threshold: 1e-128,
                    zero_count: 2.0,
                    count: 7.0,
                    sum: f64::from_bits(sum),
                    positive_spans: spans(&positive, offset),
                    negative_spans: spans(&negative, 1),
                    positive_buckets: buckets(&positive),
                    negative_buckets: buckets(&negative),
                    custom_values: if custom {
                        vec![0.5, 1.0, 2.5]
                    } else {
                        Vec::new()
                    },
                    reset_hint,
                    integer,
                }))
            },
        )
}

/// A column of at most so many rows.
fn column(rows: usize) -> impl Strategy<Value = Column> {
    let few = prop::collection::vec(-3_i64..4, rows).prop_map(|steps| {
        let mut sum = 0;
        let sums = steps.iter().map(|step| {
            sum += step;
            sum as f64 / 8.0
        });
        Values::Floats(sums.collect())
    });
    let values = prop_oneof![
        3 => prop::collection::vec(float(), 0..=rows).prop_map(Values::Floats),
        3 => few,
        1 => (float().prop_filter("never stale", |value| !model::is_stale(*value)), 0..=rows)
            .prop_map(|(value, length)| Values::Constant(value, length)),
        1 => (-9_i32..9, 1_i32..9, 0..=rows).prop_map(|(first, step, length)| Values::Stride {
            first: f64::from(first),
            step: f64::from(step),
            length,
        }),
        1 => prop::collection::vec(prop_oneof![histogram(), float().prop_map(Value::Float)], 0..=rows)
            .prop_map(Values::Mixed),
    ];
    let starts = prop::collection::vec((0_i64..9, prop::option::of(0_i64..9)), 0..3);
    (
        values,
        any::<prop::sample::Index>(),
        prop::collection::vec(0_usize..20, 0..4),
        starts,
    )
        .prop_map(move |(values, first, gaps, starts)| {
            let mut column = Column {
                first_row: first.index(rows - values.len() + 1),
                values,
                ..Column::default()
            };
            punch(&mut column, &gaps);
            for (from_ms, start_ms) in starts {
                column.starts.note(from_ms, start_ms, i64::MIN);
            }
            column
        })
}

/// Takes samples out of a column: so many rows stay, so many go, in turns.
fn punch(column: &mut Column, turns: &[usize]) {
    let mut row = 1;
    for turn in turns.chunks_exact(2) {
        let gap = row + turn[0]..row + turn[0] + turn[1] + 1;
        if gap.end >= column.values.len() {
            break;
        }
        let all = (0..column.values.len()).filter_map(|index| column.values.get(index));
        let mut values = Values::default();
        for (index, value) in all.enumerate() {
            let stale = Value::Float(STALE_NAN);
            values.push(if gap.contains(&index) { stale } else { value });
        }
        column.values = values;
        let first = column.first_row;
        column.gaps.push(first + gap.start..first + gap.end);
        column.has_stale = true;
        row = gap.end + 1;
    }
}

fn exemplar() -> impl Strategy<Value = Exemplar> {
    (float(), 0_i64..1_000_000, 0_u8..5).prop_map(|(value, timestamp, trace)| Exemplar {
        labels: Labels::from_pairs([("trace_id", "x".repeat(usize::from(trace)))]),
        value,
        timestamp: Timestamp(timestamp),
    })
}

fn metadata() -> impl Strategy<Value = (u8, u8, Metadata)> {
    let kinds = vec![
        MetricKind::Counter,
        MetricKind::StateSet,
        MetricKind::Unknown,
    ];
    (
        0_u8..3,
        0_u8..4,
        prop::sample::select(kinds),
        "[a-c\u{e9}]{0,3}",
    )
        .prop_map(|(target, family, kind, help)| {
            let unit = help.clone();
            (target, family, Metadata { kind, help, unit })
        })
}

/// Few groups with few series, some of them in several groups.
pub(crate) fn given() -> impl Strategy<Value = Given> {
    let group =
        (0_u8..9, prop::collection::vec(1_i64..100_000, 0..60)).prop_flat_map(|(target, steps)| {
            let rows = steps.len();
            let name = (0_u8..4, 0_u8..5);
            let series = prop::collection::btree_map(name, column(rows), 0..12);
            series.prop_map(move |series| {
                let mut time = 1_700_000_000_000;
                let timestamps = steps.iter().map(|step| {
                    time += step;
                    time
                });
                let series = series.into_iter().map(|((family, le), column)| {
                    let (family, le) = (format!("family_{family}"), format!("{le}.5"));
                    let labels =
                        Labels::from_pairs([("__name__", family.as_str()), ("le", le.as_str())]);
                    (labels, column)
                });
                let target = Labels::from_pairs([("instance", target.to_string())]);
                (target, timestamps.collect(), series.collect())
            })
        });
    let groups = prop::collection::vec(group, 0..5).prop_map(Given::new);
    let exemplars = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let exemplars = (exemplars, prop::collection::vec(exemplar(), 0..4));
    let exemplars = prop::collection::vec(exemplars, 0..3);
    let said = prop::collection::vec(metadata(), 0..9);
    (groups, exemplars, said).prop_map(|(mut given, exemplars, said)| {
        for (target, family, metadata) in said {
            let target = Labels::from_pairs([("instance", target.to_string())]);
            given
                .said
                .add(&target, &format!("family_{family}"), &metadata);
        }
        let mut taken = std::collections::BTreeSet::new();
        for ((group, series), exemplars) in exemplars {
            let groups = given.groups.iter().enumerate();
            let groups: Vec<_> = groups.filter(|(_, group)| !group.2.is_empty()).collect();
            if groups.is_empty() {
                continue;
            }
            let (group, given_group) = groups[group.index(groups.len())];
            let series = series.index(given_group.2.len());
            if taken.insert((group, series)) {
                given.examples.push(Examples {
                    group: group as u32,
                    series: series as u32,
                    exemplars,
                });
            }
        }
        given
    })
}
