//! Reads any bytes as a segment of the log: what is not understood is a flaw, nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::Labels;
use platform::disk::{Disk as _, SimulatedDisk};
use tsdb::log::{Record, Scope, TargetId, Visitor, inspect};

struct Ignored;

impl Visitor for Ignored {
    fn target(&mut self, _: TargetId, _: Labels) {}

    fn column(&mut self, _: TargetId, _: u32, _: Scope, _: Labels) {}

    fn record(&mut self, _: u64, _: Record<'_>) {}
}

fuzz_target!(|bytes: &[u8]| {
    let disk = SimulatedDisk::new(1);
    disk.create_folder("log").expect("an empty disk");
    let segment = disk.create("log/0000000001.log").expect("an empty folder");
    segment.write_at(0, bytes).expect("room");
    let _ = inspect(&disk, "log", &mut Ignored);
});
