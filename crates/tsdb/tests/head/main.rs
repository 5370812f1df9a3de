//! The head: what is read is what was applied, and it costs what it may cost.

mod model_of_head;
mod recorded;

use model::{Histogram, Labels, STALE_NAN, TimeRange, Timestamp, Value};
use storage::{Columns, Refusal, SampleValue, Values};
use tsdb::head::{Head, HeadOptions, Place};
use tsdb::log::{Names, Row, Scope, TargetId};

const TARGET: TargetId = TargetId(0);

/// Names made of numbers.
pub(crate) struct Numbered;

impl Names for Numbered {
    fn target(&self, target: TargetId) -> Labels {
        Labels::from_pairs([("job", format!("t{}", target.0))])
    }

    fn column(&self, target: TargetId, column: u32) -> (Scope, Labels) {
        let name = format!("c{column}");
        if column % 5 == 4 {
            let job = format!("other{}", target.0);
            (
                Scope::Whole,
                Labels::from_pairs([("__name__", name), ("job", job)]),
            )
        } else {
            (Scope::InTarget, Labels::from_pairs([("__name__", name)]))
        }
    }
}

fn head(late_window_ms: i64) -> Head {
    Head::new(HeadOptions { late_window_ms })
}

fn apply(head: &mut Head, time_ms: i64, samples: &[(u32, f64)]) {
    let columns: Vec<u32> = samples.iter().map(|(column, _)| *column).collect();
    let values: Vec<f64> = samples.iter().map(|(_, value)| *value).collect();
    let applied = head.apply(&Row {
        target: TARGET,
        time: Timestamp(time_ms),
        columns: &columns,
        values: &values,
        details: &[],
    });
    assert_eq!(applied.refused, 0);
}

#[test]
fn says_why_a_sample_may_not_come() {
    let check = |head: &Head, column, time_ms, value| {
        head.check(
            TARGET,
            column,
            Timestamp(time_ms),
            true,
            SampleValue::Float(value),
        )
    };
    let mut strict = head(0);
    let mut lenient = head(15_000);
    for head in [&mut strict, &mut lenient] {
        apply(head, 10_000, &[(0, 1.0), (1, 1.0)]);
        apply(head, 20_000, &[(0, 2.0)]);
        apply(head, 30_000, &[(0, 3.0)]);
        assert_eq!(check(head, 0, 40_000, 4.0), Ok(Place::Row));
        assert_eq!(check(head, 1, 30_000, 4.0), Ok(Place::Row));
        assert_eq!(check(head, 0, 30_000, 3.0), Ok(Place::Known));
        assert_eq!(check(head, 0, 30_000, 4.0), Err(Refusal::Duplicate));
        assert_eq!(check(head, 0, 10_000, 1.0), Ok(Place::Known));
    }
    assert_eq!(check(&strict, 0, 25_000, 1.0), Err(Refusal::OutOfOrder));
    assert_eq!(check(&lenient, 0, 25_000, 1.0), Ok(Place::Late));
    assert_eq!(check(&lenient, 0, 14_000, 1.0), Err(Refusal::TooOld));
    strict.release(Timestamp(30_000));
    assert_eq!(check(&strict, 7, 20_000, 1.0), Err(Refusal::TooOld));
    assert_eq!(check(&strict, 7, 30_000, 1.0), Ok(Place::Row));
}

#[test]
fn a_column_has_the_form_that_its_rows_allow() {
    let mut head = head(0);
    let stale = STALE_NAN;
    apply(&mut head, 1, &[(0, 5.0), (1, 1.0), (2, 1.0)]);
    apply(&mut head, 2, &[(0, 5.0), (1, stale), (3, 9.0)]);
    apply(&mut head, 3, &[(0, 5.0), (2, 2.0), (3, 8.5)]);
    apply(&mut head, 4, &[(0, 5.0), (1, 2.0)]);
    assert!(head.is_regular(TARGET, 0) && head.is_regular(TARGET, 1));
    assert!(
        !head.is_regular(TARGET, 2),
        "no marker says why row 2 lacks it"
    );
    let mut out = Columns::default();
    head.read(TARGET, &[0, 1, 3, 77], TimeRange::ALL, &mut out);
    assert_eq!(out.timestamps, [1, 2, 3, 4]);
    assert!(matches!(out.columns[0].values, Values::Constant(5.0, 4)));
    let bits = |column: usize| {
        let mut scratch = Vec::new();
        let floats = out.columns[column].floats(&mut scratch).expect("floats");
        floats
            .iter()
            .map(|value| value.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(bits(1), [1.0, stale, stale, 2.0].map(f64::to_bits));
    assert!(out.columns[1].has_stale && !out.columns[0].has_stale);
    assert_eq!(
        (out.columns[2].first_row, bits(2)),
        (1, [9.0, 8.5].map(f64::to_bits).to_vec())
    );
    assert!(out.columns[3].values.is_empty());
    head.read_alone(TARGET, 2, TimeRange::ALL, &mut out);
    let samples: Vec<_> = out.columns[0].samples(&out.timestamps).collect();
    assert_eq!(samples, [(1, Value::Float(1.0)), (3, Value::Float(2.0))]);
}

#[test]
fn what_does_not_change_costs_nothing() {
    let mut head = head(0);
    let samples: Vec<(u32, f64)> = (0..1000)
        .map(|column| (column, f64::from(column)))
        .collect();
    apply(&mut head, 0, &samples);
    let before = head.heap_bytes();
    for row in 1..100 {
        apply(&mut head, row * 1000, &samples);
    }
    let timestamps = 128 * size_of::<i64>();
    assert!(head.heap_bytes() <= before + timestamps);
    assert!(before < 26 * 1000, "{before}");
}

#[test]
fn who_ends_gives_all_memory_back() {
    let mut head = head(60_000);
    let empty = head.heap_bytes();
    for row in 0..50 {
        let value = row as f64;
        apply(
            &mut head,
            row * 1000,
            &[(0, value), (1, value / 3.0), (2, 1.0)],
        );
    }
    for row in 50..60 {
        apply(&mut head, row * 1000, &[(0, 1.0)]);
    }
    let released = head.release(Timestamp(50_000));
    assert_eq!(released.series, [(TARGET, 1), (TARGET, 2)]);
    assert_eq!(head.series(), 1);
    let released = head.release(Timestamp(60_000));
    assert_eq!(released.targets, [TARGET]);
    assert_eq!(head.series(), 0);
    // What is left is a buffer of some bytes for the next change.
    assert!(head.heap_bytes() <= empty + 64);
}

#[test]
fn a_histogram_that_stays_is_kept_once() {
    let mut head = head(0);
    let histogram = Histogram {
        count: 3.0,
        sum: 1.5,
        positive_buckets: vec![3.0],
        ..Histogram::default()
    };
    let mut sizes = Vec::new();
    for time_ms in 0..4 {
        let detail = tsdb::log::Detail {
            column: 0,
            kind: tsdb::log::DetailKind::Histogram(histogram.clone()),
        };
        head.apply(&Row {
            target: TARGET,
            time: Timestamp(time_ms),
            columns: &[],
            values: &[],
            details: &[detail],
        });
        sizes.push(head.heap_bytes());
    }
    assert_eq!(sizes[0], sizes[3]);
    let mut out = Columns::default();
    head.read(TARGET, &[0], TimeRange::ALL, &mut out);
    assert!(matches!(&out.columns[0].values, Values::Histograms(all) if all.len() == 4));
}
