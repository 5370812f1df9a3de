//! The store against maps, over thousands of seeds: rows of several targets, late and duplicate ones, deletions, flushes, restarts, power cuts with torn
//! and reordered writes, failed syncs, full disks.
//!
//! The laws: what was acknowledged is read, to the bit, whatever happens to the process or the power; what was refused is not, and for the right reason; a commit that failed
//! because of the disk is there whole or not at all, and not before the next start; what a deletion removed stays away; nothing is called damaged when nothing is.
//!
//! `FERULA_STORE_SEEDS` says how many seeds to try, `FERULA_STORE_FIRST` with which to begin; the first so many run with `cargo test`, in four tests that
//! run side by side.

mod expected;
mod world;

use std::sync::Arc;

use platform::SimulatedDisk;

pub(crate) use world::run;

const SEEDS: u64 = 2000;
const QUARTERS: u64 = 4;

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().expect("a number"))
}

/// Runs one in four of the histories.
fn check(quarter: u64) {
    let first = from_environment("FERULA_STORE_FIRST").unwrap_or(0);
    let seeds = from_environment("FERULA_STORE_SEEDS").unwrap_or(SEEDS);
    let all = first..first + seeds;
    for seed in all.filter(|seed| seed % QUARTERS == quarter) {
        let disk = SimulatedDisk::new(seed);
        let run = std::panic::catch_unwind(|| run(seed, &disk, Arc::new(disk.clone())));
        let run = run.unwrap_or_else(|_| Err("it panicked".to_owned()));
        assert_eq!(run, Ok(()), "seed {seed}");
    }
}

#[test]
fn keeps_what_it_acknowledged() {
    check(0);
}

#[test]
fn keeps_what_it_acknowledged_in_the_second_quarter() {
    check(1);
}

#[test]
fn keeps_what_it_acknowledged_in_the_third_quarter() {
    check(2);
}

#[test]
fn keeps_what_it_acknowledged_in_the_last_quarter() {
    check(3);
}
