//! An index of the first version, made by hand from the format page, and any bytes.

use proptest::prelude::*;

use super::super::bytes::{put_checksum, put_prefixed, put_uvarint, put_varint};
use super::super::meta::Meta;
use super::super::tombstones::Tombstones;
use super::*;

fn section(file: &mut Vec<u8>, content: &[u8]) -> u64 {
    let offset = file.len() as u64;
    file.extend((content.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(content);
    put_checksum(file, start);
    offset
}

/// One series `{a="b"}` with two chunks.
fn version_1() -> Vec<u8> {
    let mut file = vec![0xBA, 0xAA, 0xD7, 0x00, 1];
    // Symbols begin behind the section's length and their count; each is told by where its own length is.
    let first = file.len() as u64 + 8;
    let symbols = section(&mut file, &[0, 0, 0, 2, 1, b'a', 1, b'b']);
    let mut entry = Vec::new();
    for number in [1, first, first + 2, 2] {
        put_uvarint(&mut entry, number);
    }
    put_varint(&mut entry, -100);
    for number in [40, 8, 10, 50] {
        put_uvarint(&mut entry, number);
    }
    put_varint(&mut entry, 22);
    let number = file.len() as u32;
    put_uvarint(&mut file, entry.len() as u64);
    let start = file.len();
    file.extend(entry);
    put_checksum(&mut file, start);
    let postings = section(
        &mut file,
        &[&[0, 0, 0, 1], &number.to_be_bytes()[..]].concat(),
    );
    let mut table = vec![0, 0, 0, 2];
    for (name, value) in [("", ""), ("a", "b")] {
        table.push(2);
        put_prefixed(&mut table, name.as_bytes());
        put_prefixed(&mut table, value.as_bytes());
        put_uvarint(&mut table, postings);
    }
    let table = section(&mut file, &table);
    let start = file.len();
    for offset in [symbols, u64::from(number), 0, 0, postings, table] {
        file.extend(offset.to_be_bytes());
    }
    put_checksum(&mut file, start);
    file
}

#[test]
fn the_first_version_is_read() {
    let index = Index::parse(version_1()).expect("it is whole");
    let all = index.all().expect("it is whole");
    assert_eq!(index.postings("a", "b"), Ok(all.clone()));
    assert_eq!(index.postings("a", "c"), Ok(Vec::new()));
    let series = index.series(all[0]).expect("it is there");
    assert_eq!(series.labels, Labels::from_pairs([("a", "b")]));
    let place = |min_ms, max_ms, reference| ChunkPlace {
        min_ms,
        max_ms,
        reference,
    };
    assert_eq!(series.chunks, [place(-100, -60, 8), place(-50, 0, 30)]);
}

#[test]
fn an_unknown_version_is_named() {
    let mut file = version_1();
    file[4] = 3;
    let damage = Index::parse(file).expect_err("it is unknown");
    assert_eq!(damage.to_string(), "unknown version 3 at byte 4");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        place in any::<prop::sample::Index>(),
    ) {
        let _ = Tombstones::parse(&bytes);
        let mut head = vec![0x01, 0x30, 0xBA, 0x30, 1];
        head.extend(&bytes);
        put_checksum(&mut head, 5);
        let _ = Tombstones::parse(&head);
        let _ = Meta::parse("meta.json", &bytes);
        let _ = Index::parse(bytes.clone());
        let mut file = version_1();
        let place = place.index(file.len());
        for (byte, other) in file[place..].iter_mut().zip(&bytes) {
            *byte ^= other;
        }
        if let Ok(index) = Index::parse(file) {
            for number in index.all().unwrap_or_default() {
                let _ = index.series(number);
            }
            let _ = index.series(place as u64);
        }
    }
}
