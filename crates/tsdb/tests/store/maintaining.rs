//! What maintenance does over hours and days, with a clock that the test turns.

use std::num::NonZeroU64;
use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::disk::{Disk as _, SimulatedDisk};
use storage::{Columns, Hints, Sample, Selection, SeriesKey, Store as _};
use tsdb::catalog::Catalog;
use tsdb::store::Retention;
use tsdb::{Store, StoreOptions};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// The beginning of a day.
const START_MS: i64 = 20_000 * 24 * HOUR_MS;

fn open(disk: &SimulatedDisk, retention: Retention) -> Store {
    let options = StoreOptions {
        retention,
        late_window_ms: 0,
        ..StoreOptions::usual()
    };
    let (store, opening) = Store::open(Arc::new(disk.clone()), options).expect("a good disk");
    assert_eq!(opening.set_aside, Vec::<String>::new());
    store.replay().expect("a good disk");
    store
}

/// Appends a row per minute and calls `maintain` every five, until so many minutes after the start.
fn run(store: &Store, minutes: std::ops::Range<i64>) {
    let target = Labels::from_pairs([("job", "a"), ("instance", "1")]);
    for minute in minutes {
        let now = Timestamp(START_MS + minute * MINUTE_MS);
        let mut appender = store.appender();
        appender.row(&target, now);
        for name in ["up", "minutes", "waves"] {
            let labels = Labels::from_pairs([("__name__", name)]);
            let sample = Sample::float(value(name, minute));
            let appended = appender.append(SeriesKey::InTarget(&labels), sample);
            appended.expect("it is new");
        }
        appender.commit().expect("there is room");
        if minute % 5 == 0 {
            store.maintain(now).expect("a good disk");
            store.merge_due(now).expect("a good disk");
        }
    }
}

fn value(name: &str, minute: i64) -> f64 {
    match name {
        "up" => 1.0,
        "minutes" => minute as f64,
        _ => (minute as f64 * 1.37).sin(),
    }
}

/// The minutes that a series has, whose values must be right.
fn minutes(store: &Store, name: &str) -> Vec<i64> {
    let querier = store.querier(TimeRange::ALL).expect("a good disk");
    let matchers = [Matcher::equal("__name__", name)];
    let selection = Selection {
        matchers: &matchers,
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    let mut found = Vec::new();
    for group in querier.select(&selection).expect("a good disk") {
        let mut columns = Columns::default();
        group
            .read(TimeRange::ALL, &mut columns)
            .expect("a good disk");
        for column in &columns.columns {
            for (at, sample) in column.samples(&columns.timestamps) {
                let minute = (at - START_MS) / MINUTE_MS;
                assert_eq!(sample, model::Value::Float(value(name, minute)));
                found.push(minute);
            }
        }
    }
    found
}

#[test]
fn parts_become_few_and_lose_nothing() {
    let disk = SimulatedDisk::new(1);
    let store = open(&disk, Retention::default());
    run(&store, 0..52 * 60);
    let state = store.state();
    assert!(state.flushes > 100, "{state:?}");
    assert!(state.merges > 20, "{state:?}");
    // The first day is one part; the second is too new for that and is a part per two hours; and what was flushed last.
    assert!(state.parts <= 1 + 14 + 4, "{state:?}");
    for name in ["up", "minutes", "waves"] {
        assert_eq!(minutes(&store, name), (0..52 * 60).collect::<Vec<_>>());
    }
    // Nothing is left lying about.
    let names = disk.list("parts").expect("a folder");
    assert_eq!(names.len() as u64, store.state().parts);
    drop(store);
    let store = open(&disk, Retention::default());
    assert_eq!(minutes(&store, "waves"), (0..52 * 60).collect::<Vec<_>>());
}

#[test]
fn on_command_all_is_merged() {
    let disk = SimulatedDisk::new(4);
    let store = open(&disk, Retention::default());
    run(&store, 0..30 * 60);
    store.flush().expect("a good disk");
    let before = store.state();
    while store.merge_cold().expect("a good disk").is_some() {}
    let after = store.state();
    assert_eq!(after.parts, 1, "{after:?}");
    assert!(after.parts_bytes < before.parts_bytes, "{after:?}");
    assert_eq!(minutes(&store, "waves"), (0..30 * 60).collect::<Vec<_>>());
}

#[test]
fn what_is_old_goes() {
    let disk = SimulatedDisk::new(2);
    let retention = Retention {
        time_ms: Some(6 * HOUR_MS),
        size_bytes: None,
    };
    let store = open(&disk, retention);
    run(&store, 0..30 * 60);
    let found = minutes(&store, "minutes");
    // All of what is asked for, and not much more: a part goes as a whole.
    assert!(found[0] <= 24 * 60 && found[0] >= 20 * 60, "{}", found[0]);
    assert_eq!(found, (found[0]..30 * 60).collect::<Vec<_>>());
}

#[test]
fn what_is_too_much_goes() {
    let disk = SimulatedDisk::new(3);
    let store = open(&disk, Retention::default());
    run(&store, 0..20 * 60);
    store.flush().expect("a good disk");
    let all_bytes = store.state().parts_bytes;
    drop(store);
    let size_bytes = NonZeroU64::new(all_bytes / 2).expect("there are parts");
    let retention = Retention {
        time_ms: None,
        size_bytes: Some(size_bytes),
    };
    let store = open(&disk, retention);
    let done = store.maintain(Timestamp(START_MS + 20 * HOUR_MS));
    assert!(!done.expect("a good disk").dropped.is_empty());
    assert!(store.state().parts_bytes <= size_bytes.get());
    let found = minutes(&store, "up");
    assert!(found[0] > 0, "{found:?}");
    assert_eq!(found, (found[0]..20 * 60).collect::<Vec<_>>());
}

#[test]
fn what_was_deleted_is_cleaned_up() {
    let disk = SimulatedDisk::new(4);
    let store = open(&disk, Retention::default());
    run(&store, 0..8 * 60);
    let range = TimeRange::new(
        Timestamp(START_MS + HOUR_MS),
        Timestamp(START_MS + 3 * HOUR_MS - 1),
    );
    let matchers = [Matcher::equal("__name__", "waves")];
    store.delete(&matchers, range).expect("a good disk");
    let left: Vec<i64> = (0..60).chain(180..8 * 60).collect();
    assert_eq!(minutes(&store, "waves"), left);
    let deleted = || {
        let names = disk.list("parts").expect("a folder");
        names
            .iter()
            .filter(|name| name.ends_with(".deleted"))
            .count()
    };
    assert!(deleted() > 0);
    assert!(store.clean_tombstones().expect("a good disk") > 0);
    assert_eq!(deleted(), 0);
    assert_eq!(minutes(&store, "waves"), left);
    assert_eq!(minutes(&store, "up"), (0..8 * 60).collect::<Vec<_>>());
}

#[test]
fn a_snapshot_has_the_parts_of_its_moment() {
    let disk = SimulatedDisk::new(5);
    let store = open(&disk, Retention::default());
    run(&store, 0..5 * 60 + 7);
    let linked = store.snapshot("one", false).expect("there is room");
    assert_eq!(linked as u64, store.state().parts);
    // Made without flushing, and after that: the first has nothing of what came since.
    run(&store, 5 * 60 + 7..5 * 60 + 9);
    let again = store.snapshot("two", true).expect("there is room");
    assert_eq!(again, linked);
    assert!(store.snapshot("one", true).is_err(), "the name is taken");
    let newest = |name: &str| {
        let folder = format!("snapshots/{name}/parts");
        let (catalog, opened) =
            Catalog::open(Arc::new(disk.clone()), &folder).expect("a good disk");
        assert!(opened.aside.is_empty());
        let ends = catalog.parts().iter().map(|part| part.range().end.0);
        (ends.max().expect("parts") - START_MS) / MINUTE_MS
    };
    let last = 5 * 60 + 6;
    assert_eq!((newest("one"), newest("two")), (last, last));
    assert_eq!(minutes(&store, "up").len(), 5 * 60 + 9);
}
