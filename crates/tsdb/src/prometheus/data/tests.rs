//! Heads made by hand: what a restart, a cut log, late samples and deletions leave behind.

use model::Value;
use platform::disk::SimulatedDisk;

use super::super::bytes::{put_checksum, put_prefixed, put_varint};
use super::super::chunk::ChunkBuilder;
use super::super::wal::tests::{disk_with, fragment, series};
use super::*;

fn sample(timestamp_ms: i64) -> Sample {
    Sample {
        timestamp_ms,
        value: Value::Float(timestamp_ms as f64),
    }
}

/// A record of samples whose values are their times.
pub(crate) fn samples(number: u64, times: &[i64]) -> Vec<u8> {
    let mut out = vec![2];
    out.extend(number.to_be_bytes());
    out.extend(0_i64.to_be_bytes());
    for time in times {
        put_varint(&mut out, 0);
        put_varint(&mut out, *time);
        out.extend((*time as f64).to_bits().to_be_bytes());
    }
    out
}

fn deletion(number: u64, min_ms: i64, max_ms: i64) -> Vec<u8> {
    let mut out = vec![3];
    out.extend(number.to_be_bytes());
    put_varint(&mut out, min_ms);
    put_varint(&mut out, max_ms);
    out
}

pub(crate) fn log(records: &[Vec<u8>]) -> Vec<u8> {
    let fragments = records.iter().map(|record| fragment(1, record));
    fragments.flatten().collect()
}

/// A file of `chunks_head`: number, whether late, times.
pub(crate) fn full_chunks(chunks: &[(u64, bool, &[i64])]) -> Vec<u8> {
    let mut out = vec![0x01, 0x30, 0xBC, 0x91, 1, 0, 0, 0];
    for (number, late, times) in chunks {
        let mut builder = ChunkBuilder::starting_with(&sample(times[0]));
        assert!(times[1..].iter().all(|time| builder.push(&sample(*time))));
        let chunk = builder.finish();
        let start = out.len();
        out.extend(number.to_be_bytes());
        out.extend(chunk.min_ms.to_be_bytes());
        out.extend(chunk.max_ms.to_be_bytes());
        out.push(1 | if *late { 0x80 } else { 0 });
        put_prefixed(&mut out, &chunk.data);
        put_checksum(&mut out, start);
    }
    out
}

/// The times of each series, whose values are right.
fn times(disk: &SimulatedDisk, from_ms: i64) -> (Vec<(String, Vec<i64>)>, u64) {
    let head = Head::read(disk, from_ms).expect("it is whole");
    let mut found = Vec::new();
    let read = head.for_each(TimeRange::ALL, |labels, samples| {
        let times = samples.iter().map(|sample| sample.timestamp_ms);
        assert!(samples.iter().all(|s| *s == sample(s.timestamp_ms)));
        found.push((labels.to_string(), times.collect()));
    });
    read.expect("it is whole");
    (found, head.strays)
}

#[test]
fn a_head_is_put_together() {
    let disk = disk_with(&[
        // The log was cut before 30: earlier samples are in a full chunk alone.
        (
            "chunks_head/000001",
            full_chunks(&[(1, false, &[10, 20, 30]), (2, true, &[15])]),
        ),
        (
            "wal/checkpoint.00000000/00000000",
            log(&[series(1, "b"), series(2, "a")]),
        ),
        (
            "wal/00000001",
            log(&[
                samples(1, &[30, 40, 50]),
                samples(2, &[10, 60]),
                // After a restart the series has a number more.
                series(7, "b"),
                samples(7, &[60]),
                deletion(1, 35, 45),
                samples(99, &[1]),
            ]),
        ),
        ("wbl/00000000", log(&[samples(2, &[20, 5])])),
    ]);
    let of = |name: &str, times: &[i64]| (name.to_owned(), times.to_vec());
    let (found, strays) = times(&disk, i64::MIN);
    assert_eq!(
        found,
        [
            of("a", &[5, 10, 15, 20, 60]),
            of("b", &[10, 20, 30, 50, 60])
        ]
    );
    assert_eq!(strays, 1);
    // What is in blocks is left out, but for late samples.
    let (found, _) = times(&disk, 20);
    assert_eq!(
        found,
        [of("a", &[5, 15, 20, 60]), of("b", &[20, 30, 50, 60])]
    );
}

#[test]
fn a_directory_without_a_log_has_no_head() {
    assert_eq!(times(&SimulatedDisk::new(1), 0), (Vec::new(), 0));
}
