//! Parts come, go and are replaced; and whatever happens to the disk in between, nothing acknowledged is lost and nothing is there by half.

mod crashes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Labels, Matcher, TimeRange, Timestamp, Value};
use platform::{Disk, SimulatedDisk};

use super::*;
use crate::part::given::{Given, Samples, content};
use crate::part::{Facts, Level};

const FOLDER: &str = "parts";

/// A series with one sample, at a time of its number.
fn samples(keys: &[u32]) -> Given {
    let mut samples = Samples::new();
    for key in keys {
        let target = Labels::from_pairs([("job", "test")]);
        let own = Labels::from_pairs([("__name__", "x"), ("key", &key.to_string())]);
        let value = Value::Float(f64::from(*key));
        samples.insert((target, own), BTreeMap::from([(i64::from(*key), value)]));
    }
    Given::of(&samples)
}

fn deletion(key: u32) -> Deletion {
    Deletion {
        matchers: vec![Matcher::equal("key", key.to_string())],
        range: TimeRange::ALL,
        log_sequence: 7,
    }
}

fn write(catalog: &mut Catalog, keys: &[u32], replaced: &[u64]) -> Result<Written, CatalogError> {
    let facts = Facts {
        replaced: replaced.to_vec(),
        log_sequence: u64::from(keys.iter().copied().max().unwrap_or(0)),
        ..Facts::default()
    };
    let written = catalog.write(&mut samples(keys), Level::Hot, &facts)?;
    Ok(written.expect("there are samples"))
}

fn add(catalog: &mut Catalog, keys: &[u32]) -> u64 {
    let written = write(catalog, keys, &[]).expect("a good disk");
    let number = written.number;
    catalog.publish(vec![written]).expect("a good disk");
    number
}

/// What can be seen of a part.
fn seen_in(part: &OpenPart) -> Vec<u32> {
    let all = content(part.part());
    let seen = all
        .keys()
        .filter(|labels| part.tombstones().of(labels).is_empty());
    seen.map(|labels| labels.value("key").parse().expect("a number"))
        .collect()
}

/// What can be seen of all parts, each key once.
fn seen(catalog: &Catalog) -> BTreeSet<u32> {
    let mut seen = BTreeSet::new();
    for key in catalog.parts().iter().flat_map(|part| seen_in(part)) {
        assert!(seen.insert(key), "{key} is in two parts");
    }
    seen
}

fn opened(disk: &Arc<dyn Disk>) -> (Catalog, Opened) {
    Catalog::open(Arc::clone(disk), FOLDER).expect("a good disk")
}

fn new() -> (SimulatedDisk, Arc<dyn Disk>, Catalog) {
    let simulated = SimulatedDisk::new(1);
    let disk: Arc<dyn Disk> = Arc::new(simulated.clone());
    let (catalog, found) = opened(&disk);
    assert_eq!(found, Opened::default());
    (simulated, disk, catalog)
}

#[test]
fn parts_come_back_in_the_order_of_their_times() {
    let (_, disk, mut catalog) = new();
    assert_eq!(add(&mut catalog, &[5, 6]), 1);
    assert_eq!(add(&mut catalog, &[1, 2]), 2);
    let (again, found) = opened(&disk);
    assert_eq!(found, Opened::default());
    for catalog in [&catalog, &again] {
        let all: Vec<_> = catalog
            .parts()
            .iter()
            .map(|part| (part.number(), seen_in(part)))
            .collect();
        assert_eq!(all, [(2, vec![1, 2]), (1, vec![5, 6])]);
        assert_eq!(catalog.log_sequence(), 6);
        let files = disk.list(FOLDER).expect("a folder");
        let lengths = files.iter().map(|name| {
            let file = disk
                .open_to_read(&format!("{FOLDER}/{name}"))
                .expect("a file");
            file.length().expect("a file")
        });
        assert_eq!(catalog.size_bytes(), lengths.sum::<u64>());
    }
}

#[test]
fn a_source_without_samples_is_no_part() {
    let (_, disk, mut catalog) = new();
    let nothing = catalog.write(&mut samples(&[]), Level::Cold, &Facts::default());
    assert!(nothing.expect("a good disk").is_none());
    assert_eq!(disk.list(FOLDER).expect("a folder"), Vec::<String>::new());
}

#[test]
fn what_is_replaced_is_gone_now_and_at_the_next_open() {
    for sweeps in [true, false] {
        let (_, disk, mut catalog) = new();
        let old = [add(&mut catalog, &[1]), add(&mut catalog, &[2])];
        let before = Arc::clone(catalog.parts());
        let written = write(&mut catalog, &[1, 2], &old).expect("a good disk");
        catalog.publish(vec![written]).expect("a good disk");
        assert_eq!(seen(&catalog), BTreeSet::from([1, 2]));
        if sweeps {
            assert_eq!(catalog.sweep().expect("a good disk"), 2);
        }
        let (again, found) = opened(&disk);
        assert_eq!(seen(&again), BTreeSet::from([1, 2]));
        assert_eq!(found.replaced.len(), if sweeps { 0 } else { 2 });
        assert_eq!(disk.list(FOLDER).expect("a folder"), ["0000000003.part"]);
        // A query that began before goes on.
        assert_eq!(seen_in(&before[0]), [1]);
    }
}

#[test]
fn numbers_are_not_given_again() {
    let (_, disk, mut catalog) = new();
    let first = add(&mut catalog, &[1]);
    let written = write(&mut catalog, &[1], &[first]).expect("a good disk");
    assert_eq!(written.number, 2);
    catalog.discard(written).expect("a good disk");
    let written = write(&mut catalog, &[1], &[first]).expect("a good disk");
    assert_eq!(written.number, 3);
    drop(catalog);
    let (mut catalog, found) = opened(&disk);
    assert_eq!(found.leftovers, 1);
    assert_eq!(add(&mut catalog, &[4]), 4);
}

#[test]
fn deletions_are_kept_until_the_part_goes() {
    let (_, disk, mut catalog) = new();
    let number = add(&mut catalog, &[1, 2, 3]);
    add(&mut catalog, &[4]);
    assert_eq!(catalog.delete(&deletion(2)).expect("a good disk"), 1);
    assert_eq!(
        catalog.delete(&deletion(2)).expect("a good disk"),
        0,
        "it is known"
    );
    assert_eq!(catalog.delete(&deletion(9)).expect("a good disk"), 0);
    let elsewhere = Deletion {
        range: TimeRange::new(Timestamp(100), Timestamp(200)),
        ..deletion(1)
    };
    assert_eq!(catalog.delete(&elsewhere).expect("a good disk"), 0);
    let regular = Matcher::new("key", model::MatchOp::NotRegex, "[124]").expect("an expression");
    let regular = Deletion {
        matchers: vec![regular, Matcher::equal("job", "test")],
        ..deletion(3)
    };
    assert_eq!(catalog.delete(&regular).expect("a good disk"), 1);
    let (mut again, found) = opened(&disk);
    assert_eq!(found, Opened::default());
    assert_eq!(seen(&again), BTreeSet::from([1, 4]));
    assert_eq!(again.size_bytes(), catalog.size_bytes());
    let open = again.part(number).expect("a part");
    assert_eq!(open.tombstones().deletions(), [deletion(2), regular]);
    again.remove(&[number]);
    again.sweep().expect("a good disk");
    assert_eq!(disk.list(FOLDER).expect("a folder"), ["0000000002.part"]);
}

#[test]
fn damaged_files_are_set_aside_and_the_rest_opens() {
    let (simulated, disk, mut catalog) = new();
    add(&mut catalog, &[1]);
    add(&mut catalog, &[2]);
    add(&mut catalog, &[3]);
    catalog.delete(&deletion(3)).expect("a good disk");
    simulated.rot("parts/0000000001.part", 8 * 3);
    let length = catalog.part(2).expect("a part").part().size_bytes();
    simulated.rot("parts/0000000002.part", 8 * (length - 40));
    simulated.rot("parts/0000000003.deleted", 99);
    drop(catalog);
    let (catalog, found) = opened(&disk);
    let paths: Vec<&str> = found
        .aside
        .iter()
        .map(|aside| aside.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "parts/0000000001.part.damaged",
            "parts/0000000002.part.damaged",
            "parts/0000000003.deleted.damaged"
        ]
    );
    assert_eq!(seen(&catalog), BTreeSet::from([3]));
    drop(catalog);
    let (mut catalog, found) = opened(&disk);
    assert_eq!(found, Opened::default());
    assert_eq!(add(&mut catalog, &[9]), 4);
}

#[test]
fn a_full_disk_refuses_a_part_and_later_takes_it() {
    let (simulated, disk, mut catalog) = new();
    add(&mut catalog, &[1]);
    simulated.set_capacity(simulated.used_bytes() + 20);
    let error = write(&mut catalog, &[2], &[]).expect_err("no room");
    assert!(error.is_full(), "{error}");
    assert_eq!(disk.list(FOLDER).expect("a folder"), ["0000000001.part"]);
    simulated.set_capacity(u64::MAX);
    add(&mut catalog, &[2]);
    assert_eq!(seen(&catalog), BTreeSet::from([1, 2]));
}

#[test]
fn parts_that_nobody_asks_for_hold_nothing() {
    let (_, _, mut catalog) = new();
    let number = add(&mut catalog, &[1, 2, 3]);
    let part = Arc::clone(catalog.part(number).expect("a part"));
    let held = |part: &OpenPart| part.part().heap_bytes() > 0;
    assert!(!held(&part), "it was only opened");
    let tables = part.part().tables().expect("own bytes");
    assert!(held(&part));
    for holds in [true, false, false] {
        catalog.rest();
        assert_eq!(held(&part), holds);
    }
    // Whoever has them keeps them, and others read them again.
    assert_eq!(tables.series_count(), 3);
    assert_eq!(seen_in(&part), [1, 2, 3]);
}

#[test]
fn a_snapshot_is_a_folder_of_parts_by_itself() {
    let (_, disk, mut catalog) = new();
    let number = add(&mut catalog, &[1, 2]);
    catalog.delete(&deletion(1)).expect("a good disk");
    assert_eq!(
        catalog.link_into("snapshots/a/parts").expect("a good disk"),
        1
    );
    catalog.remove(&[number]);
    catalog.sweep().expect("a good disk");
    let (snapshot, found) =
        Catalog::open(Arc::clone(&disk), "snapshots/a/parts").expect("a good disk");
    assert_eq!(found, Opened::default());
    assert_eq!(seen(&snapshot), BTreeSet::from([2]));
    assert!(
        catalog.link_into("snapshots/a/parts").is_ok(),
        "no part is left"
    );
}

#[test]
fn every_flipped_byte_of_tombstones_is_noticed() {
    let mut tombstones = Tombstones::default();
    tombstones.push(deletion(1));
    let bytes = tombstones.encode();
    assert_eq!(Tombstones::decode(&bytes), Ok(tombstones));
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            assert!(Tombstones::decode(&damaged).is_err(), "byte {at}");
        }
        assert!(Tombstones::decode(&bytes[..at]).is_err(), "{at} bytes");
    }
}
