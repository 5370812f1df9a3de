//! The model test is itself tested: over disks that cheat, it must fail.

use std::sync::Arc;

use platform::SimulatedDisk;
use platform::disk::{Cheat, CheatingDisk};

use super::model::run;

/// A cheat is noticed within so many histories.
const SEEDS: u64 = 400;

fn first_noticed(cheat: Cheat) -> Option<u64> {
    (0..SEEDS).find(|&seed| {
        let disk = SimulatedDisk::new(seed);
        let cheating = CheatingDisk::new(disk.clone(), cheat);
        run(seed, &disk, Arc::new(cheating)).is_err()
    })
}

fn check(cheat: Cheat) {
    assert!(first_noticed(cheat).is_some(), "{cheat:?} goes unnoticed");
}

#[test]
fn an_honest_disk_is_believed() {
    assert_eq!(first_noticed(Cheat::None), None);
}

#[test]
fn a_skipped_sync_is_noticed() {
    check(Cheat::NoSync);
}

#[test]
fn acknowledging_before_the_sync_is_noticed() {
    check(Cheat::AcknowledgesFirst);
}

#[test]
fn a_skipped_folder_sync_is_noticed() {
    check(Cheat::NoFolderSync);
}

#[test]
fn a_sync_that_is_tried_again_is_noticed() {
    check(Cheat::TriesAgain);
}

#[test]
fn a_failed_sync_that_is_kept_quiet_is_noticed() {
    check(Cheat::KeepsQuiet);
}
