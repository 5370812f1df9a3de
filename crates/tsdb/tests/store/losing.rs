//! A part that turns out damaged while somebody reads it: it is set aside, the rest is answered with a warning, and nobody reads it again.

use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::{Disk as _, SimulatedDisk};
use storage::{Columns, Hints, Sample, Selection, SeriesKey, Store as _};
use tsdb::{Store, StoreOptions};

const ROWS: i64 = 50;
const STEP_MS: i64 = 1000;
/// Behind the head of the file, in the first page of values.
const IN_A_PAGE_BITS: usize = 40 * 8;

fn append(store: &Store, first: i64) {
    for row in first..first + ROWS {
        let mut appender = store.appender();
        let job = Labels::from_pairs([("job", "a")]);
        appender.row(&job, Timestamp(row * STEP_MS));
        for name in ["x", "y"] {
            let own = Labels::from_pairs([("__name__", name)]);
            // Nothing that a page holds in no bytes.
            let sample = Sample::float((row as f64).sin());
            let appended = appender.append(SeriesKey::InTarget(&own), sample);
            appended.expect("a new sample");
        }
        appender.commit().expect("a commit");
    }
}

/// Two parts and a head with `ROWS` rows each; the first part is damaged once it is open.
fn damaged() -> (Arc<SimulatedDisk>, Store) {
    let disk = Arc::new(SimulatedDisk::new(1));
    let (store, _) = Store::open(disk.clone(), StoreOptions::usual()).expect("a store");
    for round in 0..3 {
        append(&store, round * ROWS);
        if round < 2 {
            assert!(store.flush().expect("a flush"));
        }
    }
    drop(store);
    let (store, opening) = Store::open(disk.clone(), StoreOptions::usual()).expect("a store");
    store.replay().expect("a replay");
    assert_eq!((opening.parts, opening.set_aside.len()), (2, 0));
    disk.rot("parts/0000000001.part", IN_A_PAGE_BITS);
    (disk, store)
}

/// How many samples there are in the range, and what is said of it.
fn ask(store: &Store, range: TimeRange) -> (usize, Vec<String>) {
    let querier = store.querier(range).expect("a querier");
    let selection = Selection {
        matchers: &[Matcher::equal("job", "a")],
        range,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut samples = 0;
    for group in querier.select(&selection).expect("what is left") {
        group.read(range, &mut columns).expect("what is left");
        assert_eq!(columns.columns.len(), group.labels().len());
        let counts = columns.columns.iter();
        let counts = counts.map(|column| column.samples(&columns.timestamps).count());
        samples += counts.sum::<usize>();
    }
    (samples, querier.warnings())
}

fn is_named(said: &[String]) -> bool {
    matches!(said, [one] if one.contains("parts/0000000001.part.damaged: ") && one.contains("set aside"))
}

#[test]
fn the_rest_is_answered_and_the_part_named() {
    let (disk, store) = damaged();
    let left = 2 * 2 * ROWS as usize;
    let (samples, said) = ask(&store, TimeRange::ALL);
    assert_eq!(samples, left);
    assert!(is_named(&said), "{said:?}");
    assert_eq!(store.set_aside().len(), 1);
    // Nobody has touched the file yet, and nobody reads it again: whatever it has by now.
    disk.remove("parts/0000000001.part").expect("a file");
    let (samples, said) = ask(&store, TimeRange::ALL);
    assert_eq!(samples, left);
    assert!(is_named(&said), "{said:?}");
    // Answers that it had nothing for are whole.
    let later = TimeRange::new(Timestamp(ROWS * STEP_MS), Timestamp::MAX);
    assert_eq!(ask(&store, later), (left, Vec::new()));
}

#[test]
fn maintenance_gives_it_its_name_and_says_so_once() {
    let (disk, store) = damaged();
    let before = store.state();
    assert_eq!((before.parts, before.set_aside), (2, 0));
    ask(&store, TimeRange::ALL);
    let now = Timestamp(3 * ROWS * STEP_MS);
    let told = store.maintain(now).expect("a good disk").set_aside;
    assert!(
        matches!(&told[..], [one] if one.starts_with("parts/0000000001.part.damaged: ")),
        "{told:?}"
    );
    assert_eq!(store.maintain(now).expect("a good disk").set_aside.len(), 0);
    let after = store.state();
    assert_eq!((after.parts, after.set_aside), (1, 1));
    let names = disk.list("parts").expect("a folder");
    assert_eq!(names, ["0000000001.part.damaged", "0000000002.part"]);
    drop(store);
    // It stays aside, and a new start has nothing to say of it.
    let (store, opening) = Store::open(disk, StoreOptions::usual()).expect("a store");
    store.replay().expect("a replay");
    assert_eq!((opening.parts, opening.set_aside.len()), (1, 0));
    assert_eq!(ask(&store, TimeRange::ALL).0, 2 * 2 * ROWS as usize);
}

/// A query that had read some of the part before goes on with the rest.
#[test]
fn one_that_is_under_way_goes_on() {
    let (disk, store) = damaged();
    // Good again, so that it is only found in the middle.
    disk.rot("parts/0000000001.part", IN_A_PAGE_BITS);
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let select = |name: &str| {
        let matchers = [Matcher::equal("__name__", name)];
        let selection = Selection {
            matchers: &matchers,
            range: TimeRange::ALL,
            hints: Hints::default(),
        };
        let groups = querier.select(&selection).expect("what is left");
        let mut columns = Columns::default();
        groups[0]
            .read(TimeRange::ALL, &mut columns)
            .expect("what is left");
        columns.columns[0].samples(&columns.timestamps).count()
    };
    assert_eq!(select("x"), 3 * ROWS as usize);
    let length = disk
        .open("parts/0000000001.part")
        .and_then(|file| file.length());
    // All of it, wherever the other series is.
    for byte in 40..length.expect("a file") as usize {
        disk.rot("parts/0000000001.part", byte * 8);
    }
    let y = select("y");
    // It may have had the page already.
    assert!(y == 2 * ROWS as usize || y == 3 * ROWS as usize, "{y}");
    assert_eq!(is_named(&querier.warnings()), y == 2 * ROWS as usize);
}

/// What the disk can't read now it may read later: that is an error, and the part stays.
#[test]
fn a_disk_that_fails_is_no_damage() {
    let (disk, store) = damaged();
    disk.rot("parts/0000000001.part", IN_A_PAGE_BITS);
    disk.set_faults(platform::disk::Faults {
        read_1_in: 1,
        ..Default::default()
    });
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let selection = Selection {
        matchers: &[Matcher::equal("job", "a")],
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    assert!(querier.select(&selection).is_err());
    disk.set_faults(platform::disk::Faults::default());
    assert_eq!(
        ask(&store, TimeRange::ALL),
        (3 * 2 * ROWS as usize, Vec::new())
    );
    assert_eq!(store.set_aside().len(), 0);
}
