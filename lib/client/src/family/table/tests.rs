use super::*;
use crate::Counter;
use crate::labels::{LabelNames, LabelText};
use crate::node::{Handle, Sealed};
use std::sync::Arc;

fn child(value: &str) -> Counter {
    let names = LabelNames::as_given(["n".into()].into());
    let labels = LabelText::new(&names, &[value]);
    Counter::of_handle(Handle::born(&Arc::new(()), labels, 2))
}

/// Hashes that meet in the index, and even are the same, are told apart by the values.
#[test]
fn children_whose_hashes_meet_are_told_apart() {
    let table = Table::with_room(4);
    let hashes = [7, 7, 7 | 1 << 40, 8];
    for (index, &hash) in hashes.iter().enumerate() {
        table.push(hash, child(&index.to_string()));
    }
    assert!(table.is_full());
    for (index, &hash) in hashes.iter().enumerate() {
        assert_eq!(table.find(hash, &[&index.to_string()]), Some(index));
    }
    assert_eq!(table.find(7, &["4"]), None);
    assert_eq!(table.find(7 | 2 << 40, &["2"]), None);
}

#[test]
fn the_dead_are_neither_found_nor_listed() {
    let table = Table::with_room(4);
    table.push(1, child("a"));
    table.push(1, child("b"));
    let first = table.get(0).expect("was put there");
    assert!(first.handle().remove());
    assert_eq!(table.find(1, &["a"]), None);
    // Born again in another place, and found there.
    table.push(1, child("a"));
    assert_eq!(table.find(1, &["a"]), Some(2));
    let values = |len| {
        let living = table.living(len);
        living
            .map(|metric| metric.handle().labels().values().collect::<String>())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(3), ["b", "a"]);
    assert_eq!(values(2), ["b"]);
}
