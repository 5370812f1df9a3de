//! What the simulated disk keeps and breaks, each over many seeds: what is promised always holds, what is not promised fails sometimes.

use std::collections::BTreeSet;

use crate::disk::{Disk, Faults, SimulatedDisk};

const SEEDS: u64 = 300;

/// What file `a` holds after `script` and a crash, over all seeds; `None` when it is gone.
fn outcomes(script: impl Fn(&SimulatedDisk)) -> BTreeSet<Option<Vec<u8>>> {
    let outcome = |seed| {
        let disk = SimulatedDisk::new(seed);
        script(&disk);
        disk.crash();
        content(&disk, "a")
    };
    (0..SEEDS).map(outcome).collect()
}

fn content(disk: &dyn Disk, path: &str) -> Option<Vec<u8>> {
    let file = disk.open_to_read(path).ok()?;
    let mut bytes = vec![0; file.length().unwrap() as usize];
    file.read_at(0, &mut bytes).unwrap();
    Some(bytes)
}

fn write(disk: &dyn Disk, path: &str, bytes: &[u8]) {
    let file = disk.create(path).unwrap();
    file.write_at(0, bytes).unwrap();
    file.sync().unwrap();
}

#[test]
fn what_is_synced_with_its_name_survives() {
    let found = outcomes(|disk| {
        write(disk, "a", b"kept");
        disk.sync_folder("").unwrap();
    });
    assert_eq!(found, BTreeSet::from([Some(b"kept".to_vec())]));
}

#[test]
fn a_name_without_a_folder_sync_may_be_lost() {
    let found = outcomes(|disk| write(disk, "a", b"kept"));
    assert_eq!(found, BTreeSet::from([None, Some(b"kept".to_vec())]));
}

#[test]
fn unsynced_bytes_are_lost_torn_or_kept() {
    let found = outcomes(|disk| {
        write(disk, "a", b"");
        disk.sync_folder("").unwrap();
        let file = disk.open("a").unwrap();
        file.write_at(0, b"1234").unwrap();
    });
    let lengths: BTreeSet<usize> = found.iter().flatten().map(Vec::len).collect();
    assert_eq!(lengths, BTreeSet::from([0, 1, 2, 3, 4]));
    // The length came to the disk, and the bytes did not.
    assert!(found.contains(&Some(vec![0; 4])));
}

#[test]
fn sectors_are_written_in_no_order() {
    let found = outcomes(|disk| {
        write(disk, "a", b"");
        disk.sync_folder("").unwrap();
        let file = disk.open("a").unwrap();
        file.write_at(0, &[b'x'; 1024]).unwrap();
    });
    let second_alone = [vec![0; 512], vec![b'x'; 512]].concat();
    assert!(found.contains(&Some(second_alone)));
}

#[test]
fn an_unsynced_rename_leaves_the_old_file_or_the_new() {
    let found = outcomes(|disk| {
        write(disk, "a", b"old");
        write(disk, "b", b"new");
        disk.sync_folder("").unwrap();
        disk.rename("b", "a").unwrap();
    });
    let either = [Some(b"old".to_vec()), Some(b"new".to_vec())];
    assert_eq!(found, BTreeSet::from(either));
}

#[test]
fn an_unsynced_removal_may_come_back() {
    let found = outcomes(|disk| {
        write(disk, "a", b"old");
        disk.sync_folder("").unwrap();
        disk.remove("a").unwrap();
    });
    assert_eq!(found, BTreeSet::from([None, Some(b"old".to_vec())]));
}

#[test]
fn a_folder_takes_its_files_with_it() {
    let mut lost = 0;
    for seed in 0..SEEDS {
        let disk = SimulatedDisk::new(seed);
        disk.create_folder("f").unwrap();
        write(&disk, "f/a", b"x");
        disk.sync_folder("f").unwrap();
        disk.crash();
        lost += u64::from(content(&disk, "f/a").is_none());
    }
    assert!(0 < lost && lost < SEEDS, "{lost}");
}

/// The law that made databases lose data: the bytes are shown, a second sync succeeds, and they are gone.
#[test]
fn after_a_failed_sync_a_good_one_proves_nothing() {
    let found = outcomes(|disk| {
        write(disk, "a", b"");
        disk.sync_folder("").unwrap();
        let file = disk.open("a").unwrap();
        file.write_at(0, b"new").unwrap();
        disk.fail_next_sync();
        assert!(file.sync().is_err());
        assert_eq!(content(disk, "a"), Some(b"new".to_vec()));
        file.sync().unwrap();
    });
    assert!(found.contains(&Some(Vec::new())));
}

#[test]
fn written_again_after_a_failed_sync_it_is_kept() {
    let found = outcomes(|disk| {
        write(disk, "a", b"");
        disk.sync_folder("").unwrap();
        let file = disk.open("a").unwrap();
        file.write_at(0, b"new").unwrap();
        disk.fail_next_sync();
        assert!(file.sync().is_err());
        file.write_at(0, b"new").unwrap();
        file.sync().unwrap();
    });
    assert_eq!(found, BTreeSet::from([Some(b"new".to_vec())]));
}

#[test]
fn a_full_disk_takes_a_part() {
    let disk = SimulatedDisk::new(0);
    write(&disk, "a", b"1234");
    disk.set_capacity(6);
    let file = disk.open("a").unwrap();
    assert_eq!(disk.free_bytes().unwrap(), 2);
    let refused = file.write_at(4, b"567").unwrap_err();
    assert!(refused.is_full());
    assert_eq!(refused.to_string(), "write simulated/a: no storage space");
    assert_eq!(content(&disk, "a"), Some(b"123456".to_vec()));
    // What is there may be written over.
    file.write_at(0, b"abcdef").unwrap();
    disk.remove("a").unwrap();
    assert_eq!(disk.free_bytes().unwrap(), 6);
}

#[test]
fn a_crash_ends_open_files_and_locks() {
    let disk = SimulatedDisk::new(0);
    write(&disk, "a", b"1");
    let file = disk.open("a").unwrap();
    let lock = disk.lock("lock").unwrap();
    disk.crash();
    assert!(file.write_at(0, b"2").is_err());
    assert!(file.sync().is_err());
    let second = disk.lock("lock").unwrap();
    // The dead lock's end does not open the living one.
    drop(lock);
    assert!(disk.lock("lock").err().unwrap().is_locked());
    drop(second);
}

#[test]
fn reads_and_syncs_fail_as_often_as_asked() {
    let disk = SimulatedDisk::new(3);
    let file = disk.create("a").unwrap();
    disk.set_faults(Faults {
        sync_1_in: 10,
        sync_folder_1_in: 10,
        read_1_in: 10,
    });
    let failures = |operation: &dyn Fn() -> bool| (0..1000).filter(|_| operation()).count();
    let counts = [
        failures(&|| file.sync().is_err()),
        failures(&|| disk.sync_folder("").is_err()),
        failures(&|| file.read_at(0, &mut [0]).is_err()),
    ];
    assert!(
        counts.iter().all(|count| (50..200).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn bits_rot_on_request() {
    let disk = SimulatedDisk::new(0);
    write(&disk, "a", &[0, 0]);
    disk.sync_folder("").unwrap();
    disk.rot("a", 9);
    assert_eq!(content(&disk, "a"), Some(vec![0, 2]));
    disk.crash();
    assert_eq!(content(&disk, "a"), Some(vec![0, 2]));
}

#[test]
fn one_seed_is_one_history() {
    let run = |seed| {
        let disk = SimulatedDisk::new(seed);
        write(&disk, "a", b"");
        disk.sync_folder("").unwrap();
        disk.open("a").unwrap().write_at(0, &[7; 5000]).unwrap();
        disk.crash();
        content(&disk, "a")
    };
    assert!((0..SEEDS).all(|seed| run(seed) == run(seed)));
}
