//! A disk that is full, and one that fails: what the store says, and how it goes on.

use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::SimulatedDisk;
use storage::{Broken, Columns, Committed, Hints, Sample, Selection, SeriesKey, Store as _};
use tsdb::store::Health;
use tsdb::{Store, StoreOptions};

fn open(disk: &SimulatedDisk) -> Store {
    let opened = Store::open(Arc::new(disk.clone()), StoreOptions::usual());
    opened.expect("a store").0
}

fn append(store: &Store, time_ms: i64) -> Result<Committed, Broken> {
    let mut appender = store.appender();
    appender.row(&Labels::from_pairs([("job", "a")]), Timestamp(time_ms));
    for series in 0..50 {
        let own = Labels::from_pairs([("__name__", format!("m{series}"))]);
        let sample = Sample::float(time_ms as f64 / f64::from(series + 3));
        appender
            .append(SeriesKey::InTarget(&own), sample)
            .expect("a new sample");
    }
    appender.commit()
}

fn times(store: &Store) -> Vec<i64> {
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let selection = Selection {
        matchers: &[Matcher::equal("__name__", "m7")],
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    for group in querier.select(&selection).expect("groups") {
        group.read(TimeRange::ALL, &mut columns).expect("columns");
    }
    columns.timestamps
}

#[test]
fn refuses_while_there_is_no_room_and_goes_on_when_there_is() {
    let disk = SimulatedDisk::new(1);
    let store = open(&disk);
    append(&store, 1).expect("a commit");
    disk.set_capacity(disk.used_bytes() + 10);
    for time_ms in 2..4 {
        let said = append(&store, time_ms).unwrap_err().to_string();
        let wanted = "storage is broken: the log has no room, and refuses what it can't keep: ";
        assert!(said.starts_with(wanted), "{said}");
        assert_eq!(store.state().health, Health::Full);
        assert_eq!(times(&store), [1]);
    }
    assert_eq!(store.state().refused.full, 100);
    assert!(store.flush().is_err(), "a part needs room too");
    disk.set_capacity(u64::MAX);
    append(&store, 4).expect("a commit");
    assert_eq!(store.state().health, Health::Healthy);
    assert!(store.flush().expect("a flush"));
    assert_eq!(times(&store), [1, 4]);
    disk.crash();
    drop(store);
    let store = open(&disk);
    store.replay().expect("a replay");
    assert_eq!(times(&store), [1, 4]);
}

#[test]
fn stops_loudly_when_a_sync_fails_and_answers_on() {
    let disk = SimulatedDisk::new(2);
    let store = open(&disk);
    append(&store, 1).expect("a commit");
    disk.fail_next_sync();
    let wanted = "storage is broken: the log has stopped, since the disk failed: sync simulated/log/0000000001.log: other error";
    for time_ms in 2..4 {
        assert_eq!(append(&store, time_ms).unwrap_err().to_string(), wanted);
        assert_eq!(store.state().health, Health::Poisoned);
        assert_eq!(times(&store), [1]);
    }
    disk.crash();
    drop(store);
    let store = open(&disk);
    append(&store, 5).expect("a commit");
    assert_eq!(times(&store).first(), Some(&1));
    assert_eq!(times(&store).last(), Some(&5));
}

/// Whoever appends before anybody has read the log reads it.
#[test]
fn the_first_appender_reads_the_log() {
    let disk = SimulatedDisk::new(3);
    let store = open(&disk);
    append(&store, 1).expect("a commit");
    disk.crash();
    drop(store);
    let store = open(&disk);
    assert_eq!(store.state().health, Health::Replaying);
    let warnings = store.querier(TimeRange::ALL).expect("a querier").warnings();
    assert_eq!(warnings.len(), 1, "rows are missing, and answers say so");
    append(&store, 2).expect("a commit");
    assert_eq!(times(&store), [1, 2]);
    assert_eq!(
        store.querier(TimeRange::ALL).expect("a querier").warnings(),
        Vec::<String>::new()
    );
}
