//! Parts: what goes in comes out, to the bit; and damaged bytes are an error, never a panic or another answer.

mod groups;

use groups::{Given, check_equal, given, read_all};
use model::{Labels, TimeRange, Timestamp, Value};
use proptest::prelude::*;
use storage::{Column, Columns, Values};
use tsdb::part::{
    Examples, Facts, Level, PageCache, Part, PartError, Section, VERSION, WINDOW_ROWS, write,
};

const LEVELS: [Level; 2] = [Level::Hot, Level::Cold];

fn written(given: &Given, level: Level) -> Vec<u8> {
    let mut bytes = Vec::new();
    let sizes = write(&mut given.clone(), level, &facts(), &mut bytes).expect("a vector takes all");
    assert_eq!(sizes.total(), bytes.len());
    bytes
}

fn facts() -> Facts {
    Facts {
        log_sequence: 1 << 40,
        replaced: vec![3, 4, 900],
        resolution_ms: 0,
    }
}

fn floats(values: &[f64]) -> Values {
    Values::Floats(values.to_vec())
}

/// One group whose rows are a second apart.
fn one_group(rows: usize, series: Vec<(&str, usize, Values)>) -> Given {
    let target = Labels::from_pairs([("job", "test")]);
    let timestamps = (0..rows as i64)
        .map(|row| 1_000_000 + 1_000 * row)
        .collect();
    let series = series
        .into_iter()
        .map(|(name, first_row, values)| {
            let labels = Labels::from_pairs([("__name__", name)]);
            let column = Column {
                first_row,
                values,
                ..Column::default()
            };
            (labels, column)
        })
        .collect();
    Given::new(vec![(target, timestamps, series)])
}

fn check(given: &Given) {
    for level in LEVELS {
        let part = Part::open(written(given, level)).expect("own bytes");
        assert_eq!(part.level(), level);
        assert_eq!(*part.facts(), facts());
        check_equal(given, &read_all(&part).expect("own bytes"));
    }
}

#[test]
fn nothing_is_a_part_too() {
    check(&Given::new(Vec::new()));
    check(&one_group(0, vec![("a", 0, floats(&[]))]));
    check(&one_group(3, vec![("a", 0, floats(&[]))]));
}

#[test]
fn stale_markers_are_kept_wherever_they_are() {
    let stale = model::STALE_NAN;
    check(&one_group(
        6,
        vec![
            ("ends", 0, floats(&[1.0, 2.0, 4.0, stale, stale, stale])),
            ("pauses", 1, floats(&[1.5, stale, stale, 2.5, 2.5])),
            ("begins", 0, floats(&[stale, 1.0, 1.0])),
            ("mixed", 0, Values::Mixed(vec![Value::Float(stale)])),
            ("never", 2, floats(&[stale, stale])),
            ("raw", 0, floats(&[0.1 + 0.2, stale, 1.0 / 3.0, 2.0 / 3.0])),
        ],
    ));
}

#[test]
fn series_that_are_equal_or_stand_upon_one_another_are_told_apart() {
    let counter: Vec<f64> = (0..500).map(|n| f64::from(n * n % 97 + n * 10)).collect();
    let above: Vec<f64> = counter.iter().map(|value| value + 3.0).collect();
    let more: Vec<f64> = (0..500).map(|n| counter[n] + (n / 7) as f64).collect();
    check(&one_group(
        500,
        vec![
            ("copy", 0, floats(&counter)),
            ("h_bucket", 0, floats(&counter)),
            ("later", 0, floats(&above)),
            ("later_copy", 0, floats(&above)),
            ("more", 0, floats(&more)),
        ],
    ));
}

#[test]
fn windows_and_pages_join() {
    let rows = 2 * WINDOW_ROWS + 77;
    let noise: Vec<f64> = (0..rows as u64)
        .map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50) as f64 / 8.0)
        .collect();
    let late = noise[WINDOW_ROWS - 5..].to_vec();
    let given = one_group(
        rows,
        vec![
            ("constant", 0, Values::Constant(0.25, rows)),
            ("late", WINDOW_ROWS - 5, Values::Floats(late)),
            ("noise", 0, Values::Floats(noise.clone())),
            ("short", 3, floats(&[1.0, 5.0, 2.0])),
            (
                "stride",
                0,
                Values::Stride {
                    first: 7.0,
                    step: 3.0,
                    length: rows,
                },
            ),
        ],
    );
    check(&given);

    // A range that begins and ends in the middle of windows.
    let part = Part::open(written(&given, Level::Cold)).expect("own bytes");
    let range = TimeRange::new(
        Timestamp(1_000_000 + 1_000 * (WINDOW_ROWS as i64 - 7)),
        Timestamp(1_000_000 + 1_000 * (WINDOW_ROWS as i64 + 2)),
    );
    let mut out = Columns::default();
    part.read(
        0,
        part.tables().expect("own bytes").series(0),
        range,
        &mut PageCache::default(),
        &mut out,
    )
    .expect("own bytes");
    assert_eq!(out.timestamps.len(), 10);
    assert!(matches!(out.columns[0].values, Values::Constant(value, 10) if value == 0.25));
    assert_eq!(out.columns[1].first_row, 2);
    assert_eq!(out.columns[1].values.len(), 8);
    let mut scratch = Vec::new();
    let middle = &noise[WINDOW_ROWS - 7..WINDOW_ROWS + 3];
    assert_eq!(out.columns[2].floats(&mut scratch), Some(middle));
    assert!(out.columns[3].values.is_empty());
    let last = 7.0 + 3.0 * (WINDOW_ROWS as f64 + 2.0);
    assert_eq!(out.columns[4].values.get(9), Some(Value::Float(last)));
}

#[test]
fn a_cache_does_not_answer_for_another_part() {
    let mut cache = PageCache::default();
    let mut out = Columns::default();
    for value in [1.0, 2.0] {
        let given = one_group(3, vec![("a", 0, Values::Constant(value, 3))]);
        let part = Part::open(written(&given, Level::Hot)).expect("own bytes");
        let tables = part.tables().expect("own bytes");
        part.read(0, tables.series(0), TimeRange::ALL, &mut cache, &mut out)
            .expect("own bytes");
        assert_eq!(out.columns[0].values.get(2), Some(Value::Float(value)));
    }
}

#[test]
fn what_is_no_part_is_said_to_be_none() {
    let mut bytes = written(
        &one_group(2, vec![("a", 0, floats(&[1.0, 2.0]))]),
        Level::Hot,
    );
    assert!(matches!(
        Part::open(&b"FERULAP"[..]),
        Err(PartError::NotAPart)
    ));
    let end = bytes.len() - 1;
    bytes[end] = VERSION + 1;
    assert!(
        matches!(Part::open(&bytes), Err(PartError::Version(version)) if version == VERSION + 1)
    );
}

/// Whether all of `bytes` can be read as a part.
fn reads(bytes: &[u8]) -> bool {
    Part::open(bytes).is_ok_and(|part| read_all(&part).is_ok())
}

#[test]
fn every_flipped_byte_is_an_error() {
    let values: Vec<f64> = (0..40).map(|n| f64::from(n * n) / 4.0).collect();
    let given = one_group(
        40,
        vec![
            ("a", 0, floats(&values)),
            ("b", 0, Values::Constant(1.0, 40)),
        ],
    );
    for level in LEVELS {
        let bytes = written(&given, level);
        assert!(reads(&bytes));
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                assert!(!reads(&damaged), "byte {at} of {}", bytes.len());
            }
        }
    }
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = written(
        &one_group(9, vec![("a", 0, floats(&[1.0, 2.5, 2.0]))]),
        Level::Cold,
    );
    for length in 0..bytes.len() {
        assert!(
            !reads(&bytes[..length]),
            "{length} bytes of {}",
            bytes.len()
        );
    }
}

/// What the fixtures of version 1 hold.
fn fixture() -> Given {
    let stale = model::STALE_NAN;
    let squares: Vec<f64> = (0..300).map(|n| f64::from(n * n % 977) / 8.0).collect();
    let above: Vec<f64> = squares.iter().map(|value| value + 1.0).collect();
    let thirds: Vec<f64> = (0..300).map(|n| f64::from(n) / 3.0).collect();
    let histogram = model::Histogram {
        schema: 2,
        count: 3.0,
        sum: 4.5,
        positive_spans: vec![model::histogram::Span {
            offset: -1,
            length: 2,
        }],
        positive_buckets: vec![1.0, 2.0],
        ..model::Histogram::default()
    };
    one_group(
        300,
        vec![
            ("a", 0, Values::Constant(2.5, 300)),
            (
                "b",
                1,
                Values::Stride {
                    first: 1.0,
                    step: 2.0,
                    length: 299,
                },
            ),
            ("c", 0, floats(&squares)),
            ("d", 0, floats(&above)),
            ("e", 0, floats(&squares)),
            ("f", 0, floats(&thirds)),
            ("g", 7, floats(&[1.0, f64::NAN, stale, -0.0, 1e300, stale])),
            (
                "h",
                9,
                Values::Histograms(vec![std::sync::Arc::new(histogram)]),
            ),
        ],
    )
}

fn one_gap(rows: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    std::iter::once(rows).collect()
}

/// What the newest fixture of version 1 holds: every section, two targets, gaps and start times.
fn everything() -> Given {
    let stale = model::STALE_NAN;
    let column = |first_row: usize, values: Values, gaps: Vec<std::ops::Range<usize>>| Column {
        first_row,
        values,
        has_stale: !gaps.is_empty(),
        gaps,
        ..Column::default()
    };
    let name = |name: &str| Labels::from_pairs([("__name__", name)]);
    let mut counter = column(1, floats(&[1.0, 2.5, 2.5, 7.25]), Vec::new());
    counter.starts.note(2_000, Some(500), i64::MIN);
    counter.starts.note(4_000, None, i64::MIN);
    let histogram = Value::Histogram(std::sync::Arc::new(model::Histogram {
        schema: -53,
        custom_values: vec![0.5, 2.0],
        positive_spans: vec![model::histogram::Span {
            offset: 0,
            length: 2,
        }],
        positive_buckets: vec![1.0, 0.5],
        count: 1.5,
        sum: 2.0,
        ..model::Histogram::default()
    }));
    let mixed = Values::Mixed(vec![histogram, Value::Float(stale), Value::Float(4.0)]);
    let series = vec![
        (name("counter_total"), counter),
        (
            name("holes"),
            column(
                0,
                floats(&[1.0, stale, stale, -0.0, f64::NAN]),
                one_gap(1..3),
            ),
        ),
        (name("mixed"), column(2, mixed, one_gap(3..4))),
    ];
    let targets = [("a", series.clone()), ("b", series[1..].to_vec())];
    let times: Vec<i64> = (1..=5).map(|second| second * 1_000).collect();
    let groups = targets.map(|(job, series)| {
        let target = Labels::from_pairs([("job", job)]);
        (target, times.clone(), series)
    });
    let mut given = Given::new(groups.to_vec());
    let metadata = |help: &str| model::Metadata {
        kind: model::metadata::MetricKind::Counter,
        help: help.to_owned(),
        unit: "bytes".to_owned(),
    };
    for (job, help) in [("a", "What it says."), ("c", "Something else.")] {
        let target = Labels::from_pairs([("job", job)]);
        given.said.add(&target, "counter", &metadata(help));
    }
    given.examples.push(Examples {
        group: 0,
        series: 0,
        exemplars: vec![model::Exemplar {
            labels: Labels::from_pairs([("trace_id", "7f")]),
            value: 0.25,
            timestamp: Timestamp(2_345),
        }],
    });
    given
}

#[test]
fn every_section_is_kept_and_guarded() {
    let given = everything();
    check(&given);
    for level in LEVELS {
        let bytes = written(&given, level);
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                assert!(!reads(&damaged), "byte {at} of {}", bytes.len());
            }
            assert!(!reads(&bytes[..at]), "{at} bytes of {}", bytes.len());
        }
    }
}

#[test]
fn sections_of_version_1_are_read_for_ever() {
    let bytes = include_bytes!("fixtures/version-1-everything.part");
    let part = Part::open(&bytes[..]).expect("a part of version 1");
    assert_eq!(*part.facts(), facts());
    check_equal(
        &everything(),
        &read_all(&part).expect("a part of version 1"),
    );
    let checked = part.check().expect("a part of version 1");
    let sections: usize = part.sections().iter().map(|section| section.bytes).sum();
    assert_eq!(sections, bytes.len());
    // 4 of the counter, 3 and 2 of the others, those twice.
    assert_eq!(
        (checked.groups, checked.series, checked.samples),
        (2, 5, 14)
    );
    assert_eq!(checked.exemplars, 1);
}

/// What the fixture with summaries holds: a day by minutes.
fn a_day() -> Given {
    let rows = 1440;
    let column = |value: &dyn Fn(i32) -> f64| Values::Floats((0..rows).map(value).collect());
    let series = [
        ("a", column(&|_| 0.25)),
        ("b", column(&|row| f64::from(row % 1000) / 4.0)),
        ("c", column(&|row| f64::from(row * row % 89))),
        ("d", column(&|row| f64::from(row) / 3.0)),
        (
            "e",
            column(&|row| {
                if row == 700 {
                    f64::NAN
                } else {
                    f64::from(row / 9)
                }
            }),
        ),
        (
            "f",
            column(&|row| {
                if row < 99 {
                    model::STALE_NAN
                } else {
                    f64::from(row % 7)
                }
            }),
        ),
    ];
    let target = Labels::from_pairs([("job", "test")]);
    let timestamps = (0..i64::from(rows)).map(|row| row * 60_000 + row % 3);
    let series = series.into_iter().map(|(name, values)| {
        let mut column = Column {
            values,
            ..Column::default()
        };
        column.find_stale();
        (Labels::from_pairs([("__name__", name)]), column)
    });
    Given::new(vec![(target, timestamps.collect(), series.collect())])
}

#[test]
fn version_1_with_summaries_is_read_for_ever() {
    let bytes = include_bytes!("fixtures/version-1-summaries.part");
    let part = Part::open(&bytes[..]).expect("a part of version 1");
    check_equal(&a_day(), &read_all(&part).expect("a part of version 1"));
    // Compares the summaries with the samples.
    part.check().expect("a part of version 1");
    let has_them = |section: &Section| section.name == "summaries" && section.bytes > 0;
    assert!(part.sections().iter().any(has_them));
}

#[test]
fn version_1_is_read_for_ever() {
    for bytes in [
        &include_bytes!("fixtures/version-1-hot.part")[..],
        &include_bytes!("fixtures/version-1-cold.part")[..],
    ] {
        let part = Part::open(bytes).expect("a part of version 1");
        check_equal(&fixture(), &read_all(&part).expect("a part of version 1"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_range_is_a_piece_of_the_whole(given in given(), ends in (0.0..1.0, 0.0..1.0)) {
        for level in LEVELS {
            let part = Part::open(written(&given, level)).expect("own bytes");
            let tables = part.tables().expect("own bytes");
            // One cache for all, as in a query: what it keeps of one range must serve the next.
            let (mut cache, mut whole_cache) = (PageCache::default(), PageCache::default());
            for group in 0..tables.groups() {
                let mut whole = Columns::default();
                let series = tables.series(group);
                part.read(group, series, TimeRange::ALL, &mut whole_cache, &mut whole).expect("own bytes");
                let rows = whole.timestamps.len() as f64;
                let time = |share: f64| whole.timestamps.get((rows * share) as usize).copied();
                for (from, to) in [ends, (ends.1, ends.0), (ends.0 / 2.0, ends.1)] {
                    let (Some(from), Some(to)) = (time(from), time(to)) else { continue };
                    let range = TimeRange::new(Timestamp(from), Timestamp(to));
                    let mut piece = Columns::default();
                    part.read(group, series, range, &mut cache, &mut piece).expect("own bytes");
                    for (whole_column, column) in whole.columns.iter().zip(&piece.columns) {
                        let expected = whole_column.samples(&whole.timestamps);
                        let expected = expected.filter(|(at, _)| range.contains(Timestamp(*at)));
                        let text = |(at, value): (i64, Value)| match value {
                            Value::Float(float) => format!("{at} {:x}", float.to_bits()),
                            Value::Histogram(_) => format!("{at} {value:?}"),
                        };
                        let expected: Vec<String> = expected.map(text).collect();
                        let found: Vec<String> = column.samples(&piece.timestamps).map(text).collect();
                        prop_assert_eq!(found, expected);
                    }
                }
            }
        }
    }

    #[test]
    fn what_went_in_comes_out(given in given()) {
        check(&given);
    }

    #[test]
    fn one_part_written_from_another_is_the_same(given in given()) {
        let hot = Part::open(written(&given, Level::Hot)).expect("own bytes");
        let through = read_all(&hot).expect("own bytes");
        let cold = Part::open(written(&through, Level::Cold)).expect("own bytes");
        check_equal(&given, &read_all(&cold).expect("own bytes"));
    }

    #[test]
    fn damage_is_an_error(given in given(), at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<prop::sample::Index>()) {
        let mut bytes = written(&given, Level::Cold);
        prop_assert!(!reads(&bytes[..cut.index(bytes.len())]));
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(!reads(&bytes));
    }
}
