//! Groups to write parts from, drawn at random, and how they are compared.

use std::sync::Arc;

use model::histogram::{ResetHint, Span};
use model::{Histogram, Labels, STALE_NAN, TimeRange, Value};
use proptest::prelude::*;
use storage::{Column, Columns, Values};
use tsdb::part::{PageCache, Part, PartError, Source};

/// A target, its timestamps, its series.
pub(crate) type Group = (Labels, Vec<i64>, Vec<(Labels, Column)>);

/// Groups in memory.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    groups: Vec<Group>,
    series: Vec<Vec<Labels>>,
}

impl Given {
    pub(crate) fn new(groups: Vec<Group>) -> Self {
        let names =
            |(_, _, series): &Group| series.iter().map(|(labels, _)| labels.clone()).collect();
        Self {
            series: groups.iter().map(names).collect(),
            groups,
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
}

/// All of a part.
pub(crate) fn read_all<B: AsRef<[u8]>>(part: &Part<B>) -> Result<Given, PartError> {
    let mut cache = PageCache::default();
    let groups = (0..part.groups())
        .map(|group| {
            let mut columns = Columns::default();
            part.read(
                group,
                part.series(group),
                TimeRange::ALL,
                &mut cache,
                &mut columns,
            )?;
            let names = part.series(group).iter();
            let names = names.map(|metric| part.metrics()[*metric as usize].clone());
            let series = names.zip(columns.columns).collect();
            Ok((part.target(group).clone(), columns.timestamps, series))
        })
        .collect::<Result<Vec<_>, PartError>>()?;
    Ok(Given::new(groups))
}

/// The same groups with the same series and values, by their bits; series in any order.
pub(crate) fn check_equal(expected: &Given, actual: &Given) {
    assert_eq!(expected.groups.len(), actual.groups.len());
    for (expected, actual) in expected.groups.iter().zip(&actual.groups) {
        assert_eq!(expected.0, actual.0);
        assert_eq!(expected.1, actual.1);
        assert_eq!(expected.2.len(), actual.2.len());
        for (labels, column) in &expected.2 {
            let other = actual.2.iter().find(|(other, _)| other == labels);
            let (_, other) = other.unwrap_or_else(|| panic!("{labels:?} is missing"));
            assert_eq!(text(column), text(other), "{labels:?}");
            let mut checked = other.clone();
            checked.find_stale();
            assert!(
                other.has_stale || !checked.has_stale,
                "{labels:?}: markers unseen"
            );
        }
    }
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

fn histogram() -> impl Strategy<Value = Value> {
    (0_u32..4, -5_i32..5, prop::num::f64::NORMAL, any::<bool>()).prop_map(
        |(length, offset, sum, integer)| {
            Value::Histogram(Arc::new(Histogram {
                schema: 3,
                zero_threshold: 1e-128,
                zero_count: 2.0,
                count: f64::from(length) + 2.0,
                sum,
                positive_spans: vec![Span { offset, length }],
                positive_buckets: vec![1.0; length as usize],
                reset_hint: ResetHint::Gauge,
                integer,
                ..Histogram::default()
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
    (values, any::<prop::sample::Index>()).prop_map(move |(values, first)| Column {
        first_row: first.index(rows - values.len() + 1),
        values,
        ..Column::default()
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
    prop::collection::vec(group, 0..5).prop_map(Given::new)
}
