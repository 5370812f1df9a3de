//! What is written is read, bit for bit.

use std::sync::Arc;

use model::histogram::{ResetHint, Span};
use model::{Exemplar, Histogram, Labels, STALE_NAN, Timestamp};
use platform::{SimulatedDisk, SystemDisk};
use proptest::prelude::*;

use super::said::{Numbered, Said, append_floats, open};
use crate::log::{Detail, DetailKind, LogError, Record, Row, TargetId};

const SEGMENT_BYTES: u64 = 1 << 20;

/// Writes `rows` of floats, one commit for each two, and reads them back.
fn check(rows: &[Vec<f64>]) {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let mut said = Vec::new();
    for (index, values) in rows.iter().enumerate() {
        said.push(append_floats(&mut log, 7, index as i64 * 15_000, values));
        if index % 2 == 1 {
            log.commit().unwrap();
        }
    }
    log.commit().unwrap();
    let (_, shown, replayed) = open(disk, SEGMENT_BYTES).unwrap();
    assert_eq!(shown, said);
    assert_eq!(replayed.flaws, []);
    assert_eq!(replayed.groups, rows.len().div_ceil(2) as u64);
}

/// One column with these values, one after the other.
fn check_column(values: &[f64]) {
    let rows: Vec<Vec<f64>> = values.iter().map(|value| vec![*value]).collect();
    check(&rows);
}

#[test]
fn floats_of_every_kind() {
    let nan = |payload: u64| f64::from_bits(0x7ff8_0000_0000_0000 | payload);
    check_column(&[0.0, -0.0, 0.0, f64::NAN, nan(5), -nan(5), STALE_NAN, 1.0]);
    check_column(&[f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN]);
    check_column(&[f64::MIN_POSITIVE, 5e-324, -5e-324, f64::EPSILON]);
}

#[test]
fn whole_numbers_up_to_where_they_end() {
    let end = 9_007_199_254_740_992.0;
    check_column(&[end, -end, end - 1.0, 1.0 - end, end + 2.0, 0.0, end * 2.0]);
}

#[test]
fn decimals_that_change_their_number_of_digits() {
    check_column(&[0.1, 0.12, 0.123, 1e-15, 123_456.789_012, 0.3, 7.0, 1e15]);
    check_column(&[0.1 + 0.2, 0.3, 1.0 / 3.0, 0.5, 2.0 / 3.0, 2.5, 1e22, 1e-300]);
}

#[test]
fn counters_that_step_and_reset() {
    check_column(&[
        5.0, 10.0, 15.0, 20.0, 26.0, 31.0, 0.0, 5.0, 10.0, 10.0, 15.0,
    ]);
}

#[test]
fn a_raw_column_becomes_decimal_again() {
    let noise = (1..20).map(|step| 1.0 / f64::from(step * 7));
    let calm = (1..30).map(|step| f64::from(step) / 4.0);
    let values: Vec<f64> = noise.chain(calm).collect();
    check_column(&values);
}

#[test]
fn rows_that_grow_and_shrink() {
    check(&[
        vec![1.0; 20],
        vec![1.0; 3],
        vec![],
        vec![2.0; 70],
        vec![2.0; 70],
    ]);
}

#[test]
fn details() {
    let histogram = Histogram {
        schema: -53,
        zero_threshold: 1e-128,
        zero_count: 3.0,
        count: 12.5,
        sum: STALE_NAN,
        positive_spans: vec![Span {
            offset: -4,
            length: 2,
        }],
        positive_buckets: vec![1.0, 0.25],
        negative_spans: vec![Span {
            offset: i32::MAX,
            length: 1,
        }],
        negative_buckets: vec![-0.0],
        custom_values: vec![0.1, f64::MAX],
        reset_hint: ResetHint::Gauge,
        integer: true,
    };
    let exemplar = Exemplar {
        labels: Labels::from_pairs([("trace_id", "αβγ")]),
        value: f64::NAN,
        timestamp: Timestamp(i64::MAX),
    };
    let kinds = [
        DetailKind::Histogram(histogram.clone()),
        DetailKind::FloatAt(Timestamp(i64::MIN), 0.1),
        DetailKind::HistogramAt(Timestamp(3), histogram),
        DetailKind::Start(Timestamp(-1)),
        DetailKind::Exemplar(exemplar),
    ];
    let details: Vec<Detail> = (0..)
        .zip(kinds)
        .map(|(column, kind)| Detail { column, kind })
        .collect();
    let record = Record::Row(Row {
        target: TargetId(u32::MAX),
        time: Timestamp(i64::MIN),
        columns: &[],
        values: &[],
        details: &details,
    });
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let sequence = log.append(&record, &Numbered).unwrap();
    log.commit().unwrap();
    let (_, shown, _) = open(disk, SEGMENT_BYTES).unwrap();
    assert_eq!(shown, [Said::new(sequence, &record)]);
}

#[test]
fn a_commit_of_many_groups() {
    let noise = |row: u64| {
        (0..2000)
            .map(move |at| f64::from_bits((row << 40 | at).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    };
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let mut said = Vec::new();
    for row in 0..400 {
        let values: Vec<f64> = noise(row).collect();
        said.push(append_floats(&mut log, 1, row.cast_signed(), &values));
    }
    let done = log.commit().unwrap();
    assert!(done.up_to > 1 && done.written_bytes > 1 << 20, "{done:?}");
    let (_, shown, _) = open(disk, SEGMENT_BYTES).unwrap();
    assert!(shown == said, "shown is not what was said");
}

#[test]
fn on_the_machines_own_disk() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(SystemDisk::new(folder.path()).unwrap());
    let mut said: Vec<Said> = Vec::new();
    for life in 0..4_i64 {
        let (mut log, shown, replayed) = open(disk.clone(), 500).unwrap();
        assert_eq!(shown, said);
        assert_eq!(replayed.flaws, []);
        for time_ms in life * 10..life * 10 + 5 {
            said.push(append_floats(
                &mut log,
                1,
                time_ms,
                &[time_ms as f64 / 7.0; 30],
            ));
            log.commit().unwrap();
        }
    }
    let (mut log, _, _) = open(disk, 500).unwrap();
    // Each life wrote one at least, and the newest stays.
    assert!(log.cut(u64::MAX).unwrap().removed >= 3);
}

#[test]
fn an_empty_commit_writes_nothing() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let done = log.commit().unwrap();
    assert_eq!((done.up_to, done.written_bytes), (0, 0));
    assert_eq!(disk.used_bytes(), 0);
}

#[test]
fn a_record_that_is_too_large_is_refused_alone() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let columns: Vec<u32> = (0..1_000_000).collect();
    let values = vec![1.0; columns.len()];
    let record = Record::Row(Row {
        target: TargetId(1),
        time: Timestamp(0),
        columns: &columns,
        values: &values,
        details: &[],
    });
    let refused = log.append(&record, &Numbered);
    assert!(matches!(refused, Err(LogError::TooLarge { .. })));
    let said = append_floats(&mut log, 1, 0, &[1.0]);
    log.commit().unwrap();
    let (_, shown, _) = open(disk, SEGMENT_BYTES).unwrap();
    assert_eq!(shown, [said]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bits(rows in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..20), 0..20)) {
        let floats = |row: &Vec<u64>| row.iter().map(|bits| f64::from_bits(*bits)).collect();
        check(&rows.iter().map(floats).collect::<Vec<_>>());
    }

    #[test]
    fn any_decimals(column in prop::collection::vec((-1_000_000_000_i64..1_000_000_000, 0..12_i32), 0..60)) {
        let float = |(whole, digits): &(i64, i32)| *whole as f64 / 10_f64.powi(*digits);
        check_column(&column.iter().map(float).collect::<Vec<_>>());
    }
}
