//! Models of the lock-free parts, run through every interleaving that the memory model allows. A step of `cargo xtask test` runs them.
//!
//! Tables publish through [`OnceLock`](std::sync::OnceLock), which is the standard library's own to prove; what is modelled is that who
//! finds a number in the index finds the child that it stands for. Examples are not here: 24 words have more interleavings than can be run
//! through, and a mixture is what their checksum is for.

use loom::thread;
use std::sync::Arc;

use crate::Counter;
use crate::cell::{AtomicU64, add_count, add_float, count, float};
use crate::family::table::Table;
use crate::histogram::Native;
use crate::labels::{LabelNames, LabelText};
use crate::node::{Handle, Sealed};
use crate::words::Words;

/// Two threads, which are all that the interesting interleavings need.
fn both(one: impl Fn() + Send + 'static, other: impl FnOnce()) {
    let thread = thread::spawn(one);
    other();
    thread.join().expect("no assertion failed");
}

#[test]
fn no_addition_is_lost() {
    loom::model(|| {
        let sum = Arc::new(AtomicU64::new(0));
        let total = Arc::new(AtomicU64::new(0));
        let add = |sum: &AtomicU64, total: &AtomicU64| {
            add_float(sum, 0.5);
            add_count(total, 2);
            add_float(sum, 0.25);
        };
        let (theirs, their_total) = (Arc::clone(&sum), Arc::clone(&total));
        both(move || add(&theirs, &their_total), || add(&sum, &total));
        assert_eq!((float(&sum), count(&total)), (1.5, 4));
    });
}

#[test]
fn who_is_found_is_there() {
    loom::model(|| {
        let names = Arc::new(LabelNames::as_given(["n".into()].into()));
        let table = Arc::new(Table::<Counter>::with_room(1));
        let push = |table: &Table<Counter>, names: &LabelNames, value: &str| {
            let labels = LabelText::new(names, &[value]);
            let handle = Handle::born(&Arc::new(()), labels, Counter::cells(&()));
            table.push(7, Counter::of_handle(handle));
        };
        let theirs = Arc::clone(&table);
        both(
            move || {
                push(&theirs, &names, "a");
                push(&theirs, &names, "b");
            },
            || {
                let found = table.find(7, &["b"]);
                assert!(found.is_none_or(|place| place == 1 && table.get(1).is_some()));
                let listed = table.len();
                assert_eq!(table.living(listed).count(), listed);
            },
        );
        assert_eq!(table.find(7, &["b"]), Some(1));
    });
}

/// Two first values of one power of two claim one row of cells, and both are counted.
#[test]
fn native_rows_are_claimed_once() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let native = Arc::new(Native::schema(0).expect("a schema that is kept"));
        let words = Arc::new(Words::heap(native.cells()));
        let (their_native, theirs) = (Arc::clone(&native), Arc::clone(&words));
        both(
            move || their_native.observe(theirs.get(), 1.5),
            || native.observe(words.get(), 1.5),
        );
        let shown = native.point(words.get());
        assert_eq!(shown.point().positive, [(1, 2)]);
    });
}
