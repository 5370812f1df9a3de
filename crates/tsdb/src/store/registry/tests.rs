//! Series come, are found under any split, go quiet, and are forgotten; targets with them.

use model::{Labels, Metadata, Timestamp};

use super::{Place, Registry, slot_of};
use crate::log::{Names, Scope, TargetId};

fn labels(text: &str) -> Labels {
    let pairs = text.split(',').filter(|pair| !pair.is_empty());
    Labels::from_pairs(pairs.map(|pair| pair.split_once('=').expect("name=value")))
}

fn open(registry: &mut Registry, target: &str) -> TargetId {
    registry.open_book(&labels(target))
}

/// A series that is committed.
fn add(registry: &mut Registry, number: TargetId, own: &str) -> Place {
    let (place, _) = registry.open_series(number, &labels(own), false);
    registry.grow_up(&[place]);
    place
}

#[test]
fn a_label_set_has_one_place() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    let empty = open(&mut registry, "");
    let x = add(&mut registry, a, "n=x,l=1");
    let whole = registry.open_series(empty, &labels("job=a,n=x,l=1"), true);
    assert_eq!(whole, (x, false));
    assert_eq!(registry.find(&labels("job=a"), &labels("l=1,n=x")), Some(x));
    assert_eq!(registry.find(&labels("job=a,l=1"), &labels("n=x")), Some(x));
    let series = registry.series(x).unwrap();
    assert_eq!(registry.index().labels(series), labels("job=a,l=1,n=x"));
    assert_eq!(
        registry.column(a, x.column),
        (Scope::InTarget, labels("l=1,n=x"))
    );
}

#[test]
fn a_series_that_does_not_factor_is_named_whole() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    let (place, _) = registry.open_series(a, &labels("job=b,n=x"), false);
    assert_eq!(place.target, a);
    assert_eq!(
        registry.column(a, place.column),
        (Scope::Whole, labels("job=b,n=x"))
    );
    let b = open(&mut registry, "job=b");
    assert_eq!(
        registry.open_series(b, &labels("n=x"), false),
        (place, false)
    );
}

#[test]
fn targets_of_a_kind_share_their_columns() {
    let mut registry = Registry::new(Timestamp::MIN);
    let numbers: Vec<TargetId> = (0..50)
        .map(|own| open(&mut registry, &format!("i={own}")))
        .collect();
    let mut bytes = Vec::new();
    for number in &numbers {
        let places: Vec<Place> = (0..1000)
            .map(|own| {
                registry
                    .open_series(*number, &labels(&format!("n={own}")), false)
                    .0
            })
            .collect();
        assert!(
            places
                .iter()
                .zip(0..)
                .all(|(place, column)| place.column == column)
        );
        registry.grow_up(&places);
        bytes.push(registry.heap_bytes());
    }
    let per_target = (bytes[49] - bytes[1]) / 48;
    assert!(
        per_target < 1000,
        "{per_target} bytes for a thousand series"
    );
}

#[test]
fn what_nobody_commits_goes() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    let (first, is_new) = registry.open_series(a, &labels("n=x"), false);
    let second = registry.open_series(a, &labels("n=x"), false);
    assert!(is_new);
    assert_eq!(second, (first, false));
    assert_eq!(registry.give_up(&[first]), 0, "another waits");
    assert_eq!(registry.give_up(&[first]), 1);
    assert!(registry.index().is_empty());
    assert_eq!(registry.wait_for(first), None);
    // Its column is not used again.
    assert_eq!(add(&mut registry, a, "n=x").column, 1);
}

#[test]
fn quiet_series_go_the_second_time() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    let x = add(&mut registry, a, "n=x");
    let y = add(&mut registry, a, "n=y");
    let only_y = |column| column == y.column;
    assert_eq!(registry.sweep(a, only_y), 0);
    assert!(
        !registry.book(a).unwrap().is_good(x.column),
        "it needs a look"
    );
    assert!(registry.book(a).unwrap().is_good(y.column));
    assert_eq!(registry.wait_for(x), Some(false), "somebody looked");
    assert_eq!(registry.sweep(a, only_y), 0);
    assert_eq!(registry.sweep(a, only_y), 1);
    assert_eq!(registry.series(x), None);
    assert_eq!(registry.index().len(), 1);
    assert_eq!(registry.sweep(a, |_| false), 0);
    assert_eq!(registry.sweep(a, |_| false), 1);
    assert!(
        registry.book(a).is_none(),
        "the target is gone with its last series"
    );
    assert!(registry.index().is_empty());
}

#[test]
fn slots_are_used_again_in_the_next_generation_under_another_number() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    add(&mut registry, a, "n=x");
    registry.sweep(a, |_| false);
    registry.sweep(a, |_| false);
    let b = open(&mut registry, "job=b");
    assert_ne!(
        slot_of(a),
        slot_of(b),
        "this generation has it as another's"
    );
    registry.begin_generation(true);
    let c = open(&mut registry, "job=c");
    assert_eq!(slot_of(a), slot_of(c));
    assert_ne!(a, c);
    assert!(registry.book(a).is_none());
}

#[test]
fn a_target_with_mostly_dead_columns_retires() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    for own in 0..1000 {
        add(&mut registry, a, &format!("n={own}"));
    }
    let lives = |column| column >= 990;
    registry.sweep(a, lives);
    assert_eq!(registry.sweep(a, lives), 990);
    registry.begin_generation(true);
    let old = Place {
        target: a,
        column: 995,
    };
    let series = registry.series(old).expect("it can still be read");
    let again = open(&mut registry, "job=a");
    assert_ne!(a, again);
    let new = add(&mut registry, again, "n=995");
    assert_eq!(registry.place(series), Some(new));
    assert_eq!(registry.places(series).collect::<Vec<_>>(), [new, old]);
    // Once no generation has its rows, the old book goes, and the series that did not come again.
    assert_eq!(registry.sweep(a, |_| false), 10);
    assert!(registry.book(a).is_none());
    assert_eq!(registry.index().len(), 1);
    assert_eq!(registry.places(series).collect::<Vec<_>>(), [new]);
}

#[test]
fn plain_series_retire_too() {
    let mut registry = Registry::new(Timestamp::MIN);
    let push = open(&mut registry, "");
    for own in 0..1000 {
        add(&mut registry, push, &format!("n={own}"));
    }
    let lives = |column| column >= 990;
    registry.sweep(push, lives);
    registry.sweep(push, lives);
    registry.begin_generation(true);
    let again = open(&mut registry, "");
    let new = add(&mut registry, again, "n=999");
    let places: Vec<Place> = registry.places(registry.series(new).unwrap()).collect();
    assert_eq!(
        places,
        [
            new,
            Place {
                target: push,
                column: 999
            }
        ]
    );
    assert_eq!(registry.sweep(push, |_| false), 10);
    assert_eq!(registry.index().len(), 1);
}

#[test]
fn texts_that_nobody_says_go() {
    let mut registry = Registry::new(Timestamp::MIN);
    let a = open(&mut registry, "job=a");
    let said = |help: u32| Metadata {
        help: help.to_string(),
        ..Metadata::default()
    };
    for help in 0..10_000 {
        registry.say(a, "changes", &said(help));
        registry.say(a, "stays", &said(0));
        if help % 100 == 0 {
            registry.begin_generation(true);
        }
    }
    registry.begin_generation(true);
    assert!(
        registry.sayings.texts() < 300,
        "{}",
        registry.sayings.texts()
    );
    assert!(registry.says(a, "changes", &said(9_999)));
    assert!(registry.says(a, "stays", &said(0)));
    let families = registry.said(&|_| true);
    assert_eq!(families.len(), 2);
}
