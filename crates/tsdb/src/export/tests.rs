//! What goes into a store comes out of its blocks, in order.

use model::{Labels, STALE_NAN};
use platform::disk::SystemDisk;
use storage::memory::MemoryOptions;
use storage::{MemoryStore, SeriesKey};

use super::*;
use crate::prometheus::data;

const HOUR_MS: i64 = 3_600_000;

fn store() -> MemoryStore {
    MemoryStore::new(MemoryOptions {
        bytes_max: 1 << 24,
        late_window_ms: 0,
        exemplars_max: 0,
    })
}

/// Each line: labels as `name=value` with spaces between, a bar, then `minute:value` with spaces between; `s` is a stale marker.
fn fill(store: &MemoryStore, text: &str) {
    let mut samples: Vec<(i64, Labels, f64)> = Vec::new();
    for line in text.lines() {
        let (labels, values) = line.split_once('|').expect("a bar");
        let labels = labels.split_whitespace();
        let labels = Labels::from_pairs(labels.map(|pair| pair.split_once('=').expect("a label")));
        for value in values.split_whitespace() {
            let (minute, value) = value.split_once(':').expect("a time");
            let at = minute.parse::<i64>().expect("a number") * 60_000;
            let value = match value {
                "s" => STALE_NAN,
                value => value.parse().expect("a number"),
            };
            samples.push((at, labels.clone(), value));
        }
    }
    samples.sort_by_key(|(at, ..)| *at);
    for row in samples.chunk_by(|a, b| a.0 == b.0) {
        let mut appender = store.appender();
        appender.row(&Labels::empty(), Timestamp(row[0].0));
        for (_, labels, value) in row {
            let sample = storage::Sample::float(*value);
            appender
                .append(SeriesKey::Whole(labels), sample)
                .expect("it is new");
        }
        appender.commit().expect("there is room");
    }
}

fn exported(store: &dyn Store, export: &Export<'_>) -> String {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let disk = SystemDisk::new(folder.path()).expect("the folder is there");
    let mut windows = 0;
    let ran = export.run(store, &disk, |_| windows += 1);
    ran.expect("there is room");
    assert_eq!(windows, export.windows());
    let mut shown = String::new();
    for block in data::blocks(&disk).expect("good blocks") {
        let meta = block.meta();
        let range = (meta.min_ms / HOUR_MS, meta.end_ms / HOUR_MS);
        shown.push_str(&format!("{}h to {}h\n", range.0, range.1));
        let read = block.for_each(TimeRange::ALL, |series, samples| {
            shown.push_str(&series.labels.to_string());
            for sample in samples {
                let value = if sample.value.is_stale() {
                    "s".to_owned()
                } else {
                    format!("{:?}", sample.value)
                };
                let minute = sample.timestamp_ms / 60_000;
                let value = value.trim_start_matches("Float(").trim_end_matches(".0)");
                shown.push_str(&format!(" {minute}:{value}"));
            }
            shown.push('\n');
            std::ops::ControlFlow::Continue(())
        });
        read.expect("a good block");
    }
    shown
}

fn check(filled: &str, selectors: &[Vec<Matcher>], minutes: (i64, i64), shown: &str) {
    let store = store();
    fill(&store, filled);
    let export = Export {
        range: TimeRange::new(Timestamp(minutes.0 * 60_000), Timestamp(minutes.1 * 60_000)),
        selectors,
        now: Timestamp(HOUR_MS),
        random: 7,
    };
    assert_eq!(exported(&store, &export), shown);
}

#[test]
fn series_come_in_the_order_of_labels() {
    check(
        "__name__=b a=2 | 1:1 2:2
__name__=b a=1 | 1:1 2:3
job=nameless | 1:4
__name__=a | 2:5",
        &[],
        (0, 10),
        "0h to 0h
a 2:5
b{a=\"1\"} 1:1 2:3
b{a=\"2\"} 1:1 2:2
{job=\"nameless\"} 1:4
",
    );
}

#[test]
fn a_label_may_sort_before_the_name() {
    check(
        "__name__=a Z=1 | 1:1
__name__=b A=1 | 1:2
__name__=c | 1:3",
        &[],
        (0, 10),
        "0h to 0h
b{A=\"1\"} 1:2
a{Z=\"1\"} 1:1
c 1:3
",
    );
}

#[test]
fn a_pause_keeps_its_one_marker() {
    check(
        "__name__=a | 1:1 2:s 5:5
__name__=b | 1:1 2:1 3:1 4:1 5:1",
        &[],
        (0, 10),
        "0h to 0h
a 1:1 2:s 5:5
b 1:1 2:1 3:1 4:1 5:1
",
    );
}

#[test]
fn whole_windows_claim_all_of_their_time() {
    let matchers = [
        vec![Matcher::equal("__name__", "a")],
        vec![Matcher::equal("x", "1")],
    ];
    check(
        "__name__=a x=1 | 10:1 130:2 250:3 370:4
__name__=b x=1 | 130:5
__name__=c x=2 | 10:6 130:6",
        &matchers,
        (60, 260),
        "2h to 4h
a{x=\"1\"} 130:2
b{x=\"1\"} 130:5
4h to 4h
a{x=\"1\"} 250:3
",
    );
}
