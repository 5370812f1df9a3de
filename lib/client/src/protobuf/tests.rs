//! Pages are read back by `protoc`'s rules, by hand: field number, kind, value.

use super::*;
use crate::{Buckets, Counter, Error, Gauge, Histogram, Info, Native, Registry};

/// What a message says, as lines: `3.1: 2` is field 1 of the message in field 3.
fn fields(bytes: &[u8], path: &str, messages: &[&str], lines: &mut Vec<String>) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let tag = varint(&mut rest);
        let path = format!("{path}{}", tag >> 3);
        match tag & 7 {
            0 => lines.push(format!("{path}: {}", varint(&mut rest))),
            1 => {
                let (value, after) = rest.split_first_chunk().expect("eight bytes");
                lines.push(format!("{path}: {:?}", f64::from_le_bytes(*value)));
                rest = after;
            }
            2 => {
                let length = varint(&mut rest) as usize;
                let (value, after) = rest.split_at(length);
                if messages.contains(&&*path) {
                    fields(value, &format!("{path}."), messages, lines);
                } else if let Ok(text) = std::str::from_utf8(value)
                    && text.chars().all(|c| !c.is_control())
                {
                    lines.push(format!("{path}: {text}"));
                } else {
                    lines.push(format!("{path}: {value:?}"));
                }
                rest = after;
            }
            kind => panic!("no kind of ours: {kind}"),
        }
    }
}

fn varint(rest: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (&byte, after) = rest.split_first().expect("a byte");
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

fn check(registry: &Registry, messages: &[&str], expected: &[&str]) {
    let mut page = Vec::new();
    encode_protobuf(
        registry,
        &Selection::all(),
        Escaping::Underscores,
        &mut page,
    );
    let mut rest = &page[..];
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let length = varint(&mut rest) as usize;
        let (family, after) = rest.split_at(length);
        fields(family, "", messages, &mut lines);
        rest = after;
    }
    assert_eq!(lines, expected);
}

const METRIC: &[&str] = &[
    "4", "4.1", "4.2", "4.4", "4.4.3", "4.7", "4.7.3", "4.7.9", "4.7.12",
];

#[test]
fn simple_kinds() -> Result<(), Error> {
    let registry = Registry::new();
    let level = Gauge::builder("level", "L.").unit("bytes").labels(["a"]);
    level.register(&registry)?.with(&["x"]).set(-1.5);
    Info::builder("build", "B.")
        .register(&registry)?
        .set(&[("v", "1")])?;
    let door = crate::StateSet::builder("door", "D.", &["open"]).register(&registry)?;
    assert!(door.holds("open"));
    check(
        &registry,
        METRIC,
        &[
            "1: level_bytes",
            "2: L.",
            "3: 1",
            "5: bytes",
            "4.1.1: a",
            "4.1.2: x",
            "4.2.1: -1.5",
            "1: build_info",
            "2: B.",
            "3: 1",
            "4.1.1: v",
            "4.1.2: 1",
            "4.2.1: 1.0",
            "1: door",
            "2: D.",
            "3: 1",
            "4.1.1: door",
            "4.1.2: open",
            "4.2.1: 1.0",
        ],
    );
    Ok(())
}

/// A counter with an example, and long enough for a length of two bytes.
#[test]
fn counters_keep_their_examples() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs", "").register(&registry)?;
    let id = "x".repeat(130);
    let exemplar = Exemplar {
        labels: &[("id", &id)],
        value: 0.5,
        timestamp_ms: Some(1_500),
    };
    jobs.add_with(2.5, &exemplar);
    let mut page = Vec::new();
    encode_protobuf(
        &registry,
        &Selection::all(),
        Escaping::Underscores,
        &mut page,
    );
    let mut rest = &page[..];
    assert_eq!(varint(&mut rest) as usize, rest.len());
    let messages = &["4", "4.3", "4.3.2", "4.3.2.1", "4.3.2.3", "4.3.3"];
    let mut lines = Vec::new();
    fields(rest, "", messages, &mut lines);
    let created = lines.iter().position(|line| line.starts_with("4.3.3."));
    lines.truncate(created.expect("it is said when counting began"));
    let id = format!("4.3.2.1.2: {id}");
    let expected = [
        "1: jobs_total",
        "2: ",
        "3: 0",
        "4.3.1: 2.5",
        "4.3.2.1.1: id",
        &id,
        "4.3.2.2: 0.5",
        "4.3.2.3.1: 1",
        "4.3.2.3.2: 500000000",
    ];
    assert_eq!(lines, expected);
    Ok(())
}

/// 1 and 2 are the buckets 0 and 8 of schema 3; -4 is 16 on the other side.
#[test]
fn native_histograms_have_spans_and_deltas() -> Result<(), Error> {
    let registry = Registry::new();
    let sizes = Histogram::builder("sizes", "")
        .buckets(Buckets::new(&[1.0])?)
        .native(Native::schema(3)?)
        .register(&registry)?;
    for value in [1.0, 1.0, 1.0, 2.0, 2.18, -4.0, 0.0] {
        sizes.observe(value);
    }
    let mut page = Vec::new();
    encode_protobuf(
        &registry,
        &Selection::all(),
        Escaping::Underscores,
        &mut page,
    );
    let mut rest = &page[..];
    let _length = varint(&mut rest);
    let mut lines = Vec::new();
    fields(rest, "", METRIC, &mut lines);
    lines.retain(|line| !line.starts_with("4.7.15"));
    let expected = [
        "1: sizes",
        "2: ",
        "3: 4",
        "4.7.1: 7",
        "4.7.2: 3.1799999999999997",
        // The classic bucket of 1: five of seven.
        "4.7.3.1: 5",
        "4.7.3.2: 1.0",
        // Schema 3 and 2^-128, one zero.
        "4.7.5: 6",
        "4.7.6: 2.938735877055719e-39",
        "4.7.7: 1",
        // One negative bucket at 16, of 1.
        "4.7.9.1: 32",
        "4.7.9.2: 1",
        "4.7.10: [2]",
        // Positive at 0; then 7 free, and 8 and 9. Counts 3, 1, 1 as differences +3, -2, 0.
        "4.7.12.1: 0",
        "4.7.12.2: 1",
        "4.7.12.1: 14",
        "4.7.12.2: 2",
        "4.7.13: [6, 3, 0]",
    ];
    assert_eq!(lines, expected);
    Ok(())
}

#[test]
fn summaries_have_quantiles() {
    let mut page = Vec::new();
    let point = SummaryPoint {
        quantiles: &[(0.5, 7.0)],
        count: 300,
        sum: 9.0,
        created_seconds: None,
    };
    summary(&mut Message::new(&mut page), &point);
    let mut lines = Vec::new();
    fields(&page, "", &["3"], &mut lines);
    assert_eq!(lines, ["1: 300", "2: 9.0", "3.1: 0.5", "3.2: 7.0"]);
}
