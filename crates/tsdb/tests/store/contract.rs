//! The contract that every store keeps: as it is, with a flush between all commands, and with a power cut between them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{Matcher, TimeRange};
use platform::SimulatedDisk;
use storage::conformance::{check_all, check_handing_over};
use storage::{Appender, Broken, Deleted, FamilyMetadata, Querier, Statistics};
use tsdb::{Store, StoreOptions};

/// What happens to the store before each command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Nothing,
    Flush,
    PowerCut,
    FlushAndPowerCut,
}

/// A store that something happens to before each command. Its stores live as long as the test, since what they give borrows them.
struct Disturbed {
    disk: Arc<SimulatedDisk>,
    late_window_ms: i64,
    event: Event,
    store: Mutex<&'static Store>,
    commands: AtomicU64,
}

/// From here on something happens before each so manieth command only, since a scenario has a thousand.
const COMMANDS_EACH: u64 = 50;
const COMMANDS_STEP: u64 = 100;

impl Disturbed {
    fn new(late_window_ms: i64, event: Event) -> Self {
        let disk = Arc::new(SimulatedDisk::new(1));
        let store = Mutex::new(open(&disk, late_window_ms));
        Self {
            disk,
            late_window_ms,
            event,
            store,
            commands: AtomicU64::new(0),
        }
    }

    fn store(&self) -> &'static Store {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let command = self.commands.fetch_add(1, Ordering::Relaxed);
        if command > COMMANDS_EACH && !command.is_multiple_of(COMMANDS_STEP) {
            return *store;
        }
        if matches!(self.event, Event::Flush | Event::FlushAndPowerCut) {
            store.flush().expect("a flush");
        }
        if matches!(self.event, Event::PowerCut | Event::FlushAndPowerCut) {
            // The locks of the disk go with the power.
            self.disk.crash();
            *store = open(&self.disk, self.late_window_ms);
        }
        *store
    }
}

fn open(disk: &Arc<SimulatedDisk>, late_window_ms: i64) -> &'static Store {
    let options = StoreOptions {
        late_window_ms,
        ..StoreOptions::usual()
    };
    let (store, opening) = Store::open(disk.clone(), options).expect("a store");
    assert_eq!(opening.set_aside, Vec::<String>::new());
    let replayed = store.replay().expect("a replay");
    assert_eq!(replayed.flaws, []);
    Box::leak(Box::new(store))
}

impl storage::Store for Disturbed {
    fn appender(&self) -> Box<dyn Appender + '_> {
        self.store().appender()
    }

    fn querier(&self, range: TimeRange) -> Result<Box<dyn Querier + '_>, Broken> {
        self.store().querier(range)
    }

    fn metadata(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<FamilyMetadata> {
        self.store().metadata(wanted)
    }

    fn delete(&self, matchers: &[Matcher], range: TimeRange) -> Result<Deleted, Broken> {
        self.store().delete(matchers, range)
    }

    fn statistics(&self, limit: usize) -> Statistics {
        self.store().statistics(limit)
    }
}

fn check(event: Event) {
    check_all(&|late_window_ms| Box::new(Disturbed::new(late_window_ms, event)));
}

#[test]
fn holds_as_it_is() {
    check(Event::Nothing);
    let disk = Arc::new(SimulatedDisk::new(1));
    check_handing_over(open(&disk, 0));
}

#[test]
fn holds_with_a_flush_before_every_command() {
    check(Event::Flush);
}

#[test]
fn holds_with_a_power_cut_before_every_command() {
    check(Event::PowerCut);
}

#[test]
fn holds_with_both() {
    check(Event::FlushAndPowerCut);
}
