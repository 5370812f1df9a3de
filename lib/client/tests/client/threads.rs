//! Many threads at once lose nothing and show nothing twice.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ferula::{Counter, Error, Gauge, Histogram, Registry};

use crate::written::page;

const THREADS: u64 = 8;
const ROUNDS: u64 = if cfg!(miri) { 20 } else { 10_000 };

/// Runs `work` on all threads, and ends when they have.
fn on_all_threads(work: impl Fn(u64) + Sync) {
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let work = &work;
            scope.spawn(move || work(thread));
        }
    });
}

#[test]
fn no_update_is_lost() -> Result<(), Error> {
    let registry = Registry::new();
    let whole = Counter::builder("whole", "").register(&registry)?;
    let parts = Counter::builder("parts", "").register(&registry)?;
    let level = Gauge::builder("level", "").register(&registry)?;
    let sizes = Histogram::builder("sizes", "").register(&registry)?;
    let family = Counter::builder("labelled", "")
        .labels(["remainder"])
        .register(&registry)?;
    on_all_threads(|_| {
        for round in 0..ROUNDS {
            whole.inc();
            parts.add(0.5);
            level.inc();
            level.sub(0.5);
            sizes.observe(0.5);
            family
                .with(&[["a", "b", "c", "d"][round as usize % 4]])
                .inc();
        }
    });
    let total = THREADS * ROUNDS;
    assert_eq!(whole.get(), total as f64);
    assert_eq!(parts.get(), total as f64 / 2.0);
    assert_eq!(level.get(), total as f64 / 2.0);
    assert_eq!((sizes.count(), sizes.sum()), (total, total as f64 / 2.0));
    assert_eq!(family.series(), 4);
    for remainder in ["a", "b", "c", "d"] {
        assert_eq!(family.with(&[remainder]).get(), total as f64 / 4.0);
    }
    Ok(())
}

#[test]
fn no_series_comes_twice_while_children_come_and_go() -> Result<(), Error> {
    let registry = Registry::new();
    let family = Counter::builder("a", "")
        .labels(["n"])
        .register(&registry)?;
    // Many that stay, so that a page takes a while.
    let stay = (0..if cfg!(miri) { 20 } else { 600 })
        .map(|number| number.to_string())
        .collect::<Vec<_>>();
    for number in &stay {
        family.with(&[number]).inc();
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for number in stay.iter().step_by(7) {
                    family.remove(&[number]);
                }
                for number in stay.iter().step_by(7).rev() {
                    family.with(&[number]).inc();
                }
            }
        });
        for _ in 0..if cfg!(miri) { 5 } else { 50 } {
            let mut lines = page(&registry);
            assert_eq!(lines.remove(0), "a Counter: ");
            let mut series = lines
                .iter()
                .filter_map(|line| line.split(' ').next())
                .collect::<Vec<_>>();
            let shown = series.len();
            series.sort_unstable();
            series.dedup();
            assert_eq!(series.len(), shown, "no series comes twice");
            for number in stay.iter().enumerate().filter(|(index, _)| index % 7 != 0) {
                let wanted = format!("{{n=\"{}\"}}", number.1);
                assert!(
                    series.binary_search(&wanted.as_str()).is_ok(),
                    "{wanted} was there all the time"
                );
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    Ok(())
}
