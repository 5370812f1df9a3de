//! Files made by hand from the format page.

use platform::disk::{Disk as _, SimulatedDisk};
use proptest::prelude::*;

use super::super::bytes::{put_checksum, put_prefixed};
use super::*;

fn file(chunks: &[(u64, u8, &[u8])]) -> Vec<u8> {
    let mut out = vec![0x01, 0x30, 0xBC, 0x91, 1, 0, 0, 0];
    for (series, encoding, data) in chunks {
        let start = out.len();
        out.extend(series.to_be_bytes());
        out.extend((-5_i64).to_be_bytes());
        out.extend(7_i64.to_be_bytes());
        out.push(*encoding);
        put_prefixed(&mut out, data);
        put_checksum(&mut out, start);
    }
    out
}

#[test]
fn chunks_come_in_order_and_a_torn_end_is_told() {
    let disk = SimulatedDisk::new(1);
    disk.create_folder("heads").expect("there is room");
    let mut first = file(&[(1, 1, b"abc"), (2, 0x81, b"")]);
    first.resize(1000, 0);
    let mut last = file(&[(3, 2, b"x"), (4, 3, b"torn")]);
    last.pop();
    files::write(&disk, "heads/000001", &first).expect("there is room");
    files::write(&disk, "heads/000002", &last).expect("there is room");
    let mut seen = Vec::new();
    let torn = read(&disk, "heads", |chunk| {
        assert_eq!((chunk.min_ms, chunk.max_ms), (-5, 7));
        seen.push((
            chunk.series,
            chunk.late,
            chunk.encoding,
            chunk.data.to_vec(),
        ));
    });
    let expected = [
        (1, false, 1, b"abc".to_vec()),
        (2, true, 1, Vec::new()),
        (3, false, 2, b"x".to_vec()),
    ];
    assert_eq!(seen, expected);
    let (path, damage) = torn.expect("a torn end is no error").expect("it is torn");
    assert_eq!(
        (path.as_str(), damage.fault),
        ("heads/000002", Fault::Truncated)
    );
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut all = file(&[(1, 1, b"abc")]);
        all.extend(&bytes);
        let _ = read_file(&all, &mut |_| {});
        let _ = read_file(&bytes, &mut |_| {});
    }
}
