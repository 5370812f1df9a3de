//! The contract that every store keeps: as it is, with a flush between all commands, and with a new start between them.

use std::sync::Arc;

use platform::SimulatedDisk;
use storage::conformance::check_all;
use tsdb::{Store, StoreOptions};

fn options(late_window_ms: i64) -> StoreOptions {
    StoreOptions {
        late_window_ms,
        ..StoreOptions::usual()
    }
}

fn open(disk: &Arc<SimulatedDisk>, late_window_ms: i64) -> Store {
    let (store, opening) = Store::open(disk.clone(), options(late_window_ms)).expect("a store");
    assert_eq!(opening.set_aside, Vec::<String>::new());
    let replayed = store.replay().expect("a replay");
    assert_eq!(replayed.flaws, []);
    store
}

#[test]
fn holds_as_it_is() {
    check_all(&|late_window_ms| {
        let disk = Arc::new(SimulatedDisk::new(1));
        Box::new(open(&disk, late_window_ms))
    });
}
