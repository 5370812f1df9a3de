//! A disk without room, and one that fails: what the log says, and how it goes on.

use std::sync::Arc;

use platform::{Disk, SimulatedDisk};

use super::said::{Said, append_floats, open};
use crate::log::{Log, LogError};

const SEGMENT_BYTES: u64 = 1 << 20;

fn committed(log: &mut Log, time_ms: i64) -> Result<Said, LogError> {
    let said = append_floats(log, 1, time_ms, &[time_ms as f64 / 3.0; 50]);
    log.commit().map(|_| said)
}

#[test]
fn refuses_while_there_is_no_room_and_goes_on_when_there_is() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let first = committed(&mut log, 1).unwrap();
    disk.set_capacity(disk.used_bytes() + 10);
    for time_ms in 2..5 {
        let refused = committed(&mut log, time_ms).unwrap_err();
        assert!(matches!(refused, LogError::Full(_)), "{refused}");
        assert_eq!(log.acknowledged(), first.sequence);
    }
    disk.set_capacity(u64::MAX);
    let last = committed(&mut log, 5).unwrap();
    assert!(last.sequence > first.sequence);
    let (_, shown, replayed) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    assert_eq!(shown, [first, last]);
    assert_eq!(replayed.flaws, []);
    assert_eq!(
        disk.list("log").unwrap().len(),
        2,
        "nothing unfinished is left"
    );
}

#[test]
fn stops_loudly_after_a_failed_sync() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let first = committed(&mut log, 1).unwrap();
    disk.fail_next_sync();
    let said = committed(&mut log, 2).unwrap_err().to_string();
    let expected = "the log has stopped, since the disk failed: sync simulated/log/0000000001.log: other error";
    assert_eq!(said, expected);
    assert_eq!(log.commit().unwrap_err().to_string(), expected);
    assert_eq!(log.acknowledged(), first.sequence);
}

#[test]
fn cuts_what_is_no_longer_needed() {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let mut said = Vec::new();
    for time_ms in 0..6 {
        said.push(committed(&mut log, time_ms).unwrap());
        if time_ms % 2 == 1 {
            log.rotate().unwrap();
        }
    }
    assert_eq!(said[4].sequence, 5);
    // Group 4 is the last of the second segment.
    assert_eq!(log.cut(4).unwrap().removed, 1);
    assert_eq!(log.cut(5).unwrap().removed, 1);
    // The newest stays, so that numbers go on.
    assert_eq!(log.cut(u64::MAX).unwrap().removed, 0);
    let (log, shown, replayed) = open(disk, SEGMENT_BYTES).unwrap();
    assert_eq!(shown, said[4..]);
    assert_eq!(replayed.flaws, []);
    assert_eq!(log.acknowledged(), 6);
}
