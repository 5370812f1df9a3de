//! Queriers say why an answer may lack something.

use std::sync::Arc;

use model::TimeRange;
use platform::{Disk, SimulatedDisk};
use storage::Store as _;
use tsdb::{Store, StoreOptions};

fn warnings(store: &Store) -> Vec<String> {
    let querier = store.querier(TimeRange::ALL).expect("a querier");
    querier.warnings()
}

#[test]
fn until_the_log_is_read_recent_samples_may_be_missing() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (store, _) = Store::open(disk, StoreOptions::usual()).expect("a fresh disk");
    let before = warnings(&store);
    assert!(
        matches!(&before[..], [one] if one.contains("still reading its log")),
        "{before:?}"
    );
    store.replay().expect("an empty log");
    assert_eq!(warnings(&store), Vec::<String>::new());
}

#[test]
fn a_file_that_was_set_aside_is_named() {
    let disk = Arc::new(SimulatedDisk::new(0));
    disk.create_folder("parts").expect("a folder");
    let file = disk.create("parts/0000000001.part").expect("a file");
    file.write_at(0, b"no part at all").expect("written");
    file.sync().expect("synced");
    drop(file);
    let (store, opening) = Store::open(disk, StoreOptions::usual()).expect("what can be opened");
    assert_eq!(opening.set_aside.len(), 1);
    store.replay().expect("an empty log");
    let said = warnings(&store);
    assert!(
        matches!(&said[..], [one] if one.contains("0000000001.part") && one.contains("set aside")),
        "{said:?}"
    );
}
