//! Files of Prometheus 2.42 that are kept beside this test, so that it needs no program: see `fixtures/README.md`.

use std::path::Path;

use platform::disk::{Disk as _, SystemDisk};
use tsdb::prometheus::Block;

use crate::log;
use crate::oracle::lines;

fn disk() -> SystemDisk {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prometheus/fixtures/2.42");
    SystemDisk::new(folder).expect("it is there")
}

/// What promtool printed, sorted.
fn printed(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_block_of_2_42_is_read() {
    let disk = disk();
    let names = disk.list("block").expect("it is there");
    let block = Block::open(&disk, &format!("block/{}", names[0])).expect("it is whole");
    assert_eq!(
        lines(&block),
        printed(include_str!("fixtures/2.42/block.txt"))
    );
    let counts = block.meta().counts;
    assert_eq!(
        (counts.series, counts.samples, block.meta().level),
        (3, 6, 1)
    );
}

#[test]
fn a_log_of_2_42_is_read() {
    let read = log::read(&disk());
    assert_eq!(read.end.torn, None);
    assert_eq!(read.lines(), printed(include_str!("fixtures/2.42/wal.txt")));
    // The target counted its pages: each page's exemplar has half its number.
    assert!(!read.exemplars.is_empty());
    for exemplar in &read.exemplars {
        let page = 2.0 * exemplar.value;
        assert_eq!(exemplar.labels.value("trace_id"), format!("x{page}"));
    }
}
