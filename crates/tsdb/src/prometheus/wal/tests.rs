//! Logs made by hand from the format page.

use model::{Labels, Value};
use platform::disk::{Disk as _, SimulatedDisk};
use proptest::prelude::*;

use super::super::bytes::{put_prefixed, put_uvarint, put_varint};
use super::*;

/// A fragment.
pub(crate) fn fragment(head: u8, data: &[u8]) -> Vec<u8> {
    let mut out = vec![head];
    out.extend((data.len() as u16).to_be_bytes());
    out.extend(crc32c::crc32c(data).to_be_bytes());
    out.extend(data);
    out
}

pub(crate) fn series(number: u64, name: &str) -> Vec<u8> {
    let mut out = vec![1];
    out.extend(number.to_be_bytes());
    put_uvarint(&mut out, 1);
    put_prefixed(&mut out, b"__name__");
    put_prefixed(&mut out, name.as_bytes());
    out
}

fn samples(number: u64, count: i64) -> Vec<u8> {
    let mut out = vec![2];
    out.extend(number.to_be_bytes());
    out.extend(1000_i64.to_be_bytes());
    for i in 0..count {
        put_varint(&mut out, 0);
        put_varint(&mut out, i);
        out.extend((i as f64).to_bits().to_be_bytes());
    }
    out
}

pub(crate) fn disk_with(files: &[(&str, Vec<u8>)]) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    for (path, bytes) in files {
        let (folder, _) = path.rsplit_once('/').expect("files are in folders");
        disk.create_folder(folder).expect("there is room");
        files::write(&disk, path, bytes).expect("there is room");
    }
    disk
}

fn read_all(files: &[(&str, Vec<u8>)]) -> (Vec<Record>, Result<End, Error>) {
    let mut records = Vec::new();
    let end = read(&disk_with(files), "wal", |record| records.push(record));
    (records, end)
}

fn one(number: u64, name: &str) -> Record {
    Record::Series(vec![(number, Labels::from_pairs([("__name__", name)]))])
}

#[test]
fn a_checkpoint_replaces_the_segments_before_it() {
    let whole = |name| fragment(1, &series(1, name));
    let (records, end) = read_all(&[
        ("wal/00000003", whole("before")),
        ("wal/checkpoint.00000002/00000000", whole("older")),
        ("wal/checkpoint.00000003/00000000", whole("kept")),
        ("wal/00000004", whole("after")),
        ("wal/00000010", whole("last")),
    ]);
    assert_eq!(records, [one(1, "kept"), one(1, "after"), one(1, "last")]);
    assert_eq!(end.expect("it is whole").torn, None);
}

#[test]
fn records_may_be_packed_and_in_parts() {
    let record = samples(7, 9000);
    let snappy = snap::raw::Encoder::new()
        .compress_vec(&record)
        .expect("it is short");
    let zstd = zstd::stream::encode_all(&record[..], 1).expect("it is short");
    for (packing, packed) in [(0, record.clone()), (SNAPPY, snappy), (ZSTD, zstd)] {
        // The first fragment fills the first page, and so on; pages end with fewer bytes than a head has.
        let mut file = Vec::new();
        let mut rest = &packed[..];
        while !rest.is_empty() {
            let room = PAGE_BYTES - FRAGMENT_HEAD_BYTES - 3;
            let (part, after) = rest.split_at(room.min(rest.len()));
            let kind = match (rest.len() == packed.len(), after.is_empty()) {
                (true, true) => 1,
                (true, false) => 2,
                (false, false) => 3,
                (false, true) => 4,
            };
            file.extend(fragment(kind | packing, part));
            file.resize(file.len().next_multiple_of(PAGE_BYTES), 0);
            rest = after;
        }
        let (records, end) = read_all(&[("wal/00000000", file)]);
        assert_eq!(end.expect("it is whole").torn, None);
        let [Record::Samples(samples)] = &records[..] else {
            panic!("one record of samples was written: {records:?}");
        };
        assert_eq!(samples.len(), 9000);
        let last = samples.last().expect("there are some");
        assert_eq!((last.series, last.timestamp_ms), (7, 9999));
        assert_eq!(last.value, Value::Float(8999.0));
    }
}

#[test]
fn a_torn_end_is_told_and_damage_elsewhere_refused() {
    let mut file = fragment(1, &series(1, "a"));
    let whole = file.len();
    file.extend(fragment(1, &series(2, "b")));
    for cut in whole + 1..file.len() {
        let torn = file[..cut].to_vec();
        let (records, end) = read_all(&[("wal/00000000", torn.clone())]);
        assert_eq!(records, [one(1, "a")], "cut at {cut}");
        let (path, damage) = end
            .expect("what is torn is no error")
            .torn
            .expect("it is torn");
        assert_eq!(
            (path.as_str(), damage.fault),
            ("wal/00000000", Fault::Truncated)
        );
        assert!(damage.offset >= whole as u64);

        let next = fragment(1, &series(3, "c"));
        let (_, end) = read_all(&[("wal/00000000", torn), ("wal/00000001", next)]);
        assert!(matches!(end, Err(Error::Damaged { .. })), "cut at {cut}");
    }
}

#[test]
fn unknown_records_are_counted() {
    let mut file = fragment(1, &[99, 1, 2]);
    file.extend(fragment(1, &series(1, "a")));
    let (records, end) = read_all(&[("wal/00000000", file)]);
    assert_eq!(records, [one(1, "a")]);
    assert_eq!(end.expect("it is whole").unknown, 1);
}

/// Worked out by hand from the format page: series and start from the sample before or the first.
#[test]
fn samples_with_start_times_are_read() {
    let mut out = vec![11];
    for number in [5, 1000, 900] {
        put_varint(&mut out, number);
    }
    out.extend(1.0_f64.to_bits().to_be_bytes());
    for (mark, extra) in [(1, None), (2, Some(-3)), (0, None)] {
        put_varint(&mut out, 1);
        put_varint(&mut out, 10);
        out.push(mark);
        if let Some(extra) = extra {
            put_varint(&mut out, extra);
        }
        out.extend(2.0_f64.to_bits().to_be_bytes());
    }
    let Ok(Record::Samples(samples)) = record::decode(&out) else {
        panic!("it is well formed");
    };
    let read: Vec<_> = samples
        .iter()
        .map(|s| (s.series, s.timestamp_ms, s.start_ms))
        .collect();
    let expected = [
        (5, 1000, Some(900)),
        (6, 1010, Some(900)),
        (7, 1010, Some(897)),
        (8, 1010, None),
    ];
    assert_eq!(read, expected);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(kind in 0_u8..16, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut record = vec![kind];
        record.extend(&bytes);
        let _ = record::decode(&record);
        for packing in [0, SNAPPY, ZSTD, SNAPPY | ZSTD] {
            let mut file = fragment(1 | packing, &record);
            file.extend(&bytes);
            let _ = read_segment(&file, &mut End::default(), &mut |_| {});
        }
    }
}
