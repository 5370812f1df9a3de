//! Cells against samples, and against bytes that are damaged.

use std::sync::Arc;

use model::{Histogram, Labels, STALE_NAN, Value};

use super::super::frame::{CHECKSUM_BYTES, seal, unseal};
use super::super::given::{Given, Samples};
use super::super::{Facts, Level, Part, write};
use super::page::SummaryPage;
use super::*;

const SCRAPE_MS: i64 = 15_000;
/// A day.
const ROWS: i64 = 5760;
/// Two hours, at that distance.
const CELL_ROWS: usize = 480;

fn labels(name: &str) -> Labels {
    Labels::from_pairs([("__name__", name)])
}

/// What a series has in a row.
type ValueOf<'a> = &'a dyn Fn(i64) -> Option<Value>;

/// A part with one target, whose rows lie on cells' ends. Series have what `values` says of each row.
fn part(values: &[(&str, ValueOf<'_>)]) -> Part<Vec<u8>> {
    let mut samples = Samples::new();
    let target = Labels::from_pairs([("job", "test")]);
    for (name, value_of) in values {
        let rows = (1..=ROWS).filter_map(|row| Some((row * SCRAPE_MS, value_of(row)?)));
        samples.insert((target.clone(), labels(name)), rows.collect());
    }
    let mut bytes = Vec::new();
    let sizes = write(
        &mut Given::of(&samples),
        Level::Cold,
        &Facts::default(),
        &mut bytes,
    );
    assert!(sizes.expect("a vector takes all").summaries > 0);
    Part::open(bytes).expect("own bytes")
}

fn float(value: f64) -> Option<Value> {
    Some(Value::Float(value))
}

/// What becomes of the series, by ascending name.
fn cells(part: &Part<Vec<u8>>) -> Vec<SeriesCells> {
    part.check().expect("summaries are those of the samples");
    let tables = part.tables().expect("own bytes");
    let mut cache = SummaryCache::default();
    let clock = part.clock(&tables, 0, &mut cache).expect("own bytes");
    let clock = clock.expect("a clock");
    let series = tables.series(0).iter();
    series
        .map(|metric| part.cells(&tables, 0, *metric, &clock, &mut cache))
        .collect::<Result<_, _>>()
        .expect("own bytes")
}

fn only(values: ValueOf<'_>) -> Vec<Cell> {
    match cells(&part(&[("x", values)])).pop() {
        Some(SeriesCells::Cells(cells)) => cells,
        other => panic!("no cells: {other:?}"),
    }
}

#[test]
fn a_cell_says_what_its_samples_come_to() {
    let saw = only(&|row| float((row % 100) as f64));
    assert_eq!(saw.len(), 12);
    // Rows 1 to 480.
    let expected = Cell {
        state: State::Whole,
        count: CELL_ROWS,
        first_row: 0,
        last_row: CELL_ROWS - 1,
        times_ms: None,
        first: 1.0,
        last: 80.0,
        min: 0.0,
        max: 99.0,
        changes: 479,
        falls: 4,
        before_fall: 0.0,
        sum: Some(4.0 * 4950.0 + 3240.0),
    };
    assert_eq!(saw[0], expected);
}

#[test]
fn one_fall_is_remembered_and_counters_have_no_sums() {
    let counter = only(&|row| {
        float(
            if row < 700 {
                row as f64
            } else {
                (row - 700) as f64
            } / 4.0,
        )
    });
    assert_eq!(
        (counter[0].falls, counter[1].falls, counter[2].falls),
        (0, 1, 0)
    );
    assert_eq!(counter[1].before_fall, 699.0 / 4.0);
    let rising = only(&|row| float(row as f64));
    assert!(
        rising
            .iter()
            .all(|cell| cell.sum.is_none() && cell.falls == 0)
    );
}

#[test]
fn missing_rows_and_stale_markers_are_no_samples() {
    let some = only(&|row| match row {
        1..=10 | 475..=480 | 961..=1440 => None,
        20 => float(STALE_NAN),
        _ => float((row % 7) as f64),
    });
    let Cell {
        state,
        count,
        first_row,
        last_row,
        first,
        last,
        ..
    } = some[0];
    assert_eq!((state, count), (State::Some, CELL_ROWS - 17));
    // Other series have the rows that this one misses, or it would not miss them: here nobody has, so there are none.
    assert_eq!((first_row, last_row), (0, CELL_ROWS - 17));
    assert_eq!((first, last), (4.0, 5.0));
    assert_eq!(some[2].state, State::Empty);
}

#[test]
fn what_is_no_plain_number_is_unknown() {
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0] {
        let one = only(&|row| float(if row == 500 { odd } else { row as f64 / 3.0 }));
        let states: Vec<State> = one.iter().map(|cell| cell.state).collect();
        assert_eq!(states[..3], [State::Whole, State::Unknown, State::Whole]);
    }
    let histogram = Value::Histogram(Arc::new(Histogram::default()));
    let all = cells(&part(&[
        ("a", &|_| float(7.25)),
        ("b", &|_| Some(histogram.clone())),
        ("c", &|_| float(STALE_NAN)),
        ("d", &|_| float(1.0 / 3.0)),
    ]));
    assert_eq!(all[0], SeriesCells::Constant(7.25));
    assert_eq!(all[1], SeriesCells::Unknown);
    assert_eq!(all[2], SeriesCells::Absent);
    assert!(matches!(&all[3], SeriesCells::Cells(cells) if cells[4].max == 1.0 / 3.0));
}

/// Series of each form.
fn forms() -> Part<Vec<u8>> {
    part(&[
        ("a", &|_| float(0.5)),
        ("b", &|row| float((row * row % 89) as f64)),
        ("c", &|row| float(row as f64 / 3.0)),
        ("d", &|row| {
            (row % 50 != 7).then_some(Value::Float((row / 900) as f64 / 10.0))
        }),
        ("e", &|row| {
            float(if row % 2000 == 7 {
                f64::NAN
            } else {
                (row % 3000) as f64
            })
        }),
    ])
}

#[test]
fn damaged_summaries_never_panic() {
    let part = forms();
    let tables = part.tables().expect("own bytes");
    let index = part.summary_index(&tables).expect("own bytes");
    assert_eq!((index.pages.len(), index.clocks.len()), (1, 1));
    let place = &index.clocks[0];
    let sealed = |range: std::ops::Range<usize>| part.medium[range].to_vec();
    let clock_bytes = sealed(place.range.clone());
    let clock_bytes = unseal(&clock_bytes, "clock").expect("own bytes");
    let clock = Clock::decode(clock_bytes, place, ROWS as usize).expect("own bytes");
    mutate(clock_bytes, |bytes| {
        let _ = Clock::decode(bytes, place, ROWS as usize);
    });
    let page = sealed(index.pages[0].range.clone());
    let page = unseal(&page, "page").expect("own bytes");
    let mut opened = 0;
    mutate(page, |bytes| {
        let Ok(page) = SummaryPage::open(bytes, &[place.cells; 5]) else {
            return;
        };
        opened += 1;
        for series in 0..5 {
            let _ = page.read(series, clock.cells.iter().map(|cell| cell.rows));
        }
    });
    assert!(opened > 0, "some changes go unnoticed");
    let section = part.optional(super::super::frame::Kind::Summaries);
    let section = section.expect("own bytes").expect("a section");
    mutate(&section, |bytes| {
        let _ = index::SummaryIndex::decode(bytes, 1, &(0..part.medium.len()));
    });
}

/// Calls `read` with the bytes after each of many single changes.
fn mutate(bytes: &[u8], mut read: impl FnMut(&[u8])) {
    for at in 0..bytes.len() {
        for flip in [0x01, 0x08, 0x80, 0xff] {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= flip;
            read(&damaged);
        }
    }
}

#[test]
fn a_check_finds_summaries_of_other_samples() {
    let part = forms();
    let tables = part.tables().expect("own bytes");
    let index = part.summary_index(&tables).expect("own bytes");
    let range = index.pages[0].range.clone();
    let page = part.medium[range.start..range.end - CHECKSUM_BYTES].to_vec();
    let mut found = 0;
    for at in 0..page.len() {
        let mut damaged = page.clone();
        damaged[at] ^= 1;
        seal(&mut damaged);
        let mut file = part.medium.clone();
        file[range.clone()].copy_from_slice(&damaged);
        let other = Part::open(file).expect("the rest is as it was");
        found += usize::from(other.check().is_err());
    }
    // What zstd's and pco's own headers say in several ways is no difference.
    assert!(found * 10 > page.len() * 8, "{found} of {}", page.len());
}

#[test]
fn fresh_and_short_parts_have_none() {
    let target = Labels::from_pairs([("job", "test")]);
    let of = |rows: i64| {
        let rows = (0..rows).map(|row| (row * SCRAPE_MS, Value::Float(row as f64)));
        Samples::from([((target.clone(), labels("x")), rows.collect())])
    };
    for (rows, level) in [(ROWS, Level::Hot), (ROWS / 3, Level::Cold)] {
        let mut bytes = Vec::new();
        let sizes = write(
            &mut Given::of(&of(rows)),
            level,
            &Facts::default(),
            &mut bytes,
        );
        assert_eq!(sizes.expect("a vector takes all").summaries, 0);
        assert!(!Part::open(bytes).expect("own bytes").has_summaries());
    }
}
