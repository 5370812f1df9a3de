//! Rows as digits, samples by the same: `s` after a digit makes it a stale marker.

use super::*;

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
