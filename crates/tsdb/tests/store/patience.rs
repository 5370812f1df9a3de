//! A merge that takes as long as it likes: flushes, deletions, snapshots and queries don't wait for it.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use model::{Labels, Matcher, TimeRange, Timestamp};
use platform::{Disk, DiskError, DiskFile, DiskLock, SimulatedDisk};
use storage::{Columns, Hints, Sample, Selection, SeriesKey, Store as _};
use tsdb::store::Retention;
use tsdb::{Store, StoreOptions};

const HOUR_MS: i64 = 3_600_000;
/// The beginning of a day.
const START_MS: i64 = 20_000 * 24 * HOUR_MS;
/// What doesn't wait is done long before.
const LONG: Duration = Duration::from_secs(60);

/// Holds up whoever makes a file, while it is shut.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The file that is held up.
    shut_for: Option<String>,
    waits: bool,
}

impl Gate {
    fn shut(&self, path: &str) {
        self.state.lock().expect("no panic").shut_for = Some(path.to_owned());
    }

    fn open(&self) {
        self.state.lock().expect("no panic").shut_for = None;
        self.changed.notify_all();
    }

    fn pass(&self, path: &str) {
        let mut state = self.state.lock().expect("no panic");
        while state.shut_for.as_deref() == Some(path) {
            state.waits = true;
            self.changed.notify_all();
            state = self.changed.wait(state).expect("no panic");
        }
    }

    /// Until somebody is held up.
    fn wait(&self) {
        let state = self.state.lock().expect("no panic");
        let waited = self
            .changed
            .wait_timeout_while(state, LONG, |state| !state.waits);
        assert!(waited.expect("no panic").0.waits, "nobody makes that file");
    }
}

struct GatedDisk(SimulatedDisk, Arc<Gate>);

impl Disk for GatedDisk {
    fn create_folder(&self, path: &str) -> Result<(), DiskError> {
        self.0.create_folder(path)
    }
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        self.0.list(folder)
    }
    fn create(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.1.pass(path);
        self.0.create(path)
    }
    fn open(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.0.open(path)
    }
    fn open_to_read(&self, path: &str) -> Result<Box<dyn DiskFile>, DiskError> {
        self.0.open_to_read(path)
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.0.rename(from, to)
    }
    fn link(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.0.link(from, to)
    }
    fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.0.remove(path)
    }
    fn remove_folder(&self, path: &str) -> Result<(), DiskError> {
        self.0.remove_folder(path)
    }
    fn sync_folder(&self, path: &str) -> Result<(), DiskError> {
        self.0.sync_folder(path)
    }
    fn free_bytes(&self) -> Result<u64, DiskError> {
        self.0.free_bytes()
    }
    fn lock(&self, path: &str) -> Result<Box<dyn DiskLock>, DiskError> {
        self.0.lock(path)
    }
}

fn append(store: &Store, at_ms: i64) {
    let mut appender = store.appender();
    let job = Labels::from_pairs([("job", "a")]);
    appender.row(&job, Timestamp(at_ms));
    for name in ["x", "y"] {
        let own = Labels::from_pairs([("__name__", name)]);
        let appended = appender.append(SeriesKey::InTarget(&own), Sample::float(at_ms as f64));
        appended.expect("a new sample");
    }
    appender.commit().expect("a commit");
}

fn times(store: &Store, name: &str) -> Vec<i64> {
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    let selection = Selection {
        matchers: &[Matcher::equal("__name__", name)],
        range: TimeRange::ALL,
        hints: Hints::default(),
    };
    let mut columns = Columns::default();
    let mut found = Vec::new();
    for group in querier.select(&selection).expect("a good disk") {
        group
            .read(TimeRange::ALL, &mut columns)
            .expect("a good disk");
        let samples = columns.columns.iter();
        let samples = samples.flat_map(|column| column.samples(&columns.timestamps));
        found.extend(samples.map(|(time_ms, _)| time_ms));
    }
    found.sort_unstable();
    found
}

fn open(disk: SimulatedDisk, gate: &Arc<Gate>) -> Store {
    let options = StoreOptions {
        retention: Retention::default(),
        late_window_ms: 0,
        ..StoreOptions::usual()
    };
    let disk = Arc::new(GatedDisk(disk, Arc::clone(gate)));
    let (store, opening) = Store::open(disk, options).expect("a good disk");
    assert_eq!(opening.set_aside, Vec::<String>::new());
    store.replay().expect("a good disk");
    store
}

#[test]
fn nobody_waits_for_a_merge() {
    let (disk, gate) = (SimulatedDisk::new(1), Arc::new(Gate::default()));
    let store = open(disk.clone(), &gate);
    // Two flushes of one window, which is over.
    let hours = [0, 1, 30];
    for hour in hours {
        append(&store, START_MS + hour * HOUR_MS);
        store.flush().expect("a flush");
    }
    let now = Timestamp(START_MS + 31 * HOUR_MS);
    gate.shut("parts/0000000004.part.tmp");
    let merged = std::thread::scope(|scope| {
        let merge = scope.spawn(|| store.merge_due(now).expect("a good disk"));
        gate.wait();
        // All of this happens while the merge has not begun to write. If one of them waited, the test would not end.
        append(&store, START_MS + 31 * HOUR_MS);
        assert!(store.flush().expect("a flush"), "there was a row");
        let range = TimeRange::new(Timestamp(START_MS), Timestamp(START_MS));
        let deleted = store.delete(&[Matcher::equal("__name__", "x")], range);
        deleted.expect("a deletion");
        assert_eq!(store.snapshot("one", false).expect("a snapshot"), 4);
        store.maintain(now).expect("a good disk");
        assert_eq!(times(&store, "x").len(), 3);
        assert!(!merge.is_finished());
        gate.open();
        merge.join().expect("no panic")
    });
    let merged = merged.expect("there was something to merge");
    assert_eq!(merged.replaced, [1, 2]);
    let at = |hours: &[i64]| -> Vec<i64> {
        let times = hours.iter().map(|hour| START_MS + hour * HOUR_MS);
        times.collect()
    };
    let check = |store: &Store| {
        // What was deleted meanwhile stays away.
        assert_eq!(times(store, "x"), at(&[1, 30, 31]));
        assert_eq!(times(store, "y"), at(&[0, 1, 30, 31]));
    };
    check(&store);
    drop(store);
    disk.crash();
    check(&open(disk, &gate));
}

/// Retention took what was being merged: the new part would bring it back.
#[test]
fn a_merge_of_what_is_gone_comes_to_nothing() {
    let (disk, gate) = (SimulatedDisk::new(2), Arc::new(Gate::default()));
    let store = open(disk.clone(), &gate);
    for hour in [0, 1, 30] {
        append(&store, START_MS + hour * HOUR_MS);
        store.flush().expect("a flush");
    }
    let now = Timestamp(START_MS + 31 * HOUR_MS);
    gate.shut("parts/0000000004.part.tmp");
    let merged = std::thread::scope(|scope| {
        let merge = scope.spawn(|| store.merge_due(now).expect("a good disk"));
        gate.wait();
        let retention = Retention {
            time_ms: Some(10 * HOUR_MS),
            size_bytes: None,
        };
        store.adjust(0, retention);
        let done = store.maintain(now).expect("a good disk");
        assert_eq!(done.dropped, [1, 2]);
        gate.open();
        merge.join().expect("no panic")
    });
    assert_eq!(merged, None);
    assert_eq!(times(&store, "y"), [START_MS + 30 * HOUR_MS]);
    assert_eq!(disk.list("parts").expect("a folder"), ["0000000003.part"]);
}
