//! Reads any bytes as a segment of the log, and as groups behind good checksums: what is not understood is a flaw, nothing panics.
//!
//! Mutations of a whole segment end at its checksums, so the same bytes are also put into frames of their own, as `docs/formats/log.md` has them: the first
//! byte is the format's version, and each group begins with its length in two bytes. On stable, `cargo test -p tsdb any_group` does it by chance.

#![no_main]

use std::io::Write as _;

use libfuzzer_sys::fuzz_target;
use model::Labels;
use platform::disk::{Disk as _, SimulatedDisk};
use tsdb::log::{Record, Scope, TargetId, Visitor, inspect};
use xxhash_rust::xxh3::xxh3_64_with_seed;

struct Ignored;

impl Visitor for Ignored {
    fn target(&mut self, _: TargetId, _: Labels) {}

    fn column(&mut self, _: TargetId, _: u32, _: Scope, _: Labels) {}

    fn record(&mut self, _: u64, _: Record<'_>) {}
}

fn read(segment: &[u8]) {
    let disk = SimulatedDisk::new(1);
    disk.create_folder("log").expect("an empty disk");
    let file = disk.create("log/0000000001.log").expect("an empty folder");
    file.write_at(0, segment).expect("room");
    let _ = inspect(&disk, "log", &mut Ignored);
}

/// A segment whose checksums are right.
fn framed(bytes: &[u8]) -> Option<Vec<u8>> {
    let (version, mut rest) = bytes.split_first()?;
    let mut segment = b"ferulalg".to_vec();
    segment.extend_from_slice(&u32::from(1 + version % 2).to_le_bytes());
    segment.extend_from_slice(&[0; 4]);
    segment.extend_from_slice(&1_u64.to_le_bytes());
    segment.extend_from_slice(&0_u64.to_le_bytes());
    let checksum = xxh3_64_with_seed(&segment, 0);
    segment.extend_from_slice(&checksum.to_le_bytes());
    let mut stream = zstd::stream::write::Encoder::new(Vec::new(), 1).ok()?;
    let mut sequence = 0_u64;
    while let Some((length, groups)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_le_bytes(*length)).min(groups.len());
        let (group, behind) = groups.split_at(length);
        rest = behind;
        sequence += 1;
        stream.get_mut().clear();
        stream.write_all(group).ok()?;
        stream.flush().ok()?;
        let payload = stream.get_ref();
        let mut head = vec![0xfe, 0x72, 0x6c, 0x67];
        head.extend_from_slice(&(payload.len() as u32).to_le_bytes());
        head.extend_from_slice(&sequence.to_le_bytes());
        head.extend_from_slice(&1_u32.to_le_bytes());
        let checksum = xxh3_64_with_seed(&head, xxh3_64_with_seed(payload, 1));
        segment.extend_from_slice(&head);
        segment.extend_from_slice(&checksum.to_le_bytes());
        segment.extend_from_slice(payload);
    }
    Some(segment)
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    if let Some(segment) = framed(bytes) {
        read(&segment);
    }
});
