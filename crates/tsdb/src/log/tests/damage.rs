//! Bytes that changed behind our back: they are named, what is behind them is kept for others, and nothing panics.

use std::sync::Arc;

use platform::{Disk, SimulatedDisk};

use model::Labels;

use super::model::{Dice, Parts};
use super::said::{Numbered, Said, append_floats, open};
use crate::log::bytes::Malformed;
use crate::log::group::{GroupReader, GroupWriter};
use crate::log::{Flaw, Record, Scope, TargetId, Visitor};

const SEGMENT_BYTES: u64 = 1 << 20;

/// Two segments of three groups each, and where the groups end in each file.
fn written() -> (Arc<SimulatedDisk>, Vec<Said>, Vec<u64>) {
    let disk = Arc::new(SimulatedDisk::new(0));
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    let mut said = Vec::new();
    let mut ends = Vec::new();
    let mut end = 0;
    for time_ms in 0..6 {
        let values = [time_ms as f64, 0.5, 1.0 / (time_ms as f64 + 3.0)];
        said.push(append_floats(&mut log, 1, time_ms, &values));
        end += log.commit().unwrap().written_bytes;
        ends.push(end);
        if time_ms == 2 {
            log.rotate().unwrap();
            end = 0;
        }
    }
    (disk, said, ends)
}

/// Turns the first bit of byte `offset` of a segment, and says what is shown and found then.
fn check(path: &str, offset: u64, shown: &[usize], flaw: &str) {
    let (disk, said, _) = written();
    disk.rot(path, offset as usize * 8);
    let (_, heard, replayed) = open(disk, SEGMENT_BYTES).unwrap();
    let expected: Vec<Said> = shown.iter().map(|&index| said[index].clone()).collect();
    assert_eq!(heard, expected);
    let flaws: Vec<String> = replayed.flaws.iter().map(Flaw::to_string).collect();
    assert_eq!(flaws, [flaw]);
}

const FIRST: &str = "log/0000000001.log";
const SECOND: &str = "log/0000000002.log";

#[test]
fn the_middle_of_a_sealed_segment() {
    let (_, _, ends) = written();
    let flaw = format!(
        "{FIRST}: damaged at byte {}, groups 2 to 3 are lost",
        ends[0]
    );
    check(FIRST, ends[0] + 40, &[0, 3, 4, 5], &flaw);
}

#[test]
fn the_end_of_a_sealed_segment() {
    let (_, _, ends) = written();
    let flaw = format!(
        "{FIRST}: damaged at byte {}, groups 3 to 3 are lost",
        ends[1]
    );
    check(FIRST, ends[2] - 1, &[0, 1, 3, 4, 5], &flaw);
}

#[test]
fn the_head_of_a_sealed_segment() {
    let flaw = format!("{FIRST}: damaged at byte 0, groups 1 to 3 are lost");
    check(FIRST, 0, &[3, 4, 5], &flaw);
}

#[test]
fn the_middle_of_the_last_segment() {
    let (_, _, ends) = written();
    let flaw = format!(
        "{SECOND}: damaged at byte {}, groups 5 to 6 are lost",
        ends[3]
    );
    check(SECOND, ends[3] + 4, &[0, 1, 2, 3], &flaw);
}

/// Nothing behind it says that it was whole once.
#[test]
fn the_end_of_the_last_segment() {
    let (_, _, ends) = written();
    let size_bytes = ends[5] - ends[4];
    let flaw = format!(
        "{SECOND}: {size_bytes} bytes of an unfinished write were cut off at byte {}",
        ends[4]
    );
    check(SECOND, ends[5] - 1, &[0, 1, 2, 3, 4], &flaw);
}

#[test]
fn a_segment_that_is_gone() {
    let (disk, said, _) = written();
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    append_floats(&mut log, 1, 9, &[1.0]);
    log.commit().unwrap();
    disk.remove(SECOND).unwrap();
    let (_, heard, replayed) = open(disk, SEGMENT_BYTES).unwrap();
    assert_eq!(heard[..3], said[..3]);
    let flaws: Vec<String> = replayed.flaws.iter().map(Flaw::to_string).collect();
    let expected = "log/0000000003.log: groups 4 to 6 are missing before this segment";
    assert_eq!(flaws, [expected]);
}

#[test]
fn damage_is_set_aside_when_the_log_is_cut() {
    let (disk, _, ends) = written();
    disk.rot(FIRST, ends[0] as usize * 8);
    let (mut log, _, _) = open(disk.clone(), SEGMENT_BYTES).unwrap();
    append_floats(&mut log, 1, 9, &[1.0]);
    log.commit().unwrap();
    let cut = log.cut(u64::MAX).unwrap();
    assert_eq!(cut.set_aside, ["log/0000000001.log.damaged"]);
    assert_eq!(cut.removed, 1);
    let names = disk.list("log").unwrap();
    assert_eq!(names, ["0000000001.log.damaged", "0000000003.log"]);
    let (_, _, replayed) = open(disk, SEGMENT_BYTES).unwrap();
    assert_eq!(replayed.flaws, []);
}

/// Whatever bit is wrong, what is shown was said, in order, and something is reported.
#[test]
fn every_single_bit() {
    let (_, said, ends) = written();
    for (path, length) in [(FIRST, ends[2]), (SECOND, ends[5])] {
        for bit in 0..length as usize * 8 {
            let (disk, _, _) = written();
            disk.rot(path, bit);
            let (_, heard, replayed) = open(disk, SEGMENT_BYTES).unwrap();
            let mut rest = said.iter();
            assert!(heard.iter().all(|one| rest.any(|said| said == one)));
            // Four bytes of the head mean nothing yet, and are still covered.
            assert_eq!(replayed.flaws.len(), 1, "bit {bit} of {path}");
        }
    }
}

/// The checksums are made right again, so that the decoders see what is wrong.
#[test]
fn any_group_is_read_or_refused() {
    let mut dice = Dice(1);
    let mut refused = 0;
    for _ in 0..3000 {
        let mut group = Vec::new();
        let mut writer = GroupWriter::default();
        for time_ms in 0..4 {
            let parts = Parts::random(&mut dice, time_ms);
            writer.put(&mut group, &parts.record(dice.below(6)), &Numbered);
        }
        for _ in 0..=dice.below(3) {
            let at = dice.below(group.len() as u64) as usize;
            match dice.below(3) {
                0 => group[at] = dice.next() as u8,
                1 => group.truncate(at.max(1)),
                _ => group[at] ^= 1 << dice.below(8),
            }
        }
        let read: Result<(), Malformed> = GroupReader::default().get(&group, 1, &mut Indifferent);
        refused += u64::from(read.is_err());
    }
    assert!(refused > 1000, "{refused}");
}

/// Takes whatever comes.
struct Indifferent;

impl Visitor for Indifferent {
    fn target(&mut self, _: TargetId, _: Labels) {}

    fn column(&mut self, _: TargetId, _: u32, _: Scope, _: Labels) {}

    fn record(&mut self, _: u64, _: Record<'_>) {}
}
