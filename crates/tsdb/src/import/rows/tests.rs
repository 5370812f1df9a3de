//! Rows as digits, samples by the same: `s` after a digit makes it a stale marker.

use proptest::prelude::*;

use super::*;
use crate::export::said;

fn samples(text: &str) -> Vec<Sample> {
    let sample = |word: &str| Sample {
        timestamp_ms: word.trim_end_matches('s').parse().expect("a time"),
        value: Value::Float(if word.ends_with('s') { STALE_NAN } else { 1.0 }),
    };
    text.split_whitespace().map(sample).collect()
}

/// `laid` shows the column: a value per character, `s` for stale markers, `-` for gaps; empty when the samples don't fit.
fn check(rows: &str, series: &str, first_row: usize, laid: &str) {
    let rows = of(&samples(rows), 0);
    let series = samples(series);
    assert_eq!(fit(&rows, &series, 0), !laid.is_empty());
    if laid.is_empty() {
        return;
    }
    let mut column = Column::default();
    lay(&rows, &series, 0, &mut column);
    let shown: String = (0..column.values.len())
        .filter_map(|index| column.values.get(index))
        .enumerate()
        .map(|(index, value)| {
            let row = column.first_row + index;
            let in_gap = column.gaps.iter().any(|gap| gap.contains(&row));
            match value.is_stale() {
                true if in_gap => '-',
                true => 's',
                false => '1',
            }
        })
        .collect();
    assert_eq!((column.first_row, shown.as_str()), (first_row, laid));
    assert_eq!(column.has_stale, laid.contains(['s', '-']));
}

#[test]
fn lays_samples_on_rows() {
    check("1 2 3 4 5", "1 2 3 4 5", 0, "11111");
    check("1 2 3 4 5", "2 3", 1, "11");
    check("1 2 3 4 5", "2 3s", 1, "1s");
    check("1 2 3 4 5", "1 2s 5", 0, "1sss1");
    check("1 2 3 4 5", "1 2s 4s 5", 0, "1sss1");
}

#[test]
fn few_gaps_are_told() {
    check("1 2 3 4 5 6 7 8 9", "1 2 3 4 6 7 8 9", 0, "1111-1111");
    let rows = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21";
    check(
        rows,
        "1 2s 5 6 7 8 9 12 13 14 15 16 17 18 19 20 21",
        0,
        "1sss11111--1111111111",
    );
}

#[test]
fn many_gaps_or_a_time_of_its_own_do_not_fit() {
    check("1 2 3 4 5", "1 2 4", 0, "");
    check("1 2 3 5", "3 4", 0, "");
    check("1 2 3", "3 4", 0, "");
    check("1 3 5", "2", 0, "");
    check("1 2 3 5", "1 2s 4", 0, "");
}

proptest! {
    /// What is laid on rows is read back: all samples, but of stale markers one after the other only the first.
    #[test]
    fn what_fits_is_read_back(cells in prop::collection::vec((0_u8..10, any::<u32>()), 1..80)) {
        let rows: Rows = (0..cells.len() as u32).map(|row| row * 10).collect();
        let mut given: Vec<Sample> = Vec::new();
        for (row, (kind, bits)) in rows.iter().zip(cells) {
            // Most rows have a float; some none, some a stale marker.
            let value = match kind {
                0 => continue,
                1 => STALE_NAN,
                _ => f64::from(bits),
            };
            given.push(Sample { timestamp_ms: i64::from(*row), value: Value::Float(value) });
        }
        if fit(&rows, &given, 0) {
            let mut column = Column::default();
            lay(&rows, &given, 0, &mut column);
            let timestamps: Vec<i64> = rows.iter().map(|row| i64::from(*row)).collect();
            let mut found = Vec::new();
            said(&column, &timestamps, &mut found);
            given.dedup_by(|next, last| next.value.is_stale() && last.value.is_stale());
            let shown = |samples: &[Sample]| format!("{samples:?}");
            prop_assert_eq!(shown(&found), shown(&given));
            let (first, last) = (column.gaps.first(), column.gaps.last());
            prop_assert!(first.is_none_or(|gap| gap.start > column.first_row));
            let end = column.first_row + column.values.len();
            prop_assert!(last.is_none_or(|gap| gap.end < end));
        }
    }
}
